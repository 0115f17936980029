//! What follows for probes from the graph.

use lifecycle::Context;
use lifecycle::engine::Phase;
use lifecycle::health::{Health, Level};
use lifecycle::plan::{CheckPolicy, Ready, Restart};

use super::{Dial, failing, health, level, report};
use crate::kit::{Graph, Run, ms, runs, secs, takes, works};

const AT_ONCE: CheckPolicy = CheckPolicy::new()
    .failures(1)
    .successes(1)
    .down_every(ms(500));

#[test]
fn while_it_starts_the_app_is_live_and_neither_started_nor_ready() {
    let graph = Graph::new()
        .resource("database", &[], |c| c.start(|_| takes(secs(3))))
        .resource("api", &["database"], |c| c);
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        let waits = ["database: starting for 1 s", "api: waits for database"];
        assert_eq!(failing(&app.app(), "startup"), waits);
        assert_eq!(
            failing(&app.app(), "readiness"),
            ["starting", waits[0], waits[1]]
        );
        assert_eq!(failing(&app.app(), "liveness"), [""; 0]);
        // It is not ill for that.
        assert_eq!(report(&app).health, Health::healthy());
        assert!(app.started().await);
        for group in ["startup", "readiness", "liveness"] {
            assert_eq!(failing(&app.app(), group), [""; 0], "{group}");
        }
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn it_is_not_ready_the_moment_draining_begins_while_all_is_still_up() {
    let graph = Graph::new().resource("a", &[], |c| c);
    let app = graph.app().with(|app| app.drain_delay(secs(5)));
    app.run(|app| async move {
        assert!(app.started().await);
        assert!(app.app().is_ready());
        app.app().shutdown("enough");
        app.phase(Phase::Draining).await;
        assert_eq!(app.app().status().age, secs(0));
        assert_eq!(failing(&app.app(), "readiness"), ["draining"]);
        assert_eq!(failing(&app.app(), "startup"), [""; 0]);
        assert_eq!(failing(&app.app(), "liveness"), [""; 0]);
        assert!(report(&app).component("a").unwrap().ready);
        let handle = app.app();
        assert!(app.ended().await.report.is_success());
        assert_eq!(failing(&handle, "readiness"), ["ended", "a: down"]);
        assert_eq!(failing(&handle, "startup"), [""; 0]);
        assert_eq!(handle.health().health, Health::healthy());
    });
}

#[test]
fn one_that_the_app_needs_makes_it_unready_when_unhealthy_and_no_other_does() {
    for (optional, ready) in [(false, false), (true, true)] {
        let graph = Graph::new().resource("a", &[], |c| {
            c.declare(move |d| d.optional(optional))
                .health(AT_ONCE, Dial::ill().check())
        });
        graph.app().run(|app| async move {
            takes(ms(1)).await.unwrap();
            assert_eq!(level(&app, "a"), Level::Unhealthy);
            assert_eq!(app.app().is_ready(), ready);
            let report = report(&app);
            assert_eq!(report.component("a").unwrap().required, !optional);
            let overall = if optional {
                Health::warning("a: no route")
            } else {
                Health::unhealthy("a: no route")
            };
            assert_eq!(report.health, overall);
            if !optional {
                assert_eq!(failing(&app.app(), "readiness"), ["a: no route"]);
            }
            assert_eq!(
                failing(&app.app(), "liveness"),
                [""; 0],
                "outside systems end no process"
            );
            assert!(app.stop().await.report.is_success());
        });
    }
}

#[test]
fn degraded_is_ready() {
    for answer in [Health::hint("slow"), Health::warning("slow")] {
        let dial = Dial::new(Ok(answer.clone()));
        let graph = Graph::new().resource("a", &[], |c| c.health(AT_ONCE, dial.check()));
        graph.app().run(|app| async move {
            takes(ms(1)).await.unwrap();
            assert_eq!(health(&app, "a"), answer);
            assert!(app.app().is_ready());
            assert_eq!(report(&app).health.level(), answer.level());
            assert!(app.stop().await.report.is_success());
        });
    }
}

#[test]
fn warming_up_and_waiting_to_restart_are_not_up() {
    let run = runs([Run::Fails(9_000), Run::Works]);
    let graph = Graph::new().service("a", &[], |c| {
        c.declare(|d| d.ready(Ready::Explicit).restart(Restart::OnFailure))
            .run(move |cx: Context| {
                let run = run(cx.clone());
                async move {
                    takes(secs(2)).await?;
                    cx.note("almost there");
                    takes(secs(1)).await?;
                    cx.ready();
                    run.await
                }
            })
    });
    graph.app().run(|app| async move {
        takes(ms(2_500)).await.unwrap();
        let words = ["a: warming up for 2.5 s: almost there"];
        assert_eq!(failing(&app.app(), "startup"), words);
        assert!(app.started().await);
        assert!(app.app().is_ready());
        takes(ms(9_001)).await.unwrap();
        assert!(!app.app().is_ready());
        assert_eq!(
            failing(&app.app(), "startup"),
            [""; 0],
            "it has been complete"
        );
        let report = report(&app);
        assert_eq!(
            report.component("a").unwrap().health,
            Health::warning("begins anew: `a` failed in run: lost"),
            "it comes back"
        );
        takes(secs(10)).await.unwrap();
        assert!(app.app().is_ready());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn one_that_is_disabled_although_the_app_needs_it_is_unhealthy() {
    let graph = Graph::new()
        .resource("database", &[], |c| c)
        .resource("api", &["database"], |c| c);
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let database = app.app().component("database").unwrap();
        database.disable().await.unwrap();
        assert_eq!(failing(&app.app(), "readiness")[0], "database: disabled");
        assert_eq!(health(&app, "database"), Health::unhealthy("disabled"));
        assert_eq!(level(&app, "api"), Level::Unhealthy);
        assert_eq!(report(&app).health.level(), Level::Unhealthy);
        database.enable().await.unwrap();
        assert!(app.app().is_ready());
        assert_eq!(report(&app).health, Health::healthy());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn an_optional_one_that_is_disabled_or_failed_leaves_the_app_ready() {
    let optional = |d: lifecycle::plan::Declaration| d.optional(true);
    let graph = Graph::new()
        .resource("needed", &[], |c| c)
        .resource("extra", &[], |c| c.declare(optional))
        .resource("broken", &[], |c| {
            c.declare(optional)
                .start(|_| crate::kit::fails("no licence"))
        });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        app.app()
            .component("extra")
            .unwrap()
            .disable()
            .await
            .unwrap();
        assert!(app.app().is_ready());
        assert_eq!(failing(&app.app(), "startup"), [""; 0]);
        assert_eq!(health(&app, "extra"), Health::healthy());
        assert_eq!(health(&app, "broken"), Health::warning("it has failed"));
        let report = report(&app);
        assert!(!report.component("extra").unwrap().ready);
        assert_eq!(report.health, Health::warning("broken: it has failed"));
        app.stop().await;
    });
}

#[test]
fn groups_of_ones_own_have_those_who_join() {
    let (dial, optional) = (Dial::ill(), |d: lifecycle::plan::Declaration| {
        d.optional(true)
    });
    let check = dial.check();
    let graph = Graph::new()
        .resource("cards", &[], |c| {
            c.declare(move |d| optional(d).health_groups(&["payments", "readiness"]))
                .health(AT_ONCE, check)
        })
        .resource("ledger", &[], |c| {
            c.declare(|d| d.health_groups(&["payments"]))
        })
        .resource("mail", &[], |c| c.declare(optional));
    graph.app().run(|app| async move {
        takes(ms(1)).await.unwrap();
        assert_eq!(failing(&app.app(), "payments"), ["cards: no route"]);
        assert_eq!(failing(&app.app(), "readiness"), ["cards: no route"]);
        let report = report(&app);
        assert_eq!(
            report.group("payments").unwrap().members,
            ["cards", "ledger"]
        );
        assert_eq!(
            report.group("readiness").unwrap().members,
            ["cards", "ledger"]
        );
        let names: Vec<_> = report.groups.iter().map(|group| &*group.name).collect();
        assert_eq!(names, ["startup", "readiness", "liveness", "payments"]);
        assert!(report.group("refunds").is_none());
        dial.turn(Ok(Health::healthy()));
        takes(secs(1)).await.unwrap();
        assert_eq!(failing(&app.app(), "payments"), [""; 0]);
        app.app()
            .component("ledger")
            .unwrap()
            .disable()
            .await
            .unwrap();
        assert_eq!(failing(&app.app(), "payments"), ["ledger: disabled"]);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn an_app_that_never_gets_ready_never_says_so() {
    let graph = Graph::new().service("a", &[], |c| {
        c.declare(|d| d.ready(Ready::Explicit).start_timeout(secs(20)))
            .run(works)
    });
    graph.app().run(|app| async move {
        for _ in 0..19 {
            takes(secs(1)).await.unwrap();
            assert!(!app.app().is_ready() && !app.app().has_started());
        }
        let handle = app.app();
        assert_eq!(app.ended().await.report.exit_code(), 69);
        assert!(!handle.is_ready() && !handle.has_started());
        assert_eq!(handle.health().health.level(), Level::Unhealthy);
    });
}

#[test]
fn one_that_is_added_as_required_counts() {
    let graph = Graph::new().resource("a", &[], |c| c);
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let dial = Dial::ill();
        let late = lifecycle::component::Custom::resource("late")
            .required()
            .health(AT_ONCE, dial.check());
        app.app().add(late).await.unwrap();
        takes(ms(1)).await.unwrap();
        assert_eq!(failing(&app.app(), "readiness"), ["late: no route"]);
        assert!(app.stop().await.report.is_success());
    });
}
