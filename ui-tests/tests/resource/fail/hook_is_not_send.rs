//! cannot be sent between threads safely

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[stop]
    async fn close(&self) {
        let shared = std::rc::Rc::new(());
        std::future::ready(()).await;
        drop(shared);
    }
}

fn main() {}
