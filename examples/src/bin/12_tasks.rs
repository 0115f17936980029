//! Tasks run when they are asked to; micro-tasks do short work, the urgent first; a wake-up answers many pokes at once.
//!
//! ```console
//! $ cargo run -p examples --bin 12_tasks
//! at once: 2 tasks, 1 micro-task
//! fetch: the line is busy
//! fetch: there are 4 pictures
//! ...
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use lifecycle::mailbox::Mailbox;
use lifecycle::micro::Priority;
use lifecycle::prelude::*;
use lifecycle::task::Task;

#[service]
#[derive(Default)]
struct Gallery {
    calls: AtomicU32,
}

#[service]
impl Gallery {
    /// What it makes here belongs to the run loop, and ends with it.
    #[run]
    async fn open(&self, cx: Context) {
        let (tasks, micro) = (cx.app().task_load().limit, cx.app().micro_load().limit);
        println!("at once: {tasks} tasks, {micro} micro-task");

        // Keeps the newest four: to deliver never waits, and what nobody took makes room.
        let news = Mailbox::new(4);

        // A task outlives this `&self`, so it asks its context for the component in each run.
        let (own, tell) = (cx.clone(), news.clone());
        let fetch = cx.task("fetch", move |task: Task| {
            let (gallery, tell) = (own.try_get::<Self>(), tell.clone());
            async move {
                if gallery.is_some_and(|gallery| gallery.calls.fetch_add(1, Relaxed) == 0) {
                    println!("fetch: the line is busy");
                    // It may ask for its own next run. The error is told in the log, and fails nobody.
                    task.after(Duration::from_millis(5));
                    return Err("the line is busy");
                }
                println!("fetch: there are 4 pictures");
                tell.deliver("fetched");
                Ok(())
            }
        });
        // However it is asked before it begins, and by however many: it runs once.
        fetch.queue();
        fetch.after(Duration::from_secs(60));
        fetch.run_now();
        news.recv().await;

        // One at a time, says `micro_limit` below: medium ones before low ones, and high ones beyond the limit.
        for (priority, whose) in [
            (Priority::Low, "the first of the archive"),
            (Priority::Low, "the second of the archive"),
            (Priority::Medium, "the front page"),
            (Priority::High, "somebody who looks at it"),
        ] {
            let tell = news.clone();
            cx.micro(priority, Duration::from_secs(60), move || async move {
                tokio::time::sleep(Duration::from_millis(10)).await;
                println!("thumbnail: for {whose}");
                tell.deliver(whose);
            });
        }
        for _ in 0..4 {
            news.recv().await;
        }

        let tell = news.clone();
        let save = cx.wake("save", move || {
            println!("save");
            std::future::ready(_ = tell.deliver("saved"))
        });
        // A thousand changes at once, and one run that sees them all.
        (0..1000).for_each(|_| save.poke());
        news.recv().await;

        // Of six visitors, the box has the last four; one looks at the newest, and the others count as dropped.
        for visitor in ["ann", "bob", "carl", "dora", "eve", "fred"] {
            news.deliver(visitor);
        }
        let (newest, dropped) = (news.take_latest(), news.dropped());
        println!("visitors: the last was {newest:?}, {dropped} went unseen");
    }
}

#[lifecycle::app(services = [Gallery], runtime = "current_thread", task_limit = 2, micro_limit = 1)]
async fn main(cx: Context) {
    cx.shutdown_requested().await;
}
