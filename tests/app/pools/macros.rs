//! Worker pools as components: what `#[worker_pool]` makes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use lifecycle::component::BoxError;
use lifecycle::context::ChangeError;
use lifecycle::engine::State;
use lifecycle::plan::{Kind, Scope};
use lifecycle::pool::{JobError, Refusal, Refused, Unfinished, Workers};
use lifecycle::prelude::*;
use lifecycle::testing::{Ended, TestApp, TestHandle};

use super::stats_of;
use crate::kit::{Trace, errors, ms, secs, takes};

/// What was said, for components and their tests.
#[resource]
#[derive(Default)]
struct Log {
    trace: Trace,
}

#[derive(Clone, Debug, PartialEq)]
enum Mail {
    To(&'static str),
    Slow(&'static str),
    Bad,
    Broken,
    Endless,
}

#[worker_pool(
    depends_on = [Log],
    workers = 1,
    capacity = 2,
    stop_timeout = "3s",
    restart = "on-failure",
    backoff = "1s..1s"
)]
struct Mailer {
    #[inject]
    log: Arc<Log>,
    checks: AtomicU32,
}

#[worker_pool]
impl Mailer {
    #[load]
    fn look() {}

    #[work]
    async fn send(&self, mail: &Mail, log: Arc<Log>, cx: Context) -> io::Result<String> {
        assert_eq!(cx.name(), "Mailer");
        match mail {
            Mail::To(to) => log.trace.say(format!("sent to {to}")),
            Mail::Slow(to) => {
                tokio::time::sleep(secs(1)).await;
                log.trace.say(format!("sent to {to}"));
            }
            Mail::Bad => return Err(io::Error::other("no such address")),
            Mail::Broken => panic!("no such mail"),
            Mail::Endless => std::future::pending().await,
        }
        Ok(format!("{mail:?}"))
    }

    #[job_failed]
    async fn failed(
        &self,
        mail: Option<&mut Mail>,
        error: &JobError<io::Error>,
        log: Arc<Log>,
    ) -> Result<(), &'static str> {
        log.trace.say(format!("{mail:?}: {error}"));
        Err("and who is to know")
    }

    #[unfinished]
    async fn park(&self, mails: Unfinished<Mail>, log: Arc<Log>) -> io::Result<()> {
        log.trace.say(format!("parked {:?}", mails.jobs));
        assert_eq!(mails.taken, 0);
        Ok(())
    }

    #[health(every = "1s")]
    async fn answers(&self) {
        self.checks.fetch_add(1, Relaxed);
    }

    #[drain]
    fn drain(&self) {
        self.log.trace.say("Mailer drains");
    }

    #[stop]
    async fn close(&self, log: Arc<Log>) {
        log.trace.say("Mailer stops");
    }
}

/// Submits from its start hook to its stop hook.
#[service(depends_on = [Mailer, Log])]
struct Api {
    mailer: Queue<Mailer>,
}

#[service]
impl Api {
    #[start]
    async fn start(mailer: Queue<Mailer>, pool: Arc<Mailer>) -> Result<Self, Refused<Mail>> {
        assert!(pool.checks.load(Relaxed) < 2);
        mailer.submit(Mail::To("start")).await?;
        Ok(Self { mailer })
    }

    #[run]
    async fn run(&self, shutdown: Shutdown) -> Result<(), BoxError> {
        self.mailer.submit_and_wait(Mail::To("run")).await?;
        shutdown.await;
        Ok(())
    }

    #[stop]
    async fn stop(&self, log: Arc<Log>) -> Result<(), Refused<Mail>> {
        self.mailer.submit(Mail::Slow("stop")).await?;
        log.trace.say("Api stops");
        Ok(())
    }
}

