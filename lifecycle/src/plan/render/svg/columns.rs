//! Where things stand in their columns: first in which order, so that few edges cross, then how high, so that edges are
//! short and straight.

/// Something that has a place in a column: a component, or a part of an edge that passes by.
pub(super) struct Item {
    pub(super) height: f64,
    /// How much it is worth to have it where its neighbours are.
    pub(super) weight: f64,
    /// To what its edges lead in the columns before and behind.
    pub(super) beside: [Vec<usize>; 2],
}

/// How often all columns are gone through, there and back.
const SWEEPS: usize = 6;

/// The least distance between two items.
const GAP: f64 = 12.0;

/// Brings the items of each column into an order.
pub(super) fn order(columns: &mut [Vec<usize>], items: &[Item]) {
    let mut place = vec![0.0; items.len()];
    for column in columns.iter() {
        number(column, &mut place);
    }
    for _ in 0..SWEEPS {
        for column in columns.iter_mut() {
            reorder(column, items, 0, &mut place);
        }
        for column in columns.iter_mut().rev() {
            reorder(column, items, 1, &mut place);
        }
    }
}

/// Sorts a column by the mean place of what each item is tied to on one side.
fn reorder(column: &mut [usize], items: &[Item], side: usize, place: &mut [f64]) {
    let wish = |item: usize| mean(&items[item].beside[side], place).unwrap_or(place[item]);
    let mut wishes: Vec<(f64, usize)> = column.iter().map(|&item| (wish(item), item)).collect();
    wishes.sort_by(|left, right| left.0.total_cmp(&right.0));
    for (slot, (_, item)) in column.iter_mut().zip(wishes) {
        *slot = item;
    }
    number(column, place);
}

/// Places are parts of the column, so that a short column is as high as a long one.
fn number(column: &[usize], place: &mut [f64]) {
    for (at, &item) in column.iter().enumerate() {
        place[item] = (at as f64 + 0.5) / column.len() as f64;
    }
}

fn mean(items: &[usize], of: &[f64]) -> Option<f64> {
    let sum: f64 = items.iter().map(|&item| of[item]).sum();
    (!items.is_empty()).then(|| sum / items.len() as f64)
}

/// The height of the middle of each item, the topmost at half its own.
pub(super) fn heights(columns: &[Vec<usize>], items: &[Item]) -> Vec<f64> {
    let mut y = vec![0.0; items.len()];
    for column in columns {
        let mut at = 0.0;
        for &item in column {
            y[item] = at + items[item].height / 2.0;
            at += items[item].height + GAP;
        }
        // Around zero, so that columns begin side by side.
        for &item in column {
            y[item] -= (at - GAP) / 2.0;
        }
    }
    for _ in 0..SWEEPS {
        for column in columns {
            settle(column, items, &[0], &mut y);
        }
        for column in columns.iter().rev() {
            settle(column, items, &[1], &mut y);
        }
    }
    for column in columns {
        settle(column, items, &[0, 1], &mut y);
    }
    let top = columns.iter().filter_map(|column| column.first());
    let top = top.map(|&item| y[item] - items[item].height / 2.0);
    let top = top.fold(f64::INFINITY, f64::min);
    y.iter_mut().for_each(|y| *y -= top);
    y
}

/// Items that stand close together, moved as one.
struct Block {
    /// The sums of wishes and of weights.
    wish: f64,
    weight: f64,
    count: usize,
}

/// Moves each item of a column to where its neighbours are, as near as the order and the distances let it: of all places,
/// those with the least sum of squares.
fn settle(column: &[usize], items: &[Item], sides: &[usize], y: &mut [f64]) {
    let mut blocks: Vec<Block> = Vec::new();
    // How far below the first of its column each item stands at least.
    let mut below = Vec::with_capacity(column.len());
    let mut before: Option<(usize, f64)> = None;
    for &item in column {
        let from_last = before.map_or(0.0, |(last, _)| {
            GAP + (items[last].height + items[item].height) / 2.0
        });
        let offset = before.map_or(0.0, |(_, offset)| offset + from_last);
        // What is tied to nothing stands by the one above it.
        let alone = before.map_or(y[item], |(last, _)| y[last] + from_last);
        before = Some((item, offset));
        below.push(offset);
        let means: Vec<f64> = sides
            .iter()
            .filter_map(|&side| mean(&items[item].beside[side], y))
            .collect();
        let (wish, weight) = match means.len() {
            0 => (alone, 0.1),
            count => (means.iter().sum::<f64>() / count as f64, items[item].weight),
        };
        let mut block = Block {
            wish: (wish - offset) * weight,
            weight,
            count: 1,
        };
        while let Some(last) = blocks.pop() {
            if last.wish / last.weight < block.wish / block.weight {
                blocks.push(last);
                break;
            }
            block.wish += last.wish;
            block.weight += last.weight;
            block.count += last.count;
        }
        blocks.push(block);
    }
    let heights = blocks
        .iter()
        .flat_map(|block| std::iter::repeat_n(block.wish / block.weight, block.count));
    for ((&item, height), offset) in column.iter().zip(heights).zip(below) {
        y[item] = height + offset;
    }
}
