//! The limits over random work: what goes on at once, what begins when, and what is left at the end.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use lifecycle::micro::Priority;
use tokio::time::Instant;

use super::{Stage, play, report};
use crate::kit::{Done, fails, ms, panics, secs, takes};

/// How many worlds of each kind are played.
const CASES: u64 = 300;

/// Something that was asked for.
struct One {
    asked: Instant,
    priority: Priority,
    max_delay: Duration,
    begun: Option<Instant>,
    ended: bool,
    /// Nobody wants it any more.
    given_up: bool,
}

impl One {
    fn is_overdue(&self, now: Instant) -> bool {
        now >= self.asked + self.max_delay
    }

    /// It waited for a slot, and has one.
    fn is_regular(&self) -> bool {
        let Some(begun) = self.begun else {
            return false;
        };
        !self.ended && self.priority != Priority::High && !self.is_overdue(begun)
    }
}

#[derive(Clone)]
struct World {
    limit: usize,
    all: Arc<Mutex<Vec<One>>>,
}

/// At work: ends when it is dropped.
struct AtWork(World, usize);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.all()[self.1].ended = true;
    }
}

impl World {
    fn all(&self) -> MutexGuard<'_, Vec<One>> {
        // The work panics, though never with this lock held.
        self.all.lock().unwrap()
    }

    fn ask(&self, priority: Priority, max_delay: Duration) -> usize {
        let mut all = self.all();
        all.push(One {
            asked: Instant::now(),
            priority,
            max_delay,
            begun: None,
            ended: false,
            given_up: false,
        });
        all.len() - 1
    }

    fn begin(&self, i: usize) -> AtWork {
        let now = Instant::now();
        let mut all = self.all();
        assert!(all[i].begun.is_none());
        all[i].begun = Some(now);
        let (asked, late) = (all[i].asked, now - all[i].asked);
        if all[i].priority == Priority::High {
            assert_eq!(late, Duration::ZERO, "a high one waited");
        }
        assert!(late <= all[i].max_delay + ms(1), "{late:?} too late");
        let regular = all.iter().filter(|one| one.is_regular()).count();
        assert!(regular <= self.limit, "{regular} at once");
        let goes_before = |other: &&One| {
            let waits = other.begun.is_none() && !other.given_up && !other.is_overdue(now);
            let more_urgent = other.priority > all[i].priority && other.asked < now;
            let before = other.priority == all[i].priority && other.asked < asked;
            waits && (more_urgent || before)
        };
        if all[i].is_regular() {
            let skipped = all.iter().filter(goes_before).count();
            assert_eq!(skipped, 0, "others were before it");
        }
        drop(all);
        AtWork(self.clone(), i)
    }
}

async fn work(time: u64, end: u32) -> Done {
    takes(ms(time)).await?;
    match end {
        0 => fails("no").await,
        1 => panics("oh").await,
        _ => Ok(()),
    }
}

async fn micro_case(stage: Stage, world: World, mut random: fastrand::Rng) {
    let mut asked = 0;
    let mut handles = Vec::new();
    for _ in 0..random.u32(1..60) {
        let priority = [Priority::Low, Priority::Medium, Priority::High][random.usize(0..3)];
        let max_delay = [ms(random.u64(0..100)), secs(100)][random.usize(0..2)];
        let (time, end) = (random.u64(0..40), random.u32(0..12));
        let i = world.ask(priority, max_delay);
        let (cx, here) = (stage.cx.clone(), world.clone());
        if random.u32(0..4) > 0 {
            asked += 1;
            let handle = stage.cx.micro(priority, max_delay, move || async move {
                let _at_work = here.begin(i);
                work(time, end).await
            });
            handles.push((i, handle));
        } else {
            let patience = ms(random.u64(0..100));
            // Taken here, so that its place is that of this moment.
            let mut permit = Box::pin(async move { cx.permit(priority, max_delay).await });
            let at_once = tokio::time::timeout(Duration::ZERO, &mut permit).await;
            stage.cx.spawn("by hand", async move {
                let permit = match at_once {
                    Ok(permit) => permit,
                    Err(_) => match tokio::time::timeout(patience, permit).await {
                        Ok(permit) => permit,
                        Err(_) => {
                            here.all()[i].given_up = true;
                            return;
                        }
                    },
                };
                if let Some(_permit) = permit {
                    let _at_work = here.begin(i);
                    takes(ms(time)).await.unwrap();
                }
            });
        }
        if random.u32(0..6) == 0 && !handles.is_empty() {
            let (i, handle) = handles.swap_remove(random.usize(0..handles.len()));
            world.all()[i].given_up = true;
            handle.abort();
        }
        if random.u32(0..3) == 0 {
            takes(ms(random.u64(0..30))).await.unwrap();
        }
    }
    let handle = stage.app.app();
    if random.bool() {
        takes(secs(1_000)).await.unwrap();
        let load = handle.micro_load();
        assert_eq!((load.running, load.waiting), (0, 0));
        let all = world.all();
        assert!(
            all.iter().all(|one| one.given_up || one.ended),
            "one never began"
        );
    }
    let ended = stage.app.stop().await;
    let load = handle.micro_load();
    assert_eq!((load.running, load.waiting), (0, 0));
    assert_eq!(ended.report.exit_code(), 0, "{}", ended.report);
    let stats = report(&ended).stats;
    assert_eq!(stats.begun + stats.dropped, asked);
}

