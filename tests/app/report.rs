//! How an app ended: for people, and for machines.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use expect_test::expect;
use lifecycle::Context;
use lifecycle::app::Outcome;
use lifecycle::plan::{Declaration, Restart};
use lifecycle::schedule::Every;

use crate::kit::{Graph, fails, hangs, ms, panics, secs, takes, works};

/// A start that goes wrong in several ways at once.
fn bad_end() -> lifecycle::testing::Ended {
    Graph::new()
        .resource("settings", &[], |c| c)
        .resource("database", &["settings"], |c| {
            c.start(|_| takes(ms(20))).stop(|cx: Context| async move {
                cx.note("flushing 2/9");
                hangs().await
            })
        })
        .resource("cache", &["settings"], |c| {
            c.declare(|d| d.optional(true))
                .start(|_| fails("no memory"))
        })
        .resource("mailer", &["settings"], |c| {
            c.start(|_| async {
                tokio::time::sleep(ms(30)).await;
                let io = std::io::Error::other("connection refused");
                Err::<(), Wrapped>(Wrapped(io))
            })
        })
        .resource("catalog", &["database"], |c| c.start(|_| hangs()))
        .service("api", &["catalog", "mailer"], |c| c.run(works))
        .app()
        .with(|app| app.name("shop"))
        .run_to_end()
}

