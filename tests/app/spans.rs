//! Whatever a component logs says whose it is: a span is around its code, wherever that runs.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use lifecycle::Context;
use lifecycle::engine::Signal;
use lifecycle::plan::CheckPolicy as Health;
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber, info};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context as Around, Layer};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;

use crate::kit::{Done, Graph, Logged, Trace, hangs, ms, secs, takes, works};

/// Keeps spans and what is logged inside of them.
#[derive(Clone)]
struct Spans {
    /// What is logged, each with the spans around it.
    said: Trace,
    /// All spans, in their order.
    begun: Trace,
    /// Those that have not ended.
    open: Arc<Mutex<BTreeSet<u64>>>,
}

/// Fields as text.
#[derive(Default)]
struct Fields(String);

impl tracing::field::Visit for Fields {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}

/// A span and those around it, as text.
fn path<S: Subscriber + for<'a> LookupSpan<'a>>(around: &Around<'_, S>, id: &Id) -> String {
    let spans = around.span_scope(id).unwrap().from_root();
    let texts = spans.map(|span| span.extensions().get::<String>().unwrap().clone());
    texts.collect::<Vec<_>>().join(":")
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, span: &Attributes<'_>, id: &Id, around: Around<'_, S>) {
        let mut fields = Fields::default();
        span.record(&mut fields);
        let text = format!("{}{{{}}}", span.metadata().name(), fields.0.trim_start());
        around
            .span(id)
            .unwrap()
            .extensions_mut()
            .insert(text.clone());
        self.begun.say(text);
        self.open.lock().unwrap().insert(id.into_u64());
    }

    fn on_follows_from(&self, span: &Id, follows: &Id, around: Around<'_, S>) {
        let (this, other) = (path(&around, span), path(&around, follows));
        self.said.say(format!("{this} follows from {other}"));
    }

    fn on_event(&self, event: &Event<'_>, around: Around<'_, S>) {
        if event.metadata().target() == "lifecycle" {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let spans = around.lookup_current();
        let path = spans.map_or_else(String::new, |span| path(&around, &span.id()));
        let text = fields.0.trim_start().replace("message=", "");
        self.said.say(format!("{path}: {text}"));
    }

    fn on_close(&self, id: Id, _: Around<'_, S>) {
        self.open.lock().unwrap().remove(&id.into_u64());
    }
}

/// Runs a test under a subscriber for this level; all spans have ended when it has.
fn under(level: LevelFilter, test: impl FnOnce()) -> Spans {
    let spans = Spans {
        said: Trace::default(),
        // There are others in this process who want nothing.
        begun: Logged::default().0,
        open: Arc::default(),
    };
    let subscriber = tracing_subscriber::registry()
        .with(spans.clone())
        .with(level);
    tracing::subscriber::with_default(subscriber, || {
        test();
        assert!(tracing::Span::current().is_none(), "each is left again");
    });
    assert_eq!(*spans.open.lock().unwrap(), BTreeSet::new());
    spans
}

/// A hook that logs before and after it waits.
async fn logs(what: &'static str) -> Done {
    info!("{what} begins");
    takes(ms(5)).await?;
    info!("{what} ends");
    Ok(())
}

