//! What becomes of an order: it is paid, or it expires; and what the last day brought.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use thiserror::Error;

use crate::orders::Orders;

/// Why a payment was not taken.
#[derive(Debug, Error)]
pub(crate) enum NotPaid {
    #[error("there is no such order")]
    Unknown,
    #[error("the order has expired")]
    Expired,
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// The orders of the last 24 hours.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    orders: i64,
    paid: i64,
    expired: i64,
    /// What was paid for.
    income_cents: i64,
}

impl Orders {
    /// Takes a payment; one that comes twice changes nothing.
    pub(crate) async fn pay(&self, id: i64) -> Result<(), NotPaid> {
        let expired: Option<bool> = sqlx::query_scalar(
            "UPDATE orders SET paid_at = coalesce(paid_at, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
             WHERE id = ? AND expired_at IS NULL
             RETURNING FALSE",
        )
        .bind(id)
        .fetch_optional(self.database().pool())
        .await?;
        match expired {
            Some(_) => Ok(()),
            None if self.find(id).await?.is_some() => Err(NotPaid::Expired),
            None => Err(NotPaid::Unknown),
        }
    }

    /// Gives back to the stock what was not paid within this time, and says which orders that were.
    pub(crate) async fn expire(&self, within: Duration) -> sqlx::Result<Vec<i64>> {
        let mut transaction = self.database().pool().begin_with("BEGIN IMMEDIATE").await?;
        let expired: Vec<i64> = sqlx::query_scalar(
            "UPDATE orders SET expired_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now')
             WHERE paid_at IS NULL AND expired_at IS NULL
               AND placed_at <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?)
             RETURNING id",
        )
        .bind(format!("-{} seconds", within.as_secs()))
        .fetch_all(&mut *transaction)
        .await?;
        for id in &expired {
            sqlx::query(
                "UPDATE products SET stock = stock + back.quantity
                 FROM (SELECT sku, sum(quantity) AS quantity FROM order_items
                       WHERE order_id = ? GROUP BY sku) AS back
                 WHERE products.sku = back.sku",
            )
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(expired)
    }

    pub(crate) async fn report(&self) -> sqlx::Result<Report> {
        let (orders, paid, expired, income_cents) = sqlx::query_as(
            "SELECT count(*), count(paid_at), count(expired_at),
                    coalesce(sum(CASE WHEN paid_at IS NOT NULL THEN
                        (SELECT sum(quantity * price_cents) FROM order_items WHERE order_id = id)
                    END), 0)
             FROM orders WHERE placed_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')",
        )
        .fetch_one(self.database().pool())
        .await?;
        Ok(Report {
            orders,
            paid,
            expired,
            income_cents,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            orders,
            paid,
            expired,
            income_cents,
        } = self;
        let (whole, cents) = (income_cents / 100, income_cents % 100);
        write!(
            f,
            "{orders} orders, {paid} paid, {expired} expired, an income of {whole}.{cents:02}"
        )
    }
}
