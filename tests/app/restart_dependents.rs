//! A restart with all that cannot do without the component: they go down in order, and come up anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use lifecycle::Context;
use lifecycle::engine::{Phase, Signal, State};
use lifecycle::plan::{CheckPolicy, Declaration, Restart, Scope};
use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

use crate::kit::{Graph, Run, Trace, errors, fails, ms, runs, secs, since, takes, waits, works};

fn rebuilt(declaration: Declaration) -> Declaration {
    let declaration = declaration.restart(Restart::OnFailure);
    declaration.scope(Scope::Dependents).backoff(ms(1), ms(1))
}

/// `base <- feed <- reader <- api`, `feed <-? page`, and `other` apart; the feed fails once.
fn shop() -> Graph {
    Graph::new()
        .resource("base", &[], |c| c)
        .service("feed", &["base"], |c| {
            c.declare(rebuilt)
                .run(runs([Run::Fails(1_000), Run::Works]))
        })
        .resource("reader", &["feed"], |c| c)
        .service("api", &["reader"], |c| c.run(works))
        .service("page", &["?feed"], |c| c.run(works))
        .service("other", &["base"], |c| c.run(works))
}

#[test]
fn exactly_those_that_need_it_are_rebuilt_in_order() {
    shop().app().run(|app| async move {
        takes(secs(5)).await.unwrap();
        assert_eq!(app.app().phase(), Phase::Running);
        let after = since(app.log(), "feed crashed in run (error)");
        let moves = |what: &str| -> Vec<String> {
            let names = after.iter().filter_map(|line| line.strip_suffix(what));
            names.map(str::to_owned).collect()
        };
        assert_eq!(moves(" told to stop"), ["api", "reader", "feed"]);
        assert_eq!(moves(" starting"), ["feed", "reader", "api"]);
        assert_eq!(moves(" up"), ["feed", "reader", "api"]);
        let ended = app.stop().await;
        assert_eq!(ended.report.exit_code(), 0, "{}", ended.report);
        for (name, restarts) in [
            ("api", 1),
            ("reader", 1),
            ("feed", 1),
            ("base", 0),
            ("page", 0),
            ("other", 0),
        ] {
            assert_eq!(
                ended.report.component(name).unwrap().restarts,
                restarts,
                "{name}"
            );
        }
    });
}

#[resource]
#[derive(Default)]
struct Base {
    here: u8,
}

static LOADS: AtomicU32 = AtomicU32::new(0);

#[service(depends_on = [Base])]
struct Feed {
    base: Arc<Base>,
    loaded: u32,
}

#[service]
impl Feed {
    #[load]
    fn load() -> u32 {
        LOADS.fetch_add(1, Ordering::Relaxed) + 1
    }

    #[start]
    fn new(base: Arc<Base>, loaded: Loaded<u32>) -> Self {
        Self {
            base,
            loaded: *loaded,
        }
    }

    #[run]
    async fn run(&self, shutdown: Shutdown) {
        shutdown.await;
    }
}

#[resource(depends_on = [Feed])]
struct Reader {
    feed: Arc<Feed>,
}

#[resource]
impl Reader {
    #[start]
    fn new(feed: Arc<Feed>) -> Self {
        Self { feed }
    }
}

