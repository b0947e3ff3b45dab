//! Reads the fields of a request body as Django REST framework's serializers do, and collects the errors.
//!
//! Source: the texts of transcripts §3, §4, §7–§10.

use super::answer::Refusal;
use super::call::python_type;
use super::input_checks::{Given, check_pk, check_uuid, is_duration, is_url};
use serde_json::{Map, Value, json};

/// The fields of a body, being read.
pub struct Input<'a> {
    body: &'a Map<String, Value>,
    /// PATCH: no field is required.
    partial: bool,
    errors: Map<String, Value>,
}

impl<'a> Input<'a> {
    /// Starts reading.
    pub fn new(body: &'a Map<String, Value>, partial: bool) -> Self {
        Self { body, partial, errors: Map::new() }
    }

    /// Notes an error of a field.
    pub fn refuse(&mut self, field: &str, text: impl Into<String>) {
        self.errors.insert(field.to_owned(), json!([text.into()]));
    }

    /// Notes errors of another shape.
    pub fn refuse_with(&mut self, field: &str, errors: Value) {
        self.errors.insert(field.to_owned(), errors);
    }

    /// Whether nothing is wrong so far.
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    /// Ends reading: the errors, if there are any.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(Value::Object(self.errors))) }
    }

    /// The value of a field that is there and not null.
    fn present(&mut self, field: &str, required: bool) -> Option<&'a Value> {
        match self.body.get(field) {
            None => {
                if required && !self.partial {
                    self.refuse(field, "This field is required.");
                }
                None
            }
            Some(Value::Null) => {
                self.refuse(field, "This field may not be null.");
                None
            }
            Some(value) => Some(value),
        }
    }

    /// Text that must be given and not be blank.
    pub fn name(&mut self, field: &str, longest: usize) -> Option<String> {
        let text = self.any_text(field, true)?;
        if text.is_empty() {
            self.refuse(field, "This field may not be blank.");
            return None;
        }
        if text.chars().count() > longest {
            self.refuse(field, format!("Ensure this field has no more than {longest} characters."));
            return None;
        }
        Some(text)
    }

    /// Text that may be left out and may be blank.
    pub fn text(&mut self, field: &str) -> Option<String> {
        self.any_text(field, false)
    }

    fn any_text(&mut self, field: &str, required: bool) -> Option<String> {
        match self.present(field, required)? {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => {
                self.refuse(field, "Not a valid string.");
                None
            }
        }
    }

    /// A slug.
    pub fn slug(&mut self, field: &str, wrong: &str) -> Option<String> {
        let text = self.name(field, 50)?;
        if text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            return Some(text);
        }
        self.refuse(field, wrong);
        None
    }

    /// One of a few texts.
    pub fn choice(&mut self, field: &str, choices: &[&str]) -> Option<String> {
        let value = self.present(field, false)?;
        if let Some(text) = value.as_str().filter(|text| choices.contains(text)) {
            return Some(text.to_owned());
        }
        let said = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.refuse(field, format!("\"{said}\" is not a valid choice."));
        None
    }

    /// A URL with a scheme; blank is allowed when it need not be given.
    pub fn url(&mut self, field: &str, required: bool) -> Option<String> {
        let text = self.any_text(field, required)?;
        if text.is_empty() {
            if required {
                self.refuse(field, "This field may not be blank.");
                return None;
            }
            return Some(text);
        }
        if is_url(&text, &["http", "https"]) {
            return Some(text);
        }
        self.refuse(field, "Enter a valid URL.");
        None
    }

    /// The launch URL of an application: as a URL, and `blank://blank` hides it (core/models.py).
    pub fn launch_url(&mut self, field: &str) -> Option<String> {
        let text = self.any_text(field, false)?;
        if text.is_empty() || is_url(&text, &["http", "https", "blank"]) {
            return Some(text);
        }
        self.refuse(field, "Enter a valid URL.");
        None
    }

    /// A duration such as `hours=1;minutes=30`.
    pub fn duration(&mut self, field: &str) -> Option<String> {
        let text = self.any_text(field, false)?;
        if is_duration(&text) {
            return Some(text);
        }
        self.refuse(field, format!("{text} is not in the correct format of 'hours=3;minutes=1'."));
        None
    }

    /// Yes or no.
    pub fn boolean(&mut self, field: &str) -> Option<bool> {
        let value = self.present(field, false)?;
        match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => {
                self.refuse(field, "Must be a valid boolean.");
                None
            }
        }
    }

    /// A whole number.
    pub fn integer(&mut self, field: &str, required: bool) -> Option<i64> {
        let value = self.present(field, required)?;
        let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        if number.is_none() {
            self.refuse(field, "A valid integer is required.");
        }
        number
    }

    /// A reference by UUID that may be null.
    pub fn optional_uuid(&mut self, field: &str, exists: impl Fn(&str) -> bool) -> Given<String> {
        match self.body.get(field) {
            Some(Value::Null) => Given::Null,
            _ => self.uuid(field, false, exists).map_or(Given::Nothing, Given::To),
        }
    }

    /// A reference by UUID.
    pub fn uuid(&mut self, field: &str, required: bool, exists: impl Fn(&str) -> bool) -> Option<String> {
        let value = self.present(field, required)?;
        match check_uuid(value, &exists) {
            Ok(id) => Some(id),
            Err(text) => {
                self.refuse(field, text);
                None
            }
        }
    }

    /// References by UUID, without duplicates.
    pub fn uuids(&mut self, field: &str, exists: impl Fn(&str) -> bool) -> Option<Vec<String>> {
        let items = self.list(field, false)?;
        let mut ids: Vec<String> = Vec::new();
        for item in items {
            match check_uuid(item, &exists) {
                Ok(id) if ids.contains(&id) => {}
                Ok(id) => ids.push(id),
                Err(text) => {
                    self.refuse(field, text);
                    return None;
                }
            }
        }
        Some(ids)
    }

    /// A reference by number that may be null.
    pub fn optional_pk(&mut self, field: &str, exists: impl Fn(i64) -> bool) -> Given<i64> {
        let value = match self.body.get(field) {
            None => return Given::Nothing,
            Some(Value::Null) => return Given::Null,
            Some(value) => value,
        };
        match check_pk(value, &exists) {
            Ok(pk) => Given::To(pk),
            Err(text) => {
                self.refuse(field, text);
                Given::Nothing
            }
        }
    }

    /// References by number, without duplicates.
    pub fn pks(&mut self, field: &str, required: bool, exists: impl Fn(i64) -> bool) -> Option<Vec<i64>> {
        let items = self.list(field, required)?;
        let mut pks: Vec<i64> = Vec::new();
        for item in items {
            match check_pk(item, &exists) {
                Ok(pk) if pks.contains(&pk) => {}
                Ok(pk) => pks.push(pk),
                Err(text) => {
                    self.refuse(field, text);
                    return None;
                }
            }
        }
        Some(pks)
    }

    /// A list of anything.
    pub fn list(&mut self, field: &str, required: bool) -> Option<&'a Vec<Value>> {
        let value = self.present(field, required)?;
        if let Value::Array(items) = value {
            return Some(items);
        }
        self.refuse(field, format!("Expected a list of items but got type \"{}\".", python_type(value)));
        None
    }

    /// An object.
    pub fn object(&mut self, field: &str, required: bool) -> Option<&'a Map<String, Value>> {
        let value = self.present(field, required)?;
        if let Value::Object(map) = value {
            return Some(map);
        }
        self.refuse(field, format!("Expected a dictionary of items but got type \"{}\".", python_type(value)));
        None
    }
}
