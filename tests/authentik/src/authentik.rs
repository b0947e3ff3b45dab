//! The authentik server: outpost first, then health, API, pages and issuer. Faults are applied around it.

use crate::api::{self, Headers, call::Call, caller::Caller};
use crate::faults::{Effect, When};
use crate::ids::sha256_hex;
use crate::reply::{Reply, Visit};
use crate::server::Outcome;
use crate::shared::Shared;
use crate::sync::lock;
use crate::world::World;
use crate::{issuer, login, outpost};
use serde_json::{Value, json};
use std::time::Duration;

/// Answers a request, with the fault that fits it.
pub async fn answer(shared: &Shared, visit: Visit) -> Outcome {
    let open = shared.log.begin("authentik", &visit);
    let (foreign, mut others): (Vec<_>, Vec<_>) = shared
        .faults
        .take(&visit.method, &visit.path_and_query())
        .into_iter()
        .partition(|effect| matches!(effect, Effect::Foreign { .. }));
    let around = Around { shared, visit: &visit, foreign };
    let outcome = match others.pop() {
        Some(effect) => with_effect(&around, effect).await,
        None => Outcome::Whole(around.respond()),
    };
    open.answered(outcome.status());
    outcome
}

/// A request with what others do right before and after it.
struct Around<'a> {
    shared: &'a Shared,
    visit: &'a Visit,
    foreign: Vec<Effect>,
}

impl Around<'_> {
    fn others(&self, when: When) {
        for effect in &self.foreign {
            if let Effect::Foreign { foreign, write } = effect
                && *foreign == when
            {
                write.carry_out(self.shared);
            }
        }
    }

    /// Carries the request out, between the others'.
    fn respond(&self) -> Reply {
        self.others(When::Before);
        let reply = respond(self.shared, self.visit);
        self.others(When::After);
        reply
    }

    /// The others act, and the request itself is not carried out.
    fn instead(&self, reply: Reply) -> Reply {
        self.others(When::Before);
        self.others(When::After);
        reply
    }
}

async fn with_effect(around: &Around<'_>, effect: Effect) -> Outcome {
    let shared = around.shared;
    let reply = match effect {
        Effect::NotNow { status, retry_after } => around.instead(
            faulty(status, Some(json!({ "error": "authentik starting" })), None).with("retry-after", &retry_after),
        ),
        Effect::Rows { rows, endless } => many_rows(around.respond(), rows, endless),
        Effect::Status { status, body, content_type } => around.instead(faulty(status, body, content_type.as_deref())),
        Effect::Redirect { redirect } => around.instead(Reply::redirect(&redirect)),
        Effect::Html { html } => around.instead(Reply::html(200, html)),
        Effect::AppliedFalse { applied_false: true } => {
            let content_type = lock(&shared.world).release.json_content_type();
            let body = json!({ "applied": false, "logs": [] });
            around.instead(faulty(200, Some(body), Some(content_type)))
        }
        Effect::AppliedFalse { applied_false: false } | Effect::Foreign { .. } => around.respond(),
        Effect::Delay { delay_ms } => {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            around.respond()
        }
        Effect::Hold { hold: When::Before, name } => {
            if !shared.faults.hold(&name).await {
                return Outcome::Closed;
            }
            around.respond()
        }
        Effect::Hold { hold: When::After, name } => {
            let reply = around.respond();
            if !shared.faults.hold(&name).await {
                return Outcome::Closed;
            }
            reply
        }
        Effect::Drop { drop: When::Before } => {
            around.instead(Reply::default());
            return Outcome::Closed;
        }
        Effect::Drop { drop: When::After } => {
            around.respond();
            return Outcome::Closed;
        }
        Effect::CutBody { cut_body } => return Outcome::Cut(around.respond(), cut_body),
        Effect::StallBody { stall_body } => {
            let reply = around.respond();
            let faults = shared.faults.clone();
            let stalled = Box::pin(async move {
                faults.hold("stalled").await;
            });
            return Outcome::Stalled(reply, stall_body, stalled);
        }
        Effect::Silent { silent } => {
            if silent == When::After {
                around.respond();
            }
            shared.faults.hold("silent").await;
            return Outcome::Closed;
        }
        Effect::Huge { huge, chunked: false } => around.instead(huge_answer(huge)),
        Effect::Huge { huge, chunked: true } => return Outcome::Chunked(around.instead(huge_answer(huge))),
        Effect::ContentType { content_type } => {
            let mut reply = around.respond();
            reply.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            reply.with("content-type", &content_type)
        }
    };
    Outcome::Whole(reply)
}

