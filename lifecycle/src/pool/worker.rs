//! One worker: takes a job, does it behind `catch_unwind`, says how it ended.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use tokio::task::coop;

use super::account::Fate;
use super::error::{JobError, JobPanic};
use super::queue::{Item, Queue, Reply};
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
    seat: usize,
) -> Result<(), BoxError> {
    let queue = &core.queue;
    let mut next = queue.turn(None).map(|item| Hand::new(queue, item));
    loop {
        let hand = match next.take() {
            Some(hand) => hand,
            None => match queue.pop(seat).await {
                Some(item) => Hand::new(queue, item),
                None => return Ok(()),
            },
        };
        next = one(&core, &*work, hand).await?;
    }
}

/// Does one job; gives the next one, if one is there.
async fn one<'a, W: Work>(
    core: &'a CoreOf<W>,
    work: &W,
    mut hand: HandOf<'a, W>,
) -> Result<Option<HandOf<'a, W>>, BoxError> {
    // A worker that never runs out of empty jobs must leave its thread to others now and then.
    coop::consume_budget().await;
    let wanted = hand.reply.is_some();
    let result = {
        let job = &mut hand.job;
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
        caught(pin!(work), || core.queue.admit()).await
    };
    let mut error = match result {
        Ok(Ok(value)) => {
            let (reply, next) = hand.end(Fate::Done);
            if let Some((reply, value)) = reply.zip(value) {
                answer(reply, Ok(value));
            }
            return Ok(next);
        }
        Ok(Err(error)) => JobError::Failed(error),
        Err(panic) => JobError::Panicked(panic),
    };
    let (fate, is_fatal) = match error {
        JobError::Panicked(_) => (Fate::Panicked, core.options.stop_on_panic),
        _ => (Fate::Failed, core.options.stop_on_error),
    };
    // From here on the job has had its turn, whatever cuts this off.
    hand.if_cut = fate;
    let told = {
        let (job, error) = (hand.job.left(), &mut error);
        let tell = async move {
            work.job_failed(job.as_mut(), error).await;
            *job = None;
        };
        caught(pin!(tell), || ()).await
    };
    if let Err(panic) = told {
        let pool = core.name();
        tracing::error!(target: "lifecycle", pool, "`job_failed` panicked: {}", panic.message());
    }
    if is_fatal {
        core.queue.halt();
    }
    let (reply, next) = hand.end(fate);
    match reply {
        // Who waits for a job gets its error, and nobody else does.
        Some(reply) => {
            answer(reply, Err(error));
            if is_fatal {
                return Err("a job failed, whose error went to who waits for it".into());
            }
        }
        None => {
            let error = match error {
                JobError::Failed(error) => error.into(),
                JobError::Panicked(panic) => panic.into(),
                JobError::HandedBack | JobError::Refused(_) => unreachable!("it had its turn"),
            };
            if is_fatal {
                return Err(error);
            }
            core.errors.keep(error);
        }
    }
    Ok(next)
}

/// Whoever gave up waiting leaves the value behind, whose `Drop` is the user's code.
fn answer<T, E>(reply: Reply<T, E>, result: Result<T, JobError<E>>) {
    let sent = reply.send(result);
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

type HandOf<'a, W> = Hand<'a, <W as Work>::Job, <W as Work>::Output, <W as Work>::Error>;

/// A job in hand. The one way to be rid of it is to say how it ended; dropped all the same, since the worker was stopped,
/// it tells the books itself, and gives the job back.
struct Hand<'a, J, T, E> {
    queue: &'a Queue<J, T, E>,
    job: Job<J>,
    reply: Option<Reply<T, E>>,
    /// What becomes of the job if the worker is stopped right now.
    if_cut: Fate,
    ended: bool,
}

impl<'a, J, T, E> Hand<'a, J, T, E> {
    fn new(queue: &'a Queue<J, T, E>, item: Item<J, T, E>) -> Self {
        Self {
            queue,
            job: Job::new(item.job),
            reply: item.reply,
            if_cut: Fate::HandedBack,
            ended: false,
        }
    }

    /// Tells the books, and only then gives whom to tell, who is to find it there; and the next job, if one is there.
    fn end(mut self, fate: Fate) -> (Option<Reply<T, E>>, Option<Self>) {
        self.ended = true;
        let next = self.queue.turn(Some(fate));
        let next = next.map(|item| Self::new(self.queue, item));
        (self.reply.take(), next)
    }
}

impl<J, T, E> Drop for Hand<'_, J, T, E> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        self.queue.cut_off(self.if_cut, self.job.left().take());
        if let Some(reply) = self.reply.take() {
            let _ = reply.send(Err(JobError::HandedBack));
        }
    }
}
