//! What is recorded, into a recorder that has a book for each app.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, Once, mpsc};
use std::time::Duration;

use lifecycle::Context;
use lifecycle::engine::Phase;
use lifecycle::health::Health;
use lifecycle::metrics::Metrics;
use lifecycle::plan::Restart;
use lifecycle::pool::Workers;
use lifecycle::testing::{TestApp, TestHandle};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};

use crate::events::Ping;
use crate::kit::{Done, Graph, Logged, Trace, fails, ms, secs, takes, works};

/// Keeps all of one app.
#[derive(Clone)]
struct Book {
    app: String,
    pages: Arc<Mutex<Pages>>,
    /// Called with each value of a series.
    check: Arc<dyn Fn(&str) + Send + Sync>,
}

/// The recorder of this process: what is recorded comes from threads of which no test knows.
struct Library;

static BOOKS: Mutex<Vec<Book>> = Mutex::new(Vec::new());

#[derive(Default)]
struct Pages {
    /// By series, as Prometheus writes it; what a histogram got stands in a row.
    values: BTreeMap<String, Vec<f64>>,
    /// Name, type and labels.
    shapes: BTreeSet<(String, &'static str, Vec<String>)>,
    described: BTreeMap<String, (&'static str, Option<Unit>)>,
}

/// One series.
struct Line {
    book: Book,
    series: String,
}

impl Default for Book {
    fn default() -> Self {
        Self::checked(|_| {})
    }
}

impl Book {
    /// What it calls with each value may do anything.
    fn checked(check: impl Fn(&str) + Send + Sync + 'static) -> Self {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| metrics::set_global_recorder(Library).expect("there is no other"));
        let mut books = BOOKS.lock().unwrap();
        let book = Self {
            app: format!("app {}", books.len()),
            pages: Arc::default(),
            check: Arc::new(check),
        };
        books.push(book.clone());
        book
    }

    fn of(key: &Key) -> Option<Self> {
        let app = key.labels().find(|label| label.key() == "app")?;
        let books = BOOKS.lock().unwrap();
        books.iter().find(|book| book.app == app.value()).cloned()
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap()
    }

    fn line(&self, key: &Key, kind: &'static str) -> Arc<Line> {
        let labels: Vec<_> = key.labels().map(|l| l.key().to_owned()).collect();
        let values = key.labels().filter(|l| l.key() != "app");
        let values = values.map(|l| format!("{}={}", l.key(), l.value()));
        let values = values.collect::<Vec<_>>().join(",");
        let mut pages = self.pages();
        pages.shapes.insert((key.name().to_owned(), kind, labels));
        Arc::new(Line {
            book: self.clone(),
            series: format!("{}{{{values}}}", key.name()),
        })
    }

    fn describe(&self, name: &KeyName, kind: &'static str, unit: Option<Unit>, text: &str) {
        assert!(!text.is_empty());
        let mut pages = self.pages();
        pages
            .described
            .insert(name.as_str().to_owned(), (kind, unit));
    }

    /// What a gauge or a counter has come to.
    #[track_caller]
    fn value(&self, series: &str) -> f64 {
        self.get(series).unwrap_or_else(|| {
            let all: Vec<_> = self.pages().values.keys().cloned().collect();
            panic!("no {series} among {all:#?}")
        })
    }

    fn get(&self, series: &str) -> Option<f64> {
        self.all(series).last().copied()
    }

    fn all(&self, series: &str) -> Vec<f64> {
        let pages = self.pages();
        pages.values.get(series).cloned().unwrap_or_default()
    }

    fn watch(&self, app: TestApp) -> TestApp {
        app.with(|app| app.name(&*self.app).with(Metrics::new()))
    }

    /// Runs an app that is recorded here.
    fn run<F: Future>(&self, app: TestApp, test: impl FnOnce(TestHandle) -> F) -> F::Output {
        self.watch(app).run(test)
    }
}

impl Line {
    fn write(&self, write: impl FnOnce(&mut Vec<f64>)) {
        (self.book.check)(&self.series);
        let mut pages = self.book.pages();
        write(pages.values.entry(self.series.clone()).or_default());
    }
}

impl GaugeFn for Line {
    fn increment(&self, _value: f64) {
        unreachable!("gauges are set")
    }

    fn decrement(&self, _value: f64) {
        unreachable!("gauges are set")
    }

    fn set(&self, value: f64) {
        self.write(|values| *values = vec![value]);
    }
}

impl CounterFn for Line {
    fn increment(&self, value: u64) {
        self.write(|values| {
            let before = values.pop().unwrap_or(0.0);
            values.push(before + value as f64);
        });
    }

    fn absolute(&self, _value: u64) {
        unreachable!("counters count")
    }
}

impl HistogramFn for Line {
    fn record(&self, value: f64) {
        self.write(|values| values.push(value));
    }
}

fn describe(name: &KeyName, kind: &'static str, unit: Option<Unit>, text: &str) {
    for book in &*BOOKS.lock().unwrap() {
        book.describe(name, kind, unit, text);
    }
}

impl Recorder for Library {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, text: SharedString) {
        describe(&name, "counter", unit, &text);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, text: SharedString) {
        describe(&name, "gauge", unit, &text);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, text: SharedString) {
        describe(&name, "histogram", unit, &text);
    }

    fn register_counter(&self, key: &Key, _metadata: &Metadata<'_>) -> Counter {
        let book = Book::of(key);
        book.map_or_else(Counter::noop, |book| {
            Counter::from_arc(book.line(key, "counter"))
        })
    }

    fn register_gauge(&self, key: &Key, _metadata: &Metadata<'_>) -> Gauge {
        let book = Book::of(key);
        book.map_or_else(Gauge::noop, |book| Gauge::from_arc(book.line(key, "gauge")))
    }

    fn register_histogram(&self, key: &Key, _metadata: &Metadata<'_>) -> Histogram {
        let book = Book::of(key);
        book.map_or_else(Histogram::noop, |book| {
            Histogram::from_arc(book.line(key, "histogram"))
        })
    }
}

/// An app with something of everything: `base`, `crew` with a pool, and `feed`, which works and fails once.
fn shop() -> Graph {
    let runs = Trace::default();
    Graph::new()
        .resource("base", &[], |c| c.start(|_| takes(secs(2))))
        .service("crew", &["base"], |c| {
            c.start(|cx: Context| async move {
                let work = |job: u64| async move {
                    takes(ms(job)).await?;
                    match job {
                        3 => fails("no paper").await,
                        _ => Done::Ok(()),
                    }
                };
                let pool = Workers::builder(work).name("chores").workers(1).capacity(2);
                let pool = pool.start(&cx);
                for job in [1, 2, 3, 60_000] {
                    pool.submit(job).await.unwrap();
                }
                Done::Ok(())
            })
            .run(works)
        })
        .service("feed", &["base"], move |c| {
            c.declare(|d| d.restart(Restart::OnFailure).max_restarts(4))
                .on("hear", Default::default(), |_, _: Arc<Ping>| takes(ms(1)))
                .run(move |cx: Context| {
                    let runs = runs.clone();
                    async move {
                        runs.say("run");
                        cx.every("poll", secs(10), || fails("no route"));
                        let task = cx.task("sweep", |_| takes(ms(5)));
                        task.run_now();
                        cx.emit(Ping(1));
                        takes(secs(1)).await?;
                        if runs.count("run") == 1 {
                            return fails("the line broke").await;
                        }
                        works(cx).await
                    }
                })
        })
}

#[test]
fn what_is_recorded_is_what_the_documentation_lists() {
    let book = Book::default();
    book.run(shop().app(), |app| async move {
        assert!(app.started().await);
        takes(secs(30)).await.unwrap();
        let _ended = app.stop().await;
    });
    let pages = book.pages();
    let documented = include_str!("../../lifecycle/src/observe/metrics/mod.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `lifecycle_"))
        .map(|line| {
            let cells: Vec<_> = line
                .split('|')
                .map(|cell| cell.trim().replace('`', ""))
                .collect();
            let name = format!("lifecycle_{}", cells[0]);
            let mut labels = vec!["app".to_owned()];
            let more = cells[3].split(", ").filter(|label| !label.is_empty());
            labels.extend(more.map(str::to_owned));
            (name, cells[1].clone(), cells[2].clone(), labels)
        });
    let documented: BTreeSet<_> = documented.collect();
    let recorded = pages.shapes.iter().map(|(name, kind, labels)| {
        let (described, unit) = &pages.described[name];
        assert_eq!(described, kind, "{name}");
        let unit = unit.map_or("", |unit| match unit {
            Unit::Seconds => "seconds",
            Unit::Count => "count",
            other => panic!("{other:?}"),
        });
        (
            name.clone(),
            (*kind).to_owned(),
            unit.to_owned(),
            labels.clone(),
        )
    });
    assert_eq!(recorded.collect::<BTreeSet<_>>(), documented);
    assert_eq!(pages.described.len(), documented.len());
}

