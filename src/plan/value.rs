//! Values that come from earlier answers, filled into later requests.

use serde_json::{Map, Value};

use crate::authentik::request::encode;

/// What is known so far, by name.
pub type Values = Map<String, Value>;

/// The values of an object, to begin with.
pub(super) fn known(object: Value) -> Values {
    if let Value::Object(values) = object { values } else { Values::new() }
}

/// All but those that are not wanted. Taken along rather than taken out: that would bring the mending of trees into the module.
pub fn without(values: Values, unwanted: impl Fn(&str) -> bool) -> Values {
    let mut left = Values::new();
    left.extend(values.into_iter().filter(|(name, _)| !unwanted(name)));
    left
}

/// Fills a body: `{"$value": "name"}` becomes the value, and
/// `{"$list": {"of": "name", "with": […], "without": […]}}` the list with entries added and taken out, without doubles;
/// `{"$merge": {"of": "name", "with": {…}}}` is the object with fields replaced;
/// `{"$new": {"to": "name", "of": […]}}` are the entries that the list does not hold, `{"$held": {"by": "name", "of": […]}}`
/// those that it holds.
/// `None` if a value is not known.
pub fn expand(body: &Value, values: &Values) -> Option<Value> {
    match body {
        Value::Object(map) if map.len() == 1 => {
            if let Some(name) = map.get("$value").and_then(Value::as_str) {
                return values.get(name).cloned();
            }
            if let Some(list) = map.get("$list") {
                return expand_list(list, values);
            }
            if let Some(merge) = map.get("$merge") {
                return expand_merge(merge, values);
            }
            if let Some(new) = map.get("$new") {
                return expand_some(new, "to", false, values);
            }
            if let Some(held) = map.get("$held") {
                return expand_some(held, "by", true, values);
            }
            expand_map(map, values)
        }
        Value::Object(map) => expand_map(map, values),
        Value::Array(items) => {
            items.iter().map(|item| expand(item, values)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        other => Some(other.clone()),
    }
}

fn expand_map(map: &Map<String, Value>, values: &Values) -> Option<Value> {
    // Not collected: that would sort first, and bring a sort into the worker's module.
    let mut filled = Map::new();
    for (key, value) in map {
        filled.insert(key.clone(), expand(value, values)?);
    }
    Some(Value::Object(filled))
}

fn expand_list(list: &Value, values: &Values) -> Option<Value> {
    let entries = |key| match list.get(key) {
        Some(entries) => expand(entries, values)?.as_array().cloned(),
        None => Some(Vec::new()),
    };
    let before = values.get(list.get("of")?.as_str()?)?.as_array()?;
    let (with, without) = (entries("with")?, entries("without")?);
    let mut after: Vec<Value> = Vec::with_capacity(before.len() + with.len());
    for entry in before.iter().chain(&with) {
        if !without.contains(entry) && !after.contains(entry) {
            after.push(entry.clone());
        }
    }
    Some(Value::Array(after))
}

fn expand_merge(merge: &Value, values: &Values) -> Option<Value> {
    let mut object = values.get(merge.get("of")?.as_str()?)?.as_object()?.clone();
    object.extend(expand(merge.get("with")?, values)?.as_object()?.clone());
    Some(Value::Object(object))
}

/// Those of some entries that a list holds, or doesn't.
fn expand_some(some: &Value, list: &str, held: bool, values: &Values) -> Option<Value> {
    let before = values.get(some.get(list)?.as_str()?)?.as_array()?;
    let entries = expand(some.get("of")?, values)?;
    Some(Value::Array(entries.as_array()?.iter().filter(|entry| before.contains(entry) == held).cloned().collect()))
}

/// Fills a path: `{name}` becomes the percent-encoded value. `None` if a value is not known, or is no text or number.
pub fn expand_path(path: &str, values: &Values) -> Option<String> {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}')?;
        out.push_str(before);
        let value = match values.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        // A value is one segment, or part of one: it never brings a slash, and never climbs.
        if value.is_empty() || value == "." || value == ".." || value.contains(['/', '\\', '.']) {
            return None;
        }
        out.push_str(&encode(&value));
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

/// The value with whole numbers written as such: what is kept of an answer goes into paths and lists.
pub fn whole(value: &Value) -> Value {
    match value {
        Value::Number(_) => crate::authentik::read::as_int(value).map_or_else(|| value.clone(), Value::from),
        Value::Array(items) => Value::Array(items.iter().map(whole).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values() -> Values {
        json!({"pk": 7, "slug": "a b", "list": [1, 2], "up": ".."}).as_object().cloned().expect("an object")
    }

    #[test]
    fn a_list_keeps_what_others_put_in_it() {
        let body = json!({"type": "proxy", "providers": {"$list": {"of": "list", "with": [{"$value": "pk"}, 2]}}});
        assert_eq!(expand(&body, &values()), Some(json!({"type": "proxy", "providers": [1, 2, 7]})));
        let body = json!({"$list": {"of": "list", "without": [2]}});
        assert_eq!(expand(&body, &values()), Some(json!([1])));
    }

    #[test]
    fn only_what_was_not_there_before_is_new() {
        let body = json!({"$list": {"of": "list", "without": {"$new": {"to": "list", "of": [2, 3]}}}});
        assert_eq!(expand(&body, &values()), Some(json!([1, 2])));
        assert_eq!(expand(&json!({"$new": {"to": "list", "of": [2, 3]}}), &values()), Some(json!([3])));
    }

    #[test]
    fn an_unknown_value_is_no_request() {
        assert_eq!(expand(&json!({"a": {"$value": "none"}}), &values()), None);
        assert_eq!(expand_path("x/{none}/", &values()), None);
    }

    #[test]
    fn a_value_in_a_path_never_leaves_its_place() {
        assert_eq!(expand_path("core/applications/{slug}/", &values()).as_deref(), Some("core/applications/a%20b/"));
        assert_eq!(expand_path("x/{up}/", &values()), None);
    }
}
