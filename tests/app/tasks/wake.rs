//! Wake-ups that come together.

use super::{play, report};
use crate::kit::{Done, fails, ms, panics, secs, takes};

#[test]
fn a_poke_runs_the_work() {
    play(1, |stage| async move {
        let says = stage.says();
        let wake = stage.cx.wake("save", move || {
            says("saved");
            takes(ms(10))
        });
        assert_eq!(wake.name(), "save");
        takes(secs(1)).await.unwrap();
        assert!(stage.trace.all().is_empty());
        wake.poke();
        takes(secs(1)).await.unwrap();
        wake.clone().poke();
        takes(secs(1)).await.unwrap();
        assert_eq!(stage.trace.all(), ["saved 1000", "saved 2000"]);
    });
}

#[test]
fn however_often_it_is_poked_one_run_is_pending() {
    play(1, |stage| async move {
        let says = stage.says();
        let wake = stage.cx.wake("save", move || {
            says("saved");
            takes(ms(10))
        });
        for _ in 0..100 {
            wake.poke();
        }
        takes(ms(5)).await.unwrap();
        for _ in 0..100 {
            wake.poke();
        }
        takes(secs(1)).await.unwrap();
        assert_eq!(stage.trace.all(), ["saved 0", "saved 10"]);
    });
}

#[test]
fn wake_ups_are_not_under_the_limit_on_tasks() {
    play(1, |stage| async move {
        stage.task("long", 1000).queue();
        let says = stage.says();
        let wake = stage.cx.wake("save", move || {
            says("saved");
            takes(ms(100))
        });
        wake.poke();
        assert_eq!(stage.load(), (1, 0));
        takes(ms(10)).await.unwrap();
        stage.trace.say(format!("{:?}", stage.load()));
        assert_eq!(stage.trace.all(), ["long 0", "saved 0", "(1, 0)"]);
    });
}

#[test]
fn the_stop_waits_for_the_run_and_later_pokes_do_nothing() {
    let ended = play(1, |stage| async move {
        let (says, trace) = (stage.says(), stage.trace.clone());
        let wake = stage.cx.wake("save", move || {
            let says = says.clone();
            async move {
                takes(ms(100)).await?;
                says("saved");
                Done::Ok(())
            }
        });
        wake.poke();
        takes(ms(10)).await.unwrap();
        // Pending when the stop comes, it never begins.
        wake.poke();
        stage.app.app().shutdown("enough");
        stage.app.app().shutdown("a second stop is the same stop");
        takes(ms(10)).await.unwrap();
        wake.poke();
        let ended = stage.app.stop().await;
        wake.poke();
        takes(secs(1)).await.unwrap();
        assert_eq!(trace.all(), ["saved 100"]);
        ended
    });
    let stats = report(&ended).stats;
    assert_eq!(
        (stats.done, stats.dropped),
        (1, 2),
        "the run, and both that came too late before the end"
    );
    assert_eq!(ended.report.exit_code(), 0);
}

#[test]
fn a_run_that_fails_is_told_and_the_next_one_comes() {
    let ended = play(1, |stage| async move {
        let trace = stage.trace.clone();
        let wake = stage.cx.wake("save", move || {
            trace.say("run");
            let run = trace.all().len();
            async move {
                match run {
                    1 => fails("no").await,
                    2 => panics("oh").await,
                    _ => Done::Ok(()),
                }
            }
        });
        for _ in 0..3 {
            wake.poke();
            takes(ms(10)).await.unwrap();
        }
        stage.app.stop().await
    });
    let tasks = report(&ended);
    let stats = tasks.stats;
    assert_eq!((stats.done, stats.failed, stats.panicked), (1, 1, 1));
    assert_eq!(
        tasks.errors[0],
        "`jobs` failed in task: the task `save` failed: no"
    );
}
