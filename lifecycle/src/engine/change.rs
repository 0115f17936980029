//! Changes at run time: what somebody asks for, and the answer once it is so.

use super::input::Key;
use super::node::State;
use super::output::{Change, Output};
use super::{Engine, Phase};
use crate::plan::Scope;

/// Whoever asks names the request, to know its answer.
pub type Op = u64;

/// A change that somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// Takes the component down, and with it what cannot do without it and what nobody else needs.
    ///
    /// Complete when all of that is down. A service that is disabled does not count as finished, so the app goes on
    /// even without any service. What `main` cannot do without stays.
    Disable(Key),
    /// Brings the component up, what it cannot do without first, and what was down only because it was.
    ///
    /// Complete when all of that is up. One that failed is tried again. One that nobody needs is kept for its own sake
    /// until it is disabled.
    Enable(Key),
    /// Restarts the component, at once and without counting it against its budget; one that failed is tried again.
    ///
    /// Complete when it, and all that cannot do without it and had to go for that, is up again. One that is not up yet
    /// or goes already comes up as it would anyway, but waits for no backoff.
    Restart(Key, Scope),
    /// Changes nothing. Complete when the component is up; refused if it cannot come up as things are.
    Await(Key),
}

/// Why a request came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The app is stopping, or has ended.
    Stopping,
    /// There is no such component.
    Unknown,
    /// The component is `main`, or `main` holds it and is called only once.
    Main,
    /// This component is disabled, which is the one that was meant or something that it needs.
    Disabled(Key),
    /// Nobody needs the component any more.
    Unneeded,
    /// This component failed.
    Failed(Key),
    /// This component could not be ended, and what is alive of it is in the way.
    GivenUp(Key),
    /// A later request wants the opposite.
    Superseded,
}

/// A request whose effect is not complete.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    op: Op,
    /// Whether these components are to be up, or down.
    up: bool,
    keys: Vec<Key>,
    /// Those before this one were as they are to be.
    next: usize,
    /// Others are wanted since, or no longer: it may be that somebody asked for the opposite.
    pub(super) doubtful: bool,
}

impl Engine {
    pub(super) fn answer(&mut self, op: Op, result: Result<(), Refusal>) {
        self.out.push_back(Output::Answer(op, result));
    }

    pub(super) fn ask(&mut self, op: Op, request: Request) {
        let result = match self.phase {
            _ if !self.is_rising() => Err(Refusal::Stopping),
            // Until the start nobody is wanted, so there is nothing to change yet.
            Phase::New | Phase::Loading => return self.early.push((op, request)),
            _ => self.take(request),
        };
        match result {
            Ok((up, keys)) => {
                self.operations.push(Operation {
                    op,
                    up,
                    keys,
                    next: 0,
                    doubtful: false,
                });
            }
            Err(refusal) => self.answer(op, Err(refusal)),
        }
    }

    /// The start has begun: what was asked before is done now.
    pub(super) fn ask_early(&mut self) {
        for (op, request) in std::mem::take(&mut self.early) {
            self.ask(op, request);
        }
    }

    /// Changes what is wanted; gives who has to be up or down for the effect to be complete.
    fn take(&mut self, request: Request) -> Result<(bool, Vec<Key>), Refusal> {
        let (Request::Disable(key)
        | Request::Enable(key)
        | Request::Restart(key, _)
        | Request::Await(key)) = request;
        if key as usize >= self.nodes.len() {
            return Err(Refusal::Unknown);
        }
        match request {
            Request::Disable(key) => self.disable(key).map(|keys| (false, keys)),
            Request::Enable(key) => self.enable(key).map(|keys| (true, keys)),
            Request::Restart(key, scope) => self.restart(key, scope).map(|keys| (true, keys)),
            Request::Await(key) if !self.is_wanted(key) => Err(self.unwanted(key)),
            Request::Await(key) => Ok((true, vec![key])),
        }
    }

    fn disable(&mut self, key: Key) -> Result<Vec<Key>, Refusal> {
        if self.main.is_some_and(|main| self.needs(main, key)) {
            return Err(Refusal::Main);
        }
        self.set_disabled(key, true);
        self.node(key).kept = false;
        let mut keys = self.want();
        if !keys.contains(&key) {
            keys.push(key);
        }
        Ok(keys)
    }

    fn enable(&mut self, key: Key) -> Result<Vec<Key>, Refusal> {
        let needed = self.needed_by(key);
        let mut keys = self.revive(&needed)?;
        for key in needed {
            self.set_disabled(key, false);
        }
        keys.extend(self.want());
        if !self.nodes[key as usize].wanted {
            self.node(key).kept = true;
            keys.extend(self.want());
        }
        keys.push(key);
        Ok(keys)
    }

    fn restart(&mut self, key: Key, scope: Scope) -> Result<Vec<Key>, Refusal> {
        let node = &self.nodes[key as usize];
        let rebuild = scope == Scope::Dependents || !node.runs;
        if self.main == Some(key) || rebuild && self.takes_main(key) {
            return Err(Refusal::Main);
        }
        if !node.wanted {
            return Err(self.unwanted(key));
        }
        let needed = self.needed_by(key);
        let mut keys = self.revive(&needed)?;
        if rebuild {
            let dependents = self.dependents_of(key).into_iter();
            keys.extend(dependents.filter(|key| self.hopeful(*key)));
            self.restart_dependents(key);
        } else {
            self.restart_work(key);
        }
        keys.push(key);
        Ok(keys)
    }

