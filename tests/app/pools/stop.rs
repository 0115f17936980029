//! What becomes of jobs when the component stops, overstays or fails.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use lifecycle::app::Outcome;
use lifecycle::component::BoxError;
use lifecycle::pool::{Job, JobError, Refusal, Unfinished, Work, Workers};
use lifecycle::{App, Context};

use super::{Chore, Start, crew, play, stats, work};
use crate::kit::{Graph, Trace, errors, ms, secs, takes};

/// Says which jobs were handed back.
fn hands_back(trace: &Trace) -> impl Fn(Unfinished<Chore>) -> std::future::Ready<()> + use<> {
    let trace = trace.clone();
    move |unfinished| {
        for chore in &unfinished.jobs {
            trace.say(format!("{chore:?}"));
        }
        trace.say(format!(
            "and {}, {} in all",
            unfinished.taken,
            unfinished.count()
        ));
        std::future::ready(())
    }
}

fn handing_back(workers: usize, back: &Trace) -> Start {
    let back = back.clone();
    Box::new(move |trace, cx| {
        Workers::builder(move |chore| work(trace.clone(), chore))
            .workers(workers)
            .unfinished(hands_back(&back))
            .start(cx)
    })
}

#[test]
fn what_is_queued_is_done_within_the_stop_timeout() {
    let back = Trace::default();
    play(handing_back(2, &back), |stage| async move {
        for _ in 0..8 {
            stage.crew.submit(Chore::Take(1000)).await.unwrap();
        }
        let ended = stage.app.stop().await;
        assert_eq!(ended.report.total_time(), secs(4));
        assert_eq!(stats(&ended).done, 8);
        assert_eq!(ended.report.exit_code(), 0);
    });
    assert!(back.all().is_empty());
}

#[test]
fn once_it_stops_jobs_are_refused() {
    play(crew(1, 2), |stage| async move {
        let crew = &stage.crew;
        crew.submit(Chore::Take(1000)).await.unwrap();
        tokio::task::yield_now().await;
        for _ in 0..2 {
            crew.submit(Chore::Take(1000)).await.unwrap();
        }
        let waiting = crew.clone();
        let waiting = tokio::spawn(async move { waiting.submit(Chore::Say("late")).await });
        tokio::time::sleep(ms(100)).await;
        assert!(!crew.is_stopping());
        stage.app.app().shutdown("enough");
        tokio::time::sleep(ms(100)).await;
        assert!(crew.is_stopping());
        let refused = crew.try_submit(Chore::Say("later")).unwrap_err();
        assert_eq!(refused.reason(), Refusal::Stopping);
        assert_eq!(
            refused.to_string(),
            "the pool `mails` is stopping and takes no more jobs"
        );
        let refused = waiting.await.unwrap().unwrap_err();
        assert_eq!(refused.into_job(), Chore::Say("late"));
        let refused = crew.submit_and_wait(Chore::Say("later")).await.unwrap_err();
        assert!(matches!(
            refused,
            JobError::Refused {
                reason: Refusal::Stopping,
                ..
            }
        ));
        let ended = stage.app.stop().await;
        assert_eq!((stats(&ended).done, stats(&ended).refused), (3, 3));
        assert!(stage.trace.all().is_empty());
        assert!(crew.submit(Chore::Say("after the end")).await.is_err());
    });
}

#[test]
fn what_is_not_done_in_time_is_handed_back() {
    let back = Trace::default();
    play(handing_back(1, &back), |stage| async move {
        let crew = &stage.crew;
        let ticket = crew.submit_for_ticket(Chore::Hang).await.unwrap();
        let queued = crew.submit_for_ticket(Chore::Say("two")).await.unwrap();
        crew.submit(Chore::Say("three")).await.unwrap();
        let ended = stage.app.stop().await;
        assert_eq!(ended.report.total_time(), secs(5));
        assert_eq!(ended.report.exit_code(), 75);
        assert_eq!(stats(&ended).handed_back, 3);
        assert!(matches!(ticket.await, Err(JobError::HandedBack)));
        assert!(matches!(queued.await, Err(JobError::HandedBack)));
        let text = ended.report.to_string();
        assert!(
            text.contains("  jobs of `mails`: 0 done, 3 unfinished\n"),
            "{text}"
        );
        let errors = errors(&ended.report);
        let late = "`mails` timed out in task `worker 0 of pool mails` (spawned at ";
        assert!(
            errors.len() == 1 && errors[0].starts_with(late),
            "{errors:?}"
        );
    });
    assert_eq!(
        back.all(),
        ["Say(\"two\")", "Say(\"three\")", "and 1, 3 in all"]
    );
}

