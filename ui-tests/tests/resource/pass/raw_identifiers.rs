//! Raw identifiers as the names of components, fields, methods and parameters.

#![deny(warnings)]
#![allow(non_camel_case_types)]

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct r#type;

#[resource(depends_on = [r#type])]
struct Api {
    r#match: u8,
    #[inject]
    r#ref: Arc<r#type>,
}

impl Api {
    fn parts(&self) -> (u8, &r#type) {
        (self.r#match, &self.r#ref)
    }
}

#[service(depends_on = [r#type, late(r#try)])]
struct r#enum;

#[service]
impl r#enum {
    #[start]
    fn r#move(r#in: Arc<r#type>) -> Self {
        drop(r#in);
        Self
    }

    #[run]
    async fn r#loop(&self, r#for: Shutdown) {
        r#for.await;
    }
}

#[resource]
struct r#try;

#[resource]
impl r#try {
    #[stop]
    async fn r#async(&self) {}
}

fn main() {
    let _ = Api::parts;
    let plan = lifecycle::plan![Api, r#enum];
    let names: Vec<_> = plan.nodes().iter().map(|node| node.name()).collect();
    assert_eq!(names, ["type", "Api", "enum", "try"]);
}
