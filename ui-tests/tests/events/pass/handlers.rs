//! Handlers in all shapes; two for one event; what they take.

use std::sync::Arc;

use lifecycle::prelude::*;

mod orders {
    pub struct Placed;
    pub enum Paid {
        Cash,
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[resource]
struct Mailer;

#[resource]
struct Archive;

#[resource(depends_on = [Mailer, optional(Archive)])]
struct Desk;

#[resource]
impl Desk {
    #[on]
    async fn confirm(&self, _placed: Arc<orders::Placed>, _mailer: Arc<Mailer>) -> Result<(), Failure> {
        Ok(())
    }

    #[on(capacity = 64, concurrency = 4)]
    async fn keep(self: &Self, placed: std::sync::Arc<orders::Placed>, archive: Option<Arc<Archive>>) {
        let (_, _) = (placed, archive);
    }

    #[lifecycle::on(concurrency = 2)]
    fn thank(&self, paid: Arc<orders::Paid>, _cx: Context, _shutdown: Shutdown) -> std::io::Result<()> {
        let orders::Paid::Cash = *paid;
        Ok(())
    }

    #[cfg(any())]
    #[on]
    fn never(&self, _event: Arc<Nothing>) {}
}

#[service]
struct Till;

#[service]
impl Till {
    #[run]
    async fn run(&self, cx: Context) {
        cx.emit(orders::Paid::Cash);
        cx.app().emit(orders::Placed);
    }

    #[on]
    fn close(&self, _paid: Arc<orders::Paid>) {}

    #[every("1h")]
    fn count(&self) {}
}

/// A component of which only a handler is asked for that is not compiled.
#[resource]
struct Quiet;

#[resource]
impl Quiet {
    #[cfg(any())]
    #[on]
    fn never(&self, _event: Arc<Nothing>) {}
}

fn main() {
    let plan = lifecycle::plan![Desk, Till, Quiet];
    assert_eq!(plan.len(), 5);
}
