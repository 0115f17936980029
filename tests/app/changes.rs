//! Changes at run time: components are disabled, enabled and restarted, and whoever asks hears when it is so.

use lifecycle::component::Custom;
use lifecycle::context::ChangeError;
use lifecycle::engine::{Phase, State};
use lifecycle::plan::{OnFinish, Restart, Scope};
use lifecycle::prelude::*;
use lifecycle::testing::{TestApp, TestHandle};

use crate::kit::{Graph, Logged, Run, Trace, errors, fails, ms, runs, secs, since, takes, works};

#[resource]
#[derive(Default)]
struct Base;

#[service(depends_on = [Base])]
#[derive(Default)]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn run(&self, shutdown: Shutdown) {
        shutdown.await;
    }
}

#[resource(depends_on = [Feed])]
#[derive(Default)]
struct Reader;

#[resource]
#[derive(Default)]
struct Stranger;

/// `base <- sub <- one`, `sub <- two`, `base <- three`: features on a base, and what two of them share.
fn features(hooks: impl Fn(Custom) -> Custom) -> Graph {
    let mut graph = Graph::new();
    for (name, needs) in [
        ("base", vec![]),
        ("sub", vec!["base"]),
        ("one", vec!["sub"]),
        ("two", vec!["sub"]),
        ("three", vec!["base"]),
        ("keeper", vec!["base"]),
    ] {
        graph = graph.service(name, &needs, |c| hooks(c.run(works)));
    }
    graph
}

/// What went down and what came up while the request was under way.
async fn moved(
    app: &TestHandle,
    change: lifecycle::context::Changing,
) -> (Vec<String>, Vec<String>) {
    let log = app.log();
    let (down, up) = (log.down().len(), log.up().len());
    change.await.unwrap();
    (log.down()[down..].to_vec(), log.up()[up..].to_vec())
}

fn handle(app: &TestHandle, name: &str) -> lifecycle::context::ComponentHandle {
    app.app().component(name).unwrap()
}

#[test]
fn features_come_and_go_with_what_only_they_need() {
    let graph = features(|c| c.load(|_| takes(ms(1))));
    graph.app().run(|app| async move {
        // Asked while the load hooks run, so that none of them ever starts.
        for name in ["sub", "one", "two", "three"] {
            drop(handle(&app, name).disable());
        }
        assert!(app.started().await);
        assert_eq!(app.log().up(), ["base", "keeper"]);

        let none: [&str; 0] = [];
        let change = handle(&app, "three").enable();
        assert_eq!(moved(&app, change).await, (vec![], vec!["three".into()]));
        let change = handle(&app, "one").enable();
        assert_eq!(moved(&app, change).await.1, ["sub", "one"]);
        let change = handle(&app, "two").enable();
        assert_eq!(moved(&app, change).await.1, ["two"]);
        let change = handle(&app, "two").disable();
        assert_eq!(moved(&app, change).await.0, ["two"]);
        let change = handle(&app, "sub").disable();
        assert_eq!(
            moved(&app, change).await,
            (vec!["one".into(), "sub".into()], vec![])
        );
        let change = handle(&app, "one").enable();
        assert_eq!(moved(&app, change).await.1, ["sub", "one"]);
        let change = handle(&app, "one").enable();
        assert_eq!(moved(&app, change).await.1, none);
        let ended = app.stop().await;
        assert!(ended.report.is_success(), "{}", ended.report);
        let down = ended.log.down();
        assert_eq!(down.last().unwrap(), "base");
        let place = |name| down.iter().rposition(|down| down == name).unwrap();
        assert!(place("one") < place("sub"));
    });
}

