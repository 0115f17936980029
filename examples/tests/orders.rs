//! The order service as a process: what it answers, what it prints, and how it ends.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

/// Far more than anything here needs, for slow machines.
const LIMIT: Duration = Duration::from_secs(60);

// ===== The process =====

/// A folder of one test, which is gone when the test has passed.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("orders-{test}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// A running service and all that it has printed so far.
struct Service {
    process: Child,
    lines: Receiver<String>,
    printed: Vec<String>,
}

impl Service {
    fn spawn(folder: &Folder, environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_orders"))
            .current_dir(&folder.0)
            .env_remove("ORDERS_DATABASE")
            .env_remove("RUST_LOG")
            .env("ORDERS_LISTEN", "127.0.0.1:0")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, lines) = mpsc::channel();
        forward(process.stdout.take().unwrap(), send.clone());
        forward(process.stderr.take().unwrap(), send);
        Self {
            process,
            lines,
            printed: Vec::new(),
        }
    }

    /// Starts it on a free port; gives its address too.
    fn start(folder: &Folder) -> (Self, String) {
        let mut service = Self::spawn(folder, &[]);
        let line = service.wait_for("listening on http://");
        let address = line.trim_start_matches("listening on http://").to_owned();
        (service, address)
    }

    /// Reads until there is a line with this text; what was read before counts too.
    #[track_caller]
    fn wait_for(&mut self, text: &str) -> String {
        if let Some(line) = self.printed.iter().find(|line| line.contains(text)) {
            return line.clone();
        }
        while self.next() {
            let line = &self.printed[self.printed.len() - 1];
            if line.contains(text) {
                return line.clone();
            }
        }
        panic!("it ended without a line with `{text}`:\n{}", self.text());
    }

    /// Reads one more line; `false` when there will be none, because the process has ended.
    #[track_caller]
    fn next(&mut self) -> bool {
        match self.lines.recv_timeout(LIMIT) {
            Ok(line) => self.printed.push(line),
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => panic!("it hangs:\n{}", self.text()),
        }
        true
    }

    fn text(&self) -> String {
        self.printed.join("\n")
    }

    fn terminate(&self) {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end, which should come with this exit code; gives all that was printed.
    #[track_caller]
    fn ends(mut self, exit_code: i32) -> String {
        while self.next() {}
        let status = self.process.wait().unwrap();
        assert_eq!(status.code(), Some(exit_code), "{}", self.text());
        self.text()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn forward(pipe: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
}

// ===== The client =====

struct Client {
    agent: Agent,
    url: String,
}

impl Client {
    fn new(address: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(LIMIT))
            .build();
        Self {
            agent: agent.into(),
            url: format!("http://{address}"),
        }
    }

    fn get(&self, path: &str) -> (u16, Value) {
        answer(
            self.agent
                .get(format!("{}{path}", self.url))
                .call()
                .unwrap(),
        )
    }

    fn post(&self, body: &Value) -> (u16, Value) {
        let request = self.agent.post(format!("{}/orders", self.url));
        answer(request.send_json(body).unwrap())
    }

    fn post_text(&self, kind: &str, body: &str) -> (u16, Value) {
        let request = self.agent.post(format!("{}/orders", self.url));
        answer(request.header("content-type", kind).send(body).unwrap())
    }

    fn stock(&self, sku: &str) -> i64 {
        let (_, products) = self.get("/products");
        let mut products = products.as_array().unwrap().iter();
        let product = products.find(|product| product["sku"] == sku).unwrap();
        product["stock"].as_i64().unwrap()
    }
}

fn answer(mut response: Response<ureq::Body>) -> (u16, Value) {
    let body = response.body_mut().read_json().unwrap();
    (response.status().as_u16(), body)
}

fn order(sku: &str, quantity: i64) -> Value {
    json!({ "email": "someone@example.org", "items": [{ "sku": sku, "quantity": quantity }] })
}

/// Sends all of an order but its last byte, and waits until the service is reading it.
fn begin_order(address: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let head = format!(
        "POST /orders HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
        .write_all(&body.as_bytes()[..body.len() - 1])
        .unwrap();
    stream
}

// ===== What it answers =====

#[test]
fn an_order_can_be_placed_and_found() {
    let folder = Folder::new("placed");
    let (service, address) = Service::start(&folder);
    let client = Client::new(&address);

    let (status, products) = client.get("/products");
    assert_eq!(status, 200);
    assert_eq!(products.as_array().unwrap().len(), 30);
    let mug = json!({ "sku": "CUP-MUG", "name": "Mug, enamel", "price_cents": 1290, "stock": 200 });
    assert!(products.as_array().unwrap().contains(&mug), "{products}");
    assert_eq!(client.get("/orders"), (200, json!([])));

    let two = json!({ "email": "someone@example.org", "items": [
        { "sku": "CUP-MUG", "quantity": 2 }, { "sku": "ACC-FILT", "quantity": 1 },
    ] });
    let request = client.agent.post(format!("{}/orders", client.url));
    let response = request.send_json(&two).unwrap();
    assert_eq!(response.headers()["location"], "/orders/1");
    let (status, placed) = answer(response);
    assert_eq!(status, 201);
    assert_eq!(placed["id"], 1);
    assert_eq!(placed["email"], "someone@example.org");
    assert_eq!(placed["total_cents"], 2 * 1290 + 390);
    assert_eq!(
        placed["items"],
        json!([
            { "sku": "CUP-MUG", "quantity": 2, "price_cents": 1290 },
            { "sku": "ACC-FILT", "quantity": 1, "price_cents": 390 },
        ])
    );
    assert_eq!(client.stock("CUP-MUG"), 198);
    assert_eq!(client.get("/orders/1"), (200, placed.clone()));

    let (_, next) = client.post(&order("CUP-MUG", 1));
    assert_eq!(client.get("/orders"), (200, json!([next, placed])));
    service.terminate();
    service.ends(0);
}

#[test]
fn bad_requests_have_a_status_and_a_reason() {
    let folder = Folder::new("bad");
    let (_service, address) = Service::start(&folder);
    let client = Client::new(&address);
    let email =
        |email: &str| json!({ "email": email, "items": [{ "sku": "CUP-MUG", "quantity": 1 }] });
    let many = vec![json!({ "sku": "CUP-MUG", "quantity": 1 }); 101];

    #[track_caller]
    fn refused((status, body): (u16, Value), expected: u16, words: &str) {
        let error = body["error"].as_str().unwrap_or_default();
        assert_eq!((status, error.contains(words)), (expected, true), "{body}");
    }

    refused(client.post_text("application/json", "{"), 400, "EOF");
    refused(
        client.post_text("text/plain", "{}"),
        415,
        "application/json",
    );
    let large = " ".repeat(100_000);
    refused(
        client.post_text("application/json", &large),
        413,
        "length limit",
    );
    refused(
        client.post_text("application/json", "{}"),
        422,
        "missing field `email`",
    );
    refused(client.post(&order("CUP-MUG", -1)), 422, "items[0].quantity");
    refused(
        client.post(&order("CUP-MUG", 0)),
        422,
        "quantity of `CUP-MUG` is 0",
    );
    refused(
        client.post(&order("NO-SUCH", 1)),
        422,
        "sku `NO-SUCH` is unknown",
    );
    refused(
        client.post(&order("CUP-MUG", 201)),
        409,
        "only 200 of `CUP-MUG` left",
    );
    refused(
        client.post(&email("nobody")),
        422,
        "email is not an address",
    );
    refused(
        client.post(&email("a b@example.org")),
        422,
        "email is not an address",
    );
    let empty = json!({ "email": "someone@example.org", "items": [] });
    refused(client.post(&empty), 422, "items is empty");
    let many = json!({ "email": "someone@example.org", "items": many });
    refused(client.post(&many), 422, "items has 101 entries");
    refused(client.get("/orders/1"), 404, "no such order");
    refused(client.get("/orders/one"), 404, "no such order");
    refused(client.get("/orders/%ff"), 404, "no such order");
    refused(client.get("/nothing"), 404, "nothing here");
    let deleted = client.agent.delete(format!("{}/orders", client.url)).call();
    refused(answer(deleted.unwrap()), 405, "method");

    // What was refused has changed nothing, also where the first item was fine.
    let half = json!({ "email": "someone@example.org", "items": [
        { "sku": "CUP-MUG", "quantity": 1 }, { "sku": "NO-SUCH", "quantity": 1 },
    ] });
    refused(client.post(&half), 422, "unknown");
    assert_eq!(client.stock("CUP-MUG"), 200);
    assert_eq!(client.get("/orders"), (200, json!([])));
}

#[test]
fn the_last_pieces_are_sold_once() {
    let folder = Folder::new("last");
    let (_service, address) = Service::start(&folder);
    let client = Client::new(&address);
    assert_eq!(client.stock("ACC-WHIS"), 5);
    let buyers: Vec<_> = (0..20)
        .map(|_| {
            let client = Client::new(&address);
            thread::spawn(move || client.post(&order("ACC-WHIS", 1)).0)
        })
        .collect();
    let mut answers: Vec<u16> = buyers.into_iter().map(|it| it.join().unwrap()).collect();
    answers.sort_unstable();
    assert_eq!(answers, [[201; 5].as_slice(), &[409; 15]].concat());
    assert_eq!(client.stock("ACC-WHIS"), 0);
    let (_, orders) = client.get("/orders");
    assert_eq!(orders.as_array().unwrap().len(), 5);
}

// ===== How it starts and ends =====

#[test]
fn each_component_says_when_it_comes_and_goes() {
    let components = [
        "Logging", "Settings", "Database", "Catalog", "Orders", "Api", "main",
    ];
    let folder = Folder::new("lines");
    let (service, _) = Service::start(&folder);
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
            text.lines().any(|line| line.starts_with(before)),
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
    let bad = [("ORDERS_LISTEN", "localhost"), ("RUST_LOG", "a=b=c")];
    let text = Service::spawn(&folder, &bad).ends(78);
    assert!(
        text.contains("because: ORDERS_LISTEN is \"localhost\""),
        "{text}"
    );
    assert!(text.contains("because: RUST_LOG is not a filter"), "{text}");
    let text = Service::spawn(&folder, &[("ORDERS_DATABASE", "")]).ends(78);
    assert!(text.contains("because: ORDERS_DATABASE is empty"), "{text}");
    assert!(
        fs::read_dir(&folder.0).unwrap().next().is_none(),
        "nothing was created"
    );
}
