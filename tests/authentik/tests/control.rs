//! The control API: faults, the log of requests, dumps, tokens.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::{Release, Running, Seed};
use serde_json::{Value, json};
use support::{Answer, Api, company, send};

async fn control(set: &Running, method: &str, path: &str, body: Option<Value>) -> Answer {
    let url = format!("{}{path}", set.about().urls.control);
    let text = body.map(|body| body.to_string());
    send(method, &url, &[], text.as_deref()).await.unwrap()
}

async fn fault(set: &Running, fault: Value) {
    let answer = control(set, "POST", "/faults", Some(fault)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Waits until a request is held under a name.
async fn until_held(set: &Running, name: &str) {
    while !set.control.held().contains(&name.to_owned()) {
        tokio::task::yield_now().await;
    }
}

const TRANSACTIONAL: &str = "/core/transactional/applications/";

#[tokio::test]
async fn about_tells_addresses_tokens_and_the_password() {
    let set = company(Release::R2026_2).await;
    let about = control(&set, "GET", "/about", None).await.json();
    assert_eq!(about["release"], "2026.2.2");
    assert_eq!(about["authentik"], set.about().urls.authentik);
    assert_eq!(about["tokens"]["admin"], set.about().tokens.admin);
    assert_eq!(about["password"], "correct-horse");
}

#[tokio::test]
async fn two_fresh_sets_hold_the_same_state() {
    for release in Release::ALL {
        let (one, two) = (company(release).await, company(release).await);
        let text = |set: &Running| set.control.state().to_string().replace(&set.about().urls.authentik, "AUTHENTIK");
        assert_eq!(text(&one), text(&two));
    }
}

#[tokio::test]
async fn what_is_made_and_removed_again_leaves_the_state_as_it_was() {
    let set = company(Release::R2025_10).await;
    let before = set.control.state();
    let api = Api::admin(&set);
    let pk = api.protect("larder", &set.about().urls.site, json!([{ "user": 3, "order": 0 }])).await;
    assert_ne!(set.control.state(), before);
    api.send("DELETE", "/core/applications/larder/", None).await;
    api.send("DELETE", &format!("/providers/proxy/{pk}/"), None).await;
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn reset_brings_the_seed_back_or_another_release() {
    let set = company(Release::R2025_10).await;
    let before = set.control.state();
    let api = Api::admin(&set);
    api.send("DELETE", "/core/applications/grafana/", None).await;
    control(&set, "POST", "/reset", None).await;
    assert_eq!(set.control.state(), before);
    assert!(set.control.requests().is_empty());
    let body = json!({ "release": "2026.8.5", "seed": "fresh" });
    assert_eq!(control(&set, "POST", "/reset", Some(body)).await.json()["release"], "2026.8.5");
    assert_eq!(api.get("/admin/version/").await.json()["version_current"], "2026.8.5");
    assert_eq!(api.get("/core/applications/?superuser_full_list=true").await.json()["pagination"]["count"], 0);
    assert_eq!(control(&set, "POST", "/reset", Some(json!({ "release": "1.0" }))).await.status, 400);
    set.control.reset(Some(Release::R2025_10), Some(Seed::Company));
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn a_status_comes_as_often_as_ordered_and_nothing_is_applied() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    let before = set.control.state();
    let effect = json!({ "status": 503, "body": { "error": "authentik starting" } });
    fault(&set, json!({ "path_contains": "/outposts/", "skip": 1, "times": 2, "effect": effect })).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(api.get("/outposts/instances/").await.status);
    }
    assert_eq!(seen, [200, 503, 503, 200]);
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn a_connection_dropped_before_leaves_nothing_and_after_leaves_it_applied() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    for (when, applied) in [("before", 404), ("after", 200)] {
        let order = json!({ "method": "PUT", "path_contains": TRANSACTIONAL, "effect": { "drop": when } });
        fault(&set, order).await;
        let body = api.protection("larder", "https://larder.example.org").await;
        assert!(api.try_send("PUT", TRANSACTIONAL, Some(body)).await.is_err());
        assert_eq!(api.get("/core/applications/larder/").await.status, applied, "{when}");
    }
}

#[tokio::test]
async fn a_held_request_waits_for_its_release() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    for (when, meanwhile) in [("before", 404), ("after", 200)] {
        let slug = format!("larder-{when}");
        let body = api.protection(&slug, "https://larder.example.org").await;
        let effect = json!({ "hold": when, "name": "x" });
        fault(&set, json!({ "method": "PUT", "path_contains": TRANSACTIONAL, "effect": effect })).await;
        let path = format!("/core/applications/{slug}/");
        let (answer, ()) = tokio::join!(api.send("PUT", TRANSACTIONAL, Some(body)), async {
            until_held(&set, "x").await;
            assert_eq!(api.get(&path).await.status, meanwhile, "{when}");
            assert_eq!(control(&set, "GET", "/faults/held", None).await.json(), json!(["x"]));
            control(&set, "POST", "/release", Some(json!({ "name": "x" }))).await;
        });
        assert_eq!(answer.status, 200);
        assert_eq!(api.get(&path).await.status, 200);
        assert!(set.control.held().is_empty());
    }
}

#[tokio::test]
async fn a_lost_race_is_200_with_applied_false() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    fault(&set, json!({ "path_contains": TRANSACTIONAL, "effect": { "applied_false": true } })).await;
    let body = api.protection("larder", "https://larder.example.org").await;
    let answer = api.send("PUT", TRANSACTIONAL, Some(body)).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "applied": false, "logs": [] })));
    assert_eq!(api.get("/core/applications/larder/").await.status, 404);
}

