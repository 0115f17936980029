//! Micro-tasks and permits under one limit.

use std::time::Duration;

use lifecycle::micro::Priority;

use super::{Stage, play, report};
use crate::kit::{Done, fails, hangs, ms, panics, secs, takes};

use Priority::{High, Low, Medium};

impl Stage {
    /// A micro-task that says when it began, and takes so long.
    fn micro(&self, name: &'static str, priority: Priority, max_delay: Duration, time: u64) {
        let says = self.says();
        self.cx.micro(priority, max_delay, move || {
            says(name);
            takes(ms(time))
        });
    }

    fn micro_load(&self) -> (usize, usize) {
        let load = self.app.app().micro_load();
        (load.running, load.waiting)
    }
}

const LONG: Duration = Duration::from_secs(3_600);

#[test]
fn a_high_one_starts_at_once_a_medium_one_waits_and_the_low_one_comes_last() {
    play(1, |stage| async move {
        stage.micro("first", Medium, LONG, 10);
        stage.micro("low", Low, LONG, 10);
        stage.micro("medium", Medium, LONG, 10);
        takes(ms(1)).await.unwrap();
        stage.micro("high", High, LONG, 19);
        assert_eq!(stage.micro_load(), (2, 2));
        takes(secs(1)).await.unwrap();
        assert_eq!(
            stage.trace.all(),
            ["first 0", "high 1", "medium 20", "low 30"],
            "it counts, so those that wait do so for it too"
        );
        assert_eq!(stage.micro_load(), (0, 0));
    });
}

#[test]
fn thirty_mixed_ones_come_out_in_groups() {
    play(1, |stage| async move {
        let blocks = stage.cx.permit(Medium, LONG).await.unwrap();
        for _ in 0..5 {
            // Tasks and permits stand in the same lines.
            for (name, priority) in [("2", Low), ("1", Medium), ("0", High)] {
                stage.micro(name, priority, LONG, 1);
                let (cx, says) = (stage.cx.clone(), stage.says());
                stage.cx.spawn("by hand", async move {
                    let _permit = cx.permit(priority, LONG).await;
                    says(name);
                    takes(ms(1)).await
                });
            }
        }
        takes(ms(10)).await.unwrap();
        drop(blocks);
        takes(secs(1)).await.unwrap();
        let order: String = stage.trace.all().iter().map(|said| &said[..1]).collect();
        assert_eq!(order, "000000000011111111112222222222");
    });
}

#[test]
fn each_begins_when_its_longest_delay_has_passed() {
    play(1, |stage| async move {
        stage.micro("long", Medium, LONG, 1000);
        stage.micro("medium", Medium, ms(200), 10);
        stage.micro("low", Low, ms(100), 500);
        stage.micro("at once", Low, Duration::ZERO, 10);
        stage.micro("patient", Low, Duration::MAX, 10);
        takes(ms(150)).await.unwrap();
        assert_eq!(stage.micro_load(), (2, 2));
        takes(secs(2)).await.unwrap();
        assert_eq!(
            stage.trace.all(),
            [
                "long 0",
                "at once 0",
                "low 100",
                "medium 200",
                "patient 1000"
            ]
        );
    });
}

#[test]
fn who_gives_up_waiting_gives_up_its_place() {
    play(1, |stage| async move {
        let permit = stage.cx.permit(Low, LONG).await.unwrap();
        assert!(format!("{permit:?}").contains("running: 1"));
        let waits = tokio::time::timeout(ms(10), stage.cx.permit(Low, LONG));
        assert!(waits.await.is_err());
        assert_eq!(stage.micro_load(), (1, 0));
        // Let in, but dropped before it knows.
        let mut waits = Box::pin(stage.cx.permit(Low, LONG));
        assert!(tokio::time::timeout(ms(10), &mut waits).await.is_err());
        drop(permit);
        assert_eq!(stage.micro_load(), (1, 0));
        drop(waits);
        assert_eq!(stage.micro_load(), (0, 0));
    });
}

#[test]
fn however_they_end_they_make_room() {
    let ended = play(1, |stage| async move {
        stage.cx.micro(Low, LONG, || fails("no"));
        stage.cx.micro(Low, LONG, || panics("oh"));
        stage.cx.micro(Low, LONG, || -> std::future::Ready<Done> {
            panic!("at once")
        });
        let hangs_running = stage.cx.micro(Low, LONG, hangs);
        let waiting = stage.cx.micro(Low, LONG, hangs);
        stage.micro("last", Low, LONG, 1);
        takes(ms(10)).await.unwrap();
        assert_eq!(stage.micro_load(), (1, 2));
        waiting.abort();
        takes(ms(10)).await.unwrap();
        assert!(waiting.is_finished());
        assert_eq!(stage.micro_load(), (1, 1));
        hangs_running.abort();
        takes(ms(10)).await.unwrap();
        assert_eq!(stage.micro_load(), (0, 0));
        assert_eq!(stage.trace.all(), ["last 20"]);
        stage.app.stop().await
    });
    assert_eq!(ended.report.exit_code(), 0, "they fail nothing else");
    let tasks = report(&ended);
    let stats = tasks.stats;
    assert_eq!((stats.failed, stats.panicked), (1, 2));
    assert_eq!((stats.cut_off, stats.dropped, stats.done), (1, 1, 1));
    assert!(
        tasks.errors[0].contains("the task `micro-task at tests/app/tasks/micro.rs:"),
        "{:?}",
        tasks.errors
    );
    assert!(tasks.errors[0].ends_with("failed: no"));
}

#[test]
fn what_waits_never_begins_once_the_component_stops() {
    let ended = play(1, |stage| async move {
        let says = stage.says();
        stage.cx.micro(Low, LONG, move || async move {
            takes(ms(100)).await?;
            says("to the end");
            Done::Ok(())
        });
        stage.micro("never", Medium, ms(50), 1);
        let (cx, says) = (stage.cx.clone(), stage.says());
        stage.cx.spawn("by hand", async move {
            if cx.permit(Medium, LONG).await.is_none() {
                says("no permit");
            }
        });
        takes(ms(10)).await.unwrap();
        let (cx, trace, handle) = (stage.cx.clone(), stage.trace.clone(), stage.app.app());
        let ended = stage.app.stop().await;
        cx.micro(High, LONG, || async { panic!("the life is over") });
        assert!(cx.permit(High, LONG).await.is_none());
        takes(secs(1)).await.unwrap();
        assert_eq!(trace.all(), ["no permit 10", "to the end 100"]);
        assert_eq!(handle.micro_load().running, 0);
        ended
    });
    let stats = report(&ended).stats;
    assert_eq!((stats.done, stats.dropped), (1, 1));
    assert_eq!(ended.report.exit_code(), 0);
}
