//! Restarts, heartbeats and changes at run time, laid over a case that has none.

use lifecycle::engine::{Input, Key, Request};
use lifecycle::plan::{EdgeKind, Escalate, Kind, Ready, Restart, Scope};

use super::Dice;
use crate::case::{Component, Ms, Work, ms};

impl Dice {
    pub(super) fn changes(
        &mut self,
        components: &mut Vec<Component>,
        events: &mut Vec<(Ms, Input)>,
    ) {
        let span = [50, 500, 5_000, 90_000][self.rng.usize(0..4)];
        let supervised = [0, 10, 40, 90][self.rng.usize(0..4)];
        if self.percent(25) {
            self.additions(components, span);
        }
        for component in &mut *components {
            if component.kind == Kind::Main {
                // Whatever it says, it is called once.
                component.policy.restart = Restart::Always;
            } else if self.percent(supervised) {
                self.supervise(component);
            }
        }
        if self.percent(15) {
            let beating = components.iter_mut().filter(|it| it.kind != Kind::Main);
            for component in beating.filter(|_| self.percent(20)).collect::<Vec<_>>() {
                self.heartbeat(component);
            }
        }
        if self.percent(50) {
            let mut at = 0;
            for op in 0..self.rng.u64(1..8) {
                at = if self.percent(20) {
                    at
                } else {
                    self.rng.u64(0..span)
                };
                let request = self.request(components.len());
                events.push((at, Input::Ask(op, request)));
            }
        }
    }

    fn request(&mut self, size: usize) -> Request {
        let key = self.rng.usize(0..size) as Key;
        let key = if self.percent(1) { Key::MAX } else { key };
        match self.rng.u32(0..12) {
            0..4 => Request::Disable(key),
            4..7 => Request::Enable(key),
            7..9 => Request::Await(key),
            _ => Request::Restart(key, self.scope()),
        }
    }

    fn scope(&mut self) -> Scope {
        if self.rng.bool() {
            Scope::Itself
        } else {
            Scope::Dependents
        }
    }

    fn supervise(&mut self, component: &mut Component) {
        let policy = &mut component.policy;
        policy.restart = if self.percent(70) {
            Restart::OnFailure
        } else {
            Restart::Always
        };
        policy.max_restarts = self.rng.u32(0..6);
        if self.percent(60) {
            policy.within = ms(self.long());
        }
        if self.percent(70) {
            policy.backoff.min = ms(self.short());
            policy.backoff.max = policy.backoff.min + ms(self.short());
        }
        policy.scope = self.scope();
        if self.percent(30) {
            policy.escalate = Escalate::Degrade;
        }
        let code = &mut component.code;
        if policy.ready == Ready::Explicit || policy.start_timeout < ms(2_500) {
            // Perhaps it never is up in time: its restarts have to come to an end.
            policy.within = ms(3_600_000);
        }
        if code.run.is_some() && self.percent(60) {
            code.run = Some(self.short_run());
        }
        let failing = self.rng.usize(0..5);
        code.reruns = (0..failing).map(|_| self.short_run()).collect();
        // Sooner or later all is well.
        code.reruns.push(Work::runs(self.short()));
        code.starts.push(Work::ok(self.short()));
        code.tidy = self.maybe(40);
    }

    /// A run loop that does not last.
    fn short_run(&mut self) -> Work {
        let mut work = self.long_run();
        (work.after, work.end) = (Some(self.long()), self.ending());
        work
    }

    fn heartbeat(&mut self, component: &mut Component) {
        let every = self.rng.u64(400..5_000);
        component.policy.heartbeat = Some(ms(every));
        if self.percent(80) {
            let pace = self.rng.u64(every / 4..every + every / 4);
            let times = if self.rng.bool() {
                u32::MAX
            } else {
                self.rng.u32(1..20)
            };
            component.code.beats = Some((pace, times));
        }
    }

    /// Components that come at run time, in groups.
    fn additions(&mut self, components: &mut Vec<Component>, span: Ms) {
        let mut times: Vec<Ms> = (0..self.rng.usize(1..4))
            .map(|_| self.rng.u64(0..span))
            .collect();
        times.sort_unstable();
        for at in times {
            let first = components.len();
            for _ in 0..self.rng.usize(1..4) {
                let key = components.len();
                let mut component = self.component(key, 3, false);
                component.code.load = None;
                component.added = Some(at);
                component.required = self.percent(30);
                let to = self.rng.usize(0..key);
                let known = component.dependencies.iter().any(|(known, _)| *known == to);
                if self.percent(10) && !known {
                    component.dependencies.push((to, EdgeKind::Late));
                }
                components.push(component);
            }
            // Without an order, also to one that stands behind it.
            let last = components.len() - 1;
            let known = |to: usize| {
                components[first]
                    .dependencies
                    .iter()
                    .any(|(known, _)| *known == to)
            };
            if last > first && !known(last) && self.percent(30) {
                components[first].dependencies.push((last, EdgeKind::Late));
            }
        }
    }
}
