//! Checks that do not answer.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use lifecycle::app::App;
use lifecycle::health::Level;
use lifecycle::plan::CheckPolicy;

use super::report;
use crate::kit::{Graph, hangs, ms, secs, takes};

#[test]
fn one_that_waits_for_ever_is_dropped_and_called_again() {
    let calls = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&calls);
    let how = CheckPolicy::new().down_every(secs(5));
    let graph = Graph::new().resource("a", &[], |c| {
        c.health(how, move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            hangs()
        })
    });
    graph.app().run(|app| async move {
        takes(secs(60)).await.unwrap();
        let report = report(&app);
        let a = report.component("a").unwrap();
        assert_eq!(a.health.reason(), Some("the check took longer than 1 s"));
        let check = a.check.as_ref().unwrap();
        assert_eq!((check.took, check.hanging), (secs(1), None));
        // One in 5.5 to 6 s.
        let calls = calls.load(Ordering::Relaxed);
        assert!((10..=11).contains(&calls), "{calls}");
        assert_eq!(check.failures, calls);
        assert!(app.stop().await.report.is_success());
    });
}

/// Waits in real time, until it is so.
async fn until(mut so: impl FnMut() -> bool) {
    let waits = async {
        while !so() {
            tokio::time::sleep(ms(1)).await;
        }
    };
    tokio::time::timeout(secs(30), waits)
        .await
        .expect("it is so in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_blocks_its_thread_is_not_called_again_until_it_has_ended() {
    let (release, released) = mpsc::channel::<()>();
    let (calls, released) = (Arc::new(AtomicU32::new(0)), Mutex::new(released));
    let count = Arc::clone(&calls);
    let every = ms(20);
    let how = CheckPolicy::new()
        .every(every)
        .down_every(every)
        .timeout(ms(10));
    let graph = Graph::new().resource("a", &[], |c| {
        c.health(how, move |_| {
            if count.fetch_add(1, Ordering::Relaxed) == 0 {
                let _ = released.lock().unwrap().recv();
            }
            async {}
        })
    });
    let running = App::builder(graph.plan()).start();
    let app = running.app();
    let answer = || app.health().component("a").unwrap().check.clone();
    until(|| answer().is_some_and(|answer| answer.failures >= 4)).await;
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    let report = app.health();
    let a = report.component("a").unwrap();
    assert_eq!(a.health.level(), Level::Unhealthy);
    let reason = a.health.reason().unwrap();
    let time = reason.strip_prefix("the check has not answered for ");
    assert!(
        time.is_some_and(|time| time.ends_with("s (limit 10 ms)")),
        "{reason}"
    );
    assert!(a.check.as_ref().unwrap().hanging > Some(Duration::from_millis(10)));
    release.send(()).unwrap();
    until(|| app.is_ready()).await;
    assert!(calls.load(Ordering::Relaxed) >= 3);
    assert_eq!(answer().unwrap().hanging, None);
    app.shutdown("enough");
    assert!(running.wait().await.is_success());
}
