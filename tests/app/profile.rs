//! Where the time of a start and of a stop went.
//!
//! ```text
//! settings 10 ── database 50 ── catalog 20 ──┐
//!      └──────── cache 5 ────────────────────┴── api 1
//! ```

use lifecycle::component::Custom;
use lifecycle::engine::Signal;
use lifecycle::observe::{StartProfile, StopProfile, StopRow};
use lifecycle::{Context, RunReport};

use crate::kit::{Graph, fails, hangs, ms, secs, takes, works};

fn shop() -> Graph {
    Graph::new()
        .resource("settings", &[], |c| c.start(|_| takes(ms(10))))
        .resource("database", &["settings"], |c| {
            c.start(|_| takes(ms(50))).stop(|_| takes(ms(30)))
        })
        .resource("cache", &["settings"], |c| c.start(|_| takes(ms(5))))
        .resource("catalog", &["database"], |c| c.start(|_| takes(ms(20))))
        .service("api", &["catalog", "cache"], |c| {
            c.start(|cx: Context| async move {
                cx.on_cleanup("socket", || takes(ms(3)));
                takes(ms(1)).await
            })
            .run(|cx: Context| async move {
                cx.shutdown_requested().await;
                takes(ms(7)).await
            })
            .stop(|_| takes(ms(5)))
        })
}

fn names(profile: &StartProfile) -> Vec<&str> {
    let steps = profile.critical_path.iter();
    steps.map(|step| step.name.as_str()).collect()
}

fn stopped(report: &RunReport) -> StopProfile {
    report.stop_profile().expect("it stopped")
}

#[track_caller]
fn row<'a>(profile: &'a StopProfile, name: &str) -> &'a StopRow {
    let mut rows = profile.rows.iter();
    rows.find(|row| row.name == name).expect(name)
}

#[test]
fn the_critical_path_of_a_start_is_the_longest_chain() {
    shop().app().run(|app| async move {
        assert!(app.app().start_profile().is_none(), "it is not complete");
        assert!(app.started().await);
        let profile = app.app().start_profile().unwrap();
        assert_eq!(names(&profile), ["settings", "database", "catalog", "api"]);
        let took: Vec<_> = profile.critical_path.iter().map(|step| step.took).collect();
        assert_eq!(took, [ms(10), ms(50), ms(20), ms(1)]);
        assert!((profile.parallelism() - 86.0 / 81.0).abs() < 1e-9);
        let waited: Vec<_> = profile
            .rows
            .iter()
            .map(|row| (row.name.as_str(), row.waited_for.as_deref(), row.critical))
            .collect();
        assert_eq!(
            waited,
            [
                ("settings", None, true),
                ("cache", Some("settings"), false),
                ("database", Some("settings"), true),
                ("catalog", Some("database"), true),
                ("api", Some("catalog"), true),
            ]
        );
        let report = app.stop().await.report;
        let again = report.start_profile().unwrap();
        assert_eq!(again.to_string(), profile.to_string());
    });
}

#[test]
fn who_could_not_come_up_held_up_those_that_go_without_it() {
    let graph = Graph::new()
        .resource("geo", &[], |c| {
            c.start(|_| async {
                takes(ms(40)).await?;
                fails("no such place").await
            })
        })
        .resource("base", &[], |c| c.start(|_| takes(ms(5))))
        .service("api", &["base", "?geo"], |c| {
            c.start(|_| takes(ms(2))).run(works)
        });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let profile = app.app().start_profile().unwrap();
        assert_eq!(names(&profile), ["geo", "api"]);
        assert!(profile.rows[1].failed, "{profile}");
        assert_eq!(profile.rows[1].worked, ms(40));
        assert_eq!(profile.total, ms(42));
        drop(app.stop().await);
    });
}

#[test]
fn what_is_added_later_changes_nothing_about_the_start() {
    shop().app().run(|app| async move {
        assert!(app.started().await);
        let before = app.app().start_profile().unwrap();
        takes(secs(10)).await.unwrap();
        let late = Custom::service("late")
            .depends_on("cache")
            .start(|_| takes(ms(70)))
            .run(works);
        app.app().add(late).await.unwrap();
        let profile = app.app().start_profile().unwrap();
        assert_eq!(profile.critical_path, before.critical_path);
        assert_eq!(
            (profile.serial(), profile.total),
            (before.serial(), before.total)
        );
        let row = profile.rows.last().unwrap();
        assert_eq!((row.name.as_str(), &row.waited_for), ("late", &None));
        assert_eq!((row.since, row.worked), (secs(10) + ms(81), ms(70)));
        let report = app.stop().await.report;
        assert_eq!(stopped(&report).rows.len(), 6);
    });
}

#[test]
fn a_start_that_did_not_complete_has_no_profile_and_its_rollback_has_one() {
    let graph = Graph::new()
        .resource("base", &[], |c| c.stop(|_| takes(ms(20))))
        .resource("slow", &["base"], |c| {
            c.start(|cx: Context| async move {
                cx.on_cleanup("file", || takes(ms(4)));
                hangs().await
            })
        })
        .resource("bad", &["base"], |c| {
            c.start(|_| async {
                takes(ms(10)).await?;
                fails("no").await
            })
        })
        .service("api", &["slow", "bad"], |c| c.run(works));
    let report = graph.app().run_to_end().report;
    assert!(report.start_profile().is_none());
    let profile = stopped(&report);
    let slow = row(&profile, "slow");
    assert_eq!(
        (slow.quiesce, slow.stop, slow.cleanup),
        (ms(0), ms(0), ms(4))
    );
    let base = row(&profile, "base");
    assert_eq!((base.waited, base.stop), (ms(4), ms(20)));
    assert_eq!(base.waited_for.as_deref(), Some("slow"));
    assert!(
        profile.rows.iter().all(|row| row.name != "api"),
        "{profile}"
    );
    assert_eq!(profile.total, ms(24));
}

