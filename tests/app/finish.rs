//! What follows when a run loop ends.

use lifecycle::app::{Outcome, StopCause};
use lifecycle::engine::{Failure, FailureKind};
use lifecycle::plan::{OnFinish, Stage};

use crate::kit::{Graph, errors, fails, ms, panics, secs, takes, works};

#[test]
fn when_all_services_have_finished_the_app_ends_well() {
    let ended = Graph::new()
        .resource("base", &[], |c| c)
        .service("a", &["base"], |c| c.run(|_| takes(ms(20))))
        .service("b", &["base"], |c| c.run(|_| takes(ms(50))))
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 0);
    assert_eq!(ended.report.cause(), Some(&StopCause::AllFinished));
    assert_eq!(ended.report.total_time(), ms(50));
    assert_eq!(
        ended.report.component("a").unwrap().outcome,
        Outcome::Finished
    );
}

#[test]
fn a_finished_service_keeps_its_dependents() {
    let graph = Graph::new()
        .service("migrate", &[], |c| c.run(|_| takes(ms(20))))
        .service("api", &["migrate"], |c| c.run(works));
    graph.app().run(|app| async move {
        takes(secs(5)).await.unwrap();
        assert!(app.log().has("migrate finished"));
        assert!(app.log().down().is_empty());
        let ended = app.stop().await;
        assert_eq!(ended.log.down(), ["api", "migrate"]);
        assert_eq!(ended.report.exit_code(), 0);
    });
}

#[test]
fn a_service_may_say_that_its_end_ends_the_app() {
    let ended = Graph::new()
        .service("job", &[], |c| {
            c.declare(|d| d.on_finish(OnFinish::Shutdown))
                .run(|_| takes(ms(20)))
        })
        .service("api", &[], |c| c.run(works))
        .app()
        .run_to_end();
    assert_eq!(
        ended.report.cause(),
        Some(&StopCause::Finished("job".into()))
    );
    assert_eq!(ended.report.exit_code(), 0);
}

#[test]
fn an_error_in_a_run_loop_stops_the_app_with_a_failure() {
    let ended = Graph::new()
        .resource("base", &[], |c| c)
        .service("feed", &["base"], |c| {
            c.run(|_| async {
                takes(ms(20)).await?;
                fails("lost").await
            })
        })
        .service("api", &["feed"], |c| c.run(works))
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 1);
    let failure = Failure {
        stage: Stage::Run,
        kind: FailureKind::Error,
    };
    assert_eq!(
        ended.report.cause(),
        Some(&StopCause::Failed("feed".into(), failure))
    );
    assert_eq!(errors(&ended.report), ["`feed` failed in run: lost"]);
    assert_eq!(ended.log.down(), ["api", "feed", "base"]);
}

#[test]
fn a_panic_in_a_run_loop_stops_the_app_with_its_own_code() {
    let ended = Graph::new()
        .service("feed", &[], |c| c.run(|_| panics("lost")))
        .service("api", &[], |c| c.run(works))
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 70);
    assert_eq!(ended.report.errors().len(), 1);
}

#[test]
fn a_component_that_failed_while_up_is_stopped_and_cleaned_up_too() {
    let trace = crate::kit::Trace::default();
    let said = trace.clone();
    let ended = Graph::new()
        .service("feed", &[], |c| {
            c.start(move |cx: lifecycle::Context| {
                let said = said.clone();
                async move {
                    cx.on_cleanup("undo", move || async move { said.say("undo") });
                    takes(ms(1)).await
                }
            })
            .run(|_| fails("lost"))
            .stop(trace.hook("stop"))
        })
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 1);
    assert_eq!(trace.all(), ["stop", "undo"]);
}

#[test]
fn main_is_the_main_work_of_the_app() {
    let ended = Graph::new()
        .resource("base", &[], |c| c)
        .service("api", &["base"], |c| c.run(works))
        .app()
        .with(|app| app.main(|_| takes(ms(70))))
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 0);
    assert_eq!(ended.report.cause(), Some(&StopCause::MainReturned));
    assert_eq!(ended.report.total_time(), ms(70));
    assert_eq!(ended.log.up(), ["base", "api", "main"]);
    assert_eq!(ended.log.down(), ["main", "api", "base"]);
}

#[test]
fn main_that_fails_ends_the_app_with_a_failure() {
    let app = || Graph::new().service("api", &[], |c| c.run(works)).app();
    let ended = app()
        .with(|app| app.main(|_| fails("nothing to do")))
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 1);
    assert_eq!(
        errors(&ended.report),
        ["`main` failed in run: nothing to do"]
    );
    let ended = app().with(|app| app.main(|_| panics("oh"))).run_to_end();
    assert_eq!(ended.report.exit_code(), 70);
}

#[test]
fn services_that_finish_before_main_returns_stop_the_app() {
    let ended = Graph::new()
        .service("a", &[], |c| c.run(|_| takes(ms(20))))
        .app()
        .with(|app| app.main(works))
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 0);
    assert_eq!(ended.report.cause(), Some(&StopCause::AllFinished));
}

#[test]
fn an_app_without_services_runs_until_it_is_told() {
    let graph = Graph::new().resource("a", &[], |c| c);
    graph.app().run(|app| async move {
        takes(secs(3600)).await.unwrap();
        assert_eq!(app.app().phase(), lifecycle::engine::Phase::Running);
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn an_empty_plan_runs_its_main() {
    let ended = Graph::new()
        .app()
        .with(|app| app.main(|_| takes(ms(5))))
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 0);
    assert_eq!(ended.report.components().len(), 1);
}

#[test]
fn an_empty_plan_without_main_runs_until_it_is_told() {
    Graph::new().app().run(|app| async move {
        assert!(app.started().await);
        takes(ms(5)).await.unwrap();
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
}
