//! A long run: no job that a pool accepted is lost, whatever panics, fails, is cancelled or cut off.

use std::future::{pending, ready};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lifecycle::App;
use lifecycle::component::{BoxError, Custom};
use lifecycle::plan::Plan;
use lifecycle::pool::{JobError, Refusal, Stats, Workers};
use tokio::runtime::Runtime;

/// How many jobs there are, unless it is said.
const JOBS: u64 = 10_000_000;
/// The same for a short run.
const SMOKE: u64 = 100_000;
/// How many jobs one app gets, at most, before it is stopped in the middle of them.
const APP: u64 = 500_000;
const SUBMITTERS: u64 = 4;

/// What those who submit saw, and what was handed back.
#[derive(Default)]
struct Seen {
    accepted: AtomicU64,
    refused: AtomicU64,
    cancelled: AtomicU64,
    back: AtomicU64,
}

#[derive(Clone, Copy)]
enum Chore {
    Nothing,
    Yield,
    Sleep,
    Fail,
    Panic,
    Hang,
}

impl Chore {
    fn random(random: &mut fastrand::Rng) -> Self {
        match random.u32(0..100_000) {
            0..90_000 => Self::Nothing,
            90_000..94_000 => Self::Yield,
            94_000..94_100 => Self::Sleep,
            94_100..98_000 => Self::Fail,
            98_000..99_998 => Self::Panic,
            _ => Self::Hang,
        }
    }

    async fn done(self) -> Result<(), &'static str> {
        match self {
            Self::Nothing => Ok(()),
            Self::Yield => {
                tokio::task::yield_now().await;
                Ok(())
            }
            Self::Sleep => {
                tokio::time::sleep(Duration::from_millis(1)).await;
                Ok(())
            }
            Self::Fail => Err("no"),
            Self::Panic => panic!("oh"),
            // Not for ever, so that not all workers are lost before the end.
            Self::Hang => tokio::time::timeout(Duration::from_millis(200), pending())
                .await
                .map_err(|_| "stuck"),
        }
    }
}

type Crew = Workers<Chore, (), &'static str>;

/// Submits jobs in all ways, and gives up on some of them.
async fn submit(pool: Crew, seen: Arc<Seen>, jobs: u64, mut random: fastrand::Rng) {
    for _ in 0..jobs {
        let chore = Chore::random(&mut random);
        // Mostly the plain way, which is the fastest: there are many jobs.
        let accepted = match random.u32(0..100) {
            0..80 => Some(pool.submit(chore).await.is_ok()),
            80..90 => Some(pool.try_submit(chore).is_ok()),
            90..92 => tokio::select! {
                biased;
                // Cancelled while it waits for room, if it has to.
                submitted = pool.submit(chore) => Some(submitted.is_ok()),
                () = tokio::task::yield_now() => None,
            },
            92..96 => pool
                .submit_for_ticket(chore)
                .await
                .map(drop)
                .ok()
                .map(|()| true)
                .or(Some(false)),
            _ => match pool.submit_and_wait(chore).await {
                Err(JobError::Refused { .. }) => Some(false),
                _ => Some(true),
            },
        };
        match accepted {
            Some(true) => seen.accepted.fetch_add(1, Relaxed),
            Some(false) => seen.refused.fetch_add(1, Relaxed),
            None => seen.cancelled.fetch_add(1, Relaxed),
        };
        if pool.is_stopping() && random.u32(0..1000) == 0 {
            return;
        }
    }
}

