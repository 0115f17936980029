//! One worker: takes a job, does it behind `catch_unwind`, says how it ended.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::account::Fate;
use super::error::{JobError, JobPanic};
use super::log::Log;
use super::queue::{Begun, JobQueue, Reply, Tray};
use super::work::{Job, Work};
use super::workers::Core;
use crate::component::BoxError;
use crate::driver::catch_panic;

type CoreOf<W> = Core<<W as Work>::Job, <W as Work>::Output, <W as Work>::Error>;

/// Works until the queue is empty and stays so.
///
/// # Errors
///
/// The error of a job, if that is to fail the component.
pub(super) async fn run<W: Work>(
    core: Arc<CoreOf<W>>,
    work: Arc<W>,
    log: Arc<Log>,
    seat: usize,
) -> Result<(), BoxError> {
    let mut seat = Seat::new(&core.queue, seat);
    loop {
        let item = match seat.next() {
            Some(item) => item,
            None => match seat.queue.pop(seat.number).await {
                Some(item) => item,
                None => return Ok(()),
            },
        };
        one(&core, &*work, &log, Hand::new(&mut seat, item)).await?;
        if seat.is_hogging() {
            tokio::task::yield_now().await;
        }
    }
}

/// Does one job.
async fn one<W: Work>(
    core: &CoreOf<W>,
    work: &W,
    log: &Log,
    mut hand: HandOf<'_, '_, W>,
) -> Result<(), BoxError> {
    let wanted = hand.is_awaited;
    let result = {
        let Hand { seat, job, .. } = &mut hand;
        let work = async move {
            match work.work(job).await {
                Ok(value) => {
                    // What nobody wants is dropped here, where a panic in that is one of the job.
                    *job.left() = None;
                    Ok(wanted.then_some(value))
                }
                Err(error) => Err(error),
            }
        };
        caught(pin!(work), || seat.waits()).await
    };
    let mut error = match result {
        Ok(Ok(value)) => {
            let reply = hand.end(Fate::Done);
            if let Some(value) = value {
                answer(reply, Ok(value));
            }
            return Ok(());
        }
        Ok(Err(error)) => JobError::Failed(error),
        Err(panic) => JobError::Panicked(panic),
    };
    let (fate, is_fatal) = match error {
        JobError::Panicked(_) => (Fate::Panicked, core.options.stop_on_panic),
        _ => (Fate::Failed, core.options.stop_on_error),
    };
    // What fails the component is told with that.
    let fails_component = is_fatal && !wanted;
    if let (JobError::Panicked(panic), false) = (&error, fails_component) {
        log.panicked(panic);
    }
    // From here on the job has had its turn, whatever cuts this off.
    hand.if_cut = fate;
    let told = {
        let (job, error) = (hand.job.left(), &mut error);
        let tell = async move {
            let result = work.job_failed(job.as_mut(), error).await;
            *job = None;
            result
        };
        caught(pin!(tell), || ()).await
    };
    if is_fatal {
        core.queue.halt();
    }
    let reply = hand.end(fate);
    match wanted {
        // Who waits for a job gets its error, and nobody else does.
        true => {
            log.observer_failed(&told, None);
            answer(reply, Err(error));
            if is_fatal {
                return Err("a job failed, whose error went to who waits for it".into());
            }
        }
        false => {
            let error = match error {
                JobError::Failed(error) => error.into(),
                JobError::Panicked(panic) => panic.into(),
                // It was lent to `job_failed`.
                JobError::HandedBack | JobError::Refused { .. } => {
                    "its error was taken away".into()
                }
            };
            log.observer_failed(&told, Some(&error));
            if fate == Fate::Failed && !is_fatal {
                log.failed(&error);
            }
            if is_fatal {
                return Err(error);
            }
            core.errors.keep(error);
        }
    }
    Ok(())
}

/// Whoever gave up waiting, or was told already, leaves the value behind, whose `Drop` is the user's code.
fn answer<T, E>(reply: Option<Reply<T, E>>, result: Result<T, JobError<E>>) {
    let sent = match reply {
        Some(reply) => reply.send(result),
        None => Err(result),
    };
    if sent.is_err() {
        let _ = catch_panic(|| drop(sent));
    }
}

/// Runs a job, and keeps what it panics with. `waits` is called when it does not end at once.
async fn caught<F: Future>(
    mut future: Pin<&mut F>,
    waits: impl FnOnce(),
) -> Result<F::Output, JobPanic> {
    let mut waits = Some(waits);
    std::future::poll_fn(|cx| match catch_panic(|| future.as_mut().poll(cx)) {
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Ok(Poll::Pending) => {
            if let Some(waits) = waits.take() {
                waits();
            }
            Poll::Pending
        }
        Err(panic) => Poll::Ready(Err(JobPanic::of(panic))),
    })
    .await
}

