//! A case played through the driver, in paused time.

use std::fmt::Write;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lifecycle::component::{BoxFuture, Custom};
use lifecycle::context::{AddError, ChangeError, Changing, RestartPolicy};
use lifecycle::engine::What;
use lifecycle::observe::{Event, Observer};
use lifecycle::plan::{CheckPolicy, Dependency, EdgeKind, Plan, Ready, Stage};
use lifecycle::testing::TestApp;
use lifecycle::{AppHandle, Context, Error, RunReport};

use super::case::{Act, Ask, Case, Disturbance, Part};
use crate::kit::{Done, ms, takes};

/// What was seen, by observers and by the hooks themselves.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    Event(Duration, What),
    /// A hook was called.
    Called(usize, Stage),
    /// What was called has ended and is dropped.
    Gone(usize),
    /// The start hook is about to return `Ok`.
    Made(usize),
    /// A cleanup was registered.
    Registered(usize),
    /// The same two, for what a run left.
    RunRegistered(usize),
    RunCleaned(usize),
    /// A request was answered.
    Answered(usize, Result<(), ChangeError>),
    /// A request concerned what is not there.
    Absent(usize),
    /// It was said what came of this addition.
    Added(usize, Result<(), AddError>),
    Error(String),
}

/// The list of what was seen, in order.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<Seen>>>);

impl Book {
    fn write(&self, seen: Seen) {
        self.0.lock().unwrap().push(seen);
    }
}

impl Observer for Book {
    fn on_event(&self, event: &Event<'_>) {
        self.write(Seen::Event(event.at(), event.what()));
    }

    fn on_error(&self, error: &Error) {
        self.write(Seen::Error(error.chain().join(": ")));
    }
}

pub(super) struct Played {
    pub(super) seen: Vec<Seen>,
    pub(super) report: RunReport,
    /// How many tasks the runtime still had.
    pub(super) alive: usize,
}

impl Played {
    pub(super) fn text(&self, case: &Case) -> String {
        let mut text = String::new();
        for (i, part) in case.parts.iter().enumerate() {
            let _ = writeln!(text, "node {i}: {part:?}");
        }
        let _ = writeln!(
            text,
            "{:?}",
            Case {
                parts: Vec::new(),
                ..case.clone()
            }
        );
        for seen in &self.seen {
            let _ = match seen {
                Seen::Event(at, what) => writeln!(text, "{:>9.3} s  {what:?}", at.as_secs_f64()),
                Seen::Error(error) => writeln!(text, "             {error}"),
                other => writeln!(text, "             {other:?}"),
            };
        }
        let _ = writeln!(text, "{}alive: {}", self.report, self.alive);
        text
    }
}

/// Says that a call is over, however it ends.
struct Present(Book, usize);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.write(Seen::Gone(self.1));
    }
}

/// Panics when it is dropped, without a word on standard error.
struct Nasty;

impl Drop for Nasty {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            resume_unwind(Box::new("in drop"));
        }
    }
}

async fn perform(act: Act, present: Present) -> Done {
    let _present = present;
    match act {
        Act::Ok(after) => takes(after).await,
        Act::Error(after) => {
            takes(after).await?;
            Err("an error".into())
        }
        Act::Panic(after) => {
            takes(after).await?;
            resume_unwind(Box::new("a panic"))
        }
        Act::Hang => crate::kit::hangs().await,
        Act::UntilTold(after) => {
            Context::current().shutdown_requested().await;
            takes(after).await
        }
        Act::HangAndPanic => {
            let _nasty = Nasty;
            crate::kit::hangs().await
        }
    }
}

fn hook(
    book: &Book,
    i: usize,
    stage: Stage,
    act: Act,
) -> impl Fn(Context) -> BoxFuture<Done> + Send + Sync + 'static {
    let book = book.clone();
    move |_| {
        book.write(Seen::Called(i, stage));
        Box::pin(perform(act, Present(book.clone(), i)))
    }
}

/// One for each call; the last again and again.
fn in_turn(acts: &[Act], calls: &AtomicU32) -> Act {
    let call = calls.fetch_add(1, Ordering::Relaxed) as usize;
    acts[call.min(acts.len() - 1)]
}

