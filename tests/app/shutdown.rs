//! The token that tells a component to stop.

use lifecycle::{Context, Reason, Shutdown};

use crate::kit::{Graph, Trace, ms, secs, takes, works};

/// A service whose run loop gets the token.
fn with_token<F>(run: impl Fn(Shutdown, Trace) -> F + Send + Sync + 'static) -> Vec<String>
where
    F: Future<Output = ()> + Send + 'static,
{
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().service("a", &[], |c| {
        c.run(move |cx: Context| run(cx.shutdown(), said.clone()))
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(ms(10)).await.unwrap();
        app.app().shutdown("deploy");
        assert!(app.ended().await.report.is_success());
    });
    trace.all()
}

#[test]
fn it_can_be_awaited_by_value() {
    let said = with_token(|shutdown, trace| async move {
        trace.say(shutdown.await.to_string());
    });
    assert_eq!(said, ["requested: deploy"]);
}

#[test]
fn it_can_be_awaited_by_reference_again_and_again() {
    let said = with_token(|shutdown, trace| async move {
        for _ in 0..2 {
            trace.say((&shutdown).await.to_string());
        }
        trace.say(shutdown.requested().await.to_string());
    });
    assert_eq!(said, ["requested: deploy"; 3]);
}

#[test]
fn it_can_be_asked() {
    let said = with_token(|shutdown, trace| async move {
        assert!(!shutdown.is_requested());
        assert_eq!(shutdown.reason(), None);
        (&shutdown).await;
        assert!(shutdown.is_requested());
        assert_eq!(shutdown.reason(), Some(Reason::Requested("deploy".into())));
        trace.say("asked");
    });
    assert_eq!(said, ["asked"]);
}

#[test]
fn a_clone_is_the_same_token() {
    let said = with_token(|shutdown, trace| async move {
        let clones: Vec<Shutdown> = (0..10).map(|_| shutdown.clone()).collect();
        for clone in clones {
            trace.say(clone.await.to_string());
        }
    });
    assert_eq!(said.len(), 10);
}

#[test]
fn it_can_be_wrapped_around_a_future() {
    let said = with_token(|shutdown, trace| async move {
        trace.say(format!("{:?}", shutdown.wrap(takes(ms(5))).await.is_some()));
        trace.say(format!(
            "{:?}",
            shutdown.wrap(takes(secs(5))).await.is_some()
        ));
        // The token has fired: nothing is begun any more.
        trace.say(format!("{:?}", shutdown.wrap(async { 1 }).await));
    });
    assert_eq!(said, ["true", "false", "None"]);
}

#[test]
fn it_gives_a_token_for_libraries_that_is_a_child() {
    let said = with_token(|shutdown, trace| async move {
        let (cancelled, fired) = (shutdown.cancellation_token(), shutdown.cancellation_token());
        cancelled.cancel();
        assert!(!shutdown.is_requested());
        fired.cancelled().await;
        trace.say("fired");
    });
    assert_eq!(said, ["fired"]);
}

#[test]
fn each_component_has_its_own_and_it_fires_in_the_order_of_the_stop() {
    let trace = Trace::default();
    let slow = trace.clone();
    let graph = Graph::new()
        .service("base", &[], |c| c.run(trace.works("base told")))
        .service("api", &["base"], |c| {
            c.run(move |cx: Context| {
                let slow = slow.clone();
                async move {
                    cx.shutdown_requested().await;
                    takes(secs(1)).await?;
                    slow.say("api ends");
                    takes(ms(0)).await
                }
            })
        });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(trace.all(), ["api ends", "base told"]);
}

#[test]
fn the_reason_of_a_rollback_names_who_failed() {
    let trace = Trace::default();
    let said = trace.clone();
    let ended = Graph::new()
        .service("api", &[], |c| {
            c.run(move |cx: Context| {
                let said = said.clone();
                async move { said.say(cx.shutdown_requested().await.to_string()) }
            })
        })
        .resource("slow", &["api"], |c| {
            c.start(|_| async {
                takes(ms(1)).await?;
                crate::kit::fails("no").await
            })
        })
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(trace.all(), ["`slow` failed"]);
}

#[test]
fn any_component_can_ask_for_the_shutdown_and_the_first_words_stand() {
    let graph = Graph::new()
        .service("a", &[], |c| {
            c.run(|cx: Context| async move {
                cx.app().shutdown("first");
                cx.app().shutdown("second");
                works(cx).await
            })
        })
        .service("b", &[], |c| c.run(works));
    let ended = graph.app().run_to_end();
    assert_eq!(
        ended.report.cause(),
        Some(&lifecycle::app::StopCause::Requested("first".into()))
    );
    assert_eq!(ended.report.exit_code(), 0);
}

#[test]
fn a_shutdown_during_the_start_is_heard() {
    let graph = Graph::new()
        .resource("a", &[], |c| {
            c.start(|cx: Context| async move {
                cx.app().shutdown("nothing to do");
                takes(secs(1)).await
            })
        })
        .resource("b", &["a"], |c| c);
    let ended = graph.app().run_to_end();
    assert_eq!(ended.report.exit_code(), 0);
    assert_eq!(ended.report.total_time(), ms(0));
    assert_eq!(ended.log.started(), ["a"]);
}
