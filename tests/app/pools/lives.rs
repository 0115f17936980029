//! I8 over the lives of a worker pool that is restarted, disabled and enabled while jobs come in: each accepted job is
//! done, failed or handed back, exactly once, and no submit is left waiting.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use lifecycle::plan::Scope;
use lifecycle::pool::{JobError, Refusal, Unfinished};
use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

use super::stats_of;
use crate::kit::{ms, takes};

const CASES: u64 = 200;

/// What became of each job, by its number.
#[resource]
#[derive(Clone, Default)]
struct Fates {
    of: Arc<Mutex<BTreeMap<u64, Vec<&'static str>>>>,
}

impl Fates {
    fn say(&self, job: u64, fate: &'static str) {
        self.of.lock().unwrap().entry(job).or_default().push(fate);
    }
}

/// Its number, and how long it takes. One of thirteen fails at its end, and one of seventeen panics.
struct Chore(u64, u64);

#[worker_pool(
    depends_on = [Fates],
    workers = 3,
    capacity = 5,
    stop_timeout = "50ms",
    restart = "on-failure",
    backoff = "1ms..20ms",
    max_restarts = 1000,
    stop_on_panic
)]
struct Crew {
    #[inject]
    fates: Arc<Fates>,
}

#[worker_pool]
impl Crew {
    #[work]
    async fn work(&self, chore: &Chore) -> Result<(), &'static str> {
        takes(ms(chore.1)).await.map_err(|_| "it sleeps")?;
        assert!(!chore.0.is_multiple_of(17), "oh");
        if chore.0.is_multiple_of(13) {
            return Err("no");
        }
        self.fates.say(chore.0, "done");
        Ok(())
    }

    #[job_failed]
    fn failed(&self, chore: Option<&Chore>, _error: &JobError<&'static str>) {
        self.fates.say(chore.unwrap().0, "failed");
    }

    #[unfinished]
    fn left(&self, chores: Unfinished<Chore>) {
        assert_eq!(chores.taken, 0);
        for chore in chores.jobs {
            self.fates.say(chore.0, "left");
        }
    }
}

/// Keeps the app running while the pool comes and goes.
#[service]
struct Idle;

#[service]
impl Idle {
    #[run]
    async fn run(&self, shutdown: Shutdown) {
        shutdown.await;
    }
}

/// Submits until it is told; gives the numbers of the jobs that were accepted.
async fn submits(crew: Queue<Crew>, first: u64, mut random: fastrand::Rng) -> Vec<u64> {
    let mut accepted = Vec::new();
    for number in first..first + 40 {
        takes(ms(random.u64(0..8))).await.unwrap();
        let chore = Chore(number, random.u64(0..40));
        let taken = match random.u32(0..4) {
            0 => crew.try_submit(chore).map_err(|refused| refused.reason()),
            1 => match crew.reserve().await {
                Ok(permit) => permit.submit(chore).map_err(|refused| refused.reason()),
                Err(refused) => Err(refused.reason()),
            },
            2 => match crew.submit_and_wait(chore).await {
                Err(JobError::Refused { reason, .. }) => Err(reason),
                _ => Ok(()),
            },
            _ => crew.submit(chore).await.map_err(|refused| refused.reason()),
        };
        match taken {
            Ok(()) => accepted.push(number),
            Err(Refusal::Full | Refusal::Stopping | Refusal::Down) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    accepted
}

fn case(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let fates = Fates::default();
    let app = TestApp::new(lifecycle::plan![Idle, Crew]).replace(fates.clone());
    app.run(|app| async move {
        assert!(app.started().await);
        let crew = app.app().pool::<Crew>().unwrap();
        #[expect(clippy::disallowed_methods, reason = "they are no part of the app")]
        let submitters: Vec<_> = (0..4)
            .map(|at| {
                let random = fastrand::Rng::with_seed(random.u64(..));
                tokio::spawn(submits(crew.clone(), 1000 * at + 1, random))
            })
            .collect();
        for _ in 0..random.u32(0..5) {
            takes(ms(random.u64(0..60))).await.unwrap();
            let handle = app.app();
            // Whether it comes to that is not the question here.
            let _ = match random.u32(0..3) {
                0 => handle.restart::<Crew>(Scope::Dependents).await,
                1 => handle.disable::<Crew>().await,
                _ => handle.enable::<Crew>().await,
            };
        }
        takes(ms(random.u64(0..200))).await.unwrap();
        let ended = app.stop().await;
        let mut accepted = Vec::new();
        for submitter in submitters {
            accepted.extend(submitter.await.expect("nobody is left waiting"));
        }
        let fates = fates.of.lock().unwrap();
        for job in &accepted {
            let fate = fates.get(job).unwrap_or_else(|| panic!("{job} is lost"));
            assert_eq!(fate.len(), 1, "{job}: {fate:?}");
        }
        assert_eq!(fates.len(), accepted.len());
        let count = |wanted| fates.values().filter(|fate| fate[0] == wanted).count() as u64;
        let stats = stats_of(&ended, "Crew");
        assert_eq!(stats.accepted, accepted.len() as u64);
        assert_eq!(stats.done, count("done"));
        assert_eq!(stats.failed + stats.panicked, count("failed"));
        assert_eq!(stats.handed_back, count("left"));
    });
}

#[test]
fn no_job_is_lost_over_all_lives() {
    for seed in 0..CASES {
        let played = std::panic::catch_unwind(|| case(seed));
        assert!(played.is_ok(), "the case of seed {seed} failed");
    }
}
