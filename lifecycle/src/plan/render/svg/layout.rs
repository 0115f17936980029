//! Where components stand and which way edges take: a column for each wave, and lanes past what is in between.

use std::collections::BTreeMap;

use super::columns::{Item, heights, order};
use super::{Edge, Graph};
use crate::plan::EdgeKind;

/// How high a component is.
pub(super) const NODE: f64 = 30.0;

/// How high a lane is.
const LANE: f64 = 2.0;

/// How many columns edges pass in lanes, for each component and edge. Those that find no room go straight, behind what is
/// in their way: else a long chain in which all depend on the first would take a square of its length.
const LANES: usize = 4;

pub(super) struct Layout {
    /// How high the middle of each item is: the components, then the lanes.
    pub(super) y: Vec<f64>,
    /// For each edge the lanes that it takes, from left to right.
    pub(super) ways: Vec<Vec<usize>>,
    /// Where each column begins, and how wide it is.
    pub(super) columns: Vec<(f64, f64)>,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Edge {
    /// Its ends, the left one first.
    pub(super) fn ends(&self, graph: &Graph<'_>) -> (usize, usize) {
        match graph.nodes[self.to].rank <= graph.nodes[self.from].rank {
            true => (self.to, self.from),
            false => (self.from, self.to),
        }
    }

    /// Edges that look alike share a lane where they lead from one place, and part where they have to.
    fn look(&self, left: usize) -> (usize, bool, u8, bool) {
        let kind = match self.kind {
            EdgeKind::Hard => 0,
            EdgeKind::Optional => 1,
            EdgeKind::Late => 2,
        };
        (left, left == self.to, kind, self.looped)
    }
}

impl Layout {
    pub(super) fn new(graph: &Graph<'_>, widths: &[f64]) -> Self {
        let count = graph.nodes.iter().map(|node| node.rank + 1).max();
        let mut columns = vec![Vec::new(); count.unwrap_or(0)];
        for (index, node) in graph.nodes.iter().enumerate() {
            columns[node.rank].push(index);
        }
        let mut items: Vec<Item> = graph.nodes.iter().map(|_| item(NODE, 1.0)).collect();
        let ways = ways(graph, &mut columns, &mut items);
        for (edge, way) in graph.edges.iter().zip(&ways) {
            tie(graph, *edge, way, &mut items);
        }
        for item in &mut items {
            item.beside.iter_mut().for_each(|beside| {
                beside.sort_unstable();
                beside.dedup();
            });
        }
        order(&mut columns, &items);
        let y = heights(&columns, &items);
        let bottom = items.iter().zip(&y).map(|(item, y)| y + item.height / 2.0);
        let height = bottom.fold(0.0, f64::max);
        let mut layout = Self {
            y,
            ways,
            columns: Vec::with_capacity(columns.len()),
            width: 0.0,
            height,
        };
        layout.place_columns(graph, widths, &columns, &items);
        layout
    }

    /// Columns stand the further apart, the steeper the edges between them.
    fn place_columns(
        &mut self,
        graph: &Graph<'_>,
        widths: &[f64],
        columns: &[Vec<usize>],
        items: &[Item],
    ) {
        let mut curved = vec![false; columns.len()];
        for edge in &graph.edges {
            let rank = graph.nodes[edge.from].rank;
            curved[rank] |= rank == graph.nodes[edge.to].rank;
        }
        let y = &self.y;
        for (at, column) in columns.iter().enumerate() {
            let nodes = column.iter().filter_map(|&item| widths.get(item));
            let width = nodes.copied().fold(0.0, f64::max);
            self.columns.push((self.width, width));
            let ties = column.iter().flat_map(|&item| {
                let behind = items[item].beside[1].iter();
                behind.map(move |&other| (y[item] - y[other]).abs())
            });
            let steep = ties.fold(0.0, f64::max);
            let gap = match (at + 1 == columns.len(), curved[at]) {
                (true, false) => 0.0,
                (true, true) => 48.0,
                (false, curved) => {
                    (48.0 + steep / 5.0).min(160.0) + if curved { 24.0 } else { 0.0 }
                }
            };
            self.width += width + gap;
        }
    }
}

fn item(height: f64, weight: f64) -> Item {
    Item {
        height,
        weight,
        beside: [Vec::new(), Vec::new()],
    }
}

/// Makes lanes through the columns that edges pass, for short edges first.
fn ways(graph: &Graph<'_>, columns: &mut [Vec<usize>], items: &mut Vec<Item>) -> Vec<Vec<usize>> {
    let span = |edge: &Edge| {
        let (left, right) = edge.ends(graph);
        graph.nodes[right].rank - graph.nodes[left].rank
    };
    let mut room = (graph.nodes.len() + graph.edges.len()) * LANES;
    let mut lanes: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    let mut ways = vec![Vec::new(); graph.edges.len()];
    let mut by_span: Vec<usize> = (0..graph.edges.len()).collect();
    by_span.sort_by_key(|&edge| span(&graph.edges[edge]));
    for edge in by_span {
        let passed = span(&graph.edges[edge]).saturating_sub(1);
        let (left, _) = graph.edges[edge].ends(graph);
        let lane = lanes.entry(graph.edges[edge].look(left)).or_default();
        // What an edge holds counts too, also where it shares it.
        if passed == 0 || passed > room {
            continue;
        }
        room -= passed;
        while lane.len() < passed {
            columns[graph.nodes[left].rank + 1 + lane.len()].push(items.len());
            lane.push(items.len());
            items.push(item(LANE, 2.0));
        }
        ways[edge].extend_from_slice(&lane[..passed]);
    }
    ways
}

/// Ties what an edge leads through, from column to column.
fn tie(graph: &Graph<'_>, edge: Edge, way: &[usize], items: &mut [Item]) {
    let (left, right) = edge.ends(graph);
    let span = graph.nodes[right].rank - graph.nodes[left].rank;
    if span == 0 || span != way.len() + 1 {
        return;
    }
    let mut last = left;
    for &next in way.iter().chain([&right]) {
        items[last].beside[1].push(next);
        items[next].beside[0].push(last);
        last = next;
    }
}