#[test]
fn the_numbers_are_those_of_the_status() {
    let book = Book::default();
    let seen = book.clone();
    book.run(shop().app(), |app| async move {
        assert!(app.started().await);
        takes(secs(24)).await.unwrap();
        let is = |series: &str, value: f64| assert_eq!(seen.value(series), value, "{series}");
        let pool = "component=crew,pool=chores";
        is(&format!("lifecycle_pool_capacity{{{pool}}}"), 2.0);
        is(&format!("lifecycle_pool_running{{{pool}}}"), 1.0);
        is(&format!("lifecycle_pool_queued{{{pool}}}"), 0.0);
        is(
            &format!("lifecycle_pool_jobs_total{{{pool},outcome=done}}"),
            2.0,
        );
        is(
            &format!("lifecycle_pool_jobs_total{{{pool},outcome=failed}}"),
            1.0,
        );
        is("lifecycle_component_restarts_total{component=feed}", 1.0);
        is(
            "lifecycle_component_restart_budget_used_ratio{component=feed}",
            0.25,
        );
        is(
            "lifecycle_component_failures_total{component=feed,stage=run}",
            1.0,
        );
        is("lifecycle_tasks_total{component=feed,outcome=done}", 2.0);
        is(
            "lifecycle_events_total{component=feed,handler=hear,outcome=handled}",
            2.0,
        );
        let schedule = "component=feed,schedule=poll";
        let status = app.app().status();
        let poll = &status.component("feed").unwrap().schedules[0];
        assert!(poll.runs > 1);
        is(
            &format!("lifecycle_schedule_runs_total{{{schedule}}}"),
            poll.runs as f64,
        );
        is(
            &format!("lifecycle_schedule_failures_total{{{schedule}}}"),
            poll.failed as f64,
        );
        is(
            &format!("lifecycle_schedule_failing{{{schedule}}}"),
            poll.failing as f64,
        );
        takes(secs(60)).await.unwrap();
        is(
            "lifecycle_component_restart_budget_used_ratio{component=feed}",
            0.0,
        );
        let _ended = app.stop().await;
        is(&format!("lifecycle_pool_running{{{pool}}}"), 0.0);
    });
}

