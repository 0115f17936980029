//! What the service answers.

use std::thread;

use serde_json::{Value, json};

use crate::client::{Client, answer, order};
use crate::service::{Folder, Service};

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
