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
use lifecycle::Context;

use crate::catalog::{Catalog, Product};
use crate::confirmations::OrderPlaced;
use crate::orders::{NewOrder, Order, Orders, Refused};
use crate::payments::{NotPaid, Report};

const LARGEST_BODY: usize = 64 * 1024;
/// How long a client may take to send what it wants, and we to do it. A stop waits for it.
pub(crate) const LONGEST_REQUEST: Duration = Duration::from_secs(10);

pub(crate) fn router(catalog: Arc<Catalog>, orders: Arc<Orders>, cx: Context) -> Router {
    let orders = Router::new()
        .route("/orders", get(list).post(place))
        .route("/orders/{id}", get(find))
        .route("/orders/{id}/payment", post(pay))
        .route("/report", get(report))
        .with_state(Shop { orders, cx });
    Router::new()
        .route("/products", get(products))
        .with_state(catalog)
        .merge(orders)
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "there is nothing here") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "not with this method")
        })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(in_time))
}

/// What the routes of orders need.
#[derive(Clone)]
struct Shop {
    orders: Arc<Orders>,
    /// Of the API, which tells others what happens.
    cx: Context,
}

async fn products(State(catalog): State<Arc<Catalog>>) -> Result<Json<Vec<Product>>, Problem> {
    Ok(Json(catalog.products().await?))
}

async fn place(
    State(shop): State<Shop>,
    body: Result<Json<NewOrder>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(new) = body?;
    let order = shop.orders.place(new).await?;
    shop.cx.emit(OrderPlaced {
        order: order.clone(),
    });
    let location = [(header::LOCATION, format!("/orders/{}", order.id))];
    Ok((StatusCode::CREATED, location, Json(order)))
}

async fn find(
    State(shop): State<Shop>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Order>, Problem> {
    let order = match id {
        Ok(Path(id)) => shop.orders.find(id).await?,
        // What is no number is the number of no order.
        Err(_) => None,
    };
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "there is no such order");
    order.map(Json).ok_or_else(unknown)
}

async fn list(State(shop): State<Shop>) -> Result<Json<Vec<Order>>, Problem> {
    Ok(Json(shop.orders.list().await?))
}

async fn pay(
    State(shop): State<Shop>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| NotPaid::Unknown)?;
    shop.orders.pay(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn report(State(shop): State<Shop>) -> Result<Json<Report>, Problem> {
    Ok(Json(shop.orders.report().await?))
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

impl From<NotPaid> for Problem {
    fn from(error: NotPaid) -> Self {
        let status = match error {
            NotPaid::Database(error) => return error.into(),
            NotPaid::Unknown => StatusCode::NOT_FOUND,
            NotPaid::Expired => StatusCode::CONFLICT,
        };
        Self::new(status, error.to_string())
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
