//! What happened last, as the driver puts it down and the server takes it up.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::driver::words_of;
use crate::engine::What;
use crate::error::Error;
use crate::health::{HealthChange, Level};
use crate::observe::{Event, Observer};
use crate::plan::Plan;

/// How many are kept.
pub(super) const KEPT: usize = 200;

/// How much of a text is kept, in bytes.
pub(super) const TEXT: usize = 1024;

/// Something that happened.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// From 1, in the order in which things happened.
    pub(super) seq: u64,
    /// Since the app began.
    pub(super) at: Duration,
    pub(super) told: Told,
}

#[derive(Clone, Debug)]
pub(super) enum Told {
    /// Names are looked up when somebody reads it.
    Event(What),
    Note(Box<str>, Box<str>),
    Error(Option<Box<str>>, Box<str>),
    Health(Box<str>, Level, Option<Box<str>>),
}

#[derive(Debug, Default)]
struct Recent {
    entries: VecDeque<Entry>,
    last: u64,
    plan: Option<Plan>,
    /// Somebody waits for the next one.
    is_wanted: bool,
}

/// The last things that happened. To put one down costs a lock that nobody holds for long, and an allocation only for texts.
#[derive(Debug, Default)]
pub(super) struct Feed {
    begun: OnceLock<Instant>,
    recent: Mutex<Recent>,
    changed: Notify,
}

impl Feed {
    /// The app began then.
    pub(super) fn begin(&self, at: Instant) {
        let _ = self.begun.set(at);
    }

    /// The plan of the app as of the last event; none before the first.
    pub(super) fn plan(&self) -> Option<Plan> {
        self.recent().plan.clone()
    }

    /// The number of the last entry; 0 if there is none.
    #[cfg(test)]
    pub(super) fn last(&self) -> u64 {
        self.recent().last
    }

    /// Those that are kept of the entries after this one.
    pub(super) fn after(&self, seq: u64) -> Vec<Entry> {
        let recent = self.recent();
        let older = recent.entries.partition_point(|entry| entry.seq <= seq);
        recent.entries.range(older..).cloned().collect()
    }

    /// Waits until there is an entry after this one.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub(super) async fn changed_since(&self, seq: u64) {
        loop {
            {
                let mut recent = self.recent();
                if recent.last != seq {
                    return;
                }
                recent.is_wanted = true;
            }
            self.changed.notified().await;
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        self.begun.get().map_or(Duration::ZERO, Instant::elapsed)
    }

    fn put(&self, at: Duration, told: Told, plan: Option<&Plan>) {
        let mut recent = self.recent();
        // The first, or one that has grown.
        if let Some(plan) = plan
            && recent
                .plan
                .as_ref()
                .is_none_or(|known| known.len() != plan.len())
        {
            recent.plan = Some(plan.clone());
        }
        recent.last += 1;
        let seq = recent.last;
        let surplus = if recent.entries.len() < KEPT {
            None
        } else {
            recent.entries.pop_front()
        };
        recent.entries.push_back(Entry { seq, at, told });
        let was_wanted = std::mem::take(&mut recent.is_wanted);
        drop(recent);
        drop(surplus);
        // One wake-up for all that happens until somebody waits again.
        if was_wanted {
            self.changed.notify_one();
        }
    }
}

impl Observer for Feed {
    fn on_event(&self, event: &Event<'_>) {
        self.put(event.at(), Told::Event(event.what()), Some(event.plan()));
    }

    fn on_note(&self, component: &str, note: &str) {
        self.put(
            self.now(),
            Told::Note(component.into(), shortened(note).into()),
            None,
        );
    }

    fn on_error(&self, error: &Error) {
        let text = words_of(error);
        let told = Told::Error(error.component().map(Into::into), shortened(&text).into());
        self.put(self.now(), told, None);
    }

    fn on_health(&self, change: &HealthChange<'_>) {
        // Another reason is in the document, and is not to push out what happened.
        if change.health.level() == change.before {
            return;
        }
        let reason = change
            .health
            .reason()
            .map(|reason| shortened(reason).into());
        let told = Told::Health(change.component.into(), change.health.level(), reason);
        self.put(change.at, told, None);
    }
}

/// As much of a text as is shown.
pub(super) fn shortened(text: &str) -> &str {
    match text.char_indices().find(|(at, c)| at + c.len_utf8() > TEXT) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::Health;

    #[test]
    fn the_last_ones_are_kept_with_their_numbers() {
        let feed = Feed::default();
        for n in 0..KEPT + 5 {
            feed.on_note("Feed", &n.to_string());
        }
        assert_eq!(feed.last(), KEPT as u64 + 5);
        let kept = feed.after(0);
        assert_eq!((kept.len(), kept[0].seq), (KEPT, 6));
        assert_eq!(feed.after(KEPT as u64 + 3).len(), 2);
        assert!(feed.after(feed.last()).is_empty());
    }

    #[test]
    fn another_reason_of_the_same_level_is_no_entry() {
        let feed = Feed::default();
        let tell = |before, health| {
            feed.on_health(&HealthChange {
                at: Duration::ZERO,
                component: "Replica",
                before,
                health: &health,
                is_logged: false,
            });
            feed.last()
        };
        assert_eq!(tell(Level::Healthy, Health::hint("3 s behind")), 1);
        assert_eq!(tell(Level::Hint, Health::hint("4 s behind")), 1);
        assert_eq!(tell(Level::Hint, Health::warning("9 s behind")), 2);
        assert_eq!(tell(Level::Warning, Health::healthy()), 3);
    }

    #[test]
    fn a_text_is_cut_between_two_characters() {
        let text = "é".repeat(TEXT);
        assert_eq!(shortened(&text).len(), TEXT);
        let text = format!("a{text}");
        assert_eq!(shortened(&text).len(), TEXT - 1);
        assert_eq!(shortened("short"), "short");
    }

    #[tokio::test]
    async fn who_waits_is_told_of_what_came_before_the_wait_and_after_it() {
        let feed = Feed::default();
        feed.on_note("Feed", "first");
        feed.changed_since(0).await;
        let mut changed = std::pin::pin!(feed.changed_since(1));
        assert!(futures_poll(changed.as_mut()).is_pending());
        feed.on_note("Feed", "second");
        changed.await;
    }

    fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        future.poll(&mut cx)
    }
}
