//! A restart of the work alone: the instance stays, and so do all that need it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lifecycle::component::{Component, Hooks, finished, started};
use lifecycle::engine::{Phase, Signal, State};
use lifecycle::plan::{CheckPolicy, Declaration, Ready, Restart, Scope, Visitor};
use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

use crate::kit::{
    Done, Graph, Run, Trace, errors, fails, hangs, ms, runs, secs, since, takes, waits, works,
};

fn on_failure(declaration: Declaration) -> Declaration {
    // Full jitter: the wait is at most this.
    declaration
        .restart(Restart::OnFailure)
        .backoff(ms(1), ms(1))
}

/// Works for a second, fails, and is restarted after what may be a while.
struct Feed {
    calls: AtomicU32,
}

impl Feed {
    pub(crate) const fn depends_on(visitor: &mut Visitor<'_>) {
        if visitor.enter(<Self as Component>::DECLARATION) {
            visitor.leave();
        }
    }

    async fn run(&self, cx: Context) -> Done {
        if self.calls.fetch_add(1, Ordering::Relaxed) == 0 {
            takes(secs(1)).await?;
            return fails("lost").await;
        }
        works(cx).await
    }
}

impl Component for Feed {
    type Itself = Self;
    const DECLARATION: &'static Declaration =
        &Declaration::service("Feed", module_path!(), line!(), column!())
            .restart(Restart::OnFailure)
            .backoff(secs(60), secs(60))
            .hooks(
                const {
                    &Hooks::new()
                        .start(|_| {
                            started::<Self, _>(async {
                                Self {
                                    calls: AtomicU32::new(0),
                                }
                            })
                        })
                        .run(|this, cx| finished(async move { this.of::<Self>().run(cx).await }))
                },
            );
}

type OfReader = Context<Reader>;

/// Holds the feed in each way in which one can.
#[resource(depends_on = [Feed])]
struct Reader {
    feed: Arc<Feed>,
    cx: OfReader,
}

#[resource]
impl Reader {
    #[start]
    fn new(feed: Arc<Feed>, cx: Context<Self>) -> Self {
        Self { feed, cx }
    }
}

impl Reader {
    /// Whether all ways lead to the one instance, and it works.
    fn sees_one_feed(&self, late: &Late<Feed>) -> bool {
        let others = [
            Some(self.cx.get::<Feed>()),
            self.cx.try_get::<Feed>(),
            late.get(),
        ];
        let same = |feed: &Option<Arc<Feed>>| Arc::ptr_eq(feed.as_ref().unwrap(), &self.feed);
        others.iter().all(same) && self.feed.calls.load(Ordering::Relaxed) > 0
    }
}

#[resource(depends_on = [late(Feed)])]
struct Watcher {
    feed: Late<Feed>,
}

#[resource]
impl Watcher {
    #[start]
    fn new(feed: Late<Feed>) -> Self {
        Self { feed }
    }
}

#[test]
fn handles_of_a_component_work_while_its_work_is_restarted() {
    TestApp::new(lifecycle::plan![Reader, Watcher]).run(|app| async move {
        app.reaches::<Feed>(State::Restarting).await;
        let reader = app.get::<Reader>().unwrap();
        let late = app.get::<Watcher>().unwrap().feed.clone();
        assert!(reader.sees_one_feed(&late));
        assert!(Arc::ptr_eq(&app.get::<Feed>().unwrap(), &reader.feed));
        let waited = tokio::time::timeout(Duration::ZERO, late.wait()).await;
        assert!(waited.is_ok(), "there is nothing to wait for");

        app.reaches::<Feed>(State::Up).await;
        assert!(reader.sees_one_feed(&late));
        assert_eq!(reader.feed.calls.load(Ordering::Relaxed), 2);
        drop(reader);
        let ended = app.stop().await;
        assert_eq!(ended.report.exit_code(), 0);
        assert_eq!(ended.log.started().len(), 3, "nothing was started twice");
    });
}

