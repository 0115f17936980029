//! `/lifecycle/events`: everything at first, then what changes, and a word at the end.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use lifecycle::component::Custom;
use lifecycle::plan::Scope;
use serde_json::Value;

use crate::kit::{SOON, Served, chain, shop, wide, worker};

/// Somebody who listens.
struct Listener(BufReader<TcpStream>);

#[derive(Debug)]
struct Message {
    event: String,
    data: Value,
}

impl Listener {
    fn new(served: &Served) -> Self {
        let mut stream = served.connect();
        stream
            .write_all(b"GET /lifecycle/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        let mut listener = Self(BufReader::new(stream));
        let status = listener.line();
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        let mut kind = String::new();
        loop {
            let line = listener.line();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-type: ") {
                kind = value.to_owned();
            }
        }
        assert_eq!(kind, "text/event-stream; charset=utf-8");
        listener
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// The next message; none after the last.
    fn next(&mut self) -> Option<Message> {
        let (mut event, mut data) = (None, None);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("event", value)) => event = Some(value.to_owned()),
                Some(("data", value)) => data = Some(serde_json::from_str(value).unwrap()),
                // Sizes of chunks, the time to retry, heartbeats.
                _ => {}
            }
            if let (Some(event), Some(data)) = (&event, &data) {
                let (event, data): (&String, &Value) = (event, data);
                return Some(Message {
                    event: event.clone(),
                    data: data.clone(),
                });
            }
        }
    }

    /// The first message of which this holds.
    #[track_caller]
    fn until(&mut self, wanted: impl Fn(&Message) -> bool) -> Message {
        let begun = std::time::Instant::now();
        while begun.elapsed() < SOON {
            let message = self.next().expect("another message");
            if wanted(&message) {
                return message;
            }
        }
        panic!("no such message came");
    }
}

fn states(message: &Message) -> Vec<(String, String)> {
    let components = message.data["components"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    components
        .iter()
        .map(|c| (text(&c["name"]), text(&c["state"])))
        .collect()
}

#[test]
fn a_listener_gets_everything_and_then_what_changes() {
    let served = Served::start(wide(["Database", "Api", "Other"].map(worker)), |server| {
        server
    })
    .up();
    let mut listener = Listener::new(&served);
    let all = listener.next().unwrap();
    assert_eq!(all.event, "snapshot");
    assert_eq!(states(&all).len(), 3);
    let last = all.data["events"].as_array().unwrap().last().unwrap()["seq"]
        .as_u64()
        .unwrap();

    served
        .block_on(served.app().component("Other").unwrap().disable())
        .unwrap();
    let change =
        listener.until(|message| states(message).contains(&("Other".into(), "down".into())));
    assert_eq!(change.event, "change");
    assert_eq!(states(&change).len(), 1, "only what changed: {change:?}");
    assert!(change.data.get("start").is_none());
    let events = change.data["events"].as_array().unwrap();
    assert!(
        events
            .iter()
            .all(|event| event["seq"].as_u64().unwrap() > last),
        "{change:?}"
    );
}

#[test]
fn many_changes_are_told_together() {
    let served = Served::start(
        chain([Custom::resource("Database"), worker("Api")]),
        |server| server,
    )
    .up();
    let mut listener = Listener::new(&served);
    listener.next().unwrap();
    let api = served.app().component("Api").unwrap();
    let begun = std::time::Instant::now();
    for _ in 0..50 {
        served.block_on(api.restart(Scope::Itself)).unwrap();
    }
    let mut messages = 0;
    loop {
        let message = listener.next().unwrap();
        messages += 1;
        let mut components = message.data["components"].as_array().unwrap().iter();
        if components.any(|c| c["restarts"] == 50) {
            break;
        }
    }
    let most = 3 + begun.elapsed().as_millis() / 200;
    assert!(messages <= most, "{messages} messages");
}

#[test]
fn the_end_is_told_and_ends_the_stream() {
    let served = Served::start(shop(), |server| server).up();
    let mut listener = Listener::new(&served);
    assert_eq!(listener.next().unwrap().event, "snapshot");
    assert!(served.stop().is_success());
    let last = listener.until(|message| message.data["phase"] == "ended");
    assert_eq!(last.event, "change");
    assert_eq!(listener.next().unwrap().event, "end");
    assert!(listener.next().is_none());
}

#[test]
fn no_more_listen_than_may_and_who_leaves_makes_room() {
    let served = Served::start(shop(), |server| server.max_listeners(2)).up();
    let mut first = Listener::new(&served);
    let _second = Listener::new(&served);
    first.next().unwrap();
    let got = served.get("/lifecycle/events");
    assert_eq!(got.status, 503);
    assert!(got.body.contains("/lifecycle.json"), "{}", got.body);
    drop(first);
    let begun = std::time::Instant::now();
    // The server notices that the other side has gone.
    while !served
        .first_line("/lifecycle/events")
        .starts_with("HTTP/1.1 200")
    {
        assert!(begun.elapsed() < SOON);
    }
}
