//! The two orders of a plan, as indices.

use crate::plan::Plan;

/// The start waves: a component is one wave behind the last of its dependencies.
pub(super) fn start_waves(plan: &Plan) -> Vec<Vec<usize>> {
    let ranks = plan.nodes().iter().map(|node| node.rank() as usize);
    waves(&ranks.collect::<Vec<_>>())
}

/// The stop waves: a component is one wave behind the last of its dependents.
///
/// These are not the start waves backwards: what nobody depends on goes first, however early it came up.
pub(super) fn stop_waves(plan: &Plan) -> Vec<Vec<usize>> {
    let mut ranks = vec![0; plan.len()];
    // Dependents stand behind their dependencies, so from the end each rank is final when it is read.
    for index in (0..plan.len()).rev() {
        let next = ranks[index] + 1;
        for edge in plan.dependencies(index) {
            if edge.kind.orders() {
                let below = &mut ranks[edge.to as usize];
                *below = next.max(*below);
            }
        }
    }
    waves(&ranks)
}

/// The components on which nobody depends in an order: from these, every component can be reached.
pub(super) fn tops(plan: &Plan) -> Vec<bool> {
    let mut tops = vec![true; plan.len()];
    for index in 0..plan.len() {
        for edge in plan.dependencies(index) {
            if edge.kind.orders() {
                tops[edge.to as usize] = false;
            }
        }
    }
    tops
}

fn waves(ranks: &[usize]) -> Vec<Vec<usize>> {
    let count = ranks.iter().map(|rank| rank + 1).max().unwrap_or(0);
    let mut waves = vec![Vec::new(); count];
    for (index, &rank) in ranks.iter().enumerate() {
        waves[rank].push(index);
    }
    waves
}
