//! What the driver knows, as the status tells it.

use std::sync::{PoisonError, Weak};

use super::{Shared, catch_panic};
use crate::engine::{Key, Moment, Phase, State};
use crate::observe::{ComponentStatus, StartProfile, StartRow, Status};
use crate::pool::PoolReport;
use crate::schedule::Record as Schedule;

impl Shared {
    /// What everything is doing.
    pub(crate) fn status(&self) -> Status {
        let phase = self.phase();
        let now = self.now();
        let mut components: Vec<ComponentStatus> =
            self.keys().map(|key| self.component_at(key, now)).collect();
        self.fill_waits(&mut components, phase);
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

    /// What one component is doing, but for those for which it waits.
    fn component_at(&self, key: Key, now: Moment) -> ComponentStatus {
        let node = self.node(key);
        let pools = self.pools_of(key);
        let cell = self.cell(key);
        let times = &cell.times;
        let schedules = cell.extra.as_ref().map_or(&[][..], |it| &it.schedules);
        let health = cell.extra.as_ref().and_then(|extra| extra.health.clone());
        ComponentStatus {
            name: node.name().to_owned(),
            kind: node.declaration().kind,
            state: times.state(),
            finished: times.finished,
            failed: times.failed,
            age: now.saturating_sub(times.since),
            attempt: times.attempts,
            restarts: times.restarts,
            note: cell.note(),
            health: Schedule::health(health, schedules),
            pools,
            tasks: cell.tasks(),
            handlers: self.events.reports_of(key),
            schedules: cell.schedules(),
            waits_for: Vec::new(),
        }
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
        let rows = self.keys().filter_map(|key| {
            let cell = self.cell(key);
            let (starting, up) = cell.times.starting.zip(cell.times.up)?;
            Some(StartRow {
                name: self.name_of(key).to_owned(),
                waited: starting.saturating_sub(begun.max(self.added_at(key))),
                worked: up.saturating_sub(starting),
            })
        });
        Some(StartProfile::new(rows.collect(), total))
    }

    /// Says for each component that could move but does not, whom it waits for.
    fn fill_waits(&self, components: &mut [ComponentStatus], phase: Phase) {
        let rising = matches!(phase, Phase::Starting | Phase::Running);
        for key in 0..components.len() {
            let edges = self.members.dependencies(key as Key).iter();
            for edge in edges.filter(|edge| edge.kind.orders()) {
                let (waiting, awaited) =
                    match (components[key].state, components[edge.to as usize].state) {
                        (State::Down, below) if rising && below != State::Up => {
                            (key, edge.to as usize)
                        }
                        (above, State::Up | State::Warming | State::Restarting)
                            if !rising && above.is_live() =>
                        {
                            (edge.to as usize, key)
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
