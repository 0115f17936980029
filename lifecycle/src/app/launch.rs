//! What `#[lifecycle::app]` calls: the runtime around an app, and the process's exit.

use std::fmt;
use std::io::Write;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::{App, AppBuilder, MainWork, SecondSigterm};
#[cfg(feature = "cli")]
use crate::cli::Command;
use crate::component::{BoxError, BoxFuture};
use crate::context::Context;
use crate::driver::{Caught, catch_panic, text_of};
use crate::engine::{Limits, exit};
use crate::plan::Plan;

/// How long the runtime may take to shut down after the app: a thread that blocks for longer is left behind.
const RUNTIME_SHUTDOWN: Duration = Duration::from_millis(500);

/// How long the runtime may run nothing.
const STALL_LIMIT: Duration = Duration::from_secs(5);

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
    work: crate::work::Limits,
    runtime: Runtime,
    worker_threads: Option<usize>,
    configure: Option<Configure>,
    #[cfg(feature = "cli")]
    cli: Option<fn() -> Command>,
}

/// The function that `configure = ..` names.
type Configure = fn(AppBuilder) -> Result<AppBuilder, BoxError>;

impl Settings {
    /// The default of `shutdown_timeout`.
    pub const DEFAULT_SHUTDOWN_TIMEOUT: Duration = Limits::DEFAULT.shutdown_timeout;

    /// The defaults.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            limits: Limits::DEFAULT,
            work: crate::work::Limits::DEFAULT,
            runtime: Runtime::MultiThread,
            worker_threads: None,
            configure: None,
            #[cfg(feature = "cli")]
            cli: None,
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

    /// `task_limit = n`
    pub const fn task_limit(mut self, limit: usize) -> Self {
        self.work.tasks = NonZero::new(limit);
        self
    }

    /// `micro_limit = n`
    pub const fn micro_limit(mut self, limit: usize) -> Self {
        self.work.micro = NonZero::new(limit);
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

    /// `configure = path`
    pub const fn configure(mut self, configure: Configure) -> Self {
        self.configure = Some(configure);
        self
    }

    /// `cli`, `cli = path`
    #[cfg(feature = "cli")]
    pub const fn cli(mut self, read: fn() -> Command) -> Self {
        self.cli = Some(read);
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
    #[cfg(feature = "cli")]
    let command = match settings.cli.map(catch_panic) {
        None => Command::Run,
        Some(Ok(command)) => command,
        Some(Err(panic)) => {
            let why = Caught::Panic(Box::new(panic)).text("its command line");
            say(&format!("{} did not begin: {why}", settings.name));
            return ExitCode::from(exit::LOAD_FAILED);
        }
    };
    #[cfg(feature = "cli")]
    if let Some(code) = command.without_running(&plan) {
        return code;
    }
    // Time, signals and the driver have a runtime of their own, on this thread: components may block all of theirs.
    let control = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let (runtime, control) = match settings
        .build_runtime()
        .and_then(|runtime| Ok((runtime, control?)))
    {
        Ok(runtimes) => runtimes,
        Err(error) => {
            say(&format!(
                "{}: cannot build the tokio runtime: {error}",
                settings.name
            ));
            return ExitCode::from(exit::START_FAILED);
        }
    };
    let mut app = App::builder(plan).name(settings.name).signals(true);
    app.setup.limits = Limits {
        seed: app.setup.limits.seed,
        ..settings.limits
    };
    app.setup.work = settings.work;
    app.setup.stall_limit = Some(STALL_LIMIT);
    app.setup.runtime = Some(runtime.handle().clone());
    app.main = Some(MainWork::new(main.hook, main.takes));
    let configure = settings.configure;
    #[cfg(feature = "cli")]
    let configure = {
        app.setup.check_only = command == Command::Check;
        configure.filter(|_| command == Command::Run)
    };
    if let Some(configure) = configure {
        app = match configured(app, configure, &control) {
            Ok(app) => app,
            Err(why) => {
                say(&format!("{} did not begin: {why}", settings.name));
                // What it began is not waited for.
                runtime.shutdown_background();
                control.shutdown_background();
                return ExitCode::from(exit::LOAD_FAILED);
            }
        };
    }
    let components = Components::run(runtime, settings.runtime);
    // What panics here is the framework, and then too the threads of the components are not waited for without limit.
    let report = match catch_unwind(AssertUnwindSafe(|| control.block_on(app.drive()))) {
        Ok(report) => report,
        Err(payload) => {
            std::mem::forget(payload);
            say("the framework itself panicked, which is a bug in it");
            components.end();
            control.shutdown_background();
            return ExitCode::from(exit::PANIC);
        }
    };
    #[cfg(feature = "cli")]
    if command == Command::Check {
        crate::cli::checked(&report);
    }
    if !report.is_success() {
        // The errors in it are the user's, and so is their `Display`.
        let text = catch_unwind(AssertUnwindSafe(|| report.to_string()));
        say(&text.unwrap_or_else(|payload| {
            std::mem::forget(payload);
            format!(
                "{} ended with exit code {}; its report panicked",
                report.name(),
                report.exit_code()
            )
        }));
    }
    components.end();
    // Nor is what companions left behind in its threads.
    control.shutdown_background();
    let code = ExitCode::from(report.exit_code());
    // The process ends here; nobody's `Drop` is to hold it up.
    std::mem::forget(report);
    code
}

/// Has the user's function set the app up, inside the runtime in which companions work; else says why the app is not to begin.
fn configured(
    app: AppBuilder,
    configure: Configure,
    control: &tokio::runtime::Runtime,
) -> Result<AppBuilder, String> {
    let _inside = control.enter();
    match catch_panic(|| configure(app)) {
        Ok(configured) => configured.map_err(text_of),
        Err(panic) => Err(Caught::Panic(Box::new(panic)).text("its configuration")),
    }
}

/// The runtime in which components run.
enum Components {
    /// Its workers drive it.
    MultiThread(tokio::runtime::Runtime),
    /// A thread drives it until the sender is dropped.
    CurrentThread(oneshot::Sender<()>, mpsc::Receiver<()>),
}

impl Components {
    fn run(runtime: tokio::runtime::Runtime, kind: Runtime) -> Self {
        match kind {
            Runtime::MultiThread => Self::MultiThread(runtime),
            Runtime::CurrentThread => {
                let (end, ended) = oneshot::channel::<()>();
                let (is_down, down) = mpsc::channel();
                thread::spawn(move || {
                    let _ = runtime.block_on(ended);
                    runtime.shutdown_timeout(RUNTIME_SHUTDOWN);
                    let _ = is_down.send(());
                });
                Self::CurrentThread(end, down)
            }
        }
    }

    /// Shuts the runtime down; what blocks its threads for longer is left behind.
    fn end(self) {
        match self {
            Self::MultiThread(runtime) => runtime.shutdown_timeout(RUNTIME_SHUTDOWN),
            Self::CurrentThread(end, down) => {
                drop(end);
                let _ = down.recv_timeout(RUNTIME_SHUTDOWN);
            }
        }
    }
}

/// Writes to standard error; a closed one is no reason to fail.
pub(crate) fn say(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "{}", text.trim_end());
}
