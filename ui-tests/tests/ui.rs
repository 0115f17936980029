//! Runs every program, and keeps the files in order. `TRYBUILD=overwrite cargo test -p ui-tests` writes the words anew.

use std::fs;
use std::path::{Path, PathBuf};

use trybuild::TestCases;

// Two functions, because one `TestCases` with a passing program builds all of them instead of checking.

#[cfg(feature = "cron")]
#[test]
fn wrong_programs_are_told_what_to_write() {
    TestCases::new().compile_fail("tests/*/fail/*.rs");
}

#[cfg(feature = "cron")]
#[test]
fn right_programs_pass() {
    TestCases::new().pass("tests/*/pass/*.rs");
}

#[cfg(not(feature = "cron"))]
#[test]
fn programs_that_want_a_feature_are_told_which() {
    TestCases::new().compile_fail("tests/schedule/without/*.rs");
}

fn files(kind: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for area in [
        "resource",
        "service",
        "worker_pool",
        "app",
        "graph",
        "events",
        "schedule",
        "health",
    ] {
        let folder = Path::new("tests").join(area).join(kind);
        let entries = fs::read_dir(&folder).expect("the folder exists");
        found.extend(entries.map(|entry| entry.expect("it can be listed").path()));
    }
    if kind == "fail" {
        found.push("tests/schedule/without/cron_without_feature.rs".into());
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    found.sort();
    found
}

#[test]
fn each_message_says_what_its_program_promises() {
    let mut wrong = Vec::new();
    for file in files("fail") {
        let shown = file.display();
        let program = fs::read_to_string(&file).expect("it can be read");
        let promise = program
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("//! "));
        let promise = promise
            .unwrap_or_else(|| panic!("{shown} does not begin with `//! what must be said`"));
        let said = fs::read_to_string(file.with_extension("stderr"))
            .unwrap_or_else(|_| panic!("{shown} has no .stderr; run with TRYBUILD=overwrite"));
        if !said.contains(promise) {
            wrong.push(format!("{shown}: the compiler does not say `{promise}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words that mean that a message shows the standard library's code, or ours.
const NOT_THE_USERS: [&str; 5] = [
    "/rustc/",
    "$RUST",
    "$WORKSPACE",
    "lifecycle/src/",
    "lifecycle-macros/src/",
];

#[test]
fn no_message_shows_code_that_is_not_the_users() {
    let mut wrong = Vec::new();
    for file in files("fail") {
        let said = fs::read_to_string(file.with_extension("stderr")).unwrap_or_default();
        let shown = NOT_THE_USERS.iter().filter(|words| said.contains(**words));
        wrong.extend(shown.map(|words| format!("{} shows `{words}`", file.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_rule_has_a_program() {
    let names: Vec<String> = files("fail")
        .iter()
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .collect();
    let rooms = fs::read_dir("../lifecycle-macros/src/check").expect("the rules are there");
    for room in rooms {
        let text =
            fs::read_to_string(room.expect("it can be listed").path()).expect("it can be read");
        let rules = text
            .lines()
            .filter_map(|line| line.strip_prefix("pub(crate) fn "));
        for rule in rules.filter_map(|line| line.split(['(', '<']).next()) {
            let shown = names.iter().any(|name| name.starts_with(rule));
            assert!(
                shown,
                "the rule `{rule}` has no program in tests/*/fail/{rule}.rs"
            );
        }
    }
}
