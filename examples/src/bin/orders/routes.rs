//! The routes, and what is answered when something is wrong: a status and `{"error": ".."}`.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use lifecycle::Queue;

use crate::catalog::{Catalog, Product};
use crate::mailer::{self, Mailer};
use crate::orders::{NewOrder, Order, Orders, Refused};

const LARGEST_BODY: usize = 64 * 1024;
/// How long a client may take to send what it wants, and we to do it. A stop waits for it.
pub(crate) const LONGEST_REQUEST: Duration = Duration::from_secs(10);

pub(crate) fn router(catalog: Arc<Catalog>, orders: Arc<Orders>, mailer: Queue<Mailer>) -> Router {
    let placing = Router::new()
        .route("/orders", post(place))
        .with_state((Arc::clone(&orders), mailer));
    let orders = Router::new()
        .route("/orders", get(list))
        .route("/orders/{id}", get(find))
        .with_state(orders);
    Router::new()
        .route("/products", get(products))
        .with_state(catalog)
        .merge(placing)
        .merge(orders)
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "there is nothing here") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "not with this method")
        })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(in_time))
}

async fn products(State(catalog): State<Arc<Catalog>>) -> Result<Json<Vec<Product>>, Problem> {
    Ok(Json(catalog.products().await?))
}

async fn place(
    State((orders, mailer)): State<(Arc<Orders>, Queue<Mailer>)>,
    body: Result<Json<NewOrder>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(new) = body?;
    let order = orders.place(new).await?;
    mailer::confirm(&mailer, &order);
    let location = [(header::LOCATION, format!("/orders/{}", order.id))];
    Ok((StatusCode::CREATED, location, Json(order)))
}

async fn find(
    State(orders): State<Arc<Orders>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Order>, Problem> {
    let order = match id {
        Ok(Path(id)) => orders.find(id).await?,
        // What is no number is the number of no order.
        Err(_) => None,
    };
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "there is no such order");
    order.map(Json).ok_or_else(unknown)
}

async fn list(State(orders): State<Arc<Orders>>) -> Result<Json<Vec<Order>>, Problem> {
    Ok(Json(orders.list().await?))
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST_REQUEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(StatusCode::REQUEST_TIMEOUT, "it took too long").into_response(),
    }
}

/// What is answered instead of what was asked for.
struct Problem {
    status: StatusCode,
    message: String,
}

impl Problem {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Json(serde_json::json!({ "error": self.message }));
        (self.status, body).into_response()
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let message = match rejection.source() {
            Some(source) => source.to_string(),
            None => rejection.body_text(),
        };
        Self::new(rejection.status(), message)
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        // The details are for us, not for whoever asks.
        tracing::error!("the database failed: {error}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the database failed")
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let status = match refused {
            Refused::Database(error) => return error.into(),
            Refused::OutOfStock { .. } => StatusCode::CONFLICT,
            Refused::Email(_)
            | Refused::NoItems
            | Refused::TooManyItems(_)
            | Refused::NoQuantity(_)
            | Refused::UnknownSku(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, refused.to_string())
    }
}
