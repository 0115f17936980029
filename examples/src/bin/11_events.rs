//! Events: typed, owned by nobody. They are kept until the component that handles them is up.
//!
//! ```console
//! $ cargo run -p examples --bin 11_events
//! the till is open, and the kitchen is not
//! kitchen: open
//! kitchen: toast for table 1
//! kitchen: soup for table 2
//! ...
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::sync::Arc;
use std::time::Duration;

use lifecycle::prelude::*;

/// An event is any type of yours.
struct Ordered {
    table: u32,
    dish: &'static str,
}

fn ordered(table: u32, dish: &'static str) -> Ordered {
    Ordered { table, dish }
}

/// Takes its time to open.
#[resource]
struct Kitchen;

#[resource]
impl Kitchen {
    #[start]
    async fn open() -> Self {
        tokio::time::sleep(Duration::from_millis(50)).await;
        println!("kitchen: open");
        Self
    }

    /// One order after the other; an error is told, and the next order comes all the same.
    #[on(capacity = 100)]
    async fn cook(&self, order: Arc<Ordered>) -> Result<(), String> {
        if order.dish == "ice cream" {
            return Err(format!("no ice cream today, table {}", order.table));
        }
        println!("kitchen: {} for table {}", order.dish, order.table);
        Ok(())
    }
}

/// Neither knows of the other.
#[service]
#[derive(Default)]
struct Till;

#[service]
impl Till {
    #[run]
    async fn run(&self, cx: Context) {
        println!("the till is open, and the kitchen is not");
        cx.emit(ordered(1, "toast"));
        cx.emit(ordered(2, "soup"));
        cx.shutdown_requested().await;
    }
}

#[lifecycle::app(services = [Till, Kitchen])]
async fn main(cx: Context) {
    // Whoever wants a loop of his own has a stream.
    let mut orders = cx.app().subscribe::<Ordered>();

    // This one returns when all who handle it have, after what came before it.
    let delivery = cx.emit_and_wait(ordered(3, "salad")).await;
    println!("main: handled by {}", delivery.handled);
    let delivery = cx.emit_and_wait(ordered(4, "ice cream")).await;
    println!("main: failed in {}", delivery.failed);

    while let Some(order) = orders.try_recv() {
        println!("main: table {} has ordered {}", order.table, order.dish);
    }
    let status = cx.app().status();
    for handler in status
        .components
        .iter()
        .flat_map(|component| &component.handlers)
    {
        println!("{handler}; the last error: {}", handler.errors[0]);
    }
}
