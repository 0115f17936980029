//! What the driver knows, as the status tells it.

use std::sync::{PoisonError, Weak};

use super::cell::Wish;
use super::{Shared, catch_panic};
use crate::engine::{Engine, Key, Moment, Phase, State};
use crate::observe::{ComponentStatus, Needs, StartProfile, StartTimes, Status};
use crate::plan::EdgeKind;
use crate::pool::PoolReport;

impl Shared {
    /// What everything is doing.
    pub(crate) fn status(&self) -> Status {
        let phase = self.phase();
        let now = self.now();
        let (mut components, wishes): (Vec<_>, Vec<_>) =
            self.keys().map(|key| self.component_at(key, now)).unzip();
        self.fill_waits(&mut components, &wishes, phase);
        Status {
            app: self.name.clone(),
            phase,
            age: now,
            components,
        }
    }

    /// What one component is doing.
    pub(crate) fn component_status(&self, key: Key) -> ComponentStatus {
        self.status().components.swap_remove(key as usize)
    }

    /// What one component is doing, but for those for which it waits; and whether it is to be up.
    fn component_at(&self, key: Key, now: Moment) -> (ComponentStatus, Wish) {
        let node = self.node(key);
        let pools = self.pools_of(key);
        let cell = self.cell(key);
        let times = &cell.times;
        let book = cell.extra.as_ref().and_then(|extra| extra.health.as_ref());
        let status = ComponentStatus {
            name: node.name().to_owned(),
            kind: node.declaration().kind,
            state: times.state(),
            finished: times.finished,
            failed: times.failed,
            disabled: times.wish == Wish::Disabled,
            age: now.saturating_sub(times.since),
            left: times.left(now),
            attempt: times.attempts,
            restarts: times.restarts,
            note: cell.note(),
            health: cell.health(now),
            check: book.and_then(|book| book.last_answer(now)),
            pools,
            tasks: cell.tasks(),
            handlers: self.events.reports_of(key),
            schedules: cell.schedules(),
            waits_for: Vec::new(),
        };
        (status, times.wish)
    }

    /// Its pools, those that are alive and those that have come down; of one name, over all lives.
    fn pools_of(&self, key: Key) -> Vec<PoolReport> {
        let (mut pools, open) = self.look(key, |cell| (cell.pools(), cell.open_pools()));
        // Asked without the lock: a pool whose last owner this is drops jobs, which are the user's code.
        for pool in open.iter().filter_map(Weak::upgrade) {
            PoolReport::join(&mut pools, pool.report());
            let _ = catch_panic(|| drop(pool));
        }
        pools
    }

    /// Where the time of the start went, once it is complete.
    pub(crate) fn start_profile(&self) -> Option<StartProfile> {
        let (begun, complete) = *self.start.lock().unwrap_or_else(PoisonError::into_inner);
        let total = complete?.saturating_sub(begun);
        let name = |key: usize| self.name_of(key as Key);
        let times = self.start_times(begun);
        Some(StartProfile::new(&times, &self.waits(), name, total))
    }

    /// When each component came up, in a start that began then.
    pub(super) fn start_times(&self, begun: Moment) -> Vec<Option<StartTimes>> {
        let times = self.keys().map(|key| {
            let since = self.added_at(key).saturating_sub(begun);
            self.look(key, |cell| {
                let times = &cell.times;
                let end = times.up.or(times.down.filter(|_| times.failed))?;
                Some(StartTimes {
                    since,
                    starting: Moment::from(times.starting?).saturating_sub(begun),
                    end: Moment::from(end).saturating_sub(begun),
                    failed: times.up.is_none(),
                })
            })
        });
        times.collect()
    }

    /// Who waits for whom.
    pub(super) fn waits(&self) -> Needs {
        Needs::new(self.keys().map(|key| self.members.dependencies(key)))
    }

    /// Keeps who is to be up. Once the app is stopping nobody is, and what was wanted before still says why each is down.
    pub(super) fn heed(&self, engine: &Engine) {
        if !engine.is_rising() {
            return;
        }
        for key in self.keys() {
            let wish = match (engine.is_disabled(key), engine.is_wanted(key)) {
                (true, _) => Wish::Disabled,
                (_, true) => Wish::Up,
                (_, false) => Wish::Idle,
            };
            self.cell(key).times.wish = wish;
        }
    }

    /// Says for each component that could move but does not, whom it waits for.
    fn fill_waits(&self, components: &mut [ComponentStatus], wishes: &[Wish], phase: Phase) {
        let rising = matches!(phase, Phase::Starting | Phase::Running);
        // Down for good, unless somebody enables what is disabled.
        let mut barred = Vec::with_capacity(wishes.len());
        for (key, wish) in wishes.iter().enumerate() {
            let edges = self.members.dependencies(key as Key).iter();
            let mut bars = edges.filter(|edge| edge.kind == EdgeKind::Hard);
            let is_barred = bars.any(|edge| barred[edge.to as usize]);
            barred.push(is_barred || *wish == Wish::Disabled);
        }
        for (key, wish) in wishes.iter().enumerate() {
            let edges = self.members.dependencies(key as Key).iter();
            for edge in edges.filter(|edge| edge.kind.orders()) {
                let to = edge.to as usize;
                // What is down for its own sake waits for nobody, and nobody for what came down with it.
                let awaits = match wish {
                    Wish::Up => wishes[to] == Wish::Up,
                    Wish::Disabled => false,
                    Wish::Idle => barred[to] && edge.kind == EdgeKind::Hard,
                };
                let (waiting, awaited) = match (components[key].state, components[to].state) {
                    (State::Down, below) if rising && awaits && below != State::Up => (key, to),
                    (above, State::Up | State::Warming | State::Restarting)
                        if !rising && above.is_live() =>
                    {
                        (to, key)
                    }
                    _ => continue,
                };
                if phase != Phase::Draining && !components[waiting].failed {
                    let name = components[awaited].name.clone();
                    components[waiting].waits_for.push(name);
                }
            }
        }
    }
}
