//! How the service starts and ends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use std::{fs, thread};

use crate::client::{Client, begin_order, order};
use crate::service::{Folder, Service};

#[test]
fn each_component_says_when_it_comes_and_goes() {
    let components = ["Settings", "Database", "Catalog", "Orders", "Api", "main"];
    let folder = Folder::new("lines");
    let each = [("RUST_LOG", "info,lifecycle=debug")];
    let (service, _) = Service::start_with(&folder, &each);
    service.terminate();
    let text = service.ends(0);
    let logged = |words: &str, name: &str| {
        let mut lines = text.lines();
        lines.position(|line| line.contains(&format!("{name} is {words}")))
    };
    for (before, after) in components.iter().zip(&components[1..]) {
        let (up, down) = ("up", "down");
        assert!(
            logged(up, before).is_some() && logged(up, before) < logged(up, after),
            "{text}"
        );
        assert!(logged(down, after) < logged(down, before), "{text}");
        assert!(
            text.lines()
                .any(|line| line.trim_start_matches(['*', ' ']).starts_with(before)),
            "no row for {before}:\n{text}"
        );
    }
    assert!(text.contains("imported 30/30"), "{text}");
    assert!(text.contains("up after "), "{text}");

    let (service, _) = Service::start(&folder);
    service.terminate();
    let text = service.ends(0);
    assert!(
        !text.contains("imported"),
        "the products are imported once:\n{text}"
    );
}

#[test]
fn a_request_in_flight_is_answered_before_the_end() {
    let folder = Folder::new("flight");
    let (mut service, address) = Service::start(&folder);
    let body = order("CUP-MUG", 1).to_string();
    let mut stream = begin_order(&address, &body);
    service.terminate();
    service.wait_for("SIGTERM");
    stream
        .write_all(&body.as_bytes()[body.len() - 1..])
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    service.ends(0);

    let (_service, address) = Service::start(&folder);
    assert_eq!(Client::new(&address).get("/orders/1").0, 200);
}

#[test]
fn a_slow_request_in_flight_is_answered_before_the_end() {
    let folder = Folder::new("slow");
    let (mut service, address) = Service::start(&folder);
    let body = order("CUP-MUG", 1).to_string();
    let mut stream = begin_order(&address, &body);
    service.terminate();
    service.wait_for("SIGTERM");
    // More than the 5 s that a stop has unless somebody says otherwise, and less than a request may take.
    thread::sleep(Duration::from_secs(6));
    stream
        .write_all(&body.as_bytes()[body.len() - 1..])
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    let text = service.ends(0);
    assert!(!text.contains("left clients"), "{text}");

    let (_service, address) = Service::start(&folder);
    assert_eq!(Client::new(&address).get("/orders/1").0, 200);
}

#[test]
fn a_request_that_takes_too_long_is_told_so_before_the_end() {
    let folder = Folder::new("stall");
    let (service, address) = Service::start(&folder);
    let mut stalled = begin_order(&address, &order("CUP-MUG", 1).to_string());
    service.terminate();
    let mut answer = String::new();
    stalled.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let text = service.ends(0);
    assert!(!text.contains("left clients"), "{text}");
}

#[test]
fn a_client_that_sends_half_a_request_does_not_hold_the_stop() {
    let folder = Folder::new("half");
    let (service, address) = Service::start(&folder);
    let mut stalled = TcpStream::connect(&address).unwrap();
    stalled
        .write_all(b"GET /products HTTP/1.1\r\nhost: here\r\n")
        .unwrap();
    // It answers another, so it has seen this one.
    assert_eq!(Client::new(&address).get("/products").0, 200);
    service.terminate();
    let text = service.ends(0);
    assert!(text.contains("left clients that took longer"), "{text}");
    drop(stalled);
}

#[test]
fn an_order_that_was_answered_survives_a_kill() {
    let folder = Folder::new("kill");
    for id in 1..=3 {
        let (mut service, address) = Service::start(&folder);
        let (status, placed) = Client::new(&address).post(&order("CUP-MUG", 1));
        service.process.kill().unwrap();
        assert_eq!((status, placed["id"].as_i64()), (201, Some(id)));
    }
    let (_service, address) = Service::start(&folder);
    let client = Client::new(&address);
    for id in 1..=3 {
        assert_eq!(client.get(&format!("/orders/{id}")).0, 200);
    }
    assert_eq!(client.stock("CUP-MUG"), 197);
}

#[test]
fn a_kill_during_the_import_leaves_nothing_half() {
    let folder = Folder::new("import");
    let mut service = Service::spawn(&folder, &[]);
    service.wait_for("imported 10/30");
    drop(service);
    let (_service, address) = Service::start(&folder);
    let (_, products) = Client::new(&address).get("/products");
    assert_eq!(products.as_array().unwrap().len(), 30);
}

#[test]
fn a_taken_port_is_named() {
    let folder = Folder::new("port");
    let (_service, address) = Service::start(&folder);
    let text = Service::spawn(&folder, &[("ORDERS_LISTEN", &address)]).ends(69);
    let report = format!("because: cannot listen on {address}");
    assert!(text.contains(&report), "{text}");
    assert!(!text.contains("listening on"), "{text}");
}

#[test]
fn a_database_that_cannot_be_opened_is_named() {
    let folder = Folder::new("database");
    let text = Service::spawn(&folder, &[("ORDERS_DATABASE", "no/such/folder/orders.db")]).ends(69);
    assert!(
        text.contains("because: cannot open the database `no/such/folder/orders.db`"),
        "{text}"
    );
}

#[test]
fn bad_settings_are_all_named_before_anything_starts() {
    let folder = Folder::new("settings");
    let text = Service::spawn(&folder, &[("ORDERS_LISTEN", "localhost")]).ends(78);
    assert!(
        text.contains("because: ORDERS_LISTEN is \"localhost\""),
        "{text}"
    );
    let text = Service::spawn(&folder, &[("ORDERS_SUPPLIER", "here")]).ends(78);
    assert!(
        text.contains("because: ORDERS_SUPPLIER is \"here\""),
        "{text}"
    );
    let text = Service::spawn(&folder, &[("ORDERS_DATABASE", "")]).ends(78);
    assert!(text.contains("because: ORDERS_DATABASE is empty"), "{text}");
    assert!(
        fs::read_dir(&folder.0).unwrap().next().is_none(),
        "nothing was created"
    );
}
