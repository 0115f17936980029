//! `tokio-graceful-shutdown`, which knows no dependencies: all components side by side.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_graceful_shutdown::{SubsystemBuilder, SubsystemHandle, Toplevel};
use tokio_util::sync::CancellationToken;

use super::{Calls, Sample};

/// One run.
pub async fn run(count: usize) -> Sample {
    let calls = Calls::default();
    let up = Arc::new(Notify::new());
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let top = {
        let (calls, up) = (calls.clone(), Arc::clone(&up));
        Toplevel::new_with_shutdown_token(
            async move |top: &mut SubsystemHandle| {
                for i in 0..count {
                    let (calls, up) = (calls.clone(), Arc::clone(&up));
                    top.start(SubsystemBuilder::new(
                        format!("node-{i}"),
                        async move |node: &mut SubsystemHandle| {
                            calls.start().await;
                            if calls.started() == count {
                                up.notify_one();
                            }
                            node.on_shutdown_requested().await;
                            calls.stop().await;
                            Ok::<_, Infallible>(())
                        },
                    ));
                }
            },
            stop.clone(),
        )
    };
    let ended = tokio::spawn(top.handle_shutdown_requests(Duration::from_secs(60)));
    up.notified().await;
    let start = begun.elapsed();
    let begun = Instant::now();
    stop.cancel();
    ended
        .await
        .expect("it does not panic")
        .expect("it ends well");
    let stop = begun.elapsed();
    calls.check(count);
    Sample {
        start,
        stop,
        ..Sample::default()
    }
}
