//! How the engine comes to know its components: from a plan, and later ones at run time.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use super::budget::Budget;
use super::cause::Tally;
use super::input::{Key, Moment};
use super::node::{Link, Node};
use super::timers::Timers;
use super::{Engine, Facts, Limits, Phase, Refusal, exit};
use crate::plan::{EdgeKind, Kind, Plan, Policy};

/// A component that comes at run time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Addition {
    /// Its kind; there is only one `main`, and it is in the plan.
    pub kind: Kind,
    /// Its limits and rules.
    pub policy: Policy,
    /// What it depends on: older components, or ones that stand before it among those that are added with it. A handle
    /// without an order may be of any of these.
    pub dependencies: Vec<(Key, EdgeKind)>,
    /// It has a run loop.
    pub runs: bool,
    /// The app cannot do without it, nor without what it needs, as it is with roots. Default: no.
    pub required: bool,
}

impl Addition {
    /// A component with the default policy, without a run loop and dependencies.
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            policy: Policy::DEFAULT,
            dependencies: Vec::new(),
            runs: false,
            required: false,
        }
    }
}

impl Engine {
    /// An engine over the components of `plan`, about whose code `facts` tells.
    pub fn new(plan: &Plan, facts: impl Fn(usize) -> Facts, limits: Limits) -> Self {
        let mut engine = Self {
            budget: Budget::default(),
            timers: Timers::default(),
            random: fastrand::Rng::with_seed(limits.seed),
            limits,
            plan: plan.clone(),
            added: Vec::new(),
            nodes: Vec::with_capacity(plan.len()),
            dependencies: Vec::new(),
            dependents: Vec::new(),
            late: Vec::new(),
            phase: Phase::New,
            now: Duration::ZERO,
            cause: None,
            forced: None,
            tally: Tally::default(),
            wanted_exit: exit::SUCCESS,
            signals: 0,
            dirty: VecDeque::new(),
            todo: Vec::new(),
            queue: VecDeque::new(),
            check_only: false,
            starting: 0,
            loading: 0,
            load_failed: None,
            live: 0,
            coming: 0,
            busy_services: 0,
            services: 0,
            unwanted_services: 0,
            main: None,
            early: Vec::new(),
            operations: Vec::new(),
            out: VecDeque::new(),
            turned: Vec::new(),
        };
        for (i, planned) in plan.nodes().iter().enumerate() {
            let edges = plan.dependencies(i).iter();
            let key = engine.append(
                planned.declaration().kind,
                edges.map(|edge| (edge.to, edge.kind)),
            );
            let facts = facts(i);
            let node = engine.node(key);
            node.loads = facts.loads;
            node.runs = facts.runs;
            node.root = planned.is_root();
        }
        engine.wire();
        for key in engine.keys() {
            if engine.nodes[key as usize].root {
                engine.require(key);
            }
        }
        engine
    }

    /// Adds components, which are roots of their own and wanted at once; before the start, from the start on.
    ///
    /// A load hook of theirs is not called. To know when one is up, [ask](super::Input::Ask) to
    /// [await](super::Request::Await) it.
    ///
    /// # Errors
    ///
    /// Once the app is stopping nothing can be added.
    ///
    /// # Panics
    ///
    /// If one of them is a `main` or depends on itself, on a later one, or on what there is not.
    pub fn add(&mut self, now: Moment, added: &[Addition]) -> Result<Range<Key>, Refusal> {
        self.now = self.now.max(now);
        if !self.is_rising() {
            return Err(Refusal::Stopping);
        }
        let first = self.nodes.len() as Key;
        let end = first + added.len() as Key;
        for addition in added {
            let next = self.nodes.len() as Key;
            let older = |(to, kind): &(Key, EdgeKind)| *to < if kind.orders() { next } else { end };
            assert!(
                addition.dependencies.iter().all(older),
                "depends on what does not stand before it"
            );
            assert!(addition.kind != Kind::Main, "there is only one `main`");
            self.added.push(addition.policy);
            let key = self.append(addition.kind, addition.dependencies.iter().copied());
            let node = self.node(key);
            node.runs = addition.runs;
            node.root = true;
        }
        self.wire();
        for (key, _) in (first..)
            .zip(added)
            .filter(|(_, addition)| addition.required)
        {
            self.require(key);
        }
        if matches!(self.phase, Phase::Starting | Phase::Running) {
            self.want();
        }
        self.expire();
        self.settle();
        self.answer_operations();
        Ok(first..self.nodes.len() as Key)
    }

    /// Appends a component that nobody wants yet.
    fn append(&mut self, kind: Kind, edges: impl Iterator<Item = (Key, EdgeKind)>) -> Key {
        let key = self.nodes.len() as Key;
        let begin = self.dependencies.len() as u32;
        for (to, kind) in edges {
            if kind.orders() {
                self.dependencies.push(Link { key: to, kind });
            } else {
                self.late.push((key, to));
            }
        }
        let mut node = Node::new(kind, (begin, self.dependencies.len() as u32));
        for link in &self.dependencies[begin as usize..] {
            let dependency = &self.nodes[link.key as usize];
            if link.kind == EdgeKind::Hard {
                node.losses += u32::from(dependency.lost());
                node.rebuilds += u32::from(dependency.rebuilds > 0);
                node.unmet += u32::from(!dependency.up);
            } else {
                node.unmet += u32::from(!dependency.settled());
            }
        }
        match kind {
            Kind::Service => {
                self.services += 1;
                self.unwanted_services += 1;
            }
            Kind::Main => self.main = Some(key),
            Kind::Resource | Kind::WorkerPool => {}
        }
        self.nodes.push(node);
        key
    }

    /// Turns the edges around, and lays out the stop budget: once for all that are there.
    fn wire(&mut self) {
        let mut degrees = vec![0u32; self.nodes.len()];
        for link in &self.dependencies {
            degrees[link.key as usize] += 1;
        }
        let mut end = 0;
        for (node, degree) in self.nodes.iter_mut().zip(degrees) {
            node.dependents = (end, end);
            end += degree;
        }
        let nobody = Link {
            key: 0,
            kind: EdgeKind::Hard,
        };
        self.dependents.clear();
        self.dependents.resize(end as usize, nobody);
        for key in self.keys() {
            let (from, to) = self.nodes[key as usize].dependencies;
            for i in from..to {
                let Link { key: to, kind } = self.dependencies[i as usize];
                let end = &mut self.nodes[to as usize].dependents.1;
                self.dependents[*end as usize] = Link { key, kind };
                *end += 1;
            }
        }
        let timeout = |key: Key| self.policy(key).stop_timeout;
        self.budget = Budget::new(&self.nodes, &self.dependencies, timeout);
    }

    /// The app cannot do without this component, unless it is declared optional, and so not without what it needs.
    fn require(&mut self, key: Key) {
        let mut todo = vec![key];
        while let Some(key) = todo.pop() {
            if self.nodes[key as usize].required || self.policy(key).optional {
                continue;
            }
            self.node(key).required = true;
            let needed = self.links(key).iter();
            let needed = needed.filter(|link| link.kind == EdgeKind::Hard);
            todo.extend(needed.map(|link| link.key));
            todo.extend(self.late_links(key).map(|(_, to)| *to));
        }
    }

    /// The handles without an order that a component holds.
    pub(super) fn late_links(&self, key: Key) -> impl Iterator<Item = &(Key, Key)> + '_ {
        let from = self.late.partition_point(|(holder, _)| *holder < key);
        let held = self.late[from..].iter();
        held.take_while(move |(holder, _)| *holder == key)
    }
}
