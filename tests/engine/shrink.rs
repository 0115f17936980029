//! Makes a failing case smaller, greedily: whatever can be left out and still fails is left out.

use lifecycle::engine::{Input, Key, Limits, Request};
use lifecycle::plan::Policy;

use crate::case::{Case, Code, Work};

/// The smallest case that was found for which `fails` is still true.
pub(crate) fn shrink(mut case: Case, fails: impl Fn(&Case) -> bool) -> Case {
    let mut tries = 20_000;
    loop {
        let next = candidates(&case).find(|smaller| {
            tries -= 1;
            tries <= 0 || fails(smaller)
        });
        match next {
            Some(smaller) if tries > 0 => case = smaller,
            _ => return case,
        }
    }
}

fn candidates(case: &Case) -> impl Iterator<Item = Case> + '_ {
    let size = case.components.len();
    let without = (0..size)
        .rev()
        .filter(move |_| size > 1)
        .map(|key| without(case, key));
    let events = (0..case.events.len()).map(|event| {
        let mut case = case.clone();
        case.events.remove(event);
        case
    });
    let simpler = (0..size).flat_map(move |key| {
        let variants = simpler(&case.components[key].code).into_iter();
        variants.map(move |code| {
            let mut case = case.clone();
            case.components[key].code = code;
            case
        })
    });
    let edges = (0..size).flat_map(move |key| {
        (0..case.components[key].dependencies.len()).map(move |edge| {
            let mut case = case.clone();
            case.components[key].dependencies.remove(edge);
            case
        })
    });
    let policies = (0..size)
        .filter(|key| case.components[*key].policy != Policy::DEFAULT)
        .map(move |key| {
            let mut case = case.clone();
            case.components[key].policy = Policy::DEFAULT;
            case
        });
    let cleanups = (0..case.cleanups.len()).map(|cleanup| {
        let mut case = case.clone();
        case.cleanups.remove(cleanup);
        case
    });
    let limits = (format!("{:?}", case.limits) != format!("{:?}", Limits::DEFAULT)).then(|| {
        let mut case = case.clone();
        case.limits = Limits::DEFAULT;
        case
    });
    without
        .chain(events)
        .chain(limits)
        .chain(cleanups)
        .chain(policies)
        .chain(simpler)
        .chain(edges)
}

fn without(case: &Case, gone: usize) -> Case {
    let mut case = case.clone();
    case.components.remove(gone);
    for component in &mut case.components {
        component.dependencies.retain(|(to, _)| *to != gone);
        for (to, _) in &mut component.dependencies {
            *to -= usize::from(*to > gone);
        }
    }
    case.events.retain_mut(|(_, input)| {
        let Input::Ask(_, request) = input else {
            return true;
        };
        let moved = |key: Key| key - Key::from(key as usize > gone);
        let (Request::Disable(key)
        | Request::Enable(key)
        | Request::Restart(key, _)
        | Request::Await(key)) = *request
        else {
            return true;
        };
        *request = match *request {
            Request::Disable(key) => Request::Disable(moved(key)),
            Request::Enable(key) => Request::Enable(moved(key)),
            Request::Restart(key, scope) => Request::Restart(moved(key), scope),
            Request::Await(key) => Request::Await(moved(key)),
            other => other,
        };
        key as usize != gone
    });
    case
}

/// The same code with one thing less.
fn simpler(code: &Code) -> Vec<Code> {
    let calm = Code {
        run: code.run.map(|_| Work::runs(1)),
        ready: code.ready.map(|_| 1),
        reruns: code.reruns.last().copied().into_iter().collect(),
        beats: code.beats,
        ..Code::calm()
    };
    let mut all = vec![calm];
    for (edit, there) in [
        (
            (|code| code.load = None) as fn(&mut Code),
            code.load.is_some(),
        ),
        (|code| code.drain = None, code.drain.is_some()),
        (|code| code.tidy = None, code.tidy.is_some()),
        (
            // The last one is that with which it comes to rest.
            |code| {
                code.reruns.remove(0);
            },
            code.reruns.len() > 1,
        ),
        (|code| code.stop = None, code.stop.is_some()),
        (|code| code.cleanup = None, code.cleanup.is_some()),
        (
            |code| code.tasks.truncate(code.tasks.len() - 1),
            !code.tasks.is_empty(),
        ),
        (
            |code| code.extends.truncate(code.extends.len() - 1),
            !code.extends.is_empty(),
        ),
        (
            |code| code.starts.truncate(code.starts.len() - 1),
            code.starts.len() > 1,
        ),
        (
            |code| code.run = code.run.map(|_| Work::runs(1)),
            code.run.is_some(),
        ),
        (|code| code.starts = vec![Work::ok(1)], true),
    ] {
        if there {
            let mut less = code.clone();
            edit(&mut less);
            all.push(less);
        }
    }
    all.retain(|less| less != code);
    all
}
