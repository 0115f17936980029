//! What is known of the health of one component. Pure: what happens goes in, with its moment, and how well it is comes out.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::check::{Checked, Found};
use super::value::Health;
use super::{Answer, Condition, Level, Noted};
use crate::engine::Moment;
use crate::plan::CheckPolicy;
use crate::work::{Quiet, Untold};

/// How many errors are kept.
const ERRORS: usize = 50;

/// How many conditions may stand at once.
pub(super) const CONDITIONS: usize = 100;

#[derive(Debug, Default)]
pub(crate) struct Book {
    check: Option<Checked>,
    /// Oldest first.
    conditions: Vec<Entry>,
    /// How many conditions were ever set.
    settings: u64,
    /// How often the log hears that there are too many.
    surplus: Quiet,
    errors: VecDeque<Noted>,
    settled: Settled,
    /// When the level became what it is.
    since: Moment,
    /// What observers know.
    told: Settled,
    /// Somebody is on the way to tell them.
    is_told: bool,
}

/// A condition, and whose it is.
#[derive(Debug)]
struct Entry {
    condition: Condition,
    /// Tells this setting from others under the same key.
    setting: u64,
    /// The life with which it ends.
    life: u32,
}

/// What came of setting a condition.
#[derive(Debug)]
pub(crate) struct Set {
    /// Tells this setting from others.
    pub(crate) setting: u64,
    /// There were too many, this one had to make room, and it is time that the log says so.
    pub(crate) surplus: Option<(Cow<'static, str>, Untold)>,
}

/// How well it is, all taken together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    /// It says nothing that changes by itself.
    pub(crate) health: Health,
    /// It is a schedule that says so, which writes lines into the log itself.
    pub(crate) by_schedule: bool,
}

/// What observers are to know.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) at: Moment,
    pub(crate) before: Settled,
    pub(crate) now: Settled,
    /// The same as the present one, as of this moment.
    pub(crate) health: Health,
}

impl Told {
    /// Whether all that became worse or better is a schedule, so that the log has it.
    pub(crate) fn is_logged(&self) -> bool {
        let both = [&self.before, &self.now];
        let mut ill = both
            .into_iter()
            .filter(|it| it.health.level() > Level::Healthy);
        ill.all(|it| it.by_schedule)
    }
}

impl Book {
    /// Checks begin, which know nothing yet; or they have ended.
    pub(crate) fn begin_checks(&mut self, how: Option<CheckPolicy>) {
        self.check = how.map(Checked::new);
    }

    /// Takes the answer of a check, and says how long to wait for the next one.
    pub(crate) fn answer(
        &mut self,
        found: Found,
        took: Moment,
        at: Moment,
        random: impl FnOnce(u64) -> u64,
    ) -> Option<Moment> {
        let check = self.check.as_mut()?;
        check.take(found, took, at);
        Some(check.wait(random))
    }

    /// Sets a condition in place of the one that has this key. If there are too many then, the mildest makes room, the oldest
    /// of these: how well the component is stays what the worst of all says.
    pub(crate) fn set(
        &mut self,
        life: u32,
        key: Cow<'static, str>,
        health: Health,
        at: Moment,
    ) -> Set {
        self.settings += 1;
        let setting = self.settings;
        let same = self
            .conditions
            .iter()
            .position(|it| it.condition.key == key);
        let since = match same {
            // It got neither better nor worse.
            Some(i) if self.conditions[i].condition.health.level() == health.level() => {
                self.conditions[i].condition.since
            }
            _ => at,
        };
        let entry = Entry {
            condition: Condition { key, health, since },
            setting,
            life,
        };
        match same {
            Some(i) => self.conditions[i] = entry,
            None => self.conditions.push(entry),
        }
        let surplus = self.make_room();
        let surplus = surplus.and_then(|key| Some((key, self.surplus.tell(at)?)));
        Set { setting, surplus }
    }

