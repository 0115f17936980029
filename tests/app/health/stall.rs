//! A scheduler that stands still, in real time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
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

/// Longer than a busy machine keeps a thread waiting.
const LIMIT: Duration = Duration::from_secs(1);

/// Releases a service, and says whether it blocks.
struct Blocker {
    blocks: Arc<AtomicBool>,
    release: mpsc::Sender<()>,
}

/// A service that blocks its thread until it is released.
fn blocker() -> (Graph, Blocker) {
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let blocks = Arc::new(AtomicBool::new(false));
    let says = Arc::clone(&blocks);
    let graph = Graph::new().service("importer", &[], |c| {
        c.run(move |cx| {
            says.store(true, Ordering::SeqCst);
            let _ = released.lock().unwrap().recv();
            crate::kit::works(cx)
        })
    });
    (graph, Blocker { blocks, release })
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
    let (graph, blocker) = blocker();
    let logged = Logged::default();
    let running = tracing::subscriber::with_default(logged.clone(), || {
        let _inside = runtime.enter();
        App::builder(graph.plan()).stall_limit(LIMIT).start()
    });
    let app = running.app();
    until(|| blocker.blocks.load(Ordering::SeqCst));
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
    blocker.release.send(()).unwrap();
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
    let (graph, blocker) = blocker();
    let logged = Logged::default();
    let running = tracing::subscriber::with_default(logged.clone(), || {
        let _inside = runtime.enter();
        App::builder(graph.plan()).stall_limit(LIMIT).start()
    });
    let slow = || {
        let lines = logged.0.all().into_iter();
        lines
            .filter(|line| line.contains("`importer` (run) has held a thread"))
            .count()
    };
    until(|| slow() > 0);
    until(|| running.app().is_live());
    blocker.release.send(()).unwrap();
    running.app().shutdown("enough");
    assert!(runtime.block_on(running.wait()).is_success());
    assert_eq!(slow(), 1);
}

#[test]
fn without_a_limit_nobody_watches() {
    // Dropped after what holds its threads.
    let runtime = runtime(1);
    let (graph, blocker) = blocker();
    let inside = runtime.enter();
    let idle = Graph::new().resource("idle", &[], |c| c);
    let watched = App::builder(idle.plan()).stall_limit(LIMIT).start();
    assert!(runtime.block_on(watched.app().started()));
    let running = App::builder(graph.plan()).start();
    drop(inside);
    until(|| blocker.blocks.load(Ordering::SeqCst));
    // Both stand still, and one is told.
    until(|| !watched.app().is_live());
    assert!(running.app().is_live());
    blocker.release.send(()).unwrap();
    for running in [watched, running] {
        running.app().shutdown("enough");
        assert!(runtime.block_on(running.wait()).is_success());
    }
}