#[test]
fn a_stop_tells_each_step_and_who_held_up_whom() {
    shop().app().run(|app| async move {
        assert!(app.started().await);
        let profile = stopped(&app.stop().await.report);
        assert_eq!(profile.total, ms(45));
        assert_eq!(profile.timeout, secs(25));
        let api = row(&profile, "api");
        assert_eq!((api.waited, &api.waited_for), (ms(0), &None));
        assert_eq!((api.quiesce, api.stop, api.cleanup), (ms(7), ms(5), ms(3)));
        // Three stops of 5 s have to follow.
        assert_eq!((api.timeout, api.budget), (secs(5), Some(secs(5))));
        let database = row(&profile, "database");
        assert_eq!((database.waited, database.stop), (ms(15), ms(30)));
        assert_eq!(database.waited_for.as_deref(), Some("catalog"));
        let path = profile.critical_path.iter();
        let path: Vec<_> = path.map(|step| (step.name.as_str(), step.took)).collect();
        assert_eq!(
            path,
            [
                ("api", ms(15)),
                ("catalog", ms(0)),
                ("database", ms(30)),
                ("settings", ms(0)),
            ]
        );
        assert!(profile.rows.iter().all(|row| !row.aborted && !row.given_up));
    });
}

#[test]
fn a_stop_tells_what_was_laid_out_for_each_and_who_overstayed() {
    // Three times 5 s do not fit into 9 s: each has 3 s.
    let graph = Graph::new()
        .resource("a", &[], |c| c)
        .resource("b", &["a"], |c| c.stop(|_| hangs()))
        .resource("c", &["b"], |c| c.stop(|_| takes(secs(1))));
    let app = graph.app().with(|app| app.shutdown_timeout(secs(9)));
    app.run(|app| async move {
        assert!(app.started().await);
        let profile = stopped(&app.stop().await.report);
        let budget = |name: &str| row(&profile, name).budget;
        assert_eq!(budget("c"), Some(secs(3)));
        assert_eq!(budget("b"), Some(secs(5)), "what `c` did not need");
        assert_eq!(budget("a"), Some(secs(3)));
        let b = row(&profile, "b");
        assert_eq!((b.stop, b.aborted, b.given_up), (secs(5), true, false));
        assert!(!row(&profile, "c").aborted);
        assert_eq!((profile.total, profile.timeout), (secs(6), secs(9)));
    });
}

#[test]
fn more_time_that_was_asked_for_is_part_of_the_budget() {
    let graph = Graph::new().service("a", &[], |c| {
        c.run(|cx: Context| async move {
            cx.shutdown_requested().await;
            cx.extend(secs(8));
            takes(secs(7)).await
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let profile = stopped(&app.stop().await.report);
        let a = row(&profile, "a");
        assert_eq!((a.timeout, a.budget), (secs(5), Some(secs(8))));
        assert_eq!((a.quiesce, a.aborted), (secs(7), false));
    });
}

#[test]
fn the_drain_delay_and_the_cleanups_of_the_app_stand_beside_the_path() {
    let graph = Graph::new().service("a", &[], |c| c.run(works).stop(|_| takes(ms(10))));
    let app = graph.app().with(|app| app.drain_delay(secs(2)));
    app.run(|app| async move {
        assert!(app.started().await);
        app.app().on_cleanup("last", || takes(ms(30)));
        let profile = stopped(&app.stop().await.report);
        assert_eq!((profile.drained, profile.cleanups), (secs(2), ms(30)));
        assert_eq!(profile.total, secs(2) + ms(40));
        assert_eq!(profile.critical_path[0].took, ms(10));
        assert_eq!(row(&profile, "a").waited, secs(2));
        assert_eq!(row(&profile, "a").budget, Some(secs(5)));
        let text = profile.to_string();
        assert!(
            text.ends_with("of it the drain delay 2 s, the app's own cleanups 30 ms"),
            "{text}"
        );
    });
}

#[test]
fn who_is_told_after_the_end_was_forced_has_no_budget() {
    let graph = Graph::new()
        .resource("a", &[], |c| c.stop(|_| hangs()))
        .resource("b", &["a"], |c| c.stop(|_| hangs()));
    let app = graph.app().with(|app| app.shutdown_timeout(secs(9)));
    app.run(|app| async move {
        assert!(app.started().await);
        let ending = app.app();
        ending.shutdown("test");
        takes(secs(1)).await.unwrap();
        app.signal(Signal::Interrupt);
        app.signal(Signal::Interrupt);
        let profile = stopped(&app.stop().await.report);
        let (a, b) = (row(&profile, "a"), row(&profile, "b"));
        assert_eq!(
            (b.stop, b.aborted, b.budget),
            (secs(1), true, Some(ms(4_500)))
        );
        assert_eq!((a.waited, a.aborted, a.budget), (secs(1), true, None));
    });
}

#[test]
fn what_was_down_before_is_not_part_of_the_stop() {
    let shop = shop().service("job", &["catalog"], |c| c.run(works));
    shop.app().run(|app| async move {
        assert!(app.started().await);
        app.app().component("api").unwrap().disable().await.unwrap();
        takes(secs(1)).await.unwrap();
        let profile = stopped(&app.stop().await.report);
        let down: Vec<_> = profile.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(down, ["job", "catalog", "database", "settings"]);
        assert_eq!(row(&profile, "catalog").waited_for.as_deref(), Some("job"));
    });
}