fn start(
    book: &Book,
    i: usize,
    part: &Part,
) -> impl Fn(Context) -> BoxFuture<Done> + Send + Sync + 'static {
    let (book, part, calls) = (book.clone(), part.clone(), AtomicU32::new(0));
    move |cx| {
        book.write(Seen::Called(i, Stage::Start));
        let present = Present(book.clone(), i);
        let act = in_turn(&part.starts, &calls);
        for act in part.cleanups.iter().copied() {
            book.write(Seen::Registered(i));
            let book = book.clone();
            cx.on_cleanup("undo", move || {
                book.write(Seen::Called(i, Stage::Cleanup));
                perform(act, Present(book, i))
            });
        }
        for act in part.tasks.iter().copied() {
            book.write(Seen::Called(i, Stage::Task));
            cx.spawn("task", perform(act, Present(book.clone(), i)));
        }
        let book = book.clone();
        Box::pin(async move {
            perform(act, present).await?;
            book.write(Seen::Made(i));
            Ok(())
        })
    }
}

fn run(
    book: &Book,
    i: usize,
    part: &Part,
) -> impl Fn(Context) -> BoxFuture<Done> + Send + Sync + 'static {
    let (book, part, calls) = (book.clone(), part.clone(), AtomicU32::new(0));
    let explicit = part.explicit;
    move |cx| {
        book.write(Seen::Called(i, Stage::Run));
        let present = Present(book.clone(), i);
        let act = in_turn(&part.runs, &calls);
        if let Some(act) = part.run_cleanup {
            book.write(Seen::RunRegistered(i));
            let book = book.clone();
            cx.on_cleanup("undo run", move || {
                book.write(Seen::RunCleaned(i));
                perform(act, Present(book, i))
            });
        }
        if let Some((every, true)) = part.heartbeat {
            let beating = cx.clone();
            cx.spawn("heart", async move {
                let shutdown = beating.shutdown();
                while shutdown.wrap(tokio::time::sleep(every / 2)).await.is_some() {
                    beating.beat();
                }
            });
        }
        if !part.supervised.is_empty() {
            let (book, acts, calls) = (book.clone(), part.supervised.clone(), AtomicU32::new(0));
            let policy = RestartPolicy::on_failure().backoff(ms(50), ms(400));
            cx.spawn_supervised("supervised", policy, move |_| {
                book.write(Seen::Called(i, Stage::Task));
                perform(in_turn(&acts, &calls), Present(book.clone(), i))
            });
        }
        Box::pin(async move {
            if explicit && matches!(act, Act::UntilTold(_)) {
                tokio::time::sleep(ms(30)).await;
                cx.ready();
            }
            perform(act, present).await
        })
    }
}

fn custom(book: &Book, i: usize, part: &Part) -> Custom {
    let name = format!("node {i}");
    let mut custom = match part.service {
        true => Custom::service(name),
        false => Custom::resource(name),
    };
    custom = custom.declare(|d| {
        d.optional(part.optional)
            .retry(part.retry)
            .backoff(ms(50), ms(400))
            .start_timeout(part.start_timeout)
            .stop_timeout(part.stop_timeout)
            .on_finish(part.on_finish)
            .ready([Ready::Started, Ready::Explicit][usize::from(part.explicit)])
    });
    custom = custom.start(start(book, i, part));
    if let Some(act) = part.load {
        custom = custom.load(hook(book, i, Stage::Load, act));
    }
    if let Some(how) = part.restarts {
        custom = custom.declare(|d| {
            d.restart(how.restart)
                .scope(how.scope)
                .escalate(how.escalate)
                .max_restarts(how.max)
                .within(how.within)
        });
    }
    if let Some((every, _)) = part.heartbeat {
        custom = custom.declare(|d| d.heartbeat(every));
    }
    if part.service {
        custom = custom.run(run(book, i, part));
    }
    if let Some(act) = part.drain {
        custom = custom.drain(hook(book, i, Stage::Drain, act));
    }
    if let Some(act) = part.stop {
        custom = custom.stop(hook(book, i, Stage::Stop, act));
    }
    if let Some(act) = part.health {
        let how = CheckPolicy::new().every(ms(300)).timeout(ms(100));
        custom = custom.health(how, hook(book, i, Stage::Health, act));
    }
    custom
}

