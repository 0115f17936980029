//! What everything is doing, right now.

use expect_test::expect;
use lifecycle::Context;
use lifecycle::engine::{Phase, Signal, State};
use lifecycle::testing::TestHandle;

use crate::kit::{Graph, fails, hangs, ms, secs, takes, works};

fn waits(app: &TestHandle, name: &str) -> Vec<String> {
    let status = app.app().status();
    status.component(name).unwrap().waits_for.clone()
}

#[test]
fn a_component_says_for_whom_it_waits_to_start() {
    let graph = Graph::new()
        .resource("quick", &[], |c| c)
        .resource("slow", &[], |c| {
            c.start(|cx: Context| async move {
                cx.note("migrating 3/10");
                takes(secs(2)).await
            })
        })
        .resource("api", &["quick", "slow"], |c| c);
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        assert_eq!(waits(&app, "api"), ["slow"]);
        assert!(waits(&app, "slow").is_empty());
        let status = app.app().status();
        assert_eq!(status.phase, Phase::Starting);
        assert_eq!(status.component("slow").unwrap().state, State::Starting);
        expect![[r#"
            test is starting for 1 s
              quick  up                      1 s
              slow   starting                1 s  migrating 3/10
              api    down                    1 s  waits for slow
        "#]]
        .assert_eq(&status.to_string());
        assert!(app.started().await);
        assert!(waits(&app, "api").is_empty());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_component_says_for_whom_it_waits_to_stop() {
    let graph = Graph::new()
        .resource("base", &[], |c| c)
        .resource("slow", &["base"], |c| c.stop(|_| takes(secs(2))))
        .service("api", &["slow"], |c| c.run(works));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        app.signal(Signal::Terminate);
        takes(secs(1)).await.unwrap();
        assert_eq!(waits(&app, "base"), ["slow"]);
        expect![[r#"
            test is stopping for 1 s
              base  up                      1 s  waits for slow
              slow  stopping                1 s
              api   down                    1 s
        "#]]
        .assert_eq(&app.app().status().to_string());
        assert!(app.ended().await.report.is_success());
    });
}

#[test]
fn finished_and_failed_components_are_told_apart() {
    let graph = Graph::new()
        .service("job", &[], |c| c.run(|_| takes(ms(1))))
        .service("feed", &[], |c| {
            c.declare(|d| d.optional(true)).run(|_| fails("lost"))
        })
        .resource("try", &[], |c| {
            c.declare(|d| d.optional(true).retry(3).backoff(secs(9), secs(9)))
                .start(|_| fails("no"))
        })
        .service("api", &[], |c| c.run(works));
    graph.app().run(|app| async move {
        takes(ms(10)).await.unwrap();
        let status = app.app().status();
        assert!(status.component("job").unwrap().finished);
        assert!(status.component("feed").unwrap().failed);
        assert_eq!(status.component("try").unwrap().state, State::Retrying);
        assert_eq!(status.component("try").unwrap().attempt, 1);
        expect![[r#"
            test is starting for 10 ms
              job   finished              10 ms
              feed  failed                10 ms
              try   waiting to retry      10 ms
              api   up                    10 ms
        "#]]
        .assert_eq(&status.to_string());
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn what_is_up_waits_for_nobody() {
    let graph = Graph::new()
        .resource("base", &[], |c| c)
        .resource("api", &["base"], |c| c.start(|_| hangs()));
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        assert!(waits(&app, "base").is_empty());
        app.signal(Signal::Interrupt);
        let handle = app.app();
        let _ended = app.ended().await;
        assert_eq!(handle.status().phase, Phase::Ended);
    });
}

#[test]
fn a_status_can_be_written_as_json() {
    let graph = Graph::new().resource("a", &[], |c| c);
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let json = serde_json::to_value(app.app().status()).unwrap();
        assert_eq!(json["app"], "test");
        assert_eq!(json["phase"], "running");
        assert_eq!(json["components"][0]["state"], "up");
        assert_eq!(json["components"][0]["kind"], "resource");
        assert!(app.stop().await.report.is_success());
    });
}
