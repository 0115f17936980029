//! Where the framework has another name, `crate = path` says it.

#![deny(warnings)]

extern crate lifecycle as framework;

use std::sync::Arc;

#[framework::resource(crate = crate::framework)]
struct Settings;

#[framework::resource(crate = framework, depends_on = [Settings])]
struct Database;

#[framework::resource(crate = framework)]
impl Database {
    #[framework::start]
    fn open(_settings: Arc<Settings>) -> Self {
        Self
    }
}

#[framework::app(crate = framework, services = [Database])]
async fn main() {}
