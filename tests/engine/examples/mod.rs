//! The tricky rules one by one, each as a small story in virtual time.
//!
//! A story names components with what they need (`"db"`, `"?cache"` optional, `"~bus"` late), says what their code
//! does, and reads what the engine ordered: `"5000 abort db"`. The model checks every story too. When nothing moves
//! any more, somebody asks for the shutdown.

mod budget;
mod changes;
mod cleanup;
mod finish;
mod heartbeat;
mod limits;
mod overstay;
mod restart;
mod retry;
mod signals;
mod start;
mod stop;

use lifecycle::engine::{
    Change, Command, Ending, Input, Key, Limits, Output, Request, Signal, What,
};
use lifecycle::plan::{EdgeKind, Kind, Policy, Restart};

use crate::case::{Case, Code, Component, Ms, OnAbort, STORY, Work, ms};
use crate::report;
use crate::world::{Line, World};

pub(crate) const SIGINT: Input = Input::Signal(Signal::Interrupt);
pub(crate) const SIGTERM: Input = Input::Signal(Signal::Terminate);

/// Code that fails after this long.
pub(crate) const fn fails(after: Ms) -> Work {
    Work {
        end: Ending::Error,
        ..Work::ok(after)
    }
}

/// Its restarts wait for nothing.
pub(crate) fn restarts(component: &mut Component, restart: Restart) {
    component.policy.restart = restart;
    component.policy.backoff.min = ms(0);
    component.policy.backoff.max = ms(0);
}

pub(crate) const fn panics(after: Ms) -> Work {
    Work {
        end: Ending::Panic,
        ..Work::ok(after)
    }
}

/// Code that ends only when it is aborted.
pub(crate) const HANGS: Work = Work {
    after: None,
    ..Work::ok(0)
};

/// Code that does not even notice an abort.
pub(crate) const STUCK: Work = Work {
    on_abort: OnAbort::Stuck,
    ..HANGS
};

pub(crate) struct Story {
    names: Vec<&'static str>,
    case: Case,
}

pub(crate) struct Told {
    lines: Vec<String>,
    pub(crate) exit: u8,
    log: String,
}

pub(crate) fn story() -> Story {
    let limits = Limits::default();
    Story {
        names: Vec::new(),
        case: Case {
            seed: STORY,
            components: Vec::new(),
            limits,
            cleanups: Vec::new(),
            events: Vec::new(),
            calm: false,
        },
    }
}

impl Story {
    fn add(
        mut self,
        kind: Kind,
        name: &'static str,
        needs: &[&str],
        edit: impl FnOnce(&mut Component),
    ) -> Self {
        let dependencies = needs.iter().map(|need| {
            let (kind, need) = match need.split_at(1) {
                ("?", need) => (EdgeKind::Optional, need),
                ("~", need) => (EdgeKind::Late, need),
                _ => (EdgeKind::Hard, *need),
            };
            (
                self.names
                    .iter()
                    .position(|name| *name == need)
                    .expect("a name from above"),
                kind,
            )
        });
        let dependencies = dependencies.collect();
        let mut component = Component {
            kind,
            policy: Policy::DEFAULT,
            dependencies,
            code: Code::calm(),
            added: None,
            required: false,
        };
        component.code.starts = vec![Work::ok(10)];
        edit(&mut component);
        self.names.push(name);
        self.case.components.push(component);
        self
    }

    /// A resource that starts in 10 ms.
    pub(crate) fn resource(
        self,
        name: &'static str,
        needs: &[&str],
        edit: impl FnOnce(&mut Component),
    ) -> Self {
        self.add(Kind::Resource, name, needs, edit)
    }

    /// A service that starts in 10 ms, and whose run loop ends at once when it is asked to.
    pub(crate) fn service(
        self,
        name: &'static str,
        needs: &[&str],
        edit: impl FnOnce(&mut Component),
    ) -> Self {
        self.add(Kind::Service, name, needs, |component| {
            component.code.run = Some(Work::runs(0));
            edit(component);
        })
    }

    /// A `main` that runs until it is asked to end.
    pub(crate) fn main(self, needs: &[&str]) -> Self {
        self.add(Kind::Main, "main", needs, |component| {
            component.code.starts = vec![Work::ok(0)];
            component.code.run = Some(Work::runs(0));
        })
    }

    /// Gives a component one more edge, to one that stands below it in the story.
    pub(crate) fn late(mut self, from: &str, to: &str) -> Self {
        let key = |name: &str| {
            self.names
                .iter()
                .position(|known| *known == name)
                .expect("a known name")
        };
        let (from, to) = (key(from), key(to));
        self.case.components[from]
            .dependencies
            .push((to, EdgeKind::Late));
        self
    }

