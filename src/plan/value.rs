//! Values that come from earlier answers, filled into later requests; and the conditions on answers.

use serde_json::{Map, Value};

use super::Expect;
use crate::authentik::request::encode;

/// What is known so far, by name.
pub type Values = Map<String, Value>;

/// The values of an object, to begin with.
pub(super) fn known(object: Value) -> Values {
    if let Value::Object(values) = object { values } else { Values::new() }
}

/// Fills a body: `{"$value": "name"}` becomes the value, and
/// `{"$list": {"of": "name", "with": […], "without": […]}}` the list with entries added and taken out, without doubles;
/// `{"$merge": {"of": "name", "with": {…}}}` is the object with fields replaced.
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

/// Whether a condition holds for an answer. Values that are not known yet are not compared.
pub fn holds(expect: &Expect, answer: &Value, values: &Values) -> bool {
    let (Expect::Is(pointer, wanted)
    | Expect::Has(pointer, wanted)
    | Expect::HasNot(pointer, wanted)
    | Expect::OneOf(pointer, wanted)) = expect;
    let Some(wanted) = expand(wanted, values) else { return true };
    let found = answer.pointer(pointer);
    let listed = || found.and_then(Value::as_array).is_some_and(|list| list.iter().any(|entry| same(entry, &wanted)));
    match expect {
        Expect::Is(..) => found.is_some_and(|found| same(found, &wanted)),
        Expect::Has(..) => listed(),
        Expect::HasNot(..) => !listed(),
        Expect::OneOf(..) => wanted.as_array().is_some_and(|list| list.contains(found.unwrap_or(&Value::Null))),
    }
}

/// The value with whole numbers written as such: what is kept of an answer goes into paths and lists.
pub fn whole(value: &Value) -> Value {
    match value {
        Value::Number(_) => crate::authentik::read::as_int(value).map_or_else(|| value.clone(), Value::from),
        Value::Array(items) => Value::Array(items.iter().map(whole).collect()),
        other => other.clone(),
    }
}

/// Equal, where 7 and 7.0 are one number.
fn same(a: &Value, b: &Value) -> bool {
    use crate::authentik::read::as_int;
    a == b || (a.is_number() && b.is_number() && as_int(a).is_some() && as_int(a) == as_int(b))
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
    fn an_unknown_value_is_no_request() {
        assert_eq!(expand(&json!({"a": {"$value": "none"}}), &values()), None);
        assert_eq!(expand_path("x/{none}/", &values()), None);
    }

    #[test]
    fn a_value_in_a_path_never_leaves_its_place() {
        assert_eq!(expand_path("core/applications/{slug}/", &values()).as_deref(), Some("core/applications/a%20b/"));
        assert_eq!(expand_path("x/{up}/", &values()), None);
    }

    #[test]
    fn conditions_read_the_answer() {
        let answer = json!({"applied": true, "providers": [1, 7.0]});
        assert!(holds(&Expect::Is("/applied".into(), json!(true)), &answer, &values()));
        assert!(holds(&Expect::Has("/providers".into(), json!({"$value": "pk"})), &answer, &values()));
        assert!(!holds(&Expect::HasNot("/providers".into(), json!(1)), &answer, &values()));
        assert!(!holds(&Expect::Is("/none".into(), json!(null)), &answer, &values()));
    }
}
