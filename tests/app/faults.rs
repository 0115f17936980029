//! The harness: values in place of components, and a fault at every hook.

use std::sync::Arc;

use lifecycle::app::StopCause;
use lifecycle::engine::{FailureKind, State};
use lifecycle::plan::Stage;
use lifecycle::prelude::*;
use lifecycle::testing::{Ended, Fault, TestApp};

use crate::kit::{Graph, errors, ms, secs, takes};

#[resource]
struct Database {
    url: &'static str,
}

#[resource]
impl Database {
    #[load]
    fn read() -> &'static str {
        "production"
    }

    #[start]
    fn connect(url: Loaded<&'static str>) -> Self {
        Self { url: *url }
    }

    #[stop]
    async fn close(&self) {
        assert_eq!(self.url, "production");
    }
}

#[service(depends_on = [Database])]
struct Api {
    url: &'static str,
}

#[service]
impl Api {
    #[start]
    async fn bind(database: Arc<Database>) -> Self {
        Self { url: database.url }
    }

    #[run]
    async fn serve(&self, shutdown: Shutdown) {
        shutdown.await;
    }

    #[drain]
    fn drain(&self) {}

    #[stop]
    fn close(&self) {}
}

#[test]
fn a_value_stands_in_for_a_component_whose_hooks_are_not_called() {
    let app = TestApp::new(lifecycle::plan![Api]).replace(Database { url: "test" });
    app.run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.get::<Api>().unwrap().url, "test");
        assert!(!app.log().has("Database loading"));
        let ended = app.stop().await;
        assert!(ended.report.is_success(), "{}", ended.report);
        assert_eq!(ended.log.down(), ["Api", "Database"]);
    });
}

/// Runs with one fault until everything is up, then to the end.
fn with(stage: Stage, fault: Fault) -> Ended {
    let app = TestApp::new(lifecycle::plan![Api]).fault::<Api>(stage, fault);
    app.run(|app| async move {
        if app.started().await {
            takes(ms(1)).await.unwrap();
            app.app().shutdown("done");
        }
        app.ended().await
    })
}

#[test]
fn an_error_at_every_hook() {
    for (stage, code) in [
        (Stage::Load, 78),
        (Stage::Start, 69),
        (Stage::Run, 1),
        (Stage::Drain, 1),
        (Stage::Stop, 1),
    ] {
        let ended = with(stage, Fault::error("broken"));
        assert_eq!(ended.report.exit_code(), code, "{stage}");
        let [error] = ended.report.errors() else {
            panic!("{}", ended.report)
        };
        assert_eq!(error.stage(), Some(stage));
        assert_eq!(error.component(), Some("Api"));
        assert_eq!(error.chain()[1], "broken");
    }
}

#[test]
fn a_panic_at_every_hook() {
    for (stage, code) in [
        (Stage::Load, 78),
        (Stage::Start, 70),
        (Stage::Run, 70),
        (Stage::Drain, 70),
        (Stage::Stop, 70),
    ] {
        let ended = with(stage, Fault::panic("broken"));
        assert_eq!(ended.report.exit_code(), code, "{stage}");
        assert_eq!(ended.report.errors().len(), 1);
    }
}

#[test]
fn a_hang_at_every_hook() {
    for (stage, code, after) in [
        (Stage::Load, 78, secs(30)),
        (Stage::Start, 69, secs(30)),
        (Stage::Run, 75, ms(5001)),
        (Stage::Drain, 75, ms(5001)),
        (Stage::Stop, 75, ms(5001)),
    ] {
        let ended = with(stage, Fault::Hang);
        assert_eq!(ended.report.exit_code(), code, "{stage}");
        assert_eq!(ended.report.total_time(), after, "{stage}");
        assert!(ended.report.leaked().is_empty());
    }
}

#[test]
fn a_delay_at_every_hook() {
    for stage in [Stage::Load, Stage::Start, Stage::Drain, Stage::Stop] {
        let ended = with(stage, Fault::Delay(secs(2)));
        assert_eq!(ended.report.exit_code(), 0, "{stage}");
        assert_eq!(ended.report.total_time(), ms(2001), "{stage}");
    }
}

#[test]
fn a_fault_makes_a_hook_that_the_component_does_not_have() {
    let app = TestApp::new(lifecycle::plan![Api]).fault::<Database>(Stage::Drain, Fault::Hang);
    app.run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.report.exit_code(), 75);
        assert!(ended.log.has("Database overstayed in run"));
    });
}

