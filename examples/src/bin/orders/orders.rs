//! Orders: what may be ordered, and how an order and the stock change together.

use std::sync::Arc;

use lifecycle::prelude::*;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use thiserror::Error;

use crate::catalog::Catalog;
use crate::database::Database;

/// How many different items one order may have.
const MOST_ITEMS: usize = 100;
/// How many orders a list shows.
const LISTED: i64 = 1000;

/// Without a `#[start]` hook it is built from its fields. Products must be there before somebody orders them.
#[resource(depends_on = [Catalog], stop_timeout = "500ms")]
pub(crate) struct Orders {
    #[inject]
    database: Arc<Database>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewOrder {
    email: String,
    items: Vec<NewItem>,
}

#[derive(Debug, Deserialize)]
struct NewItem {
    sku: String,
    quantity: u32,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) email: String,
    placed_at: String,
    pub(crate) items: Vec<Item>,
    pub(crate) total_cents: i64,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Item {
    pub(crate) sku: String,
    pub(crate) quantity: u32,
    pub(crate) price_cents: i64,
}

/// Why an order was not taken.
#[derive(Debug, Error)]
pub(crate) enum Refused {
    #[error("email is not an address: `{0}`")]
    Email(String),
    #[error("items is empty")]
    NoItems,
    #[error("items has {0} entries, but may have {MOST_ITEMS}")]
    TooManyItems(usize),
    #[error("quantity of `{0}` is 0")]
    NoQuantity(String),
    #[error("sku `{0}` is unknown")]
    UnknownSku(String),
    #[error("only {left} of `{sku}` left")]
    OutOfStock { sku: String, left: i64 },
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl Orders {
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Takes an order. When this returns, the order is on the disk.
    pub(crate) async fn place(&self, new: NewOrder) -> Result<Order, Refused> {
        check(&new)?;
        // It writes in any case, so it takes the lock at once rather than halfway.
        let mut transaction = self.database.pool().begin_with("BEGIN IMMEDIATE").await?;
        let (id, placed_at) =
            sqlx::query_as("INSERT INTO orders (email) VALUES (?) RETURNING id, placed_at")
                .bind(&new.email)
                .fetch_one(&mut *transaction)
                .await?;
        let mut order = Order::new(id, new.email, placed_at);
        for item in new.items {
            let item = take(&mut transaction, item).await?;
            sqlx::query("INSERT INTO order_items VALUES (?, ?, ?, ?, ?)")
                .bind(order.id)
                .bind(order.items.len() as i64)
                .bind(&item.sku)
                .bind(item.quantity)
                .bind(item.price_cents)
                .execute(&mut *transaction)
                .await?;
            order.add(item);
        }
        transaction.commit().await?;
        Ok(order)
    }

    pub(crate) async fn find(&self, id: i64) -> sqlx::Result<Option<Order>> {
        Ok(self.between(id, id).await?.pop())
    }

    /// The last orders, the newest first.
    pub(crate) async fn list(&self) -> sqlx::Result<Vec<Order>> {
        self.between(i64::MIN, i64::MAX).await
    }

    async fn between(&self, first: i64, last: i64) -> sqlx::Result<Vec<Order>> {
        let rows: Vec<(i64, String, String, String, u32, i64)> = sqlx::query_as(
            "SELECT id, email, placed_at, sku, quantity, price_cents
             FROM (SELECT * FROM orders WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?)
             JOIN order_items ON order_id = id
             ORDER BY id DESC, position",
        )
        .bind(first)
        .bind(last)
        .bind(LISTED)
        .fetch_all(self.database.pool())
        .await?;
        let mut orders: Vec<Order> = Vec::new();
        for (id, email, placed_at, sku, quantity, price_cents) in rows {
            let item = Item {
                sku,
                quantity,
                price_cents,
            };
            match orders.last_mut() {
                Some(order) if order.id == id => order.add(item),
                _ => {
                    let mut order = Order::new(id, email, placed_at);
                    order.add(item);
                    orders.push(order);
                }
            }
        }
        Ok(orders)
    }
}

impl Order {
    fn new(id: i64, email: String, placed_at: String) -> Self {
        Self {
            id,
            email,
            placed_at,
            items: Vec::new(),
            total_cents: 0,
        }
    }

    fn add(&mut self, item: Item) {
        self.total_cents += i64::from(item.quantity) * item.price_cents;
        self.items.push(item);
    }
}

/// What can be said about an order without the database.
fn check(new: &NewOrder) -> Result<(), Refused> {
    if !is_email(&new.email) {
        return Err(Refused::Email(new.email.clone()));
    }
    if new.items.is_empty() {
        return Err(Refused::NoItems);
    }
    if new.items.len() > MOST_ITEMS {
        return Err(Refused::TooManyItems(new.items.len()));
    }
    match new.items.iter().find(|item| item.quantity == 0) {
        Some(item) => Err(Refused::NoQuantity(item.sku.clone())),
        None => Ok(()),
    }
}

/// Whether a mail could be sent there; only sending one tells whether it arrives.
fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.rsplit_once('@') else {
        return false;
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '@';
    let labels = || host.split('.');
    text.len() <= 254
        && !user.is_empty()
        && !text.replacen('@', "", 1).contains(odd)
        && labels().count() >= 2
        && labels().all(|label| !label.is_empty())
}

/// Takes an item from the stock, if there is enough of it; the condition and the change are one statement.
async fn take(transaction: &mut SqliteConnection, item: NewItem) -> Result<Item, Refused> {
    let price: Option<i64> = sqlx::query_scalar(
        "UPDATE products SET stock = stock - ?2 WHERE sku = ?1 AND stock >= ?2 RETURNING price_cents",
    )
    .bind(&item.sku)
    .bind(item.quantity)
    .fetch_optional(&mut *transaction)
    .await?;
    if let Some(price_cents) = price {
        return Ok(Item {
            sku: item.sku,
            quantity: item.quantity,
            price_cents,
        });
    }
    let left = sqlx::query_scalar("SELECT stock FROM products WHERE sku = ?")
        .bind(&item.sku)
        .fetch_optional(transaction)
        .await?;
    Err(match left {
        Some(left) => Refused::OutOfStock {
            sku: item.sku,
            left,
        },
        None => Refused::UnknownSku(item.sku),
    })
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn addresses() {
        for good in ["someone@example.org", "a.b+c@mail.example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "someone",
            "@example.org",
            "a@",
            "a@b",
            "a@b.",
            "a@@b.c",
            "a b@c.d",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
