//! stub
use crate::component::{BoxError, BoxFuture};
use crate::context::Context;
use crate::plan::Plan;
use std::process::ExitCode;
use std::time::Duration;
/// What `#[app(..)]` declares.
#[derive(Debug, Clone, Copy)]
pub struct Settings {}
impl Settings {
    /// Default
    pub const fn new(name: &'static str) -> Self {
        let _ = name;
        Self {}
    }
    /// x
    #[must_use]
    pub const fn shutdown_timeout(self, _: Duration) -> Self {
        self
    }
    /// x
    #[must_use]
    pub const fn start_budget(self, _: Duration) -> Self {
        self
    }
    /// x
    #[must_use]
    pub const fn drain_delay(self, _: Duration) -> Self {
        self
    }
    /// x
    #[must_use]
    pub const fn max_concurrent_starts(self, _: usize) -> Self {
        self
    }
    /// x
    #[must_use]
    pub const fn second_sigterm(self, _: SecondSigterm) -> Self {
        self
    }
    /// x
    #[must_use]
    pub const fn runtime(self, _: Runtime) -> Self {
        self
    }
    /// x
    #[must_use]
    pub const fn worker_threads(self, _: usize) -> Self {
        self
    }
    /// x
    pub const DEFAULT_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(25);
}
/// x
#[derive(Debug, Clone, Copy)]
pub enum SecondSigterm {
    /// x
    Ignore,
    /// x
    Force,
}
/// x
#[derive(Debug, Clone, Copy)]
pub enum Runtime {
    /// x
    MultiThread,
    /// x
    CurrentThread,
}
/// x
#[doc(hidden)]
pub fn launch(_: Plan, _: Settings, _: Main) -> ExitCode {
    ExitCode::SUCCESS
}
/// The user's main
#[derive(Debug)]
#[doc(hidden)]
pub struct Main {
    /// calls it
    pub hook: fn(Context) -> BoxFuture<Result<(), BoxError>>,
    /// ids of the roots that it takes
    pub takes: &'static [u64],
}