#[test]
fn a_state_is_one_and_those_before_it_are_zero() {
    let book = Book::default();
    let seen = book.clone();
    let graph = Graph::new().service("api", &[], |c| {
        c.start(|_| takes(secs(3)))
            .run(works)
            .stop(|_| takes(secs(2)))
    });
    book.run(graph.app(), |app| async move {
        let state = |state: &str| {
            seen.get(&format!(
                "lifecycle_component_state{{component=api,state={state}}}"
            ))
        };
        takes(secs(1)).await.unwrap();
        assert_eq!((state("starting"), state("up")), (Some(1.0), None));
        assert_eq!(seen.value("lifecycle_ready{}"), 0.0);
        assert_eq!(seen.value("lifecycle_phase{phase=starting}"), 1.0);
        assert!(app.started().await);
        takes(ms(200)).await.unwrap();
        assert_eq!((state("starting"), state("up")), (Some(0.0), Some(1.0)));
        assert_eq!(seen.value("lifecycle_ready{}"), 1.0);
        assert_eq!(seen.value("lifecycle_phase{phase=starting}"), 0.0);
        let _ended = app.stop().await;
        assert_eq!((state("up"), state("stopping")), (Some(0.0), Some(0.0)));
        assert_eq!(state("down"), Some(1.0));
        assert_eq!(seen.value("lifecycle_ready{}"), 0.0);
        let took = |what: &str| {
            seen.all(&format!(
                "lifecycle_component_{what}_duration_seconds{{component=api}}"
            ))
        };
        assert_eq!((took("start"), took("stop")), (vec![3.0], vec![2.0]));
        assert_eq!(seen.value("lifecycle_start_duration_seconds{}"), 3.0);
        assert_eq!(seen.value("lifecycle_stop_duration_seconds{}"), 2.0);
    });
}

