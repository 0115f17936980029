//! What the compiler leaves behind: fixed arrays that become a [`Plan`], and the checks over them.

use std::time::Duration;

use super::declaration::Declaration;
use super::graph::{Declared, Edge, Node, Plan};
use super::message::Message;

/// One component in a compiled plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct CompiledNode {
    pub(super) declaration: &'static Declaration,
    pub(super) edges: (u32, u32),
    pub(super) rank: u32,
    pub(super) root: bool,
}

const NOBODY: Declaration = Declaration::resource("", "", 0, 0);

impl CompiledNode {
    pub(super) const EMPTY: Self = Self {
        declaration: &NOBODY,
        edges: (0, 0),
        rank: 0,
        root: false,
    };
}

/// A plan of `N` components and `E` edges in start order, made in const evaluation.
#[derive(Clone, Copy, Debug)]
pub struct CompiledPlan<const N: usize, const E: usize> {
    pub(super) nodes: [CompiledNode; N],
    pub(super) edges: [Edge; E],
}

impl<const N: usize, const E: usize> CompiledPlan<N, E> {
    /// The plan to run.
    pub fn plan(&self) -> Plan {
        let nodes = self.nodes.iter().map(|node| Node {
            declared: Declared::Written(node.declaration),
            edges: node.edges,
            rank: node.rank,
            root: node.root,
        });
        Plan::new(nodes.collect(), self.edges.to_vec())
    }

    /// Panics when the stop times declared along one chain of components are longer than `limit`.
    #[track_caller]
    pub const fn check_stop_times(&self, limit: Duration) {
        let limit_in_nanos = limit.as_nanos();
        // Where all of them together fit, no chain needs a look; most apps declare few, or none.
        let mut declared = [0; N];
        let mut all = 0;
        let mut i = 0;
        while i < N {
            let policy = &self.nodes[i].declaration.policy;
            if policy.stop_timeout_declared {
                declared[i] = policy.stop_timeout.as_nanos();
                all += declared[i];
            }
            i += 1;
        }
        if all <= limit_in_nanos {
            return;
        }
        // The longest declared stop from each node downwards, and the dependency through which it goes.
        let mut total = declared;
        let mut through = [usize::MAX; N];
        let mut worst = 0;
        let mut i = 0;
        while i < N {
            let (first, end) = self.nodes[i].edges;
            let mut longest = 0;
            let mut e = first as usize;
            while e < end as usize {
                let edge = self.edges[e];
                let below = edge.to as usize;
                if edge.kind.orders() && total[below] > longest {
                    longest = total[below];
                    through[i] = below;
                }
                e += 1;
            }
            total[i] += longest;
            if total[i] > total[worst] {
                worst = i;
            }
            i += 1;
        }
        if total[worst] > limit_in_nanos {
            self.stop_times_panic(worst, &through, total[worst], limit);
        }
    }

    #[track_caller]
    const fn stop_times_panic(
        &self,
        worst: usize,
        through: &[usize; N],
        total: u128,
        limit: Duration,
    ) {
        let mut message = Message::new().text("the declared stop times cannot fit: ");
        let mut at = worst;
        let mut first = true;
        while at != usize::MAX {
            let declaration = self.nodes[at].declaration;
            if declaration.policy.stop_timeout_declared {
                if !first {
                    message = message.text(", then ");
                }
                first = false;
                message = message
                    .text("`")
                    .text(declaration.name)
                    .text("` ")
                    .time(declaration.policy.stop_timeout);
            }
            at = through[at];
        }
        let message = message
            .text(", is ")
            .millis(total / 1_000_000)
            .text(" in all, but `shutdown_timeout` is ")
            .time(limit);
        let message = message.text("; raise `shutdown_timeout` or lower a `stop_timeout`");
        panic!("{}", message.as_str());
    }
}
