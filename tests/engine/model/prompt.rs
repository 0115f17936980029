//! What the rules demand: after every input, all that can be done has been done.

use lifecycle::engine::{Engine, Key, Moment, Phase, SecondSigterm, Signal};
use lifecycle::plan::EdgeKind;

use super::{Answer, At, Model, name};

impl Model<'_> {
    pub(crate) fn knows_what_is_required(&self, engine: &Engine) -> Result<(), String> {
        let wrong = |key: &usize| engine.is_required(*key as Key) != self.required[*key];
        match (0..self.nodes.len()).find(wrong) {
            Some(key) => Err(format!("whether {} is required", name(key))),
            None => Ok(()),
        }
    }

    fn knows_what_is_wanted(&self, engine: &Engine) -> Result<(), String> {
        let wrong = |key: &usize| {
            let (node, key) = (&self.nodes[*key], *key as Key);
            let disabled = engine.is_disabled(key);
            disabled != node.disabled
                || disabled != node.told_disabled
                || self.is_rising() && engine.is_wanted(key) != node.wanted
        };
        match (0..self.nodes.len()).find(wrong) {
            Some(key) => Err(format!("whether {} is wanted or disabled", name(key))),
            None => Ok(()),
        }
    }

    /// What must hold after every input.
    pub(crate) fn after(&mut self, now: Moment, engine: &Engine) -> Result<(), String> {
        for key in 0..self.nodes.len() {
            // A wait ends when the component has to go, and does not come back.
            if self.nodes[key].at == At::Waiting && self.must_go(key) {
                self.nodes[key].supervised.rerun_at = Some(now);
            }
            self.watch(now, key);
        }
        self.all_answered()?;
        if !matches!(self.phase, Phase::New | Phase::Loading) {
            self.knows_what_is_wanted(engine)?;
        }
        let (cue, nodes, size) = (&self.cue, &self.nodes, self.nodes.len());
        if cue.answer != cue.answered {
            return Err(format!(
                "a signal should {:?}, and did {:?}",
                cue.answer, cue.answered
            ));
        }
        if cue.shutdown && self.is_rising() {
            return Err("the shutdown did not begin".into());
        }
        let starting = nodes.iter().filter(|node| node.at == At::Starting).count();
        let cap = self.case.limits.max_concurrent_starts.max(1);
        if starting > cap {
            return Err("more starts at once than there may be".into());
        }
        if self.phase != engine.phase() {
            return Err("the phase changed without an event".into());
        }
        if let Some(key) = cue.must_fail.filter(|key| !nodes[*key].failed) {
            return Err(format!("{} failed, and nobody was told", name(key)));
        }
        if let Some(key) = cue.done.filter(|key| nodes[*key].down_at != Some(now)) {
            return Err(format!(
                "{} is idle after its cleanups, and not down",
                name(key)
            ));
        }
        if matches!(self.phase, Phase::Starting | Phase::Running) && self.main_lost() {
            return Err("main cannot run, and the app goes on".into());
        }
        if let Some(key) = cue.hurry.filter(|key| !nodes[*key].hurried) {
            return Err(format!(
                "the other cleanups of {} were forgotten",
                name(key)
            ));
        }
        if self.phase != Phase::Ended {
            for key in 0..size {
                self.prompt(now, key, starting == cap)
                    .map_err(|what| format!("{}: {what}", name(key)))?;
            }
        }
        self.cleans_up_in_time()?;
        self.in_time(now)
    }

    /// Whatever a component may do, it does at once.
    fn prompt(&self, now: Moment, key: usize, full: bool) -> Result<(), String> {
        let node = &self.nodes[key];
        let going = self.must_go(key);
        let met = |(to, kind): (usize, EdgeKind)| {
            self.nodes[to].at == At::Up || kind == EdgeKind::Optional && self.is_lost(to)
        };
        let in_the_way = |(from, kind): (usize, EdgeKind)| {
            self.nodes[from].at.is_live() && (kind == EdgeKind::Hard || self.must_go(from))
        };
        let error = match node.at {
            At::Failing => "the failed start is not cleaned up",
            At::Down
                if matches!(
                    self.phase,
                    Phase::Starting | Phase::Running | Phase::Draining
                ) && !going
                    && !full =>
            {
                let due = match node.retry_at {
                    Some((at, _)) => now >= at,
                    None => true,
                };
                if !due || !self.case.ordered(key).all(met) {
                    return Ok(());
                }
                "it could start"
            }
            At::Starting if going && node.aborted.is_none() => "its start is not cancelled",
            At::Loading if self.window.is_some() && node.aborted.is_none() => {
                "its load is not cancelled"
            }
            At::Warming | At::Up if node.supervised.to_recall => "its work is not ended",
            At::Recalling if node.supervised.to_tidy => "its run is not cleaned up",
            At::Tidying if node.supervised.to_wait => "its restart does not go on",
            At::Waiting if !going && node.supervised.rerun_at.is_none_or(|at| now >= at) => {
                "it could run again"
            }
            At::Warming | At::Up | At::Recalling | At::Tidying | At::Waiting
                if going && !self.dependents[key].iter().copied().any(in_the_way) =>
            {
                "it could stop"
            }
            At::Warming | At::Up if node.to_run && !going => "its run loop is not called",
            At::Up if !node.told && !going => "nobody knows that it is up",
            _ => return Ok(()),
        };
        Err(error.into())
    }

    /// What the next signal must do.
    pub(super) fn answer(&self, signal: Signal) -> Answer {
        let forces =
            signal == Signal::Interrupt || self.case.limits.second_sigterm == SecondSigterm::Force;
        match (self.signals.len(), self.forced) {
            _ if self.is_rising() => Answer::ShutDown,
            (0, None) if self.phase == Phase::Draining && signal == Signal::Interrupt => {
                Answer::EndDrain
            }
            (1.., None) if forces => Answer::Force,
            (1.., Some(_)) if forces => Answer::Exit,
            _ => Answer::Ignore,
        }
    }
}
