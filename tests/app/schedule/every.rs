//! Periods.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use lifecycle::component::Custom;
use lifecycle::engine::State;
use lifecycle::prelude::*;
use lifecycle::schedule::Every;
use lifecycle::testing::TestApp;

use super::{Runs, schedule};
use crate::kit::{Graph, fails, ms, secs, takes, works};

#[resource]
#[derive(Default)]
struct Rules {
    runs: Runs,
}

#[resource(depends_on = [Rules])]
#[derive(Default)]
struct Carts {
    swept: AtomicU64,
    counted: Runs,
}

#[resource]
impl Carts {
    #[every("30s")]
    async fn expire(&self, rules: Arc<Rules>, cx: Context) -> std::io::Result<()> {
        assert_eq!(cx.name(), "Carts");
        rules.runs.began();
        Ok(())
    }

    #[every("7s", immediate)]
    fn sweep(&self) {
        self.swept.fetch_add(1, Relaxed);
    }

    #[cfg(any())]
    #[every("1s")]
    async fn not_compiled(&self, _missing: Missing) {}

    #[every("1m", jitter = 0.5, immediate = false)]
    async fn count(&self) -> Result<(), std::fmt::Error> {
        self.counted.began();
        Ok(())
    }
}

#[test]
fn each_period_has_one_run_and_the_first_comes_after_one() {
    TestApp::new(lifecycle::plan![Carts]).run(|app| async move {
        takes(secs(100)).await.unwrap();
        let rules = app.get::<Rules>().unwrap();
        assert_eq!(rules.runs.seconds(), [30, 60, 90]);
    });
}

#[test]
fn methods_of_one_component_have_their_own_periods() {
    TestApp::new(lifecycle::plan![Carts]).run(|app| async move {
        takes(secs(155)).await.unwrap();
        let carts = app.get::<Carts>().unwrap();
        assert_eq!(carts.swept.load(Relaxed), 23);
        let status = app.app().status();
        let schedules = &status.component("Carts").unwrap().schedules;
        let mut counted: Vec<_> = schedules
            .iter()
            .map(|it| (it.name.as_str(), it.runs))
            .collect();
        counted.sort_unstable();
        assert_eq!(counted, [("count", 2), ("expire", 5), ("sweep", 23)]);
    });
}

/// A component with one schedule, made by hand.
fn one(how: Every, work: impl Fn() -> crate::kit::Done + Clone + Send + Sync + 'static) -> TestApp {
    let start = move |cx: Context| {
        let work = work.clone();
        cx.every("work", how, move || {
            let work = work.clone();
            async move { work() }
        });
        async { Ok::<(), std::io::Error>(()) }
    };
    Graph::new()
        .resource("a", &[], |a: Custom| a.start(start))
        .app()
}

#[test]
fn an_immediate_run_comes_when_the_component_comes_up() {
    let runs = Runs::default();
    let ours = runs.clone();
    one(Every::new(secs(10)).immediate(), move || {
        ours.began();
        Ok(())
    })
    .run(|app| async move {
        takes(secs(25)).await.unwrap();
        assert_eq!(runs.seconds(), [0, 10, 20]);
        assert!(app.stop().await.report.is_success());
    });
}

fn jittered(seed: u64, jitter: f64, count: u32) -> Vec<u128> {
    let runs = Runs::default();
    let ours = runs.clone();
    let app = one(Every::new(secs(60)).jitter(jitter), move || {
        ours.began();
        Ok(())
    });
    app.with(|app| app.seed(seed)).run(|app| async move {
        takes(secs(60) * count + secs(45)).await.unwrap();
        drop(app);
        runs.all()
    })
}

#[test]
fn jitter_keeps_runs_within_its_part_of_a_period() {
    let runs = jittered(1, 0.1, 1_000);
    assert_eq!(runs.len(), 1_000);
    for pair in runs.windows(2) {
        let between = pair[1] - pair[0];
        assert!((54_000..=66_001).contains(&between), "{between} ms");
    }
    let apart: std::collections::BTreeSet<_> = runs.windows(2).map(|it| it[1] - it[0]).collect();
    assert!(apart.len() > 500, "{} different waits", apart.len());
}

