//! `ACCEPTANCE.md` names each case once, and every test that it names exists.

use std::fs;
use std::path::{Path, PathBuf};

/// The cases that this part of the framework has to meet, as the reference page numbers them.
const CASES: [(&str, &[u32]); 5] = [
    (
        "S0",
        &[
            1, 4, 5, 6, 7, 10, 11, 14, 15, 17, 19, 23, 26, 28, 29, 32, 33, 35, 37, 39, 42, 43, 44,
            45, 46, 48, 50, 56, 57, 58, 59, 64, 65, 68, 69, 61, 62, 63,
        ],
    ),
    (
        "S1",
        &[
            3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 30,
        ],
    ),
    ("S2", &[1, 2, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
    (
        "S3",
        &[
            1, 2, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 28, 29, 30,
            31, 32,
        ],
    ),
    ("S4", &[4, 6, 7, 9, 10]),
];

/// The rows of the tables: a case, and what shows it.
fn rows() -> Vec<(&'static str, &'static str)> {
    let page = include_str!("../ACCEPTANCE.md");
    let rows = page.lines().filter_map(|line| {
        let (case, shown) = line.strip_prefix("| ")?.split_once(" | ")?;
        let shown = shown.strip_suffix(" |")?;
        case.starts_with('S').then_some((case, shown))
    });
    rows.collect()
}

/// What stands in backticks in a row and is a path.
fn named(shown: &str) -> Vec<&str> {
    let code = shown.split('`').skip(1).step_by(2);
    code.filter(|code| code.contains("::")).collect()
}

#[test]
fn every_case_stands_in_the_list_once() {
    let wanted = CASES.iter().flat_map(|(system, numbers)| {
        let numbers = numbers.iter();
        numbers.map(move |number| format!("{system}-{number:02}"))
    });
    let listed: Vec<&str> = rows().into_iter().map(|(case, _)| case).collect();
    assert_eq!(listed, wanted.collect::<Vec<_>>());
}

#[test]
fn every_case_is_shown_by_a_test_or_a_sentence() {
    for (case, shown) in rows() {
        let sentence = shown.split(' ').count() > 4;
        assert!(sentence || !named(shown).is_empty(), "{case}: {shown}");
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let missing: Vec<&str> = rows()
        .into_iter()
        .flat_map(|(_, shown)| named(shown))
        .filter(|path| !exists(path))
        .collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}

#[test]
fn a_test_that_does_not_exist_is_found_out() {
    assert!(!exists("app::stop_order::no_such_scenario"));
    assert!(!exists("app::no_such_module::a_chain_stops_in_reverse"));
    assert!(!exists("ui-tests::graph::fail::no_such_rule"));
}

fn exists(path: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let parts: Vec<&str> = path.split("::").collect();
    let (name, modules) = parts.split_last().expect("a path has parts");
    match *modules {
        ["ui-tests", ..] => {
            let mut file = root.join("../ui-tests/tests");
            file.extend(&parts[1..]);
            file.with_extension("rs").exists()
        }
        ["lifecycle"] => sources(&root.join("../lifecycle/src"))
            .iter()
            .any(|file| has_test(file, name)),
        [target @ ("app" | "process" | "engine"), .., _] => {
            let mut file = root.join(target);
            file.extend(&modules[1..]);
            has_test(&file.with_extension("rs"), name) || has_test(&file.join("mod.rs"), name)
        }
        _ => false,
    }
}

/// Whether a file has a test of this name: the attribute stands on one of the lines before it.
fn has_test(file: &Path, name: &str) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    let Some((before, _)) = text.split_once(&format!("fn {name}()")) else {
        return false;
    };
    before
        .lines()
        .rev()
        .take_while(|line| !line.is_empty())
        .any(|line| line.trim() == "#[test]")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    let paths = entries.map(|entry| entry.expect("readable").path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![path],
        })
        .collect()
}
