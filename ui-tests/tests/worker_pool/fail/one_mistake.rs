//! `#[start]` runs before there is a `self`
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}

    #[start]
    fn start(&self) {}
}

#[resource(depends_on = [Mailer])]
struct Api;

#[resource]
impl Api {
    #[start]
    async fn start(mailer: Queue<Mailer>) -> Self {
        let _ = mailer.submit("this is no second mistake".to_owned()).await;
        Self
    }
}

fn main() {}
