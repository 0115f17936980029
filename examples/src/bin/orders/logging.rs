//! The log: on standard error, from before anything begins.

use std::env::{self, VarError};
use std::io::{self, IsTerminal};

use lifecycle::observe::Progress;
use thiserror::Error;
use tracing::Level;
use tracing_subscriber::filter::{ParseError, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;
use tracing_subscriber::util::TryInitError;

#[derive(Debug, Error)]
pub(crate) enum LoggingError {
    #[error("RUST_LOG is not a filter such as `info,lifecycle=debug`")]
    Filter(#[from] ParseError),
    #[error("RUST_LOG is not valid UTF-8")]
    Unreadable,
    #[error("cannot install the log")]
    Install(#[from] TryInitError),
}

/// Its lines do not go into the middle of the list of what is under way.
pub(crate) fn install(progress: &Progress) -> Result<(), LoggingError> {
    let filter = match env::var("RUST_LOG") {
        Ok(filter) => filter.parse()?,
        Err(VarError::NotPresent) => Targets::new().with_default(Level::INFO),
        Err(VarError::NotUnicode(_)) => return Err(LoggingError::Unreadable),
    };
    let lines = fmt::layer()
        .with_writer(progress.writer())
        .with_ansi(io::stderr().is_terminal())
        .with_filter(filter);
    Ok(tracing_subscriber::registry().with(lines).try_init()?)
}
