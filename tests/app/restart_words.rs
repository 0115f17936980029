//! What somebody reads at night about a component that is restarted.

use expect_test::{Expect, expect};
use lifecycle::Context;
use lifecycle::context::RestartPolicy;
use lifecycle::plan::{Declaration, Escalate, Restart, Scope};

use crate::kit::{Graph, Logged, Run, fails, runs, secs, takes, works};

fn policy(declaration: Declaration) -> Declaration {
    let declaration = declaration.restart(Restart::OnFailure);
    declaration
        .max_restarts(2)
        .within(secs(60))
        .backoff(secs(4), secs(4))
}

/// The log from level INFO on, and the report.
fn reads(graph: Graph, expected: &Expect) {
    let logged = Logged::default();
    let report = tracing::subscriber::with_default(logged.clone(), || {
        graph.app().run(|app| async move {
            let running = app.app();
            if let Some(asked) = running.component("asked") {
                takes(secs(1)).await.unwrap();
                asked.restart(Scope::Itself).await.unwrap();
            }
            let ends = app.ended();
            tokio::pin!(ends);
            tokio::select! {
                ended = &mut ends => ended.report,
                _ = takes(secs(300)) => {
                    running.shutdown("the night is over");
                    ends.await.report
                }
            }
        })
    });
    let mut text = String::new();
    for line in logged.0.all() {
        let Some((level, message)) = line.split_once(" message=") else {
            continue;
        };
        if level != "DEBUG" {
            let message = message.split(" component=").next().unwrap_or(message);
            text += &format!("{level} {message}\n");
        }
    }
    expected.assert_eq(&format!("{text}{report}"));
}

#[test]
fn one_that_is_restarted_and_then_not_any_more() {
    let graph = Graph::new().service("feed", &[], |c| {
        c.declare(policy)
            .run(runs([Run::Fails(1_000), Run::Fails(2_000)]))
    });
    reads(
        graph,
        &expect![[r#"
        INFO everything is up after 0 us
        ERROR `feed` failed in run: lost
        WARN feed restarts in 2.4 s (restart 1 of at most 2 in 60 s)
        INFO feed is up
        ERROR `feed` failed in run: lost
        WARN feed restarts in 19 ms (restart 2 of at most 2 in 60 s)
        INFO feed is up
        ERROR `feed` failed in run: lost
        ERROR feed has failed for good, after it was restarted twice
        ERROR stopping: a component failed: feed
        INFO everything is down after 0 us
        test ended with exit code 1: `feed` failed in run
          error: `feed` failed in run (3 times)
            because: lost
          failed: feed
          restarted: feed (twice)
    "#]],
    );
}

#[test]
fn one_that_is_built_anew_with_what_needs_it() {
    let graph = Graph::new()
        .service("feed", &[], |c| {
            c.declare(|d| policy(d).scope(Scope::Dependents))
                .run(runs([Run::Fails(1_000), Run::Works]))
        })
        .resource("reader", &["feed"], |c| c);
    reads(
        graph,
        &expect![[r#"
        INFO everything is up after 0 us
        ERROR `feed` failed in run: lost
        WARN feed is built anew, with all that cannot do without it
        INFO reader is down
        WARN feed restarts in 2.4 s (restart 1 of at most 2 in 60 s)
        INFO feed is up
        INFO reader is up
        INFO asked to stop: the night is over
        INFO stopping: it was asked to
        INFO everything is down after 0 us
        test ended with exit code 0: it was asked to: the night is over
          error: `feed` failed in run
            because: lost
          stopped: feed, reader
          restarted: feed (once), reader (once)
    "#]],
    );
}

#[test]
fn one_that_is_gone_without() {
    let graph = Graph::new()
        .service("feed", &[], |c| {
            c.declare(|d| {
                policy(d)
                    .max_restarts(1)
                    .within(secs(60))
                    .escalate(Escalate::Degrade)
            })
            .run(runs([Run::Again(1_000), Run::Fails(1_000)]))
        })
        .service("other", &[], |c| c.run(works));
    reads(
        graph,
        &expect![[r#"
        INFO everything is up after 0 us
        ERROR `feed` failed in run: a restart is asked for: news
        WARN feed restarts at once (restart 1 of at most 1 in 60 s)
        INFO feed is up
        ERROR `feed` failed in run: lost
        ERROR feed has failed for good, after it was restarted once
        INFO feed is down
        INFO asked to stop: the night is over
        INFO stopping: it was asked to
        INFO everything is down after 0 us
        test ended with exit code 1 while stopping (it was asked to: the night is over)
          error: `feed` failed in run
            because: a restart is asked for: news
          error: `feed` failed in run
            because: lost
          failed: feed
          stopped: other
          restarted: feed (once)
    "#]],
    );
}

#[test]
fn one_that_somebody_restarts() {
    let graph = Graph::new().service("asked", &[], |c| c.run(works));
    reads(
        graph,
        &expect![[r#"
        INFO everything is up after 0 us
        INFO asked restarts, as somebody asked
        INFO asked is up
        INFO asked to stop: the night is over
        INFO stopping: it was asked to
        INFO everything is down after 0 us
        test ended with exit code 0: it was asked to: the night is over
          stopped: asked
          restarted: asked (once)
    "#]],
    );
}

#[test]
fn a_supervised_task() {
    let graph = Graph::new().service("feed", &[], |c| {
        c.run(|cx: Context| {
            let policy = RestartPolicy::on_failure().max_restarts(1).within(secs(60));
            cx.spawn_supervised("eu", policy.backoff(secs(4), secs(4)), |_| fails("lost"));
            works(cx)
        })
    });
    reads(
        graph,
        &expect![[r#"
        INFO everything is up after 0 us
        ERROR `feed` failed in task: the task `eu` failed: lost
        WARN feed: `eu` restarts in 2.4 s (restart 1 of at most 1 in 60 s)
        ERROR `feed` failed in task: the task `eu` failed: lost
        ERROR stopping: a component failed: feed
        INFO everything is down after 0 us
        test ended with exit code 1: `feed` failed in task
          error: `feed` failed in task (2 times)
            because: the task `eu` failed
            because: lost
          failed: feed
    "#]],
    );
}