#[test]
fn what_nobody_else_needs_goes_with_it_and_comes_back_with_it() {
    TestApp::new(lifecycle::plan![Reader]).run(|app| async move {
        assert!(app.started().await);
        let change = app.app().disable::<Reader>();
        assert_eq!(moved(&app, change).await.0, ["Reader", "Feed", "Base"]);
        assert!(app.get::<Feed>().is_none());
        assert_eq!(
            app.app().phase(),
            Phase::Running,
            "the app goes on without any"
        );
        takes(secs(3_600)).await.unwrap();
        let change = app.app().enable::<Reader>();
        assert_eq!(moved(&app, change).await.1, ["Base", "Feed", "Reader"]);
        let change = app.app().restart::<Base>(Scope::Dependents);
        assert_eq!(moved(&app, change).await.1, ["Base", "Feed", "Reader"]);
        let change = app.app().restart::<Feed>(Scope::Itself);
        assert_eq!(moved(&app, change).await, (vec![], vec!["Feed".into()]));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_change_is_complete_when_its_effect_is_and_not_before() {
    let graph = features(|c| c.start(|_| takes(ms(100))).stop(|_| takes(ms(10))));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let now = || app.app().status().age;
        let begun = now();
        handle(&app, "sub").disable().await.unwrap();
        assert_eq!(now() - begun, ms(20), "two stops, one after the other");
        let begun = now();
        handle(&app, "one").enable().await.unwrap();
        assert_eq!(now() - begun, ms(200));
        let begun = now();
        handle(&app, "base")
            .restart(Scope::Dependents)
            .await
            .unwrap();
        assert_eq!(now() - begun, ms(330), "down and up again, three deep");
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn nobody_has_to_wait_for_a_change() {
    features(|c| c).app().run(|app| async move {
        assert!(app.started().await);
        drop(handle(&app, "three").disable());
        takes(ms(10)).await.unwrap();
        assert_eq!(handle(&app, "three").status().state, State::Down);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn what_the_app_does_not_have_is_unknown() {
    TestApp::new(lifecycle::plan![Reader]).run(|app| async move {
        assert!(app.app().component("nobody").is_none());
        let refused = app.app().disable::<Stranger>().await;
        assert_eq!(refused, Err(ChangeError::Unknown("Stranger".into())));
        assert_eq!(
            refused.unwrap_err().to_string(),
            "the app has no component `Stranger`"
        );
        assert!(app.stop().await.report.is_success());
    });
}

mod held {
    use std::sync::Arc;

    use super::*;

    #[lifecycle::app(services = [Feed])]
    pub(super) async fn main(cx: Context, _feed: Arc<Feed>) {
        let app = cx.app();
        for name in ["Feed", "Base", "main"] {
            let main = Err(ChangeError::Main(name.into()));
            let component = app.component(name).unwrap();
            assert_eq!(component.disable().await, main);
            assert_eq!(component.restart(Scope::Dependents).await, main);
        }
        // Its work is not what `main` holds.
        assert_eq!(app.restart::<Feed>(Scope::Itself).await, Ok(()));
        let error = app.disable::<Feed>().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "`main` holds `Feed`, which has to stay as it is"
        );
    }
}

#[test]
fn what_main_holds_stays() {
    let exit = held::main();
    let success = std::process::ExitCode::SUCCESS;
    assert_eq!(format!("{exit:?}"), format!("{success:?}"));
}

#[test]
fn what_is_disabled_is_not_restarted() {
    features(|c| c).app().run(|app| async move {
        assert!(app.started().await);
        handle(&app, "sub").disable().await.unwrap();
        for name in ["sub", "one"] {
            for scope in [Scope::Itself, Scope::Dependents] {
                let refused = handle(&app, name).restart(scope).await;
                assert_eq!(refused, Err(ChangeError::Disabled("sub".into())), "{name}");
            }
        }
        let error = handle(&app, "one").up().await.unwrap_err();
        assert_eq!(error.to_string(), "`sub` is disabled");
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn what_nobody_needs_any_more_is_not_called_disabled() {
    TestApp::new(lifecycle::plan![Reader]).run(|app| async move {
        assert!(app.started().await);
        app.app().disable::<Reader>().await.unwrap();
        let error = app.app().restart::<Feed>(Scope::Itself).await.unwrap_err();
        assert_eq!(error, ChangeError::Unneeded("Feed".into()));
        assert_eq!(
            error.to_string(),
            "nobody needs `Feed`, which is down for that"
        );
        assert!(!handle(&app, "Feed").status().disabled);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn the_log_says_that_somebody_asked() {
    let logged = Logged::default();
    tracing::subscriber::with_default(logged.clone(), || {
        TestApp::new(lifecycle::plan![Reader]).run(|app| async move {
            assert!(app.started().await);
            for _ in 0..2 {
                app.app().disable::<Reader>().await.unwrap();
            }
            app.app().enable::<Reader>().await.unwrap();
            assert!(app.stop().await.report.is_success());
        })
    });
    let lines = logged.0.all();
    let said = lines.iter().filter_map(|line| {
        let (level, message) = line.split_once(" message=")?;
        let message = message.split(" component=").next()?;
        let about = message.starts_with("Reader is ") && level == "INFO";
        about.then_some(message)
    });
    let said: Vec<_> = said.collect();
    assert_eq!(
        said,
        [
            "Reader is disabled",
            "Reader is down",
            "Reader is enabled",
            "Reader is up",
        ]
    );
}

#[test]
fn a_component_that_fails_meanwhile_is_named() {
    let graph = features(|c| c).service("flaky", &["base"], |c| {
        let calls = std::sync::atomic::AtomicU32::new(0);
        c.declare(|d| d.optional(true)).start(move |_| {
            let first = calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
            async move {
                if first {
                    Ok(())
                } else {
                    fails("no route").await
                }
            }
        })
    });
    let graph = graph.service("user", &["flaky"], |c| {
        c.declare(|d| d.optional(true)).run(works)
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let refused = handle(&app, "flaky").restart(Scope::Dependents).await;
        assert_eq!(refused, Err(ChangeError::Failed("flaky".into())));
        let refused = handle(&app, "user").restart(Scope::Itself).await;
        assert_eq!(refused, Err(ChangeError::Failed("flaky".into())));
        assert_eq!(app.app().phase(), Phase::Running);
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0, "{report}");
        assert_eq!(errors(&report)[0], "`flaky` failed in start: no route");
    });
}

#[test]
fn the_opposite_supersedes() {
    features(|c| c.stop(|_| takes(secs(1))))
        .app()
        .run(|app| async move {
            assert!(app.started().await);
            let disable = handle(&app, "one").disable();
            takes(ms(10)).await.unwrap();
            let enable = handle(&app, "one").enable();
            assert_eq!(disable.await, Err(ChangeError::Superseded));
            assert_eq!(enable.await, Ok(()));
            let enabled = handle(&app, "one").status().state;
            assert_eq!(enabled, State::Up);
            assert!(app.stop().await.report.is_success());
        });
}

#[test]
fn the_same_twice_is_answered_twice() {
    features(|c| c.stop(|_| takes(secs(1))))
        .app()
        .run(|app| async move {
            assert!(app.started().await);
            let sub = handle(&app, "sub");
            let both = tokio::join!(sub.disable(), sub.disable());
            assert_eq!(both, (Ok(()), Ok(())));
            assert_eq!(sub.disable().await, Ok(()));
            let both = tokio::join!(sub.enable(), sub.enable());
            assert_eq!(both, (Ok(()), Ok(())));
            assert!(app.stop().await.report.is_success());
        });
}

#[test]
fn requests_before_the_start_wait_for_it() {
    let graph = features(|c| c.load(|_| takes(secs(1))));
    graph.app().run(|app| async move {
        let (disable, restart) = (
            handle(&app, "one").disable(),
            handle(&app, "two").restart(Scope::Itself),
        );
        assert_eq!(tokio::join!(disable, restart), (Ok(()), Ok(())));
        assert_eq!(handle(&app, "two").status().state, State::Up);
        assert!(!app.log().has("one starting"));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_stop_answers_what_is_open_and_what_comes_later() {
    features(|c| c.stop(|_| takes(secs(1))))
        .app()
        .run(|app| async move {
            assert!(app.started().await);
            let open = handle(&app, "one").disable();
            takes(ms(10)).await.unwrap();
            app.app().shutdown("enough");
            assert_eq!(open.await, Err(ChangeError::Stopping));
            let (one, handle) = (handle(&app, "one"), app.app());
            assert_eq!(one.enable().await, Err(ChangeError::Stopping));
            let ended = app.ended().await;
            assert!(ended.report.is_success(), "{}", ended.report);
            assert_eq!(one.restart(Scope::Itself).await, Err(ChangeError::Stopping));
            assert_eq!(
                handle.component("two").unwrap().disable().await,
                Err(ChangeError::Stopping)
            );
            assert_eq!(one.status().state, State::Down);
        });
}

#[test]
fn what_could_not_be_ended_is_in_the_way() {
    // In paused time nothing resists an abort; what one says to that is shown by the engine's tests.
    let error = ChangeError::GivenUp("feed".into());
    assert_eq!(error.to_string(), "`feed` could not be ended");
}

#[test]
fn a_request_for_one_that_waits_for_a_restart_ends_the_wait() {
    for scope in [Scope::Itself, Scope::Dependents] {
        let graph = Graph::new()
            .service("feed", &[], |c| {
                c.declare(|d| {
                    let d = d.restart(Restart::OnFailure).scope(scope);
                    d.backoff(secs(900), secs(900))
                })
                .run(runs([Run::Fails(10), Run::Works]))
            })
            .resource("reader", &["feed"], |c| c);
        graph.app().run(|app| async move {
            takes(ms(20)).await.unwrap();
            let feed = handle(&app, "feed");
            assert_ne!(feed.status().state, State::Up);
            feed.restart(Scope::Itself).await.unwrap();
            assert_eq!(feed.status().state, State::Up);
            let report = app.stop().await.report;
            assert_eq!(report.total_time(), ms(20));
            assert_eq!(report.exit_code(), 0);
        });
    }
}

#[test]
fn one_that_waits_for_a_restart_can_be_disabled() {
    let trace = Trace::default();
    let graph = Graph::new().service("feed", &[], |c| {
        c.declare(|d| d.restart(Restart::OnFailure).backoff(secs(900), secs(900)))
            .run(runs([Run::Fails(10), Run::Works]))
            .stop(trace.hook("stop"))
    });
    graph.app().run(|app| async move {
        app.reaches_named("feed", State::Restarting).await;
        let feed = handle(&app, "feed");
        feed.disable().await.unwrap();
        assert_eq!(trace.all(), ["stop"]);
        takes(secs(3_600)).await.unwrap();
        assert_eq!(feed.status().state, State::Down);
        feed.enable().await.unwrap();
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        assert_eq!(report.component("feed").unwrap().restarts, 1);
    });
}

#[test]
fn one_that_has_finished_works_again_and_its_end_counts_again() {
    let graph = Graph::new()
        .service("job", &[], |c| {
            c.declare(|d| d.on_finish(OnFinish::Finish))
                .run(|_| takes(secs(1)))
        })
        .service("other", &[], |c| c.run(works));
    graph.app().run(|app| async move {
        takes(secs(10)).await.unwrap();
        let job = handle(&app, "job");
        assert!(job.status().finished);
        job.restart(Scope::Itself).await.unwrap();
        assert!(!job.status().finished, "it works");
        handle(&app, "other").disable().await.unwrap();
        takes(secs(10)).await.unwrap();
        assert!(job.status().finished);
        assert_eq!(app.app().phase(), Phase::Running, "the other may come back");
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_component_may_change_others_and_itself() {
    let graph = features(|c| c).service("operator", &[], |c| {
        c.run(|cx: Context| async move {
            takes(secs(1)).await?;
            let app = cx.app();
            app.component("sub").unwrap().disable().await.unwrap();
            cx.note("sub is off");
            drop(app.component(cx.name()).unwrap().disable());
            works(cx).await
        })
    });
    graph.app().run(|app| async move {
        takes(secs(2)).await.unwrap();
        assert_eq!(app.log().down()[2..], ["sub", "operator"]);
        let after = since(app.log(), "operator says: sub is off");
        assert!(after.contains(&"operator down".to_owned()));
        assert!(app.stop().await.report.is_success());
    });
}
