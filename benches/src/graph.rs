//! The graph that every system is given. `build.rs` reads this file too.

/// A random graph in start order: each component depends on three of the fifty before it.
///
/// The numbers are the same for every size: the graph of ten components is the beginning of the graph of a thousand.
#[derive(Clone, Debug)]
pub struct Graph {
    /// What each component depends on.
    pub dependencies: Vec<Vec<usize>>,
}

const EACH: usize = 3;
const WITHIN: usize = 50;
/// Chosen so that the longest chain among the first hundred has eighteen components.
const SEED: u64 = 10;

impl Graph {
    /// The first `count` components.
    pub fn new(count: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(SEED);
        let mut dependencies: Vec<Vec<usize>> = Vec::with_capacity(count);
        for node in 0..count {
            let mut chosen = Vec::with_capacity(EACH);
            while chosen.len() < EACH.min(node) {
                let other = random.usize(node.saturating_sub(WITHIN)..node);
                if !chosen.contains(&other) {
                    chosen.push(other);
                }
            }
            dependencies.push(chosen);
        }
        Self { dependencies }
    }

    /// How many components there are.
    pub fn len(&self) -> usize {
        self.dependencies.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.dependencies.is_empty()
    }

    /// The components on which nobody depends.
    pub fn roots(&self) -> Vec<usize> {
        let mut root = vec![true; self.len()];
        for dependency in self.dependencies.iter().flatten() {
            root[*dependency] = false;
        }
        (0..self.len()).filter(|node| root[*node]).collect()
    }

    /// How many components the longest chain has.
    pub fn longest_chain(&self) -> usize {
        let mut chains = vec![1; self.len()];
        for node in 0..self.len() {
            for &dependency in &self.dependencies[node] {
                chains[node] = chains[node].max(chains[dependency] + 1);
            }
        }
        chains.into_iter().max().unwrap_or(0)
    }
}
