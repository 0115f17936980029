//! Schedules of one name, and what is left of one that has ended.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use lifecycle::context::TaskHandle;
use lifecycle::observe::ScheduleStatus;
use lifecycle::prelude::*;
use lifecycle::schedule::Every;
use lifecycle::testing::TestApp;
use lifecycle::testing::TestHandle;

use super::{Runs, schedule};
use crate::kit::{Done, Graph, fails, hangs, ms, secs, takes, works};

/// A schedule that keeps when its runs began.
fn polls(cx: &Context, period: u64, runs: &Runs) -> TaskHandle {
    let runs = runs.clone();
    cx.every("poll", Every::new(secs(period)), move || {
        runs.began();
        async {}
    })
}

/// An app with one component, whose start hook does this.
fn starts(start: impl Fn(Context) + Clone + Send + Sync + 'static) -> TestApp {
    let start = move |cx: Context| {
        start(cx);
        async { Done::Ok(()) }
    };
    Graph::new().resource("a", &[], |a| a.start(start)).app()
}

fn all(app: &TestHandle) -> Vec<ScheduleStatus> {
    app.app().status().components[0].schedules.clone()
}

#[test]
fn a_new_one_does_not_take_over_the_period_of_an_old_one() {
    let (old, new) = (Runs::default(), Runs::default());
    let ours = (old.clone(), new.clone());
    let app = starts(move |cx| {
        let (old, new) = ours.clone();
        let first = polls(&cx, 1, &old);
        cx.clone().spawn("change", async move {
            takes(ms(3_500)).await.unwrap();
            first.abort();
            polls(&cx, 100, &new);
        });
    });
    app.run(|app| async move {
        takes(secs(204)).await.unwrap();
        assert_eq!(old.seconds(), [1, 2, 3]);
        assert_eq!(new.all(), [103_500, 203_500]);
        assert_eq!(schedule(&app, "a").runs, 2);
    });
}

#[test]
fn two_of_one_name_have_their_own_periods_and_counters() {
    let (often, rarely) = (Runs::default(), Runs::default());
    let ours = (often.clone(), rarely.clone());
    let app = starts(move |cx| {
        polls(&cx, 1, &ours.0);
        polls(&cx, 3_600, &ours.1);
    });
    app.run(|app| async move {
        takes(ms(100_500)).await.unwrap();
        assert_eq!((often.all().len(), rarely.all().len()), (100, 0));
        let runs: Vec<_> = all(&app).iter().map(|it| it.runs).collect();
        assert_eq!(runs, [100, 0]);
    });
}

/// Its work fails after 25 s, and begins anew at 26 s, with another period and the schedules the other way round.
#[service(restart = "on-failure", backoff = "1s..1s")]
#[derive(Default)]
struct Feed {
    calls: AtomicU64,
    ten: Runs,
    fifteen: Runs,
    changed: Runs,
}

#[service]
impl Feed {
    #[run]
    async fn run(&self, cx: Context) -> Done {
        if self.calls.fetch_add(1, Relaxed) == 0 {
            polls(&cx, 10, &self.ten);
            polls(&cx, 15, &self.fifteen);
            let changed = self.changed.clone();
            cx.every("fill", Every::new(secs(20)), move || {
                changed.began();
                async {}
            });
            takes(secs(25)).await?;
            return fails("the line broke").await;
        }
        polls(&cx, 15, &self.fifteen);
        polls(&cx, 10, &self.ten);
        let changed = self.changed.clone();
        cx.every("fill", Every::new(secs(7)), move || {
            changed.began();
            async {}
        });
        works(cx).await
    }
}

#[test]
fn a_restarted_run_loop_may_change_a_period() {
    TestApp::new(lifecycle::plan![Feed]).run(|app| async move {
        takes(ms(46_500)).await.unwrap();
        let feed = app.get::<Feed>().unwrap();
        let runs = feed.changed.all();
        // The wait before the second run has jitter.
        assert!(runs.len() == 3 && runs[1] > 32_000, "{runs:?}");
        assert_eq!(runs[2] - runs[1], 7_000);
        // It counts on, in the same place.
        let fill = &all(&app)[2];
        assert_eq!((fill.name.as_str(), fill.runs), ("fill", 3));
    });
}

#[test]
fn a_restarted_run_loop_goes_on_with_two_of_one_name() {
    TestApp::new(lifecycle::plan![Feed]).run(|app| async move {
        takes(ms(46_500)).await.unwrap();
        let feed = app.get::<Feed>().unwrap();
        assert_eq!(feed.ten.seconds(), [10, 20, 30, 40]);
        assert_eq!(feed.fifteen.seconds(), [15, 30, 45]);
        assert_eq!(all(&app).len(), 3);
    });
}

