//! What goes along with an app, from before its first hook to after its last.

use std::sync::Arc;

use lifecycle::AppHandle;
use lifecycle::app::Companion;
use lifecycle::component::BoxFuture;
use lifecycle::engine::What;
use lifecycle::observe::{Event, Observer};
use lifecycle::testing::TestApp;
use tokio::time::Instant;

use crate::kit::{Graph, Logged, Trace, fails, ms, secs, takes, works};

/// Its work, for a companion that keeps phases and says when it is called.
type Work = Box<dyn Fn(AppHandle) -> BoxFuture<()> + Send + Sync>;

struct Along {
    name: &'static str,
    trace: Trace,
    work: Work,
}

impl Along {
    fn new<F>(
        name: &'static str,
        trace: &Trace,
        work: impl Fn(AppHandle) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            name,
            trace: trace.clone(),
            work: Box::new(move |app| Box::pin(work(app))),
        }
    }
}

impl Observer for Along {
    fn on_event(&self, event: &Event<'_>) {
        if let What::Phase(phase) = event.what() {
            self.trace.say(format!("{} sees {phase}", self.name));
        }
    }
}

impl Companion for Along {
    fn accompany(self: Arc<Self>, app: AppHandle) -> BoxFuture<()> {
        self.trace.say(format!("{} goes along", self.name));
        (self.work)(app)
    }

    fn observer(self: Arc<Self>) -> Option<Arc<dyn Observer>> {
        Some(self)
    }
}

/// An app with one service, which says when it loads and ends by itself.
fn app(trace: &Trace) -> TestApp {
    let load = trace.hook("load");
    Graph::new()
        .service("job", &[], |c| c.load(load).run(|_| takes(ms(50))))
        .app()
}

#[test]
fn it_is_there_before_the_first_hook_and_sees_all_that_happens() {
    let trace = Trace::default();
    let last = trace.clone();
    let along = Along::new("town", &trace, move |app| {
        let last = last.clone();
        async move {
            app.ended().await;
            last.say(format!("it is {}", app.phase()));
        }
    });
    let ended = app(&trace).with(|app| app.with(along)).run_to_end();
    assert_eq!(ended.report.exit_code(), 0);
    assert_eq!(
        trace.all(),
        [
            "town goes along",
            "town sees loading",
            "load",
            "town sees starting",
            "town sees running",
            "town sees stopping",
            "town sees cleaning up",
            "town sees ended",
            "it is ended"
        ]
    );
}

#[test]
fn it_goes_along_with_a_check_of_the_configuration_too() {
    let trace = Trace::default();
    let along = Along::new("town", &trace, |app| async move { app.ended().await });
    let graph = Graph::new().resource("base", &[], |c| c.load(trace.hook("load")));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let builder = lifecycle::App::builder(graph.plan()).with(along);
    let report = runtime.block_on(builder.check());
    assert!(report.is_success());
    let all = trace.all();
    assert_eq!(all[..3], ["town goes along", "town sees loading", "load"]);
    assert_eq!(all.last().unwrap(), "town sees ended");
}

#[test]
fn several_go_along_and_see_each_event_in_the_order_in_which_they_were_added() {
    let trace = Trace::default();
    let new = |name| Along::new(name, &trace, |app| async move { app.ended().await });
    let (one, two) = (new("one"), new("two"));
    let ended = app(&trace).with(|app| app.with(one).with(two)).run_to_end();
    assert!(ended.report.is_success());
    let all = trace.all();
    assert_eq!(all[..2], ["one goes along", "two goes along"]);
    let seen = all.iter().filter(|said| said.contains("sees"));
    let seen: Vec<_> = seen.collect();
    assert_eq!(seen.len(), 12);
    for pair in seen.chunks(2) {
        let (first, second) = (pair[0].strip_prefix("one"), pair[1].strip_prefix("two"));
        assert!(first.is_some() && first == second, "{pair:?}");
    }
}

/// Runs an app with these companions; gives how often the log tells of one that panicked.
fn panicked(add: impl FnOnce(lifecycle::app::AppBuilder) -> lifecycle::app::AppBuilder) -> usize {
    let (trace, logged) = (Trace::default(), Logged::default());
    let ended =
        tracing::subscriber::with_default(logged.clone(), || app(&trace).with(add).run_to_end());
    assert_eq!(ended.report.exit_code(), 0, "it changes nothing");
    assert!(ended.report.errors().is_empty());
    let lines = logged.0.all();
    let words =
        "ERROR message=a companion of the app panicked: `app::companion::Along` does no more";
    lines.iter().filter(|line| *line == words).count()
}

