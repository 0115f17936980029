//! How well everything is: what is written by components, and read by whoever wants to know.

use std::sync::atomic::Ordering;

use super::cell::{Cell, Extra, Wish};
use super::{Driver, Message, Shared, words_of};
use crate::engine::{Engine, Key, Moment, Phase, State};
use crate::error::{Error, Short};
use crate::health::group::{LIVENESS, OF_EVERY_APP, READINESS, STARTUP};
use crate::health::{
    Book, ComponentHealth, Failing, Group, Health, HealthChange, Level, Report, Standing, Told,
    bounded, failing_app,
};
use crate::plan::Node;
use crate::schedule::Record as Schedule;

impl Extra {
    pub(super) fn book(&mut self) -> &mut Book {
        self.health.get_or_insert_default()
    }

    /// Looks whether the component has become better or worse; if so, and if observers have to hear of it, somebody has to
    /// tell them.
    fn settle(&mut self, at: Moment) -> (bool, bool) {
        let failing = Schedule::failing(&self.schedules, false);
        if failing.is_none() && self.health.is_none() {
            return (false, false);
        }
        let book = self.book();
        (book.settle(failing, at), book.wants_telling())
    }

    /// The same where the life of the component ends, and nobody is told.
    pub(super) fn settle_silently(&mut self, at: Moment) {
        let failing = Schedule::failing(&self.schedules, false);
        if let Some(book) = &mut self.health {
            book.settle(failing, at);
        }
    }
}

impl Cell {
    pub(super) fn level(&self) -> Level {
        let book = self.extra.as_ref().and_then(|extra| extra.health.as_ref());
        book.map_or(Level::Healthy, |book| book.level())
    }

    /// How well it says that it is.
    pub(super) fn health(&self, now: Moment) -> Health {
        let Some(extra) = &self.extra else {
            return Health::healthy();
        };
        let failing = Schedule::failing(&extra.schedules, true);
        match &extra.health {
            Some(book) => book.health(failing, now),
            None => failing.unwrap_or_default(),
        }
    }

    fn standing(&self, node: &Node) -> Standing {
        Standing {
            state: self.times.state(),
            required: self.times.required,
            been_up: self.times.up.is_some(),
            beats: node.declaration().policy.heartbeat.is_some(),
            missed: self.times.missed,
            level: self.level(),
            groups: node.declaration().groups,
        }
    }

    /// What its own code failed with last.
    fn last_error(&self) -> Option<&str> {
        self.extra.as_ref()?.health.as_ref()?.last_error()
    }

    /// What its state alone says.
    fn health_by_state(&self, phase: Phase) -> Health {
        let times = &self.times;
        let reason = match times.state() {
            State::GivenUp => "given up: it did not end",
            State::Down if times.failed => "it has failed",
            State::Down if !matches!(phase, Phase::Running | Phase::Draining) => {
                return Health::healthy();
            }
            State::Down if !times.required => return Health::healthy(),
            State::Down if times.wish == Wish::Disabled => "disabled",
            State::Down if times.wish == Wish::Idle => "down, as is what it needs",
            State::Restarting | State::Retrying => {
                let error = self.last_error().unwrap_or("it failed");
                return Health::warning(format!("begins anew: {error}"));
            }
            // It comes.
            _ => return Health::healthy(),
        };
        match times.required {
            true => Health::unhealthy(reason),
            false => Health::warning(reason),
        }
    }

    /// Why it is not up, or how ill it is.
    fn unready(&self, health: &Health, waits: Vec<&str>, now: Moment) -> String {
        let times = &self.times;
        let waits = waits.join(", ");
        match times.state() {
            State::Up => health.reason().unwrap_or("unhealthy").to_owned(),
            State::Down if times.failed => match self.last_error() {
                Some(error) => format!("it has failed: {error}"),
                None => "it has failed".to_owned(),
            },
            State::Down if times.wish == Wish::Disabled => "disabled".to_owned(),
            State::Down if !waits.is_empty() => format!("waits for {waits}"),
            State::Down => "down".to_owned(),
            state => {
                let time = Short(now.saturating_sub(times.since));
                let again = matches!(state, State::Restarting | State::Retrying);
                let error = self.last_error().filter(|_| again).map(str::to_owned);
                match error.or_else(|| self.note()) {
                    Some(note) => format!("{} for {time}: {note}", state.as_str()),
                    None => format!("{} for {time}", state.as_str()),
                }
            }
        }
    }
}

/// Writing.
impl Shared {
    /// Writes into the book of a component, and sees to what follows.
    pub(crate) fn write_health<T>(
        &self,
        key: Key,
        write: impl FnOnce(&mut Book, Moment) -> T,
    ) -> T {
        let now = self.now();
        let mut cell = self.cell(key);
        let extra = cell.extra();
        let value = write(extra.book(), now);
        let (changed, untold) = extra.settle(now);
        drop(cell);
        self.health_settled(key, changed, untold);
        value
    }

