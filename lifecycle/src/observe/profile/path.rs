//! Who waited for whom last, and so what the whole had to wait for.

use std::time::Duration;

use crate::plan::Edge;

/// A step of the critical path: the chain of components of which each was held up by the one before it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CriticalStep {
    /// The name of the component.
    pub name: String,
    /// From the end of the step before it to its own end.
    pub took: Duration,
    /// The same as a part of the whole, from 0 to 1.
    pub share: f64,
}

impl CriticalStep {
    pub(super) fn new(name: &str, took: Duration, total: Duration) -> Self {
        let share = match total.is_zero() {
            true => 0.0,
            false => took.as_secs_f64() / total.as_secs_f64(),
        };
        Self {
            name: name.to_owned(),
            took,
            share,
        }
    }
}

/// For whom each component waits, as indices.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    /// Where the entries of each end.
    ends: Vec<u32>,
    all: Vec<u32>,
}

impl Needs {
    /// Late edges are no reason to wait.
    pub(crate) fn new<'a>(components: impl Iterator<Item = &'a [Edge]>) -> Self {
        let mut needs = Self::default();
        for edges in components {
            let orders = edges.iter().filter(|edge| edge.kind.orders());
            needs.all.extend(orders.map(|edge| edge.to));
            needs.ends.push(needs.all.len() as u32);
        }
        needs
    }

    pub(super) fn of(&self, index: usize) -> impl Iterator<Item = usize> {
        let begin = index.checked_sub(1).map_or(0, |last| self.ends[last]);
        let range = begin as usize..self.ends[index] as usize;
        self.all[range].iter().map(|to| *to as usize)
    }

    /// Who waits for each component.
    pub(super) fn turned(&self) -> Self {
        let mut waits = vec![Vec::new(); self.ends.len()];
        for index in 0..self.ends.len() {
            for to in self.of(index) {
                waits[to].push(index as u32);
            }
        }
        let mut turned = Self::default();
        for each in waits {
            turned.all.extend(each);
            turned.ends.push(turned.all.len() as u32);
        }
        turned
    }
}

/// The one of these that ended last; of several, the last.
pub(super) fn last_of<T: Ord>(
    all: impl Iterator<Item = usize>,
    end: impl Fn(usize) -> Option<T>,
) -> Option<usize> {
    let ends = all.filter_map(|index| Some((end(index)?, index)));
    ends.max().map(|(_, index)| index)
}

/// From the first to `last`, each held up by the one before it.
pub(super) fn back_from(last: Option<usize>, held_by: &[Option<usize>]) -> Vec<usize> {
    let mut path: Vec<usize> = std::iter::successors(last, |&at| held_by[at]).collect();
    path.reverse();
    path
}
