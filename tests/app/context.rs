//! What user code finds in its context.

use std::sync::Arc;

use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

use crate::kit::{Graph, Trace, ms, takes, works};

#[resource]
struct Settings {
    url: String,
}

#[resource]
impl Settings {
    #[start]
    fn new() -> Self {
        Self {
            url: "memory".into(),
        }
    }
}

#[resource]
#[derive(Default)]
struct Stranger;

#[service(depends_on = [Settings])]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self, cx: Context<Self>) {
        assert_eq!(cx.get::<Settings>().url, "memory");
        assert!(cx.try_get::<Settings>().is_some());
        assert!(cx.try_get::<Stranger>().is_none());
        assert_eq!(cx.name(), "Api");
        assert_eq!(cx.app().name(), "test");
        cx.shutdown_requested().await;
        assert_eq!(cx.get::<Settings>().url, "memory");
    }
}

#[test]
fn a_dependency_can_be_asked_for_by_its_type() {
    TestApp::new(lifecycle::plan![Api]).run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        assert!(report.is_success(), "{report}");
    });
}

type Kept = std::sync::Mutex<Option<Context<Keeper>>>;

#[service(depends_on = [Settings])]
struct Keeper {
    kept: Kept,
}

#[service]
impl Keeper {
    #[start]
    fn new(cx: Context<Self>) -> Self {
        Self {
            kept: std::sync::Mutex::new(Some(cx)),
        }
    }

    #[run]
    async fn run(&self, shutdown: Shutdown) {
        shutdown.await;
    }
}

#[test]
fn a_context_that_outlives_its_component_has_no_dependencies() {
    TestApp::new(lifecycle::plan![Keeper]).run(|app| async move {
        assert!(app.started().await);
        let keeper = app.get::<Keeper>().unwrap();
        let cx = keeper.kept.lock().unwrap().take().unwrap();
        drop(keeper);
        let _ended = app.stop().await;
        assert!(cx.try_get::<Settings>().is_none());
        let asked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _settings = cx.get::<Settings>();
        }));
        let message = asked.unwrap_err().downcast::<String>().unwrap();
        assert!(
            message.contains("`Settings`, which is not there any more"),
            "{message}"
        );
    });
}

#[service]
struct Injected {
    #[inject]
    settings: Arc<Settings>,
    count: u32,
}

#[service]
impl Injected {
    #[run]
    async fn run(&self) {
        assert_eq!(self.settings.url, "memory");
        assert_eq!(self.count, 0);
    }
}

#[test]
fn a_component_without_a_start_hook_is_built_from_its_fields() {
    let ended = TestApp::new(lifecycle::plan![Injected]).run_to_end();
    assert!(ended.report.is_success(), "{}", ended.report);
    assert_eq!(ended.log.up(), ["Settings", "Injected"]);
}

fn current(trace: &Trace, place: &str) {
    let name = Context::try_current().map_or("nobody".into(), |cx| cx.name().to_owned());
    trace.say(format!("{place}: {name}"));
}

#[test]
fn every_task_of_the_framework_knows_whose_it_is() {
    struct Dropped(Trace);
    impl Drop for Dropped {
        fn drop(&mut self) {
            current(&self.0, "drop");
        }
    }
    let trace = Trace::default();
    let hook = |place: &'static str| {
        let trace = trace.clone();
        move |cx: Context| {
            current(&trace, place);
            let trace = trace.clone();
            async move {
                if place == "run" {
                    let nested = trace.clone();
                    cx.spawn("outer", async move {
                        current(&nested, "task");
                        Context::current()
                            .spawn("inner", async move { current(&nested, "nested") });
                    });
                    cx.on_cleanup("undo", move || async move { current(&trace, "cleanup") });
                    cx.shutdown_requested().await;
                }
            }
        }
    };
    let dropped = trace.clone();
    let graph = Graph::new().service("a", &[], |c| {
        let load = hook("load");
        let how = lifecycle::plan::CheckPolicy::DEFAULT;
        c.load(move |cx: Context| load(cx))
            .start(move |_| {
                current(&dropped, "start");
                let value = Dropped(dropped.clone());
                async move { Ok::<_, std::io::Error>(value) }
            })
            .run(hook("run"))
            .health(how, hook("health"))
            .drain(hook("drain"))
            .stop(hook("stop"))
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(ms(1)).await.unwrap();
        assert!(Context::try_current().is_none());
        assert!(app.stop().await.report.is_success());
    });
    let mut said = trace.all();
    said.sort();
    let places = [
        "cleanup", "drain", "drop", "health", "load", "nested", "run", "start", "stop", "task",
    ];
    assert_eq!(said, places.map(|place| format!("{place}: a")));
}

#[test]
#[should_panic(expected = "not inside a task of a lifecycle component")]
fn outside_of_its_tasks_there_is_no_current_context() {
    let _cx = Context::current();
}

#[test]
fn apps_in_one_process_do_not_see_each_other() {
    let app = || {
        let graph = Graph::new().service("a", &[], |c| c.run(works));
        graph.app().start()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let (one, two) = (app(), app());
        assert!(one.started().await && two.started().await);
        let one = one.stop().await;
        assert_eq!(two.app().phase(), lifecycle::engine::Phase::Running);
        let two = two.stop().await;
        assert!(one.report.is_success() && two.report.is_success());
    });
}
