//! What has its time: orders that expire, and the report.

use serde_json::json;

use crate::client::{Client, order};
use crate::service::{Folder, Service};

fn pay(client: &Client, id: i64) -> u16 {
    let request = client
        .agent
        .post(format!("{}/orders/{id}/payment", client.url));
    request.send_empty().unwrap().status().as_u16()
}

#[test]
fn what_is_not_paid_in_time_goes_back_into_the_stock() {
    let folder = Folder::new("expire");
    let mut service = Service::spawn(&folder, &[("ORDERS_PAY_WITHIN", "2")]);
    let line = service.wait_for("listening on http://");
    let client = Client::new(line.trim_start_matches("listening on http://"));
    assert_eq!(client.post(&order("CUP-MUG", 10)).0, 201);
    assert_eq!(client.post(&order("CUP-MUG", 5)).0, 201);
    assert_eq!(client.stock("CUP-MUG"), 185);
    assert_eq!(pay(&client, 2), 204);

    service.wait_for("order 1 was not paid in time");
    assert_eq!(client.stock("CUP-MUG"), 195);
    assert_eq!(pay(&client, 1), 409);
    // Paid twice is paid once, and what is paid stays.
    assert_eq!(pay(&client, 2), 204);
    assert_eq!(pay(&client, 3), 404);

    let report = json!({ "orders": 2, "paid": 1, "expired": 1, "income_cents": 5 * 1290 });
    assert_eq!(client.get("/report"), (200, report));
    service.terminate();
    let text = service.ends(0);
    assert!(!text.contains("order 2 was not paid"), "{text}");
}

#[test]
fn a_time_to_pay_that_makes_no_sense_is_told_before_anything_starts() {
    let folder = Folder::new("pay-within");
    let service = Service::spawn(&folder, &[("ORDERS_PAY_WITHIN", "soon")]);
    let text = service.ends(78);
    let words = "ORDERS_PAY_WITHIN is \"soon\", but must be a number of seconds such as `1800`";
    assert!(text.contains(words), "{text}");
}

#[test]
fn the_status_shows_what_comes_when() {
    let folder = Folder::new("schedules");
    let (mut service, _) = Service::start(&folder);
    let nightly = loop {
        service.signal("USR1");
        let status = loop {
            assert!(service.next(), "{}", service.text());
            let line = &service.printed[service.printed.len() - 1];
            if line.contains("`report`: 0 runs") {
                break line.clone();
            }
        };
        // Its task may not have got so far.
        if status.contains("next in ") {
            break status;
        }
    };
    service.wait_for("`expire`: ");
    let seconds = nightly.rsplit("next in ").next().unwrap();
    let seconds: f64 = seconds.trim_end_matches(" s").parse().unwrap();
    // A night may have an hour more.
    assert!(seconds <= 25.0 * 3_600.0, "{nightly}");
    service.terminate();
    service.ends(0);
}
