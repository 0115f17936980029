//! What is done again and again.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

use crate::kit::{secs, takes};

#[resource]
#[derive(Default)]
struct Carts {
    expired: AtomicU32,
}

#[resource]
impl Carts {
    #[every("30s")]
    async fn expire(&self) -> std::io::Result<()> {
        self.expired.fetch_add(1, Relaxed);
        Ok(())
    }
}

#[test]
fn each_period_has_one_run() {
    TestApp::new(lifecycle::plan![Carts]).run(|app| async move {
        takes(secs(100)).await.unwrap();
        let carts = app.get::<Carts>().unwrap();
        assert_eq!(carts.expired.load(Relaxed), 3);
    });
}
