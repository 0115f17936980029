//! A failing case, so that a person can read it.

use std::fmt::Write;

use lifecycle::engine::{Command, Ending, Input, Key, Output, What};
use lifecycle::plan::Policy;

use crate::case::{Case, OnAbort, STORY, Work, name};
use crate::world::Line;

pub(crate) fn report(case: &Case, log: &[Line], error: &str) -> String {
    let mut out = String::new();
    if case.seed == STORY {
        let _ = writeln!(out, "\n{error}");
    } else {
        let seed = case.seed;
        let _ = writeln!(out, "\nseed {seed}: {error}");
        let _ = writeln!(
            out,
            "again:  LIFECYCLE_SEED={seed} cargo test -p tests --test engine seed"
        );
    }
    let _ = writeln!(out, "limits: {:?}", case.limits);
    let _ = writeln!(out, "cleanups: {:?}", case.cleanups);
    for (key, component) in case.components.iter().enumerate() {
        let edges: Vec<_> = component
            .dependencies
            .iter()
            .map(|(to, kind)| format!("{kind:?} {}", name(*to)))
            .collect();
        let _ = writeln!(
            out,
            "{} {:?}, depends on [{}]",
            name(key),
            component.kind,
            edges.join(", ")
        );
        let policy = component.policy;
        let _ = writeln!(
            out,
            "    optional {}, start {:?}, stop {:?}, retry {} in {:?}..{:?}, ready {:?}, on finish {:?}",
            policy.optional,
            policy.start_timeout,
            policy.stop_timeout,
            policy.retry,
            policy.backoff.min,
            policy.backoff.max,
            policy.ready,
            policy.on_finish
        );
        if policy.restart != Policy::DEFAULT.restart {
            let _ = writeln!(
                out,
                "    restart {:?}, {} in {:?}, scope {:?}, then {:?}",
                policy.restart, policy.max_restarts, policy.within, policy.scope, policy.escalate
            );
        }
        if let Some(every) = policy.heartbeat {
            let _ = writeln!(
                out,
                "    heartbeat {every:?}, beats {:?}",
                component.code.beats
            );
        }
        if let Some(at) = component.added {
            let _ = writeln!(out, "    added at {at} ms, required {}", component.required);
        }
        let code = &component.code;
        let starts = code.starts.iter().map(|work| ("start".to_owned(), *work));
        let rest = [
            ("load", code.load),
            ("run", code.run),
            ("drain", code.drain),
            ("stop", code.stop),
            ("cleanup", code.cleanup),
            ("tidy", code.tidy),
        ];
        let rest = rest
            .into_iter()
            .filter_map(|(hook, work)| Some((hook.to_owned(), work?)));
        let tasks = code
            .tasks
            .iter()
            .map(|(from, work)| (format!("task of {from}"), *work));
        let reruns = code
            .reruns
            .iter()
            .map(|work| ("run again".to_owned(), *work));
        for (hook, work) in starts.chain(rest).chain(reruns).chain(tasks) {
            let _ = writeln!(out, "    {hook}: {}", describe(work));
        }
        if let Some(ready) = code.ready {
            let _ = writeln!(
                out,
                "    says that it is ready {ready} ms after its run loop began"
            );
        }
        for (stage, after, by) in &code.extends {
            let _ = writeln!(out, "    extends by {by} ms, {after} ms after {stage}");
        }
    }
    for (at, input) in &case.events {
        let _ = writeln!(out, "at {at} ms: {input:?}");
    }
    for line in log {
        let _ = match line {
            Line::In(at, input) => writeln!(out, "{:>12.3?}  > {}", at, in_words(*input)),
            Line::Add(at, from, to, fine) => {
                let names: Vec<_> = (*from..*to).map(name).collect();
                writeln!(out, "{at:>12.3?}  > {} added: {fine}", names.join(", "))
            }
            Line::Out(_, Output::Command(command)) => {
                writeln!(out, "{:>12}      ! {}", "", command_in_words(*command))
            }
            Line::Out(_, Output::Event(event)) => match event.what {
                What::Component(key, change) => {
                    writeln!(out, "{:>12}      . {} {change:?}", "", name(key as usize))
                }
                what => writeln!(out, "{:>12}      . {what:?}", ""),
            },
            Line::Out(_, output) => writeln!(out, "{:>12}      = {output:?}", ""),
        };
    }
    let _ = writeln!(out, "{error}");
    out
}

fn describe(work: Work) -> String {
    let end = |ending| match ending {
        Ending::Ok => "ok",
        Ending::Error => "error",
        Ending::Panic => "panic",
        Ending::Cancelled => "cancelled",
        Ending::RestartNow => "asks to be restarted",
        _ => "?",
    };
    let mut text = work.after.map_or("never ends".into(), |after| {
        format!("{} after {after} ms", end(work.end))
    });
    if let Some((after, ending)) = work.quit {
        let _ = write!(
            text,
            ", {} {after} ms after it is asked to end",
            end(ending)
        );
    }
    let _ = match work.on_abort {
        OnAbort::Drops(0) => Ok(()),
        OnAbort::Drops(after) => write!(text, ", dropped {after} ms after an abort"),
        OnAbort::Wins(after, ending) => {
            write!(text, ", {} {after} ms after an abort", end(ending))
        }
        OnAbort::Stuck => write!(text, ", does not notice an abort"),
    };
    text
}

fn in_words(input: Input) -> String {
    let of = |key: Key| name(key as usize);
    match input {
        Input::Ended(key, stage, ending) => format!("{} {stage} ended: {ending:?}", of(key)),
        Input::Idle(key) => format!("{} idle", of(key)),
        Input::Ready(key) => format!("{} ready", of(key)),
        Input::Extend(key, by) => format!("{} extends by {by:?}", of(key)),
        input => format!("{input:?}"),
    }
}

fn command_in_words(command: Command) -> String {
    let of = |key: Key| name(key as usize);
    match command {
        Command::Load(key) => format!("load {}", of(key)),
        Command::Start(key) => format!("start {}", of(key)),
        Command::Run(key) => format!("run {}", of(key)),
        Command::EndRun(key) => format!("end the run of {}", of(key)),
        Command::CleanRun(key) => format!("clean up the run of {}", of(key)),
        Command::Quiesce { node, drain } => {
            format!("quiesce {}{}", of(node), if drain { ", drain" } else { "" })
        }
        Command::Stop(key) => format!("stop {}", of(key)),
        Command::Cleanup(key) => format!("clean up {}", of(key)),
        Command::Hurry(key) => format!("clean up the rest of {}", of(key)),
        Command::Abort(key) => format!("abort {}", of(key)),
        Command::GiveUp(key) => format!("give up {}", of(key)),
        command => format!("{command:?}"),
    }
}
