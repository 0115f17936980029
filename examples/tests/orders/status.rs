//! What probes, tools and people see of the service.

use std::process::{Command, Output};
use std::time::Instant;

use serde_json::Value;

use crate::client::Client;
use crate::service::{Folder, LIMIT, Service};

/// The service, and a client of its status server.
fn start(folder: &Folder, environment: &[(&str, &str)]) -> (Service, Client) {
    let (service, _) = Service::start_with(folder, environment);
    let line = service
        .printed
        .iter()
        .find(|line| line.contains("status at "));
    let (_, address) = line.unwrap().split_once("http://").unwrap();
    let address = address.trim_end_matches("/lifecycle").to_owned();
    (service, Client::new(&address))
}

fn text(client: &Client, path: &str) -> (u16, String) {
    let mut answer = client
        .agent
        .get(format!("{}{path}", client.url))
        .call()
        .unwrap();
    (
        answer.status().as_u16(),
        answer.body_mut().read_to_string().unwrap(),
    )
}

/// Runs a command of the program to its end.
fn command(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orders"));
    command
        .current_dir(&folder.0)
        .args(arguments)
        .output()
        .unwrap()
}

/// Asks again until there is something.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "a process lives in real time")]
fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(begun.elapsed() < LIMIT, "not within {LIMIT:?}: {what}");
    }
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

#[test]
fn probes_tools_and_people_are_answered() {
    let folder = Folder::new("status");
    let (service, status) = start(&folder, &[]);
    for probe in [
        "/livez",
        "/readyz",
        "/startupz",
        "/healthz",
        "/healthz/checkout",
    ] {
        let (code, answer) = text(&status, probe);
        assert_eq!((code, answer.trim_end()), (200, "ok"), "{probe}");
    }
    let (_, verbose) = text(&status, "/readyz?verbose");
    assert!(verbose.contains("[+]Database"), "{verbose}");
    // States are recorded soon after they change.
    let line = r#"lifecycle_component_state{app="orders",component="Api",state="up"} 1"#;
    until("the metrics have the state", || {
        let (code, metrics) = text(&status, "/metrics");
        assert_eq!(code, 200);
        metrics.contains(line).then_some(())
    });
    let (code, page) = text(&status, "/lifecycle");
    assert_eq!(code, 200);
    assert!(page.starts_with("<!doctype html>"), "{page}");
    let (_, all) = status.get("/lifecycle.json");
    assert_eq!(all["app"], "orders");
    let asked = status.url.trim_start_matches("http://").to_owned();
    let output = command(&folder, &["status", "--address", &asked]);
    assert!(output.status.success());
    assert!(stdout(&output).contains("[+]Database"), "{output:?}");
    let output = command(&folder, &["status", "--address", &asked, "--json"]);
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["app"], "orders");
    service.terminate();
    service.ends(0);
    let output = command(&folder, &["status", "--address", &asked]);
    assert_eq!(output.status.code(), Some(69));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with(&format!("no status from {asked}: ")),
        "{said}"
    );
}

#[test]
fn a_mail_server_that_is_away_is_a_warning_and_the_service_stays_ready() {
    let folder = Folder::new("away");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let (_service, status) = start(&folder, &[("ORDERS_SMTP", &address)]);
    // Checks that fail are counted before they tell.
    let check = until("the check fails", || {
        let (_, all) = status.get("/lifecycle.json");
        let mut components = all["components"].as_array().unwrap().iter();
        let mailer = components.find(|component| component["name"] == "Mailer");
        let check = &mailer.unwrap()["check"];
        (check["failures"].as_u64() > Some(0)).then(|| check.to_string())
    });
    assert!(check.contains("the mail server did not take it"), "{check}");
    assert_eq!(text(&status, "/readyz").0, 200);
}

#[test]
fn pictures_are_printed_and_nothing_starts() {
    let folder = Folder::new("pictures");
    for (format, begin, inside) in [
        ("svg", "<svg", "Database"),
        ("dot", "digraph", "Database"),
        ("mermaid", "flowchart", "Database"),
        ("json", "{", "\"Database\""),
        ("text", "", "Database"),
    ] {
        let output = command(&folder, &["--graph", format]);
        assert!(output.status.success(), "{output:?}");
        assert!(stdout(&output).starts_with(begin), "{format}: {output:?}");
        assert!(stdout(&output).contains(inside), "{format}: {output:?}");
        assert!(output.stderr.is_empty(), "{format}: {output:?}");
        let long = command(&folder, &["graph", "--format", format]);
        assert_eq!(long.stdout, output.stdout);
    }
    let output = command(&folder, &["--graph", "pdf"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        folder.0.read_dir().unwrap().next().is_none(),
        "nothing was made"
    );
}

#[test]
fn the_configuration_is_checked_and_nothing_starts() {
    let folder = Folder::new("check");
    let output = command(&folder, &["check"]);
    assert!(output.status.success(), "{output:?}");
    let mut wrong = Command::new(env!("CARGO_BIN_EXE_orders"));
    wrong
        .current_dir(&folder.0)
        .arg("check")
        .env("ORDERS_LISTEN", "here");
    let output = wrong.output().unwrap();
    assert_eq!(output.status.code(), Some(78), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("ORDERS_LISTEN is \"here\""), "{said}");
    assert!(
        folder.0.read_dir().unwrap().next().is_none(),
        "nothing was made"
    );
}

#[test]
fn a_status_address_that_cannot_be_is_told_before_anything_begins() {
    let folder = Folder::new("status-address");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = free.local_addr().unwrap().to_string();
    for (address, words) in [
        (taken.as_str(), &*taken),
        ("0.0.0.0:9090", "public:"),
        ("nonsense", "nonsense"),
    ] {
        let text = Service::spawn(&folder, &[("ORDERS_STATUS", address)]).ends(78);
        let told = text
            .lines()
            .find(|line| line.starts_with("orders did not begin: ORDERS_STATUS: "));
        assert!(told.is_some_and(|line| line.contains(words)), "{text}");
    }
    let text = Service::spawn(&folder, &[("RUST_LOG", "a=b=c")]).ends(78);
    assert!(
        text.contains("orders did not begin: RUST_LOG is not a filter"),
        "{text}"
    );
}
