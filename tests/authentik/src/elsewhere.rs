//! Another origin: the target of redirects that must not get the bearer. It answers 200 to everything.

use crate::reply::{Reply, Visit};
use crate::server::Outcome;
use crate::shared::Shared;
use serde_json::json;

/// Answers with JSON where it is asked for, otherwise with a page.
pub fn answer(shared: &Shared, visit: &Visit) -> Outcome {
    let open = shared.log.begin("elsewhere", visit);
    let wants_json = visit.header("accept").is_some_and(|accept| accept.contains("json"));
    open.answered(200);
    Outcome::Whole(if wants_json || visit.path.starts_with("/api/") {
        Reply::json(200, &json!({ "elsewhere": true, "results": [], "pagination": {} }))
    } else {
        Reply::html(200, "<!DOCTYPE html>\n<html lang=\"en\"><title>Elsewhere</title><h1>Elsewhere</h1></html>\n")
    })
}
