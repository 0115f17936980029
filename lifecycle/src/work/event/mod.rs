//! Events: typed, and owned by nobody. Whoever has a context or a handle of the app may emit any type, and any component
//! may handle it.
//!
//! ```
//! use std::io;
//! use std::sync::Arc;
//! use lifecycle::prelude::*;
//!
//! struct OrderPlaced { id: u64 }
//!
//! # #[resource] #[derive(Default)] struct Mailer;
//! # impl Mailer { async fn confirm(&self, _id: u64) -> io::Result<()> { Ok(()) } }
//! #[resource(depends_on = [Mailer])]
//! #[derive(Default)]
//! struct Confirmations;
//!
//! #[resource]
//! impl Confirmations {
//!     #[on]
//!     async fn confirm(&self, placed: Arc<OrderPlaced>, mailer: Arc<Mailer>) -> io::Result<()> {
//!         mailer.confirm(placed.id).await
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let report = App::builder(lifecycle::plan![Confirmations])
//!     .main(|cx| async move { cx.emit(OrderPlaced { id: 7 }) })
//!     .run()
//!     .await;
//! let handler = &report.component("Confirmations").unwrap().handlers[0];
//! assert_eq!((handler.name.as_str(), handler.stats.handled), ("confirm", 1));
//! # }
//! ```
//!
//! [`#[on]`](macro@crate::on) makes a method a handler; [`Custom::on`](crate::component::Custom::on) and
//! [`Hooks::handlers`](crate::component::Hooks::handlers) do it without macros. [`AppHandle::emit`] and [`Context::emit`]
//! return at once, [`AppHandle::emit_and_wait`] when all handlers are done, and [`AppHandle::subscribe`] gives a stream. An
//! [`Observer`](crate::observe::Observer::on_emit) sees all events.
//!
//! # When an event is handled
//!
//! | the handler's component | |
//! |---|---|
//! | has yet to come up, or is to come up again after a failure | events are kept, and handled once it is up |
//! | is up | events are handled, in the order in which they came unless `concurrency` says otherwise |
//! | begins anew, its work alone or rebuilt with others | what is in hand is finished; the rest is kept for when it is up again |
//! | is told to stop for good: the app stops, it is disabled, or what it needs is | it gets no new events, and finishes what it has, within its `stop_timeout` |
//! | is down for good, failed or disabled | events are missed; enabled again, it gets those that come from then on |
//!
//! Up to `capacity` events (1024) are kept for a handler, whichever way; further ones are dropped.
//!
//! At shutdown components stop after those that depend on them, so what those emit last is still handled. Between
//! components of which neither depends on the other there is no order: who must not miss what the other emits as it stops
//! is one on which the other depends, if only `optional`ly.
//!
//! # What goes wrong
//!
//! Handlers run as tasks of their own component. An error or a panic of one is caught and logged (for each handler one line in
//! ten seconds, with how many there were), and the last eight stand in the report. It does not fail the component, and the
//! handler goes on with the next event. Each event is handled once by each handler, or counted: [`Stats`] say under what.
//!
//! [`AppHandle::emit`]: crate::AppHandle::emit
//! [`AppHandle::emit_and_wait`]: crate::AppHandle::emit_and_wait
//! [`AppHandle::subscribe`]: crate::AppHandle::subscribe
//! [`Context::emit`]: crate::Context::emit

mod bus;
mod circle;
mod declare;
mod delivery;
mod emit;
mod handler;
mod inbox;
mod report;
mod subscription;

pub use declare::{Event, Handlers, Handling};
pub use delivery::Delivery;
pub use emit::Emitted;
pub use inbox::Stats;
pub use report::HandlerReport;
pub use subscription::Subscription;

pub(crate) use bus::{Bus, Observers};
pub(crate) use inbox::Presence;

tokio::task_local! {
    /// The handler inside which this task is.
    static HANDLING: usize;
}
