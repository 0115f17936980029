//! Tasks, micro-tasks, wake-ups and mailboxes: what begins when, and what never begins.

mod ends;
mod mailbox;
mod micro;
mod random;
mod threads;
mod wake;

use std::io;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use expect_test::expect;
use lifecycle::Context;
use lifecycle::component::BoxError;
use lifecycle::micro::Priority;
use lifecycle::task::{Load, Task, TaskReport};
use lifecycle::testing::{Ended, TestHandle};
use tokio::time::Instant;

use crate::kit::{Done, Graph, Logged, Trace, fails, ms, panics, secs, takes, works};

/// What a test plays: the context of the service `jobs`, what was said, and the app.
struct Stage {
    cx: Context,
    trace: Trace,
    app: TestHandle,
    begun: Instant,
}

/// Runs an app with a service `jobs`, under a limit of `limit` tasks and micro-tasks.
fn play<F: Future<Output = R>, R>(limit: usize, test: impl FnOnce(Stage) -> F) -> R {
    let kept = Arc::new(OnceLock::new());
    let keeps = kept.clone();
    let graph = Graph::new().service("jobs", &[], |c| {
        c.start(move |cx: Context| {
            keeps.set(cx).unwrap();
            takes(ms(0))
        })
        .run(works)
    });
    let app = graph.app();
    let app = app.with(|app| app.task_limit(limit).micro_limit(limit));
    app.run(|app| async move {
        assert!(app.started().await);
        let stage = Stage {
            cx: kept.get().unwrap().clone(),
            trace: Trace::default(),
            app,
            begun: Instant::now(),
        };
        test(stage).await
    })
}

impl Stage {
    /// A task that says when it began, in milliseconds since the stage was set, and takes so long.
    fn task(&self, name: &'static str, time: u64) -> Task {
        let says = self.says();
        self.cx.task(name, move |_| {
            says(name);
            takes(ms(time))
        })
    }

    /// Says something, and when.
    fn says(&self) -> impl Fn(&str) + Clone + Send + Sync + 'static {
        let (trace, begun) = (self.trace.clone(), self.begun);
        move |name| trace.say(format!("{name} {}", begun.elapsed().as_millis()))
    }

    /// How many are at work, and how many wait.
    fn load(&self) -> (usize, usize) {
        let Load {
            running, waiting, ..
        } = self.app.app().task_load();
        (running, waiting)
    }
}

fn report(ended: &Ended) -> TaskReport {
    let component = ended.report.component("jobs").unwrap();
    let tasks = component.tasks.clone().unwrap_or_default();
    let stats = tasks.stats;
    let ended = stats.done + stats.failed + stats.panicked + stats.cut_off;
    assert_eq!(stats.begun, ended);
    tasks
}

#[test]
fn asked_in_several_ways_it_runs_once() {
    play(1, |stage| async move {
        let task = stage.task("a", 1);
        task.after(secs(60));
        task.at(stage.begun + secs(90));
        task.queue();
        task.queue_first();
        task.run_now();
        task.queue();
        takes(secs(600)).await.unwrap();
        assert_eq!(stage.trace.all(), ["a 0"]);
        assert_eq!(stage.load(), (0, 0));
        // The same once more, after it has run.
        task.queue_first();
        task.run_now();
        task.after(secs(60));
        task.queue();
        takes(secs(600)).await.unwrap();
        assert_eq!(stage.trace.all(), ["a 0", "a 600000"]);
        let ended = stage.app.stop().await;
        assert_eq!(report(&ended).stats.done, 2);
        assert_eq!(ended.report.exit_code(), 0);
    });
}

