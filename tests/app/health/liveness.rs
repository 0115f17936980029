//! When the process had better be started anew.

use lifecycle::Context;
use lifecycle::health::{Health, Level};
use lifecycle::plan::{CheckPolicy, Restart};

use super::{Dial, failing, level, report};
use crate::kit::{Graph, secs, takes, works};

#[test]
fn a_missed_heartbeat_counts_until_the_work_that_owed_it_has_ended() {
    let calls = std::sync::atomic::AtomicU32::new(0);
    let graph = Graph::new().service("pump", &[], |c| {
        c.declare(|d| d.heartbeat(secs(1)).restart(Restart::OnFailure))
            .run(move |cx: Context| {
                let first = calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
                async move {
                    let shutdown = cx.shutdown();
                    while !first && shutdown.wrap(takes(secs(1) / 2)).await.is_some() {
                        cx.beat();
                    }
                    shutdown.await;
                    // It hears that it is to end, and takes its time.
                    takes(secs(3) * u32::from(first)).await
                }
            })
    });
    graph.app().run(|app| async move {
        takes(secs(1) / 2).await.unwrap();
        assert!(app.app().is_live());
        takes(secs(2)).await.unwrap();
        let words = ["pump: it has shown no sign of life in time"];
        assert_eq!(failing(&app.app(), "liveness"), words);
        assert!(!app.app().is_ready());
        takes(secs(5)).await.unwrap();
        assert_eq!(failing(&app.app(), "liveness"), [""; 0]);
        assert!(app.app().is_ready());
        assert_eq!(report(&app).group("liveness").unwrap().members, ["pump"]);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn who_joins_liveness_fails_it_when_unhealthy_but_not_when_down() {
    let dial = Dial::new(Ok(Health::healthy()));
    let (check, how) = (dial.check(), CheckPolicy::new().failures(1).every(secs(1)));
    let graph = Graph::new().service("engine", &[], |c| {
        c.declare(|d| d.health_groups(&["liveness"]))
            .start(|_| takes(secs(2)))
            .run(works)
            .health(how, check)
    });
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        assert_eq!(failing(&app.app(), "liveness"), [""; 0], "it is starting");
        assert!(app.started().await);
        dial.turn(Err("the queue does not move"));
        takes(secs(2)).await.unwrap();
        assert_eq!(level(&app, "engine"), Level::Unhealthy);
        assert_eq!(
            failing(&app.app(), "liveness"),
            ["engine: the queue does not move"]
        );
        app.app()
            .component("engine")
            .unwrap()
            .disable()
            .await
            .unwrap();
        assert_eq!(failing(&app.app(), "liveness"), [""; 0]);
        assert!(app.stop().await.report.is_success());
    });
}
