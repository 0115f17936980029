//! Every lesson runs to its end and prints what its header promises.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Far more than a lesson needs, for slow machines.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs a lesson that should end with this exit code; gives its output and its errors.
#[track_caller]
fn run(program: &str, exit_code: i32) -> (String, String) {
    let mut lesson = Command::new(program)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pipes = (lesson.stdout.take().unwrap(), lesson.stderr.take().unwrap());
    let (send, receive) = mpsc::channel();
    let errors = thread::spawn(move || read(pipes.1));
    thread::spawn(move || send.send(read(pipes.0)));
    // The output ends when the lesson does.
    let Ok(output) = receive.recv_timeout(LIMIT) else {
        lesson.kill().unwrap();
        panic!("{program} did not end within {LIMIT:?}");
    };
    let status = lesson.wait().unwrap();
    let errors = errors.join().unwrap();
    assert_eq!(status.code(), Some(exit_code), "{output}\n{errors}");
    (output, errors)
}

fn read(mut pipe: impl Read) -> String {
    let mut text = String::new();
    pipe.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn hello() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_01_hello"), 0);
    let expected = "\
hello for the 1st time
hello for the 2nd time
hello for the 3rd time
bye, because main returned
";
    assert_eq!((output.as_str(), errors.as_str()), (expected, ""));
}

#[test]
fn dependencies() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_02_dependencies"), 0);
    assert_eq!(errors, "");
    for line in [
        "start: Settings; then Database, Cache; then Api",
        "stop:  Api; then Database, Cache; then Settings",
        "Api stops because main returned",
    ] {
        assert!(
            output.lines().any(|is| is == line),
            "no `{line}` in:\n{output}"
        );
    }
    let last = output
        .lines()
        .find(|line| line.starts_with("everything was up after"));
    assert!(
        last.is_some_and(|line| line.contains("one after the other")),
        "{output}"
    );
}

#[test]
fn health() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_03_health"), 0);
    let expected = "\
Replica: healthy, ready: true
Replica: hint: 1 s behind, ready: true
Replica: unhealthy: the line broke, ready: false
[-]Replica failed: the line broke
Replica: healthy, ready: true
";
    assert_eq!((output.as_str(), errors.as_str()), (expected, ""));
}

#[test]
fn cleanup() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_04_cleanup"), 69);
    let expected = "\
First: took folder and lock
Second: took folder and lock
Second: released the lock
Second: removed the folder
First: stopped
First: released the lock
First: removed the folder
";
    assert_eq!(output, expected);
    assert!(
        errors.contains("because: the licence has expired"),
        "{errors}"
    );
}

#[test]
fn without_macros() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_05_without_macros"), 0);
    let expected = "\
clock: up
ticker: tick 1
ticker: tick 2
ticker: stops, because requested: two ticks are enough
paper: torn off
clock: down
the app ended with exit code 0
";
    assert_eq!((output.as_str(), errors.as_str()), (expected, ""));
}

#[test]
fn testing() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_06_testing"), 0);
    assert_eq!(errors, "");
    assert!(output.contains("   20.100 s  Database up"), "{output}");
}

#[test]
fn restarts() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_07_restarts"), 0);
    let expected = "\
connection 1 is open
feed: connection 1, run 1
feed: connection 1, run 2
feed: connection 1, run 3
feed: reads
connection 2 is open
feed: connection 2, run 1
feed: reads
the feed is disabled, and so is what nobody else needs
connection 3 is open
feed: connection 3, run 1
feed: reads
";
    assert_eq!((output.as_str(), errors.as_str()), (expected, ""));
}

#[test]
fn pools() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_09_pools"), 75);
    let expected = "\
shop: full, so `mail for carl` has to wait
mailer: mail for ann
mailer: mail for bob
mailer: mail for carl
mailer: mail for dora
shop: dora's mail has 13 letters
mailer: Some(\"mail for nobody\"): the job failed: no such address
mailer: kept for tomorrow: [\"mail for the moon\", \"mail for eve\"]
";
    assert_eq!(output, expected);
    let jobs = "jobs of `Mailer`: 4 done, 1 failed, 2 unfinished";
    assert!(errors.contains(jobs), "{errors}");
}

#[test]
fn schedules() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_10_schedules"), 0);
    let expected = "  0 min: the floor is swept
 25 min: the floor is swept, with a broom that has seen better days
100 min: the broom breaks
not well: `sweep` failed: the broom is broken
sweep: 3 runs, 1 failed, 2 skipped
120 min: the stock is counted
125 min: the floor is swept
well again: true
";
    assert_eq!((output.as_str(), errors.as_str()), (expected, ""));
}

#[test]
fn changes() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_08_changes"), 0);
    let expected = "\
import-north works
import-north is up
index is up
report is up
refused: there is a component `import-north` already
refused: `page` depends on `reprot`, which is not there
import-north ends
report is down
import-north works again
report is up again
import-north ends
import-north works again
import-north ends
all is down
";
    assert_eq!((output.as_str(), errors.as_str()), (expected, ""));
}

#[test]
fn events() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_11_events"), 0);
    let expected = "\
the till is open, and the kitchen is not
kitchen: open
kitchen: toast for table 1
kitchen: soup for table 2
kitchen: salad for table 3
main: handled by 1
main: failed in 1
main: table 3 has ordered salad
main: table 4 has ordered ice cream
`cook`: 3 handled, 1 failed; the last error: no ice cream today, table 4
";
    assert_eq!((output.as_str(), errors.as_str()), (expected, ""));
}

#[test]
fn tasks() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_12_tasks"), 0);
    let expected = "\
at once: 2 tasks, 1 micro-task
fetch: the line is busy
fetch: there are 4 pictures
thumbnail: for the first of the archive
thumbnail: for somebody who looks at it
thumbnail: for the front page
thumbnail: for the second of the archive
save
visitors: the last was Some(\"fred\"), 5 went unseen
";
    assert_eq!((output.as_str(), errors.as_str()), (expected, ""));
}

#[test]
fn traces() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_13_traces"), 0);
    assert_eq!(errors, "");
    let spans: Vec<&str> = output.split("Span #").skip(1).collect();
    let span = |name: &str, field: &str| {
        let name = format!("Name         : {name}\n");
        let mut spans = spans.iter();
        let found = spans.find(|span| span.contains(&name) && span.contains(field));
        found.unwrap_or_else(|| panic!("no `{name}` with {field} in:\n{output}"))
    };
    let id = |span: &str, what: &str| {
        let line = span.lines().find(|line| line.trim().starts_with(what));
        let (_, id) = line.unwrap().split_once(':').unwrap();
        id.trim().to_owned()
    };
    let startup = span("startup", "app");
    let start = span("start", "component: String(Owned(\"Stock\"))");
    assert!(start.contains("the books are counted"), "{start}");
    assert_eq!(id(start, "ParentSpanId"), id(startup, "SpanId"));
    let run = span("run", "component: String(Owned(\"Shop\"))");
    assert_eq!(
        id(span("sale", "order: I64(3)"), "ParentSpanId"),
        id(run, "SpanId")
    );
    // The whole stop ends last, and is among what was sent.
    span("shutdown", "app");
}

#[test]
fn status() {
    let (output, errors) = run(env!("CARGO_BIN_EXE_14_status"), 0);
    let (address, answers) = output.split_once('\n').unwrap();
    assert!(address.starts_with("http://127.0.0.1:") && address.ends_with("/lifecycle"));
    let expected = "\
200 ok
503 readiness fails, [-]Line failed: no dial tone
200 ok
";
    assert_eq!((answers, errors.as_str()), (expected, ""));
}