#[derive(Debug)]
struct Wrapped(std::io::Error);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cannot reach smtp.example.org")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn a_bad_end_reads_like_this() {
    expect![[r#"
        shop ended with exit code 69: `mailer` failed to start
          error: `mailer` failed in start
            because: cannot reach smtp.example.org
            because: connection refused
          error: `cache` failed in start
            because: no memory
          error: `database` timed out in stop after 5 s; last note: flushing 2/9
            hint: `stop_timeout` is its limit, within the app's `shutdown_timeout`
          failed: cache, mailer
          aborted: database
          cancelled: catalog
          not started: api
          stopped: settings
    "#]]
    .assert_eq(&bad_end().report.to_string());
}

#[test]
fn a_good_end_reads_like_this() {
    let graph = Graph::new()
        .resource("settings", &[], |c| c)
        .service("job", &["settings"], |c| c.run(|_| takes(ms(20))));
    expect![[r#"
        test ended with exit code 0: all services finished
          stopped: settings
          finished: job
    "#]]
    .assert_eq(&graph.app().run_to_end().report.to_string());
}

#[test]
fn a_forced_end_reads_like_this() {
    let graph = Graph::new()
        .resource("base", &[], |c| c)
        .service("deaf", &["base"], |c| c.run(|_| hangs()));
    let report = graph.app().run(|app| async move {
        assert!(app.started().await);
        app.signal(lifecycle::engine::Signal::Terminate);
        app.signal(lifecycle::engine::Signal::Interrupt);
        app.ended().await.report
    });
    expect![[r#"
        test ended with exit code 130 while stopping (SIGTERM)
          the stop was cut short by SIGINT
          aborted: base, deaf
    "#]]
    .assert_eq(&report.to_string());
}

#[test]
fn an_event_log_reads_like_this() {
    let graph = Graph::new()
        .resource("base", &[], |c| c.start(|_| takes(ms(12))))
        .service("job", &["base"], |c| {
            c.run(|cx: Context| async move {
                cx.note("halfway");
                fails("no paper").await
            })
        });
    // The numbers stand in a column, whose indent a snapshot would not keep.
    let log = graph.app().run_to_end().log.to_string();
    let log: Vec<&str> = log.lines().map(str::trim_start).collect();
    expect![[r#"
        0.000 s  app loading
        0.000 s  app starting
        0.000 s  base starting
        0.012 s  base up
        0.012 s  job starting
        0.012 s  job up
        0.012 s  app running
        0.012 s  job says: halfway
        0.012 s  `job` failed in run: no paper
        0.012 s  job failed in run (error)
        0.012 s  app stops: a component failed
        0.012 s  app stopping
        0.012 s  job told to stop
        0.012 s  job stopping
        0.012 s  job cleaning
        0.012 s  job down
        0.012 s  base told to stop
        0.012 s  base stopping
        0.012 s  base cleaning
        0.012 s  base down
        0.012 s  app cleaning up
        0.012 s  app ended"#]]
    .assert_eq(&log.join("\n"));
}

#[test]
fn many_errors_are_cut_off_and_counted() {
    let mut graph = Graph::new();
    for i in 0..12 {
        graph = graph.resource(&format!("node {i}"), &[], |c| c.load(|_| fails("no")));
    }
    let report = graph.app().run_to_end().report;
    let text = report.to_string();
    assert_eq!(report.errors().len(), 12);
    assert!(text.contains("  .. and 4 more errors\n"), "{text}");
    assert!(text.contains("node 7 and 4 more\n"), "{text}");
    assert!(text.lines().count() < 25);
}

/// An error with this message and so many sources.
#[derive(Debug)]
struct Deep(String, Option<Box<Self>>);

impl Deep {
    fn new(depth: usize) -> Self {
        let source = (depth > 0).then(|| Box::new(Self::new(depth - 1)));
        Self(format!("level {depth}"), source)
    }
}

impl std::fmt::Display for Deep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Deep {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_ref().map(|source| source as _)
    }
}

#[test]
fn a_long_chain_keeps_its_first_and_its_last_causes() {
    let graph = Graph::new().resource("base", &[], |c| {
        c.start(|_| async { Err::<(), _>(Deep::new(20)) })
    });
    expect![[r#"
        test ended with exit code 69: `base` failed to start
          error: `base` failed in start
            because: level 20
            because: level 19
            because: level 18
            because: level 17
            .. and 16 more causes, and then
            because: level 0
          failed: base
    "#]]
    .assert_eq(&graph.app().run_to_end().report.to_string());
}

#[test]
fn a_message_of_many_lines_is_cut() {
    let message = format!(
        "first\nsecond\n{}\n{}",
        "é".repeat(400),
        "last\n".repeat(50)
    );
    let graph = Graph::new().resource("base", &[], move |c| {
        c.start(move |_| std::future::ready(Err::<(), _>(Deep(message.clone(), None))))
    });
    let text = graph.app().run_to_end().report.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[2..4], ["    because: first", "      second"]);
    let cut = lines[4].trim();
    assert!(cut.starts_with("éé") && cut.ends_with("éé .."), "{cut}");
    assert!(text.chars().count() < 600, "{text}");
    assert_eq!(lines[5..], ["  failed: base"]);
}

#[test]
fn a_screen_is_enough_for_many_long_errors() {
    let mut graph = Graph::new().resource("first", &[], |c| c.start(|_| hangs()));
    for i in 0..20 {
        graph = graph.resource(&format!("node {i}"), &[], |c| {
            c.declare(|d| d.optional(true))
                .start(|_| async { Err::<(), _>(Deep::new(3)) })
        });
    }
    let text = graph.app().run_to_end().report.to_string();
    expect![[r#"
        test ended with exit code 69: `first` failed to start: it took too long
          error: `first` timed out in start after 30 s
            hint: `start_timeout` is its limit, and `Context::extend` asks for more
          error: `node 0` failed in start
            because: level 3
            because: level 2
            because: level 1
            because: level 0
          error: `node 1` failed in start
            because: level 3
            because: level 2
            because: level 1
            because: level 0
          .. and 18 more errors
          failed: first, node 0, node 1, node 2, node 3, node 4, node 5, node 6 and 13 more
    "#]]
    .assert_eq(&text);
    assert!(text.lines().count() <= 24);
}

#[test]
fn a_start_that_is_too_long_says_what_limits_it() {
    let hangs = |c: lifecycle::component::Custom| {
        c.start(|cx: Context| async move {
            cx.note("connecting");
            hangs().await
        })
    };
    let graph = Graph::new().resource("base", &[], hangs);
    let app = graph.app().with(|app| app.start_budget(secs(10)));
    expect![[r#"
        test ended with exit code 69: the start took longer than its budget
          error: the start took longer than 10 s; still to come: base
            hint: `start_budget` is the limit for load and start in all
          error: `base` timed out in start after 10 s; last note: connecting
          failed: base
    "#]]
    .assert_eq(&app.run_to_end().report.to_string());
}

#[test]
fn a_run_loop_that_does_not_end_is_told_from_one_that_is_never_ready() {
    let graph = Graph::new().service("deaf", &[], |c| c.run(|_| hangs()));
    let report = graph.app().run(|app| async move {
        assert!(app.started().await);
        app.stop().await.report
    });
    expect![[r#"
        test ended with exit code 75 while stopping (it was asked to: the test is over)
          error: `deaf` timed out in run after 5 s
            hint: it is to end when its `Shutdown` fires, within `stop_timeout`
          aborted: deaf
    "#]]
    .assert_eq(&report.to_string());
    let graph = Graph::new().service("shy", &[], |c| {
        c.declare(|d| d.ready(lifecycle::plan::Ready::Explicit))
            .run(works)
    });
    expect![[r#"
        test ended with exit code 69: `shy` failed to start: it took too long
          error: `shy` timed out in start after 30 s
            hint: `start_timeout` is its limit, and `Context::extend` asks for more
          failed: shy
    "#]]
    .assert_eq(&graph.app().run_to_end().report.to_string());
}

#[test]
fn one_that_never_says_that_it_is_ready_is_told_how() {
    let graph = Graph::new().service("api", &[], |c| {
        c.declare(|d| d.ready(lifecycle::plan::Ready::Explicit))
            .run(|_| takes(ms(1)))
    });
    expect![[r#"
        test ended with exit code 69: `api` failed to start: it ended before it was ready
          error: `api` ended before it was ready
            hint: with `ready = "explicit"`, its run loop has to call `Context::ready`
          failed: api
    "#]]
    .assert_eq(&graph.app().run_to_end().report.to_string());
}

#[test]
fn an_app_that_fails_for_weeks_keeps_its_first_and_its_last_errors() {
    let runs = Arc::new(AtomicU32::new(0));
    let graph = Graph::new().service("feed", &[], |c| {
        let policies = |d: Declaration| {
            d.restart(Restart::OnFailure)
                .max_restarts(u32::MAX)
                .backoff(secs(1), secs(1))
        };
        c.declare(policies).run(move |_| {
            let run = runs.fetch_add(1, Relaxed);
            async move { Err::<(), _>(std::io::Error::other(format!("run {run}"))) }
        })
    });
    graph.app().run(|app| async move {
        takes(secs(5_000)).await.unwrap();
        let report = app.stop().await.report;
        let errors = report.errors();
        assert_eq!(errors.len(), 2_000);
        let all = report.component("feed").unwrap().restarts + 1;
        assert_eq!(report.errors_left_out(), u64::from(all) - 2_000);
        assert_eq!(errors[999].chain()[1], "run 999");
        assert_eq!(errors[1_999].chain()[1], format!("run {}", all - 1));
        assert!(report.to_string().contains("that were not kept\n"));
    });
}

#[test]
fn a_report_has_each_components_outcome_and_times() {
    let graph = Graph::new()
        .resource("base", &[], |c| {
            c.start(|_| takes(ms(10))).stop(|_| takes(ms(5)))
        })
        .service("job", &["base"], |c| {
            c.start(|_| takes(ms(30))).run(|_| takes(ms(100)))
        });
    let report = graph.app().run_to_end().report;
    assert_eq!(report.name(), "test");
    assert_eq!(report.start_time(), Some(ms(40)));
    assert_eq!(report.stop_time(), Some(ms(5)));
    assert_eq!(report.total_time(), ms(145));
    let [base, job] = report.components() else {
        panic!("{report}")
    };
    assert_eq!((&*base.name, base.rank, base.attempts), ("base", 0, 1));
    assert_eq!((base.waited, base.start), (Some(ms(0)), Some(ms(10))));
    assert_eq!((base.stop, base.outcome), (Some(ms(5)), Outcome::Stopped));
    assert_eq!((job.waited, job.start), (Some(ms(10)), Some(ms(30))));
    assert_eq!((job.rank, job.outcome), (1, Outcome::Finished));
    let profile = report.start_profile().unwrap();
    assert_eq!(profile.rows.len(), 2);
    assert_eq!(profile.total, ms(40));
}

#[test]
fn schedules_that_failed_read_like_this() {
    let graph = Graph::new().service("feed", &[], |c| {
        c.start(|cx: Context| async move {
            cx.every("fetch", Every::new(secs(10)), || fails("no route"));
            cx.every("count", Every::new(secs(10)), || panics("no fingers"));
            cx.every("beat", Every::new(secs(10)), || takes(secs(1)));
            Ok::<(), std::convert::Infallible>(())
        })
        .run(|_| takes(secs(25)))
    });
    let report = graph.app().run_to_end().report;
    let text = report.to_string();
    let place = text.find(" (at ").unwrap();
    let end = text[place..].find(")\n").unwrap() + place + 1;
    expect![[r#"
        test ended with exit code 0: all services finished
          schedule of `feed`, `fetch`: 2 runs, 2 failed
            no route
          schedule of `feed`, `count`: 2 runs, 2 panicked
            it panicked: no fingers
          finished: feed
    "#]]
    .assert_eq(&format!("{}{}", &text[..place], &text[end..]));
    let feed = report.component("feed").unwrap();
    let names: Vec<&str> = feed.schedules.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["fetch", "count", "beat"]);
    assert_eq!(feed.schedules[2].runs, 2);
    let json = serde_json::to_value(&report).unwrap();
    let fetch = &json["components"][0]["schedules"][0];
    assert_eq!(fetch["failed"], 2);
    assert_eq!(fetch["last_error"], "no route");
}

#[test]
fn an_error_keeps_the_sources_that_the_hook_gave() {
    let report = bad_end().report;
    let of_mailer = |error: &&lifecycle::Error| error.component() == Some("mailer");
    let error = report.errors().iter().find(of_mailer).unwrap();
    assert_eq!(
        error.chain(),
        [
            "`mailer` failed in start",
            "cannot reach smtp.example.org",
            "connection refused"
        ]
    );
    let source = std::error::Error::source(error).unwrap();
    assert!(source.downcast_ref::<Wrapped>().is_some());
}

#[test]
fn a_report_can_be_written_as_json() {
    let json = serde_json::to_value(bad_end().report).unwrap();
    assert_eq!(json["name"], "shop");
    assert_eq!(json["exit_code"], 69);
    assert_eq!(json["cause"]["start_failed"][0], "mailer");
    assert_eq!(json["forced"], serde_json::Value::Null);
    assert_eq!(json["components"][0]["name"], "settings");
    assert_eq!(json["components"][0]["outcome"], "stopped");
    let errors = json["errors"].as_array().unwrap();
    let mailer = errors.iter().find(|error| error["component"] == "mailer");
    let mailer = mailer.unwrap();
    assert_eq!(mailer["stage"], "start");
    assert_eq!(mailer["chain"][2], "connection refused");
    assert!(json["leaked"].as_array().unwrap().is_empty());
    assert!(json["total_time"]["secs"].is_u64());
}

#[test]
fn a_panic_in_the_report_says_where() {
    let graph = Graph::new().service("job", &[], |c| c.run(|_| panics("no paper")));
    let text = graph.app().run_to_end().report.to_string();
    assert!(
        text.contains("error: `job` panicked in run: no paper (at "),
        "{text}"
    );
    let first = text.lines().next().unwrap();
    expect!["test ended with exit code 70: `job` failed in run: it panicked"].assert_eq(first);
}

/// Its source is itself.
#[derive(Debug)]
struct Ouroboros;

impl std::fmt::Display for Ouroboros {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("its own tail")
    }
}

impl std::error::Error for Ouroboros {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self)
    }
}

#[test]
fn an_error_that_is_its_own_source_ends_where_it_begins() {
    let graph = Graph::new().service("snake", &[], |c| {
        c.run(|_| async { Err::<(), _>(Ouroboros) })
    });
    let report = graph.app().run_to_end().report;
    assert_eq!(
        report.errors()[0].chain(),
        ["`snake` failed in run", "its own tail"]
    );
    assert!(report.to_string().contains("because: its own tail\n"));
}
