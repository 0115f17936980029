//! Micro-tasks: short pieces of work, under one limit for the whole app.
//!
//! A program that parses, resizes or verifies in the background does that in many small pieces, and all at once they would
//! leave no processor to those who serve. [`Context::micro`] takes such pieces, so many at a time and the urgent ones first;
//! [`Context::permit`] is the same for work that is not handed over, such as a part of a run loop.
//!
//! | priority | when it begins |
//! |---|---|
//! | [`High`](Priority::High) | at once; it counts, so that others have to wait |
//! | [`Medium`](Priority::Medium) | when fewer than the limit are at work |
//! | [`Low`](Priority::Low) | the same, once no medium one waits |
//!
//! Of equal ones, the first to ask is the first to begin. Medium and low ones begin at the latest when their longest delay
//! has passed, whatever else is at work then. Only those and high ones are ever beyond the limit, which is one for each core
//! unless `micro_limit` of [`#[app]`](macro@crate::app) or of [`AppBuilder`](crate::app::AppBuilder::micro_limit) says
//! otherwise. [`AppHandle::micro_load`] says how things stand.
//!
//! # Whose they are
//!
//! A micro-task is a task of the component in whose context it was asked for. When the component is told to stop (or its run
//! loop is to begin anew, for what was asked for there), those that still wait never begin, and are counted as
//! [dropped](crate::task::TaskStats::dropped) in the report; those that have begun are waited for within the component's stop
//! timeout, and then aborted.
//!
//! An error or a panic of one is logged (for each place in the code that asks for them one line in ten seconds, with how many
//! there were), counted, and kept for the report as long as it is among the last 16. It fails neither the component nor any
//! other micro-task.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub use super::gate::{Load, Permit};
pub use super::priority::Priority;
use super::tally::Asked;
use crate::component::Outcome;
use crate::context::{AppHandle, Context, TaskHandle};
use crate::driver::Work;
use crate::plan::Stage;

impl<C> Context<C> {
    /// Runs work under the app's limit on [micro-tasks](crate::micro), as a task of this component.
    ///
    /// It begins in its turn, and at the latest after `max_delay`; with [`Priority::High`] at once, whatever the delay says.
    /// Its place among those of equal priority is that of this call. An error or a panic is logged and kept for the report,
    /// and fails nothing else. Once the component has been told to stop, it does not begin any more, and is counted as
    /// dropped. To abort it through the handle is no failure.
    ///
    /// Who holds a permit or is a micro-task must not wait for another one to end, which may have to wait for just that.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use lifecycle::micro::Priority;
    /// use lifecycle::prelude::*;
    ///
    /// # fn thumbnail(_picture: u32) -> std::io::Result<()> { Ok(()) }
    /// #[service]
    /// #[derive(Default)]
    /// struct Gallery;
    ///
    /// #[service]
    /// impl Gallery {
    ///     #[run]
    ///     async fn run(&self, cx: Context) {
    ///         for picture in 0..100 {
    ///             cx.micro(Priority::Low, Duration::from_secs(10), move || async move { thumbnail(picture) });
    ///         }
    ///         cx.shutdown_requested().await;
    ///     }
    /// }
    /// # let _ = lifecycle::plan![Gallery];
    /// ```
    #[track_caller]
    pub fn micro<H, F, O>(&self, priority: Priority, max_delay: Duration, work: H) -> TaskHandle
    where
        H: FnOnce() -> F + Send + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        let place = Location::caller();
        let scope = self.scope();
        let asked = Asked::new(scope);
        let shutdown = scope.shutdown();
        let turn = scope.shared.gates.micro().ask(priority, after(max_delay));
        let task = async move {
            if let Some(_permit) = shutdown.wrap(turn).await {
                // The closure runs inside the future, so that a panic in it is caught too.
                let work = Box::pin(async move { work().await.outcome() });
                asked.run(place, work).await;
            }
            Ok(())
        };
        let work = Work::Calling(Box::pin(task));
        let name = "micro-task".into();
        TaskHandle::new(Arc::clone(scope).launch(Stage::Task, name, place, work))
    }

    /// Waits for a slot under the app's limit on [micro-tasks](crate::micro), at the longest for `max_delay`, and holds it
    /// until the permit is dropped. With [`Priority::High`] it does not wait.
    ///
    /// `None` once the component has been told to stop, also when that happens during the wait. A permit that outlives the
    /// component counts until it is dropped.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped, it gives up its place in the queue.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use lifecycle::micro::Priority;
    /// use lifecycle::prelude::*;
    ///
    /// # fn parse(_text: &str) -> u32 { 0 }
    /// async fn parsed(cx: &Context, text: &str) -> Option<u32> {
    ///     let _permit = cx.permit(Priority::Medium, Duration::from_secs(1)).await?;
    ///     Some(parse(text))
    /// }
    /// # let _ = parsed;
    /// ```
    pub async fn permit(&self, priority: Priority, max_delay: Duration) -> Option<Permit> {
        let scope = self.scope();
        if scope.takes_no_work() {
            return None;
        }
        let turn = scope.shared.gates.micro().ask(priority, after(max_delay));
        scope.shutdown().wrap(turn).await
    }
}

/// The moment after this delay; `None` if it never comes.
fn after(delay: Duration) -> Option<Instant> {
    Instant::now().checked_add(delay)
}

impl AppHandle {
    /// How many [micro-tasks](crate::micro) and permits there are at this moment.
    #[must_use]
    pub fn micro_load(&self) -> Load {
        self.shared().gates.micro().load()
    }
}