/// Runs an app with the pool and its dependent.
fn play<F: Future<Output = R>, R>(
    trace: &Trace,
    test: impl FnOnce(TestHandle, Queue<Mailer>) -> F,
) -> R {
    let log = Log {
        trace: trace.clone(),
    };
    let app = TestApp::new(lifecycle::plan![Api]).replace(log);
    app.run(|app| async move {
        assert!(app.started().await);
        // From outside of the app: a test is no task of it.
        let mailer = app.app().pool::<Mailer>().unwrap();
        test(app, mailer).await
    })
}

fn stats(ended: &Ended) -> lifecycle::pool::Stats {
    stats_of(ended, "Mailer")
}

#[test]
fn dependents_submit_from_their_start_to_their_stop_and_all_is_done() {
    let trace = Trace::default();
    let ended = play(&trace, |app, _| async move {
        takes(ms(10)).await.unwrap();
        app.stop().await
    });
    assert_eq!(
        trace.all(),
        [
            "sent to start",
            "sent to run",
            "Api stops",
            "Mailer drains",
            "sent to stop",
            "Mailer stops"
        ]
    );
    assert_eq!(ended.report.exit_code(), 0);
    assert_eq!(ended.report.total_time(), ms(1010));
    assert_eq!((stats(&ended).done, stats(&ended).accepted), (3, 3));
}

#[test]
fn what_fails_is_told_with_the_job_and_the_pool_goes_on() {
    let trace = Trace::default();
    play(&trace, |app, mailer| async move {
        let failed = mailer.submit_and_wait(Mail::Bad).await.unwrap_err();
        assert!(
            matches!(failed, JobError::Failed(error) if error.to_string() == "no such address")
        );
        mailer.submit(Mail::Broken).await.unwrap();
        let sent = mailer.submit_and_wait(Mail::To("ann")).await.unwrap();
        assert_eq!(sent, "To(\"ann\")");
        let ended = app.stop().await;
        let stats = stats(&ended);
        assert_eq!((stats.done, stats.failed, stats.panicked), (4, 1, 1));
        // Somebody is told of each error, so none is kept.
        assert!(
            ended.report.component("Mailer").unwrap().pools[0]
                .errors
                .is_empty()
        );
        assert_eq!(ended.report.exit_code(), 0);
    });
    let said = trace.all();
    assert!(said.contains(&"Some(Bad): the job failed: no such address".to_owned()));
    let panic = said.iter().find(|said| said.starts_with("Some(Broken): "));
    assert!(panic.unwrap().contains("no such mail (at "), "{said:?}");
}