#[test]
fn the_run_has_a_token_tasks_and_cleanups_of_its_own() {
    let trace = Trace::default();
    let (said, started) = (trace.clone(), trace.clone());
    let graph = Graph::new().service("feed", &[], |c| {
        c.declare(on_failure)
            .start(move |cx: Context| {
                let said = started.clone();
                async move {
                    let undone = said.clone();
                    cx.on_cleanup(
                        "start",
                        move || async move { undone.say("cleanup of start") },
                    );
                    cx.spawn("of start", async move {
                        let reason = Context::current().shutdown_requested().await;
                        said.say(format!("task of start: {reason}"));
                    });
                    takes(ms(0)).await
                }
            })
            .run(move |cx: Context| {
                let said = said.clone();
                async move {
                    said.say("run");
                    let first = said.count("run") == 1;
                    let (task, undone) = (said.clone(), said.clone());
                    cx.on_cleanup("run", move || async move { undone.say("cleanup of run") });
                    let shutdown = cx.shutdown();
                    cx.spawn("of run", async move {
                        let reason = shutdown.await;
                        takes(ms(300)).await.unwrap();
                        task.say(format!("task of run: {reason}"));
                    });
                    takes(secs(1)).await?;
                    if first {
                        return fails("lost").await;
                    }
                    works(cx).await
                }
            })
            .drain(trace.hook("drain"))
            .stop(trace.hook("stop"))
    });
    graph.app().run(|app| async move {
        takes(secs(10)).await.unwrap();
        assert_eq!(
            trace.all(),
            [
                "run",
                "task of run: it is restarted",
                "cleanup of run",
                "run"
            ],
            "one run is over before the next one begins"
        );
        let report = app.stop().await.report;
        assert!(report.is_success(), "{report}");
        let rest = &trace.all()[4..];
        assert!(rest[0].starts_with("task of start: requested"), "{rest:?}");
        assert_eq!(rest[1], "drain");
        assert!(rest[2].starts_with("task of run: requested"), "{rest:?}");
        assert_eq!(rest[3..], ["stop", "cleanup of run", "cleanup of start"]);
    });
}

#[test]
fn what_a_run_left_is_aborted_after_the_stop_timeout_and_that_is_no_failure_of_the_app() {
    let calls = AtomicU32::new(0);
    let graph = Graph::new().service("feed", &[], |c| {
        c.declare(|d| on_failure(d).stop_timeout(secs(2)))
            .start(|cx: Context| async move {
                cx.spawn("of start", async {
                    Context::current().shutdown_requested().await;
                });
                takes(ms(0)).await
            })
            .run(move |cx: Context| {
                let first = calls.fetch_add(1, Ordering::Relaxed) == 0;
                async move {
                    if first {
                        cx.spawn("stubborn", hangs());
                        return fails("lost").await;
                    }
                    works(cx).await
                }
            })
    });
    graph.app().run(|app| async move {
        app.reaches_named("feed", State::Recalling).await;
        assert_eq!(app.app().phase(), Phase::Running);
        app.reaches_named("feed", State::Up).await;
        assert!(app.log().at("feed overstayed in run") >= Some(secs(2)));
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        let errors = errors(&report);
        assert_eq!(errors.len(), 2);
        assert!(
            errors[1].starts_with("`feed` timed out in task `stubborn` (spawned at tests/app/"),
            "{errors:?}"
        );
        assert!(
            errors[1].ends_with("after 2 s"),
            "what goes on is not late: {errors:?}"
        );
    });
}

#[test]
fn one_that_says_when_it_is_ready_says_it_anew() {
    let graph = Graph::new()
        .service("feed", &[], |c| {
            let calls = AtomicU32::new(0);
            c.declare(|d| on_failure(d).ready(Ready::Explicit))
                .run(move |cx: Context| {
                    let first = calls.fetch_add(1, Ordering::Relaxed) == 0;
                    async move {
                        takes(ms(100)).await?;
                        cx.ready();
                        if first {
                            takes(ms(100)).await?;
                            return fails("lost").await;
                        }
                        works(cx).await
                    }
                })
        })
        .resource("reader", &["feed"], |c| c);
    graph.app().run(|app| async move {
        app.reaches_named("feed", State::Up).await;
        app.reaches_named("feed", State::Warming).await;
        assert_eq!(app.log().down().len(), 0);
        app.reaches_named("feed", State::Up).await;
        let ended = app.stop().await;
        assert_eq!(ended.report.exit_code(), 0);
        assert_eq!(ended.log.up(), ["feed", "reader", "feed"]);
        assert_eq!(ended.report.component("feed").unwrap().restarts, 1);
    });
}

#[test]
fn one_that_does_not_get_ready_again_is_restarted_once_more() {
    let graph = Graph::new().service("feed", &[], |c| {
        let calls = AtomicU32::new(0);
        c.declare(|d| on_failure(d).ready(Ready::Explicit).start_timeout(secs(3)))
            .run(move |cx: Context| {
                let call = calls.fetch_add(1, Ordering::Relaxed);
                async move {
                    if call != 1 {
                        cx.ready();
                    }
                    if call == 0 {
                        takes(secs(100)).await?;
                        return fails("lost").await;
                    }
                    works(cx).await
                }
            })
    });
    graph.app().run(|app| async move {
        takes(secs(200)).await.unwrap();
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        assert_eq!(report.component("feed").unwrap().restarts, 2);
        assert_eq!(
            errors(&report)[1],
            "`feed` timed out in start after 3 s",
            "the time of the first run does not count"
        );
    });
}

