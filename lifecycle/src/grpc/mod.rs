//! The standard health service of gRPC, `grpc.health.v1.Health`, for any server that is made with [tonic](https://docs.rs/tonic).
//!
//! | service | is serving |
//! |---|---|
//! | the empty name | while the app is ready |
//! | the name of a group: `startup`, `readiness`, `liveness`, or one of yours | while the [group](crate::health::Group) holds |
//! | the name of a component | while it is up and not unhealthy |
//!
//! A group comes before a component of the same name. Once the app drains, nothing is serving but `startup` and `liveness`,
//! which say what they always do: no balancer sends anything more, and nobody kills what ends by itself.
//!
//! `Check` answers at once, and with `NOT_FOUND` for a name that there is not. `Watch` gives the present answer, and another
//! one each time it changes; for a name that there is not that is `SERVICE_UNKNOWN`, until a component of that name is added.
//! A client that reads slowly misses what was between two answers, and gets the newest. The stream ends when the app begins to
//! stop, after its last answer, and if the server was made inside of a component, also when that is told to stop. So streams
//! that are open hold up no stop.
//!
//! No answer runs a check or waits for one.
//!
//! # Examples
//!
//! Where the app has a server of its own, the service is one more of it. Else it takes a component; lesson `15_tools` is this
//! in full:
//!
//! ```ignore
//! use tokio::net::TcpListener;
//! use tokio_stream::wrappers::TcpListenerStream;
//! use tonic::transport::Server;
//!
//! #[service]
//! struct Probes;
//!
//! #[service]
//! impl Probes {
//!     #[run]
//!     async fn serve(&self, cx: Context) -> Result<(), BoxError> {
//!         let socket = TcpListener::bind("127.0.0.1:50051").await?;
//!         Server::builder()
//!             .add_service(lifecycle::grpc::health(cx.app()))
//!             .serve_with_incoming_shutdown(TcpListenerStream::new(socket), async { drop(cx.shutdown_requested().await) })
//!             .await?;
//!         Ok(())
//!     }
//! }
//! ```

mod watch;

use std::fmt;

use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use self::watch::Watch;
use crate::context::{AppHandle, Context, Shutdown};
use crate::engine::Phase;
use crate::health::group::{LIVENESS, STARTUP};

/// The service for an app; see the [module](self).
#[must_use = "a service does nothing until a server has it"]
pub fn health(app: AppHandle) -> HealthServer<impl Health> {
    HealthServer::new(Service {
        app,
        shutdown: Context::try_current().map(|cx| cx.shutdown()),
    })
}

struct Service {
    app: AppHandle,
    /// That of the component in which it was made.
    shutdown: Option<Shutdown>,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}

#[tonic::async_trait]
impl Health for Service {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match answer(&self.app, &request.get_ref().service) {
            ServingStatus::ServiceUnknown => {
                Err(Status::not_found("no component and no group has this name"))
            }
            status => Ok(Response::new(response(status))),
        }
    }

    type WatchStream = Watch;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let service = request.into_inner().service;
        let watch = Watch::new(self.app.clone(), self.shutdown.clone(), service);
        Ok(Response::new(watch))
    }
}

/// How a service is, right now.
fn answer(app: &AppHandle, service: &str) -> ServingStatus {
    let shared = app.shared();
    let serves = match service {
        "" => Some(app.is_ready()),
        name => match shared.group_holds(name) {
            Some(holds) => Some(holds && (is_open(app) || [STARTUP, LIVENESS].contains(&name))),
            None => shared
                .component_is_ready(name)
                .map(|ready| ready && is_open(app)),
        },
    };
    match serves {
        Some(true) => ServingStatus::Serving,
        Some(false) => ServingStatus::NotServing,
        None => ServingStatus::ServiceUnknown,
    }
}

/// Whether the app has not begun to end.
fn is_open(app: &AppHandle) -> bool {
    app.phase() < Phase::Draining
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse {
        status: status.into(),
    }
}
