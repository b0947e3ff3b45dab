//! The log of requests: what each server was asked, and whether it carried an `Authorization` header.

use crate::sync::lock;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// A request that a server of the set has seen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seen {
    /// `authentik`, `site` or `elsewhere`.
    pub server: String,
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The answer's status; 0 while there is none, and when the connection was closed instead.
    pub status: u16,
    /// Whether it carried `Authorization: Bearer …`, or any other `Authorization`.
    pub bearer: bool,
    /// The host it was sent to.
    pub host: String,
    /// Milliseconds since the start of the set.
    pub started_ms: f64,
    /// Missing while it is under way.
    pub ended_ms: Option<f64>,
    /// Position in the log, from 1.
    pub seq: u64,
    /// Order of all starts and ends, so that requests within the same microsecond can be told apart.
    #[serde(skip)]
    ticks: (u64, Option<u64>),
}

/// How many API requests there were, and how many of them waited for one another.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Depth {
    /// Requests to authentik whose path starts with `/api/`.
    pub total: usize,
    /// The longest chain of them in which each began after the one before had ended.
    pub sequential: usize,
}

/// The log.
#[derive(Clone)]
pub struct Log {
    inner: Arc<Mutex<Inner>>,
    started: Instant,
}

struct Inner {
    seen: Vec<Seen>,
    last_seq: u64,
    tick: u64,
}

/// A request under way. Dropping it ends the request, also when the client has gone.
pub struct Open {
    log: Log,
    seq: u64,
    status: u16,
}

impl Log {
    /// An empty log; its clock starts now.
    pub fn new() -> Self {
        let inner = Inner { seen: Vec::new(), last_seq: 0, tick: 0 };
        Self { inner: Arc::new(Mutex::new(inner)), started: Instant::now() }
    }

    /// Notes the start of a request.
    pub fn begin(&self, server: &str, visit: &crate::reply::Visit) -> Open {
        let mut inner = lock(&self.inner);
        inner.last_seq += 1;
        inner.tick += 1;
        let (seq, tick) = (inner.last_seq, inner.tick);
        inner.seen.push(Seen {
            server: server.to_owned(),
            method: visit.method.clone(),
            path: visit.path_and_query(),
            status: 0,
            bearer: visit.headers.contains_key("authorization"),
            host: visit.host().to_owned(),
            started_ms: self.now(),
            ended_ms: None,
            seq,
            ticks: (tick, None),
        });
        Open { log: self.clone(), seq, status: 0 }
    }

    /// Everything seen, in order of arrival.
    pub fn all(&self) -> Vec<Seen> {
        lock(&self.inner).seen.clone()
    }

    /// Forgets everything; requests under way are not noted any more.
    pub fn clear(&self) {
        lock(&self.inner).seen.clear();
    }

    /// Counts the API requests.
    pub fn depth(&self) -> Depth {
        let inner = lock(&self.inner);
        let mut spans: Vec<(u64, u64)> = inner
            .seen
            .iter()
            .filter(|seen| seen.server == "authentik" && seen.path.starts_with("/api/"))
            .map(|seen| (seen.ticks.0, seen.ticks.1.unwrap_or(u64::MAX)))
            .collect();
        spans.sort_by_key(|(_, end)| *end);
        let mut last_end = 0;
        let mut sequential = 0;
        for (start, end) in &spans {
            if *start > last_end {
                sequential += 1;
                last_end = *end;
            }
        }
        Depth { total: spans.len(), sequential }
    }

    fn now(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0
    }
}

impl Open {
    /// Notes the answer's status; the end is noted when this value is dropped.
    pub fn answered(mut self, status: u16) {
        self.status = status;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let now = self.log.now();
        let mut inner = lock(&self.log.inner);
        inner.tick += 1;
        let tick = inner.tick;
        if let Some(seen) = inner.seen.iter_mut().find(|seen| seen.seq == self.seq) {
            seen.status = self.status;
            seen.ended_ms = Some(now);
            seen.ticks.1 = Some(tick);
        }
    }
}
