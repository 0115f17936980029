//! `shutdown_timeout` is laid along the longest chain, and unspent time goes to those behind.

use lifecycle::Context;

use crate::kit::{Graph, hangs, ms, secs, takes, works};

#[test]
fn a_stop_that_needs_no_time_takes_none() {
    let graph = Graph::new()
        .resource("a", &[], |c| c)
        .service("b", &["a"], |c| c.run(works));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.stop().await.report.stop_time(), Some(ms(0)));
    });
}

#[test]
fn a_component_has_five_seconds_to_stop() {
    let graph = Graph::new().resource("a", &[], |c| c.stop(|_| hangs()));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.at("a overstayed in stop"), Some(secs(5)));
        assert_eq!(ended.report.exit_code(), 75);
        assert!(ended.report.leaked().is_empty(), "the abort ended it");
    });
}

#[test]
fn all_steps_of_one_stop_share_its_timeout() {
    let graph = Graph::new().service("a", &[], |c| {
        c.run(|cx: Context| async move {
            cx.shutdown_requested().await;
            takes(secs(3)).await
        })
        .stop(|_| takes(secs(3)))
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.at("a overstayed in stop"), Some(secs(5)));
    });
}

#[test]
fn a_chain_that_does_not_fit_gets_shares() {
    // Three times 5 s do not fit into 9 s: each has 3 s.
    let graph = Graph::new()
        .resource("a", &[], |c| c.stop(|_| hangs()))
        .resource("b", &["a"], |c| c.stop(|_| hangs()))
        .resource("c", &["b"], |c| c.stop(|_| hangs()));
    let app = graph.app().with(|app| app.shutdown_timeout(secs(9)));
    app.run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        let at = |name: &str| ended.log.at(&format!("{name} overstayed in stop"));
        assert_eq!(at("c"), Some(secs(3)));
        assert_eq!(at("b"), Some(secs(6)));
        assert_eq!(at("a"), Some(secs(9)));
        assert_eq!(ended.report.exit_code(), 75);
    });
}

#[test]
fn unspent_time_goes_to_those_behind() {
    let graph = Graph::new()
        .resource("a", &[], |c| {
            c.declare(|d| d.stop_timeout(secs(8))).stop(|_| hangs())
        })
        .resource("b", &["a"], |c| c.declare(|d| d.stop_timeout(secs(8))));
    let app = graph.app().with(|app| app.shutdown_timeout(secs(10)));
    app.run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.at("a overstayed in stop"), Some(secs(8)));
    });
}

#[test]
fn extend_moves_a_stop_up_to_the_latest_end() {
    let graph = Graph::new()
        .resource("base", &[], |c| c)
        .resource("a", &["base"], |c| {
            c.stop(|cx: Context| async move {
                cx.extend(secs(60));
                hangs().await
            })
        });
    let app = graph.app().with(|app| app.shutdown_timeout(secs(20)));
    app.run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        // 20 s less the 5 s of `base`.
        assert_eq!(ended.log.at("a overstayed in stop"), Some(secs(15)));
    });
}

#[test]
fn at_the_shutdown_timeout_all_that_is_left_is_aborted_and_cleaned_up() {
    let trace = crate::kit::Trace::default();
    let said = trace.clone();
    let graph = Graph::new()
        .resource("base", &[], |c| {
            c.start(move |cx: Context| {
                let said = said.clone();
                async move {
                    cx.on_cleanup("undo", move || async move { said.say("undo base") });
                    takes(ms(0)).await
                }
            })
        })
        .resource("a", &["base"], |c| {
            c.declare(|d| d.stop_timeout(secs(60))).stop(|_| hangs())
        });
    let app = graph.app().with(|app| app.shutdown_timeout(secs(2)));
    app.run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert!(ended.report.total_time() <= secs(3), "{}", ended.log);
        assert_eq!(ended.report.exit_code(), 75);
    });
    assert_eq!(trace.all(), ["undo base"]);
}
