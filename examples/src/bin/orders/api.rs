//! The HTTP server: it binds before it counts as up, and answers what it has begun before it is down.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use lifecycle::prelude::*;
use thiserror::Error;
use tokio::net::TcpListener;

use crate::catalog::Catalog;
use crate::mailer::Mailer;
use crate::orders::Orders;
use crate::routes;
use crate::settings::Settings;

/// How long clients have once the server stops: what was begun may take its whole time, and then has a second to be
/// sent. Less than `stop_timeout`, which in turn, with what stops before and after, fits the app's `shutdown_timeout`.
const GRACE: Duration = routes::LONGEST_REQUEST.saturating_add(Duration::from_secs(1));

#[service(depends_on = [Settings, Catalog, Orders, Mailer], stop_timeout = "12s")]
pub(crate) struct Api {
    address: SocketAddr,
    /// Bound at the start, taken by the run loop.
    listener: Mutex<Option<TcpListener>>,
    router: Router,
}

#[derive(Debug, Error)]
#[error("cannot listen on {address}")]
struct BindError {
    address: SocketAddr,
    source: io::Error,
}

#[service]
impl Api {
    #[start]
    async fn bind(
        settings: Arc<Settings>,
        catalog: Arc<Catalog>,
        orders: Arc<Orders>,
        mailer: Queue<Mailer>,
    ) -> Result<Self, BindError> {
        let failed = |source| BindError {
            address: settings.listen,
            source,
        };
        let listener = TcpListener::bind(settings.listen).await.map_err(failed)?;
        Ok(Self {
            address: listener.local_addr().map_err(failed)?,
            listener: Mutex::new(Some(listener)),
            router: routes::router(catalog, orders, mailer),
        })
    }

    #[run]
    async fn serve(&self, shutdown: Shutdown) -> io::Result<()> {
        let listener = match self.take_listener() {
            Some(listener) => listener,
            None => TcpListener::bind(self.address).await?,
        };
        let stop = shutdown.clone();
        let serving = axum::serve(listener, self.router.clone())
            .with_graceful_shutdown(async move { drop(stop.await) });
        let grace = async {
            shutdown.requested().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            served = serving => served,
            () = grace => {
                tracing::warn!("left clients that took longer than {} s", GRACE.as_secs());
                Ok(())
            }
        }
    }
}

impl Api {
    /// Where it listens, with the port that the system chose.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    fn take_listener(&self) -> Option<TcpListener> {
        self.listener
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}
