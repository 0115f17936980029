//! Real threads, which paused time does not have: nobody sleeps on while there is an event.

use lifecycle::event::Handling;

use super::{Ping, says, stats};
use crate::kit::{Graph, Trace};

const THREADS: u32 = 4;
const EACH: u32 = 2_000;

#[test]
fn what_many_threads_emit_is_all_handled() {
    let all = Handling {
        capacity: ((THREADS + 1) * EACH) as usize,
        ..Handling::DEFAULT
    };
    let several = Handling {
        concurrency: 3,
        ..all
    };
    let trace = Trace::default();
    let app = Graph::new()
        .resource("one", &[], says(&trace, 0, all))
        .resource("three", &[], says(&Trace::default(), 0, several))
        .app();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(async {
        let app = app.start();
        assert!(app.started().await);
        let handle = app.app();
        let threads: Vec<_> = (0..THREADS)
            .map(|from| {
                let handle = handle.clone();
                std::thread::spawn(move || {
                    (0..EACH).for_each(|number| handle.emit(Ping(from * EACH + number)));
                })
            })
            .collect();
        for number in 0..EACH {
            // One after the other, each of which wakes those who have nothing to do.
            assert_eq!(
                handle
                    .emit_and_wait(Ping(THREADS * EACH + number))
                    .await
                    .handled,
                2
            );
        }
        for thread in threads {
            thread.join().unwrap();
        }
        app.stop().await.report
    });
    let total = (THREADS + 1) * EACH;
    for name in ["one", "three"] {
        assert_eq!(stats(&report, name).handled, u64::from(total), "{name}");
    }
    let heard = trace.all().into_iter();
    let heard: Vec<u32> = heard
        .map(|line| line["one ".len()..].parse().unwrap())
        .collect();
    for from in 0..=THREADS {
        let own = heard.iter().filter(|number| **number / EACH == from);
        assert!(own.is_sorted(), "{from}");
    }
}
