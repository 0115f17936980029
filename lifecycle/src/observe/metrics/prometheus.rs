//! A recorder for Prometheus.

use std::sync::Arc;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use thiserror::Error;

use super::Metrics;

/// The upper ends of the buckets of what is measured in seconds: from what is over at once to what takes a minute.
const SECONDS: [f64; 12] = [
    0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];

/// The program has a recorder of metrics already; use [`Metrics::new`], which records into that.
#[derive(Debug, Error)]
#[error("the program has a recorder of metrics already")]
#[non_exhaustive]
pub struct AlreadyInstalled;

/// Installs a recorder for Prometheus as that of the program, and gives the companion that records the app into it, and what
/// renders all that was recorded as the text that Prometheus reads.
///
/// The page has the numbers of the moment. The program's own metrics are there too. Histograms whose names end in `_seconds` have buckets from 1 ms to one minute, and
/// all others are summaries. The companion looks after the recorder as long as its app runs.
///
/// # Errors
///
/// If the program has a recorder already.
///
/// # Examples
///
/// ```
/// use lifecycle::app::AppBuilder;
/// use lifecycle::metrics::{self, AlreadyInstalled};
/// use lifecycle::prelude::*;
///
/// # #[resource] #[derive(Default)] struct Cache;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), AlreadyInstalled> {
/// let (recording, page) = metrics::prometheus()?;
/// let report = App::builder(lifecycle::plan![Cache])
///     .name("shop")
///     .with(recording)
///     .main(|_| async {})
///     .run()
///     .await;
/// assert!(report.is_success());
/// assert!(page().contains(r#"lifecycle_component_state{app="shop",component="Cache",state="down"} 1"#));
/// # Ok(())
/// # }
/// ```
pub fn prometheus()
-> Result<(Metrics, impl Fn() -> String + Clone + Send + Sync + 'static), AlreadyInstalled> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &SECONDS);
    let builder = builder.expect("there are buckets");
    let handle = builder.install_recorder().map_err(|_| AlreadyInstalled)?;
    let upkeep = handle.clone();
    let metrics = Metrics {
        upkeep: Some(Arc::new(move || upkeep.run_upkeep())),
        ..Metrics::new()
    };
    let desk = Arc::clone(&metrics.desk);
    let page = move || {
        desk.record();
        desk.sample();
        handle.render()
    };
    Ok((metrics, page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_recorder_stays_and_has_buckets_for_seconds() {
        let (_recording, page) = prometheus().expect("nothing else here installs one");
        assert!(matches!(prometheus(), Err(AlreadyInstalled)));
        ::metrics::counter!("sales_total").increment(2);
        ::metrics::histogram!("sale_seconds").record(0.7);
        let text = page();
        assert!(text.contains("sales_total 2"), "{text}");
        assert!(
            text.contains(r#"sale_seconds_bucket{le="0.5"} 0"#),
            "{text}"
        );
        assert!(text.contains(r#"sale_seconds_bucket{le="1"} 1"#), "{text}");
    }
}