#[test]
fn a_job_that_is_kept_is_handed_back_whole() {
    let back = Trace::default();
    let backs = back.clone();
    let start: Start = Box::new(move |trace, cx| {
        Workers::builder(move |chore| work(trace.clone(), chore))
            .workers(2)
            .keep_jobs()
            .unfinished(hands_back(&backs))
            .start(cx)
    });
    play(start, |stage| async move {
        for chore in [Chore::Hang, Chore::Take(9000), Chore::Say("three")] {
            stage.crew.submit(chore).await.unwrap();
        }
        stage.app.stop().await;
    });
    let all = back.all();
    assert_eq!(all.len(), 4);
    assert!(all.contains(&"Hang".into()) && all.contains(&"Take(9000)".into()));
    assert_eq!(all[2..], ["Say(\"three\")", "and 0, 3 in all"]);
}

/// A job of which there is only one.
#[derive(Debug, PartialEq)]
struct Single(Chore);

/// Work that borrows its jobs.
struct Borrows {
    back: Arc<Mutex<Vec<Single>>>,
}

impl Work for Borrows {
    type Job = Single;
    type Output = ();
    type Error = io::Error;

    async fn work(&self, job: &mut Job<Single>) -> io::Result<()> {
        work(Trace::default(), job.get().0.clone()).await.map(drop)
    }

    async fn job_failed(
        &self,
        job: Option<&mut Single>,
        error: &mut JobError<io::Error>,
    ) -> Result<(), BoxError> {
        assert_eq!(job.unwrap().0, Chore::Fail("no"));
        assert!(matches!(error, JobError::Failed(_)));
        tokio::time::sleep(secs(1)).await;
        Ok(())
    }

    async fn unfinished(&self, jobs: Unfinished<Single>) -> Result<(), BoxError> {
        assert_eq!(jobs.taken, 0);
        self.back.lock().unwrap().extend(jobs.jobs);
        Err("the shelf is full".into())
    }
}

#[test]
fn work_that_borrows_a_job_leaves_it_there() {
    let back = Arc::new(Mutex::new(Vec::new()));
    let crew = Arc::new(OnceLock::new());
    let (backs, made) = (back.clone(), crew.clone());
    let graph = Graph::new().resource("mails", &[], |c| {
        c.start(move |cx: Context| {
            let work = Borrows {
                back: backs.clone(),
            };
            made.set(Workers::builder_of(work).workers(1).start(&cx))
                .unwrap();
            takes(ms(0))
        })
    });
    let ended = graph.app().run(|app| async move {
        assert!(app.started().await);
        let crew = crew.get().unwrap();
        crew.submit(Single(Chore::Fail("no"))).await.unwrap();
        crew.submit(Single(Chore::Hang)).await.unwrap();
        crew.submit(Single(Chore::Say("three"))).await.unwrap();
        app.stop().await
    });
    let back = back.lock().unwrap();
    assert_eq!(*back, [Single(Chore::Hang), Single(Chore::Say("three"))]);
    assert_eq!((stats(&ended).failed, stats(&ended).handed_back), (1, 2));
    let errors = errors(&ended.report);
    assert!(
        errors
            .iter()
            .any(|error| error.ends_with(": the shelf is full")),
        "{errors:?}"
    );
}

#[test]
fn a_job_that_failed_has_failed_also_when_what_follows_is_cut_off() {
    let start: Start = Box::new(|trace, cx| {
        Workers::builder(move |chore| work(trace.clone(), chore))
            .workers(1)
            .start(cx)
    });
    play(start, |stage| async move {
        stage.crew.submit(Chore::Fail("no")).await.unwrap();
        let ended = stage.app.stop().await;
        assert_eq!((stats(&ended).failed, stats(&ended).handed_back), (1, 0));
    });
}

#[test]
fn a_forced_end_hands_back_too() {
    let back = Trace::default();
    play(handing_back(1, &back), |stage| async move {
        stage.crew.submit(Chore::Take(2000)).await.unwrap();
        stage.crew.submit(Chore::Say("two")).await.unwrap();
        tokio::time::sleep(ms(100)).await;
        stage.app.signal(lifecycle::engine::Signal::Interrupt);
        tokio::time::sleep(ms(100)).await;
        stage.app.signal(lifecycle::engine::Signal::Interrupt);
        let ended = stage.app.stop().await;
        assert_eq!(ended.report.exit_code(), 130);
        assert_eq!(stats(&ended).handed_back, 2);
    });
    assert_eq!(back.all(), ["Say(\"two\")", "and 1, 2 in all"]);
}

