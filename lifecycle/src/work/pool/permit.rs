//! A place in the queue that is held before there is a job for it.

use std::fmt;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::error::Refused;
use super::queue::{Item, Reply};
use super::wait::Room;
use super::workers::{Core, Ticket, Workers};
use crate::work::Priority;

/// A place in the queue of a pool. Dropped, it is somebody else's.
///
/// A submit that is cancelled drops its job with it. Where that must not be, wait for the place and then bring the job,
/// which needs no waiting:
///
/// ```
/// use lifecycle::pool::{Refused, Workers};
///
/// async fn forward(jobs: &mut Vec<String>, pool: &Workers<String>) -> Result<(), Refused<String>> {
///     // Cancelled here, nothing is lost.
///     let Ok(permit) = pool.reserve().await else { return Ok(()) };
///     jobs.pop().map_or(Ok(()), |job| permit.submit(job))
/// }
/// # let _ = forward;
/// ```
#[must_use = "a place that is dropped is somebody else's"]
pub struct Permit<J, T, E> {
    /// Until it is used.
    core: Option<Arc<Core<J, T, E>>>,
}

impl<J, T, E> Workers<J, T, E> {
    /// Waits for room in the queue, and holds it for a job.
    ///
    /// # Errors
    ///
    /// If the pool is stopping, also when that begins while this waits. There is no job in the error.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped, but the place in the line of those who wait.
    pub async fn reserve(&self) -> Result<Permit<J, T, E>, Refused<()>> {
        let room = Room::new(&self.core.queue).await;
        room.map_err(|reason| self.core.refused((), reason))?;
        Ok(Permit {
            core: Some(Arc::clone(&self.core)),
        })
    }
}

impl<J, T, E> Permit<J, T, E> {
    /// Submits a job at once.
    ///
    /// # Errors
    ///
    /// The job, if the pool has begun to stop.
    pub fn submit(self, job: J) -> Result<(), Refused<J>> {
        self.submit_with(Priority::Medium, job)
    }

    /// Submits a job with a priority at once.
    ///
    /// # Errors
    ///
    /// As for [`submit`](Self::submit).
    pub fn submit_with(self, priority: Priority, job: J) -> Result<(), Refused<J>> {
        self.push(priority, job, None)
    }

    /// Submits a job at once, and gives a ticket for what comes of it.
    ///
    /// # Errors
    ///
    /// As for [`submit`](Self::submit).
    pub fn submit_for_ticket(self, job: J) -> Result<Ticket<T, E>, Refused<J>> {
        let (reply, outcome) = oneshot::channel();
        self.push(Priority::Medium, job, Some(reply))?;
        Ok(Ticket { outcome })
    }

    fn push(
        mut self,
        priority: Priority,
        job: J,
        reply: Option<Reply<T, E>>,
    ) -> Result<(), Refused<J>> {
        let core = self.core.take().expect("a permit is used once");
        let pushed = core.queue.push_reserved(Item {
            job,
            priority,
            reply,
        });
        pushed.map_err(|(item, reason)| core.refused(item.job, reason))
    }
}

impl<J, T, E> Drop for Permit<J, T, E> {
    fn drop(&mut self) {
        if let Some(core) = &self.core {
            core.queue.give_up_place();
        }
    }
}

impl<J, T, E> fmt::Debug for Permit<J, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}