fn ask(app: &AppHandle, request: Ask) -> Option<Changing> {
    let (Ask::Disable(i) | Ask::Enable(i) | Ask::Restart(i, _)) = request;
    let component = app.component(&format!("node {i}"))?;
    Some(match request {
        Ask::Disable(_) => component.disable(),
        Ask::Enable(_) => component.enable(),
        Ask::Restart(_, scope) => component.restart(scope),
    })
}

/// A part that is added finds its dependencies by name.
fn addition(book: &Book, i: usize, part: &Part) -> Custom {
    let mut custom = custom(book, i, part);
    if part.required {
        custom = custom.required();
    }
    let needs = part.needs.iter().map(|(to, kind)| {
        let to = Dependency::named(format!("node {to}"));
        match kind {
            EdgeKind::Optional => to.optional(),
            EdgeKind::Late => to.late(),
            _ => to,
        }
    });
    custom.depends_on(needs.collect::<Vec<_>>())
}

pub(super) fn play(case: &Case) -> Played {
    let book = Book::default();
    let mut plan = Plan::builder();
    let mut nodes = Vec::new();
    let planned = || case.parts[..case.planned].iter().enumerate();
    for (i, part) in planned() {
        nodes.push(plan.custom(custom(&book, i, part)));
    }
    for (i, part) in planned() {
        for (to, kind) in &part.needs {
            plan.depend(nodes[i], nodes[*to], *kind);
        }
    }
    let app = TestApp::new(plan.build().unwrap()).with(|app| {
        app.observer(book.clone())
            .seed(case.seed)
            .start_budget(case.start_budget)
            .shutdown_timeout(case.shutdown_timeout)
            .drain_delay(case.drain_delay)
            .max_concurrent_starts(case.max_concurrent_starts)
            .second_sigterm(case.second_sigterm)
    });
    let disturbances = case.disturbances.clone();
    app.run(|app| async move {
        let begun = tokio::time::Instant::now();
        for act in case.cleanups.iter().copied() {
            // In the place of a component: one more than there are.
            let (book, i) = (book.clone(), case.parts.len());
            book.write(Seen::Registered(i));
            app.app().on_cleanup("undo all", move || {
                book.write(Seen::Called(i, Stage::Cleanup));
                perform(act, Present(book, i))
            });
        }
        let (mut asked, mut added) = (Vec::new(), Vec::new());
        for (at, what) in disturbances {
            tokio::time::sleep_until(begun + at).await;
            match what {
                Disturbance::Signal(signal) => app.signal(signal),
                Disturbance::Shutdown => app.app().shutdown("enough"),
                Disturbance::ExitCode(code) => app.app().exit_code(code),
                Disturbance::Ask(request) => asked.push(ask(&app.app(), request)),
                Disturbance::Add(from, to) => {
                    let parts = case.parts[from..to].iter().enumerate();
                    let parts = parts.map(|(i, part)| addition(&book, from + i, part));
                    added.push(app.app().add_group(parts.rev()));
                }
            }
        }
        let report = app.ended().await.report;
        for (n, answer) in asked.into_iter().enumerate() {
            // Whatever came of it has been said by now.
            let Some(answer) = answer else {
                book.write(Seen::Absent(n));
                continue;
            };
            if let Ok(answer) = tokio::time::timeout(Duration::ZERO, answer).await {
                book.write(Seen::Answered(n, answer));
            }
        }
        for (n, answer) in added.into_iter().enumerate() {
            if let Ok(answer) = tokio::time::timeout(Duration::ZERO, answer).await {
                book.write(Seen::Added(n, answer.map(|_| ())));
            }
        }
        // Aborted tasks go with the next turn of the runtime.
        tokio::time::sleep(ms(1)).await;
        Played {
            seen: book.0.lock().unwrap().clone(),
            report,
            alive: tokio::runtime::Handle::current()
                .metrics()
                .num_alive_tasks(),
        }
    })
}