    /// Somebody asks for a change of a component.
    pub(crate) fn ask(self, at: Ms, op: u64, request: fn(Key) -> Request, name: &str) -> Self {
        let known = self.names.iter().position(|known| *known == name);
        let key = known.expect("a known name") as Key;
        self.at(at, Input::Ask(op, request(key)))
    }

    /// A service that is added at this time.
    pub(crate) fn added(self, at: Ms, name: &'static str, needs: &[&str]) -> Self {
        self.service(name, needs, |c| c.added = Some(at))
    }

    /// A cleanup of the app.
    pub(crate) fn cleanup(mut self, work: Work) -> Self {
        self.case.cleanups.push(work);
        self
    }

    pub(crate) fn limits(mut self, edit: impl FnOnce(&mut Limits)) -> Self {
        edit(&mut self.case.limits);
        self
    }

    pub(crate) fn at(mut self, at: Ms, input: Input) -> Self {
        self.case.events.push((at, input));
        self
    }

    pub(crate) fn tell(self) -> Told {
        let mut world = World::new(&self.case);
        let result = world.run();
        let log = report::report(&self.case, &world.log, "the story");
        if let Err(error) = result {
            panic!("{error}\n{log}");
        }
        let lines = world
            .log
            .iter()
            .filter_map(|line| self.line(line))
            .collect();
        Told {
            lines,
            exit: world.exit_code(),
            log,
        }
    }

    fn line(&self, line: &Line) -> Option<String> {
        let Line::Out(at, output) = line else {
            return None;
        };
        let (verb, key) = match *output {
            Output::Command(command) => match command {
                Command::Load(key) => ("load", Some(key)),
                Command::Start(key) => ("start", Some(key)),
                Command::Run(key) => ("run", Some(key)),
                Command::Quiesce { node, drain: true } => ("drain", Some(node)),
                Command::Quiesce { node, drain: false } => ("quiesce", Some(node)),
                Command::Stop(key) => ("stop", Some(key)),
                Command::Cleanup(key) => ("clean", Some(key)),
                Command::Hurry(key) => ("hurry", Some(key)),
                Command::Abort(key) => ("abort", Some(key)),
                Command::GiveUp(key) => ("give up", Some(key)),
                Command::CleanUpApp => ("undo", None),
                Command::GiveUpCleanups => ("abandon", None),
                Command::Finish => ("finish", None),
                Command::Exit(_) => ("exit", None),
                Command::EndRun(key) => ("end", Some(key)),
                Command::CleanRun(key) => ("tidy", Some(key)),
                _ => return None,
            },
            Output::Answer(op, result) => {
                let result = format!("{result:?}");
                return Some(format!("{} answer {op} {result}", at.as_millis()));
            }
            Output::Event(event) => match event.what {
                What::Component(key, Change::Up) => ("up", Some(key)),
                What::Component(key, Change::Down) => ("down", Some(key)),
                What::Component(key, Change::Failed(_)) => ("failed", Some(key)),
                What::Component(key, Change::Overstayed(_)) => ("overstayed", Some(key)),
                What::Component(key, Change::Queued) => ("queued", Some(key)),
                What::Component(key, Change::Finished) => ("finished", Some(key)),
                What::Component(key, Change::Crashed(_)) => ("crashed", Some(key)),
                What::Component(key, Change::Restarting { .. }) => ("restarting", Some(key)),
                What::Ignored(_) => ("ignored", None),
                What::Forced(_) => ("forced", None),
                What::Phase(phase) => return Some(format!("{} phase {phase}", at.as_millis())),
                What::Shutdown(cause) => {
                    return Some(format!("{} because {cause:?}", at.as_millis()));
                }
                _ => return None,
            },
            _ => return None,
        };
        let name = key.map_or(String::new(), |key| {
            format!(" {}", self.names[key as usize])
        });
        Some(format!("{} {verb}{name}", at.as_millis()))
    }
}

impl Told {
    /// What happened of these kinds, in order, and nothing else of them.
    #[track_caller]
    pub(crate) fn only(&self, verbs: &[&str], expected: &[&str]) -> &Self {
        let of = |line: &&String| {
            let verb = line.split_once(' ').map_or("", |(_, rest)| rest);
            verbs
                .iter()
                .any(|wanted| verb == *wanted || verb.starts_with(&format!("{wanted} ")))
        };
        let found: Vec<&String> = self.lines.iter().filter(of).collect();
        assert_eq!(found, expected, "{}", self.log);
        self
    }

    #[track_caller]
    pub(crate) fn exits(&self, code: u8) -> &Self {
        assert_eq!(self.exit, code, "{}", self.log);
        self
    }
}