/// A list without rows, of so many bytes.
fn huge_answer(bytes: usize) -> Reply {
    const START: &str = r#"{"pagination":{"next":0,"count":0},"results":[],"padding":""#;
    let mut text = String::with_capacity(bytes);
    text.push_str(START);
    text.extend(std::iter::repeat_n('x', bytes.saturating_sub(START.len() + 2)));
    text.push_str("\"}");
    let mut reply = Reply::empty(200).with("content-type", "application/json");
    reply.body = text.into_bytes();
    reply
}

/// The rows of a list over and over, under keys of their own: a server that ignores what it is asked for.
fn many_rows(mut reply: Reply, rows: usize, endless: bool) -> Reply {
    let Ok(mut list) = serde_json::from_slice::<Value>(&reply.body) else { return reply };
    let few = list["results"].as_array().cloned().unwrap_or_default();
    let more = few.iter().cycle().take(if few.is_empty() { 0 } else { rows }).enumerate().map(|(number, row)| {
        let mut row = row.clone();
        if number >= few.len() {
            row["pk"] = if row["pk"].is_string() { json!(format!("row-{number}")) } else { json!(1_000_000 + number) };
        }
        row
    });
    list["results"] = more.collect();
    if endless {
        let current = list["pagination"]["current"].as_u64().unwrap_or(1);
        list["pagination"]["next"] = json!(current + 1);
        list["pagination"]["count"] = json!(1_000_000_000);
    } else {
        list["pagination"]["count"] = json!(rows);
        list["pagination"]["next"] = json!(0);
    }
    reply.body = list.to_string().into_bytes();
    reply
}

/// The answer that a fault describes: text as it is, anything else as JSON.
fn faulty(status: u16, body: Option<Value>, content_type: Option<&str>) -> Reply {
    let (text, kind) = match body {
        None => (String::new(), "text/html"),
        Some(Value::String(text)) => (text, "text/html"),
        Some(value) => (value.to_string(), "application/json"),
    };
    let mut reply = Reply::empty(status).with("content-type", content_type.unwrap_or(kind));
    reply.body = text.into_bytes();
    reply
}

/// What authentik answers when nothing is wrong. Headers of every answer: transcripts §1.
pub fn respond(shared: &Shared, visit: &Visit) -> Reply {
    let mut world = lock(&shared.world);
    let world = &mut *world;
    let id = sha256_hex(&world.next_name("request"))[..32].to_owned();
    if let Some(reply) = outpost::answer(world, visit) {
        return reply;
    }
    let reply = match visit.path.as_str() {
        "/-/health/live/" | "/-/health/ready/" => Reply::html(200, ""),
        path if path.starts_with("/api/") => {
            let reply = respond_to_api(world, visit, &id);
            shared.exchanges.note(world.release.version(), world.hostile, visit, &reply);
            reply
        }
        _ => login::answer(world, visit)
            .or_else(|| issuer::answer(world, visit, &id))
            .unwrap_or_else(|| Reply::of_api(api::answer::Answer::unknown_path(&visit.method), world.release)),
    };
    reply
        .with("x-authentik-id", &id)
        .with("x-frame-options", "DENY")
        .with("x-content-type-options", "nosniff")
        .with("referrer-policy", "same-origin")
        .with("vary", "Accept-Language, Cookie")
        .with("x-powered-by", "authentik")
}

fn respond_to_api(world: &mut World, visit: &Visit, id: &str) -> Reply {
    let call = Call {
        method: visit.method.clone(),
        path: visit.path.clone(),
        query: api::call::Query::parse(&visit.query),
        content_type: visit.header("content-type").unwrap_or_default().to_owned(),
        body: visit.body.clone(),
        origin: visit.origin(),
        caller: Caller::default(),
        sent: [("HTTP_ACCEPT_ENCODING", "accept-encoding"), ("HTTP_AUTHORIZATION", "authorization")]
            .into_iter()
            .filter_map(|(key, name)| visit.header(name).map(|value| (key, value.to_owned())))
            .collect(),
        id: id.to_owned(),
    };
    let text = |name: &str| visit.header(name).map(str::to_owned);
    let headers = Headers {
        authorization: text("authorization"),
        accept: text("accept"),
        session: visit.cookie("authentik_session").map(str::to_owned),
        csrf: text("x-authentik-csrf"),
        browser_origin: text("origin"),
    };
    let (mut answer, allow) = api::answer(world, call, &headers);
    if let (true, api::answer::Content::Json(body)) = (answer.status >= 400, &mut answer.content) {
        api::language::translate(body, visit.header("accept-language"), world.release);
    }
    let reply = Reply::of_api(answer, world.release).with("content-language", "en");
    match allow {
        Some(allow) => reply.with("allow", allow),
        None => reply,
    }
}
