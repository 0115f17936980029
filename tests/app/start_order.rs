//! Each component starts the moment its last dependency is up.
//!
//! ```text
//! settings 10 ── database 50 ── catalog 20 ──┐
//!      └──────── cache 5 ────────────────────┴── api 1
//! ```

use crate::kit::{Graph, ms, takes};

fn shop() -> Graph {
    Graph::new()
        .resource("settings", &[], |c| c.start(|_| takes(ms(10))))
        .resource("database", &["settings"], |c| c.start(|_| takes(ms(50))))
        .resource("cache", &["settings"], |c| c.start(|_| takes(ms(5))))
        .resource("catalog", &["database"], |c| c.start(|_| takes(ms(20))))
        .resource("api", &["catalog", "cache"], |c| c.start(|_| takes(ms(1))))
}

#[test]
fn a_start_takes_exactly_as_long_as_its_critical_path() {
    shop().app().run(|app| async move {
        assert!(app.started().await);
        let log = app.log();
        assert_eq!(log.at("database starting"), Some(ms(10)));
        assert_eq!(log.at("cache starting"), Some(ms(10)));
        assert_eq!(log.at("cache up"), Some(ms(15)));
        assert_eq!(log.at("catalog starting"), Some(ms(60)));
        assert_eq!(log.at("api starting"), Some(ms(80)));
        assert_eq!(log.at("app running"), Some(ms(81)));
        let profile = app.app().start_profile().unwrap();
        assert_eq!((profile.total, profile.serial()), (ms(81), ms(86)));
        assert_eq!(app.stop().await.report.start_time(), Some(ms(81)));
    });
}

#[test]
fn a_chain_starts_in_its_order() {
    let chain = Graph::new()
        .resource("first", &[], |c| c.start(|_| takes(ms(3))))
        .resource("second", &["first"], |c| c.start(|_| takes(ms(2))))
        .resource("third", &["second"], |c| c.start(|_| takes(ms(1))));
    chain.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().up(), ["first", "second", "third"]);
        let ended = app.stop().await;
        assert!(ended.report.is_success());
        assert!(ended.report.errors().is_empty());
    });
}

#[test]
fn a_hundred_components_on_one_level_start_together() {
    let mut graph = Graph::new();
    for i in 0..100 {
        graph = graph.resource(&format!("node {i}"), &[], |c| c.start(|_| takes(ms(20))));
    }
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().at("app running"), Some(ms(20)));
        assert_eq!(app.stop().await.log.down().len(), 100);
    });
}

#[test]
fn a_cap_lets_only_so_many_start_at_once() {
    let mut graph = Graph::new();
    for i in 0..5 {
        graph = graph.resource(&format!("node {i}"), &[], |c| c.start(|_| takes(ms(20))));
    }
    let app = graph.app().with(|app| app.max_concurrent_starts(2));
    app.run(|app| async move {
        assert!(app.started().await);
        let log = app.log();
        assert_eq!(log.at("node 2 queued"), Some(ms(0)));
        assert_eq!(log.at("node 2 starting"), Some(ms(20)));
        assert_eq!(log.at("node 4 starting"), Some(ms(40)));
        assert_eq!(log.at("app running"), Some(ms(60)));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn nothing_starts_before_the_app_does() {
    let trace = crate::kit::Trace::default();
    let mut graph = Graph::new();
    for i in 0..100 {
        graph = graph.service(&format!("node {i}"), &[], |c| {
            c.start(trace.hook("start")).run(trace.hook("run"))
        });
    }
    let app = graph.app();
    assert!(trace.all().is_empty());
    let ended = app.run_to_end();
    assert!(ended.report.is_success());
    assert_eq!((trace.count("start"), trace.count("run")), (100, 100));
}
