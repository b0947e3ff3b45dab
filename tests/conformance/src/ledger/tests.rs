//! What the ledger lets pass, and what it does not.

use super::*;
use serde_json::json;

fn request(method: Method, path: &str, body: Value) -> Request {
    Request { method, path: path.to_owned(), body: (!body.is_null()).then_some(body) }
}

fn heard(ledger: &Ledger, path: &str, answer: &Value) {
    let response = Response { status: 200, body: answer.to_string(), ..Response::default() };
    ledger.heard(&request(Method::Get, path, Value::Null), &response);
}

#[test]
fn nothing_that_is_not_ours_is_made_changed_or_deleted() {
    let ledger = Ledger::new(Prefix::new()).with_outposts(true);
    heard(&ledger, "providers/proxy/?page=1", &json!({"results": [{"pk": 7, "name": "Sonarr"}]}));
    for (method, path, body) in [
        (Method::Post, "core/applications/", json!({"name": "a", "slug": "a"})),
        (Method::Put, transactional::PATH, json!({"app": {"slug": "a"}, "provider": {"name": "a"}})),
        (Method::Post, "policies/bindings/", json!({"target": "5", "group": "6"})),
        (Method::Post, "core/users/", json!({"name": "a"})),
        (Method::Patch, "core/applications/sonarr/", json!({"name": "a"})),
        (Method::Patch, "core/groups/6/", json!({"name": "a"})),
        (Method::Delete, "providers/proxy/7/", Value::Null),
        (Method::Delete, "providers/all/7/", Value::Null),
        (Method::Delete, "core/users/3/", Value::Null),
        (Method::Patch, "admin/settings/", json!({})),
    ] {
        assert!(!ledger.allows(&request(method, path, body)), "{} {path}", method.name());
    }
    assert_eq!(ledger.refused().len(), 10);
}

#[test]
fn of_somebody_elses_outpost_only_our_providers_move_and_only_if_that_may_be() {
    let prefix = Prefix::new();
    let ledger = Ledger::new(prefix.clone()).with_outposts(true);
    let path = "outposts/instances/o1/";
    let ours = format!("{}-a", prefix.text());
    heard(&ledger, "providers/proxy/9/", &json!({"pk": 9, "name": ours}));
    let write = |providers: Value| request(Method::Patch, path, json!({"type": "proxy", "providers": providers}));
    assert!(!ledger.allows(&write(json!([7, 9]))), "nobody has read it");
    heard(&ledger, path, &json!({"pk": "o1", "name": "Embedded", "providers": [7, 8]}));
    assert!(ledger.allows(&write(json!([7, 8, 9]))));
    for providers in [json!([7, 9]), json!([9]), json!([7, 8, 10]), json!([])] {
        assert!(!ledger.allows(&write(providers)));
    }
    let config = json!({"type": "proxy", "providers": [7, 8, 9], "config": {}});
    assert!(!ledger.allows(&request(Method::Patch, path, config)));
    let strict = Ledger::new(prefix);
    heard(&strict, "providers/proxy/9/", &json!({"pk": 9, "name": ours}));
    heard(&strict, path, &json!({"pk": "o1", "name": "Embedded", "providers": [7, 8]}));
    assert!(!strict.allows(&write(json!([7, 8, 9]))));
}
