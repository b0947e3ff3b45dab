//! The fault knob: somebody else's writes around a request, answers without end, and what no answer ever comes to.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::{Release, Running};
use serde_json::{Value, json};
use support::{Api, company, send, text};

const ME: &str = "/core/users/me/";

async fn fault(set: &Running, fault: Value) {
    let url = format!("{}/faults", set.about().urls.control);
    let answer = send("POST", &url, &[], Some(&fault.to_string())).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn until_held(set: &Running, name: &str) {
    while !set.control.held().contains(&name.to_owned()) {
        tokio::task::yield_now().await;
    }
}

async fn events_of(api: &Api, outpost: &Value) -> Vec<(String, String)> {
    let path = format!("/events/events/?actions=model_updated&context_model_pk={}", text(&outpost["pk"]));
    let rows = api.get(&path).await.json()["results"].as_array().unwrap().clone();
    rows.iter()
        .map(|row| {
            (text(&row["user"]["username"]).to_owned(), text(&row["context"]["http_request"]["request_id"]).to_owned())
        })
        .collect()
}

#[tokio::test]
async fn somebody_else_writes_before_or_after_a_request_and_leaves_an_event() {
    for release in Release::ALL {
        for when in ["before", "after"] {
            let set = company(release).await;
            let api = Api::admin(&set);
            let outpost = api.outpost().await;
            let list = outpost["providers"].as_array().unwrap().clone();
            let path = format!("outposts/instances/{}/", text(&outpost["pk"]));
            let body = json!({ "type": "proxy", "providers": { "$now": { "without": [list[0]] } } });
            let effect = json!({ "foreign": when, "method": "PATCH", "path": path, "body": body });
            fault(&set, json!({ "method": "PATCH", "path_contains": "/outposts/", "effect": effect })).await;
            let ours =
                api.send("PATCH", &format!("/{path}"), Some(json!({ "type": "proxy", "providers": list }))).await;
            assert_eq!(ours.json()["providers"], json!(list), "the answer is ours alone");
            let left = api.outpost().await["providers"].clone();
            assert_eq!(left, if when == "before" { json!(list) } else { json!(list[1..]) }, "{when}");
            let seen: Vec<_> = set.control.requests().into_iter().filter(|seen| seen.server == "foreign").collect();
            assert_eq!((seen.len(), seen[0].status), (1, 200));
            let mut events = events_of(&api, &outpost).await;
            if when == "before" {
                events.reverse();
            }
            assert_eq!(events[1].1, ours.header("x-authentik-id").unwrap(), "each event has the id of its request");
            assert_eq!(events.iter().map(|(user, _)| user.as_str()).collect::<Vec<_>>(), ["akadmin", "akadmin"]);
        }
    }
}

#[tokio::test]
async fn somebody_else_may_do_what_his_rights_allow() {
    let set = company(Release::R2026_2).await;
    let api = Api::admin(&set);
    let before = set.control.state();
    let delete = |who: Value| {
        let mut effect = json!({ "foreign": "after", "method": "DELETE", "path": "core/applications/wiki/" });
        effect.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
        json!({ "path_contains": ME, "effect": effect })
    };
    fault(&set, delete(json!({ "user": "ada.lovelace" }))).await;
    fault(&set, delete(json!({ "token": set.about().tokens.reader }))).await;
    api.get(ME).await;
    assert_eq!(set.control.state(), before, "both wrote at this one request, and both were refused");
    let refused: Vec<u16> =
        set.control.requests().iter().filter(|seen| seen.server == "foreign").map(|seen| seen.status).collect();
    assert!(refused.iter().all(|status| [403, 404].contains(status)) && refused.len() == 2, "{refused:?}");
    fault(&set, delete(json!({}))).await;
    api.get(ME).await;
    assert_ne!(set.control.state(), before);
}

#[tokio::test]
async fn a_foreign_write_goes_together_with_another_fault() {
    for (effect, ours_is_applied) in [
        (json!({ "drop": "after" }), true),
        (json!({ "drop": "before" }), false),
        (json!({ "status": 500 }), false),
        (json!({ "content_type": "text/plain" }), true),
    ] {
        let set = company(Release::R2025_10).await;
        let api = Api::admin(&set);
        let write = json!({ "foreign": "before", "method": "DELETE", "path": "core/applications/wiki/" });
        fault(&set, json!({ "path_contains": "/gitea/", "effect": effect })).await;
        fault(&set, json!({ "path_contains": "/gitea/", "effect": write })).await;
        let _ = api.try_send("DELETE", "/core/applications/gitea/", None).await;
        assert_eq!(api.get("/core/applications/wiki/").await.status, 404, "{effect}");
        assert_eq!(api.get("/core/applications/gitea/").await.status == 404, ours_is_applied, "{effect}");
    }
}

#[tokio::test]
async fn an_answer_of_50_mb_comes_whole_with_its_length_or_without() {
    let set = company(Release::R2025_10).await;
    for chunked in [false, true] {
        fault(&set, json!({ "path_contains": ME, "effect": { "huge": 50 << 20, "chunked": chunked } })).await;
        let answer = Api::admin(&set).get(ME).await;
        assert_eq!(answer.header("content-length").is_none(), chunked);
        assert!(answer.body.len() >= 50 << 20, "{}", answer.body.len());
        if !chunked {
            assert_eq!(answer.json()["results"], json!([]));
        }
    }
}

#[tokio::test]
async fn another_content_type_changes_nothing_but_the_header() {
    let set = company(Release::R2025_10).await;
    fault(&set, json!({ "path_contains": ME, "effect": { "content_type": "text/html" } })).await;
    let answer = Api::admin(&set).get(ME).await;
    assert_eq!(answer.header("content-type"), Some("text/html"));
    assert_eq!(answer.json()["user"]["username"], "akadmin");
}

#[tokio::test]
async fn a_silent_connection_and_a_stalled_body_stay_open_until_the_faults_are_forgotten() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    for (effect, held) in [
        (json!({ "silent": "before" }), "silent"),
        (json!({ "silent": "after" }), "silent"),
        (json!({ "stall_body": 10 }), "stalled"),
    ] {
        let after = effect != json!({ "silent": "before" });
        fault(&set, json!({ "path_contains": "/wiki/", "effect": effect })).await;
        let (answer, ()) =
            tokio::join!(api.try_send("PATCH", "/core/applications/wiki/", Some(json!({ "group": held }))), async {
                until_held(&set, held).await;
                let group = api.get("/core/applications/?superuser_full_list=true&slug=wiki").await.json();
                assert_eq!(group["results"][0]["group"] == held, after);
                set.control.clear_faults();
            });
        assert!(answer.is_err());
        set.control.reset(None, None);
    }
}
