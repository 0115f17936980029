//! Panics are caught wherever user code runs; what they say and where is kept, once.

use std::panic::panic_any;

use lifecycle::Error;
use lifecycle::component::Custom;
use lifecycle::plan::{CheckPolicy, Stage};
use lifecycle::prelude::*;
use lifecycle::testing::{Ended, TestApp};

use crate::kit::{Done, Graph, Trace, hangs, ms, panics, takes, works};

/// Runs until everything is up and then to the end.
fn runs(graph: Graph) -> Ended {
    graph.app().run(|app| async move {
        if app.started().await {
            takes(ms(1)).await.unwrap();
            app.app().shutdown("done");
        }
        app.ended().await
    })
}

/// The one panic of a run: its stage, its message, and where it happened.
#[track_caller]
fn only(ended: &Ended) -> (Stage, String, String) {
    let [
        Error::Panicked {
            stage,
            message,
            location,
            ..
        },
    ] = ended.report.errors()
    else {
        panic!("{}", ended.report)
    };
    let location = location.clone().unwrap_or_default();
    (*stage, message.clone(), location)
}

#[test]
fn a_panic_in_every_hook_is_kept_once_with_its_place() {
    type Hook = fn(Custom) -> Custom;
    let hooks: [(Stage, Hook); 6] = [
        (Stage::Load, |c| c.load(|_| panics("oh"))),
        (Stage::Start, |c| c.start(|_| panics("oh"))),
        (Stage::Run, |c| c.run(|_| panics("oh"))),
        (Stage::Drain, |c| c.run(works).drain(|_| panics("oh"))),
        (Stage::Stop, |c| c.run(works).stop(|_| panics("oh"))),
        (Stage::Task, |c| {
            c.run(|cx: Context| {
                cx.spawn("task", panics("oh"));
                works(cx)
            })
        }),
    ];
    for (stage, hook) in hooks {
        let ended = runs(Graph::new().service("a", &[], hook));
        let (seen, message, location) = only(&ended);
        assert_eq!((seen, &*message), (stage, "oh"));
        assert!(location.contains("kit.rs:"), "{location}");
        let code = if stage == Stage::Load { 78 } else { 70 };
        assert_eq!(ended.report.exit_code(), code, "{stage}");
        assert!(ended.log.has("app ended"));
    }
}

#[test]
fn a_panic_before_the_first_await_is_one_too() {
    let ended = runs(Graph::new().service("a", &[], |c| {
        c.run(|_| -> std::future::Ready<Done> { panic!("no future at all") })
    }));
    let (stage, message, location) = only(&ended);
    assert_eq!((stage, &*message), (Stage::Run, "no future at all"));
    assert!(location.contains("panics.rs:"), "{location}");
}

#[resource]
struct Sync;

#[resource]
impl Sync {
    #[start]
    fn new() -> Self {
        Self
    }

    #[stop]
    fn close(&self) {
        panic!("sync stop")
    }
}

#[resource(depends_on = [Sync])]
struct SyncStart;

#[resource]
impl SyncStart {
    #[start]
    fn new() -> Self {
        panic!("sync start")
    }
}

#[test]
fn sync_hooks_may_panic_too() {
    let ended = TestApp::new(lifecycle::plan![SyncStart]).run_to_end();
    let messages: Vec<String> = ended
        .report
        .errors()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(messages.len(), 2);
    assert!(messages[0].starts_with("`SyncStart` panicked in start: sync start (at "));
    assert!(messages[1].starts_with("`Sync` panicked in stop: sync stop (at "));
    assert_eq!(ended.report.exit_code(), 70);
}

#[test]
fn a_panic_in_the_drop_of_a_component_is_kept() {
    struct Bad;
    impl Drop for Bad {
        fn drop(&mut self) {
            panic!("cannot close")
        }
    }
    let trace = Trace::default();
    let ended = runs(
        Graph::new()
            .resource("base", &[], |c| c.stop(trace.hook("stop base")))
            .resource("a", &["base"], |c| {
                c.start(|_| async { Ok::<_, std::io::Error>(Bad) })
            }),
    );
    let (stage, message, location) = only(&ended);
    assert_eq!((stage, &*message), (Stage::Cleanup, "cannot close"));
    assert!(location.contains("panics.rs:"), "{location}");
    assert_eq!(ended.report.exit_code(), 70);
    assert_eq!(trace.all(), ["stop base"]);
}

