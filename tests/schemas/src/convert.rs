//! From the schemas of `OpenAPI` 3.0 to JSON Schema: they are cousins, not the same.
//!
//! `nullable` is a word of `OpenAPI` only, and so are `discriminator` and `readOnly`; patterns are Python's; and an
//! object that says nothing about further keys is open to them, while here it is closed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// Where what is referred to stands.
pub const COMPONENTS: &str = "#/components/schemas/";

/// Which way the value goes: what is read-only has no place in a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A request.
    ToServer,
    /// An answer.
    FromServer,
}

/// Where a description is knowingly not followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leniency {
    /// Keys that may stand where they aren't known, by component and name; and their types.
    pub unknown: BTreeMap<(String, String), &'static str>,
    /// Keys that may be null or missing, by component and name.
    pub absent: BTreeSet<(String, String)>,
}

/// A JSON Schema that stands for itself: what `schema` refers to is in its `$defs`. `root`: what stands for the component's
/// name where it is none.
pub fn to_json_schema(document: &Value, schema: &Value, root: &str, way: Way, leniency: &Leniency) -> Value {
    let components = &document["components"]["schemas"];
    let mut converter = Converter { components, way, leniency, within: root.to_owned(), referred: Vec::new() };
    let root = converter.schema(schema);
    let mut defs = Map::new();
    while let Some(name) = converter.referred.pop() {
        if !defs.contains_key(&name) {
            converter.within.clone_from(&name);
            let component = converter.schema(&components[&name]);
            defs.insert(name, component);
        }
    }
    json!({"allOf": [root], "$defs": defs})
}

struct Converter<'a> {
    components: &'a Value,
    way: Way,
    leniency: &'a Leniency,
    /// The component that is converted.
    within: String,
    /// Components that are still to be converted.
    referred: Vec<String>,
}

impl<'a> Converter<'a> {
    fn schema(&mut self, schema: &Value) -> Value {
        let Some(words) = schema.as_object() else { return schema.clone() };
        let mut out = Map::new();
        for (word, value) in words {
            let converted = match word.as_str() {
                "nullable" | "discriminator" | "properties" | "required" => continue,
                "oneOf" if words.contains_key("discriminator") => continue,
                "$ref" => self.reference(value),
                "items" | "not" | "additionalProperties" => self.schema(value),
                "allOf" | "anyOf" | "oneOf" => value.as_array().into_iter().flatten().map(|v| self.schema(v)).collect(),
                // Python's `\w` knows all alphabets. (It stands in brackets wherever it stands.)
                "pattern" => value.as_str().unwrap_or_default().replace(r"\w", r"\p{L}\p{N}_").into(),
                _ => value.clone(),
            };
            out.insert(word.clone(), converted);
        }
        if let Some(properties) = words.get("properties").and_then(Value::as_object) {
            self.object(properties, &schema["required"], &mut out);
        }
        if words.contains_key("discriminator") {
            out.insert("allOf".to_owned(), self.told_apart(schema, |model| model));
        }
        if words.get("nullable") == Some(&Value::Bool(true)) {
            or_null(&Value::Object(out))
        } else {
            Value::Object(out)
        }
    }

    fn object(&mut self, properties: &Map<String, Value>, required: &Value, out: &mut Map<String, Value>) {
        let mut kept = Map::new();
        let mut rules = Vec::new();
        for (key, property) in properties {
            if self.way == Way::ToServer && property["readOnly"] == true {
                continue;
            }
            let target = self.component(property);
            let told_apart_by = target["discriminator"]["propertyName"].as_str();
            // In a transaction, what tells provider models apart stands beside the provider, not in it.
            let converted = if told_apart_by.is_some_and(|by| properties.contains_key(by)) {
                rules.push(json!({"allOf": self.told_apart(target, |model| json!({"properties": {key: model}}))}));
                Value::Bool(true)
            } else {
                self.schema(property)
            };
            let absent = self.may_be_absent(key);
            kept.insert(key.clone(), if absent { or_null(&converted) } else { converted });
        }
        let required = required.as_array().into_iter().flatten().filter_map(Value::as_str);
        let required: Vec<&str> = required.filter(|key| kept.contains_key(*key) && !self.may_be_absent(key)).collect();
        out.insert("required".to_owned(), json!(required));
        for ((component, key), kind) in &self.leniency.unknown {
            if *component == self.within {
                kept.entry(key).or_insert_with(|| json!({"type": kind}));
            }
        }
        out.insert("properties".to_owned(), Value::Object(kept));
        out.entry("additionalProperties").or_insert(Value::Bool(false));
        if !rules.is_empty() {
            out.insert("allOf".to_owned(), Value::Array(rules));
        }
    }

    fn may_be_absent(&self, key: &str) -> bool {
        self.leniency.absent.contains(&(self.within.clone(), key.to_owned()))
    }

    /// For each model of a union: if the discriminator names it, then `place` of it applies. (A `oneOf` would be right
    /// too, but could only say that none of eleven models fits.)
    fn told_apart(&mut self, union: &Value, place: impl Fn(Value) -> Value) -> Value {
        let by = &union["discriminator"]["propertyName"];
        let by = by.as_str().unwrap_or_default();
        let models = union["discriminator"]["mapping"].as_object().cloned().unwrap_or_default();
        let names: Vec<&String> = models.keys().collect();
        let mut rules = vec![json!({"properties": {by: {"enum": names}}, "required": [by]})];
        for (name, model) in &models {
            let model = json!({"$ref": self.reference(model)});
            rules.push(json!({
                "if": {"properties": {by: {"const": name}}, "required": [by]},
                "then": place(model),
            }));
        }
        Value::Array(rules)
    }

    fn reference(&mut self, to: &Value) -> Value {
        let name = to.as_str().and_then(|to| to.strip_prefix(COMPONENTS)).unwrap_or_default();
        self.referred.push(name.to_owned());
        Value::from(format!("#/$defs/{name}"))
    }

    /// The component that a property is, if it is one.
    fn component(&self, property: &Value) -> &'a Value {
        let name = property["$ref"].as_str().and_then(|to| to.strip_prefix(COMPONENTS));
        name.map_or(&Value::Null, |name| &self.components[name])
    }
}

/// An `anyOf` would be right too, but would say only that neither fits.
fn or_null(schema: &Value) -> Value {
    json!({"if": {"type": "null"}, "else": schema})
}
