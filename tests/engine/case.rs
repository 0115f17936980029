//! A random world as plain data: a graph with policies, what every hook does, and what happens from outside.
//!
//! Component `i` depends, in order, only on components below `i`, so indices here are keys of the plan.

use std::ops::Range;
use std::sync::OnceLock;
use std::time::Duration;

use lifecycle::engine::{Addition, Ending, Facts, Input, Limits};
use lifecycle::plan::{Declaration, EdgeKind, Kind, Plan, Policy, Stage};

/// Milliseconds of virtual time.
pub(crate) type Ms = u64;

pub(crate) const fn ms(ms: Ms) -> Duration {
    Duration::from_millis(ms)
}

/// The seed of a case that no seed made: things happen in the order in which they were put there.
pub(crate) const STORY: u64 = u64::MAX;

/// What a piece of code does when it is aborted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum OnAbort {
    /// It is dropped this much later.
    Drops(Ms),
    /// It wins the race and ends by itself this much later.
    Wins(Ms, Ending),
    /// It does not notice.
    Stuck,
}

/// A piece of a component's code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Work {
    /// When it ends by itself, if it does.
    pub(crate) after: Option<Ms>,
    /// How it ends by itself.
    pub(crate) end: Ending,
    /// When and how it ends once the component's `Shutdown` has fired, if that makes it end.
    pub(crate) quit: Option<(Ms, Ending)>,
    pub(crate) on_abort: OnAbort,
}

impl Work {
    pub(crate) const fn ok(after: Ms) -> Self {
        Self {
            after: Some(after),
            end: Ending::Ok,
            quit: None,
            on_abort: OnAbort::Drops(0),
        }
    }

    /// A run loop that ends when it is asked to.
    pub(crate) const fn runs(quit: Ms) -> Self {
        Self {
            after: None,
            end: Ending::Ok,
            quit: Some((quit, Ending::Ok)),
            on_abort: OnAbort::Drops(0),
        }
    }
}

/// All the code of one component.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Code {
    pub(crate) load: Option<Work>,
    /// One for each attempt; the last one again for all further attempts.
    pub(crate) starts: Vec<Work>,
    pub(crate) run: Option<Work>,
    /// What the run loop does when it is called again in the same life; the last one again for all further calls. The
    /// same as the first time, if there are none.
    pub(crate) reruns: Vec<Work>,
    /// What a run leaves to be cleaned up before the next one.
    pub(crate) tidy: Option<Work>,
    /// So often, and so many times in one run, it shows that it is alive.
    pub(crate) beats: Option<(Ms, u32)>,
    /// When the run loop says that it is ready, if it does.
    pub(crate) ready: Option<Ms>,
    pub(crate) drain: Option<Work>,
    pub(crate) stop: Option<Work>,
    pub(crate) cleanup: Option<Work>,
    /// Tasks that the hook of this stage spawns when it begins.
    pub(crate) tasks: Vec<(Stage, Work)>,
    /// In this stage, so much after its begin, it asks for so much time from then.
    pub(crate) extends: Vec<(Stage, Ms, Ms)>,
}

impl Code {
    pub(crate) fn calm() -> Self {
        Self {
            load: None,
            starts: vec![Work::ok(1)],
            run: None,
            reruns: Vec::new(),
            tidy: None,
            beats: None,
            ready: None,
            drain: None,
            stop: None,
            cleanup: None,
            tasks: Vec::new(),
            extends: Vec::new(),
        }
    }

    pub(crate) fn start(&self, attempt: u32) -> Work {
        self.starts[(attempt as usize - 1).min(self.starts.len() - 1)]
    }

    pub(crate) fn run(&self, time: u32) -> Option<Work> {
        let again = (time as usize).checked_sub(2);
        let again = again.and_then(|again| self.reruns.get(again).or(self.reruns.last()));
        again.copied().or(self.run)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) kind: Kind,
    pub(crate) policy: Policy,
    pub(crate) dependencies: Vec<(usize, EdgeKind)>,
    pub(crate) code: Code,
    /// When it is added, if it is not there from the beginning; later ones stand behind earlier ones.
    pub(crate) added: Option<Ms>,
    /// The app needs it although it was added.
    pub(crate) required: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) seed: u64,
    pub(crate) components: Vec<Component>,
    pub(crate) limits: Limits,
    /// The app's own cleanups.
    pub(crate) cleanups: Vec<Work>,
    /// What happens from outside.
    pub(crate) events: Vec<(Ms, Input)>,
    /// Nothing fails, nothing takes too long, nobody interferes.
    pub(crate) calm: bool,
}

/// Names live as long as the process.
pub(crate) fn name(key: usize) -> &'static str {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    &NAMES.get_or_init(|| (0..100).map(|i| format!("c{i:02}")).collect())[key]
}

impl Case {
    pub(crate) fn plan(&self) -> Plan {
        let mut plan = Plan::builder();
        let nodes: Vec<_> = (0..self.planned())
            .map(|key| {
                let mut declaration = Declaration::resource(name(key), "case", key as u32, 0);
                declaration.kind = self.components[key].kind;
                declaration.policy = self.components[key].policy;
                plan.add(declaration)
            })
            .collect();
        for (key, component) in self.components[..self.planned()].iter().enumerate() {
            for &(to, kind) in &component.dependencies {
                plan.depend(nodes[key], nodes[to], kind);
            }
        }
        let plan = plan.build().expect("ordering edges point down");
        assert!((0..plan.len()).all(|key| plan.nodes()[key].name() == name(key)));
        plan
    }

    /// How many components are there from the beginning.
    pub(crate) fn planned(&self) -> usize {
        self.components
            .iter()
            .take_while(|component| component.added.is_none())
            .count()
    }

    /// The components that are added at one time, for each such time.
    pub(crate) fn groups(&self) -> Vec<(Ms, Range<usize>)> {
        let mut groups: Vec<(Ms, Range<usize>)> = Vec::new();
        for (key, component) in self.components.iter().enumerate() {
            match (component.added, groups.last_mut()) {
                (None, _) => {}
                (Some(at), Some((last, keys))) if *last == at => keys.end = key + 1,
                (Some(at), _) => groups.push((at, key..key + 1)),
            }
        }
        groups
    }

    pub(crate) fn addition(&self, key: usize) -> Addition {
        let component = &self.components[key];
        let edges = component.dependencies.iter();
        let mut addition = Addition::new(component.kind);
        addition.policy = component.policy;
        addition.dependencies = edges.map(|(to, kind)| (*to as u32, *kind)).collect();
        addition.runs = component.code.run.is_some();
        addition.required = component.required;
        addition
    }

    pub(crate) fn facts(&self, key: usize) -> Facts {
        let code = &self.components[key].code;
        Facts {
            loads: code.load.is_some(),
            runs: code.run.is_some(),
        }
    }

    /// Dependencies that say who comes first.
    pub(crate) fn ordered(&self, key: usize) -> impl Iterator<Item = (usize, EdgeKind)> + '_ {
        self.components[key]
            .dependencies
            .iter()
            .copied()
            .filter(|(_, kind)| *kind != EdgeKind::Late)
    }

    /// Dependents that say who goes first.
    pub(crate) fn dependents(&self, key: usize) -> impl Iterator<Item = (usize, EdgeKind)> + '_ {
        (0..self.components.len()).flat_map(move |from| {
            self.ordered(from)
                .filter(move |(to, _)| *to == key)
                .map(move |(_, kind)| (from, kind))
        })
    }
}
