//! Which groups of health there are, and who may name them.

use super::Visitor;
use crate::plan::compiled::CompiledPlan;
use crate::plan::message::Message;

/// The name of the group that holds once the start is complete.
pub(crate) const STARTUP: &str = "startup";
/// The name of the group that holds while the app can do its work.
pub(crate) const READINESS: &str = "readiness";
/// The name of the group that holds unless the process had better be started anew.
pub(crate) const LIVENESS: &str = "liveness";

/// The groups of every app.
pub(crate) const OF_EVERY_APP: [&str; 3] = [STARTUP, READINESS, LIVENESS];
/// Those of them that a component may join.
const TO_JOIN: [&str; 2] = [READINESS, LIVENESS];

impl Visitor<'_> {
    /// Says which groups the app has, so that each name is checked; nobody checks them otherwise.
    pub const fn know_groups(&mut self, names: &'static [&'static str]) {
        self.groups = Some(names);
    }

    /// Says that the component that is being visited belongs to a group.
    ///
    /// # Panics
    ///
    /// In const evaluation, with a message that rustc shows, if the app has no such group.
    #[track_caller]
    pub const fn health_group(&mut self, name: &'static str) {
        let Some(known) = self.groups else {
            return;
        };
        if self.opened != self.round || has(&TO_JOIN, name) || has(known, name) {
            return;
        }
        self.findings += 1;
        if self.findings - 1 == self.report {
            self.unknown_group_panic(name, known);
        }
    }

    #[track_caller]
    const fn unknown_group_panic(&self, name: &str, known: &[&str]) {
        let component = self.nodes[self.parent].declaration().name;
        let mut message = Message::new()
            .text("`")
            .text(component)
            .text("` belongs to the health group `")
            .text(name)
            .text("`, which the app does not have; ");
        if known.is_empty() {
            message = message
                .text("write `health_groups = [\"")
                .text(name)
                .text("\"]` in `#[lifecycle::app]`");
        } else {
            message = message.text("it has ");
            let mut i = 0;
            while i < known.len() {
                message = message.text("`").text(known[i]).text("`, ");
                i += 1;
            }
            message = message
                .text("`")
                .text(READINESS)
                .text("` and `")
                .text(LIVENESS)
                .text("`");
        }
        panic!("{}", message.as_str());
    }
}

impl<const N: usize, const E: usize> CompiledPlan<N, E> {
    /// Panics when no component belongs to a group that the app has.
    #[track_caller]
    pub const fn check_health_group(&self, name: &str) {
        let mut i = 0;
        while i < N {
            if has(self.nodes[i].declaration.groups, name) {
                return;
            }
            i += 1;
        }
        let message = Message::new()
            .text("no component belongs to the health group `")
            .text(name)
            .text("`; write `health_groups = [\"")
            .text(name)
            .text("\"]` on those that do, or remove it here");
        panic!("{}", message.as_str());
    }
}

const fn has(names: &[&str], name: &str) -> bool {
    let mut i = 0;
    while i < names.len() {
        if equal(names[i].as_bytes(), name.as_bytes()) {
            return true;
        }
        i += 1;
    }
    false
}

const fn equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}