    /// A schedule of a component has failed, or has not.
    pub(crate) fn schedule_ended(&self, key: Key) {
        let now = self.now();
        let (changed, untold) = self.cell(key).extra().settle(now);
        self.health_settled(key, changed, untold);
    }

    fn health_settled(&self, key: Key, changed: bool, untold: bool) {
        if changed {
            self.renew_answers();
        }
        if untold {
            self.send(Message::Health(key));
        }
    }

    /// What a life said ends with it.
    pub(super) fn end_health(&self, key: Key, life: u32) {
        let mut cell = self.cell(key);
        let Some(extra) = &mut cell.extra else {
            return;
        };
        let had = extra
            .health
            .as_mut()
            .is_some_and(|book| book.end_life(life));
        if had {
            extra.settle_silently(self.now());
            drop(cell);
            self.renew_answers();
        }
    }

    /// Something that an answer about groups depends on has changed, and who waits for that is to look.
    pub(super) fn renew_answers(&self) {
        self.bump_version();
        self.announce();
    }

    /// Something that an answer about groups depends on has changed. Whoever does not [announce](Self::announce) it is the
    /// driver, which does so when it has done all that there is to do.
    pub(crate) fn bump_version(&self) {
        self.version.fetch_add(1, Ordering::Release);
    }

    /// Keeps what went wrong with a component for those who ask how it is.
    pub(super) fn note_error(&self, key: Key, error: &Error) {
        let text = bounded(words_of(error));
        let now = self.now();
        self.cell(key).extra().book().note(text, now);
    }

    /// A number that changes whenever something does of which it may depend whether a group holds: phases, states, settled
    /// health, what the watch finds. Whoever reads it, and then makes an answer, may give that again while the number stays;
    /// only how long something has lasted, in the reasons, is then of that moment.
    #[cfg_attr(
        not(any(test, feature = "grpc", feature = "status")),
        expect(dead_code, reason = "servers ask")
    )]
    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// What the engine knows, and those who ask want to.
    pub(super) fn set_required(&self, engine: &Engine) {
        for key in self.keys() {
            self.cell(key).times.required = engine.is_required(key);
        }
    }

    fn untold_health(&self, key: Key) -> Option<Told> {
        let mut cell = self.cell(key);
        let state = cell.times.state();
        let there = matches!(state, State::Starting | State::Warming | State::Up);
        let extra = cell.extra.as_mut()?;
        let failing = Schedule::failing(&extra.schedules, true);
        extra.health.as_mut()?.tell(failing, self.now(), there)
    }
}

impl Driver {
    /// Tells observers how well a component is, if they do not know.
    pub(super) fn tell_health(&self, key: Key) {
        let Some(told) = self.shared.untold_health(key) else {
            return;
        };
        let change = HealthChange {
            at: told.at,
            component: self.shared.name_of(key),
            before: told.before.health.level(),
            health: &told.health,
            is_logged: told.is_logged(),
        };
        self.tell(|observer| observer.on_health(&change));
    }
}

/// Reading: nothing is changed, and nobody waited for.
impl Shared {
    /// Whether the group holds that says so.
    pub(crate) fn is_ready(&self) -> bool {
        self.holds(READINESS)
    }

    pub(crate) fn is_live(&self) -> bool {
        self.holds(LIVENESS)
    }

    pub(crate) fn has_started(&self) -> bool {
        self.holds(STARTUP)
    }

    fn holds(&self, group: &str) -> bool {
        if group == STARTUP && self.start_is_complete() {
            return true;
        }
        failing_app(group, self.phase(), self.stall()).is_none()
            && self.keys().all(|key| {
                let standing = self.look(key, |cell| cell.standing(self.node(key)));
                !standing.is_in(group) || !standing.fails(group)
            })
    }

    /// How well everything is.
    pub(crate) fn health(&self) -> Report {
        let (phase, now) = (self.phase(), self.now());
        let all: Vec<_> = self
            .keys()
            .map(|key| self.component_health(key, phase, now))
            .collect();
        let groups = self.groups(&all, phase);
        let (health, since) = self.overall(&all, now);
        Report {
            app: self.name.clone(),
            phase,
            age: now,
            health,
            since,
            groups,
            components: all.into_iter().map(|(_, component)| component).collect(),
        }
    }