    fn set_disabled(&mut self, key: Key, disabled: bool) {
        if std::mem::replace(&mut self.node(key).disabled, disabled) != disabled {
            let change = match disabled {
                true => Change::Disabled,
                false => Change::Enabled,
            };
            self.change(key, change);
        }
    }

    /// Why a component is not wanted: the nearest that is disabled among itself and what it needs, if one is.
    fn unwanted(&self, key: Key) -> Refusal {
        let mut needed = self.needed_by(key).into_iter();
        let disabled = needed.find(|key| self.is_disabled(*key));
        disabled.map_or(Refusal::Unneeded, Refusal::Disabled)
    }

    fn hopeful(&self, key: Key) -> bool {
        let node = &self.nodes[key as usize];
        node.wanted && !node.lost()
    }

    /// Takes their failures back; gives them and those that had to go with them.
    fn revive(&mut self, keys: &[Key]) -> Result<Vec<Key>, Refusal> {
        for key in keys {
            let node = &self.nodes[*key as usize];
            if node.state == State::GivenUp {
                return Err(Refusal::GivenUp(*key));
            }
            if node.failed && node.loads {
                // What its load hook would have given is what it starts with.
                return Err(Refusal::Failed(*key));
            }
        }
        let failed = |key: &Key| self.nodes[*key as usize].failed;
        let failed: Vec<Key> = keys.iter().copied().filter(failed).collect();
        for key in &failed {
            if self.nodes[*key as usize].state.is_live() {
                // What is left of it has to go first.
                self.recycle(*key);
            }
            self.forget_start(*key);
            self.forgive(*key);
        }
        let mut back = Vec::new();
        for key in failed {
            back.extend(self.dependents_of(key));
        }
        back.retain(|key| self.hopeful(*key));
        Ok(back)
    }

    /// Answers every request whose effect is complete, or can no longer be.
    /// Nobody waits for the answer to a request any more; its effect comes all the same.
    pub(crate) fn forget(&mut self, op: Op) {
        self.operations.retain(|operation| operation.op != op);
    }

    pub(super) fn answer_operations(&mut self) {
        let mut i = 0;
        while i < self.operations.len() {
            match self.outcome(i) {
                Some(result) => {
                    let op = self.operations.remove(i).op;
                    self.answer(op, result);
                }
                None => i += 1,
            }
        }
    }

    fn outcome(&mut self, i: usize) -> Option<Result<(), Refusal>> {
        if std::mem::take(&mut self.operations[i].doubtful) {
            let Operation { up, ref keys, .. } = self.operations[i];
            let opposite = |key: &Key| self.nodes[*key as usize].wanted != up;
            if keys.iter().any(opposite) {
                return Some(Err(Refusal::Superseded));
            }
        }
        let Operation {
            up,
            ref keys,
            mut next,
            ..
        } = self.operations[i];
        let done = Some(Ok(()));
        while keys
            .get(next)
            .is_some_and(|key| self.outcome_of(*key, up) == done)
        {
            next += 1;
        }
        if next == keys.len() {
            // Those that were there first may have changed since.
            let missing = |key: &Key| self.outcome_of(*key, up) != done;
            next = keys.iter().position(missing).unwrap_or(next);
        }
        let outcome = keys.get(next).map_or(done, |key| self.outcome_of(*key, up));
        self.operations[i].next = next;
        outcome
    }

    /// Whether the component is as it is to be; and if it cannot be, why.
    fn outcome_of(&self, key: Key, up: bool) -> Option<Result<(), Refusal>> {
        let node = &self.nodes[key as usize];
        match (up, node.state) {
            _ if node.wanted != up => Some(Err(Refusal::Superseded)),
            (_, State::GivenUp) => Some(Err(Refusal::GivenUp(key))),
            (true, _) if node.lost() => Some(Err(self.loss(key))),
            (true, State::Up) if !node.doomed() => Some(Ok(())),
            (false, State::Down) => Some(Ok(())),
            (_, _) => None,
        }
    }

    /// Why a component that is wanted cannot be up.
    fn loss(&self, key: Key) -> Refusal {
        let culprit = self.culprit(key).unwrap_or(key);
        match self.nodes[culprit as usize].state {
            State::GivenUp => Refusal::GivenUp(culprit),
            _ => Refusal::Failed(culprit),
        }
    }

    /// The app begins to stop: nothing that was asked will be complete.
    pub(super) fn refuse_operations(&mut self) {
        for (op, _) in std::mem::take(&mut self.early) {
            self.answer(op, Err(Refusal::Stopping));
        }
        for operation in std::mem::take(&mut self.operations) {
            let mut keys = operation.keys.iter();
            let failed = keys.find(|key| operation.up && self.nodes[**key as usize].failed);
            let refusal = failed.map_or(Refusal::Stopping, |key| self.loss(*key));
            self.answer(operation.op, Err(refusal));
        }
    }
}