/// How many jobs a worker takes at once, at most.
const MOST: u64 = 64;
/// How long a worker may be with the jobs that it took at once; where they take longer, it takes one at a time.
const SOON: Duration = Duration::from_micros(100);

/// After this long, or after so many times that it took jobs, a worker that never waits leaves its thread to others. In
/// paused time only the second counts.
const LONG: Duration = Duration::from_micros(200);
const MANY: u32 = 128;

/// A worker's place: what it has taken and not begun, and what it has done and not said.
struct Seat<'q, J, T, E> {
    queue: &'q JobQueue<J, T, E>,
    number: usize,
    tray: &'q Tray<J, T, E>,
    /// How many jobs are in the tray, unless they were handed back meanwhile.
    in_tray: u64,
    /// How many jobs were done of which the books do not know.
    done: u64,
    /// How many jobs to take at once, if there are many.
    wanted: u64,
    /// When it took its last ones.
    since: Instant,
    /// When it last left its thread to others, as far as it knows.
    left: Instant,
    /// How often it has taken jobs since.
    turns: u32,
}

impl<'q, J, T, E> Seat<'q, J, T, E> {
    fn new(queue: &'q JobQueue<J, T, E>, number: usize) -> Self {
        Self {
            queue,
            number,
            tray: &queue.trays()[number],
            in_tray: 0,
            done: 0,
            wanted: 1,
            since: Instant::now(),
            left: Instant::now(),
            turns: 0,
        }
    }

    /// The next job, if one is there.
    fn next(&mut self) -> Option<Begun<J>> {
        if self.in_tray > 0 {
            self.in_tray -= 1;
            if let Some(item) = self.tray.take() {
                return Some(item);
            }
        }
        self.turns += 1;
        let now = Instant::now();
        let soon = now - self.since < SOON;
        self.wanted = if soon { (2 * self.wanted).min(MOST) } else { 1 };
        self.since = now;
        let done = std::mem::take(&mut self.done);
        let (item, share) = self.queue.turn(done, self.wanted, self.tray);
        self.in_tray = share.min(self.wanted) - 1;
        item
    }

    /// Whether it is to leave its thread to others, because it has not for long. The runtime's own way to ask, its budget,
    /// would have it leave after a hundred empty jobs, which costs more than they do.
    fn is_hogging(&mut self) -> bool {
        let long = self.in_tray == 0 && (self.since - self.left > LONG || self.turns >= MANY);
        if long {
            self.leaves();
        }
        long
    }

    fn leaves(&mut self) {
        self.turns = 0;
        self.left = self.since;
    }

    /// The job in hand does not end at once.
    fn waits(&mut self) {
        self.wanted = 1;
        self.in_tray = 0;
        self.leaves();
        let done = std::mem::take(&mut self.done);
        self.queue.yield_to_others(done, self.tray);
    }
}

impl<J, T, E> Drop for Seat<'_, J, T, E> {
    fn drop(&mut self) {
        self.waits();
    }
}

type HandOf<'s, 'q, W> = Hand<'s, 'q, <W as Work>::Job, <W as Work>::Output, <W as Work>::Error>;

/// A job in hand. The one way to be rid of it is to say how it ended; dropped all the same, since the worker was stopped,
/// it tells the books itself, and gives the job back.
struct Hand<'s, 'q, J, T, E> {
    seat: &'s mut Seat<'q, J, T, E>,
    job: Job<J>,
    is_awaited: bool,
    /// What becomes of the job if the worker is stopped right now.
    if_cut: Fate,
    ended: bool,
}

impl<'s, 'q, J, T, E> Hand<'s, 'q, J, T, E> {
    fn new(seat: &'s mut Seat<'q, J, T, E>, begun: Begun<J>) -> Self {
        Self {
            seat,
            job: Job::new(begun.job),
            is_awaited: begun.is_awaited,
            if_cut: Fate::HandedBack,
            ended: false,
        }
    }

    /// Tells the books, and only then gives whom to tell, who is to find it there. What nobody waits for they are told
    /// together with what follows at once.
    fn end(mut self, fate: Fate) -> Option<Reply<T, E>> {
        self.ended = true;
        let Seat {
            queue, tray, done, ..
        } = &mut *self.seat;
        if fate == Fate::Done && !self.is_awaited {
            *done += 1;
            return None;
        }
        queue.settle(std::mem::take(done), fate, tray)
    }
}

impl<J, T, E> Drop for Hand<'_, '_, J, T, E> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let Seat { queue, tray, .. } = &*self.seat;
        let reply = queue.cut_off(self.if_cut, self.job.left().take(), tray);
        if let Some(reply) = reply {
            let _ = reply.send(Err(JobError::HandedBack));
        }
    }
}
