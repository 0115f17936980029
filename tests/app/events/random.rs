//! Random apps: each event is handled once by each handler, in order, or counted, and whoever waits is told.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use lifecycle::Context;
use lifecycle::component::Custom;
use lifecycle::context::AppHandle;
use lifecycle::event::{Delivery, Handling};
use lifecycle::plan::{Restart, Scope};

use super::adds_up;
use crate::kit::{Done, Graph, Run, fails, ms, panics, runs, secs, takes, works};

/// How many apps are played.
const CASES: u64 = 300;

/// Who emitted it, the how many-th it was, and what its handler does.
#[derive(Clone, Copy)]
struct News {
    from: usize,
    number: u32,
    chore: u32,
}

type Heard = Arc<Mutex<Vec<(usize, u32)>>>;

/// A component with a handler that keeps what it heard, and may do anything.
fn ear(random: &mut fastrand::Rng, heard: &Heard, custom: Custom) -> (Custom, bool) {
    let concurrency = if random.bool() { 1 } else { random.usize(2..4) };
    let how = Handling {
        capacity: random.usize(1..30),
        concurrency,
    };
    let first = random.u64(1..200);
    let calls = match random.u32(0..3) {
        0 => [Run::Fails(first), Run::Works],
        1 => [Run::Again(first), Run::Works],
        _ => [Run::Works, Run::Works],
    };
    let scope = [Scope::Itself, Scope::Dependents][random.usize(0..2)];
    let restart = random.u32(0..4) > 0;
    let start = ms(random.u64(0..100));
    let heard = heard.clone();
    let custom = custom
        .declare(|d| {
            let d = d.optional(true).scope(scope).stop_timeout(ms(300));
            let d = d.backoff(ms(10), ms(50));
            if restart {
                d.restart(Restart::OnFailure)
            } else {
                d
            }
        })
        .start(move |_| takes(start))
        .run(runs(calls))
        .on("hear", how, move |cx: Context, news: Arc<News>| {
            let heard = heard.clone();
            async move {
                heard.lock().unwrap().push((news.from, news.number));
                match news.chore {
                    0..40 => {}
                    40..70 => takes(ms(u64::from(news.chore))).await?,
                    70..80 => fails("no").await?,
                    80..88 => panics("oh").await?,
                    88..98 => drop(cx.emit_and_wait(Echo).await),
                    _ => std::future::pending().await,
                }
                Done::Ok(())
            }
        });
    (custom, concurrency == 1)
}

struct Echo;

/// What emitters were told.
#[derive(Default)]
struct Told {
    emitted: AtomicU64,
    waited: AtomicU64,
    answered: AtomicU64,
}

async fn talks(
    app: AppHandle,
    from: usize,
    ears: usize,
    told: Arc<Told>,
    mut random: fastrand::Rng,
) {
    for number in 0..random.u32(1..60) {
        let chore = random.u32(0..100);
        let news = News {
            from,
            number,
            chore,
        };
        told.emitted.fetch_add(1, Relaxed);
        match random.u32(0..6) {
            0 => {
                told.waited.fetch_add(1, Relaxed);
                let Delivery {
                    handled,
                    failed,
                    panicked,
                    cut_off,
                    missed,
                    not_awaited,
                    ..
                } = app.emit_and_wait(news).await;
                assert_eq!(
                    handled + failed + panicked + cut_off + missed + not_awaited,
                    ears
                );
                told.answered.fetch_add(1, Relaxed);
            }
            1 => {
                let patience = ms(random.u64(0..40));
                drop(tokio::time::timeout(patience, app.emit_and_wait(news)).await);
            }
            _ => app.emit(news),
        }
        if random.u32(0..3) == 0 {
            takes(ms(random.u64(0..30))).await.unwrap();
        }
    }
}

