//! What `#[lifecycle::app]` calls: the runtime around an app, and the process's exit.

use std::fmt;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use super::{App, MainWork, SecondSigterm};
use crate::component::{BoxError, BoxFuture};
use crate::context::Context;
use crate::engine::{Limits, exit};
use crate::plan::Plan;

/// How long the runtime may take to shut down after the app: a thread that blocks for longer is left behind.
const RUNTIME_SHUTDOWN: Duration = Duration::from_millis(500);

/// Which tokio runtime `#[lifecycle::app]` builds.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Runtime {
    /// Several worker threads.
    MultiThread,
    /// The main thread only.
    CurrentThread,
}

/// What stands in `#[lifecycle::app(..)]`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Settings {
    name: &'static str,
    limits: Limits,
    runtime: Runtime,
    worker_threads: Option<usize>,
}

impl Settings {
    /// The default of `shutdown_timeout`.
    pub const DEFAULT_SHUTDOWN_TIMEOUT: Duration = Limits::DEFAULT.shutdown_timeout;

    /// The defaults.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            limits: Limits::DEFAULT,
            runtime: Runtime::MultiThread,
            worker_threads: None,
        }
    }

    /// `name = ".."`
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// `shutdown_timeout = ".."`
    pub const fn shutdown_timeout(mut self, limit: Duration) -> Self {
        self.limits.shutdown_timeout = limit;
        self
    }

    /// `start_budget = ".."`
    pub const fn start_budget(mut self, limit: Duration) -> Self {
        self.limits.start_budget = limit;
        self
    }

    /// `drain_delay = ".."`
    pub const fn drain_delay(mut self, delay: Duration) -> Self {
        self.limits.drain_delay = delay;
        self
    }

    /// `max_concurrent_starts = n`
    pub const fn max_concurrent_starts(mut self, limit: usize) -> Self {
        self.limits.max_concurrent_starts = limit;
        self
    }

    /// `second_sigterm = ".."`
    pub const fn second_sigterm(mut self, what: SecondSigterm) -> Self {
        self.limits.second_sigterm = what;
        self
    }

    /// `runtime = ".."`
    pub const fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = runtime;
        self
    }

    /// `worker_threads = n`
    pub const fn worker_threads(mut self, threads: usize) -> Self {
        self.worker_threads = Some(threads);
        self
    }

    fn build_runtime(&self) -> std::io::Result<tokio::runtime::Runtime> {
        let mut builder = match self.runtime {
            Runtime::MultiThread => tokio::runtime::Builder::new_multi_thread(),
            Runtime::CurrentThread => tokio::runtime::Builder::new_current_thread(),
        };
        if let Some(threads) = self.worker_threads {
            builder.worker_threads(threads);
        }
        builder.enable_all().build()
    }
}

/// The user's `main`.
#[doc(hidden)]
pub struct Main {
    /// Calls it.
    pub hook: fn(Context) -> BoxFuture<Result<(), BoxError>>,
    /// The identities of the roots that it takes.
    pub takes: &'static [u64],
}

impl fmt::Debug for Main {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Main").finish_non_exhaustive()
    }
}

/// Builds the runtime, runs the app, prints what went wrong, and gives the exit code.
#[doc(hidden)]
#[must_use]
pub fn launch(plan: Plan, settings: Settings, main: Main) -> ExitCode {
    let runtime = match settings.build_runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&format!(
                "{}: cannot build the tokio runtime: {error}",
                settings.name
            ));
            return ExitCode::from(exit::START_FAILED);
        }
    };
    let report = runtime.block_on(async {
        let mut app = App::builder(plan).name(settings.name).signals(true);
        app.setup.limits = Limits {
            seed: app.setup.limits.seed,
            ..settings.limits
        };
        app.main = Some(MainWork::new(main.hook, main.takes));
        app.drive().await
    });
    if !report.is_success() {
        say(&report.to_string());
    }
    runtime.shutdown_timeout(RUNTIME_SHUTDOWN);
    ExitCode::from(report.exit_code())
}

/// Writes to standard error; a closed one is no reason to fail.
pub(crate) fn say(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "{}", text.trim_end());
}
