//! Tasks inside a component that are restarted without it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lifecycle::app::StopCause;
use lifecycle::context::RestartPolicy;
use lifecycle::engine::{Phase, Signal};
use lifecycle::{Context, RestartNow, Shutdown};

use crate::kit::{Done, Graph, Trace, errors, fails, hangs, ms, panics, secs, takes, works};

/// A service with one supervised task, whose run number (from 1) and token `work` is given.
fn supervises<F: Future<Output = Done> + Send + 'static>(
    policy: RestartPolicy,
    work: impl Fn(u32, Shutdown) -> F + Clone + Send + Sync + 'static,
) -> Graph {
    Graph::new().service("feed", &[], |c| {
        c.run(move |cx: Context| {
            let (work, calls) = (work.clone(), AtomicU32::new(0));
            cx.spawn_supervised("eu", policy, move |shutdown| {
                work(calls.fetch_add(1, Ordering::Relaxed) + 1, shutdown)
            });
            works(cx)
        })
    })
}

#[test]
fn it_begins_anew_with_a_fresh_token_each_time() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = supervises(RestartPolicy::on_failure(), move |run, shutdown| {
        let said = said.clone();
        async move {
            assert!(!shutdown.is_requested(), "a fresh one");
            said.say(format!("run {run}"));
            let (child, heard) = (shutdown.clone(), said.clone());
            // Not a task of the run: it hears of its end by the token alone.
            Context::current().spawn("child", async move {
                heard.say(format!("end {run}: {}", child.await));
            });
            takes(ms(10)).await?;
            match run {
                1 => fails("lost").await,
                2 => panics("oh").await,
                _ => {
                    shutdown.await;
                    Ok(())
                }
            }
        }
    });
    graph.app().run(|app| async move {
        takes(secs(5)).await.unwrap();
        assert_eq!(app.app().phase(), Phase::Running);
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0, "restarts are no failures");
        assert!(report.is_success());
        let errors = errors(&report);
        assert_eq!(errors.len(), 2);
        assert_eq!(
            errors[0],
            "`feed` failed in task: the task `eu` failed: lost"
        );
        let panic = "`feed` panicked in task: in the task `eu`: oh (at tests/app/kit.rs:";
        assert!(errors[1].starts_with(panic), "{errors:?}");
        assert_eq!(report.component("feed").unwrap().restarts, 0);
    });
    assert_eq!(
        trace.all(),
        [
            "run 1",
            "end 1: it is restarted",
            "run 2",
            "end 2: it is restarted",
            "run 3",
            "end 3: requested: the test is over"
        ]
    );
}

#[test]
fn the_token_of_a_run_that_is_aborted_fires_too() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().service("feed", &[], |c| {
        c.run(move |cx: Context| {
            let said = said.clone();
            async move {
                let outer = cx.clone();
                let task = cx.spawn_supervised("eu", RestartPolicy::always(), move |shutdown| {
                    let said = said.clone();
                    outer.spawn("child", async move { said.say(shutdown.await.to_string()) });
                    hangs()
                });
                takes(ms(10)).await?;
                task.abort();
                works(cx).await
            }
        })
    });
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        assert_eq!(trace.all(), ["it is restarted"]);
        assert!(
            app.stop().await.report.is_success(),
            "an abort is no failure"
        );
    });
}

#[test]
fn a_budget_that_is_spent_fails_the_component() {
    for (panicking, code) in [(false, 1), (true, 70)] {
        let policy = RestartPolicy::on_failure().max_restarts(2).within(secs(60));
        let ended = supervises(policy, move |_, _| async move {
            takes(ms(10)).await?;
            if panicking {
                panics("oh").await
            } else {
                fails("lost").await
            }
        })
        .app()
        .run_to_end();
        assert_eq!(ended.report.exit_code(), code, "{}", ended.report);
        let errors = errors(&ended.report);
        assert_eq!(errors.len(), 3);
        assert_eq!(errors[0], errors[2]);
        assert_eq!(errors[2].contains("(at tests/app/kit.rs:"), panicking);
        assert!(matches!(ended.report.cause(), Some(StopCause::Failed(name, _)) if name == "feed"));
    }
}