#[test]
fn each_hook_has_its_own_from_its_first_poll_to_its_last() {
    let spans = under(LevelFilter::DEBUG, || {
        let graph = Graph::new().service("api", &[], |c| {
            c.load(|_| logs("load"))
                .start(|cx: Context| async move {
                    cx.on_cleanup("files", || logs("cleanup"));
                    logs("start").await
                })
                .health(Health::DEFAULT, |_| {
                    info!("health");
                    std::future::ready(())
                })
                .run(|cx: Context| async move {
                    let inner = cx.clone();
                    cx.spawn("reminder", async move {
                        logs("task").await?;
                        works(inner).await
                    });
                    info!("run begins");
                    works(cx).await?;
                    info!("run ends");
                    Ok::<_, lifecycle::component::BoxError>(())
                })
                .drain(|_| logs("drain"))
                .stop(|_| logs("stop"))
        });
        graph.app().run(|app| async move {
            assert!(app.started().await);
            takes(secs(1)).await.unwrap();
            assert!(app.stop().await.report.is_success());
        });
    });
    let said = spans.said.all();
    for line in [
        "load{component=\"api\"}: load begins",
        "load{component=\"api\"}: load ends",
        "startup{app=\"test\"}:start{component=\"api\" attempt=1}: start begins",
        "startup{app=\"test\"}:start{component=\"api\" attempt=1}: start ends",
        "run{component=\"api\"}: run begins",
        "task{component=\"api\" task=\"reminder\"} follows from run{component=\"api\"}",
        "task{component=\"api\" task=\"reminder\"}: task begins",
        "task{component=\"api\" task=\"reminder\"}: task ends",
        "health{component=\"api\"}: health",
        "run{component=\"api\"}: run ends",
        "shutdown{app=\"test\"}:drain{component=\"api\"}: drain begins",
        "shutdown{app=\"test\"}:drain{component=\"api\"}: drain ends",
        "shutdown{app=\"test\"}:stop{component=\"api\"}: stop begins",
        "shutdown{app=\"test\"}:stop{component=\"api\"}: stop ends",
        "shutdown{app=\"test\"}:cleanup{component=\"api\"}: cleanup begins",
        "shutdown{app=\"test\"}:cleanup{component=\"api\"}: cleanup ends",
    ] {
        assert!(
            said.iter().any(|said| said == line),
            "no {line} in {said:#?}"
        );
    }
}

#[test]
fn each_attempt_to_start_has_one_and_says_which_it_is() {
    let spans = under(LevelFilter::DEBUG, || {
        let graph = Graph::new().resource("base", &[], |c| {
            c.declare(|d| d.retry(2))
                .start(|_| crate::kit::fails("no disk"))
        });
        assert_eq!(graph.app().run_to_end().report.exit_code(), 69);
    });
    let begun = spans.begun.all();
    let starts = begun.iter().filter(|text| text.starts_with("start{"));
    let starts: Vec<_> = starts.collect();
    assert_eq!(
        starts,
        [
            "start{component=\"base\" attempt=1}",
            "start{component=\"base\" attempt=2}",
            "start{component=\"base\" attempt=3}"
        ]
    );
}

#[test]
fn what_is_dropped_is_dropped_inside() {
    /// Logs when it is dropped.
    struct Guard;

    impl Drop for Guard {
        fn drop(&mut self) {
            info!("dropped");
        }
    }

    let spans = under(LevelFilter::DEBUG, || {
        let graph = Graph::new().service("deaf", &[], |c| {
            c.run(|_| async {
                let _guard = Guard;
                hangs().await
            })
        });
        graph.app().run(|app| async move {
            assert!(app.started().await);
            app.signal(Signal::Terminate);
            app.signal(Signal::Interrupt);
            assert_eq!(app.ended().await.report.exit_code(), 130);
        });
    });
    assert_eq!(spans.said.count("run{component=\"deaf\"}: dropped"), 1);
}

#[test]
fn a_hook_that_panics_leaves_its_span() {
    let spans = under(LevelFilter::DEBUG, || {
        let graph = Graph::new()
            .resource("base", &[], |c| c.stop(|_| logs("stop")))
            .resource("bad", &["base"], |c| {
                c.start(|_| async {
                    takes(ms(1)).await?;
                    info!("now");
                    crate::kit::panics("oh").await
                })
            });
        assert_eq!(graph.app().run_to_end().report.exit_code(), 70);
    });
    let of_bad = "startup{app=\"test\"}:start{component=\"bad\" attempt=1}: now";
    assert_eq!(spans.said.count(of_bad), 1);
    let of_base = "shutdown{app=\"test\"}:stop{component=\"base\"}: stop ends";
    assert_eq!(spans.said.count(of_base), 1);
}

#[test]
fn who_wants_no_detail_gets_the_start_and_the_stop_as_a_whole() {
    let spans = under(LevelFilter::INFO, || {
        let graph = Graph::new().service("job", &[], |c| {
            c.start(|_| logs("start")).run(|_| logs("run"))
        });
        assert!(graph.app().run_to_end().report.is_success());
    });
    assert_eq!(
        spans.begun.all(),
        ["startup{app=\"test\"}", "shutdown{app=\"test\"}"]
    );
    assert_eq!(spans.said.count(": start begins"), 1);
}
