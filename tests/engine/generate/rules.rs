//! Random policies, limits and events.

use lifecycle::engine::{Input, Limits, SecondSigterm, Signal};
use lifecycle::plan::{OnFinish, Policy, Ready};

use super::Dice;
use crate::case::{Ms, ms};

impl Dice {
    pub(super) fn calm_policy(&mut self) -> Policy {
        let mut policy = Policy::DEFAULT;
        policy.optional = self.percent(10);
        policy.ready = if self.percent(20) {
            Ready::Explicit
        } else {
            Ready::Started
        };
        policy.stop_timeout = ms(30_000);
        policy
    }

    pub(super) fn policy(&mut self) -> Policy {
        let mut policy = self.calm_policy();
        policy.optional = self.percent(30);
        if self.percent(70) {
            policy.start_timeout = ms(2_500 + self.long());
            policy.stop_timeout = ms(self.long());
        }
        if self.percent(5) {
            policy.start_timeout = ms(self.short());
        }
        if self.percent(30) {
            policy.retry = self.rng.u32(1..4);
            policy.backoff.min = ms(self.short());
            policy.backoff.max = policy.backoff.min + ms(self.short());
        }
        if self.percent(10) {
            policy.on_finish = OnFinish::Shutdown;
        }
        policy
    }

    pub(super) fn limits(&mut self, calm: bool) -> Limits {
        let mut limits = Limits::default();
        limits.seed = self.rng.u64(..);
        if self.percent(30) {
            limits.drain_delay = ms(self.short());
        }
        if calm {
            limits.start_budget = ms(3_600_000);
            limits.shutdown_timeout = ms(3_600_000);
            return limits;
        }
        if self.percent(25) {
            limits.max_concurrent_starts = self.rng.usize(0..6);
        }
        if self.percent(30) {
            limits.start_budget = ms(self.rng.u64(0..20_000));
        }
        if self.percent(60) {
            limits.shutdown_timeout = ms(self.rng.u64(0..30_000));
        }
        if self.percent(30) {
            limits.second_sigterm = SecondSigterm::Force;
        }
        limits
    }

    pub(super) fn events(&mut self, calm: bool) -> Vec<(Ms, Input)> {
        if calm {
            return Vec::new();
        }
        let mut events = Vec::new();
        let span = [50, 500, 5_000, 90_000][self.rng.usize(0..4)];
        if self.percent(40) {
            let mut at = self.rng.u64(0..span);
            for _ in 0..self.rng.u32(1..=4) {
                let signal = [Signal::Interrupt, Signal::Terminate][self.rng.usize(0..2)];
                events.push((at, Input::Signal(signal)));
                at += if self.rng.bool() {
                    self.rng.u64(0..100)
                } else {
                    self.rng.u64(0..span)
                };
            }
        }
        for _ in 0..self.rng.u32(0..3) {
            let input = if self.rng.bool() {
                Input::Shutdown
            } else {
                Input::ExitCode(self.rng.u8(0..10))
            };
            if self.percent(50) {
                events.push((self.rng.u64(0..span), input));
            }
        }
        events
    }
}
