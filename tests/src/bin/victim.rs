//! A program that misbehaves as its arguments say, for the tests of real processes.
//!
//! `victim <app> <hook>=<act> ..` runs one of the apps below. What it does, it says on standard output, one line each.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use lifecycle::Error;
use lifecycle::app::{AppBuilder, Companion};
use lifecycle::component::BoxFuture;
use lifecycle::observe::Progress;
use lifecycle::prelude::*;
use lifecycle::systemd::Systemd;

/// Standard output, flushed; nobody may be there to read it.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// What stands behind `<hook>=`.
fn act_of(hook: &str) -> Option<String> {
    std::env::args().skip(2).find_map(|argument| {
        let act = argument.strip_prefix(hook)?.strip_prefix('=')?;
        Some(act.to_owned())
    })
}

/// Says the name of the hook, then does what the arguments say; `None` if they say nothing that ends the hook.
async fn act(hook: &str) -> Option<Result<(), Error>> {
    say(hook);
    match act_of(hook)?.as_str() {
        "ok" => {}
        "error" => return Some(Err(Error::other(format!("an error in {hook}")))),
        "panic" => panic!("a panic in {hook}"),
        "hang" => std::future::pending().await,
        "block" => {
            // A note wakes the framework before this thread is lost to it.
            Context::current().note("blocking");
            std::thread::sleep(Duration::from_secs(60));
        }
        "spawn_blocking" => {
            #[expect(clippy::disallowed_methods, reason = "users do it")]
            let thread =
                tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(60)));
            let _ = thread.await;
        }
        "exit_code" => Context::current().app().exit_code(42),
        other => panic!("unknown act `{other}`"),
    }
    Some(Ok(()))
}

#[resource]
struct Base;

#[resource]
impl Base {
    #[start]
    fn new(cx: Context) -> Self {
        cx.on_cleanup("base", || async { say("base cleanup") });
        Self
    }

    #[stop]
    fn close(&self) {
        say("base stop");
    }
}

#[service(depends_on = [Base], stop_timeout = "1s", start_timeout = "2s")]
struct Victim;

#[service]
impl Victim {
    #[load]
    async fn load() -> Result<(), Error> {
        act("load").await.unwrap_or(Ok(()))
    }

    #[start]
    async fn start(_base: Arc<Base>, cx: Context) -> Result<Self, Error> {
        cx.on_cleanup("victim", || async {
            act("cleanup").await.unwrap_or(Ok(()))
        });
        act("start").await.unwrap_or(Ok(()))?;
        Ok(Self)
    }

    #[run]
    async fn run(&self, shutdown: Shutdown) -> Result<(), Error> {
        if let Some(done) = act("run").await {
            return done;
        }
        say(&format!("told: {}", shutdown.await));
        Ok(())
    }

    #[drain]
    async fn drain(&self) -> Result<(), Error> {
        act("drain").await.unwrap_or(Ok(()))
    }

    #[stop]
    async fn stop(&self) -> Result<(), Error> {
        act("stop").await.unwrap_or(Ok(()))
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        match act_of("drop").as_deref() {
            Some("panic") => panic!("a panic in drop"),
            Some("block") => std::thread::sleep(Duration::from_secs(60)),
            _ => {}
        }
    }
}

/// What every app does beside: `main=` ends it, otherwise it waits.
async fn until_told(cx: Context) -> Result<(), Error> {
    if let Some(done) = act("main").await {
        return done;
    }
    cx.shutdown_requested().await;
    Ok(())
}

mod plain {
    use super::*;

    #[lifecycle::app(services = [Victim], name = "victim")]
    async fn main(cx: Context) -> Result<(), Error> {
        until_told(cx).await
    }

    pub(super) fn run() -> ExitCode {
        main()
    }
}

mod force {
    use super::*;

    #[lifecycle::app(services = [Victim], name = "victim", second_sigterm = "force")]
    async fn main(cx: Context) -> Result<(), Error> {
        until_told(cx).await
    }

    pub(super) fn run() -> ExitCode {
        main()
    }
}

mod single {
    use super::*;

    #[lifecycle::app(services = [Victim], name = "victim", runtime = "current_thread")]
    async fn main(cx: Context) -> Result<(), Error> {
        until_told(cx).await
    }

    pub(super) fn run() -> ExitCode {
        main()
    }
}

mod drains {
    use super::*;

    #[lifecycle::app(services = [Victim], name = "victim", drain_delay = "10s")]
    async fn main(cx: Context) -> Result<(), Error> {
        until_told(cx).await
    }

    pub(super) fn run() -> ExitCode {
        main()
    }
}

mod configured {
    use super::*;

    /// A companion may be made of what needs a runtime.
    fn configure(app: AppBuilder) -> Result<AppBuilder, Error> {
        say("configure");
        match act_of("configure").as_deref() {
            Some("error") => return Err(Error::other("an error in configure")),
            Some("panic") => panic!("a panic in configure"),
            Some("spawn_blocking") => {
                #[expect(clippy::disallowed_methods, reason = "users do it")]
                drop(tokio::task::spawn_blocking(|| {
                    std::thread::sleep(Duration::from_secs(60));
                }));
                return Err(Error::other("an error in configure"));
            }
            _ => {}
        }
        Ok(match act_of("progress") {
            Some(_) => app.with(Progress::new()),
            None => app.with(Says),
        })
    }

    /// Says that it is there, and that the app has ended.
    struct Says;

    impl Companion for Says {
        fn accompany(self: Arc<Self>, app: AppHandle) -> BoxFuture<()> {
            say("companion");
            Box::pin(async move {
                app.ended().await;
                say("companion ends");
            })
        }
    }

    #[lifecycle::app(services = [Victim], name = "victim", configure = configure)]
    async fn main(cx: Context) -> Result<(), Error> {
        until_told(cx).await
    }

    pub(super) fn run() -> ExitCode {
        main()
    }
}

/// They tell a service manager how they are.
fn notify(app: AppBuilder) -> AppBuilder {
    app.with(Systemd::from_env())
}

mod notifies {
    use super::*;

    #[lifecycle::app(services = [Victim], name = "victim", configure = notify)]
    async fn main(cx: Context) -> Result<(), Error> {
        until_told(cx).await
    }

    pub(super) fn run() -> ExitCode {
        main()
    }
}

mod notifies_single {
    use super::*;

    #[lifecycle::app(services = [Victim], name = "victim", configure = notify, runtime = "current_thread")]
    async fn main(cx: Context) -> Result<(), Error> {
        until_told(cx).await
    }

    pub(super) fn run() -> ExitCode {
        main()
    }
}

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("plain") => plain::run(),
        Some("force") => force::run(),
        Some("single") => single::run(),
        Some("drains") => drains::run(),
        Some("configured") => configured::run(),
        Some("notifies") => notifies::run(),
        Some("notifies_single") => notifies_single::run(),
        other => panic!("unknown app {other:?}"),
    }
}