#[test]
fn a_full_queue_pushes_back() {
    play(&Trace::default(), |app, mailer| async move {
        takes(ms(10)).await.unwrap();
        mailer.submit(Mail::Slow("one")).await.unwrap();
        tokio::task::yield_now().await;
        mailer.try_submit(Mail::To("two")).unwrap();
        mailer.try_submit(Mail::To("three")).unwrap();
        let refused = mailer.try_submit(Mail::To("four")).unwrap_err();
        assert_eq!(refused.reason(), Refusal::Full);
        assert_eq!(refused.into_job(), Mail::To("four"));
        let begun = tokio::time::Instant::now();
        mailer.submit(Mail::To("five")).await.unwrap();
        assert_eq!(begun.elapsed(), secs(1));
        assert_eq!(mailer.workers().unwrap().capacity(), Some(2));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn what_is_not_done_within_the_budget_is_handed_back_whole() {
    let trace = Trace::default();
    let ended = play(&trace, |app, mailer| async move {
        takes(ms(10)).await.unwrap();
        mailer.submit(Mail::Endless).await.unwrap();
        mailer.submit(Mail::To("nobody")).await.unwrap();
        app.stop().await
    });
    let said = trace.all();
    let parked = "parked [Endless, To(\"nobody\"), Slow(\"stop\")]";
    assert_eq!(said.last().unwrap(), parked, "{said:?}");
    assert_eq!(stats(&ended).handed_back, 3);
    assert_eq!(ended.report.exit_code(), 75);
    let text = ended.report.to_string();
    assert!(
        text.contains("jobs of `Mailer`: 2 done, 3 unfinished"),
        "{text}"
    );
    // The worker that overstays is said to come from the method that it is stuck in.
    let errors = errors(&ended.report);
    assert!(
        errors[0].contains("task `worker 0 of pool Mailer` (spawned at tests/app/pools/macros.rs:"),
        "{errors:?}"
    );
}

#[test]
fn a_handle_outlives_a_restart_and_no_job_is_lost() {
    let trace = Trace::default();
    let ended = play(&trace, |app, mailer| async move {
        takes(ms(10)).await.unwrap();
        mailer.submit(Mail::Slow("one")).await.unwrap();
        let handle = app.app();
        let restart =
            tokio::spawn(async move { handle.restart::<Mailer>(Scope::Dependents).await });
        takes(ms(100)).await.unwrap();
        // `Api` is down, so the pool is stopping: it does what it has, and takes no more.
        let refused = mailer.submit(Mail::To("nobody")).await.unwrap_err();
        assert_eq!(refused.reason(), Refusal::Stopping);
        assert_eq!(restart.await.unwrap(), Ok(()));
        mailer.submit_and_wait(Mail::To("again")).await.unwrap();
        app.stop().await
    });
    let said = trace.all();
    for once in ["one", "again"] {
        assert_eq!(trace.count(&format!("sent to {once}")), 1, "{said:?}");
    }
    // Each life of `Api` said something in its start, its run and its stop.
    assert_eq!(trace.count("sent to start"), 2);
    assert_eq!(stats(&ended).done, 8);
    assert_eq!((stats(&ended).accepted, stats(&ended).refused), (8, 1));
    assert!(ended.report.is_success());
}

#[test]
fn a_pool_that_is_disabled_refuses_and_takes_jobs_once_it_is_enabled() {
    let trace = Trace::default();
    play(&trace, |app, mailer| async move {
        app.app().disable::<Mailer>().await.unwrap();
        assert!(app.get::<Api>().is_none());
        let refused = mailer.submit(Mail::To("nobody")).await.unwrap_err();
        assert_eq!(refused.reason(), Refusal::Down);
        assert_eq!(
            refused.to_string(),
            "the pool `Mailer` is down and takes no jobs"
        );
        assert_eq!(refused.pool(), "Mailer");
        let waited = mailer.submit_and_wait(Mail::To("nobody")).await;
        let waited = waited.unwrap_err();
        assert_eq!(waited.to_string(), refused.to_string());
        assert!(matches!(
            waited,
            JobError::Refused {
                reason: Refusal::Down,
                ..
            }
        ));
        app.app().enable::<Mailer>().await.unwrap();
        mailer.submit_and_wait(Mail::To("ann")).await.unwrap();
        assert!(app.stop().await.report.is_success());
        let refused = mailer.try_submit(Mail::To("nobody")).unwrap_err();
        assert_eq!(refused.reason(), Refusal::Down);
    });
    assert_eq!(trace.count("sent to nobody"), 0);
}

#[test]
fn it_is_a_component_like_any_other() {
    play(&Trace::default(), |app, mailer| async move {
        takes(secs(3)).await.unwrap();
        assert!(app.get::<Mailer>().unwrap().checks.load(Relaxed) >= 3);
        let status = app.app().component("Mailer").unwrap().status();
        assert_eq!((status.kind, status.state), (Kind::WorkerPool, State::Up));
        assert_eq!(mailer.stats().done, 2);
        assert!(app.stop().await.report.is_success());
    });
    let text = lifecycle::plan![Api].to_text();
    assert!(text.contains("Mailer (worker_pool)"), "{text}");
}

// A pool that stops at the first error, and begins anew with all that needs it.

#[worker_pool(
    depends_on = [Log],
    name = "strict",
    workers = 2,
    capacity = "unbounded",
    errors_kept = 1,
    stop_on_error,
    stop_on_panic = true,
    restart = "on-failure",
    backoff = "1ms..1ms",
    max_restarts = 1
)]
struct Strict;

#[worker_pool]
impl Strict {
    /// Neither async nor able to fail otherwise than by a panic.
    #[work]
    fn count(&self, number: u32) {
        assert!(number < 100, "{number} is too much");
    }
}

#[service(depends_on = [late(Strict), Log], optional)]
struct Watch {
    #[inject]
    strict: Late<Strict>,
}

#[service]
impl Watch {
    #[run]
    async fn run(&self, shutdown: Shutdown) {
        // There before the pool is up.
        let queue = self.strict.queue();
        while let Err(refused) = queue.submit(1).await {
            assert_eq!(refused.reason(), Refusal::Down);
            assert_eq!(refused.into_job(), 1);
            tokio::time::sleep(ms(1)).await;
        }
        shutdown.await;
    }
}

#[test]
fn an_error_may_fail_the_component_which_then_begins_anew_until_that_is_too_much() {
    TestApp::new(lifecycle::plan![Watch, Strict]).run(|app| async move {
        assert!(app.started().await);
        let queue = app.app().pool::<Strict>().unwrap();
        assert_eq!(queue.workers().unwrap().capacity(), None);
        takes(ms(10)).await.unwrap();
        let first = queue.workers().unwrap();
        assert!(queue.submit_and_wait(100).await.is_err());
        takes(ms(10)).await.unwrap();
        assert!(first.is_stopping() && !queue.workers().unwrap().is_stopping());
        queue.submit_and_wait(2).await.unwrap();
        queue.submit(101).await.unwrap();
        let ended = app.ended().await;
        assert_eq!(ended.report.component("strict").unwrap().restarts, 1);
        let stats = stats_of(&ended, "strict");
        assert_eq!((stats.done, stats.panicked, stats.accepted), (2, 2, 4));
        let errors = errors(&ended.report);
        assert!(
            errors.last().unwrap().contains("101 is too much"),
            "{errors:?}"
        );
    });
}

// Optional dependencies, a pool that never comes up, and `main`.

#[worker_pool(depends_on = [Log], optional)]
struct Doomed;

#[worker_pool]
impl Doomed {
    #[start]
    fn start() -> Result<Self, &'static str> {
        Err("no server")
    }

    #[work]
    async fn work(&self, job: u8) -> Result<u8, BoxError> {
        Ok(job)
    }
}