#[test]
fn a_panic_when_it_is_called_is_logged_and_changes_nothing() {
    let trace = Trace::default();
    let other = trace.clone();
    let broken = Along {
        name: "broken",
        trace: trace.clone(),
        work: Box::new(|_| panic!("no shoes")),
    };
    let well = Along::new("well", &trace, move |app| {
        let other = other.clone();
        async move {
            app.ended().await;
            other.say("well to the end");
        }
    });
    assert_eq!(panicked(|app| app.with(broken).with(well)), 1);
    // Its eyes are as good as before.
    assert_eq!(trace.count("broken sees ended"), 1);
    assert_eq!(trace.count("well to the end"), 1);
}

#[test]
fn a_panic_of_its_work_is_logged_and_changes_nothing() {
    let trace = Trace::default();
    let early = Along::new("early", &trace, |_| async { panic!("at once") });
    let late = Along::new("late", &trace, |app| async move {
        app.ended().await;
        panic!("at the end")
    });
    assert_eq!(panicked(|app| app.with(early).with(late)), 2);
}

/// Panics when it is dropped, also as what somebody panicked with.
struct Heavy;

impl Drop for Heavy {
    fn drop(&mut self) {
        panic!("dropped")
    }
}

#[test]
fn what_it_panics_with_may_panic_once_more() {
    let trace = Trace::default();
    let along = Along::new("heavy", &trace, |_| async {
        std::panic::panic_any(Heavy);
    });
    assert_eq!(panicked(|app| app.with(along)), 1);
}

/// Runs an app that ends after 50 ms and has a companion of this kind; gives how much later the report was there.
fn late_by<F>(work: impl Fn(AppHandle) -> F + Send + Sync + 'static) -> std::time::Duration
where
    F: Future<Output = ()> + Send + 'static,
{
    let trace = Trace::default();
    let along = Along::new("slow", &trace, work);
    app(&trace).with(|app| app.with(along)).run(|app| async {
        let begun = Instant::now();
        let report = app.ended().await.report;
        assert_eq!(report.exit_code(), 0);
        // The app itself ended when it ended.
        assert_eq!(report.total_time(), ms(50));
        begun.elapsed() - ms(50)
    })
}

#[test]
fn the_report_waits_for_its_last_words() {
    let late = late_by(|app| async move {
        app.ended().await;
        tokio::time::sleep(ms(300)).await;
    });
    assert_eq!(late, ms(300));
    assert_eq!(late_by(|_| async {}), ms(0), "not for one that is done");
}

#[test]
fn one_that_does_not_end_is_dropped_after_a_second() {
    /// Says that it is dropped.
    struct Guard(Trace);

    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.say("dropped");
        }
    }

    let trace = Trace::default();
    let said = trace.clone();
    let late = late_by(move |_| {
        let guard = Guard(said.clone());
        async move {
            let _guard = guard;
            std::future::pending().await
        }
    });
    assert_eq!(late, secs(1));
    assert_eq!(trace.count("dropped"), 1);
    // And the drop may go wrong.
    let late = late_by(|_| async {
        let _heavy = Heavy;
        std::future::pending().await
    });
    assert_eq!(late, secs(1));
}

#[test]
fn it_may_stop_the_app_and_is_no_reason_for_it_to_stay() {
    let trace = Trace::default();
    let along = Along::new("town", &trace, |app| async move {
        assert!(app.started().await);
        app.shutdown("the town is asleep");
        app.ended().await;
    });
    let graph = Graph::new().service("api", &[], |c| c.run(works));
    let ended = graph.app().with(|app| app.with(along)).run_to_end();
    let cause = ended.report.cause().unwrap().to_string();
    assert_eq!(cause, "it was asked to: the town is asleep");
}

#[test]
fn it_sees_how_a_start_fails() {
    let trace = Trace::default();
    let status = trace.clone();
    let along = Along::new("town", &trace, move |app| {
        let status = status.clone();
        async move {
            app.ended().await;
            let failed = app.status().component("base").unwrap().failed;
            status.say(format!("failed: {failed}"));
        }
    });
    let graph = Graph::new().resource("base", &[], |c| c.start(|_| fails("no disk")));
    let ended = graph.app().with(|app| app.with(along)).run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(trace.count("failed: true"), 1);
}
