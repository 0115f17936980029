//! What the log says of jobs that go wrong.

use std::io;

use lifecycle::pool::{JobError, Pool, PoolReport};
use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

use crate::kit::{Logged, ms, secs, takes};

/// Runs the test, and gives the lines of the log about pools, with the level and without the places of panics.
fn log_of<F: Future<Output = ()>>(
    app: TestApp,
    test: impl FnOnce(lifecycle::testing::TestHandle) -> F,
) -> Vec<String> {
    let logged = Logged::default();
    tracing::subscriber::with_default(logged.clone(), || app.run(test));
    let all = logged.0.all();
    let lines = all.iter().filter_map(|line| {
        let (level, rest) = line.split_once(" message=")?;
        let (text, fields) = match rest.split_once(" component=") {
            Some((text, fields)) => (text, fields),
            None => (rest, ""),
        };
        let is_ours = fields.contains("pool=") || text.starts_with("not all work");
        let mut text = text.to_owned();
        while let Some((before, after)) = text.split_once(" (at ") {
            text = format!("{before}{}", after.split_once(')').unwrap().1);
        }
        is_ours.then(|| format!("{level} {text}"))
    });
    lines.collect()
}

#[derive(Clone, Copy)]
enum Mail {
    Good,
    Bad,
    Broken,
    Endless,
}

async fn send(mail: &Mail) -> io::Result<()> {
    match mail {
        Mail::Good => Ok(()),
        Mail::Bad => Err(io::Error::other("no such address")),
        Mail::Broken => panic!("no such mail"),
        Mail::Endless => std::future::pending().await,
    }
}

#[worker_pool(workers = 1)]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, mail: &Mail) -> io::Result<()> {
        send(mail).await
    }
}

