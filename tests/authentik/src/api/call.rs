//! One request to the API, taken apart.

use super::answer::Refusal;
use super::caller::Caller;
use serde_json::{Map, Value, json};

/// A request that was authenticated and belongs to a known path.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub query: Query,
    pub content_type: String,
    pub body: Vec<u8>,
    /// Scheme and host as the client wrote them; links in answers follow it (transcripts, summary 13).
    pub origin: String,
    pub caller: Caller,
    /// A few request headers under the names that Django gives them.
    pub sent: Vec<(&'static str, String)>,
    /// Request id, as in the header `X-authentik-id` and in events.
    pub id: String,
}

/// The parameters of a request, in order.
#[derive(Clone, Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Parses the part after `?`.
    pub fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The last value of a parameter that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|v| !v.is_empty())
    }

    /// All values of a repeated parameter.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, v)| key == name && !v.is_empty()).map(|(_, value)| value.as_str()).collect()
    }

    /// A boolean parameter as django-filter reads it; anything else counts as not given.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)?.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// All parameters, for the `args` of an event.
    pub fn to_json(&self) -> Value {
        self.0.iter().map(|(key, value)| (key.clone(), json!(value))).collect::<Map<_, _>>().into()
    }
}

impl Call {
    /// Whether the method reads only.
    pub fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD")
    }

    /// The body as a JSON object. Read late, as Django REST framework does: permissions come first.
    pub fn object(&self) -> Result<Map<String, Value>, Refusal> {
        match self.json()? {
            Value::Object(map) => Ok(map),
            other => Err(Refusal::Invalid(json!({
                "non_field_errors": [format!("Invalid data. Expected a dictionary, but got {}.", python_type(&other))]
            }))),
        }
    }

    fn json(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() {
            return Ok(json!({}));
        }
        let kind = self.content_type.split(';').next().unwrap_or_default().trim();
        if kind != "application/json" {
            return Err(Refusal::MediaType(self.content_type.clone()));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Refusal::Unreadable(format!(
                "JSON parse error - unexpected character: line {line} column {column} (char {})",
                column.saturating_sub(1)
            ))
        })
    }
}

/// The name that Python has for a JSON value's type.
pub fn python_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}
