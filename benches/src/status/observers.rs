//! A start and a stop, and who watches.

use std::time::{Duration, Instant};

use lifecycle::App;
use lifecycle::app::AppBuilder;
use lifecycle::metrics::Metrics;
use lifecycle::plan::Plan;
use lifecycle::status::Server;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Registry, fmt};

use crate::Graph;
use crate::rounds::{round, runtime};
use crate::systems::{Calls, run_time};
use crate::table::median;

/// How long it took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Took {
    pub(super) start: Duration,
    pub(super) stop: Duration,
    pub(super) both: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watched {
    Nobody,
    Info,
    Debug,
    Status,
    Metrics,
}

impl Watched {
    const ALL: [Self; 5] = [
        Self::Nobody,
        Self::Info,
        Self::Debug,
        Self::Status,
        Self::Metrics,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Info => "tracing at info, lines written to nowhere",
            Self::Debug => "tracing at debug, lines written to nowhere",
            Self::Status => "the status server",
            Self::Metrics => "metrics, without a recorder",
        }
    }

    fn with(self, app: AppBuilder) -> AppBuilder {
        match self {
            Self::Nobody | Self::Info | Self::Debug => app,
            Self::Status => app.with(Server::bind("127.0.0.1:0").expect("there is a port")),
            Self::Metrics => app.with(Metrics::new()),
        }
    }

    /// The level at which somebody listens.
    fn level(self) -> LevelFilter {
        match self {
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Nobody | Self::Status | Self::Metrics => LevelFilter::OFF,
        }
    }
}

/// The median of each, in one process: the level of the log can be turned while it runs.
pub(super) fn measure(components: usize, starts: usize) -> Vec<(Watched, Took)> {
    let (level, handle) = tracing_subscriber::reload::Layer::new(LevelFilter::OFF);
    let lines = fmt::layer().with_writer(std::io::sink);
    let subscriber = Registry::default().with(level).with(lines);
    tracing::subscriber::set_global_default(subscriber).expect("nobody has set one");
    let runtime = runtime();
    let graph = Graph::new(components);
    let calls = Calls::default();
    let plan = run_time::plan(&graph, &calls, || std::future::ready(()));
    let mut found: Vec<Vec<Took>> = vec![Vec::new(); Watched::ALL.len()];
    for _ in 0..starts {
        for (watched, found) in Watched::ALL.into_iter().zip(&mut found) {
            handle.reload(watched.level()).expect("the log is there");
            // Once unmeasured: what was there before left cold caches behind.
            round(&runtime, start_and_stop(plan.clone(), watched));
            found.push(round(&runtime, start_and_stop(plan.clone(), watched)));
        }
    }
    let medians = found.into_iter().map(|found| Took {
        start: median(found.iter().map(|took| took.start)),
        stop: median(found.iter().map(|took| took.stop)),
        both: median(found.iter().map(|took| took.both)),
    });
    Watched::ALL.into_iter().zip(medians).collect()
}

/// From the call that starts until everything is up, and from the call that stops until the report is there.
async fn start_and_stop(plan: Plan, watched: Watched) -> Took {
    let app = watched.with(App::builder(plan));
    let begun = Instant::now();
    let running = app.start();
    assert!(running.app().started().await, "it is up");
    let start = begun.elapsed();
    running.app().shutdown("the bench is over");
    assert!(running.wait().await.is_success());
    let both = begun.elapsed();
    Took {
        start,
        stop: both - start,
        both,
    }
}
