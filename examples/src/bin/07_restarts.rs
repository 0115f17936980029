//! Restarts: what fails begins again, alone or with all that cannot do without it; and what is up can be changed.
//!
//! ```console
//! $ cargo run -p examples --bin 07_restarts
//! connection 1 is open
//! feed: connection 1, run 1
//! ...
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use lifecycle::component::BoxError;
use lifecycle::context::{ChangeError, RestartPolicy};
use lifecycle::prelude::*;
use tokio::sync::Notify;

/// What `main` takes is never rebuilt, since `main` is called once. So it talks to the others through this.
#[resource]
struct Board {
    connections: AtomicU32,
    cut: Notify,
    steady: Notify,
}

/// A resource has no run loop that could begin again: it is rebuilt, and with it all that cannot do without it.
#[resource(depends_on = [Board], restart = "on-failure", backoff = "1ms..10ms")]
struct Connection(u32);

#[resource]
impl Connection {
    #[start]
    fn open(board: Arc<Board>, cx: Context, shutdown: Shutdown) -> Self {
        let number = board.connections.fetch_add(1, Relaxed) + 1;
        println!("connection {number} is open");
        cx.spawn("keep alive", async move {
            let cut = shutdown.wrap(board.cut.notified()).await;
            cut.map_or(Ok(()), |()| Err("the line was cut"))
        });
        Self(number)
    }
}

/// Its run loop begins again, at most three times a minute, and what it is called on stays the same, with its `runs`.
#[service(depends_on = [Connection], restart = "on-failure", backoff = "1ms..10ms", max_restarts = 3)]
struct Feed {
    #[inject]
    board: Arc<Board>,
    #[inject]
    connection: Arc<Connection>,
    runs: AtomicU32,
}

#[service]
impl Feed {
    #[run]
    async fn follow(&self, cx: Context, shutdown: Shutdown) -> Result<(), BoxError> {
        let run = (self.connection.0, self.runs.fetch_add(1, Relaxed) + 1);
        println!("feed: connection {}, run {}", run.0, run.1);
        match run {
            (1, 1) => return Err("nothing but noise".into()),
            // Counts like any other failure, but nobody waits.
            (1, 2) => return Err(lifecycle::RestartNow::because("the format has changed").into()),
            _ => {}
        }
        let (board, tries) = (Arc::clone(&self.board), AtomicU32::new(0));
        let read = move |shutdown: Shutdown| {
            let (board, first) = (Arc::clone(&board), tries.fetch_add(1, Relaxed) == 0);
            async move {
                if first {
                    return Err("the buffer is full");
                }
                println!("feed: reads");
                board.steady.notify_one();
                shutdown.await;
                Ok(())
            }
        };
        // A task that begins again by itself: the run loop beside it does not notice.
        cx.spawn_supervised("reader", RestartPolicy::on_failure(), read);
        shutdown.await;
        Ok(())
    }
}

#[lifecycle::app(services = [Feed, Board])]
async fn main(cx: Context, board: Arc<Board>) -> Result<(), ChangeError> {
    board.steady.notified().await;
    board.cut.notify_one();
    board.steady.notified().await;
    // What is changed at run time goes down and comes up in order, like everything; that is done when this returns.
    cx.app().disable::<Feed>().await?;
    println!("the feed is disabled, and so is what nobody else needs");
    cx.app().enable::<Feed>().await?;
    board.steady.notified().await;
    Ok(())
}
