//! On several threads at once: nothing that is asked is lost, and nothing overlaps.

#![allow(
    clippy::disallowed_methods,
    reason = "those who ask here are no part of the app"
)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lifecycle::Context;
use lifecycle::micro::Priority;

use crate::kit::{Graph, ms, takes, works};

/// How many threads ask, and how often each.
const THREADS: u64 = 4;
const ASKS: u64 = 2_000;

/// Waits until it is so; a lost wake-up would have it wait for ever.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let waits = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    let soon = tokio::time::timeout(Duration::from_secs(60), waits).await;
    assert!(soon.is_ok(), "{what} never comes");
}

/// A number that is raised before each poke is seen by a run that follows.
#[test]
fn what_was_written_before_it_was_asked_for_is_seen_by_a_run() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let kept = Arc::new(OnceLock::new());
        let keeps = kept.clone();
        let graph = Graph::new().service("jobs", &[], |c| {
            c.start(move |cx: Context| {
                keeps.set(cx).unwrap();
                takes(ms(0))
            })
            .run(works)
        });
        let app = graph.app();
        let app = app.with(|app| app.task_limit(1).micro_limit(2));
        let app = app.start();
        assert!(app.started().await);
        let cx = kept.get().unwrap().clone();

        let (written, seen) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (micro, in_turn) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let reads = {
            let (written, seen) = (written.clone(), seen.clone());
            let running = Arc::new(AtomicBool::new(false));
            move || {
                let (written, seen, running) = (written.clone(), seen.clone(), running.clone());
                async move {
                    assert!(!running.swap(true, Ordering::SeqCst), "two runs overlap");
                    seen.store(written.load(Ordering::SeqCst), Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    running.store(false, Ordering::SeqCst);
                }
            }
        };
        let wake = cx.wake("wake", reads);
        let task = {
            let (written, in_turn) = (written.clone(), in_turn.clone());
            cx.task("task", move |_| {
                in_turn.store(written.load(Ordering::SeqCst), Ordering::SeqCst);
                async {}
            })
        };
        let threads = (0..THREADS).map(|thread| {
            let (cx, wake, task) = (cx.clone(), wake.clone(), task.clone());
            let (written, micro) = (written.clone(), micro.clone());
            std::thread::spawn(move || {
                for ask in 0..ASKS {
                    written.fetch_add(1, Ordering::SeqCst);
                    wake.poke();
                    match (thread + ask) % 3 {
                        0 => task.queue(),
                        1 => task.queue_first(),
                        _ => task.after(Duration::ZERO),
                    }
                    let micro = micro.clone();
                    cx.micro(Priority::Medium, Duration::MAX, move || async move {
                        micro.fetch_add(1, Ordering::SeqCst);
                    });
                }
            })
        });
        for thread in threads.collect::<Vec<_>>() {
            thread.join().unwrap();
        }
        let all = THREADS * ASKS;
        until("the last poke", || seen.load(Ordering::SeqCst) == all).await;
        until("the last ask", || in_turn.load(Ordering::SeqCst) == all).await;
        until("the last micro-task", || {
            micro.load(Ordering::SeqCst) == all
        })
        .await;
        let handle = app.app();
        let is_idle = || handle.micro_load().running + handle.task_load().running == 0;
        until("rest", is_idle).await;
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0, "{report}");
        let tasks = report.component("jobs").unwrap().tasks.clone().unwrap();
        assert_eq!(tasks.stats.begun, tasks.stats.done, "{:?}", tasks.errors);
        assert_eq!(tasks.stats.dropped, 0);
    });
}