/// A service that fails after a second; what its run left takes these times to end and to be cleaned up.
fn slow_to_restart(trace: &Trace, task: Duration, cleanup: Duration) -> Graph {
    let said = trace.clone();
    Graph::new()
        .resource("base", &[], |c| c.stop(trace.hook("base stop")))
        .service("feed", &["base"], |c| {
            c.declare(|d| on_failure(d).backoff(secs(900), secs(900)))
                .run(move |cx: Context| {
                    said.say("run");
                    let undone = said.clone();
                    cx.on_cleanup("undo", move || async move {
                        undone.say("undo");
                        takes(cleanup).await
                    });
                    let shutdown = cx.shutdown();
                    cx.spawn("task", async move {
                        shutdown.await;
                        takes(task).await
                    });
                    async {
                        takes(secs(1)).await?;
                        fails("lost").await
                    }
                })
                .stop(trace.hook("stop"))
        })
}

#[test]
fn a_stop_takes_a_restart_over_wherever_it_is() {
    // The stop hook comes after what was under way, and each cleanup runs once.
    let cases = [
        (State::Recalling, vec!["run", "stop", "undo", "base stop"]),
        (State::Tidying, vec!["run", "undo", "stop", "base stop"]),
        (State::Restarting, vec!["run", "undo", "stop", "base stop"]),
    ];
    for (state, wanted) in cases {
        let trace = Trace::default();
        let graph = slow_to_restart(&trace, ms(700), ms(700));
        graph.app().run(|app| async move {
            app.reaches_named("feed", state).await;
            app.signal(Signal::Terminate);
            let ended = app.ended().await;
            assert_eq!(ended.report.exit_code(), 0, "{}", ended.report);
            assert!(waits(&ended.log).len() <= 1);
            assert_eq!(ended.log.down(), ["feed", "base"]);
            assert_eq!(errors(&ended.report), ["`feed` failed in run: lost"]);
            assert_eq!(ended.report.component("feed").unwrap().restarts, 0);
            let stop = ended.report.stop_time().unwrap();
            assert!(stop <= ms(1_500), "{state:?}: {stop:?}");
        });
        assert_eq!(trace.all(), wanted, "{state:?}");
    }
}

#[test]
fn a_forced_end_takes_a_restart_over_too() {
    for state in [State::Recalling, State::Tidying, State::Restarting] {
        let trace = Trace::default();
        let graph = slow_to_restart(&trace, secs(4), ms(300));
        graph.app().run(|app| async move {
            app.reaches_named("feed", state).await;
            app.signal(Signal::Interrupt);
            app.signal(Signal::Interrupt);
            let ended = app.ended().await;
            assert_eq!(ended.report.exit_code(), 130);
            assert!(ended.report.stop_time().unwrap() <= ms(1_001));
            assert!(ended.report.leaked().is_empty(), "{}", ended.report);
        });
        assert_eq!(trace.count("run"), 1);
        assert_eq!(trace.count("undo"), 1);
    }
}

#[test]
fn one_checker_looks_after_each_run() {
    let trace = Trace::default();
    let said = trace.clone();
    let how = CheckPolicy::new().every(secs(1)).down_every(secs(1));
    let graph = Graph::new().service("feed", &[], |c| {
        c.declare(|d| d.restart(Restart::OnFailure).backoff(secs(60), secs(60)))
            .run(runs([Run::Fails(3_500), Run::Works]))
            .health(how, move |_| {
                said.say("check");
                fails("ill")
            })
    });
    graph.app().run(|app| async move {
        app.reaches_named("feed", State::Restarting).await;
        let checks = trace.count("check");
        assert_eq!(checks, 4, "at 0, 1, 2 and 3 s");
        let feed = app.app().component("feed").unwrap();
        assert!(feed.status().check.is_none(), "nobody looks after it");
        let wait = waits(app.log())[0];
        takes(wait - ms(10)).await.unwrap();
        assert_eq!(trace.count("check"), checks, "none during the wait");
        takes(ms(510)).await.unwrap();
        assert_eq!(trace.count("check"), checks + 1);
        takes(secs(10)).await.unwrap();
        // One, and only one, whose waits are up to a tenth shorter.
        let more = trace.count("check") - checks;
        assert!((11..=13).contains(&more), "{more}");
        assert!(feed.status().check.is_some());
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn work_that_is_restarted_on_request_hears_it_and_nothing_counts() {
    let trace = Trace::default();
    let graph = Graph::new()
        .service("feed", &[], |c| {
            c.declare(|d| d.max_restarts(0).within(secs(60)))
                .run(trace.works("told"))
        })
        .resource("reader", &["feed"], |c| c);
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let feed = app.app().component("feed").unwrap();
        for _ in 0..3 {
            feed.restart(Scope::Itself).await.unwrap();
        }
        assert_eq!(feed.status().restarts, 3);
        let ended = app.stop().await;
        assert!(ended.report.is_success(), "{}", ended.report);
        assert_eq!(ended.log.down(), ["reader", "feed"]);
        assert_eq!(
            since(&ended.log, "reader up")[2..6],
            [
                "feed recalling",
                "feed tidying",
                "feed restarting (0)",
                "feed up"
            ]
        );
    });
    assert_eq!(trace.count("told"), 4);
}
