//! A small order service made only of lifecycle components.
//!
//! ```console
//! $ cargo run -p examples --bin orders
//! ```
//!
//! | variable | default | meaning |
//! |---|---|---|
//! | `ORDERS_LISTEN` | `127.0.0.1:8080` | the address of the API; with port 0 the system chooses a free one |
//! | `ORDERS_DATABASE` | `orders.db` in the working directory | the SQLite file; it is created if it is not there |
//! | `ORDERS_SUPPLIER` | nobody | the address of the supplier whose deliveries come into the stock, see `feed.rs` |
//! | `ORDERS_PAY_WITHIN` | `1800` | after how many seconds an order that is not paid expires |
//! | `ORDERS_MAILS` | `mails` in the working directory | the folder for confirmation mails, made if it is not there |
//! | `ORDERS_SMTP` | none | the host and port of a mail server, which gets them instead |
//! | `ORDERS_STATUS` | `127.0.0.1:9090` | where probes and people look: `/readyz`, `/metrics`, `/lifecycle`; `off` for nowhere |
//! | `ORDERS_CONTROL` | nobody | the token, of at least 16 bytes, of those who may restart components on that page |
//! | `RUST_LOG` | `info` | what is logged, such as `info,lifecycle=debug` |
//!
//! `-- check` reads the settings, `-- graph` and `-- --graph svg` print what needs what, `-- status` asks a running one.
//!
//! The log goes to standard error; the table of the start and the address go to standard output.

mod api;
mod catalog;
mod confirmations;
mod database;
mod feed;
mod logging;
mod mailer;
mod office;
mod orders;
mod payments;
mod routes;
mod settings;
mod watching;

use std::io::{self, Write};
use std::sync::Arc;

use lifecycle::prelude::*;

use crate::api::Api;
use crate::feed::Feed;
use crate::office::Office;

#[lifecycle::app(
    name = "orders",
    services = [Api, Feed, Office],
    health_groups = ["checkout"],
    configure = watching::configure,
    cli
)]
async fn main(cx: Context, api: Arc<Api>) {
    // A closed standard output is no reason to stop serving.
    let _ = announce(&cx.app(), &api);
    cx.shutdown_requested().await;
}

fn announce(app: &AppHandle, api: &Api) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if let Some(profile) = app.start_profile() {
        writeln!(out, "\n{profile}\n")?;
    }
    writeln!(out, "listening on http://{}", api.address())?;
    out.flush()
}