/// The limit is never exceeded other than by high ones and by those whose longest delay has passed, the more urgent ones go
/// first, each begins in time, and the count returns to zero.
#[test]
fn micro_tasks_keep_to_their_limit_whatever_happens() {
    for seed in 0..CASES {
        let mut random = fastrand::Rng::with_seed(seed);
        let limit = random.usize(1..5);
        let world = World {
            limit,
            all: Arc::default(),
        };
        play(limit, |stage| micro_case(stage, world, random));
    }
}

/// What was seen of one task.
#[derive(Default)]
struct Seen {
    /// When it was last asked to run, as far as no run has begun since.
    asked: Option<Instant>,
    asks: u64,
    runs: u64,
    at_work: bool,
}

type Sight = Arc<Mutex<Vec<Seen>>>;

struct Leaves(Sight, usize);

impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.lock().unwrap()[self.1].at_work = false;
    }
}

async fn task_case(stage: Stage, limit: usize, mut random: fastrand::Rng) {
    let count = random.usize(1..8);
    let seen: Sight = Arc::new(Mutex::new((0..count).map(|_| Seen::default()).collect()));
    let tasks: Vec<_> = (0..count)
        .map(|i| {
            let (seen, seed) = (seen.clone(), random.u64(..));
            let random = Mutex::new(fastrand::Rng::with_seed(seed));
            stage.cx.task(format!("task {i}"), move |_| {
                let mut all = seen.lock().unwrap();
                assert!(!all[i].at_work, "two runs of one task overlap");
                all[i].at_work = true;
                all[i].runs += 1;
                all[i].asked = None;
                assert!(all[i].runs <= all[i].asks, "nobody asked for this run");
                let at_once = all.iter().filter(|one| one.at_work).count();
                assert!(at_once <= limit, "{at_once} at once");
                drop(all);
                let leaves = Leaves(seen.clone(), i);
                let mut random = random.lock().unwrap();
                let (time, end) = (random.u64(0..40), random.u32(0..12));
                async move {
                    let _leaves = leaves;
                    work(time, end).await
                }
            })
        })
        .collect();
    for _ in 0..random.u32(1..80) {
        let i = random.usize(0..count);
        {
            let one = &mut seen.lock().unwrap()[i];
            one.asks += 1;
            one.asked = Some(Instant::now());
        }
        match random.u32(0..4) {
            0 => tasks[i].queue_first(),
            1 => tasks[i].after(ms(random.u64(0..50))),
            2 => tasks[i].at(Instant::now() + ms(random.u64(0..50))),
            _ => tasks[i].queue(),
        }
        if random.bool() {
            takes(ms(random.u64(0..20))).await.unwrap();
        }
    }
    let handle = stage.app.app();
    let settles = random.bool();
    if settles {
        takes(secs(100)).await.unwrap();
        let load = handle.task_load();
        assert_eq!((load.running, load.waiting), (0, 0));
        for one in seen.lock().unwrap().iter() {
            assert!(one.asked.is_none(), "an ask was never answered");
        }
    }
    let ended = stage.app.stop().await;
    let load = handle.task_load();
    assert_eq!((load.running, load.waiting), (0, 0));
    let runs: u64 = seen.lock().unwrap().iter().map(|one| one.runs).sum();
    let unanswered = seen
        .lock()
        .unwrap()
        .iter()
        .filter(|one| one.asked.is_some())
        .count();
    let stats = report(&ended).stats;
    assert_eq!((stats.begun, stats.dropped), (runs, unanswered as u64));
    assert_eq!(ended.report.exit_code(), 0, "{}", ended.report);
}

/// Runs of a task never overlap, no more run at once than may, and whatever is asked is answered by a run or counted as
/// dropped.
#[test]
fn tasks_keep_to_their_limit_and_answer_whatever_is_asked() {
    for seed in 0..CASES {
        let mut random = fastrand::Rng::with_seed(seed);
        let limit = random.usize(1..5);
        play(limit, |stage| task_case(stage, limit, random));
    }
}
