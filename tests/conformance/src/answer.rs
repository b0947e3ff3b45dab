//! What a server answered, and what a check says about it.

use gatewright::authentik::Response;
use serde_json::Value;

use crate::check::{Wrong, clip};

/// An answer, with the request that it is to.
#[derive(Clone, Debug)]
pub struct Answer {
    /// `GET core/applications/`
    pub to: String,
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: String,
    /// `X-authentik-id`; empty where there is none.
    pub id: String,
    /// Whether it has a header that lets other origins read it; known only of [`crate::suite::Suite::as_extension`].
    pub cors: bool,
    /// The body as text.
    pub text: String,
    /// The body as JSON; null where it is none.
    pub json: Value,
}

impl Answer {
    pub(crate) fn new(to: String, response: Response) -> Self {
        let json = serde_json::from_str(&response.body).unwrap_or_default();
        let id = response.request_id.unwrap_or_default();
        Self {
            to,
            status: response.status,
            content_type: response.content_type,
            id,
            cors: false,
            text: response.body,
            json,
        }
    }

    /// Only with this status.
    pub fn status(self, wanted: u16) -> Result<Self, Wrong> {
        if self.status == wanted {
            return Ok(self);
        }
        Err(Wrong(format!("{}: {} instead of {wanted}: {}", self.to, self.status, clip(&self.text))))
    }

    /// Exactly this JSON with this status.
    pub fn says(self, status: u16, wanted: &Value) -> Result<Self, Wrong> {
        let answer = self.status(status)?;
        answer.holds("", wanted)?;
        Ok(answer)
    }

    /// This value at this JSON pointer.
    pub fn holds(&self, pointer: &str, wanted: &Value) -> Result<(), Wrong> {
        let found = self.at(pointer);
        if found == wanted {
            return Ok(());
        }
        let (found, wanted) = (clip(&found.to_string()), clip(&wanted.to_string()));
        Err(Wrong(format!("{} at {pointer:?}: {found} instead of {wanted}", self.to)))
    }

    /// What stands at a JSON pointer; null where nothing does.
    pub fn at(&self, pointer: &str) -> &Value {
        self.json.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The text there.
    pub fn text_at(&self, pointer: &str) -> Result<String, Wrong> {
        let text = self.at(pointer).as_str().map(str::to_owned);
        text.ok_or_else(|| Wrong(format!("{}: no text at {pointer:?}: {}", self.to, clip(&self.text))))
    }

    /// The whole number there.
    pub fn number_at(&self, pointer: &str) -> Result<i64, Wrong> {
        let found = self.at(pointer);
        #[allow(clippy::cast_possible_truncation, reason = "keys and counts")]
        let number = found.as_i64().or_else(|| found.as_f64().map(|float| float as i64));
        number.ok_or_else(|| Wrong(format!("{}: no number at {pointer:?}: {}", self.to, clip(&self.text))))
    }

    /// The rows of a list.
    pub fn rows(&self) -> Result<&[Value], Wrong> {
        let rows = self.at("/results").as_array().map(Vec::as_slice);
        rows.ok_or_else(|| Wrong(format!("{}: no list: {}", self.to, clip(&self.text))))
    }
}
