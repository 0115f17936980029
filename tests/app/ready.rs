//! `ready = "explicit"`: up is what says so.

use std::sync::Arc;

use lifecycle::app::StopCause;
use lifecycle::component::Custom;
use lifecycle::engine::{Failure, FailureKind, State};
use lifecycle::plan::{Ready, Stage};
use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

use crate::kit::{Graph, errors, fails, hangs, ms, secs, takes};

#[service(ready = "explicit")]
struct Listener;

#[service]
impl Listener {
    #[run]
    async fn run(&self, cx: Context) {
        tokio::time::sleep(ms(80)).await;
        cx.ready();
        cx.ready();
        cx.shutdown_requested().await;
    }
}

#[resource(depends_on = [Listener])]
struct Client;

#[resource]
impl Client {
    #[start]
    fn new(_listener: Arc<Listener>) -> Self {
        Self
    }
}

#[test]
fn dependents_wait_until_it_says_that_it_is_ready() {
    TestApp::new(lifecycle::plan![Client]).run(|app| async move {
        app.reaches::<Listener>(State::Warming).await;
        assert_eq!(app.log().at("Listener warming"), Some(ms(0)));
        assert!(app.started().await);
        assert_eq!(app.log().at("Listener up"), Some(ms(80)));
        assert_eq!(app.log().at("Client starting"), Some(ms(80)));
        assert_eq!(app.log().up(), ["Listener", "Client"]);
        assert!(app.stop().await.report.is_success());
    });
}

fn explicit(run: impl FnOnce(Custom) -> Custom) -> Graph {
    Graph::new().service("a", &[], |c| {
        run(c.declare(|d| d.ready(Ready::Explicit).start_timeout(secs(4))))
    })
}

#[test]
fn ending_before_it_is_ready_is_a_failure() {
    let ended = explicit(|c| c.run(|_| takes(ms(5)))).app().run_to_end();
    assert_eq!(errors(&ended.report), ["`a` ended before it was ready"]);
    assert_ne!(ended.report.exit_code(), 0);
    assert!(matches!(
        ended.report.cause(),
        Some(StopCause::StartFailed(
            _,
            Failure {
                kind: FailureKind::Unready,
                stage: Stage::Run
            }
        ))
    ));
}

#[test]
fn failing_before_it_is_ready_is_a_failed_start() {
    let ended = explicit(|c| c.run(|_| fails("no port"))).app().run_to_end();
    assert_eq!(errors(&ended.report), ["`a` failed in run: no port"]);
    assert_eq!(ended.report.exit_code(), 69);
}

#[test]
fn it_must_be_ready_within_the_start_timeout() {
    let ended = explicit(|c| c.run(|_| hangs())).app().run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(errors(&ended.report)[0], "`a` timed out in start after 4 s");
}

#[test]
fn extend_gives_it_more_time_to_become_ready() {
    let graph = explicit(|c| {
        c.run(|cx: Context| async move {
            cx.extend(secs(60));
            takes(secs(30)).await?;
            cx.ready();
            crate::kit::works(cx).await
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().at("a up"), Some(secs(30)));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_task_of_the_component_may_say_it() {
    let graph = explicit(|c| {
        c.run(|cx: Context| async move {
            cx.spawn("ready", async {
                takes(ms(7)).await?;
                Context::current().ready();
                takes(ms(0)).await
            });
            crate::kit::works(cx).await
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().at("a up"), Some(ms(7)));
        assert!(app.stop().await.report.is_success());
    });
}