#[test]
fn a_task_may_ask_for_itself_from_inside() {
    type Ask = fn(&Task);
    // How to ask, and from the begin of one run to that of the next, each of which takes 1 ms.
    let asks: [(&str, Ask, u64); 4] = [
        ("queue", Task::queue, 1),
        ("first", Task::queue_first, 1),
        ("now", Task::run_now, 1),
        ("after", |task| task.after(ms(5)), 5),
    ];
    for (name, ask, pause) in asks {
        play(1, |stage| async move {
            let (trace, says) = (stage.trace.clone(), stage.says());
            let task = stage.cx.task(name, move |task: Task| {
                says(name);
                if trace.all().len() < 10 {
                    ask(&task);
                    // Asked for twice, it runs once more all the same.
                    ask(&task);
                }
                takes(ms(1))
            });
            task.queue();
            takes(secs(1)).await.unwrap();
            let times = (0..10).map(|run| format!("{name} {}", run * pause));
            assert_eq!(stage.trace.all(), times.collect::<Vec<_>>());
        });
    }
}

#[test]
fn asked_for_while_it_runs_it_runs_once_more_afterwards() {
    play(1, |stage| async move {
        let task = stage.task("a", 10);
        task.queue();
        takes(ms(5)).await.unwrap();
        for _ in 0..100 {
            task.queue();
            task.run_now();
        }
        takes(secs(1)).await.unwrap();
        assert_eq!(stage.trace.all(), ["a 0", "a 10"]);
    });
}

#[test]
fn so_many_run_at_once_and_the_others_wait_in_order() {
    play(2, |stage| async move {
        for name in ["a", "b", "c", "d", "e"] {
            // Dropping the handle changes nothing.
            stage.task(name, 10).queue();
        }
        assert_eq!(stage.load(), (2, 3));
        takes(ms(15)).await.unwrap();
        assert_eq!(stage.load(), (2, 1));
        takes(secs(1)).await.unwrap();
        assert_eq!(stage.load(), (0, 0));
        assert_eq!(stage.trace.all(), ["a 0", "b 0", "c 10", "d 10", "e 20"]);
    });
}

#[test]
fn what_is_to_run_first_goes_before_what_is_only_queued() {
    play(1, |stage| async move {
        let tasks = ["a", "b", "c", "d", "e"].map(|name| stage.task(name, 10));
        let [a, b, c, d, e] = &tasks;
        a.queue();
        b.queue();
        c.queue();
        d.queue_first();
        e.queue_first();
        // It moves forward, and those behind it keep their places.
        c.queue_first();
        takes(secs(1)).await.unwrap();
        assert_eq!(stage.trace.all(), ["a 0", "d 10", "e 20", "c 30", "b 40"]);
    });
}

#[test]
fn what_is_to_run_now_does_and_counts() {
    play(1, |stage| async move {
        stage.task("a", 10).queue();
        stage.task("b", 10).queue();
        takes(ms(5)).await.unwrap();
        stage.task("c", 20).run_now();
        assert_eq!(stage.load(), (2, 1));
        takes(secs(1)).await.unwrap();
        assert_eq!(stage.trace.all(), ["a 0", "c 5", "b 25"]);
    });
}

#[test]
fn queued_for_its_longest_delay_it_begins_whatever_else_is_at_work() {
    play(1, |stage| async move {
        stage.task("long", 1000).queue();
        let task = stage.task("a", 10).max_delay(ms(100));
        let patient = stage.task("patient", 10);
        patient.queue();
        task.queue();
        // The delay is counted from when it was first asked for.
        takes(ms(50)).await.unwrap();
        task.queue_first();
        takes(ms(65)).await.unwrap();
        assert_eq!(stage.load(), (1, 1), "it began at 100, and has ended");
        task.queue();
        takes(secs(2)).await.unwrap();
        assert_eq!(
            stage.trace.all(),
            ["long 0", "a 100", "a 215", "patient 1000"]
        );
    });
}

#[test]
fn it_runs_at_its_time_and_before_what_is_queued() {
    play(1, |stage| async move {
        let (late, past) = (stage.task("late", 10), stage.task("past", 10));
        late.at(stage.begun + secs(60));
        late.at(stage.begun + ms(15));
        past.at(stage.begun - secs(1).min(stage.begun.elapsed()));
        takes(ms(12)).await.unwrap();
        for name in ["a", "b"] {
            stage.task(name, 10).queue();
        }
        takes(secs(100)).await.unwrap();
        assert_eq!(stage.trace.all(), ["past 0", "a 12", "late 22", "b 32"]);
    });
}

