//! Stop is the reverse of start: each component the moment its last dependent is down.

use crate::kit::{Graph, ms, panics, secs, takes, works};

#[test]
fn a_chain_stops_in_reverse() {
    let graph = Graph::new()
        .resource("first", &[], |c| c)
        .resource("second", &["first"], |c| c)
        .resource("third", &["second"], |c| c);
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.stop().await.log.down(), ["third", "second", "first"]);
    });
}

#[test]
fn independent_components_stop_at_the_same_time() {
    let graph = Graph::new()
        .resource("base", &[], |c| c.stop(|_| takes(ms(100))))
        .resource("a", &["base"], |c| c.stop(|_| takes(ms(300))))
        .resource("b", &["base"], |c| c.stop(|_| takes(ms(500))))
        .resource("c", &["a"], |c| c.stop(|_| takes(ms(700))));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.at("b down"), Some(ms(500)));
        assert_eq!(ended.log.at("a told to stop"), Some(ms(700)));
        assert_eq!(ended.log.at("base told to stop"), Some(ms(1000)));
        assert_eq!(ended.report.stop_time(), Some(ms(1100)));
        let base = ended.report.component("base").unwrap();
        assert_eq!(base.stop, Some(ms(100)));
    });
}

#[test]
fn a_dependency_stops_also_when_its_dependent_failed() {
    let graph = Graph::new()
        .resource("base", &[], |c| c)
        .service("api", &["base"], |c| {
            c.run(works).stop(|_| panics("no sense"))
        });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.down(), ["api", "base"]);
        assert_eq!(ended.report.exit_code(), 70);
    });
}

#[test]
fn an_optional_dependency_stops_after_who_uses_it() {
    let graph = Graph::new()
        .resource("cache", &[], |c| c)
        .resource("api", &["?cache"], |c| c.stop(|_| takes(secs(1))));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.at("cache told to stop"), Some(secs(1)));
    });
}

#[test]
fn what_is_running_sees_its_dependencies_up_until_it_has_ended() {
    let graph = Graph::new()
        .resource("base", &[], |c| c)
        .service("api", &["base"], |c| {
            c.run(|cx: lifecycle::Context| async move {
                cx.shutdown_requested().await;
                takes(secs(2)).await?;
                let status = cx.app().status();
                let base = status.component("base").unwrap();
                assert_eq!(base.state, lifecycle::engine::State::Up);
                takes(ms(0)).await
            })
        });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        assert!(report.is_success(), "{report}");
    });
}
