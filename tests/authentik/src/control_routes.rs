//! The control API: the handle over HTTP, on a listener of its own.

use crate::control::{Control, TokenOrder};
use crate::faults::Fault;
use crate::release::Release;
use crate::seed::Seed;
use crate::setup::{Proxy, Setup, Site};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes.
pub fn router(control: Control) -> Router {
    Router::new()
        .route("/about", get(about))
        .route("/requests", get(requests).delete(clear_requests))
        .route("/requests/depth", get(depth))
        .route("/checked", get(checked))
        .route("/state", get(state))
        .route("/reset", post(reset))
        .route("/faults", post(add_fault).delete(clear_faults))
        .route("/faults/held", get(held))
        .route("/release", post(release))
        .route("/edge", put(edge))
        .route("/tokens", post(make_token))
        .route("/tokens/expire", post(expire_token))
        .route("/outposts/connected", post(connected))
        .route("/outposts/authentik_host", post(authentik_host))
        .route("/clock", put(clock))
        .with_state(control)
}

/// A body that is not what the operation wants.
struct Wrong(String);

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": self.0 }))).into_response()
    }
}

/// Reads the body whatever its content type is; an empty one is `{}`.
fn body<T: for<'a> Deserialize<'a>>(bytes: &Bytes) -> Result<T, Wrong> {
    let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|error| Wrong(error.to_string()))
}

fn done() -> Json<Value> {
    Json(json!({ "ok": true }))
}

async fn about(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.about()))
}

async fn requests(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.requests()))
}

async fn clear_requests(State(control): State<Control>) -> Json<Value> {
    control.clear_requests();
    done()
}

async fn depth(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.depth()))
}

async fn checked(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.check()))
}

async fn state(State(control): State<Control>) -> Json<Value> {
    Json(control.state())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    release: Option<String>,
    seed: Option<String>,
}

async fn reset(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Wrong> {
    let order: Reset = body(&bytes)?;
    let release =
        order.release.as_deref().map(|text| Release::parse(text).ok_or_else(|| Wrong(format!("no release {text}"))));
    let seed = order.seed.as_deref().map(|name| Seed::parse(name).ok_or_else(|| Wrong(format!("no seed {name}"))));
    control.reset(release.transpose()?, seed.transpose()?);
    Ok(Json(json!(control.about())))
}

async fn add_fault(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Wrong> {
    control.fault(body::<Fault>(&bytes)?);
    Ok(done())
}

async fn clear_faults(State(control): State<Control>) -> Json<Value> {
    control.clear_faults();
    done()
}

async fn held(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.held()))
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

async fn release(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Wrong> {
    let order: Name = body(&bytes)?;
    Ok(Json(json!({ "released": control.release(&order.name) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edge {
    host: String,
    middleware: Option<bool>,
    #[serde(default)]
    proxy: Proxy,
    #[serde(default)]
    site: Site,
}

async fn edge(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Wrong> {
    let order: Edge = body(&bytes)?;
    match order.middleware {
        Some(on) => control.set_middleware(&order.host, on),
        None => control.set_up(&order.host, Setup { proxy: order.proxy, site: order.site }),
    }
    Ok(done())
}

async fn make_token(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Wrong> {
    Ok(Json(json!(control.make_token(&body::<TokenOrder>(&bytes)?))))
}

#[derive(Deserialize)]
struct Key {
    token: String,
}

async fn expire_token(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Wrong> {
    let order: Key = body(&bytes)?;
    if control.expire_token(&order.token) { Ok(done()) } else { Err(Wrong("no such token".to_owned())) }
}

#[derive(Deserialize)]
struct Connected {
    connected: bool,
}

async fn connected(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Wrong> {
    control.set_outpost_connected(body::<Connected>(&bytes)?.connected);
    Ok(done())
}

#[derive(Deserialize)]
struct Clock {
    micros: Option<u64>,
}

async fn clock(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Wrong> {
    control.set_clock(body::<Clock>(&bytes)?.micros);
    Ok(done())
}

#[derive(Deserialize)]
struct Text {
    value: String,
}

async fn authentik_host(State(control): State<Control>, bytes: Bytes) -> Result<Json<Value>, Wrong> {
    control.set_authentik_host(&body::<Text>(&bytes)?.value);
    Ok(done())
}
