//! Listeners on the loopback, and the loop that serves their connections.

use crate::reply::{Reply, Visit};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Response;
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// How a request ends.
pub enum Outcome {
    /// With an answer.
    Whole(Reply),
    /// With an answer whose body ends after so many bytes.
    Cut(Reply, usize),
    /// With an answer whose body stops after so many bytes, until this comes back; then the connection is closed.
    Stalled(Reply, usize, Pin<Box<dyn Future<Output = ()> + Send>>),
    /// With an answer whose length is not told.
    Chunked(Reply),
    /// Without an answer: the connection is closed.
    Closed,
}

/// Marks a response that is not to be sent.
#[derive(Clone)]
struct Closed;

impl Outcome {
    /// The status sent; 0 is none.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Whole(reply) | Self::Cut(reply, _) | Self::Stalled(reply, ..) | Self::Chunked(reply) => reply.status,
            Self::Closed => 0,
        }
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response<Body> {
        match self {
            Self::Whole(reply) => reply.into_response(),
            Self::Closed => {
                let mut response = Response::new(Body::empty());
                response.extensions_mut().insert(Closed);
                response
            }
            Self::Cut(reply, length) => {
                // The pause lets the start leave before the connection is closed.
                cut(reply, length, Box::pin(tokio::time::sleep(Duration::from_millis(20))))
            }
            Self::Stalled(reply, length, stalled) => cut(reply, length, stalled),
            Self::Chunked(reply) => {
                let whole = Bytes::from(reply.body.clone());
                let mut response = reply.into_response();
                let chunk = |rest: Bytes| async move {
                    let mut rest = rest;
                    let next = rest.split_to(rest.len().min(1 << 16));
                    (!next.is_empty()).then_some((Ok::<_, io::Error>(next), rest))
                };
                *response.body_mut() = Body::from_stream(futures_util::stream::unfold(whole, chunk));
                response
            }
        }
    }
}

/// The start of a body whose whole length is told; then, after `wait`, an error.
fn cut(reply: Reply, length: usize, wait: Pin<Box<dyn Future<Output = ()> + Send>>) -> Response<Body> {
    let whole = Bytes::from(reply.body.clone());
    let start = whole.slice(..length.min(whole.len()));
    let mut response = reply.with("content-length", &whole.len().to_string()).into_response();
    let parts = futures_util::stream::unfold(Some((start, wait)), |state| async move {
        match state {
            Some((start, wait)) if !start.is_empty() => Some((Ok(start), Some((Bytes::new(), wait)))),
            Some((_, wait)) => {
                wait.await;
                Some((Err(io::Error::other("cut")), None))
            }
            None => None,
        }
    });
    *response.body_mut() = Body::from_stream(parts);
    response
}

/// Reads a request to its end.
pub async fn visit(request: Request) -> Visit {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 32 << 20).await.map(|bytes| bytes.to_vec()).unwrap_or_default();
    Visit {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
    }
}

/// A port on 127.0.0.1 and, where that is free, the same one on `[::1]`.
pub struct Listeners {
    four: TcpListener,
    six: Option<TcpListener>,
    /// The port.
    pub port: u16,
}

impl Listeners {
    /// Binds; port 0 is any free one.
    pub async fn bind(port: u16) -> io::Result<Self> {
        let four = TcpListener::bind(("127.0.0.1", port)).await?;
        let port = four.local_addr()?.port();
        let six = TcpListener::bind(("::1", port)).await.ok();
        Ok(Self { four, six, port })
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = match &self.six {
            None => self.four.accept().await?,
            Some(six) => tokio::select! {
                accepted = self.four.accept() => accepted?,
                accepted = six.accept() => accepted?,
            },
        };
        Ok(stream)
    }
}

/// Serves until the task is aborted; connections end with it.
pub async fn serve(listeners: Listeners, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listeners.accept() => {
                if let Ok(stream) = accepted {
                    let _ = stream.set_nodelay(true);
                    connections.spawn(connection(stream, router.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let Ok(response) = router.oneshot(request.map(Body::new)).await;
            if response.extensions().get::<Closed>().is_some() {
                return Err(io::Error::other("closed by a fault"));
            }
            Ok(response)
        }
    });
    // An error here is a client that went away, or a fault that closed the connection.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
