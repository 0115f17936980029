//! Worker pools: jobs in a bounded queue, workers that do them, and what becomes of those that fail or are left.
//!
//! ```console
//! $ cargo run -p examples --bin 09_pools
//! shop: full, so `mail for carl` has to wait
//! mailer: mail for ann
//! ...
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::io;
use std::sync::Arc;
use std::time::Duration;

use lifecycle::component::BoxError;
use lifecycle::pool::{JobError, Unfinished};
use lifecycle::prelude::*;

/// Whatever a pool needs is a dependency like any other.
#[resource]
struct Server;

impl Server {
    async fn send(&self, mail: &str) -> io::Result<()> {
        tokio::time::sleep(Duration::from_millis(30)).await;
        match mail {
            "mail for nobody" => Err(io::Error::other("no such address")),
            "mail for the moon" => std::future::pending().await,
            _ => Ok(()),
        }
    }
}

/// One worker, and room for one more job. A queue without a bound would have to be asked for: `capacity = "unbounded"`.
#[worker_pool(depends_on = [Server], workers = 1, capacity = 1, stop_timeout = "100ms")]
struct Mailer;

#[worker_pool]
impl Mailer {
    /// Borrows its job: one that is cut off is handed back whole. Taken by value, it would only be counted.
    #[work]
    async fn send(&self, mail: &String, server: Arc<Server>) -> io::Result<usize> {
        server.send(mail).await?;
        println!("mailer: {mail}");
        Ok(mail.len())
    }

    /// An error or a panic of a job is no failure of the pool, unless it says `stop_on_error` or `stop_on_panic`.
    #[job_failed]
    fn failed(&self, mail: Option<&String>, error: &JobError<io::Error>) {
        println!("mailer: {mail:?}: {error}");
    }

    /// Told to stop, the pool takes no more jobs and does those that it has. What is not done in time comes here.
    #[unfinished]
    async fn park(&self, mails: Unfinished<String>) {
        println!("mailer: kept for tomorrow: {:?}", mails.jobs);
    }
}

/// It stops before the pool that it depends on, so until its very end its jobs are taken.
#[service(depends_on = [Mailer])]
struct Shop {
    #[inject]
    mailer: Queue<Mailer>,
}

#[service]
impl Shop {
    #[run]
    async fn sell(&self) -> Result<(), BoxError> {
        self.mailer.submit("mail for ann".into()).await?;
        self.mailer.submit("mail for bob".into()).await?;
        // A full queue gives the job back at once, or has one wait for room.
        if let Err(refused) = self.mailer.try_submit("mail for carl".into()) {
            println!("shop: full, so `{}` has to wait", refused.into_job());
            self.mailer.submit("mail for carl".into()).await?;
        }
        // One may wait for what comes of a job.
        let length = self.mailer.submit_and_wait("mail for dora".into()).await?;
        println!("shop: dora's mail has {length} letters");
        self.mailer.submit("mail for nobody".into()).await?;
        Ok(())
    }

    #[stop]
    async fn close(&self) -> Result<(), BoxError> {
        self.mailer.submit("mail for the moon".into()).await?;
        self.mailer.submit("mail for eve".into()).await?;
        Ok(())
    }
}

#[lifecycle::app(services = [Shop])]
async fn main(cx: Context) {
    cx.shutdown_requested().await;
}