#[test]
fn an_error_may_fail_the_component_and_hands_back_the_rest() {
    let back = Trace::default();
    let backs = back.clone();
    let start: Start = Box::new(move |trace, cx| {
        Workers::builder(move |chore| work(trace.clone(), chore))
            .workers(1)
            .stop_on_error()
            .unfinished(hands_back(&backs))
            .start(cx)
    });
    play(start, |stage| async move {
        for chore in [Chore::Say("one"), Chore::Fail("no"), Chore::Say("three")] {
            stage.crew.submit(chore).await.unwrap();
        }
        let ended = stage.app.ended().await;
        assert_eq!(stage.trace.all(), ["one"]);
        assert_eq!(errors(&ended.report), ["`mails` failed in task: no"]);
        assert_eq!(ended.report.exit_code(), 1);
        let stats = stats(&ended);
        assert_eq!((stats.done, stats.failed, stats.handed_back), (1, 1, 1));
    });
    assert_eq!(back.all(), ["Say(\"three\")", "and 0, 1 in all"]);
}

#[test]
fn a_panic_may_fail_the_component() {
    let start: Start = Box::new(|trace, cx| {
        Workers::builder(move |chore| work(trace.clone(), chore))
            .workers(1)
            .stop_on_panic()
            .start(cx)
    });
    play(start, |stage| async move {
        stage.crew.submit(Chore::Fail("no")).await.unwrap();
        stage.crew.submit(Chore::Panic("oh")).await.unwrap();
        let ended = stage.app.ended().await;
        let errors = errors(&ended.report);
        assert!(
            errors[0].starts_with("`mails` failed in task: the job panicked: oh (at "),
            "{errors:?}"
        );
    });
}

#[test]
fn who_waits_for_a_job_that_blocks_its_thread_is_told_when_its_worker_is_given_up() {
    let (open, door) = std::sync::mpsc::channel::<()>();
    let door = Arc::new(Mutex::new(door));
    let made = Arc::new(OnceLock::new());
    let pool = Arc::clone(&made);
    let graph = Graph::new().resource("mails", &[], |c| {
        c.declare(|d| d.stop_timeout(ms(100)))
            .start(move |cx: Context| {
                let door = Arc::clone(&door);
                let crew: Workers<(), (), io::Error> = Workers::builder(move |()| {
                    let _ = door.lock().unwrap().recv_timeout(secs(20));
                    std::future::ready(Ok(()))
                })
                .workers(1)
                .start(&cx);
                made.set(crew).unwrap();
                takes(ms(0))
            })
    });
    // Threads and real time: in paused time nothing resists an abort.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(3)
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(async {
        let running = App::builder(graph.plan()).signals(false).start();
        assert!(running.app().started().await);
        let pool = pool.get().unwrap();
        let ticket = pool.submit_for_ticket(()).await.unwrap();
        while pool.stats().running == 0 {
            tokio::task::yield_now().await;
        }
        running.app().shutdown("the test is over");
        let report = running.wait().await;
        let told = tokio::time::timeout(secs(5), ticket)
            .await
            .expect("it is told");
        assert!(matches!(told, Err(JobError::HandedBack)));
        report
    });
    drop(open);
    let pool = &report.component("mails").unwrap().pools[0];
    assert_eq!((pool.stats.handed_back, pool.stats.accepted), (1, 1));
    assert_eq!(report.component("mails").unwrap().outcome, Outcome::GivenUp);
}

#[test]
fn a_component_that_fails_to_start_hands_back_too() {
    let back = Trace::default();
    let backs = back.clone();
    let ended = Graph::new()
        .resource("mails", &[], |c| {
            c.start(move |cx: Context| {
                let backs = backs.clone();
                async move {
                    let pool = Workers::builder(|chore| work(Trace::default(), chore));
                    let pool = pool.workers(1).unfinished(hands_back(&backs)).start(&cx);
                    pool.try_submit(Chore::Hang)?;
                    pool.try_submit(Chore::Say("two"))?;
                    tokio::task::yield_now().await;
                    crate::kit::fails("no").await
                }
            })
        })
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(stats(&ended).handed_back, 2);
    assert_eq!(back.all(), ["Say(\"two\")", "and 1, 2 in all"]);
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("boom");
    }
}

#[test]
fn jobs_that_panic_when_they_are_dropped_are_an_error_and_not_the_end_of_the_process() {
    let graph = Graph::new().resource("crew", &[], |c| {
        c.declare(|d| d.stop_timeout(ms(100)))
            .start(|cx: Context| async move {
                let crew = Workers::builder(|bomb: Bomb| async move {
                    std::mem::forget(bomb);
                    std::future::pending::<Result<(), BoxError>>().await
                });
                let crew = crew.workers(1).start(&cx);
                for _ in 0..3 {
                    assert!(crew.try_submit(Bomb).is_ok());
                }
                Ok::<(), BoxError>(())
            })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(ms(1)).await.unwrap();
        let report = app.stop().await.report;
        let pool = &report.component("crew").unwrap().pools[0];
        assert_eq!(pool.stats.handed_back, 3);
        let told = errors(&report);
        let boom = "a job panicked when it was dropped: boom";
        assert!(told.iter().any(|error| error.ends_with(boom)), "{told:?}");
    });
}
