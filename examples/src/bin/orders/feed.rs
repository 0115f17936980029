//! What a supplier delivers, over a line that breaks now and then.
//!
//! We say which delivery we have last, and the supplier writes what came after it, one delivery a line: its number, the
//! sku, and how many. An empty line only shows that the supplier is still there.

use std::sync::Arc;

use lifecycle::component::BoxError;
use lifecycle::prelude::*;
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::catalog::Catalog;
use crate::database::Database;
use crate::settings::Settings;

/// The line is opened again whenever it breaks, while everything else goes on: its waits double up to 10 s. Suppliers may
/// be away for days, so its restarts are used up only when they come so fast that the mistake must be ours; and then the
/// shop sells what it has. A line that says nothing for a minute is as good as broken.
#[service(
    depends_on = [Settings, Database, Catalog],
    optional,
    restart = "on-failure",
    backoff = "100ms..10s",
    max_restarts = 100,
    heartbeat = "60s",
    stop_timeout = "3s"
)]
pub(crate) struct Feed {
    #[inject]
    settings: Arc<Settings>,
    #[inject]
    database: Arc<Database>,
}

#[derive(Debug, Error)]
enum FeedError {
    #[error("the supplier closed the line")]
    Closed,
    #[error("the supplier wrote what is no delivery: `{0}`")]
    Unreadable(String),
}

#[service]
impl Feed {
    /// Without a supplier there is nothing to do: it is finished, and everything else goes on.
    #[run]
    async fn follow(&self, cx: Context, shutdown: Shutdown) -> Result<(), BoxError> {
        let Some(supplier) = &self.settings.supplier else {
            return Ok(());
        };
        // Dropping it is fine at any time: a delivery is taken in one transaction.
        let following = shutdown.wrap(self.read(supplier, &cx)).await;
        following.unwrap_or(Ok(()))
    }
}

impl Feed {
    async fn read(&self, supplier: &str, cx: &Context) -> Result<(), BoxError> {
        cx.note(format!("calling {supplier}"));
        let mut line = BufReader::new(TcpStream::connect(supplier).await?);
        let hello = format!("after {}\n", self.last().await?);
        line.write_all(hello.as_bytes()).await?;
        cx.note(format!("listening to {supplier}"));
        let mut lines = line.lines();
        while let Some(line) = lines.next_line().await? {
            cx.beat();
            if !line.is_empty() {
                let delivery = Delivery::parse(&line).ok_or(FeedError::Unreadable(line))?;
                self.take(&delivery).await?;
            }
        }
        Err(FeedError::Closed.into())
    }

    /// The number of the last delivery that we have.
    async fn last(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM deliveries")
            .fetch_one(self.database.pool())
            .await
    }

    /// Puts a delivery into the stock. One that we have already, since the line broke at a bad moment, counts once.
    async fn take(&self, delivery: &Delivery) -> sqlx::Result<()> {
        let mut transaction = self.database.pool().begin_with("BEGIN IMMEDIATE").await?;
        let insert = "INSERT INTO deliveries VALUES (?, ?, ?) ON CONFLICT (number) DO NOTHING";
        let inserted = sqlx::query(insert)
            .bind(delivery.number)
            .bind(&delivery.sku)
            .bind(delivery.quantity)
            .execute(&mut *transaction)
            .await?;
        if inserted.rows_affected() > 0 {
            sqlx::query("UPDATE products SET stock = stock + ? WHERE sku = ?")
                .bind(delivery.quantity)
                .bind(&delivery.sku)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        if inserted.rows_affected() > 0 {
            tracing::info!("{} of {} arrived", delivery.quantity, delivery.sku);
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq)]
struct Delivery {
    number: i64,
    sku: String,
    quantity: u32,
}

impl Delivery {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let delivery = Self {
            number: words.next()?.parse().ok()?,
            sku: words.next()?.to_owned(),
            quantity: words.next()?.parse().ok()?,
        };
        (words.next().is_none() && delivery.quantity > 0).then_some(delivery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries() {
        let delivery = Delivery {
            number: 7,
            sku: "CUP-MUG".to_owned(),
            quantity: 20,
        };
        assert_eq!(Delivery::parse("7 CUP-MUG 20"), Some(delivery));
        for bad in [
            "7",
            "7 CUP-MUG",
            "7 CUP-MUG 0",
            "7 CUP-MUG -1",
            "seven CUP-MUG 20",
            "7 CUP-MUG 20 today",
        ] {
            assert_eq!(Delivery::parse(bad), None, "{bad}");
        }
    }
}
