//! Random cases. The same seed gives the same case.

mod changes;
mod rules;

use fastrand::Rng;
use lifecycle::engine::Ending;
use lifecycle::plan::{EdgeKind, Kind, Policy, Ready, Stage};

use crate::case::{Case, Code, Component, Ms, OnAbort, Work};

struct Dice {
    rng: Rng,
    /// How many hooks in a hundred misbehave.
    chaos: u32,
}

pub(crate) fn case(seed: u64) -> Case {
    let mut rng = Rng::with_seed(seed);
    let chaos = [0, 0, 2, 5, 15, 40][rng.usize(0..6)];
    let calm = chaos == 0 && rng.bool();
    let mut dice = Dice { rng, chaos };
    let size = dice.rng.usize(1..=60).min(dice.rng.usize(1..=60));
    let density = dice.rng.u32(1..=4);
    let mut components: Vec<Component> = (0..size)
        .map(|key| dice.component(key, density, calm))
        .collect();
    dice.late_edges(&mut components);
    if dice.percent(25) {
        dice.main(&mut components, calm);
    }
    let limits = dice.limits(calm);
    let mut events = dice.events(calm);
    if !calm {
        dice.changes(&mut components, &mut events);
    }
    let cleanups = match dice.percent(30) {
        true => (0..dice.rng.usize(1..4)).map(|_| dice.hook()).collect(),
        false => Vec::new(),
    };
    Case {
        seed,
        limits,
        cleanups,
        events,
        components,
        calm,
    }
}

impl Dice {
    fn percent(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    fn trouble(&mut self) -> bool {
        let chaos = self.chaos;
        self.percent(chaos)
    }

    fn short(&mut self) -> Ms {
        match self.rng.u32(0..100) {
            0..20 => 0,
            20..80 => self.rng.u64(1..50),
            _ => self.rng.u64(50..2000),
        }
    }

    fn long(&mut self) -> Ms {
        if self.percent(60) {
            self.short()
        } else {
            self.rng.u64(0..40_000)
        }
    }

    fn ending(&mut self) -> Ending {
        if self.percent(10) {
            return Ending::RestartNow;
        }
        [Ending::Ok, Ending::Error, Ending::Panic][self.rng.usize(0..3)]
    }

    fn on_abort(&mut self) -> OnAbort {
        match self.rng.u32(0..100) {
            0..70 => OnAbort::Drops(0),
            70..80 => OnAbort::Drops(self.rng.u64(0..30)),
            80..88 => OnAbort::Wins(self.rng.u64(0..30), self.ending()),
            _ if !self.trouble() => OnAbort::Drops(0),
            88..94 => OnAbort::Drops(self.rng.u64(300..900)),
            _ => OnAbort::Stuck,
        }
    }

    /// A hook that should end by itself.
    fn hook(&mut self) -> Work {
        let mut work = Work::ok(self.short());
        work.on_abort = self.on_abort();
        if self.trouble() {
            match self.rng.u32(0..5) {
                0 => work.end = Ending::Error,
                1 => work.end = Ending::Panic,
                2 => work.after = Some(self.long()),
                3 => work.after = None,
                _ => (work.after, work.on_abort) = (None, OnAbort::Stuck),
            }
        }
        work
    }

    /// Code that should go on until it is asked to end.
    fn long_run(&mut self) -> Work {
        let mut work = Work::runs(self.short());
        work.on_abort = self.on_abort();
        if self.trouble() {
            match self.rng.u32(0..5) {
                0 => (work.after, work.end) = (Some(self.long()), Ending::Ok),
                1 => (work.after, work.end) = (Some(self.long()), self.ending()),
                2 => work.quit = Some((self.short(), self.ending())),
                3 => work.quit = None,
                _ => (work.quit, work.on_abort) = (None, OnAbort::Stuck),
            }
        }
        work
    }

    fn maybe(&mut self, percent: u32) -> Option<Work> {
        self.percent(percent).then(|| self.hook())
    }

    fn component(&mut self, key: usize, density: u32, calm: bool) -> Component {
        let mut dependencies = Vec::new();
        for _ in 0..self.rng.u32(0..=density) {
            let to = self.rng.usize(0..key.max(1));
            if to < key && dependencies.iter().all(|(known, _)| *known != to) {
                let kind = if self.percent(25) {
                    EdgeKind::Optional
                } else {
                    EdgeKind::Hard
                };
                dependencies.push((to, kind));
            }
        }
        let kind = if self.percent(35) {
            Kind::Service
        } else {
            Kind::Resource
        };
        let mut code = Code {
            load: self.maybe(10),
            starts: (0..self.rng.usize(1..4)).map(|_| self.hook()).collect(),
            run: (kind == Kind::Service && self.percent(95)).then(|| self.long_run()),
            reruns: Vec::new(),
            tidy: None,
            beats: None,
            ready: None,
            drain: self.maybe(15),
            stop: self.maybe(50),
            cleanup: self.maybe(30),
            tasks: Vec::new(),
            extends: Vec::new(),
        };
        for stage in [Stage::Start, Stage::Run, Stage::Stop] {
            if self.percent(8) {
                let work = if stage == Stage::Stop {
                    self.hook()
                } else {
                    self.long_run()
                };
                code.tasks.push((stage, work));
            }
        }
        let policy = if calm {
            self.calm_policy()
        } else {
            self.policy()
        };
        if policy.ready == Ready::Explicit && !self.trouble() {
            code.ready = Some(self.short());
        }
        if !calm && self.percent(6) {
            let stage = [Stage::Load, Stage::Start, Stage::Run, Stage::Stop][self.rng.usize(0..4)];
            code.extends.push((stage, self.short(), self.long()));
        }
        Component {
            kind,
            policy,
            dependencies,
            code,
            added: None,
            required: false,
        }
    }

    fn late_edges(&mut self, components: &mut [Component]) {
        let size = components.len();
        for (from, component) in components.iter_mut().enumerate() {
            let to = self.rng.usize(0..size);
            let known = component.dependencies.iter().any(|(known, _)| *known == to);
            if self.percent(8) && to != from && !known {
                component.dependencies.push((to, EdgeKind::Late));
            }
        }
    }

    /// Adds the app's `main`, which needs all roots and runs until it is told to end, or not so long.
    fn main(&mut self, components: &mut Vec<Component>, calm: bool) {
        let wanted = |to: usize| {
            let mut edges = components
                .iter()
                .flat_map(|component| &component.dependencies);
            edges.any(|(known, kind)| *known == to && *kind != EdgeKind::Late)
        };
        let roots: Vec<usize> = (0..components.len()).filter(|key| !wanted(*key)).collect();
        let dependencies = roots
            .into_iter()
            .map(|to| {
                let optional = components[to].policy.optional;
                (
                    to,
                    if optional {
                        EdgeKind::Optional
                    } else {
                        EdgeKind::Hard
                    },
                )
            })
            .collect();
        let mut code = Code {
            run: Some(Work::runs(self.short())),
            ..Code::calm()
        };
        code.starts = vec![Work::ok(0)];
        if !calm && self.percent(50) {
            code.run = Some(Work {
                end: self.ending(),
                ..Work::ok(self.long())
            });
        }
        components.push(Component {
            kind: Kind::Main,
            policy: Policy::DEFAULT,
            dependencies,
            code,
            added: None,
            required: false,
        });
    }
}
