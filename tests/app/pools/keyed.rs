//! Pools by key.

use std::io;
use std::sync::{Arc, OnceLock};

use lifecycle::Context;
use lifecycle::component::{BoxError, Custom};
use lifecycle::pool::{JobError, Pool, PoolKey};

use crate::kit::{Graph, Trace, errors, ms, takes};

struct Mails;
struct Parcels;

impl PoolKey for Mails {
    type Pool = Pool;
}

impl PoolKey for Parcels {
    type Pool = Pool;
}

/// A component whose pool has a type for a key and a name.
fn post(c: Custom) -> Custom {
    c.start(|cx: Context| async move {
        let pool = Pool::builder().workers(1).start(&cx);
        cx.pools().add::<Mails>(pool.clone())?;
        cx.pools().add_named("mails", pool)?;
        Ok::<_, BoxError>(())
    })
}

#[test]
fn a_pool_is_found_by_its_type_and_by_its_name() {
    let graph = Graph::new()
        .resource("post", &[], post)
        .resource("user", &["post"], |c| {
            c.start(|cx: Context| async move {
                let by_type = cx.pool::<Mails>()?;
                by_type.submit(async {}).await?;
                let by_name = cx.pools().named("mails")?;
                assert_eq!(by_name.submit_and_wait(async { 3 }).await?, 3);
                assert_eq!(by_type.stats().done, 2);
                Ok::<_, BoxError>(())
            })
        });
    let ended = graph.app().run(|app| async move {
        assert!(app.started().await);
        app.stop().await
    });
    assert_eq!(ended.report.exit_code(), 0);
}

#[test]
fn an_unknown_key_is_named_with_those_that_there_are() {
    let graph = Graph::new()
        .resource("post", &[], post)
        .resource("user", &["post"], |c| {
            c.start(|cx: Context| async move {
                let error = cx.pools().named("emial").unwrap_err();
                assert_eq!(error.key(), "emial");
                let mails = std::any::type_name::<Mails>();
                let (by_name, by_type) = (r#"named("mails")"#, format!("pool::<{mails}>()"));
                assert_eq!(error.known(), [by_name, &by_type]);
                assert_eq!(
                    error.to_string(),
                    format!("there is no pool named `emial`; there is `{by_name}`, `{by_type}`")
                );
                let error = cx.pool::<Parcels>().unwrap_err();
                let parcels = std::any::type_name::<Parcels>();
                assert_eq!(error.key(), parcels);
                let words = format!("there is no pool of the type `{parcels}`; there is ");
                assert!(error.to_string().starts_with(&words), "{error}");
                takes(ms(0)).await
            })
        });
    assert!(graph.app().run(|app| async move {
        assert!(app.started().await);
        app.stop().await.report.is_success()
    }));
}

#[test]
fn no_two_components_have_pools_of_the_same_key() {
    let graph = Graph::new()
        .resource("post", &[], post)
        .resource("rival", &["post"], post);
    let ended = graph.app().run_to_end();
    let key = std::any::type_name::<Mails>();
    assert_eq!(
        errors(&ended.report),
        [format!(
            "`rival` failed in start: the pool `{key}` belongs to `post` already"
        )]
    );
}

#[test]
fn a_later_life_gives_the_key_to_its_own_pool() {
    let tried = Trace::default();
    let tries = tried.clone();
    let graph = Graph::new().resource("post", &[], |c| {
        c.declare(|d| d.retry(1).backoff(ms(1), ms(1)))
            .start(move |cx: Context| {
                let tries = tries.clone();
                async move {
                    cx.pools().add::<Mails>(Pool::builder().start(&cx))?;
                    cx.pool::<Mails>()?.submit_and_wait(async {}).await?;
                    tries.say("tried");
                    match tries.count("tried") {
                        1 => Err("no".into()),
                        _ => Ok::<_, BoxError>(()),
                    }
                }
            })
    });
    let ended = graph.app().run(|app| async move {
        assert!(app.started().await);
        app.stop().await
    });
    assert_eq!(ended.report.exit_code(), 0);
    let pools = &ended.report.component("post").unwrap().pools;
    assert_eq!(pools.len(), 1);
    assert_eq!(pools[0].stats.done, 2);
}

#[test]
fn one_pool_stops_and_another_one_still_takes_jobs() {
    let upper = Arc::new(OnceLock::new());
    let made = upper.clone();
    let graph = Graph::new()
        .resource("post", &[], post)
        .resource("user", &["post"], |c| {
            c.start(move |cx: Context| {
                made.set(Pool::builder().start(&cx)).unwrap();
                takes(ms(0))
            })
            .stop(move |cx: Context| {
                let upper = upper.clone();
                async move {
                    let refused = upper.get().unwrap().submit(async {}).await.unwrap_err();
                    assert_eq!(
                        refused.to_string(),
                        "the pool `user` is stopping and takes no more jobs"
                    );
                    cx.pool::<Mails>()?.submit_and_wait(async {}).await?;
                    Ok::<_, BoxError>(())
                }
            })
        });
    let report = graph.app().run(|app| async move {
        assert!(app.started().await);
        app.stop().await.report
    });
    assert!(report.is_success(), "{report}");
}

#[test]
fn an_observing_pool_hands_over_every_error_and_keeps_none() {
    let seen = Trace::default();
    let sees = seen.clone();
    let graph = Graph::new().resource("post", &[], |c| {
        c.start(move |cx: Context| {
            let sees = sees.clone();
            async move {
                let pool = Pool::builder()
                    .workers(50)
                    .observe(move |error| {
                        assert!(!matches!(error, JobError::HandedBack));
                        sees.say("error");
                    })
                    .start(&cx);
                for number in 0..100 {
                    pool.submit(async move {
                        assert!(number % 2 == 0, "odd");
                        Err::<(), _>(io::Error::other("even"))
                    })
                    .await?;
                }
                Ok::<_, BoxError>(())
            }
        })
    });
    let report = graph.app().run(|app| async move {
        assert!(app.started().await);
        app.stop().await.report
    });
    assert_eq!(seen.count("error"), 100);
    let pool = &report.component("post").unwrap().pools[0];
    assert_eq!((pool.stats.failed, pool.stats.panicked), (50, 50));
    assert!(pool.errors.is_empty());
    assert!(report.is_success() && report.errors().is_empty());
}
