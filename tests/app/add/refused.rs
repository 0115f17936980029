//! Why components were not added, or are not up.

use lifecycle::app::Outcome;
use lifecycle::component::{Custom, on, service_fn};
use lifecycle::context::{AddError, ChangeError};
use lifecycle::engine::{Phase, State};
use lifecycle::plan::{Dependency, PlanError};

use super::{Cache, app};
use crate::kit::{Graph, errors, fails, hangs, ms, secs, takes, works};

#[test]
fn a_name_that_is_taken_is_refused() {
    app().run(|app| async move {
        let taken = Err(AddError::Taken("base".into()));
        let added = app.app().add(Custom::resource("base")).await;
        assert_eq!(added.map(|_| ()), taken);
        let twice = ["one", "two", "one"].map(Custom::resource);
        let error = app.app().add_group(twice).await.unwrap_err();
        assert_eq!(error.to_string(), "there is a component `one` already");
        assert!(!error.is_added());
        assert!(
            app.app().component("two").is_none(),
            "none of them is added"
        );
        assert_eq!(app.app().status().components.len(), 2);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn an_unknown_dependency_is_refused() {
    app().run(|app| async move {
        let error = app.app().add(service_fn("feed", "bose", works)).await;
        assert_eq!(
            error.unwrap_err().to_string(),
            "`feed` depends on `bose`, which is not there"
        );
        let error = app
            .app()
            .add(service_fn("feed", on::<Cache>(), works))
            .await;
        assert_eq!(
            error.unwrap_err(),
            AddError::Plan(PlanError::Unknown {
                name: "feed".into(),
                dependency: "Cache".into()
            })
        );
        // A typo in an optional one is a typo too.
        let optional = Dependency::named("bose").optional();
        let error = app.app().add(service_fn("feed", optional, works)).await;
        assert!(!error.unwrap_err().is_added());
        assert!(app.app().component("feed").is_none());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_loop_within_a_group_is_refused_with_its_names() {
    app().run(|app| async move {
        let group = [
            service_fn("a", "b", works),
            service_fn("b", ["base", "c"], works),
            service_fn("c", "a", works),
        ];
        let error = app.app().add_group(group).await.unwrap_err();
        assert_eq!(error.to_string(), "dependency cycle: a -> b -> c -> a");
        let error = app.app().add(service_fn("self", "self", works)).await;
        assert_eq!(
            error.unwrap_err().to_string(),
            "dependency cycle: self -> self"
        );
        assert_eq!(app.app().status().components.len(), 2);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn the_first_of_a_group_that_is_not_up_says_why() {
    app().run(|app| async move {
        assert!(app.started().await);
        let group = [
            Custom::resource("slow").start(|_| takes(secs(60))),
            Custom::resource("bad").start(|_| fails("no route")),
            service_fn("above", "bad", works),
        ];
        let error = app.app().add_group(group).await.unwrap_err();
        assert_eq!(error, ChangeError::Failed("bad".into()).into());
        assert!(error.is_added());
        assert_eq!(
            app.app().status().age,
            ms(0),
            "nobody waits for the slow one"
        );
        assert_eq!(app.app().phase(), Phase::Running);
        let report = app.stop().await.report;
        assert_eq!(errors(&report), ["`bad` failed in start: no route"]);
        assert_eq!(
            report.component("above").unwrap().outcome,
            Outcome::NotStarted
        );
        assert_eq!(report.exit_code(), 0, "the app came up without them");
    });
}

#[test]
fn what_waits_for_a_disabled_dependency_says_so_and_comes_up_with_it() {
    app().run(|app| async move {
        assert!(app.started().await);
        let base = app.app().component("base").unwrap();
        base.disable().await.unwrap();
        let error = app.app().add(service_fn("feed", "base", works)).await;
        let error = error.unwrap_err();
        assert_eq!(error, ChangeError::Disabled("base".into()).into());
        assert_eq!(error.to_string(), "`base` is disabled");
        assert!(error.is_added());
        assert_eq!(base.status().state, State::Down, "adding enables nothing");
        let feed = app.app().component("feed").unwrap();
        base.enable().await.unwrap();
        feed.up().await.unwrap();
        assert_eq!(feed.status().state, State::Up);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn what_needs_one_that_has_failed_says_which() {
    let graph = Graph::new()
        .service("keeper", &[], |c| c.run(works))
        .resource("bad", &[], |c| {
            c.declare(|d| d.optional(true)).start(|_| fails("no route"))
        });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let error = app.app().add(service_fn("feed", "bad", works)).await;
        assert_eq!(error.unwrap_err(), ChangeError::Failed("bad".into()).into());
        assert_eq!(
            app.log().started(),
            ["keeper", "bad"],
            "nothing is tried again"
        );
        let optional = Dependency::named("bad").optional();
        app.app()
            .add(service_fn("patient", optional, works))
            .await
            .unwrap();
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn one_that_is_disabled_meanwhile_is_superseded() {
    app().run(|app| async move {
        assert!(app.started().await);
        let mut adding = app
            .app()
            .add(Custom::resource("slow").start(|_| takes(secs(60))));
        let slow = adding.accepted().await.unwrap();
        slow.disable().await.unwrap();
        assert_eq!(adding.await.unwrap_err(), ChangeError::Superseded.into());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn nothing_is_added_once_the_app_stops() {
    let graph = Graph::new().resource("slow", &[], |c| c.stop(|_| takes(secs(1))));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        app.app().shutdown("enough");
        takes(ms(10)).await.unwrap();
        let error = app.app().add(service_fn("feed", (), works)).await;
        let error = error.unwrap_err();
        assert_eq!(error, ChangeError::Stopping.into());
        assert_eq!(error.to_string(), "the app is stopping");
        assert!(!error.is_added());
        let handle = app.app();
        let ended = app.ended().await;
        assert!(ended.report.component("feed").is_none());
        let error = handle.add(service_fn("feed", (), works)).await;
        assert_eq!(error.unwrap_err(), ChangeError::Stopping.into());
    });
}

#[test]
fn one_that_is_starting_when_the_app_stops_is_cancelled() {
    app().run(|app| async move {
        assert!(app.started().await);
        let mut adding = app.app().add(Custom::resource("slow").start(|_| hangs()));
        adding.accepted().await.unwrap();
        app.app().shutdown("enough");
        assert_eq!(adding.await.unwrap_err(), ChangeError::Stopping.into());
        let report = app.ended().await.report;
        assert_eq!(
            report.component("slow").unwrap().outcome,
            Outcome::Cancelled
        );
        assert!(report.is_success(), "{report}");
    });
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("boom");
    }
}

#[test]
fn what_is_refused_may_panic_when_it_is_dropped() {
    let app = Graph::new().service("keeper", &[], |c| c.run(works)).app();
    app.run(|app| async move {
        assert!(app.started().await);
        let bomb = std::sync::Arc::new(Bomb);
        let again = Custom::service("keeper").run(move |cx| {
            let bomb = std::sync::Arc::clone(&bomb);
            async move {
                let _bomb = bomb;
                works(cx).await
            }
        });
        let refused = app.app().add(again).await.map(|_| ());
        assert_eq!(refused, Err(AddError::Taken("keeper".into())));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn what_was_added_may_panic_when_it_is_dropped_at_the_end() {
    let app = Graph::new().service("keeper", &[], |c| c.run(works)).app();
    let ended = app.run(|app| async move {
        assert!(app.started().await);
        let bomb = Bomb;
        let added = Custom::service("added").run(move |cx| {
            let _bomb = &bomb;
            works(cx)
        });
        app.app().add(added).await.unwrap();
        app.stop().await
    });
    assert!(ended.report.is_success());
}
