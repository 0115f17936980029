//! Who watches the service: the log, the terminal, the service manager, and whoever asks the status server.

use lifecycle::component::BoxError;
use lifecycle::metrics;
use lifecycle::observe::Progress;
use lifecycle::prelude::*;
use lifecycle::status::Server;
use lifecycle::systemd::Systemd;

use crate::logging;

/// Called before anything begins, so that all of them see the whole start.
pub(crate) fn configure(app: AppBuilder) -> Result<AppBuilder, BoxError> {
    let progress = Progress::new();
    logging::install(&progress)?;
    let (recording, numbers) = metrics::prometheus()?;
    let app = app.with(progress).with(Systemd::from_env()).with(recording);
    let Some(server) = Server::from_env("ORDERS_STATUS", "127.0.0.1:9090")? else {
        return Ok(app);
    };
    let server = server.control_from_env("ORDERS_CONTROL")?;
    tracing::info!("status at http://{}/lifecycle", server.local_addr());
    Ok(app.with(server.metrics(numbers)))
}