#[test]
fn jitter_never_moves_the_grid() {
    for (run, at) in (1u128..).zip(jittered(2, 1.0, 1_000)) {
        assert!(at.abs_diff(run * 60_000) <= 30_001, "run {run} at {at} ms");
    }
}

#[test]
fn the_same_seed_gives_the_same_jitter() {
    assert_eq!(jittered(3, 0.5, 20), jittered(3, 0.5, 20));
    assert_ne!(jittered(3, 0.5, 20), jittered(4, 0.5, 20));
}

#[test]
fn a_run_that_overruns_delays_the_next_and_skips_what_passes() {
    let runs = Runs::default();
    let ours = runs.clone();
    let start = move |cx: Context| {
        let ours = ours.clone();
        cx.every("work", secs(10), move || {
            ours.began();
            takes(secs(25))
        });
        async { Ok::<(), std::io::Error>(()) }
    };
    let app = Graph::new().resource("a", &[], |a| a.start(start)).app();
    app.run(|app| async move {
        takes(secs(96)).await.unwrap();
        assert_eq!(runs.seconds(), [10, 40, 70]);
        let schedule = schedule(&app, "a");
        assert_eq!((schedule.runs, schedule.skipped), (3, 6));
        assert_eq!(schedule.next, Some(secs(100)));
        assert!(!schedule.running);
    });
}

#[test]
fn a_run_under_way_is_seen() {
    let start = |cx: Context| {
        cx.every("work", secs(10), || takes(secs(5)));
        async { Ok::<(), std::io::Error>(()) }
    };
    let app = Graph::new().resource("a", &[], |a| a.start(start)).app();
    app.run(|app| async move {
        takes(secs(12)).await.unwrap();
        assert!(schedule(&app, "a").running);
        let shown = app.app().status().to_string();
        assert!(shown.contains("`work`: 1 run, running now"), "{shown}");
        takes(secs(6)).await.unwrap();
        let shown = app.app().status().to_string();
        assert!(shown.contains("`work`: 1 run, next in 2 s"), "{shown}");
    });
}

#[service(restart = "on-failure", backoff = "1s..1s")]
#[derive(Default)]
struct Feed {
    calls: AtomicU64,
    polled: Runs,
    filled: Runs,
}

#[service]
impl Feed {
    /// Fails once, after 25 s.
    #[run]
    async fn follow(&self, cx: Context) -> crate::kit::Done {
        if self.calls.fetch_add(1, Relaxed) == 0 {
            takes(secs(25)).await?;
            return fails("the line broke").await;
        }
        works(cx).await
    }

    #[every("20s")]
    async fn poll(&self) {
        self.polled.began();
    }

    #[every("20s", immediate)]
    async fn fill(&self) {
        self.filled.began();
    }
}

#[test]
fn a_restarted_run_loop_goes_on_with_the_ticks_it_had() {
    TestApp::new(lifecycle::plan![Feed]).run(|app| async move {
        takes(secs(70)).await.unwrap();
        let feed = app.get::<Feed>().unwrap();
        assert_eq!(feed.calls.load(Relaxed), 2);
        assert_eq!(feed.polled.seconds(), [20, 40, 60]);
        assert_eq!(feed.filled.seconds(), [0, 20, 40, 60]);
    });
}

#[test]
fn a_component_that_is_rebuilt_begins_afresh() {
    TestApp::new(lifecycle::plan![Feed]).run(|app| async move {
        takes(secs(45)).await.unwrap();
        app.app().disable::<Feed>().await.unwrap();
        assert_eq!(
            app.app().status().component("Feed").unwrap().schedules[0].next,
            None
        );
        takes(secs(5)).await.unwrap();
        app.app().enable::<Feed>().await.unwrap();
        app.reaches::<Feed>(State::Up).await;
        takes(ms(20_500)).await.unwrap();
        let feed = app.get::<Feed>().unwrap();
        assert_eq!(feed.filled.seconds(), [50, 70]);
        assert_eq!(feed.polled.seconds(), [70]);
    });
}

#[test]
fn a_component_that_is_replaced_has_none() {
    let carts = Carts::default();
    let app = TestApp::new(lifecycle::plan![Carts]).replace(carts);
    app.run(|app| async move {
        takes(secs(100)).await.unwrap();
        assert_eq!(app.get::<Carts>().unwrap().swept.load(Relaxed), 0);
    });
}