#[test]
fn budgets_say_how_much_of_the_time_was_used() {
    let book = Book::default();
    let graph = Graph::new().resource("db", &[], |c| {
        c.start(|_| takes(secs(5))).stop(|_| takes(secs(2)))
    });
    let app = graph
        .app()
        .with(|app| app.start_budget(secs(20)).shutdown_timeout(secs(8)));
    book.run(app, |app| async move {
        assert!(app.started().await);
        let _ended = app.stop().await;
    });
    assert_eq!(book.value("lifecycle_start_budget_used_ratio{}"), 0.25);
    assert_eq!(book.value("lifecycle_stop_budget_used_ratio{}"), 0.25);
}

#[test]
fn one_that_failed_for_good_stays_failed() {
    let book = Book::default();
    let seen = book.clone();
    let graph = Graph::new()
        .service("api", &[], |c| c.run(works))
        .resource("db", &[], |c| {
            c.declare(|d| d.optional(true)).start(|_| fails("no route"))
        });
    book.run(graph.app(), |app| async move {
        assert!(app.started().await);
        takes(secs(10)).await.unwrap();
        let state = "lifecycle_component_state{component=db,state=failed}";
        assert_eq!(seen.value(state), 1.0);
        let failures = "lifecycle_component_failures_total{component=db,stage=start}";
        assert_eq!(seen.value(failures), 1.0);
        let health = "lifecycle_component_health{component=db}";
        assert_eq!(seen.value(health), 2.0, "nobody needs it");
        let _ended = app.stop().await;
    });
}

#[test]
fn health_is_told_when_it_changes() {
    let book = Book::default();
    let seen = book.clone();
    let graph = Graph::new().service("api", &[], |c| {
        c.run(|cx: Context| async move {
            takes(secs(11)).await?;
            let _guard = cx.health().condition("replica", Health::unhealthy("gone"));
            works(cx).await
        })
    });
    book.run(graph.app(), |app| async move {
        let health = "lifecycle_component_health{component=api}";
        takes(secs(10)).await.unwrap();
        assert_eq!(seen.value(health), 0.0);
        takes(ms(1_200)).await.unwrap();
        assert_eq!(seen.value(health), 3.0);
        assert_eq!(seen.value("lifecycle_ready{}"), 0.0);
        assert_eq!(seen.value("lifecycle_live{}"), 1.0);
        let _ended = app.stop().await;
    });
}