#[test]
fn a_payload_that_is_no_text_is_said_to_be_none() {
    let ended = runs(Graph::new().service("a", &[], |c| {
        c.run(|_| async {
            panic_any(42_u32);
            #[expect(unreachable_code, reason = "it says what the hook returns")]
            takes(ms(0)).await
        })
    }));
    let (_, message, location) = only(&ended);
    assert_eq!(message, "a value that is no text");
    assert!(location.contains("panics.rs:"), "{location}");
}

#[test]
fn a_payload_that_panics_when_dropped_does_no_harm() {
    struct Evil;
    impl Drop for Evil {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                panic!("again")
            }
        }
    }
    let ended = runs(Graph::new().service("a", &[], |c| {
        c.run(|_| async {
            panic_any(Evil);
            #[expect(unreachable_code, reason = "it says what the hook returns")]
            takes(ms(0)).await
        })
    }));
    assert_eq!(only(&ended).1, "a value that is no text");
}

/// Panics when it is dropped.
struct Mine(&'static str);

impl Drop for Mine {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("{}", self.0)
        }
    }
}

#[test]
fn a_panic_in_the_drop_of_a_future_that_ended_is_kept() {
    let ended = runs(Graph::new().service("a", &[], |c| {
        c.run(|_| {
            let mine = Mine("in drop");
            async move {
                let _mine = mine;
                takes(ms(0)).await
            }
        })
    }));
    assert_eq!(only(&ended).1, "in drop");
    assert_eq!(ended.report.exit_code(), 70);
}

#[test]
fn a_panic_in_the_drop_of_a_future_that_was_aborted_is_kept() {
    let ended = runs(Graph::new().service("a", &[], |c| {
        c.run(|_| {
            let mine = Mine("in drop");
            async move {
                let _mine = mine;
                hangs().await
            }
        })
    }));
    let errors = crate::kit::errors(&ended.report);
    assert!(
        errors
            .iter()
            .any(|error| error.contains("`a` panicked in run: in drop")),
        "{errors:?}"
    );
    assert_ne!(ended.report.exit_code(), 0);
    assert!(ended.log.has("a down"));
}

#[test]
fn a_panic_in_a_health_check_is_an_answer_and_no_failure() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.health(CheckPolicy::DEFAULT, |_| panics("ill"))
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(ms(1)).await.unwrap();
        let status = app.app().status();
        let answer = status.component("a").unwrap().check.clone().unwrap();
        let problem = answer.health.reason().unwrap();
        assert!(
            problem.starts_with("the check panicked: ill (at "),
            "{problem}"
        );
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        assert!(report.errors().is_empty());
    });
}

/// Its text asks for the status first, or panics; and so may its drop.
#[derive(Debug)]
struct Nasty {
    panics_printed: bool,
    panics_dropped: bool,
}

impl Nasty {
    const PRINTED: Self = Self {
        panics_printed: true,
        panics_dropped: false,
    };
    const DROPPED: Self = Self {
        panics_printed: false,
        panics_dropped: true,
    };
    const BOTH: Self = Self {
        panics_printed: true,
        panics_dropped: true,
    };
}

impl std::fmt::Display for Nasty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        assert!(!self.panics_printed, "printed");
        let app = Context::try_current().map(|cx| cx.app());
        let components = app.map_or(0, |app| app.status().components.len());
        write!(f, "nasty, in an app of {components}")
    }
}

impl std::error::Error for Nasty {}

impl Drop for Nasty {
    fn drop(&mut self) {
        assert!(!self.panics_dropped || std::thread::panicking(), "dropped");
    }
}

const UNPRINTABLE: &str = "an error that panics when it is printed";

