//! The database: one SQLite file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lifecycle::prelude::*;
use sqlx::SqlSafeStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use thiserror::Error;

use crate::settings::Settings;

const MIGRATIONS: [(&str, &str); 4] = [
    ("products", include_str!("migrations/1_products.sql")),
    ("orders", include_str!("migrations/2_orders.sql")),
    ("deliveries", include_str!("migrations/3_deliveries.sql")),
    ("payments", include_str!("migrations/4_payments.sql")),
];

#[resource(depends_on = [Settings], start_timeout = "20s", stop_timeout = "3s", health_groups = ["checkout"])]
pub(crate) struct Database {
    pool: SqlitePool,
}

#[derive(Debug, Error)]
pub(crate) enum DatabaseError {
    #[error("cannot open the database `{}`", path.display())]
    Open { path: PathBuf, source: sqlx::Error },
    #[error("cannot bring the database `{}` up to date", path.display())]
    Migrate { path: PathBuf, source: MigrateError },
}

#[resource]
impl Database {
    #[start]
    async fn open(settings: Arc<Settings>, cx: Context) -> Result<Self, DatabaseError> {
        cx.note(format!("opening {}", settings.database.display()));
        Self::open_file(&settings.database).await
    }

    #[health(every = "5s", timeout = "1s")]
    async fn answer(&self) -> sqlx::Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    #[stop]
    async fn close(&self) {
        self.pool.close().await;
    }
}

impl Database {
    pub(crate) async fn open_file(path: &Path) -> Result<Self, DatabaseError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit is on the disk before it returns: whatever is answered after it survives any kill.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await
            .map_err(|source| DatabaseError::Open {
                path: path.to_owned(),
                source,
            })?;
        let migrations = (1..).zip(MIGRATIONS).map(|(version, (name, sql))| {
            Migration::new(
                version,
                name.into(),
                MigrationType::Simple,
                sql.into_sql_str(),
                false,
            )
        });
        Migrator::with_migrations(migrations.collect())
            .run(&pool)
            .await
            .map_err(|source| DatabaseError::Migrate {
                path: path.to_owned(),
                source,
            })?;
        Ok(Self { pool })
    }

    pub(crate) fn pool(&self) -> &SqlitePool {
        &self.pool
    }
}
