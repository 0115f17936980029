//! The end of schedules.

use lifecycle::prelude::*;
use lifecycle::schedule::Every;
use lifecycle::testing::TestApp;

use super::Runs;
use crate::kit::{Graph, hangs, ms, secs, takes};

#[resource(stop_timeout = "3s")]
#[derive(Default)]
struct Report {
    began: Runs,
    ended: Runs,
}

#[resource]
impl Report {
    #[every("10s")]
    async fn write(&self) {
        self.began.began();
        takes(secs(5)).await.unwrap();
        self.ended.began();
    }

    #[stop]
    fn close(&self) {
        assert_eq!(self.began.all().len(), self.ended.all().len());
    }
}

#[test]
fn a_run_under_way_may_end_before_the_stop_hook() {
    TestApp::new(lifecycle::plan![Report]).run(|app| async move {
        takes(secs(13)).await.unwrap();
        let report = app.get::<Report>().unwrap();
        let ended = app.stop().await;
        assert!(ended.report.is_success(), "{}", ended.report);
        assert_eq!(report.ended.seconds(), [15]);
    });
}

/// Has work to do after it was told to stop.
#[resource]
#[derive(Default)]
struct Slow {
    runs: Runs,
}

#[resource]
impl Slow {
    #[every("1s")]
    fn tick(&self) {
        self.runs.began();
    }

    #[drain]
    async fn empty(&self) {
        takes(ms(2_500)).await.unwrap();
    }
}

/// Stops before what it depends on.
#[resource(depends_on = [Slow])]
#[derive(Default)]
struct Reader;

#[resource]
impl Reader {
    #[stop]
    async fn close(&self) {
        takes(secs(2)).await.unwrap();
    }
}

#[test]
fn no_run_begins_once_the_component_is_told_to_stop() {
    TestApp::new(lifecycle::plan![Reader]).run(|app| async move {
        takes(ms(3_500)).await.unwrap();
        let slow = app.get::<Slow>().unwrap();
        let ended = app.stop().await;
        assert!(ended.report.is_success(), "{}", ended.report);
        // Until 5.5 s, it serves what depends on it; until 8 s, it drains.
        assert_eq!(slow.runs.seconds(), [1, 2, 3, 4, 5]);
    });
}

#[resource(stop_timeout = "2s")]
#[derive(Default)]
struct Stuck;

#[resource]
impl Stuck {
    #[every("10s")]
    async fn sort(&self) {
        hangs().await.unwrap();
    }
}

#[test]
fn a_run_that_overstays_is_aborted_and_reported_by_the_name_of_its_method() {
    TestApp::new(lifecycle::plan![Stuck]).run(|app| async move {
        takes(secs(11)).await.unwrap();
        let ended = app.stop().await;
        assert_eq!(ended.report.exit_code(), 75);
        let shown = ended.report.to_string();
        let words = "`Stuck` timed out in task `sort` (spawned at tests/app/schedule/stopping.rs:";
        assert!(shown.contains(words), "{shown}");
    });
}

#[test]
fn a_schedule_by_hand_can_be_ended() {
    let runs = Runs::default();
    let ours = runs.clone();
    let start = move |cx: Context| {
        let ours = ours.clone();
        let schedule = cx.every("work", Every::new(secs(10)), move || {
            ours.began();
            async {}
        });
        cx.spawn("end", async move {
            takes(secs(25)).await.unwrap();
            schedule.abort();
        });
        async { Ok::<(), std::io::Error>(()) }
    };
    let app = Graph::new().resource("a", &[], |a| a.start(start)).app();
    app.run(|app| async move {
        takes(ms(60_000)).await.unwrap();
        assert_eq!(runs.seconds(), [10, 20]);
        assert!(app.stop().await.report.is_success());
    });
}
