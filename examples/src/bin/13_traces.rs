//! Traces: what components do, as spans for OpenTelemetry. The exporter is the program's own; this one prints.
//!
//! ```console
//! $ cargo run -p examples --bin 13_traces
//!         Name         : start
//!         Attributes:
//!                  ->  component: String(Owned("Shop"))
//! ```
//!
//! With `opentelemetry-otlp` in the place of `opentelemetry-stdout`, they go to a collector.

#![expect(clippy::disallowed_methods, reason = "an exporter blocks its thread")]

use std::sync::Arc;
use std::time::Duration;

use lifecycle::component::BoxError;
use lifecycle::prelude::*;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use opentelemetry_stdout::SpanExporter;
use tracing::{Instrument, Level, info, info_span};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

#[resource]
struct Telemetry;

#[resource]
impl Telemetry {
    /// All load hooks are done before anything starts, so the traces have the whole start.
    #[load]
    fn install() -> Result<SdkTracerProvider, BoxError> {
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(SpanExporter::default())
            .build();
        // The spans around components are at level DEBUG.
        let wanted = Targets::new()
            .with_default(Level::INFO)
            .with_target("lifecycle", Level::DEBUG);
        let traces = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("shop"))
            .with_filter(wanted);
        tracing_subscriber::registry().with(traces).try_init()?;
        Ok(provider)
    }

    /// What is registered with the app runs when all components are down, so that the last spans are among what is sent.
    #[start]
    fn flush_at_the_end(provider: Loaded<SdkTracerProvider>, cx: Context) -> Self {
        let provider = SdkTracerProvider::clone(&provider);
        cx.app().on_cleanup("send the last spans", || async {
            // It waits for its exporter, and so not here.
            tokio::task::spawn_blocking(move || provider.shutdown())
                .await?
                .map_err(BoxError::from)
        });
        Self
    }
}

#[resource(depends_on = [Telemetry])]
struct Stock {
    books: i64,
}

#[resource]
impl Stock {
    /// What this logs is inside the span `start` with `component = "Stock"`.
    #[start]
    async fn count() -> Self {
        tokio::time::sleep(Duration::from_millis(20)).await;
        info!("the books are counted");
        Self { books: 3 }
    }
}

#[service]
struct Shop {
    #[inject]
    stock: Arc<Stock>,
}

#[service]
impl Shop {
    /// Spans of its own are children of the one around it, here `run`.
    #[run]
    async fn sell(&self) {
        for order in 1..=self.stock.books {
            let sale = tokio::time::sleep(Duration::from_millis(5));
            sale.instrument(info_span!("sale", order)).await;
        }
    }
}

#[lifecycle::app(services = [Telemetry, Shop])]
async fn main(cx: Context) {
    cx.shutdown_requested().await;
}
