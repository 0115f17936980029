//! cannot be sent between threads safely
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {
        let here = std::rc::Rc::new(());
        std::future::ready(()).await;
        drop(here);
    }
}

fn main() {}
