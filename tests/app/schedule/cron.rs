//! Times of the wall clock, which goes by the app's time.

use std::time::{Duration, UNIX_EPOCH};

use lifecycle::prelude::*;
use lifecycle::schedule::Cron;
use lifecycle::testing::TestApp;

use super::{Runs, schedule};
use crate::kit::{Graph, secs, takes};

#[resource]
#[derive(Default)]
struct Reports {
    often: Runs,
    nightly: Runs,
}

#[resource]
impl Reports {
    #[cron("0 */5 * * * *", tz = "Europe/Berlin")]
    async fn often(&self) -> std::io::Result<()> {
        self.often.began();
        Ok(())
    }

    #[cron("0 30 2 * * *", tz = "Europe/Berlin")]
    fn nightly(&self) {
        self.nightly.began();
    }
}

/// Seconds since 1970.
fn at(app: TestApp, wall: u64) -> TestApp {
    app.with(|app| app.wall_clock(UNIX_EPOCH + Duration::from_secs(wall)))
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

#[test]
fn a_test_app_begins_with_the_year() {
    TestApp::new(lifecycle::plan![Reports]).run(|app| async move {
        takes(secs(3 * HOUR)).await.unwrap();
        let reports = app.get::<Reports>().unwrap();
        assert_eq!(reports.often.seconds()[..3], [300, 600, 900]);
        // Half past two in Berlin is half past one in UTC.
        assert_eq!(reports.nightly.seconds(), [u128::from(90 * MINUTE)]);
    });
}

#[test]
fn the_night_in_which_the_clock_is_set_forward_has_its_run_too() {
    // 28 March 2026, 23:00 UTC, which is midnight in Berlin.
    let app = at(TestApp::new(lifecycle::plan![Reports]), 1_774_738_800);
    app.run(|app| async move {
        takes(secs(30 * HOUR + 1)).await.unwrap();
        let reports = app.get::<Reports>().unwrap();
        let hours = reports.nightly.seconds();
        let second_night = 23 * HOUR + 150 * MINUTE;
        assert_eq!(hours, [u128::from(2 * HOUR), u128::from(second_night)]);
        assert_eq!(reports.often.seconds().len(), 30 * 12);
    });
}

#[test]
fn the_night_in_which_the_clock_is_set_back_has_one_run() {
    // 24 October 2026, 22:00 UTC, which is midnight in Berlin.
    let app = at(TestApp::new(lifecycle::plan![Reports]), 1_792_879_200);
    app.run(|app| async move {
        takes(secs(24 * HOUR + 1)).await.unwrap();
        let reports = app.get::<Reports>().unwrap();
        assert_eq!(reports.nightly.seconds(), [u128::from(150 * MINUTE)]);
        assert_eq!(reports.often.seconds().len(), 24 * 12);
    });
}

#[test]
fn a_run_that_overruns_skips_what_passes() {
    const OFTEN: Cron = Cron::new("0 */5 * * * *");
    let runs = Runs::default();
    let ours = runs.clone();
    let start = move |cx: Context| {
        let ours = ours.clone();
        cx.cron("work", OFTEN, move || {
            ours.began();
            takes(secs(12 * MINUTE))
        });
        async { Ok::<(), std::io::Error>(()) }
    };
    let app = Graph::new().resource("a", &[], |a| a.start(start)).app();
    app.run(|app| async move {
        takes(secs(50 * MINUTE + 1)).await.unwrap();
        assert_eq!(runs.seconds(), [300, 1_200, 2_100, 3_000]);
        let schedule = schedule(&app, "a");
        assert_eq!((schedule.runs, schedule.skipped), (4, 6));
        assert!(schedule.running);
    });
}

#[test]
fn the_status_says_when_it_comes_next() {
    const NIGHTLY: Cron = Cron::new("0 0 3 * * *");
    let start = |cx: Context| {
        cx.cron("work", NIGHTLY, || async {});
        async { Ok::<(), std::io::Error>(()) }
    };
    let app = Graph::new().resource("a", &[], |a| a.start(start)).app();
    app.run(|app| async move {
        takes(secs(HOUR)).await.unwrap();
        assert_eq!(schedule(&app, "a").next, Some(secs(3 * HOUR)));
    });
}

#[test]
fn a_zone_that_nobody_knows_fails_the_component() {
    let start = |cx: Context| {
        cx.cron(
            "work",
            Cron::new("0 0 3 * * *").tz("Europe/Berln"),
            || async {},
        );
        async { Ok::<(), std::io::Error>(()) }
    };
    let app = Graph::new().resource("a", &[], |a| a.start(start)).app();
    let ended = app.run_to_end();
    let shown = ended.report.to_string();
    assert!(
        shown.contains("unknown time zone `Europe/Berln`"),
        "{shown}"
    );
}
