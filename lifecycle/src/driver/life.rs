//! One component's current life, as the driver keeps it.

use std::borrow::Cow;
use std::sync::Arc;

use super::Scope;
use super::scope::{Cleanup, Leftover};
use crate::engine::{Ending, Moment};
use crate::plan::Stage;

type Named = (Cow<'static, str>, Cleanup);

#[derive(Default)]
pub(super) struct Life {
    /// Counts lives and runs.
    pub(super) number: u32,
    /// From the start to the stop.
    pub(super) scope: Option<Arc<Scope>>,
    /// From one call of the run loop to the next.
    pub(super) run: Option<Arc<Scope>>,
    /// The run is to end, and the rest of the life is to stay.
    pub(super) recalled: bool,
    /// The hook of the way up or down that was called, and when.
    pub(super) step: Option<(Stage, Moment)>,
    /// The engine waits for the component's tasks to end.
    pub(super) awaited: bool,
    /// The tasks that it waits for are cleanups.
    pub(super) cleaning: bool,
    /// How the load hook ended, while its cleanups run.
    pub(super) held: Option<Ending>,
}

impl Life {
    /// What there is of it, last begun first.
    pub(super) fn scopes(&self) -> impl Iterator<Item = &Arc<Scope>> {
        self.run.iter().chain(&self.scope)
    }

    /// What is to end.
    pub(super) fn going(&self) -> impl Iterator<Item = &Arc<Scope>> {
        let whole = if self.recalled { &None } else { &self.scope };
        self.run.iter().chain(whole)
    }

    /// The part with this number, unless it is over.
    pub(super) fn part(&self, number: u32) -> Option<&Arc<Scope>> {
        self.scopes().find(|scope| scope.life == number)
    }

    /// Whether no task of what is to end is alive, and the driver knows how each of them ended.
    pub(super) fn is_idle(&self) -> bool {
        self.step.is_none() && self.going().all(|scope| scope.is_alone())
    }

    pub(super) fn next_cleanup(&self) -> Option<(Arc<Scope>, Named)> {
        let mut scopes = self.going();
        scopes.find_map(|scope| Some((Arc::clone(scope), scope.next_cleanup()?)))
    }

    /// Whether there are cleanups that may still run.
    pub(super) fn has_cleanups(&self) -> bool {
        self.going().any(|scope| scope.has_cleanups())
    }

    /// Whether its tasks were aborted.
    pub(super) fn is_closed(&self) -> bool {
        self.going().any(|scope| scope.is_closed())
    }

    /// Nothing more happens in this run.
    pub(super) fn end_run(&mut self) {
        if let Some(run) = self.run.take() {
            run.end();
        }
    }

    /// Nothing more happens in this life: a context that somebody kept can spawn no more.
    pub(super) fn end(&mut self) {
        self.end_run();
        if let Some(scope) = self.scope.take() {
            scope.end();
        }
    }

    /// What is alive of it.
    pub(super) fn leftovers(&self) -> Vec<Leftover> {
        self.alive_in(self.scopes())
    }

    fn alive_in<'a>(&self, scopes: impl Iterator<Item = &'a Arc<Scope>>) -> Vec<Leftover> {
        let step = self.step.map(|(stage, since)| Leftover {
            stage,
            name: stage.as_str().to_owned(),
            place: None,
            since,
        });
        let beside = scopes.flat_map(|scope| scope.leftovers());
        step.into_iter().chain(beside).collect()
    }

    /// The stage that does not end, a hook before a task; and for a task, which one.
    pub(super) fn culprit(&self) -> Option<(Stage, Option<String>)> {
        // What goes on while a run is recalled is not late.
        let alive = self.alive_in(self.going());
        let first = alive
            .iter()
            .min_by_key(|task| (task.stage == Stage::Task, task.since))?;
        let name = first.place.map(|place| {
            let more = match alive.len() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            format!("`{}` (spawned at {place}){more}", first.name)
        });
        Some((first.stage, name))
    }
}
