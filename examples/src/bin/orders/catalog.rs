//! The products, from a list in the program that is read into the database at the first start.

use std::sync::Arc;

use lifecycle::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::database::Database;

const PRODUCTS: &[u8] = include_bytes!("products.csv");

#[resource(depends_on = [Database], stop_timeout = "500ms")]
pub(crate) struct Catalog {
    database: Arc<Database>,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
pub(crate) struct Product {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) price_cents: i64,
    pub(crate) stock: i64,
}

#[derive(Debug, Error)]
pub(crate) enum CatalogError {
    #[error("cannot read the list of products")]
    List(#[from] csv::Error),
    #[error("cannot write the products")]
    Database(#[from] sqlx::Error),
}

#[resource]
impl Catalog {
    #[start]
    async fn open(database: Arc<Database>, cx: Context) -> Result<Self, CatalogError> {
        import(&database, PRODUCTS, |note| cx.note(note)).await?;
        Ok(Self { database })
    }
}

impl Catalog {
    pub(crate) async fn products(&self) -> sqlx::Result<Vec<Product>> {
        let rows =
            sqlx::query_as("SELECT sku, name, price_cents, stock FROM products ORDER BY sku")
                .fetch_all(self.database.pool())
                .await?;
        let product = |(sku, name, price_cents, stock)| Product {
            sku,
            name,
            price_cents,
            stock,
        };
        Ok(rows.into_iter().map(product).collect())
    }
}

/// Reads the list into an empty database, in one transaction: a kill in the middle leaves it empty.
async fn import(
    database: &Database,
    list: &[u8],
    progress: impl Fn(String),
) -> Result<(), CatalogError> {
    let mut transaction = database.pool().begin_with("BEGIN IMMEDIATE").await?;
    let known: i64 = sqlx::query_scalar("SELECT count(*) FROM products")
        .fetch_one(&mut *transaction)
        .await?;
    if known > 0 {
        return Ok(transaction.rollback().await?);
    }
    let products: Vec<Product> = csv::Reader::from_reader(list)
        .deserialize()
        .collect::<Result<_, _>>()?;
    for (done, product) in (1..).zip(&products) {
        sqlx::query("INSERT INTO products (sku, name, price_cents, stock) VALUES (?, ?, ?, ?)")
            .bind(&product.sku)
            .bind(&product.name)
            .bind(product.price_cents)
            .bind(product.stock)
            .execute(&mut *transaction)
            .await?;
        if done % 10 == 0 || done == products.len() {
            progress(format!("imported {done}/{}", products.len()));
        }
    }
    Ok(transaction.commit().await?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::sync::Mutex;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("orders-catalog-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    async fn open(folder: &Folder) -> Arc<Database> {
        Arc::new(
            Database::open_file(&folder.0.join("orders.db"))
                .await
                .unwrap(),
        )
    }

    #[tokio::test]
    async fn the_list_is_imported_once() {
        let folder = Folder::new("once");
        let database = open(&folder).await;
        let notes = Mutex::new(Vec::new());
        let progress = |note| notes.lock().unwrap().push(note);
        import(&database, PRODUCTS, progress).await.unwrap();
        import(&database, PRODUCTS, progress).await.unwrap();

        let notes = notes.into_inner().unwrap();
        assert_eq!(
            notes,
            ["imported 10/30", "imported 20/30", "imported 30/30"]
        );
        let products = Catalog { database }.products().await.unwrap();
        assert_eq!(products.len(), 30);
    }

    #[tokio::test]
    async fn a_failed_import_leaves_nothing_half() {
        let folder = Folder::new("half");
        let database = open(&folder).await;
        let twice = b"sku,name,price_cents,stock\nA,one,1,1\nB,two,2,2\nA,again,3,3\n";
        let error = import(&database, twice, |_| ()).await.unwrap_err();
        assert!(matches!(error, CatalogError::Database(_)), "{error:?}");

        let catalog = Catalog { database };
        assert_eq!(catalog.products().await.unwrap(), []);
    }
}