#[test]
fn success_ends_it_unless_it_is_always_to_run() {
    let runs = Trace::default();
    let said = runs.clone();
    supervises(RestartPolicy::on_failure(), move |_, _| {
        said.say("run");
        takes(ms(10))
    })
    .app()
    .run(|app| async move {
        takes(secs(60)).await.unwrap();
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(runs.all().len(), 1);

    let said = runs.clone();
    let policy = RestartPolicy::always().max_restarts(3).within(secs(1));
    let ended = supervises(policy.backoff(ms(1), ms(1)), move |_, _| {
        said.say("run");
        takes(ms(10))
    })
    .app()
    .run_to_end();
    assert_eq!(runs.all().len(), 1 + 4);
    assert_eq!(ended.report.exit_code(), 1);
    assert_eq!(
        errors(&ended.report),
        ["`feed` failed in task: the task `eu` ended too often"]
    );
}

#[test]
fn a_stop_ends_the_wait() {
    let policy = RestartPolicy::on_failure().backoff(secs(900), secs(900));
    supervises(policy, |_, _| fails("lost"))
        .app()
        .run(|app| async move {
            takes(ms(30)).await.unwrap();
            app.signal(Signal::Terminate);
            let report = app.ended().await.report;
            assert_eq!(report.total_time(), ms(30));
            assert_eq!(report.exit_code(), 0);
            assert_eq!(report.errors().len(), 1);
        });
}

#[test]
fn what_fails_while_it_stops_is_not_restarted_and_is_told() {
    let runs = Trace::default();
    let said = runs.clone();
    supervises(RestartPolicy::always(), move |_, shutdown: Shutdown| {
        said.say("run");
        async move {
            shutdown.await;
            fails("not saved").await
        }
    })
    .app()
    .run(|app| async move {
        assert!(app.started().await);
        takes(ms(10)).await.unwrap();
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 1);
        assert_eq!(report.errors().len(), 1);
    });
    assert_eq!(runs.all().len(), 1);
}

/// The times between the begins of five runs that fail at once.
fn four_waits(seed: u64) -> Vec<Duration> {
    let begins = Trace::default();
    let said = begins.clone();
    let policy = RestartPolicy::on_failure().backoff(ms(100), ms(400));
    let graph = supervises(
        policy.max_restarts(9).within(secs(60)),
        move |run, shutdown: Shutdown| {
            let now = Context::current().app().status().age;
            said.say(now.as_millis().to_string());
            async move {
                if run < 5 {
                    return fails("lost").await;
                }
                shutdown.await;
                Ok(())
            }
        },
    );
    graph
        .app()
        .with(|app| app.seed(seed))
        .run(|app| async move {
            takes(secs(5)).await.unwrap();
            assert_eq!(app.stop().await.report.exit_code(), 0);
        });
    let begins: Vec<u64> = begins.all().iter().map(|at| at.parse().unwrap()).collect();
    begins
        .windows(2)
        .map(|pair| ms(pair[1] - pair[0]))
        .collect()
}

#[test]
fn waits_double_and_a_seed_gives_them_again() {
    let mut longest = [Duration::ZERO; 4];
    for seed in 0..200 {
        for (longest, wait) in longest.iter_mut().zip(four_waits(seed)) {
            *longest = (*longest).max(wait);
        }
    }
    for (longest, limit) in longest.into_iter().zip([100, 200, 400, 400]) {
        assert!(
            longest > ms(limit * 85 / 100) && longest <= ms(limit + 1),
            "{longest:?}"
        );
    }
    assert_eq!(four_waits(3), four_waits(3));
}

#[test]
fn who_asks_for_a_restart_waits_for_none() {
    let policy = RestartPolicy::on_failure().backoff(secs(900), secs(900));
    let runs = Trace::default();
    let said = runs.clone();
    supervises(policy, move |run, shutdown: Shutdown| {
        said.say("run");
        async move {
            if run == 1 {
                return Err(RestartNow::because("news").into());
            }
            shutdown.await;
            Ok(())
        }
    })
    .app()
    .run(|app| async move {
        takes(ms(30)).await.unwrap();
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
    assert_eq!(runs.all().len(), 2);
}

#[test]
fn it_ends_with_the_run_in_which_it_was_spawned() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().service("feed", &[], |c| {
        c.run(move |cx: Context| {
            let said = said.clone();
            cx.spawn_supervised("eu", RestartPolicy::always(), move |shutdown: Shutdown| {
                let said = said.clone();
                said.say("begins");
                async move { said.say(shutdown.await.to_string()) }
            });
            works(cx)
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let feed = app.app().component("feed").unwrap();
        takes(ms(10)).await.unwrap();
        feed.restart(lifecycle::plan::Scope::Itself).await.unwrap();
        takes(ms(10)).await.unwrap();
        assert_eq!(trace.all(), ["begins", "it is restarted", "begins"]);
        assert!(app.stop().await.report.is_success());
    });
}
