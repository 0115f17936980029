//! Tools: a service manager, Prometheus and balancers of gRPC each hear of the app in their own way.
//! ```console
//! $ cargo run -p examples --features tools --bin 15_tools
//! grpc at 127.0.0.1:50051
//! $ curl http://127.0.0.1:9090/metrics
//! $ grpcurl -plaintext -d '{"service": "Mails"}' 127.0.0.1:50051 grpc.health.v1.Health/Check
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use lifecycle::component::BoxError;
use lifecycle::prelude::*;
use lifecycle::status::Server as Status;
use lifecycle::systemd::Systemd;
use tokio::net::TcpListener;
use tonic::transport::{Server, server::TcpIncoming};

/// Its jobs are counted in `lifecycle_pool_jobs_total`.
#[worker_pool(workers = 2, capacity = 8)]
#[derive(Default)]
struct Mails;

#[worker_pool]
impl Mails {
    #[work]
    async fn send(&self, mail: u32) -> io::Result<()> {
        match mail % 3 {
            0 => Err(io::Error::other("no such address")),
            _ => Ok(()),
        }
    }
}

/// Its restart stands in `lifecycle_component_restarts_total`, and its schedule in `lifecycle_schedule_runs_total`.
#[service(depends_on = [Mails], restart = "on-failure", backoff = "1ms..10ms")]
struct Shop {
    #[inject]
    mails: Queue<Mails>,
    broken: AtomicBool,
}

#[service]
impl Shop {
    #[run]
    async fn sell(&self, cx: Context) -> Result<(), BoxError> {
        for mail in 0..6 {
            self.mails.submit(mail).await?;
        }
        if !self.broken.swap(true, Ordering::Relaxed) {
            return Err("the line broke".into());
        }
        cx.shutdown_requested().await;
        Ok(())
    }

    #[every("20ms")]
    async fn count(&self) -> io::Result<()> {
        Err(io::Error::other("nobody can count that"))
    }
}

/// An app that serves gRPC anyway adds the service to its own server. This one depends on nothing, so it is there early.
#[service]
struct Probes;

#[service]
impl Probes {
    #[run]
    async fn serve(&self, cx: Context, shutdown: Shutdown) -> Result<(), BoxError> {
        let address = std::env::var("TOOLS_GRPC").unwrap_or("127.0.0.1:50051".into());
        let socket = TcpListener::bind(address).await?;
        println!("grpc at {}", socket.local_addr()?);
        Server::builder()
            .add_service(lifecycle::grpc::health(cx.app()))
            .serve_with_incoming_shutdown(TcpIncoming::from(socket), async { drop(shutdown.await) })
            .await?;
        Ok(())
    }
}

/// Called before anything begins, so all of these see the start.
fn configure(app: AppBuilder) -> Result<AppBuilder, BoxError> {
    let (metrics, page) = lifecycle::metrics::prometheus()?;
    let app = app.with(metrics).with(Systemd::from_env());
    let Some(status) = Status::from_env("TOOLS_STATUS", "127.0.0.1:9090")? else {
        return Ok(app);
    };
    println!("status at {}", status.local_addr());
    Ok(app.with(status.metrics(page)))
}

#[lifecycle::app(services = [Shop, Probes], configure = configure, drain_delay = "1s")]
async fn main(cx: Context) {
    cx.shutdown_requested().await;
}
