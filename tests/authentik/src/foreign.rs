//! The foreign writer: somebody else's request, carried out through the same API at a chosen moment.

use crate::authentik::respond;
use crate::reply::Visit;
use crate::seed::people;
use crate::shared::Shared;
use crate::sync::lock;
use axum::http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What somebody else asks. Permissions, validation, events and state follow as with any request.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ForeignWrite {
    /// The method.
    pub method: String,
    /// Below `/api/v3/`, as `outposts/instances/<uuid>/`.
    pub path: String,
    /// The body. A field `{"$now": {"with": […], "without": […]}}` is the list of that name as it is at that moment (read
    /// from the same path), with entries added and taken out: a careful colleague's write.
    #[serde(default)]
    pub body: Option<Value>,
    /// With which token; default: that of `user`.
    #[serde(default)]
    pub token: Option<String>,
    /// As whom, by user name; default: the superuser.
    #[serde(default)]
    pub user: Option<String>,
}

impl ForeignWrite {
    /// Carries it out. It is in the log of requests, as one to `foreign`.
    pub fn carry_out(&self, shared: &Shared) {
        let bearer = self.bearer(shared);
        let mut visit = Visit {
            method: self.method.to_uppercase(),
            path: format!("/api/v3/{}", self.path.trim_start_matches('/')),
            headers: headers(&shared.urls.authentik, &bearer),
            ..Visit::default()
        };
        if let Some((path, query)) = visit.path.clone().split_once('?') {
            path.clone_into(&mut visit.path);
            query.clone_into(&mut visit.query);
        }
        if let Some(mut body) = self.body.clone() {
            fill_now(shared, &visit, &mut body);
            visit.body = body.to_string().into_bytes();
        }
        // The log says where the client's bearer went, and this one is not the client's.
        let mut noted = visit.clone();
        noted.headers.remove("authorization");
        let open = shared.log.begin("foreign", &noted);
        let reply = respond(shared, &visit);
        if reply.status >= 400 {
            let text = String::from_utf8_lossy(&reply.body);
            eprintln!("somebody else's {} {} was answered {}: {text}", visit.method, visit.path, reply.status);
        }
        open.answered(reply.status);
    }

    /// The token; a person without one gets one.
    fn bearer(&self, shared: &Shared) -> String {
        if let Some(token) = &self.token {
            return token.clone();
        }
        let username = self.user.as_deref().unwrap_or("akadmin");
        let mut world = lock(&shared.world);
        let Some(user) = world.users.iter().find(|user| user.username == username).map(|user| user.pk) else {
            return format!("nobody is called {username}");
        };
        let token = world.tokens.iter().find(|token| token.user == user && token.intent == "api" && !token.expired);
        if let Some(token) = token {
            return token.key.clone();
        }
        let key = world.next_letters("token", 60);
        people::add_token(&mut world, user, &format!("foreign-{username}"), key.clone());
        key
    }
}

fn headers(authentik: &str, bearer: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let host = authentik.split_once("://").map_or(authentik, |(_, host)| host);
    let bearer = format!("Bearer {bearer}");
    for (name, value) in [("host", host), ("content-type", "application/json"), ("authorization", bearer.as_str())] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    headers
}

/// Replaces each `{"$now": …}`.
fn fill_now(shared: &Shared, visit: &Visit, body: &mut Value) {
    let Value::Object(fields) = body else { return };
    for (name, field) in fields {
        let Some(change) = field.get("$now").cloned() else { continue };
        let reading = Visit { method: "GET".to_owned(), body: Vec::new(), ..visit.clone() };
        let now: Value = serde_json::from_slice(&respond(shared, &reading).body).unwrap_or_default();
        let entries = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let mut list = entries(&now[name.as_str()]);
        let (with, without) = (entries(&change["with"]), entries(&change["without"]));
        list.retain(|entry| !without.contains(entry) && !with.contains(entry));
        list.extend(with);
        *field = json!(list);
    }
}
