//! `#[load]`: everything that can be checked is checked before anything starts.

use std::sync::atomic::{AtomicU32, Ordering};

use lifecycle::app::{Outcome, StopCause};
use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

use crate::kit::{Graph, Trace, errors, fails, hangs, ms, panics, secs, takes};

#[derive(Clone, Debug, PartialEq)]
struct Config {
    url: String,
}

#[resource]
struct Settings {
    config: Config,
}

#[resource]
impl Settings {
    #[load]
    async fn read() -> Config {
        Config {
            url: "memory".into(),
        }
    }

    #[start]
    fn new(config: Loaded<Config>) -> Self {
        Self {
            config: config.into_inner(),
        }
    }
}

#[test]
fn what_is_loaded_reaches_start() {
    TestApp::new(lifecycle::plan![Settings]).run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.get::<Settings>().unwrap().config.url, "memory");
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
}

static READS: AtomicU32 = AtomicU32::new(0);
static STARTS: AtomicU32 = AtomicU32::new(0);

#[resource(retry = 2, backoff = "1ms..1ms")]
struct Stubborn;

#[resource]
impl Stubborn {
    #[load]
    fn read() -> u32 {
        READS.fetch_add(1, Ordering::Relaxed) + 41
    }

    #[start]
    fn new(loaded: Loaded<u32>) -> Result<Self, std::io::Error> {
        assert_eq!(*loaded, 41);
        match STARTS.fetch_add(1, Ordering::Relaxed) {
            2 => Ok(Self),
            n => Err(std::io::Error::other(format!("try {n}"))),
        }
    }
}

#[test]
fn a_start_that_is_tried_again_gets_the_same_value_again() {
    TestApp::new(lifecycle::plan![Stubborn]).run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.report.exit_code(), 0);
        assert_eq!(ended.report.component("Stubborn").unwrap().attempts, 3);
    });
    assert_eq!(READS.load(Ordering::Relaxed), 1);
}

#[test]
fn load_hooks_run_in_parallel_and_before_any_start() {
    let graph = Graph::new()
        .resource("a", &[], |c| c.load(|_| takes(ms(300))))
        .resource("b", &["a"], |c| c.load(|_| takes(ms(200))))
        .resource("c", &["b"], |c| c);
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let log = app.log();
        assert_eq!(log.at("a loading"), Some(ms(0)));
        assert_eq!(log.at("b loading"), Some(ms(0)));
        assert_eq!(log.at("b loaded"), Some(ms(200)));
        assert_eq!(log.at("c starting"), Some(ms(300)));
        let report = app.stop().await.report;
        assert_eq!(report.load_time(), ms(300));
        assert_eq!(report.start_time(), Some(ms(0)));
    });
}

#[test]
fn all_load_failures_are_reported_together_and_nothing_starts() {
    let trace = Trace::default();
    let ended = Graph::new()
        .resource("a", &[], |c| c.load(|_| fails("no file")))
        .resource("b", &[], |c| c.load(|_| panics("no sense")))
        .resource("c", &[], |c| {
            c.load(|_| async {
                takes(ms(50)).await?;
                fails("no right").await
            })
        })
        .resource("d", &[], |c| c.start(trace.hook("d starts")))
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 78);
    assert_eq!(
        ended.report.cause(),
        Some(&StopCause::LoadFailed("a".into()))
    );
    let errors = errors(&ended.report);
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors[0].contains("`a` failed in load: no file"));
    assert!(errors[1].contains("`b` panicked in load: no sense"));
    assert!(errors[2].contains("`c` failed in load: no right"));
    assert!(trace.all().is_empty());
    assert_eq!(
        ended.report.component("d").unwrap().outcome,
        Outcome::NotStarted
    );
}

#[test]
fn a_load_hook_that_hangs_fails_after_the_start_timeout() {
    let ended = Graph::new()
        .resource("a", &[], |c| {
            c.declare(|d| d.start_timeout(secs(2))).load(|_| hangs())
        })
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 78);
    assert_eq!(errors(&ended.report), ["`a` timed out in load after 2 s"]);
    assert_eq!(ended.report.total_time(), secs(2));
}

#[test]
fn a_signal_during_load_cancels_it() {
    let graph = Graph::new()
        .resource("a", &[], |c| c.load(|_| hangs()))
        .resource("b", &[], |c| c);
    graph.app().run(|app| async move {
        takes(ms(70)).await.unwrap();
        app.signal(lifecycle::engine::Signal::Terminate);
        let ended = app.ended().await;
        assert_eq!(ended.report.exit_code(), 0);
        assert_eq!(ended.report.total_time(), ms(70));
        assert!(ended.log.started().is_empty());
    });
}

#[test]
fn an_optional_component_that_fails_to_load_is_missing() {
    let graph = Graph::new()
        .resource("cache", &[], |c| {
            c.declare(|d| d.optional(true)).load(|_| fails("no file"))
        })
        .resource("api", &["?cache"], |c| c);
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().up(), ["api"]);
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        assert_eq!(report.errors().len(), 1);
    });
}

#[test]
fn check_runs_the_load_hooks_and_nothing_else() {
    let trace = Trace::default();
    let plan = Graph::new()
        .resource("a", &[], |c| {
            c.load(trace.hook("load a")).start(trace.hook("start a"))
        })
        .service("b", &["a"], |c| {
            c.load(trace.hook("load b")).run(trace.hook("run b"))
        })
        .plan();
    let report = block_on(App::builder(plan).check());
    assert_eq!(report.cause(), Some(&StopCause::Checked));
    assert_eq!(report.exit_code(), 0);
    assert!(report.is_success());
    assert_eq!(trace.all(), ["load a", "load b"]);
}

#[test]
fn check_reports_every_load_failure() {
    let plan = Graph::new()
        .resource("a", &[], |c| c.load(|_| fails("one")))
        .resource("b", &["a"], |c| c.load(|_| fails("two")))
        .plan();
    let report = block_on(App::builder(plan).check());
    assert_eq!(report.exit_code(), 78);
    assert_eq!(report.errors().len(), 2);
}

#[test]
fn what_a_load_hook_spawned_or_registered_ends_with_it() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().resource("a", &[], |c| {
        c.load(move |cx: Context| {
            let said = said.clone();
            async move {
                cx.spawn("watch", hangs());
                cx.on_cleanup("unlock", move || async move { said.say("unlocked") });
            }
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.report.exit_code(), 0);
        let alive = tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks();
        assert_eq!(alive, 0);
    });
    assert_eq!(trace.all(), ["unlocked"]);
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}