/// What each of them says.
type Case = (fn() -> Nasty, &'static str);

fn nasty() -> [Case; 3] {
    [
        (|| Nasty::PRINTED, UNPRINTABLE),
        (|| Nasty::DROPPED, "nasty, in an app of 1"),
        (|| Nasty::BOTH, UNPRINTABLE),
    ]
}

#[test]
fn a_schedule_survives_what_its_errors_do() {
    for (error, text) in nasty() {
        let start = move |cx: Context| {
            let how = lifecycle::schedule::Every::new(ms(10));
            cx.every("work", how, move || async move { Err::<(), _>(error()) });
            takes(ms(0))
        };
        let graph = Graph::new().resource("a", &[], |c| c.start(start));
        graph.app().run(|app| async move {
            takes(ms(25)).await.unwrap();
            let status = app.app().status();
            let schedule = &status.component("a").unwrap().schedules[0];
            assert_eq!((schedule.failed, schedule.panicked), (2, 0));
            assert_eq!(schedule.last_error.as_deref(), Some(text));
            let report = app.stop().await.report;
            assert_eq!(report.exit_code(), 0, "{report}");
        });
    }
}

#[test]
fn a_health_check_survives_what_its_errors_do() {
    for (error, text) in nasty() {
        let check = move |_: Context| async move { Err::<(), _>(error()) };
        let graph = Graph::new().resource("a", &[], |c| c.health(CheckPolicy::DEFAULT, check));
        graph.app().run(|app| async move {
            takes(ms(25)).await.unwrap();
            let status = app.app().status();
            let answer = status.component("a").unwrap().check.clone().unwrap();
            assert_eq!(answer.health.reason(), Some(text));
            let report = app.stop().await.report;
            assert_eq!(report.exit_code(), 0, "{report}");
        });
    }
}

#[test]
fn a_handler_survives_what_its_errors_do() {
    struct Ping;
    for (error, text) in nasty() {
        let hear = move |_: Context, _: std::sync::Arc<Ping>| async move { Err::<(), _>(error()) };
        let graph = Graph::new().resource("a", &[], |c| {
            c.on("hear", lifecycle::event::Handling::DEFAULT, hear)
        });
        graph.app().run(|app| async move {
            assert_eq!(app.app().emit_and_wait(Ping).await.failed, 1);
            let report = app.stop().await.report;
            assert_eq!(report.exit_code(), 0, "{report}");
            let handlers = &report.component("a").unwrap().handlers;
            assert_eq!(handlers[0].errors, [text]);
        });
    }
}

#[test]
fn a_task_survives_what_its_errors_do() {
    for (error, text) in nasty() {
        let start = move |cx: Context| {
            let task = cx.task("work", move |_| async move { Err::<(), _>(error()) });
            task.queue();
            takes(ms(0))
        };
        let graph = Graph::new().resource("a", &[], |c| c.start(start));
        graph.app().run(|app| async move {
            takes(ms(25)).await.unwrap();
            let report = app.stop().await.report;
            assert_eq!(report.exit_code(), 0, "{report}");
            let tasks = report.component("a").unwrap().tasks.as_ref().unwrap();
            let told = format!("`a` failed in task: the task `work` failed: {text}");
            assert_eq!((tasks.stats.failed, &tasks.errors[..]), (1, &[told][..]));
        });
    }
}

#[test]
fn a_pool_survives_what_its_errors_do() {
    for (error, text) in nasty() {
        let start = move |cx: Context| async move {
            let pool =
                lifecycle::pool::Workers::builder(move |()| async move { Err::<(), _>(error()) });
            let pool = pool.start(&cx);
            for _ in 0..2 {
                pool.try_submit(()).unwrap();
            }
            Done::Ok(())
        };
        let graph = Graph::new().resource("a", &[], |c| c.start(start));
        graph.app().run(|app| async move {
            takes(ms(25)).await.unwrap();
            let report = app.stop().await.report;
            assert_eq!(report.exit_code(), 0, "{report}");
            let [pool] = &report.component("a").unwrap().pools[..] else {
                panic!("{report}");
            };
            assert_eq!(
                (pool.stats.failed, &pool.errors[..]),
                (2, &[text.to_owned(), text.to_owned()][..])
            );
        });
    }
}
