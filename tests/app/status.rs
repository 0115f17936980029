//! What everything is doing, right now.

use std::sync::{Arc, OnceLock, Weak};

use expect_test::expect;
use lifecycle::Context;
use lifecycle::component::BoxError;
use lifecycle::engine::{Phase, Signal, State};
use lifecycle::pool::{Pool, Workers};
use lifecycle::schedule::Every;
use lifecycle::testing::TestHandle;

use crate::kit::{Graph, fails, hangs, ms, secs, takes, works};

fn waits(app: &TestHandle, name: &str) -> Vec<String> {
    let status = app.app().status();
    status.component(name).unwrap().waits_for.clone()
}

#[test]
fn a_component_says_for_whom_it_waits_to_start() {
    let graph = Graph::new()
        .resource("quick", &[], |c| c)
        .resource("slow", &[], |c| {
            c.start(|cx: Context| async move {
                cx.note("migrating 3/10");
                takes(secs(2)).await
            })
        })
        .resource("api", &["quick", "slow"], |c| c);
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        assert_eq!(waits(&app, "api"), ["slow"]);
        assert!(waits(&app, "slow").is_empty());
        let status = app.app().status();
        assert_eq!(status.phase, Phase::Starting);
        assert_eq!(status.component("slow").unwrap().state, State::Starting);
        expect![[r#"
            test is starting after 1 s
              quick  up                      1 s
              slow   starting                1 s  migrating 3/10
              api    down                    1 s  waits for slow
        "#]]
        .assert_eq(&status.to_string());
        assert!(app.started().await);
        assert!(waits(&app, "api").is_empty());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_component_says_for_whom_it_waits_to_stop() {
    let graph = Graph::new()
        .resource("base", &[], |c| c)
        .resource("slow", &["base"], |c| c.stop(|_| takes(secs(2))))
        .service("api", &["slow"], |c| c.run(works));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        app.signal(Signal::Terminate);
        takes(secs(1)).await.unwrap();
        assert_eq!(waits(&app, "base"), ["slow"]);
        expect![[r#"
            test is stopping after 1 s
              base  up                      1 s  waits for slow
              slow  stopping                1 s
              api   down                    1 s
        "#]]
        .assert_eq(&app.app().status().to_string());
        assert!(app.ended().await.report.is_success());
    });
}

#[test]
fn finished_and_failed_components_are_told_apart() {
    let graph = Graph::new()
        .service("job", &[], |c| c.run(|_| takes(ms(1))))
        .service("feed", &[], |c| {
            c.declare(|d| d.optional(true)).run(|_| fails("lost"))
        })
        .resource("try", &[], |c| {
            c.declare(|d| d.optional(true).retry(3).backoff(secs(9), secs(9)))
                .start(|_| fails("no"))
        })
        .service("api", &[], |c| c.run(works));
    graph.app().run(|app| async move {
        takes(ms(10)).await.unwrap();
        let status = app.app().status();
        assert!(status.component("job").unwrap().finished);
        assert!(status.component("feed").unwrap().failed);
        assert_eq!(status.component("try").unwrap().state, State::Retrying);
        assert_eq!(status.component("try").unwrap().attempt, 1);
        expect![[r#"
            test is starting after 10 ms
              job   finished              10 ms
              feed  failed                10 ms
              try   waiting to retry      10 ms
              api   up                    10 ms
        "#]]
        .assert_eq(&status.to_string());
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn what_is_up_waits_for_nobody() {
    let graph = Graph::new()
        .resource("base", &[], |c| c)
        .resource("api", &["base"], |c| c.start(|_| hangs()));
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        assert!(waits(&app, "base").is_empty());
        app.signal(Signal::Interrupt);
        let handle = app.app();
        let _ended = app.ended().await;
        assert_eq!(handle.status().phase, Phase::Ended);
    });
}

/// A job takes so long and fails if that is none.
type Crew = Workers<u64>;

#[test]
fn pools_tasks_and_schedules_have_lines_of_their_own() {
    let crew: Arc<OnceLock<Crew>> = Arc::default();
    let kept = crew.clone();
    let graph = Graph::new().resource("mails", &[], |c| {
        c.start(move |cx: Context| {
            let pool = Workers::builder(|time: u64| async move {
                match time {
                    0 => fails("no such address").await,
                    time => takes(secs(time)).await,
                }
            });
            let _ = kept.set(pool.workers(2).start(&cx));
            Pool::builder().workers(1).name("letters").start(&cx);
            let task = cx.task("sort", |_| fails("no light"));
            task.run_now();
            let hung = cx.task("count", |_| hangs());
            hung.run_now();
            let how = Every::new(secs(10));
            cx.every("fetch", how, || fails("no route"));
            takes(ms(0))
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        for time in [0, 1, 100, 100, 100] {
            crew.get().unwrap().submit(time).await.unwrap();
        }
        takes(secs(25)).await.unwrap();
        let status = app.app().status();
        expect![[r#"
            test is running after 25 s
              mails  up                     25 s  warning: `fetch` failed 2 times in a row: no route
                jobs: 1 queued, 2 running, 1 done, 1 failed
                jobs in `letters`: 0 done
                tasks: 1 running, 0 done, 1 failed
                `fetch`: 2 runs, 2 failed, next in 5 s; last error: no route
        "#]]
        .assert_eq(&status.to_string());
        let mails = status.component("mails").unwrap();
        let stats = mails.pools.iter().find(|pool| pool.name == "mails");
        let pool = stats.unwrap();
        assert_eq!(pool.stats, crew.get().unwrap().stats());
        assert_eq!(pool.errors, ["no such address"]);
        assert_eq!(
            app.app().status().component("mails").unwrap().pools[0]
                .errors
                .len(),
            1
        );
        assert_eq!(mails.tasks.as_ref().unwrap().stats.running(), 1);
        let json = serde_json::to_value(&status).unwrap();
        let mails = &json["components"][0];
        assert_eq!(mails["pools"][0]["stats"]["queued"], 1);
        assert_eq!(mails["tasks"]["stats"]["failed"], 1);
        assert_eq!(mails["schedules"][0]["last_error"], "no route");
        assert_eq!(mails["disabled"], false);
    });
}

#[test]
fn a_pool_counts_over_all_lives_and_is_not_kept_alive() {
    let lives: Arc<std::sync::Mutex<Vec<Weak<()>>>> = Arc::default();
    let kept = lives.clone();
    let graph = Graph::new().resource("mails", &[], |c| {
        c.start(move |cx: Context| {
            let alive = Arc::new(());
            kept.lock().unwrap().push(Arc::downgrade(&alive));
            let pool: Workers<(), ()> = Workers::builder(move |()| {
                let _alive = &alive;
                async { Err::<(), _>(BoxError::from("no such address")) }
            })
            .workers(1)
            .start(&cx);
            async move { pool.submit(()).await.map_err(|error| error.to_string()) }
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let mails = app.app().component("mails").unwrap();
        for life in 1..=3 {
            takes(secs(1)).await.unwrap();
            let pools = mails.status().pools;
            assert_eq!((pools.len(), pools[0].stats.failed), (1, life));
            mails
                .restart(lifecycle::plan::Scope::Dependents)
                .await
                .unwrap();
        }
        mails.disable().await.unwrap();
        assert_eq!(mails.status().pools[0].stats.failed, 4);
        let lives = lives.lock().unwrap();
        assert_eq!(lives.len(), 4);
        assert!(lives.iter().all(|life| life.upgrade().is_none()));
    });
}

#[test]
fn what_is_disabled_says_so_and_waits_for_nobody() {
    let graph = Graph::new()
        .resource("logging", &[], |c| c)
        .resource("cache", &[], |c| c)
        .resource("mailer", &["logging"], |c| c)
        .service("api", &["cache", "mailer"], |c| c.run(works))
        .service("top", &["api"], |c| c.run(works))
        .service("feed", &["cache"], |c| c.run(works));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let mailer = app.app().component("mailer").unwrap();
        mailer.disable().await.unwrap();
        expect![[r#"
            test is running after 0 us
              logging  down                   0 us
              cache    up                     0 us
              mailer   disabled               0 us
              api      down                   0 us  waits for mailer
              top      down                   0 us  waits for api
              feed     up                     0 us
        "#]]
        .assert_eq(&app.app().status().to_string());
        assert!(mailer.status().disabled);
        app.app()
            .component("feed")
            .unwrap()
            .disable()
            .await
            .unwrap();
        // Nobody needs the cache now, and nobody waits for it.
        assert_eq!(waits(&app, "api"), ["mailer"]);
        assert_eq!(waits(&app, "top"), ["api"]);
        mailer.enable().await.unwrap();
        assert!(!mailer.status().disabled);
        assert!(waits(&app, "top").is_empty());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn what_was_disabled_before_the_start_is_so_from_the_first() {
    let graph = Graph::new()
        .resource("slow", &[], |c| {
            c.load(|_| takes(secs(1))).start(|_| takes(secs(2)))
        })
        .service("feed", &["slow"], |c| c.run(works))
        .service("api", &["slow"], |c| c.run(works));
    graph.app().run(|app| async move {
        drop(app.app().component("feed").unwrap().disable());
        takes(secs(2)).await.unwrap();
        assert!(app.app().status().component("feed").unwrap().disabled);
        assert!(waits(&app, "feed").is_empty());
        assert_eq!(waits(&app, "api"), ["slow"]);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_status_can_be_written_as_json() {
    let graph = Graph::new().resource("a", &[], |c| c);
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let json = serde_json::to_value(app.app().status()).unwrap();
        assert_eq!(json["app"], "test");
        assert_eq!(json["phase"], "running");
        assert_eq!(json["components"][0]["state"], "up");
        assert_eq!(json["components"][0]["kind"], "resource");
        assert!(app.stop().await.report.is_success());
    });
}