#[test]
fn what_is_queued_becomes_more_urgent_at_its_time() {
    play(1, |stage| async move {
        stage.task("a", 20).queue();
        stage.task("b", 10).queue();
        let task = stage.task("c", 10);
        task.queue();
        task.at(stage.begun + ms(10));
        let first = stage.task("d", 10);
        takes(ms(15)).await.unwrap();
        first.queue_first();
        takes(secs(1)).await.unwrap();
        assert_eq!(stage.trace.all(), ["a 0", "c 20", "d 30", "b 40"]);
    });
}

#[test]
fn a_time_that_never_comes_never_comes() {
    play(1, |stage| async move {
        let task = stage.task("a", 10);
        task.after(Duration::MAX);
        task.repeat(Duration::MAX);
        takes(secs(1_000_000)).await.unwrap();
        assert!(stage.trace.all().is_empty());
        task.queue();
        takes(secs(1)).await.unwrap();
        assert_eq!(stage.trace.all().len(), 1);
    });
}

#[test]
fn it_repeats_so_long_after_the_end_of_each_run() {
    play(1, |stage| async move {
        let task = stage.task("a", 30);
        task.repeat(ms(100));
        takes(ms(300)).await.unwrap();
        assert_eq!(stage.trace.all(), ["a 100", "a 230"]);
        // Asked before its time, it goes on from there.
        task.queue();
        takes(ms(150)).await.unwrap();
        assert_eq!(stage.trace.all()[2..], ["a 300", "a 430"]);
        // Another time is instead of the next repetition.
        task.after(ms(500));
        takes(ms(800)).await.unwrap();
        assert_eq!(stage.trace.all()[4..], ["a 950", "a 1080", "a 1210"]);
        task.repeat(None);
        takes(secs(10)).await.unwrap();
        assert_eq!(stage.trace.all().len(), 7);
        assert_eq!(report(&stage.app.stop().await).stats.dropped, 0);
    });
}

#[test]
fn cancelled_it_never_runs_again_and_a_run_goes_on_to_its_end() {
    play(1, |stage| async move {
        let (waiting, repeats) = (stage.task("waiting", 10), stage.task("repeats", 10));
        let trace = stage.trace.clone();
        let running = stage.cx.task("running", move |task: Task| {
            let trace = trace.clone();
            async move {
                task.queue();
                takes(ms(50)).await?;
                trace.say("to the end");
                Ok::<_, BoxError>(())
            }
        });
        running.queue();
        waiting.queue();
        repeats.repeat(ms(60));
        takes(ms(10)).await.unwrap();
        assert!(!running.is_cancelled());
        running.cancel();
        waiting.cancel();
        repeats.cancel();
        assert_eq!(stage.load().0, 1);
        takes(secs(1)).await.unwrap();
        running.run_now();
        waiting.at(Instant::now());
        repeats.repeat(ms(1));
        takes(secs(1)).await.unwrap();
        assert!(running.is_cancelled());
        assert_eq!(stage.trace.all(), ["to the end"]);
        assert_eq!(stage.load(), (0, 0));
        let stats = report(&stage.app.stop().await).stats;
        assert_eq!((stats.done, stats.dropped), (1, 0));
    });
}

