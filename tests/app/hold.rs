//! While something holds up the app, the log says every ten seconds what it is.

use std::time::Duration;

use lifecycle::Context;
use lifecycle::plan::Scope;
use lifecycle::testing::TestHandle;
use tokio::time::Instant;

use crate::kit::{Graph, Logged, hangs, ms, secs, takes, works};

/// Runs an app, and gives the lines about what holds it up.
fn lines<F>(graph: Graph, test: impl FnOnce(TestHandle) -> F) -> Vec<String>
where
    F: Future<Output = ()>,
{
    let logged = Logged::default();
    tracing::subscriber::with_default(logged.clone(), || {
        let app = graph.app().with(|app| {
            app.start_budget(secs(600))
                .shutdown_timeout(secs(100))
                .name("shop")
        });
        app.run(test);
    });
    let lines = logged.0.all().into_iter().filter_map(|line| {
        let (level, text) = line.split_once(" message=")?;
        let is_one = text.starts_with("still ") || text.starts_with("held up ");
        let text = text.split(" component=").next()?;
        is_one.then(|| format!("{level} {text}"))
    });
    lines.collect()
}

/// Starts and stops.
async fn up_and_down(app: TestHandle) {
    assert!(app.started().await);
    // Nobody writes anything about an app that has nothing to do.
    takes(secs(3_600)).await.unwrap();
    assert!(app.stop().await.report.is_success());
}

/// A database that takes its time, and says so.
fn slow(time: Duration) -> Graph {
    Graph::new()
        .resource("settings", &[], |c| c)
        .resource("database", &["settings"], |c| {
            c.declare(|d| d.start_timeout(secs(60)))
                .start(move |cx: Context| async move {
                    cx.note("connecting");
                    takes(secs(12)).await?;
                    cx.note("migrating 1/2");
                    takes(time - secs(12)).await
                })
        })
        .service("api", &["database"], |c| c.run(works))
        .service("mailer", &["api"], |c| c.run(works))
}

#[test]
fn a_start_that_takes_long_has_a_line_every_ten_seconds_until_it_is_over() {
    let lines = lines(slow(secs(35)), up_and_down);
    assert_eq!(
        lines,
        [
            "WARN still starting after 10 s: database is starting (10 s, 50 s left): connecting; \
             api waits for database; mailer waits for api",
            "WARN still starting after 20 s: database is starting (20 s, 40 s left): migrating 1/2; \
             api waits for database; mailer waits for api",
            "WARN still starting after 30 s: database is starting (30 s, 30 s left): migrating 1/2; \
             api waits for database; mailer waits for api",
        ]
    );
}

#[test]
fn nothing_is_said_of_what_is_quick() {
    let graph = Graph::new()
        .resource("base", &[], |c| {
            c.load(|_| takes(secs(9)))
                .start(|_| takes(secs(9)))
                .stop(|_| takes(secs(4)))
        })
        .service("api", &["base"], |c| c.run(works).stop(|_| takes(secs(4))));
    let none: [&str; 0] = [];
    assert_eq!(lines(graph, up_and_down), none);
}

#[test]
fn to_watch_it_takes_no_time() {
    for stop in [ms(1), secs(4), secs(35)] {
        let graph = Graph::new().resource("base", &[], |c| {
            c.declare(|d| d.stop_timeout(secs(60)).start_timeout(secs(60)))
                .start(|_| takes(secs(25)))
                .stop(move |_| takes(stop))
        });
        let count = lines(graph, |app| async move {
            let begun = Instant::now();
            assert!(app.started().await);
            assert_eq!(begun.elapsed(), secs(25));
            let report = app.stop().await.report;
            assert_eq!(begun.elapsed(), secs(25) + stop);
            assert_eq!(report.total_time(), secs(25) + stop);
        });
        assert_eq!(count.len(), 2 + stop.as_secs() as usize / 10);
    }
}

#[test]
fn a_load_that_takes_long_is_told_too() {
    let graph = Graph::new()
        .resource("settings", &[], |c| {
            c.load(|cx: Context| async move {
                cx.note("asking the vault");
                takes(secs(15)).await
            })
        })
        .resource("quick", &[], |c| c.load(|_| takes(ms(1))));
    assert_eq!(
        lines(graph, up_and_down),
        ["WARN still loading after 10 s: settings is loading (10 s, 20 s left): asking the vault"]
    );
}

#[test]
fn a_stop_that_takes_long_names_who_does_not_end() {
    let graph = Graph::new()
        .resource("base", &[], |c| c)
        .service("api", &["base"], |c| {
            c.declare(|d| d.stop_timeout(secs(30))).run(|_| hangs())
        });
    let lines = lines(graph, |app| async move {
        assert!(app.started().await);
        assert_eq!(app.stop().await.report.exit_code(), 75);
    });
    assert_eq!(
        lines[..2],
        [
            "WARN still stopping after 10 s: api is finishing its work (10 s, 20 s left); base waits for api",
            "WARN still stopping after 20 s: api is finishing its work (20 s, 10 s left); base waits for api",
        ]
    );
}

#[test]
fn what_the_app_itself_cleans_up_may_take_long_too() {
    let graph = Graph::new().resource("base", &[], |c| c);
    let lines = lines(graph, |app| async move {
        assert!(app.started().await);
        app.app()
            .on_cleanup("upload", || async { takes(secs(25)).await });
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(
        lines,
        [
            "WARN still cleaning up after 10 s: the app's own cleanups run",
            "WARN still cleaning up after 20 s: the app's own cleanups run"
        ]
    );
}

#[test]
fn a_restart_that_takes_long_is_told_while_the_app_runs() {
    let lines = lines(slow(secs(25)), |app| async move {
        assert!(app.started().await);
        takes(secs(100)).await.unwrap();
        let database = app.app().component("database").unwrap();
        database.restart(Scope::Dependents).await.unwrap();
        takes(secs(100)).await.unwrap();
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(
        lines[2..],
        [
            "WARN held up for 10 s: database is starting (10 s, 50 s left): connecting; \
             api waits for database; mailer waits for api",
            "WARN held up for 20 s: database is starting (20 s, 40 s left): migrating 1/2; \
             api waits for database; mailer waits for api",
        ]
    );
}