#[test]
fn jobs_that_fail_have_one_line_in_ten_seconds_and_the_end_has_their_number() {
    let lines = log_of(TestApp::new(lifecycle::plan![Mailer]), |app| async move {
        assert!(app.started().await);
        let mailer = app.app().pool::<Mailer>().unwrap();
        for _ in 0..3 {
            mailer.submit(Mail::Bad).await.unwrap();
        }
        mailer.submit(Mail::Broken).await.unwrap();
        mailer.submit(Mail::Broken).await.unwrap();
        mailer.submit(Mail::Good).await.unwrap();
        takes(secs(10)).await.unwrap();
        mailer.submit(Mail::Bad).await.unwrap();
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(
        lines,
        [
            "WARN Mailer: a job failed: no such address",
            "WARN Mailer: a job panicked: no such mail",
            "WARN Mailer: a job failed: no such address (2 more since the last line)",
            "WARN not all work ended well: Mailer: 4 jobs failed, 2 jobs panicked",
        ]
    );
}

#[test]
fn an_error_that_goes_to_who_waits_is_not_logged_and_a_panic_is() {
    let lines = log_of(TestApp::new(lifecycle::plan![Mailer]), |app| async move {
        assert!(app.started().await);
        let mailer = app.app().pool::<Mailer>().unwrap();
        mailer.submit_and_wait(Mail::Bad).await.unwrap_err();
        mailer.submit_and_wait(Mail::Broken).await.unwrap_err();
        mailer.submit_and_wait(Mail::Good).await.unwrap();
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(
        lines,
        [
            "WARN Mailer: a job panicked: no such mail",
            "WARN not all work ended well: Mailer: 1 job failed, 1 job panicked",
        ]
    );
}

#[test]
fn when_nothing_went_wrong_nothing_is_said() {
    let lines = log_of(TestApp::new(lifecycle::plan![Mailer]), |app| async move {
        assert!(app.started().await);
        let mailer = app.app().pool::<Mailer>().unwrap();
        mailer.submit(Mail::Good).await.unwrap();
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(lines, [""; 0]);
}

/// Its observer fails too, or panics.
#[worker_pool(workers = 1, stop_timeout = "1s")]
struct Clumsy;

#[worker_pool]
impl Clumsy {
    #[work]
    async fn send(&self, mail: &Mail) -> io::Result<()> {
        send(mail).await
    }

    #[job_failed]
    fn failed(&self, error: &JobError<io::Error>) -> Result<(), &'static str> {
        match error {
            JobError::Failed(_) => Err("nobody answers"),
            _ => panic!("what now"),
        }
    }
}

#[test]
fn an_observer_that_fails_does_not_hide_the_error_of_the_job() {
    for (mail, told) in [
        (
            Mail::Bad,
            "`job_failed` failed: nobody answers; the job's own error was: no such address",
        ),
        (
            Mail::Broken,
            "`job_failed` panicked: what now; the job's own error was: the job panicked: no such mail",
        ),
    ] {
        let lines = log_of(TestApp::new(lifecycle::plan![Clumsy]), |app| async move {
            assert!(app.started().await);
            let clumsy = app.app().pool::<Clumsy>().unwrap();
            clumsy.submit(mail).await.unwrap();
            takes(ms(1)).await.unwrap();
            clumsy.submit(mail).await.unwrap();
        });
        let told: Vec<_> = lines.iter().filter(|line| line.contains(told)).collect();
        assert_eq!(told.len(), 1, "{lines:?}");
        assert!(told[0].starts_with("WARN Clumsy: "), "{lines:?}");
        let whole = lines.iter().any(|line| line.contains("a job failed"));
        assert!(!whole, "it was observed: {lines:?}");
    }
    let lines = log_of(TestApp::new(lifecycle::plan![Clumsy]), |app| async move {
        assert!(app.started().await);
        let clumsy = app.app().pool::<Clumsy>().unwrap();
        clumsy.submit_and_wait(Mail::Bad).await.unwrap_err();
    });
    let told = "WARN Clumsy: `job_failed` failed: nobody answers; the job's own error went to who waits for the job";
    assert_eq!(lines[0], told);
}

#[test]
fn what_is_not_done_is_told_in_its_number() {
    for (count, told) in [(1, "1 job was"), (3, "3 jobs were")] {
        let lines = log_of(TestApp::new(lifecycle::plan![Clumsy]), |app| async move {
            assert!(app.started().await);
            let clumsy = app.app().pool::<Clumsy>().unwrap();
            for _ in 0..count {
                clumsy.submit(Mail::Endless).await.unwrap();
            }
            app.stop().await;
        });
        assert_eq!(lines[0], format!("WARN Clumsy: {told} not done"));
    }
}

/// Has a pool of another name, which keeps two errors, and is made anew with each life.
#[resource]
struct Chores {
    pool: Pool,
}

#[resource]
impl Chores {
    #[start]
    fn start(cx: Context) -> Self {
        let pool = Pool::builder().name("chores").workers(1).keep_errors(2);
        Self {
            pool: pool.start(&cx),
        }
    }
}

#[test]
fn a_pool_that_is_rebuilt_keeps_the_errors_of_its_earlier_life() {
    let lines = log_of(TestApp::new(lifecycle::plan![Chores]), |app| async move {
        assert!(app.started().await);
        for errors in [&["one"][..], &["two"], &["three"]] {
            let chores = app.get::<Chores>().unwrap();
            for error in errors {
                let job = async move { Err(io::Error::other(*error)) };
                chores.pool.submit(job).await.unwrap();
            }
            drop(chores);
            app.app().disable::<Chores>().await.unwrap();
            app.app().enable::<Chores>().await.unwrap();
        }
        let ended = app.stop().await;
        let PoolReport { errors, stats, .. } = &ended.report.component("Chores").unwrap().pools[0];
        assert_eq!(stats.failed, 3);
        assert_eq!(*errors, ["two", "three"]);
    });
    assert_eq!(lines[0], "WARN Chores: a job of `chores` failed: one");
}
