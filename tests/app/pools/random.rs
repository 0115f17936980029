//! I8 over random pools: no job that a pool accepted is lost, whatever panics, hangs, is aborted or dropped.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lifecycle::Context;
use lifecycle::pool::{JobError, Priority, Workers};

use super::stats;
use crate::kit::{Graph, ms, takes};

/// How many pools are played.
const CASES: u64 = 400;

#[derive(Clone, Copy, Debug)]
enum Chore {
    Nothing,
    Take(u64),
    Fail,
    Panic,
    PanicLater(u64),
    Hang,
}

impl Chore {
    fn random(random: &mut fastrand::Rng) -> Self {
        match random.u32(0..100) {
            0..40 => Self::Nothing,
            40..70 => Self::Take(random.u64(0..50)),
            70..80 => Self::Fail,
            80..88 => Self::Panic,
            88..99 => Self::PanicLater(random.u64(0..50)),
            _ => Self::Hang,
        }
    }

    async fn done(self) -> Result<(), String> {
        match self {
            Self::Nothing => {}
            Self::Take(time) => tokio::time::sleep(ms(time)).await,
            Self::Fail => return Err("no".into()),
            Self::Panic => panic!("oh"),
            Self::PanicLater(time) => {
                tokio::time::sleep(ms(time)).await;
                panic!("oh");
            }
            Self::Hang => std::future::pending().await,
        }
        Ok(())
    }
}

/// What those who submit have seen.
#[derive(Default)]
struct Seen {
    accepted: AtomicU64,
    refused: AtomicU64,
    /// How jobs ended, for whom waited: done, failed, panicked, handed back.
    ends: [AtomicU64; 4],
    handed_back: AtomicU64,
}

/// One who submits jobs, and now and then loses patience.
async fn submits(pool: Workers<Chore, (), String>, seen: Arc<Seen>, mut random: fastrand::Rng) {
    for _ in 0..random.u32(0..60) {
        let chore = Chore::random(&mut random);
        let patience = ms(random.u64(0..30));
        let priority = [Priority::Low, Priority::Medium, Priority::High][random.usize(0..3)];
        let accepted = match random.u32(0..4) {
            0 => Some(pool.try_submit_with(priority, chore).is_ok()),
            1 => {
                let submit = pool.submit_with(priority, chore);
                let submitted = tokio::time::timeout(patience, submit).await;
                submitted.ok().map(|submitted| submitted.is_ok())
            }
            2 => {
                let submit = pool.submit_for_ticket(chore);
                match tokio::time::timeout(patience, submit).await {
                    Ok(Ok(ticket)) => {
                        drop(tokio::time::timeout(patience, ticket).await);
                        Some(true)
                    }
                    Ok(Err(_)) => Some(false),
                    Err(_) => None,
                }
            }
            _ => {
                let end = match pool.submit_and_wait(chore).await {
                    Ok(()) => 0,
                    Err(JobError::Failed(_)) => 1,
                    Err(JobError::Panicked(_)) => 2,
                    Err(JobError::HandedBack) => 3,
                    Err(_) => 4,
                };
                if let Some(count) = seen.ends.get(end) {
                    count.fetch_add(1, Relaxed);
                }
                Some(end < 4)
            }
        };
        match accepted {
            Some(true) => seen.accepted.fetch_add(1, Relaxed),
            Some(false) => seen.refused.fetch_add(1, Relaxed),
            None => 0,
        };
        if random.u32(0..4) == 0 {
            tokio::time::sleep(ms(random.u64(0..20))).await;
        }
        let stats = pool.stats();
        assert_eq!(stats.accepted, stats.waiting() + stats.ended());
    }
}

fn case(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (seen, pool) = (Arc::new(Seen::default()), Arc::new(OnceLock::new()));
    let (sees, made) = (seen.clone(), pool.clone());
    let (workers, capacity) = (random.usize(1..6), random.usize(1..20));
    let (keep, hangs) = (random.bool(), random.u32(0..4) == 0);
    let (on_error, on_panic) = (random.u32(0..20) == 0, random.u32(0..20) == 0);
    let graph = Graph::new().resource("mails", &[], |c| {
        c.start(move |cx: Context| {
            let sees = sees.clone();
            let mut builder = Workers::builder(Chore::done)
                .workers(workers)
                .capacity(capacity)
                .unfinished(move |jobs| {
                    assert!(!keep || jobs.taken == 0);
                    sees.handed_back.fetch_add(jobs.count(), Relaxed);
                    async move {
                        if hangs {
                            std::future::pending::<()>().await;
                        }
                    }
                });
            if keep {
                builder = builder.keep_jobs();
            }
            if on_error {
                builder = builder.stop_on_error();
            }
            if on_panic {
                builder = builder.stop_on_panic();
            }
            made.set(builder.start(&cx)).unwrap();
            takes(ms(0))
        })
    });
    let seeds: Vec<u64> = (0..random.u32(1..5)).map(|_| random.u64(..)).collect();
    let (end, forced) = (
        Duration::from_millis(random.u64(0..300)),
        random.u32(0..4) == 0,
    );
    let (submitting, crew) = (seen.clone(), pool.clone());
    let ended = graph.app().run(|app| async move {
        assert!(app.started().await);
        let submitters: Vec<_> = seeds
            .into_iter()
            .map(|seed| {
                let pool = crew.get().unwrap().clone();
                let random = fastrand::Rng::with_seed(seed);
                tokio::spawn(submits(pool, submitting.clone(), random))
            })
            .collect();
        tokio::time::sleep(end).await;
        if forced {
            app.signal(lifecycle::engine::Signal::Interrupt);
            tokio::time::sleep(ms(10)).await;
            app.signal(lifecycle::engine::Signal::Interrupt);
        }
        let ended = app.stop().await;
        for submitter in submitters {
            submitter.await.expect("nobody is left waiting");
        }
        ended
    });
    let told = stats(&ended);
    let live = pool.get().unwrap().stats();
    assert_eq!(live.accepted, live.ended());
    assert_eq!((told.accepted, told.ended()), (live.accepted, live.ended()));
    assert_eq!(told.accepted, seen.accepted.load(Relaxed));
    assert_eq!(live.refused, seen.refused.load(Relaxed));
    assert_eq!(told.handed_back, seen.handed_back.load(Relaxed));
    let ends = [told.done, told.failed, told.panicked, told.handed_back];
    for (told, seen) in ends.into_iter().zip(&seen.ends) {
        assert!(seen.load(Relaxed) <= told);
    }
}

#[test]
fn no_job_is_lost_whatever_happens() {
    for seed in 0..CASES {
        let played = std::panic::catch_unwind(|| case(seed));
        assert!(played.is_ok(), "the case of seed {seed} failed");
    }
}