#[test]
fn a_replaced_component_can_have_a_fault_too() {
    let ended = TestApp::new(lifecycle::plan![Api])
        .replace(Database { url: "test" })
        .fault::<Database>(Stage::Stop, Fault::error("broken"))
        .run(|app| async move {
            assert!(app.started().await);
            app.stop().await
        });
    assert_eq!(ended.report.exit_code(), 1);
}

#[test]
fn a_delay_calls_no_hook_of_what_is_replaced() {
    for stage in [Stage::Load, Stage::Stop] {
        let ended = TestApp::new(lifecycle::plan![Api])
            .replace(Database { url: "test" })
            .fault::<Database>(stage, Fault::Delay(secs(2)))
            .run(|app| async move {
                assert!(app.started().await);
                app.stop().await
            });
        // The hook would panic, because the URL is not the one of production.
        assert_eq!(ended.report.exit_code(), 0, "{}", ended.report);
        assert_eq!(ended.report.total_time(), secs(2), "{stage}");
    }
}

#[test]
fn a_fault_can_be_set_by_name() {
    let ended = TestApp::new(lifecycle::plan![Api])
        .fault_named("Database", Stage::Start, Fault::error("no route"))
        .run_to_end();
    assert!(matches!(
        ended.report.cause(),
        Some(StopCause::StartFailed(name, failure))
            if name == "Database" && failure.kind == FailureKind::Error
    ));
}

#[test]
#[should_panic(expected = "the plan has no component `Mailer`")]
fn a_fault_of_nobody_is_a_mistake_of_the_test() {
    let _app = TestApp::new(lifecycle::plan![Api]).fault_named("Mailer", Stage::Start, Fault::Hang);
}

#[test]
fn main_is_a_component_with_faults_like_any_other() {
    for (stage, code) in [(Stage::Start, 69), (Stage::Run, 1), (Stage::Stop, 1)] {
        let ended = TestApp::new(lifecycle::plan![Api])
            .fault_named("main", stage, Fault::error("broken"))
            .with(|app| app.main(|_| async {}))
            .run_to_end();
        assert_eq!(ended.report.exit_code(), code, "{stage}");
        let [error] = ended.report.errors() else {
            panic!("{}", ended.report)
        };
        assert_eq!(
            (error.component(), error.stage()),
            (Some("main"), Some(stage))
        );
    }
}

#[test]
#[should_panic(expected = "there is a fault in `main`, but the app has none")]
fn a_fault_in_a_main_that_is_not_there_is_a_mistake_of_the_test() {
    let app = TestApp::new(lifecycle::plan![Api]);
    let _ended = app
        .fault_named("main", Stage::Run, Fault::Hang)
        .run_to_end();
}

#[test]
#[should_panic(expected = "no fault can be put into the tasks of `Api`")]
fn a_fault_in_a_task_is_a_mistake_of_the_test() {
    let _app = TestApp::new(lifecycle::plan![Api]).fault::<Api>(Stage::Task, Fault::Hang);
}

#[test]
#[should_panic(expected = "`Api` has no health check")]
fn a_fault_in_a_check_that_is_not_there_is_a_mistake_of_the_test() {
    let _app = TestApp::new(lifecycle::plan![Api]).fault::<Api>(Stage::Health, Fault::Hang);
}

#[test]
#[should_panic(expected = "`Database` is replaced")]
fn a_fault_in_the_start_of_what_is_replaced_is_a_mistake_of_the_test() {
    let app = TestApp::new(lifecycle::plan![Api]).replace(Database { url: "test" });
    let _app = app.fault::<Database>(Stage::Start, Fault::Hang);
}

#[test]
#[should_panic(expected = "the fault in the cleanups of `Api` was not reached")]
fn a_fault_in_cleanups_that_are_not_there_is_a_mistake_of_the_test() {
    with(Stage::Cleanup, Fault::error("broken"));
}

#[test]
fn a_fault_takes_the_place_of_a_cleanup() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(|cx: Context| async move {
            cx.on_cleanup("close", || takes(ms(0)));
            takes(ms(0)).await
        })
    });
    let app = graph
        .app()
        .fault_named("a", Stage::Cleanup, Fault::error("broken"));
    let ended = app.run(|app| async move {
        assert!(app.started().await);
        app.stop().await
    });
    assert_eq!(errors(&ended.report), ["`a` failed in cleanup: broken"]);
}

#[test]
#[should_panic(expected = "`Api` did not reach Stopping; the log:")]
fn a_state_that_never_comes_fails_the_test_with_the_log() {
    TestApp::new(lifecycle::plan![Api]).run(|app| async move {
        app.reaches::<Api>(State::Stopping).await;
    });
}