#[tokio::test]
async fn pages_redirects_delays_and_cut_bodies_come_in_place_of_answers() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    let order = async |effect: Value| fault(&set, json!({ "path_contains": "/users/me/", "effect": effect })).await;
    order(json!({ "html": "<h1>Sign in to the proxy</h1>" })).await;
    assert_eq!(api.get("/core/users/me/").await.header("content-type"), Some("text/html; charset=utf-8"));
    let elsewhere = format!("{}/api/v3/core/users/me/", set.about().urls.elsewhere);
    order(json!({ "redirect": elsewhere })).await;
    let answer = api.get("/core/users/me/").await;
    assert_eq!((answer.status, answer.header("location")), (302, Some(elsewhere.as_str())));
    order(json!({ "delay_ms": 1 })).await;
    assert_eq!(api.get("/core/users/me/").await.status, 200);
    order(json!({ "cut_body": 10 })).await;
    assert!(api.try_send("GET", "/core/users/me/", None).await.is_err());
    assert_eq!(api.get("/core/users/me/").await.status, 200);
    assert_eq!(control(&set, "POST", "/faults", Some(json!({ "path_contains": "x", "effect": {} }))).await.status, 400);
}

#[tokio::test]
async fn the_log_says_where_the_bearer_went() {
    let set = company(Release::R2025_10).await;
    Api::admin(&set).get("/core/users/me/").await;
    send("GET", &set.about().urls.elsewhere, &[("Authorization", "Bearer x")], None).await.unwrap();
    send("GET", &set.about().urls.site, &[], None).await.unwrap();
    let log = control(&set, "GET", "/requests", None).await.json();
    let seen: Vec<(&str, bool)> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|seen| (seen["server"].as_str().unwrap(), seen["bearer"].as_bool().unwrap()))
        .collect();
    assert_eq!(seen, [("authentik", true), ("elsewhere", true), ("site", false)]);
    control(&set, "DELETE", "/requests", None).await;
    assert_eq!(control(&set, "GET", "/requests", None).await.json(), json!([]));
}

#[tokio::test]
async fn depth_tells_requests_in_sequence_from_requests_side_by_side() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    api.get("/core/users/me/").await;
    api.get("/admin/version/").await;
    assert_eq!(control(&set, "GET", "/requests/depth", None).await.json(), json!({ "total": 2, "sequential": 2 }));
    set.control.clear_requests();
    let effect = json!({ "hold": "before", "name": "both" });
    fault(&set, json!({ "path_contains": "/api/", "times": 2, "effect": effect })).await;
    tokio::join!(api.get("/core/users/me/"), api.get("/admin/version/"), async {
        while set.control.held().len() < 2 {
            tokio::task::yield_now().await;
        }
        set.control.release("both");
    });
    assert_eq!(control(&set, "GET", "/requests/depth", None).await.json(), json!({ "total": 2, "sequential": 1 }));
}

#[tokio::test]
async fn a_made_token_may_do_exactly_what_was_ordered_until_it_expires() {
    let set = company(Release::R2025_10).await;
    let order = json!({ "permissions": ["authentik_core.view_group"] });
    let made = control(&set, "POST", "/tokens", Some(order)).await.json();
    let key = made["token"].as_str().unwrap();
    let api = Api::new(&set, key);
    assert_eq!(api.get("/core/users/me/").await.json()["user"]["username"], made["username"]);
    assert_eq!(api.get("/core/groups/").await.status, 200);
    assert_eq!(api.get("/core/users/").await.status, 403);
    control(&set, "POST", "/tokens/expire", Some(json!({ "token": key }))).await;
    assert_eq!(api.get("/core/users/me/").await.json()["detail"], "Token invalid/expired");
    let made = control(&set, "POST", "/tokens", Some(json!({ "superuser": true }))).await.json();
    let api = Api::new(&set, made["token"].as_str().unwrap());
    assert_eq!(api.get("/core/users/me/").await.json()["user"]["is_superuser"], true);
}

#[tokio::test]
async fn the_outpost_can_be_disconnected() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    let health = format!("/outposts/instances/{}/health/", api.outpost().await["pk"].as_str().unwrap());
    assert_eq!(api.get(&health).await.json().as_array().unwrap().len(), 1);
    control(&set, "POST", "/outposts/connected", Some(json!({ "connected": false }))).await;
    assert_eq!(api.get(&health).await.json(), json!([]));
    control(&set, "POST", "/outposts/authentik_host", Some(json!({ "value": "" }))).await;
    assert_eq!(api.outpost().await["config"]["authentik_host"], "");
}

#[tokio::test]
async fn the_edge_is_switched_by_host() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    api.protect("larder", &set.about().urls.site, json!([])).await;
    let host = set.about().urls.site.trim_start_matches("http://").to_owned();
    for (on, status) in [(true, 302), (false, 200)] {
        control(&set, "PUT", "/edge", Some(json!({ "host": host, "middleware": on }))).await;
        assert_eq!(send("GET", &set.about().urls.site, &[], None).await.unwrap().status, status);
    }
}
