//! The rules know no runtime, no clock and no outside: the sources of `engine` and `plan` say so.

use std::fs;
use std::path::{Path, PathBuf};

/// What may not be named, comments apart.
const FOREIGN: [&str; 14] = [
    "tokio",
    "Instant",
    "SystemTime",
    "std::thread",
    "thread::",
    "std::fs",
    "std::net",
    "std::io",
    "std::env",
    "std::process",
    "async fn",
    "async move",
    ".await",
    "unsafe",
];

fn sources(room: &str) -> Vec<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lifecycle/src");
    let mut folders = vec![source.join(room)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the room is there") {
            let path = entry.expect("an entry").path();
            // A room's own tests may look around.
            if path.file_stem().is_some_and(|name| name == "tests") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 3, "{room} has hardly any source");
    files
}

fn findings(room: &str, foreign: impl Fn(&str) -> bool) -> Vec<String> {
    let mut findings = Vec::new();
    for file in sources(room) {
        let text = fs::read_to_string(&file).expect("a source file");
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            if foreign(code) {
                findings.push(format!(
                    "{}:{}: {}",
                    file.display(),
                    number + 1,
                    line.trim()
                ));
            }
        }
    }
    findings
}

#[test]
fn engine_and_plan_name_no_runtime_and_no_clock() {
    for room in ["engine", "plan"] {
        let found = findings(room, |code| FOREIGN.iter().any(|word| code.contains(word)));
        assert!(
            found.is_empty(),
            "{room} is a room of pure rules:\n{}",
            found.join("\n")
        );
    }
}

#[test]
fn chance_has_an_explicit_seed() {
    for room in ["engine", "plan"] {
        let seeded = |code: &str| {
            code.contains("fastrand::Rng::with_seed(limits.seed)")
                || code.contains(": fastrand::Rng,")
        };
        let found = findings(room, |code| code.contains("fastrand") && !seeded(code));
        assert!(
            found.is_empty(),
            "chance without a seed:\n{}",
            found.join("\n")
        );
    }
}

#[test]
fn rooms_know_only_what_stands_above_them() {
    let own = |code: &str, allowed: &[&str]| {
        code.match_indices("crate::").any(|(at, _)| {
            let rest = &code[at + "crate::".len()..];
            allowed.iter().all(|room| !rest.starts_with(room))
        })
    };
    let found = findings("engine", |code| own(code, &["plan::", "engine::"]));
    assert!(
        found.is_empty(),
        "the engine knows the plan only:\n{}",
        found.join("\n")
    );
    let found = findings("plan", |code| own(code, &["plan::", "text::", "svg::"]));
    assert!(
        found.is_empty(),
        "the plan knows nobody, but for what its pictures are drawn with:\n{}",
        found.join("\n")
    );
}
