//! What must hold when nothing moves any more.

use lifecycle::engine::{LifecycleEvent, Phase};
use lifecycle::plan::{Kind, OnFinish};

use super::{At, Model, name};

impl Model<'_> {
    /// Nothing is alive that will end by itself, and no deadline is armed.
    pub(crate) fn at_rest(&self, phase: Phase) -> Result<(), String> {
        if !self.is_rising() {
            return Err("I4: a shutdown that does not end".into());
        }
        if phase != Phase::Running {
            return Err(format!("at rest while {phase}"));
        }
        self.nothing_asked()?;
        for (key, node) in self.nodes.iter().enumerate() {
            let lost = self.is_lost(key);
            let fine = if lost {
                matches!(node.at, At::Down | At::GivenUp)
            } else {
                node.at == At::Up
            };
            let component = &self.case.components[key];
            let ends =
                component.kind == Kind::Main || component.policy.on_finish == OnFinish::Shutdown;
            if !fine {
                return Err(format!(
                    "{} rests as {:?}, lost: {lost}",
                    name(key),
                    node.at
                ));
            }
            if node.failed && node.missed && !node.degraded {
                return Err(format!("the app goes on without {}", name(key)));
            }
            if node.finished && ends && !lost {
                return Err(format!("the app goes on although {} returned", name(key)));
            }
        }
        let mut services = (0..self.nodes.len())
            .filter(|key| self.case.components[*key].kind == Kind::Service)
            .peekable();
        let paused = (0..self.nodes.len())
            .filter(|key| self.case.components[*key].kind == Kind::Service)
            .any(|key| !self.nodes[key].wanted);
        if services.peek().is_some()
            && !paused
            && services.all(|key| self.nodes[key].finished || self.is_lost(key))
        {
            return Err("the app goes on although no service is left".into());
        }
        Ok(())
    }

    /// The app has ended, and all that could still happen has happened.
    pub(crate) fn at_end(&self, code: u8) -> Result<(), String> {
        for (key, node) in self.nodes.iter().enumerate() {
            let name = name(key);
            let mut stopped = node.stops == node.succeeded;
            let mut cleaned = node.cleanups == node.started;
            if self.forced.is_some() {
                stopped = node.stops <= node.succeeded;
            }
            if node.given_up {
                stopped = node.stops <= node.succeeded;
                cleaned = node.cleanups <= node.started;
            }
            if !stopped {
                return Err(format!(
                    "I3: {name} started {} times and stopped {} times",
                    node.succeeded, node.stops
                ));
            }
            if !cleaned {
                return Err(format!(
                    "I3: {name} began {} times and was cleaned {} times",
                    node.started, node.cleanups
                ));
            }
            if node.failed && node.missed && code == 0 {
                return Err(format!("I7: exit code 0 although {name} failed"));
            }
        }
        if !self.told_to_finish {
            return Err("the end without `Finish`".into());
        }
        let expected = self.exit_code();
        if code != expected {
            return Err(format!(
                "I7: exit code {code}, and {expected} follows from the log"
            ));
        }
        if self.case.calm {
            self.calm(code)
        } else {
            Ok(())
        }
    }

    /// Used by the statistics: what this event is, without its numbers.
    pub(crate) fn label(event: LifecycleEvent) -> String {
        let text = format!("{:?}", event.what);
        text.chars().filter(|c| !c.is_ascii_digit()).collect()
    }
}
