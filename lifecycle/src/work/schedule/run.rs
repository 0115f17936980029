//! The task of a schedule: waits for the next tick, does the work, keeps what came of it.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::record::Record;
use super::ticks::{Ticks, When};
use crate::component::{BoxError, BoxFuture, Outcome};
use crate::context::{Context, TaskHandle};
use crate::driver::{Caught, Scope, catch};

/// Begins one run.
pub(super) type Begin = Box<dyn Fn() -> BoxFuture<Result<(), BoxError>> + Send + Sync>;

impl<C> Context<C> {
    /// Does something again and again, as a task of this component, once in each period.
    ///
    /// It begins now and ends when the component is told to stop, or when its own work begins anew; then no new run begins,
    /// and one that is under way has the component's `stop_timeout`. There is one run at a time, what passes meanwhile is
    /// skipped, and a run that fails ends neither the schedule nor the component; [`schedule`](crate::schedule) says all
    /// that. By its name it stands in the status, in the log and in reports; two of one name are counted each on its own.
    ///
    /// A [`Duration`] is a period without anything else; [`Every`](crate::schedule::Every) may say more.
    ///
    /// # Panics
    ///
    /// If the period is zero.
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
    let (scope, shutdown) = (Arc::clone(cx.scope()), cx.shutdown());
    let title = name.clone();
    cx.spawn(title, async move {
        let (schedule, last) = Schedule::new(scope, name, when);
        let mut ticks = schedule.ticks(when, last)?;
        while let Some((next, look)) = schedule.next(&mut ticks) {
            if next > schedule.now() {
                if shutdown
                    .wrap(schedule.scope.shared.sleep_until(Some(look)))
                    .await
                    .is_none()
                {
                    break;
                }
                continue;
            }
            // However short the period is, the others have the thread too.
            tokio::task::coop::consume_budget().await;
            if shutdown.is_requested() {
                break;
            }
            schedule.with(|record| {
                record.status.runs += 1;
                record.status.running = true;
                record.status.next = None;
            });
            let began = schedule.now();
            let result = catch(begin()).await;
            schedule.ended(result, began, &mut ticks);
        }
        Ok::<(), BoxError>(())
    })
}

/// A schedule whose task is there.
struct Schedule {
    scope: Arc<Scope>,
    name: Cow<'static, str>,
    id: u64,
}

impl Drop for Schedule {
    /// However the task ends, also by an abort.
    fn drop(&mut self) {
        let is_work_ending = self.scope.takes_no_work() || self.scope.is_closed();
        let Scope { shared, key, .. } = &*self.scope;
        shared.with_schedules(*key, |all| Record::leave(all, self.id, is_work_ending));
        shared.schedule_ended(*key);
    }
}

impl Schedule {
    /// One that begins, and where it goes on, if it is to.
    fn new(scope: Arc<Scope>, name: Cow<'static, str>, when: When) -> (Self, Option<Ticks>) {
        let Scope { shared, key, .. } = &*scope;
        let (id, last) = shared.with_schedules(*key, |all| Record::take_up(all, &name, when));
        (Self { scope, name, id }, last)
    }

    fn with<T>(&self, f: impl FnOnce(&mut Record) -> T) -> T {
        let Scope { shared, key, .. } = &*self.scope;
        shared.with_schedules(*key, |all| f(Record::of(all, self.id)))
    }

    fn now(&self) -> Duration {
        self.scope.shared.now()
    }

    /// New ones, or those with which the same instance goes on.
    fn ticks(&self, when: When, last: Option<Ticks>) -> Result<Ticks, BoxError> {
        let Some(mut ticks) = last else {
            return when.begin(&self.scope.shared);
        };
        let skipped = ticks.resume(&self.scope.shared);
        self.with(|record| record.status.skipped += skipped);
        Ok(ticks)
    }

    /// When the next run begins, which the status shows, and when to look again.
    fn next(&self, ticks: &mut Ticks) -> Option<(Duration, Duration)> {
        let next = ticks.next(&self.scope.shared);
        self.with(|record| {
            record.status.next = next.map(|(next, _)| next);
            record.ticks = Some(ticks.clone());
        });
        next
    }

    fn ended(&self, result: Result<(), Caught>, began: Duration, ticks: &mut Ticks) {
        let skipped = ticks.end(&self.scope.shared);
        let now = self.now();
        // Outside of the lock: it is the user's code that prints and drops the error.
        let problem = result.err().map(|caught| {
            let panicked = matches!(caught, Caught::Panic(_));
            (panicked, caught.text("it"))
        });
        let (before, after) = self.with(|record| {
            record.ended = (now, now.saturating_sub(began));
            let status = &mut record.status;
            let before = (status.failing, status.last_error.clone());
            status.running = false;
            status.skipped += skipped;
            match problem {
                None => status.failing = 0,
                Some((panicked, text)) => {
                    status.failing += 1;
                    status.panicked += u64::from(panicked);
                    status.failed += u64::from(!panicked);
                    status.last_error = Some(text);
                }
            }
            (before, (status.failing, status.last_error.clone()))
        });
        self.scope.shared.schedule_ended(self.scope.key);
        self.log(before, after);
    }

    /// Tells of the first failure, of each that is different or doubles their number, and of the recovery.
    fn log(&self, before: (u64, Option<String>), after: (u64, Option<String>)) {
        let (component, name) = (self.scope.name(), &self.name);
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
