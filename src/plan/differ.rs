//! What stands in authentik against what a step wants to see there: which fields differ, and how.
//!
//! What was written is compared with tolerance for what servers do with it: a field that a release doesn't return is not
//! compared (`grant_types` before 2026.5), nor are fields that it adds to an entry (`redirect_uri_type` from 2026.5 on); the
//! order of a list doesn't count (`property_mappings` come in the order in which they are stored); texts are compared
//! without the blanks around them, which the serializers cut off; nothing and an empty text are the same.

use serde_json::{Map, Value};

use super::Expect;
use super::value::{Values, expand};
use crate::authentik::error::Difference;
use crate::authentik::read::as_int;

/// A key of what was written that begins so is for people, and compared with nothing.
const ASIDE: char = '$';

/// Whether a condition holds for an answer. Values that are not known yet are not compared.
pub fn holds(expect: &Expect, answer: &Value, values: &Values) -> bool {
    differences(expect, answer, values).is_empty()
}

/// Where an answer is not what a condition wants; nowhere if it holds.
pub fn differences(expect: &Expect, answer: &Value, values: &Values) -> Vec<Difference> {
    let (pointer, wanted) = expect.parts();
    let found = answer.pointer(pointer);
    // One key with the mark stands for a value, see `expand`.
    let is_template =
        |fields: &Map<String, Value>| fields.len() == 1 && fields.keys().all(|key| key.starts_with(ASIDE));
    if let (Expect::Wrote(..), Value::Object(fields)) = (expect, wanted)
        && !is_template(fields)
    {
        return fields_that_differ(pointer, fields, found, values);
    }
    let Some(wanted) = expand(wanted, values) else { return Vec::new() };
    let found = found.unwrap_or(&Value::Null);
    let listed = || found.as_array().is_some_and(|list| list.iter().any(|entry| same(entry, &wanted)));
    let fine = match expect {
        Expect::Is(..) => answer.pointer(pointer).is_some() && same(found, &wanted),
        Expect::Has(..) => listed(),
        Expect::HasNot(..) => !listed(),
        Expect::OneOf(..) => wanted.as_array().is_some_and(|list| list.contains(found)),
        Expect::Wrote(..) => is_as_written(found, &wanted),
    };
    if fine {
        return Vec::new();
    }
    // Of several, the first is what it was.
    let was = match (expect, wanted) {
        (Expect::OneOf(..), Value::Array(all)) => all.into_iter().next().unwrap_or_default(),
        (_, wanted) => wanted,
    };
    vec![difference(last(pointer), was, found)]
}

fn fields_that_differ(
    pointer: &str,
    fields: &Map<String, Value>,
    found: Option<&Value>,
    values: &Values,
) -> Vec<Difference> {
    let Some(found) = found.and_then(Value::as_object) else {
        return vec![difference(last(pointer), Value::Null, &Value::Null)];
    };
    let mut all = Vec::new();
    for (name, wanted) in fields {
        // What the release doesn't tell, and what is not known yet, can't be compared.
        let (Some(found), Some(wanted)) = (found.get(name), expand(wanted, values)) else { continue };
        if !is_as_written(found, &wanted) {
            all.push(difference(name, wanted, found));
        }
    }
    all
}

/// Whether something is as it was written.
fn is_as_written(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            let mut compared = wanted.iter().filter(|(name, _)| !name.starts_with(ASIDE));
            // Something has to be there to be compared.
            wanted.keys().any(|name| found.contains_key(name))
                && compared.all(|(name, wanted)| found.get(name).is_none_or(|found| is_as_written(found, wanted)))
        }
        (Value::Array(found), Value::Array(wanted)) => {
            let mut left: Vec<&Value> = found.iter().collect();
            found.len() == wanted.len()
                && wanted.iter().all(|wanted| {
                    let at = left.iter().position(|found| is_as_written(found, wanted));
                    at.map(|at| left.swap_remove(at)).is_some()
                })
        }
        (Value::String(found), Value::String(wanted)) => found.trim() == wanted.trim(),
        (Value::String(text), Value::Null) | (Value::Null, Value::String(text)) => text.is_empty(),
        _ => same(found, wanted),
    }
}

fn difference(field: &str, wanted: Value, found: &Value) -> Difference {
    Difference { resource: String::new(), field: field.to_owned(), wanted, found: found.clone() }
}

fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

/// Equal, where 7 and 7.0 are one number.
fn same(a: &Value, b: &Value) -> bool {
    a == b || (a.is_number() && b.is_number() && as_int(a).is_some() && as_int(a) == as_int(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differing(wanted: Value, answer: &Value) -> Vec<String> {
        let values = Values::from_iter([("key".to_owned(), json!("k"))]);
        let all = differences(&Expect::Wrote(String::new(), wanted), answer, &values);
        all.into_iter().map(|difference| difference.field).collect()
    }

    #[test]
    fn what_a_server_does_to_what_was_written_is_no_difference() {
        let wrote = json!({
            "name": " Larder ", "mappings": ["b", "a"], "grant_types": ["x"], "signing_key": {"$value": "key"}, "icon": "",
            "order": 0, "unknown": {"$value": "none"},
            "redirect_uris": [{"url": "https://b/"}, {"url": "https://a/"}],
        });
        let found = json!({
            "name": "Larder", "mappings": ["a", "b"], "signing_key": "k", "icon": null, "order": 0.0, "more": 1, "unknown": 7,
            "redirect_uris": [{"url": "https://a/", "redirect_uri_type": "authorization"}, {"url": "https://b/"}],
        });
        assert_eq!(differing(wrote, &found), Vec::<String>::new());
    }

    #[test]
    fn each_field_that_somebody_changed_is_one() {
        let wrote =
            json!({"name": "Larder", "mappings": ["a", "a"], "redirect_uris": [{"url": "https://a/"}], "key": null});
        let found =
            json!({"name": "larder", "mappings": ["a", "b"], "redirect_uris": [{"uri": "https://a/"}], "key": "other"});
        assert_eq!(differing(wrote.clone(), &found), ["key", "mappings", "name", "redirect_uris"]);
        assert_eq!(differing(wrote, &json!([])), [""]);
    }

    #[test]
    fn a_list_of_bindings_has_to_hold_all_of_them_and_no_other() {
        let wanted = json!([{"group": "g1", "order": 0, "$name": "family"}]);
        let bound = |rows: Value| differences(&Expect::Wrote("/results".into(), wanted.clone()), &rows, &Values::new());
        assert_eq!(bound(json!({"results": [{"pk": "x", "group": "g1", "order": 0}]})), []);
        assert_eq!(bound(json!({"results": []})).len(), 1);
        assert_eq!(bound(json!({"results": [{"group": "g1", "order": 0}, {"group": "g2", "order": 1}]})).len(), 1);
    }

    #[test]
    fn conditions_read_the_answer() {
        let values = json!({"pk": 7}).as_object().cloned().expect("an object");
        let answer = json!({"applied": true, "providers": [1, 7.0]});
        assert!(holds(&Expect::Is("/applied".into(), json!(true)), &answer, &values));
        assert!(holds(&Expect::Has("/providers".into(), json!({"$value": "pk"})), &answer, &values));
        assert!(!holds(&Expect::HasNot("/providers".into(), json!(1)), &answer, &values));
        assert!(!holds(&Expect::Is("/none".into(), json!(null)), &answer, &values));
        assert!(holds(&Expect::Is(String::new(), json!([])), &json!([]), &values));
    }
}
