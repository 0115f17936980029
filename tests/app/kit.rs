//! What the scenarios share: plans by name, hooks that do one thing, and a list of what was called.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use lifecycle::component::{BoxError, BoxFuture, Custom};
use lifecycle::engine::{Change, What};
use lifecycle::plan::{EdgeKind, Plan, PlanBuilder, PlanNode};
use lifecycle::testing::{EventLog, Line, TestApp};
use lifecycle::{Context, RestartNow};

/// What a hook returns.
pub(crate) type Done = Result<(), BoxError>;

pub(crate) const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

pub(crate) const fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A plan by names. A dependency `?a` is optional, `~a` is late.
#[derive(Default)]
pub(crate) struct Graph {
    builder: PlanBuilder,
    nodes: HashMap<String, PlanNode>,
    late: Vec<(PlanNode, String)>,
}

impl Graph {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn resource(
        self,
        name: &str,
        needs: &[&str],
        hooks: impl FnOnce(Custom) -> Custom,
    ) -> Self {
        self.add(name, needs, hooks(Custom::resource(name)))
    }

    pub(crate) fn service(
        self,
        name: &str,
        needs: &[&str],
        hooks: impl FnOnce(Custom) -> Custom,
    ) -> Self {
        self.add(name, needs, hooks(Custom::service(name)))
    }

    fn add(mut self, name: &str, needs: &[&str], custom: Custom) -> Self {
        let node = self.builder.custom(custom);
        for need in needs {
            match (need.strip_prefix('?'), need.strip_prefix('~')) {
                (Some(to), _) => self
                    .builder
                    .depend(node, self.nodes[to], EdgeKind::Optional),
                (_, Some(to)) => self.late.push((node, to.to_owned())),
                (None, None) => self.builder.depend(node, self.nodes[*need], EdgeKind::Hard),
            }
        }
        self.nodes.insert(name.to_owned(), node);
        self
    }

    pub(crate) fn plan(mut self) -> Plan {
        for (node, to) in self.late {
            self.builder.depend(node, self.nodes[&to], EdgeKind::Late);
        }
        self.builder.build().expect("no cycle")
    }

    pub(crate) fn app(self) -> TestApp {
        TestApp::new(self.plan())
    }
}

/// A hook that takes this long.
pub(crate) async fn takes(time: Duration) -> Done {
    tokio::time::sleep(time).await;
    Ok(())
}

/// A hook that returns an error.
pub(crate) async fn fails(message: &'static str) -> Done {
    Err(io::Error::other(message).into())
}

/// A hook that panics.
pub(crate) async fn panics(message: &'static str) -> Done {
    panic!("{message}")
}

/// A hook that ends only when it is aborted.
pub(crate) async fn hangs() -> Done {
    std::future::pending().await
}

/// A run loop that ends when it is told to.
pub(crate) async fn works(cx: Context) -> Done {
    cx.shutdown_requested().await;
    Ok(())
}

/// What was called, in order, with the time since the app began.
#[derive(Clone, Default)]
pub(crate) struct Trace(Arc<Mutex<Vec<String>>>);

impl Trace {
    pub(crate) fn say(&self, text: impl Into<String>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text.into());
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn count(&self, text: &str) -> usize {
        self.all().iter().filter(|said| *said == text).count()
    }

    /// A hook that says that it was called.
    pub(crate) fn hook(
        &self,
        text: impl Into<String>,
    ) -> impl Fn(Context) -> std::future::Ready<Done> + Send + Sync + 'static {
        let (trace, text) = (self.clone(), text.into());
        move |_| {
            trace.say(text.clone());
            std::future::ready(Ok(()))
        }
    }

    /// A run loop that says when it is told to stop.
    pub(crate) fn works(
        &self,
        text: impl Into<String>,
    ) -> impl Fn(Context) -> std::pin::Pin<Box<dyn Future<Output = Done> + Send>> + Send + Sync + 'static
    {
        let (trace, text) = (self.clone(), text.into());
        move |cx| {
            let (trace, text) = (trace.clone(), text.clone());
            Box::pin(async move {
                cx.shutdown_requested().await;
                trace.say(text);
                Ok(())
            })
        }
    }
}

/// The errors of a report, each with its sources.
pub(crate) fn errors(report: &lifecycle::RunReport) -> Vec<String> {
    let errors = report.errors().iter();
    errors.map(|error| error.chain().join(": ")).collect()
}

/// What one call of a run loop does, after so many milliseconds.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    Ends(u64),
    Fails(u64),
    Panics(u64),
    /// Asks for a restart at once.
    Again(u64),
    /// Goes on until it is told to end.
    Works,
}

/// A run loop that does one thing after the other, call by call; the last again and again.
pub(crate) fn runs<const N: usize>(
    calls: [Run; N],
) -> impl Fn(Context) -> BoxFuture<Done> + Send + Sync + 'static {
    let next = AtomicUsize::new(0);
    move |cx| {
        let call = next.fetch_add(1, Ordering::Relaxed).min(N - 1);
        let call = calls[call];
        Box::pin(async move {
            match call {
                Run::Ends(after) => takes(ms(after)).await,
                Run::Fails(after) => {
                    takes(ms(after)).await?;
                    fails("lost").await
                }
                Run::Panics(after) => {
                    takes(ms(after)).await?;
                    panics("oh").await
                }
                Run::Again(after) => {
                    takes(ms(after)).await?;
                    Err(RestartNow::because("news").into())
                }
                Run::Works => works(cx).await,
            }
        })
    }
}

/// The waits before restarts, in order.
pub(crate) fn waits(log: &EventLog) -> Vec<Duration> {
    let wait = |line: Line| match line.what {
        Some(What::Component(_, Change::Restarting { after, .. })) => Some(after),
        _ => None,
    };
    log.lines().into_iter().filter_map(wait).collect()
}

/// What happened from this line of the log on, without times.
pub(crate) fn since(log: &EventLog, text: &str) -> Vec<String> {
    let lines = log.lines().into_iter().map(|line| line.text);
    lines.skip_while(|line| line != text).collect()
}

/// Keeps what is logged.
#[derive(Clone)]
pub(crate) struct Logged(pub(crate) Trace);

impl Default for Logged {
    fn default() -> Self {
        Self::on(Trace::default())
    }
}

impl Logged {
    pub(crate) fn on(trace: Trace) -> Self {
        LazyLock::force(&OTHERS);
        Self(trace)
    }
}

/// Where there is one subscriber in the process, tracing asks the thread that comes to a line first whether anybody wants
/// it, for good, and in these tests that is often a thread without one.
static OTHERS: LazyLock<[tracing::Dispatch; 2]> =
    LazyLock::new(|| [(); 2].map(|()| tracing::Dispatch::new(Nobody)));

/// Wants nothing.
struct Nobody;

impl tracing::Subscriber for Nobody {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        false
    }

    fn max_level_hint(&self) -> Option<tracing::level_filters::LevelFilter> {
        Some(tracing::level_filters::LevelFilter::OFF)
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {}

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

impl tracing::Subscriber for Logged {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        struct Words(String);
        impl tracing::field::Visit for Words {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0 += &format!(" {field}={value:?}");
            }
        }
        let mut words = Words(event.metadata().level().to_string());
        event.record(&mut words);
        self.0.say(words.0);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}
