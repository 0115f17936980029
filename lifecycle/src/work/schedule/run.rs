//! The task of a schedule: waits for the next tick, does the work, keeps what came of it.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::record::Record;
use super::ticks::{Ticks, When};
use crate::component::{BoxError, BoxFuture, Outcome};
use crate::context::{Context, TaskHandle};
use crate::driver::{Caught, Shared, catch};
use crate::engine::Key;
use crate::health::told;

/// Begins one run.
pub(super) type Begin = Box<dyn Fn() -> BoxFuture<Result<(), BoxError>> + Send + Sync>;

impl<C> Context<C> {
    /// Does something again and again, as a task of this component, once in each period.
    ///
    /// It begins now and ends when the component is told to stop, or when its own work begins anew; then no new run begins,
    /// and one that is under way has the component's `stop_timeout`. There is one run at a time, what passes meanwhile is
    /// skipped, and a run that fails ends neither the schedule nor the component; [`schedule`](crate::schedule) says all
    /// that. By its name it stands in the status, in the log and in reports; two of one name are counted together.
    ///
    /// A [`Duration`] is a period without anything else; [`Every`](crate::schedule::Every) may say more.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, and if the period is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use lifecycle::prelude::*;
    /// use lifecycle::schedule::Every;
    ///
    /// #[resource]
    /// struct Rates;
    ///
    /// #[resource]
    /// impl Rates {
    ///     #[start]
    ///     fn start(cx: Context) -> Self {
    ///         let often = Every::new(Duration::from_secs(30)).jitter(0.1).immediate();
    ///         cx.every("refresh", often, || async { std::fs::read("rates.csv").map(drop) });
    ///         cx.every("count", Duration::from_secs(1), || async { println!("one more second") });
    ///         Self
    ///     }
    /// }
    /// # let _ = lifecycle::plan![Rates];
    /// ```
    #[track_caller]
    pub fn every<H, F, O>(
        &self,
        name: impl Into<Cow<'static, str>>,
        how: impl Into<super::Every>,
        work: H,
    ) -> TaskHandle
    where
        H: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        spawn(self, name.into(), When::Every(how.into()), begin(work))
    }

    /// Does something again and again, as a task of this component, at times of the wall clock. With the feature `cron`.
    ///
    /// All that is said of [`every`](Self::every) holds. An unknown time zone fails the component.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::prelude::*;
    /// use lifecycle::schedule::Cron;
    ///
    /// #[resource]
    /// struct Reports;
    ///
    /// #[resource]
    /// impl Reports {
    ///     #[start]
    ///     fn start(cx: Context) -> Self {
    ///         const NIGHTLY: Cron = Cron::new("0 30 3 * * *").tz("Europe/Berlin");
    ///         cx.cron("report", NIGHTLY, || async { std::fs::write("report.txt", "all is well") });
    ///         Self
    ///     }
    /// }
    /// # let _ = lifecycle::plan![Reports];
    /// ```
    #[cfg(feature = "cron")]
    #[track_caller]
    pub fn cron<H, F, O>(
        &self,
        name: impl Into<Cow<'static, str>>,
        how: super::Cron,
        work: H,
    ) -> TaskHandle
    where
        H: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        spawn(self, name.into(), When::Cron(how), begin(work))
    }
}

fn begin<H, F, O>(work: H) -> Begin
where
    H: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = O> + Send + 'static,
    O: Outcome<()>,
{
    let work = Arc::new(work);
    Box::new(move || {
        let work = Arc::clone(&work);
        // The closure runs inside the future, so that a panic in it is caught too.
        Box::pin(async move { work().await.outcome() })
    })
}

