//! `#[derive]` before and after the attribute, also where a derive has attributes of its own.

#![deny(warnings)]

use std::sync::Arc;

use lifecycle::prelude::*;

#[derive(Debug, Default)]
#[resource]
struct Before {
    number: u8,
}

#[resource]
#[derive(Debug, Default)]
struct After {
    number: u8,
}

#[derive(Debug)]
#[resource(depends_on = [Before])]
#[derive(Clone)]
struct Around {
    #[inject]
    after: Arc<After>,
    number: u8,
}

#[derive(Clone, Debug)]
#[service]
struct Api(#[inject] Arc<Around>);

#[service]
impl Api {
    #[run]
    async fn serve(&self, shutdown: Shutdown) {
        shutdown.await;
    }
}

fn main() {
    let numbers = (Before::default().number, After::default().number);
    assert_eq!(numbers, (0, 0));
    let shown = |around: &Around| format!("{around:?} {} {}", around.number, around.after.number);
    let cloned = |api: &Api| shown(&api.clone().0);
    let _ = cloned;
    assert_eq!(lifecycle::plan![Api].nodes().len(), 4);
}