    /// Leaves one condition out if there is one too many; gives its key.
    fn make_room(&mut self) -> Option<Cow<'static, str>> {
        if self.conditions.len() <= CONDITIONS {
            return None;
        }
        let all = self.conditions.iter().enumerate();
        // The first of equals.
        let (mildest, _) = all.min_by_key(|(_, it)| it.condition.health.level())?;
        Some(self.conditions.remove(mildest).condition.key)
    }

    /// Clears the condition that has this key.
    pub(crate) fn clear(&mut self, key: &str) {
        self.conditions.retain(|it| it.condition.key != key);
    }

    /// Clears one setting of a condition, unless it was replaced.
    pub(crate) fn clear_setting(&mut self, setting: u64) {
        self.conditions.retain(|it| it.setting != setting);
    }

    /// Clears what ends with this life; says whether there was anything.
    pub(crate) fn end_life(&mut self, life: u32) -> bool {
        let before = self.conditions.len();
        self.conditions.retain(|it| it.life != life);
        self.conditions.len() < before
    }

    /// Keeps an error; the oldest one makes room.
    pub(crate) fn note(&mut self, error: String, at: Moment) {
        if self.errors.len() == ERRORS {
            self.errors.pop_front();
        }
        self.errors.push_back(Noted { at, error });
    }

    /// All taken together: the worst wins, the check before conditions and these before schedules.
    fn worst(&self, schedules: Option<Health>, at: Option<Moment>) -> Settled {
        let mut worst = Health::healthy();
        let check = self.check.as_ref().map(|check| check.health(at));
        let conditions = self.conditions.iter().map(|it| it.condition.health.clone());
        for health in check.into_iter().chain(conditions) {
            if health.level() > worst.level() {
                worst = health;
            }
        }
        match schedules.filter(|health| health.level() > worst.level()) {
            Some(health) => Settled {
                health,
                by_schedule: true,
            },
            None => Settled {
                health: worst,
                by_schedule: false,
            },
        }
    }

    /// How well the component is, as of this moment.
    pub(crate) fn health(&self, schedules: Option<Health>, at: Moment) -> Health {
        self.worst(schedules, Some(at)).health
    }

    /// Looks whether that has changed.
    pub(crate) fn settle(&mut self, schedules: Option<Health>, at: Moment) -> bool {
        let now = self.worst(schedules, None);
        if now == self.settled {
            return false;
        }
        if now.health.level() != self.settled.health.level() {
            self.since = at;
        }
        self.settled = now;
        true
    }

    /// Whether somebody has to tell observers; if so, it is taken that somebody will.
    pub(crate) fn wants_telling(&mut self) -> bool {
        self.settled != self.told && !std::mem::replace(&mut self.is_told, true)
    }

    /// What observers are to know, if they do not know it; while it is not `there`, later.
    pub(crate) fn tell(
        &mut self,
        schedules: Option<Health>,
        at: Moment,
        there: bool,
    ) -> Option<Told> {
        self.is_told = false;
        if !there || self.settled == self.told {
            return None;
        }
        let before = std::mem::replace(&mut self.told, self.settled.clone());
        Some(Told {
            at,
            before,
            now: self.settled.clone(),
            health: self.health(schedules, at),
        })
    }

    /// How well it is, as far as anybody was told to look.
    pub(crate) fn level(&self) -> Level {
        self.settled.health.level()
    }

    pub(crate) fn since(&self) -> Moment {
        self.since
    }

    pub(crate) fn last_answer(&self, at: Moment) -> Option<Answer> {
        self.check.as_ref()?.answer(at)
    }

    pub(crate) fn conditions(&self) -> Vec<Condition> {
        self.conditions
            .iter()
            .map(|it| it.condition.clone())
            .collect()
    }

    pub(crate) fn last_error(&self) -> Option<&str> {
        Some(&self.errors.back()?.error)
    }

    pub(crate) fn errors(&self) -> Vec<Noted> {
        self.errors.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests;