#[track_caller]
pub(super) fn spawn<C>(
    cx: &Context<C>,
    name: Cow<'static, str>,
    when: When,
    begin: Begin,
) -> TaskHandle {
    let (shared, key) = cx.place();
    let shutdown = cx.shutdown();
    let schedule = Schedule {
        shared,
        key,
        name: name.clone(),
    };
    cx.spawn(name, async move {
        let mut ticks = schedule.ticks(when)?;
        while let Some((next, look)) = schedule.next(&mut ticks) {
            if next > schedule.shared.now() {
                if shutdown.wrap(schedule.until(look)).await.is_none() {
                    break;
                }
                continue;
            }
            if shutdown.is_requested() {
                break;
            }
            schedule.with(|record| {
                record.status.runs += 1;
                record.status.running = true;
                record.status.next = None;
            });
            let began = schedule.shared.now();
            let result = catch(begin()).await;
            schedule.ended(result, began, &mut ticks);
        }
        schedule.with(Record::pause);
        Ok::<(), BoxError>(())
    })
}

struct Schedule {
    shared: Arc<Shared>,
    key: Key,
    name: Cow<'static, str>,
}

impl Schedule {
    fn with<T>(&self, f: impl FnOnce(&mut Record) -> T) -> T {
        self.shared.with_schedule(self.key, &self.name, f)
    }

    /// New ones, or those with which the same instance goes on.
    fn ticks(&self, when: When) -> Result<Ticks, BoxError> {
        let Some(mut ticks) = self.with(|record| record.ticks.take()) else {
            return when.begin(&self.shared);
        };
        let skipped = ticks.resume(&self.shared);
        self.with(|record| record.status.skipped += skipped);
        Ok(ticks)
    }

    /// When the next run begins, which the status shows, and when to look again.
    fn next(&self, ticks: &mut Ticks) -> Option<(Duration, Duration)> {
        let next = ticks.next(&self.shared);
        self.with(|record| {
            record.status.next = next.map(|(next, _)| next);
            record.ticks = Some(ticks.clone());
        });
        next
    }

    async fn until(&self, at: Duration) {
        match self.shared.begun.checked_add(at) {
            Some(at) => tokio::time::sleep_until(at).await,
            // What lies beyond the clock never comes.
            None => std::future::pending().await,
        }
    }

    fn ended(&self, result: Result<(), Caught>, began: Duration, ticks: &mut Ticks) {
        let skipped = ticks.end(&self.shared);
        let now = self.shared.now();
        let problem = result.err();
        let (before, after) = self.with(|record| {
            record.ended = (now, now.saturating_sub(began));
            let status = &mut record.status;
            let before = (status.failing, status.last_error.clone());
            status.running = false;
            status.skipped += skipped;
            match &problem {
                None => status.failing = 0,
                Some(caught) => {
                    status.failing += 1;
                    status.last_error = Some(told(caught, "it"));
                    match caught {
                        Caught::Panic(_) => status.panicked += 1,
                        Caught::Error(_) | Caught::InLoad(_) => status.failed += 1,
                    }
                }
            }
            (before, (status.failing, status.last_error.clone()))
        });
        self.shared.announce();
        self.log(before, after);
    }

    /// Tells of the first failure, of each that is different or doubles their number, and of the recovery.
    fn log(&self, before: (u64, Option<String>), after: (u64, Option<String>)) {
        let (component, name) = (self.shared.name_of(self.key), &self.name);
        match (before.0, after.0) {
            (0, 0) => {}
            (failures, 0) => {
                tracing::info!(target: "lifecycle", component, schedule = %name, failures, "{component}: `{name}` is well again, after {}", runs(failures));
            }
            (_, failures) if failures.is_power_of_two() || before.1 != after.1 => {
                let error = after.1.unwrap_or_default();
                tracing::warn!(target: "lifecycle", component, schedule = %name, failures, "{component}: `{name}` failed{}: {error}", in_a_row(failures));
            }
            _ => {}
        }
    }
}

fn in_a_row(failures: u64) -> String {
    match failures {
        1 => String::new(),
        more => format!(" {more} times in a row"),
    }
}

fn runs(failures: u64) -> String {
    match failures {
        1 => "one run that failed".to_owned(),
        more => format!("{more} runs that failed"),
    }
}
