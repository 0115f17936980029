//! Requests once more: what each has to bring about, and whether an answer is true.

use lifecycle::engine::{Op, Phase, Refusal, Request};
use lifecycle::plan::{EdgeKind, Scope};

use super::{At, Model, Moment, is_root, name};

/// A request without an answer.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    op: Op,
    up: bool,
    keys: Vec<usize>,
}

impl Model<'_> {
    /// Who is wanted: what roots reach through enabled components. Gives those for which that changed.
    pub(super) fn want(&mut self) -> Vec<usize> {
        let size = self.nodes.len();
        let disabled = |key: &usize| self.nodes[*key].disabled;
        let off: Vec<usize> = (0..size).filter(disabled).collect();
        let able = |key: usize| !off.iter().any(|off| self.needs(key, *off));
        let mut wanted: Vec<bool> = (0..size)
            .map(|key| able(key) && (is_root(self.case, key) || self.nodes[key].kept))
            .collect();
        loop {
            let before = wanted.clone();
            for from in (0..size).filter(|from| before[*from]) {
                for (to, _) in &self.case.components[from].dependencies {
                    wanted[*to] |= able(*to);
                }
            }
            if wanted == before {
                break;
            }
        }
        let changed = (0..size)
            .filter(|key| self.nodes[*key].wanted != wanted[*key])
            .collect();
        for (node, wanted) in self.nodes.iter_mut().zip(wanted) {
            node.wanted = wanted;
        }
        self.mark_lost();
        changed
    }

    pub(super) fn ask(&mut self, now: Moment, op: Op, request: Request) {
        if !self.is_rising() {
            return self.refusals.push((op, Refusal::Stopping));
        }
        if matches!(self.phase, Phase::New | Phase::Loading) {
            return self.early.push((op, request));
        }
        match self.take(now, request) {
            Ok((up, keys)) => self.operations.push(Operation { op, up, keys }),
            Err(refusal) => self.refusals.push((op, refusal)),
        }
    }

    /// The start begins.
    pub(super) fn ask_early(&mut self, now: Moment) {
        self.want();
        for (op, request) in std::mem::take(&mut self.early) {
            self.ask(now, op, request);
        }
    }

    fn take(&mut self, now: Moment, request: Request) -> Result<(bool, Vec<usize>), Refusal> {
        match request {
            Request::Disable(key) => {
                let key = self.known(key)?;
                if self.main().is_some_and(|main| self.needs(main, key)) {
                    return Err(Refusal::Main);
                }
                (self.nodes[key].disabled, self.nodes[key].kept) = (true, false);
                let mut keys = self.want();
                keys.push(key);
                Ok((false, keys))
            }
            Request::Enable(key) => {
                let key = self.known(key)?;
                let mut keys = self.revive(key)?;
                let needed: Vec<usize> = (0..=key).filter(|to| self.needs(key, *to)).collect();
                needed
                    .into_iter()
                    .for_each(|to| self.nodes[to].disabled = false);
                keys.extend(self.want());
                if !self.nodes[key].wanted {
                    self.nodes[key].kept = true;
                    keys.extend(self.want());
                }
                keys.push(key);
                Ok((true, keys))
            }
            Request::Restart(key, scope) => {
                let key = self.known(key)?;
                let rebuild =
                    scope == Scope::Dependents || self.case.components[key].code.run.is_none();
                if self.main() == Some(key) || rebuild && self.takes_main(key) {
                    return Err(Refusal::Main);
                }
                if !self.nodes[key].wanted {
                    return Err(self.unwanted(key));
                }
                let mut keys = self.revive(key)?;
                keys.push(key);
                if rebuild {
                    let hopeful = |from: &usize| !self.is_lost(*from);
                    keys.extend(self.hard_dependents(key).into_iter().filter(hopeful));
                }
                self.restart(now, key, rebuild);
                Ok((true, keys))
            }
            Request::Await(key) => match self.known(key)? {
                key if !self.nodes[key].wanted => Err(self.unwanted(key)),
                key => Ok((true, vec![key])),
            },
            _ => Err(Refusal::Unknown),
        }
    }

    /// Why a component is not wanted: the nearest that is disabled among itself and what it needs, if one is.
    fn unwanted(&self, key: usize) -> Refusal {
        let mut near = vec![key];
        let mut next = 0;
        while let Some(key) = near.get(next).copied() {
            if self.nodes[key].disabled {
                return Refusal::Disabled(key as u32);
            }
            let needed = self.case.ordered(key);
            near.extend(needed.filter_map(|(to, kind)| (kind == EdgeKind::Hard).then_some(to)));
            next += 1;
        }
        Refusal::Unneeded
    }

    fn known(&self, key: u32) -> Result<usize, Refusal> {
        let known = (key as usize) < self.nodes.len();
        known.then_some(key as usize).ok_or(Refusal::Unknown)
    }

    /// What failed of it and of what it needs is forgiven; gives those for whom there is hope again.
    fn revive(&mut self, key: usize) -> Result<Vec<usize>, Refusal> {
        let needed: Vec<usize> = (0..=key).filter(|to| self.needs(key, *to)).collect();
        let dead = |to: &&usize| self.nodes[**to].given_up || self.nodes[**to].unloaded;
        if let Some(to) = needed.iter().find(dead) {
            return Err(Refusal::Failed(*to as u32));
        }
        let mut back = Vec::new();
        for to in needed
            .into_iter()
            .filter(|to| self.nodes[*to].failed)
            .collect::<Vec<_>>()
        {
            let node = &mut self.nodes[to];
            (node.failed, node.degraded, node.missed) = (false, false, false);
            (node.again, node.attempt) = (None, 0);
            (node.supervised.pending, node.supervised.rebuilding) = (None, false);
            node.recycling |= node.at.is_live();
            back.extend(self.hard_dependents(to));
        }
        self.mark_lost();
        back.retain(|key| !self.is_lost(*key));
        Ok(back)
    }

    fn restart(&mut self, now: Moment, key: usize, rebuild: bool) {
        let going = self.must_go(key);
        let node = &mut self.nodes[key];
        let it = &mut node.supervised;
        if it.pending.is_some() {
            it.pending = Some(std::time::Duration::ZERO);
        }
        match node.at {
            At::Down if node.retry_at.is_some() => node.retry_at = Some((now, now)),
            At::Starting | At::Warming | At::Up | At::Recalling | At::Tidying | At::Waiting
                if rebuild =>
            {
                node.recycling = true;
            }
            At::Waiting if !going => it.rerun_at = Some(now),
            At::Up | At::Warming if !going && !rebuild => {
                it.pending = Some(std::time::Duration::ZERO);
                it.to_recall = true;
            }
            _ => {}
        }
        self.mark_lost();
    }

    fn is_done(&self, operation: &Operation) -> bool {
        operation.keys.iter().all(|key| {
            let node = &self.nodes[*key];
            match operation.up {
                true => node.wanted && node.at == At::Up && node.told && !self.must_go(*key),
                false => !node.wanted && node.at == At::Down && node.retry_at.is_none(),
            }
        })
    }

    pub(super) fn answered(&mut self, op: Op, result: Result<(), Refusal>) -> Result<(), String> {
        if let Some(place) = self.refusals.iter().position(|(refused, _)| *refused == op) {
            let (_, expected) = self.refusals.remove(place);
            let fine = match (expected, result) {
                (Refusal::Failed(_), Err(Refusal::Failed(key))) => {
                    self.nodes[key as usize].unloaded
                }
                (Refusal::Failed(_), Err(Refusal::GivenUp(key))) => {
                    self.nodes[key as usize].given_up
                }
                (expected, result) => result == Err(expected),
            };
            let error = format!("{op} was answered with {result:?}, not {expected:?}");
            return if fine { Ok(()) } else { Err(error) };
        }
        if let Some(place) = self.early.iter().position(|(early, _)| *early == op) {
            self.early.remove(place);
            let fine = result == Err(Refusal::Stopping) && !self.is_rising();
            return if fine {
                Ok(())
            } else {
                Err(format!("{op} was answered before the start"))
            };
        }
        let Some(place) = self.operations.iter().position(|known| known.op == op) else {
            return Err(format!("{op} was answered, and nobody asked"));
        };
        let operation = self.operations.remove(place);
        let mut keys = operation.keys.iter();
        let fine = match result {
            Ok(()) => self.is_done(&operation),
            Err(Refusal::Stopping) => !self.is_rising(),
            Err(Refusal::Superseded) => keys.any(|key| self.nodes[*key].wanted != operation.up),
            Err(Refusal::Failed(lost)) => {
                let lost = lost as usize;
                operation.up && self.nodes[lost].failed && keys.any(|key| self.needs(*key, lost))
            }
            Err(Refusal::GivenUp(lost)) => {
                let lost = lost as usize;
                self.nodes[lost].given_up && keys.any(|key| self.needs(*key, lost))
            }
            Err(_) => false,
        };
        if fine {
            Ok(())
        } else {
            Err(format!(
                "{op} was answered with {result:?}, which is not true"
            ))
        }
    }

    /// What is done is said, and what was refused.
    pub(super) fn all_answered(&self) -> Result<(), String> {
        if let Some((op, refusal)) = self.refusals.first() {
            return Err(format!("{op} was not refused with {refusal:?}"));
        }
        if let Some(operation) = self
            .operations
            .iter()
            .find(|operation| self.is_done(operation))
        {
            return Err(format!("{} is done, and nobody was told", operation.op));
        }
        let opposite = |it: &&Operation| it.keys.iter().any(|key| self.nodes[*key].wanted != it.up);
        if let Some(operation) = self.operations.iter().find(opposite) {
            return Err(format!(
                "{} was superseded, and nobody was told",
                operation.op
            ));
        }
        if let Some(operation) = self.operations.first().filter(|_| !self.is_rising()) {
            return Err(format!("{} was not answered before the end", operation.op));
        }
        Ok(())
    }

    /// At rest nothing more will come.
    pub(super) fn nothing_asked(&self) -> Result<(), String> {
        match self.operations.first() {
            None => Ok(()),
            Some(operation) => {
                let names: Vec<_> = operation.keys.iter().map(|key| name(*key)).collect();
                Err(format!("{} is never answered: {names:?}", operation.op))
            }
        }
    }
}
