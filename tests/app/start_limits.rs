//! How long a start may take, and how it says what it does.

use lifecycle::Context;
use lifecycle::app::StopCause;

use crate::kit::{Graph, errors, hangs, ms, secs, takes};

#[test]
fn a_start_that_takes_too_long_fails() {
    let ended = Graph::new()
        .resource("a", &[], |c| c.start(|_| hangs()))
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(errors(&ended.report), ["`a` timed out in start after 30 s"]);
    assert_eq!(ended.report.total_time(), secs(30));
}

#[test]
fn a_component_can_declare_another_start_timeout() {
    let ended = Graph::new()
        .resource("a", &[], |c| {
            c.declare(|d| d.start_timeout(ms(1500))).start(|_| hangs())
        })
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(
        errors(&ended.report),
        ["`a` timed out in start after 1.5 s"]
    );
}

#[test]
fn the_start_as_a_whole_has_a_budget() {
    let ended = Graph::new()
        .resource("a", &[], |c| c.start(|_| takes(secs(3))))
        .resource("b", &["a"], |c| c.start(|_| takes(secs(3))))
        .resource("c", &["b"], |c| c)
        .app()
        .with(|app| app.start_budget(secs(5)))
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(ended.report.cause(), Some(&StopCause::StartBudget));
    assert_eq!(ended.report.total_time(), secs(5));
    let errors = errors(&ended.report);
    assert_eq!(
        errors[0],
        "the start took longer than 5 s; still to come: b, c"
    );
    assert_eq!(ended.log.down(), ["b", "a"]);
}

#[test]
fn the_budget_covers_the_load_too() {
    let ended = Graph::new()
        .resource("a", &[], |c| c.load(|_| takes(secs(4))))
        .resource("b", &[], |c| c.start(|_| takes(secs(4))))
        .app()
        .with(|app| app.start_budget(secs(5)))
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(ended.report.total_time(), secs(5));
}

#[test]
fn extend_moves_the_deadline_of_the_component_and_of_the_start() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.declare(|d| d.start_timeout(secs(2)))
            .start(|cx: Context| async move {
                for part in 1..=5 {
                    cx.extend(secs(2));
                    cx.note(format!("part {part}/5"));
                    takes(ms(1900)).await?;
                }
                takes(ms(0)).await
            })
    });
    let app = graph.app().with(|app| app.start_budget(secs(3)));
    app.run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().at("a up"), Some(ms(9500)));
        assert_eq!(app.log().at("a says: part 5/5"), Some(ms(7600)));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn extend_never_brings_a_deadline_closer() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(|cx: Context| async move {
            cx.extend(ms(1));
            takes(secs(20)).await
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_start_that_takes_too_long_is_reported_with_its_last_note() {
    let ended = Graph::new()
        .resource("a", &[], |c| {
            c.start(|cx: Context| async move {
                cx.note("migrating 3/10");
                hangs().await
            })
        })
        .app()
        .run_to_end();
    assert_eq!(
        errors(&ended.report),
        ["`a` timed out in start after 30 s; last note: migrating 3/10"]
    );
}

#[test]
fn the_status_has_the_note_until_the_component_is_up() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(|cx: Context| async move {
            cx.note("migrating 3/10");
            takes(secs(1)).await
        })
    });
    graph.app().run(|app| async move {
        takes(ms(500)).await.unwrap();
        let note = |app: &lifecycle::testing::TestHandle| {
            app.app().status().component("a").unwrap().note.clone()
        };
        assert_eq!(note(&app).as_deref(), Some("migrating 3/10"));
        assert!(app.started().await);
        assert_eq!(note(&app), None);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_deadline_beyond_the_clock_never_comes() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(|cx: Context| {
            cx.extend(std::time::Duration::MAX);
            takes(secs(3600))
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert!(app.stop().await.report.is_success());
    });
}