#[test]
fn a_failure_is_told_and_fails_nothing_else() {
    let ended = play(1, |stage| async move {
        let fails_at_times = Mutex::new(0);
        let flaky = stage.cx.task("flaky", move |_| {
            let mut run = fails_at_times.lock().unwrap();
            *run += 1;
            let run = *run;
            async move {
                match run {
                    1 => fails("no").await,
                    2 => panics("oh").await,
                    3 => Err(BoxError::from(io::Error::other("no more"))),
                    _ => Done::Ok(()),
                }
            }
        });
        flaky.repeat(secs(1));
        takes(secs(20)).await.unwrap();
        let closure = stage.cx.task("closure", |_| -> std::future::Ready<()> {
            panic!("not even a future")
        });
        closure.queue();
        takes(secs(1)).await.unwrap();
        assert_eq!(stage.load(), (0, 0));
        stage.app.stop().await
    });
    assert_eq!(ended.report.exit_code(), 0);
    assert!(ended.report.errors().is_empty());
    let tasks = report(&ended);
    let stats = tasks.stats;
    assert_eq!((stats.failed, stats.panicked, stats.cut_off), (2, 2, 0));
    assert_eq!(tasks.errors.len(), 4);
    let printed = ended.report.to_string();
    // Places move with the lines above them.
    let lines = printed.lines();
    let lines = lines.map(|line| line.split_once(".rs:").map_or(line, |(line, _)| line));
    expect![[r#"
        test ended with exit code 0: it was asked to: the test is over
          tasks of `jobs`: 18 done, 2 failed, 2 panicked
            `jobs` failed in task: the task `flaky` failed: no
            `jobs` panicked in task: in the task `flaky`: oh (at tests/app/kit
            `jobs` failed in task: the task `flaky` failed: no more
            `jobs` panicked in task: in the task `closure`: not even a future (at tests/app/tasks/mod
          stopped: jobs"#]].assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_last_errors_are_kept() {
    let ended = play(1, |stage| async move {
        let task = stage.cx.task("a", |_| fails("no"));
        task.repeat(secs(1));
        takes(secs(100)).await.unwrap();
        stage.app.stop().await
    });
    let tasks = report(&ended);
    assert!(tasks.stats.failed >= 99);
    assert_eq!(tasks.errors.len(), 16);
    let printed = ended.report.to_string();
    let error = "\n    `jobs` failed in task: the task `a` failed: no (16 times)\n";
    assert!(printed.contains(error), "{printed}");
}

#[test]
fn a_storm_of_failures_has_a_line_every_ten_seconds_for_each_task() {
    let trace = Trace::default();
    let _log = tracing::subscriber::set_default(Logged::on(trace.clone()));
    play(8, |stage| async move {
        let cx = &stage.cx;
        let a = cx.task("a", |_| fails("no"));
        a.repeat(secs(1));
        let b = cx.task("b", |_| panics("oh"));
        b.after(ms(1500));
        takes(ms(2500)).await.unwrap();
        // From one place in the code, all micro-tasks are alike.
        for _ in 0..5 {
            cx.micro(Priority::High, secs(1), || fails("small"));
        }
        takes(secs(10)).await.unwrap();
        cx.micro(Priority::High, secs(1), || fails("another"));
        takes(secs(2)).await.unwrap();
        stage.app.stop().await;
    });
    let all = trace.all();
    let lines = all.iter().filter(|line| line.starts_with("WARN"));
    let lines = lines.filter(|line| !line.contains("not all work ended well"));
    let lines: Vec<_> = lines.map(|line| line.split(" in task: ").nth(1)).collect();
    let told = [
        "the task `a` failed: no",
        "in the task `b`: oh",
        "small",
        "the task `a` failed: no (9 more since the last line)",
        "another",
    ];
    assert_eq!(lines.len(), told.len(), "{all:#?}");
    for (line, words) in lines.iter().zip(told) {
        assert!(
            line.is_some_and(|line| line.contains(words)),
            "{line:?} {words}"
        );
    }
}

#[test]
#[should_panic(expected = "a task cannot repeat without a pause")]
fn it_cannot_repeat_without_a_pause() {
    play(1, |stage| async move {
        stage.task("a", 1).repeat(Duration::ZERO);
    });
}

#[test]
#[should_panic(expected = "a limit of at least one task")]
fn a_limit_of_nothing_is_refused() {
    drop(Graph::new().app().with(|app| app.task_limit(0)));
}