fn case(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (ears, emitters) = (random.usize(1..5), random.usize(1..4));
    let mut graph = Graph::new()
        .service("keeper", &[], |c| c.run(works))
        .resource("echo", &[], |c| {
            c.on("echo", Handling::DEFAULT, |_, _: Arc<Echo>| takes(ms(5)))
        });
    let mut heard: Vec<(Heard, bool)> = Vec::new();
    for number in 0..ears {
        let own = Heard::default();
        let needs: Vec<String> = (0..number)
            .filter(|_| random.u32(0..4) == 0)
            .map(|below| format!("ear{below}"))
            .collect();
        let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
        let mut in_order = true;
        graph = graph.service(&format!("ear{number}"), &needs, |c| {
            let (custom, alone) = ear(&mut random, &own, c);
            in_order = alone;
            custom
        });
        heard.push((own, in_order));
    }
    let told = Arc::new(Told::default());
    let seen = told.clone();
    let delay = ms(random.u64(0..300));
    let app = graph.app().with(|app| app.drain_delay(delay));
    let report = app.run(|app| async move {
        let mut talking = Vec::new();
        for from in 0..emitters {
            let random = fastrand::Rng::with_seed(random.u64(..));
            talking.push(Box::pin(talks(app.app(), from, ears, seen.clone(), random)));
        }
        let change = async {
            for _ in 0..random.u32(0..4) {
                takes(ms(random.u64(0..200))).await.unwrap();
                let handle = app.app();
                let ear = handle
                    .component(&format!("ear{}", random.usize(0..ears)))
                    .unwrap();
                let change = match random.u32(0..3) {
                    0 => ear.disable(),
                    1 => ear.enable(),
                    _ => ear.restart(Scope::Dependents),
                };
                drop(tokio::time::timeout(ms(random.u64(0..500)), change).await);
            }
            if random.bool() {
                takes(ms(random.u64(0..500))).await.unwrap();
                app.app().shutdown("the case is over");
            }
        };
        let talk = async {
            let handle = app.app();
            let mut left = talking;
            let all = std::future::poll_fn(|cx| {
                left.retain_mut(|one| one.as_mut().poll(cx).is_pending());
                if left.is_empty() {
                    std::task::Poll::Ready(())
                } else {
                    std::task::Poll::Pending
                }
            });
            // Hanging handlers hold those who wait for them, until the app stops.
            let patience = async {
                takes(secs(30)).await.unwrap();
                handle.shutdown("that took long enough");
                std::future::pending::<()>().await;
            };
            tokio::select! { () = all => {} () = patience => {} }
        };
        tokio::time::timeout(secs(600), async { tokio::join!(change, talk) })
            .await
            .unwrap_or_else(|_| panic!("seed {seed}: somebody waits for ever"));
        app.stop().await.report
    });
    assert_eq!(
        told.waited.load(Relaxed),
        told.answered.load(Relaxed),
        "seed {seed}"
    );
    for (number, (heard, in_order)) in heard.iter().enumerate() {
        let name = format!("ear{number}");
        let stats = super::stats(&report, &name);
        assert!(adds_up(&stats), "seed {seed}: {stats:?}");
        assert_eq!(stats.waiting + stats.running, 0, "seed {seed}: {stats:?}");
        assert_eq!(stats.emitted, told.emitted.load(Relaxed), "seed {seed}");
        let heard = heard.lock().unwrap().clone();
        let had = stats.handled + stats.failed + stats.panicked + stats.cut_off;
        assert_eq!(heard.len() as u64, had, "seed {seed}: {stats:?}");
        let mut once = heard.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(
            once.len(),
            heard.len(),
            "seed {seed}: an event was handled twice"
        );
        for from in 0..if *in_order { emitters } else { 0 } {
            let of = heard.iter().filter(|news| news.0 == from);
            assert!(of.is_sorted(), "seed {seed}: {name} heard {heard:?}");
        }
    }
}

#[test]
fn each_event_is_handled_once_or_counted_whatever_happens() {
    for seed in 0..CASES {
        case(seed);
    }
}