#[service(depends_on = [optional(Doomed), optional(Mailer), Log])]
struct Hopeful {
    #[inject]
    doomed: Option<Queue<Doomed>>,
    #[inject]
    mailer: Option<Queue<Mailer>>,
}

#[service]
impl Hopeful {
    #[run]
    async fn run(&self, doomed: Option<Queue<Doomed>>, cx: Context) -> Result<(), BoxError> {
        assert!(self.doomed.is_none() && doomed.is_none());
        let refused = cx.pool::<Doomed>()?.submit(3).await.unwrap_err();
        assert_eq!(refused.reason(), Refusal::Down);
        let mailer = self.mailer.as_ref().ok_or("it is up")?;
        mailer.submit(Mail::To("hope")).await?;
        Ok(())
    }
}

#[test]
fn a_pool_that_never_came_up_is_no_pool_to_those_who_can_do_without_it() {
    let trace = Trace::default();
    let log = Log {
        trace: trace.clone(),
    };
    let ended = TestApp::new(lifecycle::plan![Hopeful])
        .replace(log)
        .run_to_end();
    let errors = errors(&ended.report);
    assert_eq!(errors, ["`Doomed` failed in start: no server"]);
    assert_eq!(trace.count("sent to hope"), 1);
}

#[test]
fn a_pool_of_another_app_is_unknown_here() {
    TestApp::new(lifecycle::plan![Log]).run(|app| async move {
        assert!(app.started().await);
        let error = app.app().pool::<Mailer>().unwrap_err();
        assert_eq!(error.key(), std::any::type_name::<Mailer>());
        let unknown = app.app().restart::<Mailer>(Scope::Itself).await;
        assert_eq!(unknown, Err(ChangeError::Unknown("Mailer".into())));
    });
}

