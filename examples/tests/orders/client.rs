//! What asks the service.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

use crate::service::LIMIT;

pub(crate) struct Client {
    pub(crate) agent: Agent,
    pub(crate) url: String,
}

impl Client {
    pub(crate) fn new(address: &str) -> Self {
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

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        answer(
            self.agent
                .get(format!("{}{path}", self.url))
                .call()
                .unwrap(),
        )
    }

    pub(crate) fn post(&self, body: &Value) -> (u16, Value) {
        let request = self.agent.post(format!("{}/orders", self.url));
        answer(request.send_json(body).unwrap())
    }

    pub(crate) fn post_text(&self, kind: &str, body: &str) -> (u16, Value) {
        let request = self.agent.post(format!("{}/orders", self.url));
        answer(request.header("content-type", kind).send(body).unwrap())
    }

    pub(crate) fn stock(&self, sku: &str) -> i64 {
        let (_, products) = self.get("/products");
        let mut products = products.as_array().unwrap().iter();
        let product = products.find(|product| product["sku"] == sku).unwrap();
        product["stock"].as_i64().unwrap()
    }
}

pub(crate) fn answer(mut response: Response<ureq::Body>) -> (u16, Value) {
    let body = response.body_mut().read_json().unwrap();
    (response.status().as_u16(), body)
}

pub(crate) fn order(sku: &str, quantity: i64) -> Value {
    json!({ "email": "someone@example.org", "items": [{ "sku": sku, "quantity": quantity }] })
}

/// Sends all of an order but its last byte, and waits until the service is reading it.
pub(crate) fn begin_order(address: &str, body: &str) -> TcpStream {
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
