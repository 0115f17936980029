//! What the app can do without.

use std::sync::Arc;

use lifecycle::app::{Outcome, StopCause};
use lifecycle::plan::Stage;
use lifecycle::prelude::*;
use lifecycle::testing::{Fault, TestApp};

use crate::kit::{Graph, Logged, fails, hangs, ms, secs, takes, works};

#[resource(optional)]
#[derive(Default)]
struct Cache;

#[resource(depends_on = [optional(Cache)])]
struct Catalog {
    cached: bool,
}

#[resource]
impl Catalog {
    #[start]
    fn open(cache: Option<Arc<Cache>>) -> Self {
        Self {
            cached: cache.is_some(),
        }
    }
}

#[test]
fn an_optional_dependency_that_is_there_is_handed_over() {
    TestApp::new(lifecycle::plan![Catalog]).run(|app| async move {
        assert!(app.started().await);
        assert!(app.get::<Catalog>().unwrap().cached);
        let ended = app.stop().await;
        assert_eq!(ended.log.up(), ["Cache", "Catalog"]);
        assert_eq!(ended.log.down(), ["Catalog", "Cache"]);
    });
}

#[test]
fn an_optional_dependency_that_failed_is_absent() {
    TestApp::new(lifecycle::plan![Catalog])
        .fault::<Cache>(Stage::Start, Fault::error("no memory"))
        .run(|app| async move {
            assert!(app.started().await);
            assert!(!app.get::<Catalog>().unwrap().cached);
            let report = app.stop().await.report;
            assert_eq!(report.exit_code(), 0);
            assert_eq!(report.component("Cache").unwrap().outcome, Outcome::Failed);
        });
}

#[test]
fn an_optional_dependency_is_waited_for() {
    let graph = Graph::new()
        .resource("cache", &[], |c| {
            c.declare(|d| d.optional(true)).start(|_| takes(ms(40)))
        })
        .resource("api", &["?cache"], |c| c);
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().at("api starting"), Some(ms(40)));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn an_optional_component_takes_down_only_those_that_need_it() {
    let graph = Graph::new()
        .resource("cache", &[], |c| {
            c.declare(|d| d.optional(true))
                .start(|_| fails("no memory"))
        })
        .service("warmer", &["cache"], |c| {
            c.declare(|d| d.optional(true)).run(works)
        })
        .service("api", &[], |c| c.run(works));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().up(), ["api"]);
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        let warmer = report.component("warmer").unwrap();
        assert_eq!(warmer.outcome, Outcome::NotStarted);
    });
}

#[test]
fn an_optional_service_that_fails_later_stops_alone() {
    let graph = Graph::new()
        .service("feed", &[], |c| {
            c.declare(|d| d.optional(true)).run(|_| async {
                takes(secs(1)).await?;
                fails("connection lost").await
            })
        })
        .resource("chart", &["feed"], |c| c.declare(|d| d.optional(true)))
        .resource("api", &["?feed"], |c| c)
        .service("web", &["api"], |c| c.run(works));
    graph.app().run(|app| async move {
        takes(secs(2)).await.unwrap();
        assert_eq!(app.log().down(), ["chart", "feed"]);
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        assert_eq!(report.errors().len(), 1);
        assert_eq!(report.component("api").unwrap().outcome, Outcome::Stopped);
    });
}

#[test]
fn what_somebody_else_needs_is_not_optional_for_them() {
    let ended = Graph::new()
        .resource("cache", &[], |c| c.start(|_| fails("no memory")))
        .resource("api", &["cache"], |c| c)
        .resource("web", &["?cache"], |c| c)
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
}

#[test]
fn when_no_service_is_left_the_app_stops_with_a_failure() {
    let ended = Graph::new()
        .service("feed", &[], |c| {
            c.declare(|d| d.optional(true)).run(|_| fails("lost"))
        })
        .app()
        .run_to_end();
    assert_eq!(ended.report.cause(), Some(&StopCause::NoneLeft));
    assert_eq!(ended.report.exit_code(), 1);
}

#[test]
fn an_optional_component_that_hangs_in_start_holds_nobody_else_up() {
    let graph = Graph::new()
        .resource("cache", &[], |c| {
            c.declare(|d| d.optional(true).start_timeout(secs(3)))
                .start(|_| hangs())
        })
        .service("api", &[], |c| c.run(works));
    graph.app().run(|app| async move {
        app.reaches_named("api", lifecycle::engine::State::Up).await;
        assert_eq!(app.log().at("api up"), Some(ms(0)));
        assert!(app.started().await);
        assert_eq!(app.log().at("app running"), Some(secs(3)));
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn the_log_says_without_whom_the_app_is_up() {
    let graph = Graph::new()
        .resource("cache", &[], |c| {
            c.declare(|d| d.optional(true)).start(|_| fails("no room"))
        })
        .resource("store", &[], |c| c);
    let logged = Logged::default();
    tracing::subscriber::with_default(logged.clone(), || {
        graph.app().run(|app| async move {
            assert!(app.started().await);
            let _report = app.stop().await.report;
        });
    });
    let lines = logged.0.all();
    let up: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("up after"))
        .collect();
    assert_eq!(
        up,
        ["WARN message=up after 0 us without what failed: cache"]
    );
}