#[lifecycle::app(services = [Mailer])]
async fn one_mail(mailer: Queue<Mailer>, cx: Context) -> Result<(), BoxError> {
    assert_eq!(cx.pools().get::<Mailer>()?.stats().accepted, 0);
    mailer.submit_and_wait(Mail::To("main")).await?;
    Ok(())
}

#[test]
fn main_takes_a_queue() {
    assert_eq!(
        format!("{:?}", one_mail()),
        format!("{:?}", std::process::ExitCode::SUCCESS)
    );
}

// The work takes the job, or changes it.

#[worker_pool(workers = 1)]
struct Taker;

#[worker_pool]
impl Taker {
    #[work]
    async fn take(&self, job: Vec<u8>) -> Result<(), io::Error> {
        match job.len() {
            0 => std::future::pending().await,
            _ => Err(io::Error::other("no")),
        }
    }

    #[job_failed]
    fn failed(&self, error: &mut JobError<io::Error>, job: Option<&Vec<u8>>) {
        assert!(job.is_none(), "the work has taken it");
        if let JobError::Failed(error) = error {
            *error = io::Error::other(format!("{error}, really"));
        }
    }

    #[unfinished]
    fn left(&self, jobs: Unfinished<Vec<u8>>) -> Result<(), String> {
        Err(format!("{} and {} were lost", jobs.jobs.len(), jobs.taken))
    }
}

#[worker_pool(workers = 1, errors_kept = 3)]
struct Changer;

#[worker_pool]
impl Changer {
    #[work]
    async fn change(&self, job: &mut Vec<u8>) -> Result<Vec<u8>, &'static str> {
        job.push(1);
        match job.len() {
            1 => Err("too short"),
            _ => Ok(std::mem::take(job)),
        }
    }

    #[job_failed]
    fn failed(&self, job: Option<&mut Vec<u8>>) {
        assert_eq!(job, Some(&mut vec![1]));
    }
}

#[test]
fn the_work_may_take_the_job_or_change_it() {
    TestApp::new(lifecycle::plan![Taker, Changer]).run(|app| async move {
        assert!(app.started().await);
        let changer = app.app().pool::<Changer>().unwrap();
        assert_eq!(changer.submit_and_wait(vec![7]).await.unwrap(), [7, 1]);
        changer.submit(vec![]).await.unwrap();
        let taker = app.app().pool::<Taker>().unwrap();
        let error = taker.submit_and_wait(vec![7]).await.unwrap_err();
        assert_eq!(error.to_string(), "the job failed: no, really");
        taker.submit(vec![]).await.unwrap();
        takes(ms(1)).await.unwrap();
        taker.submit(vec![1]).await.unwrap();
        let ended = app.stop().await;
        assert_eq!(stats_of(&ended, "Taker").handed_back, 2);
        let lost = errors(&ended.report)
            .into_iter()
            .find(|error| error.contains("lost"));
        assert!(lost.unwrap().ends_with("1 and 1 were lost"));
        // Told and kept, because it asks for both.
        let changer = &ended.report.component("Changer").unwrap().pools[0];
        assert_eq!(changer.errors, ["too short"]);
    });
}

/// The handle may be used by any thread, and its workers are those of a pool made by hand.
#[test]
fn a_queue_is_shared_by_threads() {
    fn is_shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    play(&Trace::default(), |app, mailer| async move {
        is_shared(&mailer);
        let workers: Workers<Mail, String, io::Error> = mailer.workers().unwrap();
        assert_eq!(workers.name(), "Mailer");
        assert!(app.stop().await.report.is_success());
    });
}
