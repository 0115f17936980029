//! Worker pools: what comes in, what comes of it, what is left at the end.

#![allow(
    clippy::disallowed_methods,
    reason = "those who submit here are no part of the app"
)]

mod keyed;
mod lives;
mod macros;
mod random;
mod stop;
mod told;

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use lifecycle::Context;
use lifecycle::component::BoxError;
use lifecycle::pool::{JobError, Pool, Priority, Refusal, Stats, Workers};
use lifecycle::testing::{Ended, TestHandle};

use crate::kit::{Graph, Trace, errors, ms, secs, takes};

/// A job: what a worker does with it.
#[derive(Clone, Debug, PartialEq)]
enum Chore {
    Say(&'static str),
    Take(u64),
    Fail(&'static str),
    Panic(&'static str),
    Hang,
}

type Crew = Workers<Chore, &'static str, io::Error>;

/// What a test makes of a pool: its options, and its start.
type Start = Box<dyn Fn(Trace, &Context) -> Crew + Send + Sync>;

async fn work(trace: Trace, chore: Chore) -> io::Result<&'static str> {
    match chore {
        Chore::Say(words) => {
            trace.say(words);
            Ok(words)
        }
        Chore::Take(time) => {
            tokio::time::sleep(ms(time)).await;
            Ok("took")
        }
        Chore::Fail(words) => Err(io::Error::other(words)),
        Chore::Panic(words) => panic!("{words}"),
        Chore::Hang => std::future::pending().await,
    }
}

/// What a test plays: the pool, what its jobs said, and the app.
struct Stage {
    crew: Crew,
    trace: Trace,
    app: TestHandle,
}

/// Runs an app whose component `mails` has a pool.
fn play<F: Future<Output = R>, R>(start: Start, test: impl FnOnce(Stage) -> F) -> R {
    let (trace, crew) = (Trace::default(), Arc::new(OnceLock::new()));
    let (said, made) = (trace.clone(), crew.clone());
    let start = Arc::new(start);
    let graph = Graph::new().resource("mails", &[], |c| {
        c.start(move |cx: Context| {
            made.set(start(said.clone(), &cx)).unwrap();
            takes(ms(0))
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let crew = crew.get().unwrap().clone();
        test(Stage { crew, trace, app }).await
    })
}

/// A pool of so many workers and so much room.
fn crew(workers: usize, capacity: usize) -> Start {
    Box::new(move |trace, cx| {
        Workers::builder(move |chore| work(trace.clone(), chore))
            .workers(workers)
            .capacity(capacity)
            .start(cx)
    })
}

fn stats(ended: &Ended) -> Stats {
    stats_of(ended, "mails")
}

fn stats_of(ended: &Ended, component: &str) -> Stats {
    let component = ended.report.component(component).unwrap();
    assert_eq!(component.pools.len(), 1);
    let stats = component.pools[0].stats;
    assert_eq!(stats.accepted, stats.ended());
    assert_eq!(stats.waiting(), 0);
    assert_eq!(component.unfinished_jobs(), stats.handed_back);
    stats
}

#[test]
fn what_is_submitted_is_done_in_order() {
    play(crew(1, 8), |stage| async move {
        for words in ["one", "two", "three"] {
            stage.crew.submit(Chore::Say(words)).await.unwrap();
        }
        let ended = stage.app.stop().await;
        assert_eq!(stage.trace.all(), ["one", "two", "three"]);
        assert_eq!(stats(&ended).done, 3);
        assert_eq!(ended.report.exit_code(), 0);
    });
}

#[test]
fn who_waits_for_a_job_is_told_what_came_of_it() {
    play(crew(1, 8), |stage| async move {
        let crew = &stage.crew;
        assert_eq!(
            crew.submit_and_wait(Chore::Say("one")).await.unwrap(),
            "one"
        );
        let failed = crew.submit_and_wait(Chore::Fail("no")).await.unwrap_err();
        assert!(matches!(&failed, JobError::Failed(error) if error.to_string() == "no"));
        assert_eq!(failed.to_string(), "the job failed: no");
        let JobError::Panicked(panic) = crew.submit_and_wait(Chore::Panic("oh")).await.unwrap_err()
        else {
            panic!("it panicked");
        };
        assert_eq!(panic.message(), "oh");
        assert!(panic.location().unwrap().contains("pools/mod.rs"));
        let stats = crew.stats();
        assert_eq!((stats.done, stats.failed, stats.panicked), (1, 1, 1));
        assert!(stage.app.stop().await.report.is_success());
    });
}

#[test]
fn a_panic_does_not_take_the_worker() {
    play(crew(1, 8), |stage| async move {
        stage.crew.submit(Chore::Panic("oh")).await.unwrap();
        stage.crew.submit(Chore::Fail("no")).await.unwrap();
        stage
            .crew
            .submit_and_wait(Chore::Say("still here"))
            .await
            .unwrap();
        let ended = stage.app.stop().await;
        assert_eq!(ended.report.exit_code(), 0);
        let pool = &ended.report.component("mails").unwrap().pools[0];
        assert_eq!(pool.name, "mails");
        assert!(pool.errors[0].starts_with("the job panicked: oh (at "));
        assert_eq!(pool.errors[1], "no");
        let text = ended.report.to_string();
        assert!(
            text.contains("  jobs of `mails`: 1 done, 1 failed, 1 panicked\n"),
            "{text}"
        );
        assert_eq!((stats(&ended).failed, stats(&ended).panicked), (1, 1));
    });
}

#[test]
fn a_full_queue_gives_the_job_back_at_once_and_room_is_waited_for() {
    play(crew(1, 2), |stage| async move {
        let crew = &stage.crew;
        crew.submit(Chore::Take(1000)).await.unwrap();
        tokio::task::yield_now().await;
        for _ in 0..2 {
            crew.try_submit(Chore::Take(1000)).unwrap();
        }
        let refused = crew.try_submit(Chore::Say("too much")).unwrap_err();
        assert_eq!(refused.reason(), Refusal::Full);
        assert_eq!(refused.to_string(), "the queue of the pool `mails` is full");
        assert_eq!(refused.into_job(), Chore::Say("too much"));
        let begun = tokio::time::Instant::now();
        crew.submit(Chore::Say("at last")).await.unwrap();
        assert_eq!(begun.elapsed(), secs(1));
        let stats = crew.stats();
        assert_eq!((stats.queued, stats.running, stats.refused), (2, 1, 1));
        assert!(stage.app.stop().await.report.is_success());
    });
}

#[test]
fn workers_work_at_the_same_time_and_no_more_than_there_are() {
    play(crew(4, 100), |stage| async move {
        let begun = tokio::time::Instant::now();
        for _ in 0..16 {
            stage.crew.submit(Chore::Take(50)).await.unwrap();
        }
        tokio::task::yield_now().await;
        assert_eq!(stage.crew.stats().running, 4);
        let ended = stage.app.stop().await;
        assert_eq!(begun.elapsed(), ms(200));
        assert_eq!(stats(&ended).done, 16);
    });
}

#[test]
fn those_who_wait_for_room_are_let_in_in_order() {
    play(crew(1, 1), |stage| async move {
        stage.crew.submit(Chore::Take(10)).await.unwrap();
        tokio::task::yield_now().await;
        stage.crew.submit(Chore::Take(10)).await.unwrap();
        let words = ["one", "two", "three"];
        let waiting = words.map(|words| {
            let crew = stage.crew.clone();
            tokio::spawn(async move { crew.submit(Chore::Say(words)).await })
        });
        for one in waiting {
            one.await.unwrap().unwrap();
        }
        stage.app.stop().await;
        assert_eq!(stage.trace.all(), words);
    });
}

#[test]
fn a_submit_that_is_cancelled_has_not_submitted() {
    play(crew(1, 1), |stage| async move {
        let crew = &stage.crew;
        crew.submit(Chore::Take(1000)).await.unwrap();
        tokio::task::yield_now().await;
        crew.submit(Chore::Say("queued")).await.unwrap();
        for _ in 0..3 {
            let submit = crew.submit(Chore::Say("cancelled"));
            assert!(tokio::time::timeout(ms(10), submit).await.is_err());
        }
        assert_eq!(crew.stats().accepted, 2);
        // The one that is let in and does not come leaves its place to the next.
        let mut first = Box::pin(crew.submit(Chore::Say("first")));
        let mut second = Box::pin(crew.submit(Chore::Say("second")));
        assert!(tokio::time::timeout(ms(1), &mut first).await.is_err());
        assert!(tokio::time::timeout(ms(1), &mut second).await.is_err());
        takes(secs(1)).await.unwrap();
        drop(first);
        second.await.unwrap();
        let ended = stage.app.stop().await;
        assert_eq!(stage.trace.all(), ["queued", "second"]);
        assert_eq!(stats(&ended).done, 3);
    });
}

#[test]
fn a_place_may_be_held_before_there_is_a_job_for_it() {
    play(crew(1, 1), |stage| async move {
        let crew = &stage.crew;
        crew.submit(Chore::Take(1000)).await.unwrap();
        tokio::task::yield_now().await;
        let permit = crew.reserve().await.unwrap();
        assert!(crew.try_submit(Chore::Say("no room")).is_err());
        assert_eq!(crew.stats().queued, 0);
        // Cancelled, a wait for a place has taken none.
        for _ in 0..3 {
            assert!(tokio::time::timeout(ms(10), crew.reserve()).await.is_err());
        }
        let ticket = permit.submit_for_ticket(Chore::Say("held")).unwrap();
        let waiting = {
            let crew = crew.clone();
            tokio::spawn(async move { crew.submit(Chore::Say("behind")).await })
        };
        assert_eq!(ticket.await.unwrap(), "held");
        waiting.await.unwrap().unwrap();
        // One that is not used is somebody else's.
        let permit = crew.reserve().await.unwrap();
        let waiting = {
            let crew = crew.clone();
            tokio::spawn(async move { crew.submit(Chore::Say("last")).await })
        };
        takes(ms(10)).await.unwrap();
        drop(permit);
        waiting.await.unwrap().unwrap();
        // And it is of no use once the pool stops.
        takes(ms(10)).await.unwrap();
        let permit = crew.reserve().await.unwrap();
        let crew = crew.clone();
        let ended = stage.app.stop().await;
        let refused = permit.submit(Chore::Say("late")).unwrap_err();
        assert_eq!(refused.into_job(), Chore::Say("late"));
        assert_eq!(crew.reserve().await.unwrap_err().reason(), Refusal::Down);
        assert_eq!(stage.trace.all(), ["held", "behind", "last"]);
        assert_eq!((stats(&ended).done, stats(&ended).refused), (4, 1));
    });
}

#[test]
fn who_does_not_wait_any_more_has_the_job_done_all_the_same() {
    play(crew(1, 8), |stage| async move {
        let ticket = stage
            .crew
            .submit_for_ticket(Chore::Take(100))
            .await
            .unwrap();
        assert!(tokio::time::timeout(ms(1), ticket).await.is_err());
        assert_eq!(stats(&stage.app.stop().await).done, 1);
    });
}

#[test]
fn urgent_jobs_go_first() {
    play(crew(1, 8), |stage| async move {
        let crew = &stage.crew;
        crew.submit(Chore::Take(10)).await.unwrap();
        tokio::task::yield_now().await;
        for (priority, words) in [
            (Priority::Low, "low"),
            (Priority::Medium, "medium"),
            (Priority::High, "high"),
            (Priority::High, "high too"),
        ] {
            crew.submit_with(priority, Chore::Say(words)).await.unwrap();
        }
        stage.app.stop().await;
        assert_eq!(stage.trace.all(), ["high", "high too", "medium", "low"]);
    });
}

#[test]
fn an_unbounded_queue_is_never_full() {
    let start: Start = Box::new(|trace, cx| {
        let pool = Workers::builder(move |chore| work(trace.clone(), chore));
        pool.workers(1).unbounded().start(cx)
    });
    play(start, |stage| async move {
        for _ in 0..10_000 {
            stage.crew.try_submit(Chore::Take(0)).unwrap();
        }
        assert_eq!(stage.crew.capacity(), None);
        assert_eq!(stage.crew.stats().accepted, 10_000);
        assert!(stage.app.stop().await.report.is_success());
    });
}

#[test]
fn without_a_word_a_queue_is_bounded() {
    let start: Start =
        Box::new(|trace, cx| Workers::builder(move |chore| work(trace.clone(), chore)).start(cx));
    play(start, |stage| async move {
        assert_eq!(stage.crew.capacity(), Some(1024));
        assert!(stage.app.stop().await.report.is_success());
    });
}

#[test]
fn a_pool_without_room_or_workers_is_refused() {
    for build in [
        || Pool::builder().capacity(0),
        || Pool::builder().workers(0),
    ] {
        let refused = std::panic::catch_unwind(build);
        assert!(refused.is_err());
    }
}

#[test]
fn failed_jobs_are_observed_with_the_job_and_not_kept() {
    let seen = Trace::default();
    let sees = seen.clone();
    let start: Start = Box::new(move |trace, cx| {
        let sees = sees.clone();
        Workers::builder(move |chore| work(trace.clone(), chore))
            .workers(1)
            .keep_jobs()
            .job_failed(move |chore, error| sees.say(format!("{:?}: {error}", chore.unwrap())))
            .start(cx)
    });
    let ended = play(start, |stage| async move {
        stage.crew.submit(Chore::Fail("no")).await.unwrap();
        stage.crew.submit(Chore::Say("fine")).await.unwrap();
        stage.app.stop().await
    });
    assert_eq!(seen.all(), ["Fail(\"no\"): the job failed: no"]);
    assert!(
        ended.report.component("mails").unwrap().pools[0]
            .errors
            .is_empty()
    );
    assert_eq!(ended.report.exit_code(), 0);
}

#[test]
fn an_observer_that_panics_changes_nothing() {
    let start: Start = Box::new(|trace, cx| {
        Workers::builder(move |chore| work(trace.clone(), chore))
            .workers(1)
            .job_failed(|_, _| panic!("no"))
            .start(cx)
    });
    play(start, |stage| async move {
        let failed = stage.crew.submit_and_wait(Chore::Fail("no")).await;
        assert!(matches!(failed, Err(JobError::Failed(_))));
        stage
            .crew
            .submit_and_wait(Chore::Say("fine"))
            .await
            .unwrap();
        let ended = stage.app.stop().await;
        assert_eq!((stats(&ended).failed, stats(&ended).done), (1, 1));
        assert_eq!(ended.report.exit_code(), 0);
    });
}

#[test]
fn the_last_errors_are_kept_as_many_as_asked_for() {
    let start: Start = Box::new(|trace, cx| {
        Workers::builder(move |chore| work(trace.clone(), chore))
            .workers(1)
            .keep_errors(2)
            .start(cx)
    });
    play(start, |stage| async move {
        for words in ["one", "two", "three"] {
            stage.crew.submit(Chore::Fail(words)).await.unwrap();
        }
        let ended = stage.app.stop().await;
        assert_eq!(
            ended.report.component("mails").unwrap().pools[0].errors,
            ["two", "three"]
        );
    });
}

#[test]
fn what_a_job_leaves_behind_may_panic_when_it_is_dropped() {
    struct Bad;
    impl Drop for Bad {
        fn drop(&mut self) {
            panic!("bad to the end");
        }
    }
    let pool = Arc::new(OnceLock::new());
    let made = pool.clone();
    let graph = Graph::new().resource("mails", &[], |c| {
        c.start(move |cx: Context| {
            let pool = Workers::builder(|()| async { Ok::<_, BoxError>(Bad) });
            made.set(pool.workers(1).start(&cx)).unwrap();
            takes(ms(0))
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let pool = pool.get().unwrap();
        pool.submit(()).await.unwrap();
        let ticket = pool.submit_for_ticket(()).await.unwrap();
        drop(ticket);
        pool.submit(()).await.unwrap();
        let ended = app.stop().await;
        // Who gave up on its ticket had the job done, whatever became of the value.
        let stats = stats(&ended);
        assert_eq!((stats.panicked, stats.done), (2, 1));
        assert_eq!(ended.report.exit_code(), 0);
    });
}

#[test]
fn a_busy_pool_leaves_the_thread_to_others() {
    play(crew(1, 16), |stage| async move {
        let crew = stage.crew.clone();
        let busy = tokio::spawn(async move { while crew.submit(Chore::Say("")).await.is_ok() {} });
        // In paused time nothing is ever due here: all are busy.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        busy.abort();
        let _ = busy.await;
        assert!(stage.crew.stats().done > 0);
        assert!(stage.app.stop().await.report.is_success());
    });
}

#[test]
fn jobs_may_submit_jobs() {
    let start: Start = Box::new(|trace, cx| {
        let pool = Crew::open(lifecycle::pool::PoolOptions::new().workers(2));
        let again = pool.clone();
        let (said, seen) = (trace.clone(), Arc::new(Mutex::new(0)));
        let builder = Workers::builder(move |chore| {
            let (again, said, seen) = (again.clone(), said.clone(), seen.clone());
            async move {
                *seen.lock().unwrap() += 1;
                if *seen.lock().unwrap() < 10 {
                    again.submit(chore).await.map_err(io::Error::other)?;
                }
                said.say("once");
                Ok("")
            }
        });
        builder.start(cx)
    });
    // The pool that is opened and never gets workers keeps what it is given, and nobody waits for that.
    play(start, |stage| async move {
        stage.crew.submit_and_wait(Chore::Say("one")).await.unwrap();
        assert_eq!(stage.trace.count("once"), 1);
        assert_eq!(stage.app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn two_pools_of_one_component_are_told_apart() {
    let graph = Graph::new().resource("mails", &[], |c| {
        c.start(|cx: Context| async move {
            for name in ["letters", "parcels"] {
                let pool = Pool::builder().name(name).workers(50).start(&cx);
                for _ in 0..100 {
                    pool.submit(async {
                        tokio::time::sleep(ms(50)).await;
                        Err::<(), _>(io::Error::other("lost"))
                    })
                    .await?;
                }
            }
            Ok::<_, BoxError>(())
        })
    });
    let ended = graph.app().run(|app| async move {
        assert!(app.started().await);
        app.stop().await
    });
    let pools = &ended.report.component("mails").unwrap().pools;
    assert_eq!(pools.len(), 2);
    for (pool, name) in pools.iter().zip(["parcels", "letters"]) {
        assert_eq!((pool.name.as_str(), pool.stats.failed), (name, 100));
        assert_eq!(pool.errors.len(), 16);
    }
    let text = ended.report.to_string();
    assert!(
        text.contains("  jobs of `mails` in `letters`: 0 done, 100 failed\n"),
        "{text}"
    );
    assert_eq!(ended.report.total_time(), ms(100));
    assert!(errors(&ended.report).is_empty());
}