#[test]
fn one_that_failed_and_is_aborted_is_unhealthy_no_more() {
    let app = starts(|cx| {
        let poll = cx.every("poll", Every::new(secs(1)), || fails("no answer"));
        cx.spawn("end", async move {
            takes(ms(9_500)).await.unwrap();
            poll.abort();
        });
    });
    app.run(|app| async move {
        takes(ms(9_250)).await.unwrap();
        let shown = app.app().status().to_string();
        assert!(shown.contains("failed 9 times in a row"), "{shown}");
        takes(secs(1)).await.unwrap();
        let shown = app.app().status().to_string();
        assert!(!shown.contains("unhealthy"), "{shown}");
        assert!(!shown.contains("poll"), "{shown}");
    });
}

#[test]
fn one_that_is_aborted_inside_a_run_does_not_run_any_more() {
    let app = starts(|cx| {
        let poll = cx.every("poll", Every::new(secs(1)), hangs);
        cx.spawn("end", async move {
            takes(ms(1_500)).await.unwrap();
            poll.abort();
        });
    });
    app.run(|app| async move {
        takes(ms(1_250)).await.unwrap();
        assert!(schedule(&app, "a").running);
        takes(secs(1)).await.unwrap();
        assert_eq!(all(&app), []);
    });
}

#[test]
fn one_that_ends_with_its_component_stays_in_the_status() {
    let runs = Runs::default();
    let app = starts(move |cx| drop(polls(&cx, 1, &runs)));
    app.run(|app| async move {
        takes(ms(2_500)).await.unwrap();
        let handle = app.app();
        app.stop().await;
        let schedule = &handle.status().components[0].schedules[0];
        assert_eq!((schedule.runs, schedule.next), (2, None));
    });
}

#[test]
fn names_of_those_that_have_ended_are_forgotten() {
    let app = starts(|cx| {
        cx.clone().spawn("many", async move {
            for number in 0..1_000 {
                let name = format!("poll {number}");
                let poll = cx.every(name, Every::new(ms(1)), || async {});
                takes(ms(2)).await.unwrap();
                poll.abort();
            }
        });
    });
    app.run(|app| async move {
        takes(ms(1_500)).await.unwrap();
        assert_eq!(all(&app).len(), 1);
        takes(secs(3)).await.unwrap();
        assert_eq!(all(&app), []);
    });
}

/// Its work fails once a second, and never names a schedule twice.
#[service(restart = "on-failure", backoff = "1ms..1ms", max_restarts = 1000)]
#[derive(Default)]
struct Inventive {
    calls: AtomicU64,
}

#[service]
impl Inventive {
    #[run]
    async fn run(&self, cx: Context) -> Done {
        let name = format!("poll {}", self.calls.fetch_add(1, Relaxed));
        cx.every(name, Every::new(ms(300)), || async {});
        takes(secs(1)).await?;
        fails("once more").await
    }
}

#[test]
fn names_that_a_restarted_run_loop_does_not_use_again_are_forgotten() {
    TestApp::new(lifecycle::plan![Inventive]).run(|app| async move {
        takes(ms(100_500)).await.unwrap();
        let calls = app.get::<Inventive>().unwrap().calls.load(Relaxed);
        assert!(calls > 90, "{calls}");
        let names: Vec<_> = all(&app).into_iter().map(|it| it.name).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    });
}

#[resource]
#[derive(Default)]
struct Keywords;

#[resource]
impl Keywords {
    #[every("1s")]
    fn r#loop(&self) {}
}

#[test]
fn a_raw_name_is_shown_as_people_say_it() {
    TestApp::new(lifecycle::plan![Keywords]).run(|app| async move {
        takes(ms(1_500)).await.unwrap();
        assert_eq!(schedule(&app, "Keywords").name, "loop");
    });
}

#[test]
fn one_can_begin_outside_of_a_runtime() {
    let runs = Runs::default();
    let ours = runs.clone();
    let app = starts(move |cx| {
        let ours = ours.clone();
        let elsewhere = std::thread::spawn(move || drop(polls(&cx, 10, &ours)));
        elsewhere.join().unwrap();
    });
    app.run(|app| async move {
        takes(secs(25)).await.unwrap();
        assert_eq!(runs.seconds(), [10, 20]);
        assert!(app.stop().await.report.is_success());
    });
}
