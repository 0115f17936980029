//! Settings from the environment, read and checked before anything starts.

use std::env;
use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use lifecycle::prelude::*;
use thiserror::Error;

#[resource(stop_timeout = "500ms")]
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) database: PathBuf,
    pub(crate) supplier: Option<String>,
    pub(crate) pay_within: Duration,
    pub(crate) mails: PathBuf,
    /// The host and the port of a mail server.
    pub(crate) smtp: Option<(String, u16)>,
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
    #[error("ORDERS_MAILS is empty, but must be the path of a folder such as `mails`")]
    Mails,
    #[error("ORDERS_SMTP is {0:?}, but must be a host and a port such as `mail.example:25`")]
    Smtp(OsString),
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
        let mails = env::var_os("ORDERS_MAILS").unwrap_or_else(|| "mails".into());
        if mails.is_empty() {
            return Err(SettingsError::Mails);
        }
        let smtp = env::var_os("ORDERS_SMTP").map(smtp).transpose()?;
        let address = listen.to_str().and_then(|listen| listen.parse().ok());
        Ok(Self {
            listen: address.ok_or(SettingsError::Listen(listen))?,
            database: database.into(),
            supplier,
            pay_within: pay_within(env::var_os("ORDERS_PAY_WITHIN"))?,
            mails: mails.into(),
            smtp,
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
    match host_and_port(&text) {
        Some((host, port)) => Ok(format!("{host}:{port}")),
        None => Err(SettingsError::Supplier(text)),
    }
}

fn smtp(text: OsString) -> Result<(String, u16), SettingsError> {
    host_and_port(&text).ok_or(SettingsError::Smtp(text))
}

fn host_and_port(text: &OsStr) -> Option<(String, u16)> {
    let (host, port) = text.to_str()?.rsplit_once(':')?;
    let port = port.parse().ok()?;
    (!host.is_empty()).then(|| (host.to_owned(), port))
}