#[test]
fn what_is_rebuilt_is_new_and_has_loaded_anew() {
    TestApp::new(lifecycle::plan![Reader]).run(|app| async move {
        assert!(app.started().await);
        let (base, feed) = (app.get::<Base>().unwrap(), app.get::<Feed>().unwrap());
        assert_eq!(feed.loaded, 1);
        let restart = app.app().restart::<Feed>(Scope::Dependents);
        restart.await.unwrap();
        let (again, reader) = (app.get::<Feed>().unwrap(), app.get::<Reader>().unwrap());
        assert!(!Arc::ptr_eq(&feed, &again));
        assert!(Arc::ptr_eq(&reader.feed, &again));
        assert!(
            Arc::ptr_eq(&again.base, &base),
            "what it needs is what it was"
        );
        assert_eq!(
            again.loaded, 2,
            "what was loaded is taken, so it loads anew"
        );
        drop((base, feed, again, reader));
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
    assert_eq!(Base::default().here, 0);
}

#[test]
fn a_load_that_fails_while_rebuilding_is_told_as_a_load() {
    let loads = AtomicU32::new(0);
    let graph = Graph::new().service("feed", &[], |c| {
        c.declare(|d| rebuilt(d).max_restarts(2).within(secs(60)))
            .load(move |_| {
                let first = loads.fetch_add(1, Ordering::Relaxed) == 0;
                async move {
                    if first {
                        Ok(())
                    } else {
                        fails("no file").await
                    }
                }
            })
            .start(|_| takes(ms(1)))
            .run(runs([Run::Fails(10)]))
    });
    let ended = graph.app().run_to_end();
    assert_eq!(ended.report.exit_code(), 69, "it failed to start");
    assert_eq!(
        errors(&ended.report),
        [
            "`feed` failed in run: lost",
            "`feed` failed in load: no file",
            "`feed` failed in load: no file"
        ]
    );
}

#[test]
fn a_start_that_fails_while_rebuilding_is_one_more_restart() {
    let starts = AtomicU32::new(0);
    let graph = Graph::new()
        .service("feed", &[], |c| {
            c.declare(rebuilt)
                .start(move |_| {
                    let start = starts.fetch_add(1, Ordering::Relaxed);
                    async move {
                        if start == 1 {
                            fails("no route").await
                        } else {
                            Ok(())
                        }
                    }
                })
                .run(runs([Run::Fails(10), Run::Works]))
        })
        .resource("reader", &["feed"], |c| c);
    graph.app().run(|app| async move {
        takes(secs(5)).await.unwrap();
        assert_eq!(app.log().up(), ["feed", "reader", "feed", "reader"]);
        assert_eq!(waits(app.log()).len(), 2);
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        assert_eq!(
            errors(&report),
            [
                "`feed` failed in run: lost",
                "`feed` failed in start: no route"
            ]
        );
        let feed = report.component("feed").unwrap();
        assert_eq!(feed.restarts, 2, "each try counts");
    });
}

#[test]
fn a_budget_that_is_spent_while_rebuilding_ends_the_app() {
    let starts = AtomicU32::new(0);
    let graph = Graph::new().service("feed", &[], |c| {
        c.declare(|d| rebuilt(d).max_restarts(2).within(secs(60)))
            .start(move |_| {
                let first = starts.fetch_add(1, Ordering::Relaxed) == 0;
                async move {
                    if first {
                        Ok(())
                    } else {
                        fails("no route").await
                    }
                }
            })
            .run(runs([Run::Fails(10)]))
    });
    let ended = graph.app().run_to_end();
    assert_eq!(ended.report.exit_code(), 69, "it failed to start");
    assert_eq!(errors(&ended.report).len(), 3);
    assert_eq!(waits(&ended.log).len(), 2);
}

#[test]
fn each_life_has_its_stop_and_its_cleanups() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new()
        .service("feed", &[], |c| {
            c.declare(rebuilt)
                .start(move |cx: Context| {
                    said.say("start");
                    let undone = said.clone();
                    cx.on_cleanup("undo", move || async move { undone.say("undo") });
                    async { Ok::<_, std::io::Error>(()) }
                })
                .run(runs([Run::Fails(10), Run::Works]))
                .stop(trace.hook("stop"))
        })
        .resource("reader", &["feed"], |c| c.stop(trace.hook("reader stop")));
    graph.app().run(|app| async move {
        takes(secs(5)).await.unwrap();
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
    let life = ["start", "reader stop", "stop", "undo"];
    assert_eq!(trace.all(), [life, life].concat());
}

#[test]
fn a_stop_while_rebuilding_is_immediate_and_orderly() {
    for state in [State::Up, State::Retrying] {
        let graph = Graph::new()
            .service("feed", &[], |c| {
                c.declare(|d| rebuilt(d).backoff(secs(900), secs(900)))
                    .run(runs([Run::Fails(10)]))
            })
            .resource("reader", &["feed"], |c| c.stop(|_| takes(ms(500))));
        graph.app().run(|app| async move {
            app.reaches_named("reader", State::Stopping).await;
            app.reaches_named("feed", state).await;
            app.signal(Signal::Terminate);
            let ended = app.ended().await;
            assert_eq!(ended.report.exit_code(), 0, "{}", ended.report);
            assert_eq!(ended.log.up(), ["feed", "reader"]);
            assert_eq!(ended.log.told_to_stop(), ["reader", "feed"]);
            assert!(ended.report.stop_time().unwrap() <= ms(501));
        });
    }
}

#[test]
fn a_rebuilt_component_has_one_checker() {
    let trace = Trace::default();
    let said = trace.clone();
    let how = CheckPolicy::new().every(secs(1)).timeout(secs(1));
    let graph = Graph::new().resource("cache", &[], |c| {
        c.health(how, move |_| {
            said.say("check");
            takes(ms(0))
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let cache = app.app().component("cache").unwrap();
        takes(ms(100)).await.unwrap();
        for _ in 0..3 {
            cache.restart(Scope::Dependents).await.unwrap();
        }
        takes(ms(500)).await.unwrap();
        let before = trace.count("check");
        takes(secs(10)).await.unwrap();
        // One checker, whose waits are up to a tenth shorter.
        let checks = trace.count("check") - before;
        assert!((10..=12).contains(&checks), "{checks}");
        assert!(app.stop().await.report.is_success());
    });
}
