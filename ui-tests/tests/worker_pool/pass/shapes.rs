//! All that a worker pool may be: jobs by value and borrowed, sync and async, with and without a result.
use std::io;
use std::sync::Arc;

use lifecycle::pool::{JobError, Unfinished};
use lifecycle::prelude::*;

#[resource]
struct Smtp;

struct Mail(String);

type MailError = JobError<io::Error>;

#[worker_pool(depends_on = [Smtp], workers = 4, capacity = 256, errors_kept = 0, stop_timeout = "8s")]
struct Mailer {
    #[inject]
    smtp: Arc<Smtp>,
}

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, mail: &Mail, smtp: Arc<Smtp>, cx: Context, shutdown: Shutdown) -> io::Result<usize> {
        let _ = (&self.smtp, smtp, cx, shutdown);
        Ok(mail.0.len())
    }

    #[job_failed]
    async fn failed(&self, error: &MailError, smtp: Arc<Smtp>, mail: Option<&mut Mail>) {
        let _ = (error, smtp, mail);
    }

    #[unfinished]
    async fn park(&self, mails: Unfinished<Mail>, smtp: Arc<Smtp>) -> io::Result<()> {
        drop((mails, smtp));
        Ok(())
    }

    #[health]
    fn well(&self) {}

    #[drain]
    fn drain(&self) {}

    #[stop]
    async fn close(&self) {}
}

#[lifecycle::worker_pool(capacity = "unbounded", stop_on_error, stop_on_panic)]
#[derive(Default)]
struct Sums {
    _sum: u64,
}

#[lifecycle::worker_pool]
impl Sums {
    #[lifecycle::work]
    fn add(&self, (a, b): (u64, u64)) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
        a.checked_add(b).ok_or_else(|| "too much".into())
    }
}

#[worker_pool]
struct Quiet;

#[worker_pool]
impl Quiet {
    #[work]
    fn work(&self, job: &mut Vec<u8>) {
        job.clear();
    }

    #[cfg(any())]
    #[job_failed]
    fn work_failed(&self, nothing: Nothing) {}
}

#[service(depends_on = [Mailer, optional(Sums), late(Quiet)])]
struct Api {
    #[inject]
    mailer: Queue<Mailer>,
    #[inject]
    sums: Option<Queue<Sums>>,
    #[inject]
    quiet: Late<Quiet>,
}

#[service]
impl Api {
    #[run]
    async fn run(&self, mailer: Queue<Mailer>, sums: Option<Queue<Sums>>, cx: Context) -> Result<(), lifecycle::component::BoxError> {
        mailer.submit(Mail("hello".into())).await?;
        let _: usize = self.mailer.submit_and_wait(Mail("hello".into())).await?;
        cx.pool::<Mailer>()?.try_submit(Mail("hello".into()))?;
        if let Some(sums) = sums.as_ref().or(self.sums.as_ref()) {
            let _: u64 = sums.submit_and_wait((1, 2)).await?;
        }
        self.quiet.queue().submit(vec![1]).await?;
        Ok(())
    }
}

#[lifecycle::app(services = [Api, Mailer])]
async fn main(cx: Context, mailer: Queue<Mailer>, api: Arc<Api>) {
    let _ = (cx.app().pool::<Sums>(), mailer, api);
    // The only service has finished.
    cx.shutdown_requested().await;
}
