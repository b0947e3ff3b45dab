//! Answers made up from a description: what a release could send, at its most and at its least.

use serde_json::{Map, Value, json};

use super::convert::COMPONENTS;

/// How an answer is bent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Every field that is described, with a value.
    Full,
    /// Only what is required.
    OnlyRequired,
    /// Every field that may be missing is null, whether the description says "nullable" or not.
    Nulls,
    /// Every object has a field more, of a later release.
    Unknown,
    /// Every word of a fixed list is one that a later release added.
    NewWords,
    /// Whole numbers are written as floats.
    Floats,
    /// Texts and lists are empty.
    Empty,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Full, Self::OnlyRequired, Self::Nulls, Self::Unknown, Self::NewWords, Self::Floats, Self::Empty];
}

/// So deep may an object stand in another: groups hold groups.
const DEEPEST: usize = 8;

/// A value that `schema` of `document` describes, bent by `mutation`.
pub fn sample(document: &Value, schema: &Value, mutation: Mutation) -> Value {
    Sampler { components: &document["components"]["schemas"], mutation }.value(schema, 0)
}

struct Sampler<'a> {
    components: &'a Value,
    mutation: Mutation,
}

impl Sampler<'_> {
    fn value(&self, schema: &Value, depth: usize) -> Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|to| to.strip_prefix(COMPONENTS)) {
            return self.value(&self.components[name], depth + 1);
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(words) = schema["enum"].as_array() {
            return match words.first() {
                Some(Value::String(_)) if self.mutation == Mutation::NewWords => json!("of-a-later-release"),
                first => first.cloned().unwrap_or_default(),
            };
        }
        for union in ["allOf", "oneOf", "anyOf"] {
            if let Some(first) = schema[union].get(0) {
                return self.value(first, depth + 1);
            }
        }
        match schema["type"].as_str() {
            Some("integer") if self.mutation == Mutation::Floats => json!(7.0),
            Some("integer") => json!(7),
            Some("number") => json!(7.5),
            Some("boolean") => json!(true),
            Some("array") if self.mutation == Mutation::Empty => json!([]),
            Some("array") => json!([self.value(&schema["items"], depth + 1)]),
            Some("string") => self.text(schema["format"].as_str().unwrap_or_default()),
            _ => self.object(schema, depth),
        }
    }

    fn text(&self, format: &str) -> Value {
        match format {
            _ if self.mutation == Mutation::Empty => json!(""),
            "uuid" => json!("0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b"),
            "date-time" => json!("2026-11-24T04:20:33.472495Z"),
            "uri" => json!("https://grafana.example.com/"),
            "email" => json!("ada@example.com"),
            // authentik describes versions as plain texts.
            _ => json!("2026.8.5"),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut fields = Map::new();
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            let must = required.contains(&key.as_str());
            match self.mutation {
                Mutation::OnlyRequired if !must => {}
                Mutation::Nulls if !must || property["nullable"] == true => {
                    fields.insert(key.clone(), Value::Null);
                }
                _ => {
                    fields.insert(key.clone(), self.value(property, depth + 1));
                }
            }
        }
        if self.mutation == Mutation::Unknown {
            fields.insert("of_a_later_release".to_owned(), json!({"anything": [1, null]}));
        }
        Value::Object(fields)
    }
}