#[test]
fn the_mean_wait_of_tasks_is_that_since_the_last_sample() {
    let book = Book::default();
    let seen = book.clone();
    let graph = Graph::new().service("jobs", &[], |c| {
        c.run(|cx: Context| async move {
            let slow = cx.task("slow", |_| takes(secs(2)));
            let next = cx.task("next", |_| takes(ms(1)));
            slow.queue();
            next.queue();
            works(cx).await
        })
    });
    let app = graph.app().with(|app| app.task_limit(1));
    book.run(app, |app| async move {
        let wait = "lifecycle_tasks_wait_seconds{component=jobs}";
        takes(secs(6)).await.unwrap();
        assert_eq!(seen.value(wait), 1.0, "none and two seconds");
        takes(secs(5)).await.unwrap();
        assert_eq!(seen.value(wait), 0.0, "nobody waited");
        let _ended = app.stop().await;
    });
}

#[test]
fn an_app_of_which_nothing_is_kept_runs_as_ever() {
    let app = shop().app().with(|app| app.with(Metrics::new()));
    app.run(|app| async move {
        assert!(app.started().await);
        takes(secs(30)).await.unwrap();
        assert_eq!(app.app().phase(), Phase::Running);
        let _ended = app.stop().await;
    });
}

#[test]
fn what_lies_outside_of_the_range_of_samples_is_the_nearest_in_it() {
    for (given, taken) in [(0, 100), (100, 100), (5_000, 5_000), (u64::MAX, 3_600_000)] {
        let metrics = Metrics::new().every(ms(given));
        assert_eq!(
            format!("{metrics:?}"),
            format!("Metrics {{ every: {:?}, .. }}", ms(taken))
        );
    }
}

#[tokio::test]
async fn a_recorder_that_takes_its_time_holds_nobody_up() {
    let (release, released) = mpsc::channel::<()>();
    let (is_called, mut called) = tokio::sync::mpsc::unbounded_channel();
    let released = Mutex::new(released);
    let held = Trace::default();
    let seen = held.clone();
    let book = Book::checked(move |_| {
        let _ = is_called.send(());
        let end = released
            .lock()
            .unwrap()
            .recv_timeout(Duration::from_secs(10));
        if end == Err(mpsc::RecvTimeoutError::Timeout) {
            seen.say("nobody came");
        }
    });
    let graph = Graph::new().service("api", &[], |c| c.run(works));
    // The runtime has one thread, and its time goes on.
    let app = book.watch(graph.app()).start();
    called.recv().await.unwrap();
    let api = app.app().component("api").unwrap();
    assert!(api.disable().await.is_ok(), "its driver gets on");
    assert!(api.enable().await.is_ok());
    drop(release);
    assert!(app.stop().await.report.is_success());
    assert_eq!(held.all(), [""; 0]);
    let state = "lifecycle_component_state{component=api,state=down}";
    assert_eq!(book.value(state), 1.0);
}

#[test]
fn a_panic_of_the_recorder_is_logged_once_and_the_rest_is_recorded() {
    let book = Book::checked(|series| {
        assert!(!series.contains("crew"), "no crew");
    });
    let logged = Logged::default();
    tracing::subscriber::with_default(logged.clone(), || {
        book.run(shop().app(), |app| async move {
            assert!(app.started().await);
            takes(secs(30)).await.unwrap();
            let _ended = app.stop().await;
        });
    });
    let lines = logged.0.all();
    let told = lines
        .iter()
        .filter(|line| line.contains("recorder of metrics"));
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 1, "{lines:#?}");
    assert!(
        told[0].starts_with("ERROR") && told[0].contains("no crew"),
        "{told:?}"
    );
    let all: Vec<_> = book.pages().values.keys().cloned().collect();
    let base = "lifecycle_component_state{component=base,state=down}";
    assert_eq!(book.value(base), 1.0, "{all:#?}");
    let phase = "lifecycle_phase{phase=ended}";
    assert_eq!(book.value(phase), 1.0, "{all:#?}");
}
