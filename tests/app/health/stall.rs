//! A scheduler that stands still, in real time.

use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use lifecycle::app::App;

use crate::kit::{Graph, Logged, ms};

/// Waits outside of any runtime, until it is so.
#[expect(
    clippy::disallowed_methods,
    reason = "a scheduler stands still in real time"
)]
fn until(so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "it is so in time"
        );
        std::thread::sleep(ms(1));
    }
}

/// A service that blocks its thread until it is released.
fn blocker() -> (Graph, mpsc::Sender<()>) {
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let graph = Graph::new().service("importer", &[], |c| {
        c.run(move |cx| {
            let _ = released.lock().unwrap().recv();
            crate::kit::works(cx)
        })
    });
    (graph, release)
}

fn runtime(threads: usize) -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .worker_threads(threads)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn a_stalled_scheduler_is_noticed_and_who_holds_it_is_named() {
    // Dropped after what holds its threads.
    let runtime = runtime(1);
    let (graph, release) = blocker();
    let logged = Logged::default();
    let running = tracing::subscriber::with_default(logged.clone(), || {
        let _inside = runtime.enter();
        App::builder(graph.plan()).stall_limit(ms(50)).start()
    });
    let app = running.app();
    until(|| !app.is_live());
    let report = app.health();
    let group = report.group("liveness").unwrap();
    let reason = &group.failing[0].reason;
    assert!(
        reason.starts_with("the scheduler has not run anything for "),
        "{reason}"
    );
    assert!(
        reason.contains("; `importer` (run) has held a thread for "),
        "{reason}"
    );
    assert_eq!(group.failing[0].component, None);
    assert!(!app.is_ready());
    let overall = report.health.reason().unwrap();
    assert!(overall.contains("`importer`"), "{overall}");
    release.send(()).unwrap();
    until(|| app.is_live());
    app.shutdown("enough");
    assert!(runtime.block_on(running.wait()).is_success());
    let lines = logged.0.all();
    let about = |words: &str| lines.iter().filter(|line| line.contains(words)).count();
    assert_eq!(
        about("ERROR message=the scheduler has not run anything for "),
        1,
        "{lines:?}"
    );
    assert_eq!(
        about("INFO message=the scheduler runs again, after "),
        1,
        "{lines:?}"
    );
}

#[test]
fn one_that_holds_a_thread_while_others_go_on_is_warned_of_once() {
    // Dropped after what holds its threads.
    let runtime = runtime(2);
    let (graph, release) = blocker();
    let logged = Logged::default();
    let running = tracing::subscriber::with_default(logged.clone(), || {
        let _inside = runtime.enter();
        App::builder(graph.plan()).stall_limit(ms(50)).start()
    });
    let slow = || {
        let lines = logged.0.all().into_iter();
        lines
            .filter(|line| line.contains("`importer` (run) has held a thread"))
            .count()
    };
    until(|| slow() > 0);
    assert!(running.app().is_live());
    release.send(()).unwrap();
    running.app().shutdown("enough");
    assert!(runtime.block_on(running.wait()).is_success());
    assert_eq!(slow(), 1);
}

#[test]
fn without_a_limit_nobody_watches() {
    // Dropped after what holds its threads.
    let runtime = runtime(1);
    let (graph, release) = blocker();
    let running = {
        let _inside = runtime.enter();
        App::builder(graph.plan()).start()
    };
    release.send(()).unwrap();
    assert!(running.app().is_live());
    running.app().shutdown("enough");
    assert!(runtime.block_on(running.wait()).is_success());
}
