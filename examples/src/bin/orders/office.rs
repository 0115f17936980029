//! What has its time: orders that nobody pays expire, and every night there is a report.

use std::sync::Arc;

use lifecycle::prelude::*;

use crate::orders::Orders;
use crate::settings::Settings;

#[resource(depends_on = [Settings, Orders], stop_timeout = "1s")]
pub(crate) struct Office {
    #[inject]
    settings: Arc<Settings>,
    #[inject]
    orders: Arc<Orders>,
}

#[resource]
impl Office {
    /// What fails here is told in the log and in the status, and the next second it is tried again.
    #[every("1s", jitter = 0.2)]
    async fn expire(&self) -> sqlx::Result<()> {
        for order in self.orders.expire(self.settings.pay_within).await? {
            tracing::info!("order {order} was not paid in time; its items are in the stock again");
        }
        Ok(())
    }

    #[cron("0 0 3 * * *", tz = "Europe/Berlin")]
    async fn report(&self) -> sqlx::Result<()> {
        let report = self.orders.report().await?;
        tracing::info!("the last 24 hours: {report}");
        Ok(())
    }
}
