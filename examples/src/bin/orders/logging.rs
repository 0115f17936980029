//! The log: on standard error, from before anything starts.

use std::env::{self, VarError};
use std::io::{self, IsTerminal};

use lifecycle::prelude::*;
use thiserror::Error;
use tracing::Level;
use tracing_subscriber::filter::{ParseError, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;
use tracing_subscriber::util::TryInitError;

#[resource(stop_timeout = "500ms")]
#[derive(Default)]
pub(crate) struct Logging;

#[derive(Debug, Error)]
enum LoggingError {
    #[error("RUST_LOG is not a filter such as `info,lifecycle=debug`")]
    Filter(#[from] ParseError),
    #[error("RUST_LOG is not valid UTF-8")]
    Unreadable,
    #[error("cannot install the log")]
    Install(#[from] TryInitError),
}

#[resource]
impl Logging {
    /// All load hooks are done before the first component starts, so the log has the whole start.
    #[load]
    fn install() -> Result<(), LoggingError> {
        let filter = match env::var("RUST_LOG") {
            Ok(filter) => filter.parse()?,
            Err(VarError::NotPresent) => Targets::new().with_default(Level::INFO),
            Err(VarError::NotUnicode(_)) => return Err(LoggingError::Unreadable),
        };
        let lines = fmt::layer()
            .with_writer(io::stderr)
            .with_ansi(io::stderr().is_terminal())
            .with_filter(filter);
        Ok(tracing_subscriber::registry().with(lines).try_init()?)
    }
}