/// One app: many jobs, and a stop in the middle of them; what its pool says became of them.
async fn round(jobs: u64, seed: u64, seen: &Arc<Seen>) -> Stats {
    let mut random = fastrand::Rng::with_seed(seed);
    let (crew, sees) = (Arc::new(OnceLock::new()), Arc::clone(seen));
    let made = Arc::clone(&crew);
    let workers = [1, 4, 64][random.usize(0..3)];
    let capacity = [16, 256, 1024][random.usize(0..3)];
    let mut plan = Plan::builder();
    // Too short for some of the jobs.
    let pool = Custom::resource("pool")
        .declare(|declaration| declaration.stop_timeout(Duration::from_millis(20)));
    plan.custom(pool.start(move |cx| {
        let sees = Arc::clone(&sees);
        let pool = Workers::builder(Chore::done)
            .workers(workers)
            .capacity(capacity)
            .unfinished(move |jobs| {
                sees.back.fetch_add(jobs.count(), Relaxed);
                ready(())
            })
            .start(&cx);
        let _ = made.set(pool);
        ready(Ok::<_, BoxError>(()))
    }));
    let app = App::builder(plan.build().expect("one node has no cycle"))
        .signals(false)
        .start();
    assert!(app.app().started().await, "it is up");
    let pool: Crew = crew.get().expect("it was made").clone();
    let submitters: Vec<_> = (0..SUBMITTERS)
        .map(|_| {
            let random = fastrand::Rng::with_seed(random.u64(..));
            tokio::spawn(submit(
                pool.clone(),
                Arc::clone(seen),
                jobs / SUBMITTERS,
                random,
            ))
        })
        .collect();
    // In the middle, as often as not.
    let middle = random.u64(jobs / 2..jobs * 5 / 4);
    while pool.stats().accepted < middle && submitters.iter().any(|one| !one.is_finished()) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    if random.bool() {
        // All workers are stuck when it stops, and what is queued then is handed back.
        for _ in 0..workers {
            let stuck = pool.submit(Chore::Hang).await;
            stuck.expect("it does not stop before it is told to");
            seen.accepted.fetch_add(1, Relaxed);
        }
    }
    app.app().shutdown("in the middle");
    let report = app.wait().await;
    for submitter in submitters {
        submitter.await.expect("nobody is left waiting");
    }
    let component = report.component("pool").expect("it has a pool");
    let told = component.pools[0].stats;
    let live = pool.stats();
    assert_eq!(
        told.accepted, live.accepted,
        "after the end nothing is accepted"
    );
    assert_eq!(
        pool.try_submit(Chore::Nothing).map_err(|r| r.reason()),
        Err(Refusal::Down)
    );
    live
}

/// Runs until so many jobs were accepted.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().position(|argument| argument == "--jobs");
    let given = given.and_then(|at| arguments.get(at + 1)?.parse().ok());
    let smoke = arguments.iter().any(|argument| argument == "--smoke");
    let jobs: u64 = given.unwrap_or(if smoke { SMOKE } else { JOBS });
    // They are the point, and would fill the screen.
    std::panic::set_hook(Box::new(|_| ()));
    let seen = Arc::new(Seen::default());
    let mut sum = Stats::default();
    let mut rounds = 0;
    let runtime = Runtime::new().expect("a runtime can be built");
    while sum.accepted < jobs {
        let next = (jobs - sum.accepted).clamp(SMOKE / 4, APP);
        let stats = runtime.block_on(round(next, rounds, &seen));
        sum += &stats;
        rounds += 1;
    }
    let [accepted, refused, cancelled, back] =
        [&seen.accepted, &seen.refused, &seen.cancelled, &seen.back]
            .map(|count| count.load(Relaxed));
    println!(
        "{rounds} apps, each stopped while jobs came in; {refused} jobs refused, {cancelled} submits cancelled"
    );
    println!(
        "accepted {} = done {} + failed {} (errors {}, panics {}) + handed back {}",
        sum.accepted,
        sum.done,
        sum.failed + sum.panicked,
        sum.failed,
        sum.panicked,
        sum.handed_back
    );
    println!("submitters saw {accepted} accepted; {back} were handed back");
    let holds = sum.accepted == sum.done + sum.failed + sum.panicked + sum.handed_back
        && sum.waiting() == 0
        && accepted == sum.accepted
        && back == sum.handed_back;
    println!("{}", if holds { "PASS" } else { "FAIL" });
    if holds {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
