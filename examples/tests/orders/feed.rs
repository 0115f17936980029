//! A supplier whose line breaks.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::json;

use crate::client::{Client, order};
use crate::service::{Folder, LIMIT, Service};

struct Supplier(TcpListener);

impl Supplier {
    /// Waits until the service calls, and hears which delivery it has last.
    #[track_caller]
    fn called(&self, expected: &str) -> TcpStream {
        let (mut stream, _) = self.0.accept().unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let mut said = String::new();
        BufReader::new(&mut stream).read_line(&mut said).unwrap();
        assert_eq!(said, expected);
        stream
    }
}

#[test]
fn a_line_that_breaks_is_opened_again_while_the_shop_sells_on() {
    let folder = Folder::new("feed");
    let supplier = Supplier(TcpListener::bind("127.0.0.1:0").unwrap());
    let address = supplier.0.local_addr().unwrap().to_string();
    let mut service = Service::spawn(&folder, &[("ORDERS_SUPPLIER", &address)]);
    let line = service.wait_for("listening on http://");
    let client = Client::new(line.trim_start_matches("listening on http://"));

    let mut first = supplier.called("after 0\n");
    first.write_all(b"1 CUP-MUG 50\n").unwrap();
    drop(first);
    let mut second = supplier.called("after 1\n");
    service.wait_for("Feed restarts in");
    assert_eq!(client.stock("CUP-MUG"), 250);
    assert_eq!(client.post(&order("CUP-MUG", 10)).0, 201);

    // What comes twice counts once, and what makes no sense ends the line.
    second
        .write_all(b"1 CUP-MUG 50\n\n2 CUP-MUG 5\nwhat?\n")
        .unwrap();
    let mut third = supplier.called("after 2\n");
    service.wait_for("the supplier wrote what is no delivery: `what?`");
    assert_eq!(client.stock("CUP-MUG"), 245);

    third.write_all(b"3 CUP-MUG 1\n").unwrap();
    service.wait_for(" 1 of CUP-MUG arrived");
    assert_eq!(client.stock("CUP-MUG"), 246);
    assert_eq!(client.get("/orders/1").0, 200);
    // The line is open, and does not hold the stop.
    service.terminate();
    let text = service.ends(0);
    let said = |words: &str| text.lines().filter(|line| line.contains(words)).count();
    assert_eq!(
        (said("Feed restarts in"), said("Feed is down")),
        (2, 1),
        "{text}"
    );
    assert_eq!((said("Api is up"), said("Api is down")), (1, 1), "{text}");
}

#[test]
fn a_supplier_that_is_not_there_keeps_nobody_from_selling() {
    let folder = Folder::new("away");
    // Nobody listens at a port that was bound without that.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    drop(taken);
    let mut service = Service::spawn(&folder, &[("ORDERS_SUPPLIER", &address)]);
    let line = service.wait_for("listening on http://");
    let client = Client::new(line.trim_start_matches("listening on http://"));
    service.wait_for("Feed restarts in");
    assert_eq!(client.get("/orders"), (200, json!([])));
    service.terminate();
    service.ends(0);
}
