//! I7: the exit code from the causes in the log, most telling first.

use lifecycle::engine::{Cause, FailureKind, Force, Signal};

use super::Model;

/// What went wrong with required components after the shutdown began, or without causing it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    panicked: bool,
    failed: bool,
    pub(super) overstayed: bool,
}

impl Tally {
    pub(super) fn count(&mut self, kind: FailureKind) {
        self.failed = true;
        self.panicked |= kind == FailureKind::Panic;
    }
}

impl Model<'_> {
    pub(super) fn exit_code(&self) -> u8 {
        let tally = self.tally;
        match (
            self.forced.map(|(_, force)| force),
            self.shutdown.map(|(_, cause)| cause),
        ) {
            (Some(Force::Signal(Signal::Interrupt)), _) => 130,
            (Some(Force::Signal(Signal::Terminate)), _) => 143,
            (_, Some(Cause::LoadFailed(_))) => 78,
            (_, Some(Cause::StartFailed(_, failure) | Cause::Failed(_, failure)))
                if failure.kind == FailureKind::Panic =>
            {
                70
            }
            (_, Some(Cause::StartFailed(..) | Cause::StartBudget)) => 69,
            (_, Some(Cause::Failed(..) | Cause::NoneLeft | Cause::MainLost)) => 1,
            _ if tally.panicked => 70,
            (forced, _) if tally.overstayed || forced.is_some() => 75,
            _ if tally.failed => 1,
            _ => self.wanted,
        }
    }
}