    fn component_health(&self, key: Key, phase: Phase, now: Moment) -> (Standing, ComponentHealth) {
        let node = self.node(key);
        let edges = self.members.dependencies(key);
        let waits = self.waits_of(key, phase);
        let cell = self.cell(key);
        let standing = cell.standing(node);
        let by_state = cell.health_by_state(phase);
        let mut health = cell.health(now);
        if by_state.level() > health.level() {
            health = by_state;
        }
        let book = cell.extra.as_ref().and_then(|extra| extra.health.as_ref());
        let ready = standing.is_ready();
        let component = ComponentHealth {
            name: node.name().to_owned(),
            kind: node.declaration().kind,
            state: standing.state,
            required: standing.required,
            ready,
            unready: (!ready).then(|| cell.unready(&health, waits, now)),
            since: book
                .map_or(Moment::ZERO, |book| book.since())
                .max(cell.times.since),
            health,
            check: book.and_then(|book| book.last_answer(now)),
            conditions: book.map_or_else(Vec::new, |book| book.conditions()),
            errors: book.map_or_else(Vec::new, |book| book.errors()),
            depends_on: edges
                .iter()
                .map(|edge| self.name_of(edge.to).to_owned())
                .collect(),
        };
        (standing, component)
    }

    /// What keeps one that is down from coming up.
    fn waits_of(&self, key: Key, phase: Phase) -> Vec<&str> {
        let is_down = |key| self.look(key, |cell| cell.times.state() == State::Down);
        if !matches!(phase, Phase::Starting | Phase::Running) || !is_down(key) {
            return Vec::new();
        }
        let edges = self.members.dependencies(key).iter();
        let below = edges.filter(|edge| edge.kind.orders());
        let missing =
            below.filter(|edge| self.look(edge.to, |cell| cell.times.state() != State::Up));
        missing.map(|edge| self.name_of(edge.to)).collect()
    }

    fn groups(&self, all: &[(Standing, ComponentHealth)], phase: Phase) -> Vec<Group> {
        let mut names = OF_EVERY_APP.to_vec();
        for name in all.iter().flat_map(|(standing, _)| standing.groups) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let groups = names.into_iter().map(|name| self.group(name, all, phase));
        groups.collect()
    }

    fn group(&self, name: &str, all: &[(Standing, ComponentHealth)], phase: Phase) -> Group {
        let mut group = Group {
            name: name.to_owned(),
            passing: true,
            failing: Vec::new(),
            members: Vec::new(),
        };
        let is_over = name == STARTUP && self.start_is_complete();
        if let Some(reason) = failing_app(name, phase, self.stall()).filter(|_| !is_over) {
            group.failing.push(Failing {
                component: None,
                reason,
            });
        }
        for (standing, component) in all.iter().filter(|(standing, _)| standing.is_in(name)) {
            group.members.push(component.name.clone());
            if !is_over && standing.fails(name) {
                let reason = match (standing.missed, &component.unready) {
                    (true, _) if name == LIVENESS => "it has shown no sign of life in time",
                    (_, Some(reason)) => reason,
                    (_, None) => "unhealthy",
                };
                group.failing.push(Failing {
                    component: Some(component.name.clone()),
                    reason: reason.to_owned(),
                });
            }
        }
        group.passing = group.failing.is_empty();
        group
    }

    /// How well the app is, and since when.
    fn overall(&self, all: &[(Standing, ComponentHealth)], now: Moment) -> (Health, Moment) {
        if let Some(stall) = self.stall() {
            return (Health::unhealthy(stall), now);
        }
        let level = |(standing, component): &(Standing, ComponentHealth)| {
            let level = component.health.level();
            match standing.required {
                true => level,
                false => level.min(Level::Warning),
            }
        };
        let worst = all.iter().map(level).max().unwrap_or_default();
        let those = all.iter().filter(|one| level(one) == worst);
        if worst == Level::Healthy {
            let since = those.map(|(_, component)| component.since).max();
            return (Health::healthy(), since.unwrap_or_default());
        }
        let first = those.min_by_key(|(_, component)| component.since);
        let (_, component) = first.expect("somebody is the worst");
        let reason = component.health.reason().unwrap_or("unhealthy");
        let health = Health::because(worst, format!("{}: {reason}", component.name));
        (health, component.since)
    }
}

/// Reading by name.
#[cfg(feature = "grpc")]
impl Shared {
    /// Whether the group with this name holds, if there is one.
    pub(crate) fn group_holds(&self, name: &str) -> Option<bool> {
        let joined = |key| self.node(key).declaration().groups.contains(&name);
        let there = OF_EVERY_APP.contains(&name) || self.keys().any(joined);
        there.then(|| self.holds(name))
    }

    /// Whether the component with this name is up and not unhealthy, if there is one.
    pub(crate) fn component_is_ready(&self, name: &str) -> Option<bool> {
        let key = self.find(name)?;
        Some(self.look(key, |cell| cell.standing(self.node(key)).is_ready()))
    }
}

#[cfg(test)]
mod tests;
