//! Settings from the environment, read and checked before anything starts.

use std::env;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use lifecycle::prelude::*;
use thiserror::Error;

use crate::logging::Logging;

#[resource(depends_on = [Logging], stop_timeout = "500ms")]
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) database: PathBuf,
    pub(crate) supplier: Option<String>,
    pub(crate) pay_within: Duration,
}

#[derive(Debug, Error)]
enum SettingsError {
    #[error("ORDERS_LISTEN is {0:?}, but must be an address and a port such as `127.0.0.1:8080`")]
    Listen(OsString),
    #[error("ORDERS_DATABASE is empty, but must be the path of a file such as `orders.db`")]
    Database,
    #[error(
        "ORDERS_SUPPLIER is {0:?}, but must be a host and a port such as `supplier.example:7000`"
    )]
    Supplier(OsString),
    #[error("ORDERS_PAY_WITHIN is {0:?}, but must be a number of seconds such as `1800`")]
    PayWithin(OsString),
}

#[resource]
impl Settings {
    #[load]
    fn read() -> Result<Self, SettingsError> {
        let listen = env::var_os("ORDERS_LISTEN").unwrap_or_else(|| "127.0.0.1:8080".into());
        let database = env::var_os("ORDERS_DATABASE").unwrap_or_else(|| "orders.db".into());
        if database.is_empty() {
            return Err(SettingsError::Database);
        }
        let supplier = env::var_os("ORDERS_SUPPLIER").map(supplier).transpose()?;
        let address = listen.to_str().and_then(|listen| listen.parse().ok());
        Ok(Self {
            listen: address.ok_or(SettingsError::Listen(listen))?,
            database: database.into(),
            supplier,
            pay_within: pay_within(env::var_os("ORDERS_PAY_WITHIN"))?,
        })
    }

    #[start]
    fn start(settings: Loaded<Self>) -> Self {
        settings.into_inner()
    }
}

/// Half an hour, unless it is said.
fn pay_within(text: Option<OsString>) -> Result<Duration, SettingsError> {
    let text = text.unwrap_or_else(|| "1800".into());
    let seconds = text.to_str().and_then(|text| text.parse::<u32>().ok());
    let within = seconds.map(|seconds| Duration::from_secs(seconds.into()));
    within.ok_or(SettingsError::PayWithin(text))
}

/// Whether the host exists is found out when it is called.
fn supplier(text: OsString) -> Result<String, SettingsError> {
    let is_address = |text: &&str| {
        let parts = text.rsplit_once(':');
        parts.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
    };
    match text.to_str().filter(is_address) {
        Some(text) => Ok(text.to_owned()),
        None => Err(SettingsError::Supplier(text)),
    }
}
