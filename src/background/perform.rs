//! One action: filled in, sent, its answer held against what had to be seen.

use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use crate::authentik::error::{Difference, json_of};
use crate::authentik::read::as_int;
use crate::authentik::{Access, ApiError, Request};
use crate::plan::{Action, Values, differences, expand, expand_path, whole};
use crate::ports::Http;

/// What an action brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Values for later steps.
    pub kept: Vec<(String, Value)>,
    /// There was nothing at that place, and that was fine.
    pub gone: bool,
    /// The request's id, as authentik's events name it.
    pub id: Option<String>,
}

/// A value that the action needs is not known.
pub const UNKNOWN_VALUE: &str = "a value that an earlier step should have brought";

/// Carries out one action. Boxed, so that its code stands once and not at every call.
pub fn perform<'a>(
    http: &'a impl Http,
    access: &'a Access,
    action: &'a Action,
    values: &'a Values,
) -> LocalBoxFuture<'a, Result<Outcome, ApiError>> {
    Box::pin(carry_out(http, access, action, values))
}

async fn carry_out(http: &impl Http, access: &Access, action: &Action, values: &Values) -> Result<Outcome, ApiError> {
    let unknown = || ApiError::Unexpected(UNKNOWN_VALUE.to_owned());
    let path = expand_path(&action.path, values).ok_or_else(unknown)?;
    let body = match &action.body {
        Value::Null => None,
        body => Some(expand(body, values).ok_or_else(unknown)?),
    };
    let request = Request { method: action.method, path, body };
    if !request.stays_inside() {
        return Err(ApiError::Unexpected(request.path));
    }
    let answer = access.without_token(http.send(access, &request).await?);
    let id = answer.request_id.clone();
    let answer = match json_of(&answer) {
        Err(ApiError::Gone) if action.gone_is_fine => return Ok(Outcome { kept: Vec::new(), gone: true, id }),
        answer => answer?,
    };
    if action.gone_is_fine && answer.pointer("/pagination/count").and_then(as_int) == Some(0) {
        return Ok(Outcome { kept: Vec::new(), gone: true, id });
    }
    let mut differ: Vec<Difference> = Vec::new();
    for expect in &action.expect {
        differ.extend(differences(expect, &answer, values));
        if !differ.is_empty() && expect.parts().0 == "/applied" {
            return Err(ApiError::NotApplied);
        }
    }
    let mut kept = Vec::with_capacity(action.keep.len());
    let is_as_expected = differ.is_empty();
    for (name, pointer) in action.keep.iter().filter(|_| is_as_expected) {
        match answer.pointer(pointer) {
            None => return Err(ApiError::Unreadable(pointer.clone())),
            // It has none any more: an application without a provider.
            Some(Value::Null) => differ.push(Difference {
                field: pointer.rsplit('/').next().unwrap_or_default().to_owned(),
                wanted: values.get(name).cloned().unwrap_or(Value::from("…")),
                found: Value::Null,
                resource: String::new(),
            }),
            Some(value) => kept.push((name.clone(), whole(value))),
        }
    }
    if differ.is_empty() {
        return Ok(Outcome { kept, gone: false, id });
    }
    let resource = action.path.split(['{', '?']).next().unwrap_or_default();
    for difference in &mut differ {
        resource.clone_into(&mut difference.resource);
    }
    Err(ApiError::Differs(differ))
}
