//! What even an abort does not end: code that blocks its thread. It is listed as leaked and no longer waited for.
//!
//! These tests have threads and real time, since in paused time nothing resists an abort. The blocked thread waits
//! until the test lets go of it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use lifecycle::app::{Outcome, RunReport};
use lifecycle::component::Custom;
use lifecycle::plan::Stage;
use lifecycle::{App, Context};

use crate::kit::{Done, Graph, Trace, ms, secs, takes};

/// Blocks the threads that ask it to, until it is dropped.
struct Block {
    open: Option<Sender<()>>,
    door: Arc<Mutex<Receiver<()>>>,
}

impl Block {
    fn new() -> Self {
        let (open, door) = channel();
        Self {
            open: Some(open),
            door: Arc::new(Mutex::new(door)),
        }
    }

    fn hook(&self) -> impl Fn(Context) -> std::future::Ready<Done> + Send + Sync + 'static {
        let door = Arc::clone(&self.door);
        move |_| {
            let _ = door.lock().unwrap().recv_timeout(secs(20));
            std::future::ready(Ok(()))
        }
    }

    /// Runs a plan, asks it to stop when it is up, and lets the threads go when it has ended.
    fn run(
        mut self,
        graph: Graph,
        set_up: impl FnOnce(lifecycle::app::AppBuilder) -> lifecycle::app::AppBuilder,
    ) -> RunReport {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(3)
            .enable_all()
            .build()
            .unwrap();
        let app = set_up(App::builder(graph.plan()));
        let report = runtime.block_on(async {
            let running = app.start();
            running.app().started().await;
            running.app().shutdown("the test is over");
            running.wait().await
        });
        self.open.take();
        report
    }
}

fn soon(c: Custom) -> Custom {
    c.declare(|d| d.stop_timeout(ms(50)).start_timeout(ms(50)))
}

#[test]
fn a_stop_hook_that_blocks_its_thread_is_given_up_and_the_order_goes_on() {
    let (block, trace) = (Block::new(), Trace::default());
    let graph = Graph::new()
        .resource("base", &[], |c| c.stop(trace.hook("stop base")))
        .resource("stuck", &["base"], |c| soon(c).stop(block.hook()));
    let report = block.run(graph, |app| app);
    assert_eq!(trace.all(), ["stop base"]);
    assert_eq!(report.exit_code(), 75);
    assert_eq!(report.component("stuck").unwrap().outcome, Outcome::GivenUp);
    let [leak] = report.leaked() else {
        panic!("{report}")
    };
    assert_eq!((&*leak.component, leak.stage), ("stuck", Stage::Stop));
    assert_eq!((&*leak.task, leak.budget), ("stop", ms(50)));
    assert!(leak.elapsed >= ms(500) && leak.elapsed < secs(5));
}

#[test]
fn a_task_that_blocks_its_thread_is_listed_with_where_it_was_spawned() {
    let block = Block::new();
    let stuck = Arc::new(block.hook());
    let line = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&line);
    let graph = Graph::new().resource("a", &[], |c| {
        soon(c).start(move |cx: Context| {
            let (stuck, line) = (Arc::clone(&stuck), Arc::clone(&line));
            async move {
                cx.note("importing 3/10");
                let own = cx.clone();
                line.store(line!() + 1, Ordering::Relaxed);
                cx.spawn("import", async move { stuck(own).await });
                takes(ms(1)).await
            }
        })
    });
    let report = block.run(graph, |app| app);
    let [leak] = report.leaked() else {
        panic!("{report}")
    };
    assert_eq!((&*leak.task, leak.stage), ("import", Stage::Task));
    let line = seen.load(Ordering::Relaxed);
    assert!(
        leak.spawned_at.contains(&format!("given_up.rs:{line}:")),
        "{}",
        leak.spawned_at
    );
    let text = report.to_string();
    assert!(
        text.contains("  leaked: `import` of `a`, alive for "),
        "{text}"
    );
}

#[test]
fn a_start_hook_that_blocks_its_thread_is_given_up() {
    let (block, trace) = (Block::new(), Trace::default());
    let graph = Graph::new()
        .resource("base", &[], |c| c.stop(trace.hook("stop base")))
        .resource("stuck", &["base"], |c| soon(c).start(block.hook()));
    let report = block.run(graph, |app| app);
    assert_eq!(report.exit_code(), 69);
    assert_eq!(report.leaked().len(), 1);
    assert_eq!(report.leaked()[0].stage, Stage::Start);
    assert_eq!(trace.all(), ["stop base"]);
}

#[test]
fn a_load_hook_that_blocks_its_thread_is_given_up() {
    let block = Block::new();
    let graph = Graph::new().resource("stuck", &[], |c| soon(c).load(block.hook()));
    let report = block.run(graph, |app| app);
    assert_eq!(report.exit_code(), 78);
    assert_eq!(report.leaked().len(), 1);
}

#[test]
fn a_drop_that_blocks_its_thread_is_given_up() {
    struct Stuck(Arc<Mutex<Receiver<()>>>);
    impl Drop for Stuck {
        fn drop(&mut self) {
            let _ = self.0.lock().unwrap().recv_timeout(secs(20));
        }
    }
    let block = Block::new();
    let door = Arc::clone(&block.door);
    let graph = Graph::new().resource("stuck", &[], |c| {
        soon(c).start(move |_| {
            let value = Stuck(Arc::clone(&door));
            async move { Ok::<_, std::io::Error>(value) }
        })
    });
    let report = block.run(graph, |app| app);
    assert_eq!(report.exit_code(), 75);
    assert_eq!(report.leaked()[0].stage, Stage::Cleanup);
}

#[test]
fn what_is_forced_and_blocks_does_not_keep_the_cleanups_below_from_running() {
    let (block, trace) = (Block::new(), Trace::default());
    let said = trace.clone();
    let graph = Graph::new()
        .resource("base", &[], |c| {
            c.start(move |cx: Context| {
                let said = said.clone();
                async move {
                    cx.on_cleanup("undo", move || async move { said.say("undo base") });
                    takes(ms(1)).await
                }
            })
        })
        .resource("stuck", &["base"], |c| c.stop(block.hook()));
    let report = block.run(graph, |app| app.shutdown_timeout(ms(100)));
    assert_eq!(report.exit_code(), 75);
    assert!(report.total_time() < secs(3));
    assert_eq!(trace.all(), ["undo base"]);
}

/// Waits until the door opens, when it is dropped.
struct Waits(Arc<Mutex<Receiver<()>>>);

impl Drop for Waits {
    fn drop(&mut self) {
        let _ = self.0.lock().unwrap().recv_timeout(secs(20));
    }
}

#[test]
fn a_cleanup_whose_drop_waits_for_what_hangs_holds_up_nobody() {
    let block = Block::new();
    let (stuck, door) = (Arc::new(block.hook()), Arc::clone(&block.door));
    let graph = Graph::new().resource("stuck", &[], |c| {
        soon(c).start(move |cx: Context| {
            let (stuck, waits) = (Arc::clone(&stuck), Waits(Arc::clone(&door)));
            async move {
                cx.on_cleanup("let go", move || async move { drop(waits) });
                let own = cx.clone();
                cx.spawn("import", async move { stuck(own).await });
                takes(ms(1)).await
            }
        })
    });
    let report = block.run(graph, |app| app);
    assert_eq!(report.component("stuck").unwrap().outcome, Outcome::GivenUp);
    assert!(report.total_time() < secs(10), "{report}");
}
