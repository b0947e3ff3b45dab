//! Requests and answers, held to authentik's own `OpenAPI` description of a release.
//!
//! authentik's team publishes a description of the API with each release. What the extension sends and what the
//! embedded authentik answers can thus be compared with something that neither of them wrote:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use official_schemas::Schema;
//! use serde_json::json;
//!
//! let schema = Schema::of("2025.10.3")?.allow_unknown(&[("OAuth2ProviderRequest", "grant_types", "array")]);
//! let body = json!({"provider": 7});
//! assert_eq!(schema.request("PATCH", "core/applications/grafana/", Some(&body), &[]), Ok(()));
//! # Ok(())
//! # }
//! ```
//!
//! It is stricter than authentik, which ignores keys that it doesn't know: here they are refused at every depth, for
//! they are most often misspelt, or of another release. It says nothing about meaning: a UUID that stands for nothing
//! is a good UUID.
//!
//! `source` finds a release's description, `operation` what it says about one request, `convert` makes JSON Schema of
//! that, and `check` applies it; `sample` makes answers up.

mod check;
mod convert;
mod operation;
mod sample;
mod slice;
mod source;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::Value;

use check::Place;
use convert::{Leniency, Way};
use operation::Operation;

pub use sample::Mutation;
pub use source::RELEASES;

/// The description of one release. Cheap to make and to clone: of it, only what is asked about is read, once in a process.
#[derive(Clone, Debug)]
pub struct Schema {
    release: &'static str,
    leniency: Leniency,
}

impl Schema {
    /// The description of one of [`RELEASES`]. The error says how to fetch it.
    pub fn of(release: &str) -> Result<Self, String> {
        let release = source::release(release)?;
        source::templates(release)?;
        Ok(Self { release, leniency: Leniency::default() })
    }

    /// Lets these keys pass in objects of these components (`query` for a query), which don't know them: what is knowingly
    /// sent to older releases. Each with the type that its value has all the same: `("ApplicationRequest", "meta_hide", "boolean")`.
    #[must_use]
    pub fn allow_unknown(mut self, keys: &[(&str, &str, &'static str)]) -> Self {
        let keys = keys.iter().map(|(component, key, kind)| ((component.to_string(), key.to_string()), *kind));
        self.leniency.unknown.extend(keys);
        self
    }

    /// Lets these keys of these components be null or missing although they are required: where the description of a
    /// release is known to be wrong. (Before 2026, `provider_obj` of `Application` isn't nullable, yet it needs no provider.)
    #[must_use]
    pub fn allow_absent(mut self, keys: &[(&str, &str)]) -> Self {
        self.leniency.absent.extend(keys.iter().map(|(component, key)| (component.to_string(), key.to_string())));
        self
    }

    /// Whether the release takes this request: path (below `/api/v3/`, without query), body and query.
    ///
    /// Each error names a place: `body at /provider/redirect_uris/0: "matching_mode" is a required property`.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        query: &[(String, String)],
    ) -> Result<(), Vec<String>> {
        let operation = self.operation(method, path)?;
        let mut errors = self.check(&operation, Place::Path, &operation.path_schema(), &operation.path_values());
        errors.extend(self.check(&operation, Place::Query, &operation.query_schema(), &operation.query_values(query)));
        match (operation.body(), body) {
            (Some(asked), Some(body)) => errors.extend(self.check(&operation, Place::Body, asked.schema, body)),
            (Some(asked), None) if asked.required => errors.push("body: missing".to_owned()),
            (None, Some(_)) => errors.push("body: none is taken, or not as JSON".to_owned()),
            (_, None) => {}
        }
        none(errors)
    }

    /// Whether the release gives this answer: status and body (null where there is none).
    ///
    /// A status that isn't described is an error: of refusals, most operations describe only 400 and 403.
    pub fn answer(&self, method: &str, path: &str, status: u16, body: &Value) -> Result<(), Vec<String>> {
        let operation = self.operation(method, path)?;
        let described = operation.answer(status).map_err(|error| vec![error])?;
        match described {
            Some(schema) => none(self.check(&operation, Place::Answer, schema, body)),
            None if body.is_null() || status >= 400 => Ok(()),
            None => Err(vec![format!("answer: {status} has no body, or not as JSON")]),
        }
    }

    /// An answer with status 200 that this release could give, bent by `mutation`.
    pub fn sample(&self, path: &str, mutation: Mutation) -> Result<Value, Vec<String>> {
        let operation = self.operation("GET", path)?;
        let described = operation.answer(200).map_err(|error| vec![error])?;
        let schema = described.ok_or_else(|| vec![format!("{path}: has no body")])?;
        Ok(sample::sample(operation.document, schema, mutation))
    }

    fn operation(&self, method: &str, path: &str) -> Result<Operation<'static>, Vec<String>> {
        let templates = source::templates(self.release).map_err(|error| vec![error])?;
        let unknown = || vec![format!("{method} {path}: {} doesn't know this operation", self.release)];
        let number = operation::template_of(templates, path).ok_or_else(unknown)?;
        let document = source::slice(self.release, number).map_err(|error| vec![error])?;
        Operation::find(document, &templates[number], method, path).ok_or_else(unknown)
    }

    fn check(&self, operation: &Operation<'static>, place: Place, schema: &Value, value: &Value) -> Vec<String> {
        match self.validator(operation, place, schema) {
            Ok(validator) => check::check(place, &validator, value),
            Err(error) => vec![format!("{place}: {error}")],
        }
    }

    /// Each is made once in a process. Documents stay where they are, so their places tell validators apart: of a body
    /// and an answer their own, of path and query that of the operation.
    fn validator(
        &self,
        operation: &Operation<'static>,
        place: Place,
        schema: &Value,
    ) -> Result<Arc<Validator>, String> {
        static KEPT: Mutex<BTreeMap<(usize, Place, Leniency), Arc<Validator>>> = Mutex::new(BTreeMap::new());
        let way = if place == Place::Answer { Way::FromServer } else { Way::ToServer };
        let described = if matches!(place, Place::Path | Place::Query) { operation.described } else { schema };
        let key = (std::ptr::from_ref(described).addr(), place, self.leniency.clone());
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = kept.get(&key) {
            return Ok(validator.clone());
        }
        let schema = convert::to_json_schema(operation.document, schema, &place.to_string(), way, &self.leniency);
        let validator = Arc::new(check::ready(&schema)?);
        kept.insert(key, validator.clone());
        Ok(validator)
    }
}

fn none(errors: Vec<String>) -> Result<(), Vec<String>> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
