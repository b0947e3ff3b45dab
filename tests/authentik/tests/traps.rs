//! The traps of authentik's API that the product has to step around (api.md §0), each where it is not in the replay.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::{Release, Running, TokenOrder};
use serde_json::{Value, json};
use support::{Api, company, send};

const TRANSACTIONAL: &str = "/core/transactional/applications/";

fn slugs(list: &Value) -> Vec<String> {
    list["results"].as_array().unwrap().iter().map(|app| app["slug"].as_str().unwrap().to_owned()).collect()
}

fn plain(set: &Running) -> Api {
    Api::new(set, &set.about().tokens.plain)
}

#[tokio::test]
async fn the_company_has_sixty_people_eight_groups_and_twelve_applications() {
    for release in Release::ALL {
        let set = company(release).await;
        let api = Api::admin(&set);
        for (path, count) in [
            ("/core/users/", 60),
            ("/core/groups/", 8),
            ("/core/applications/?superuser_full_list=true", 12),
            ("/providers/all/", 11),
            ("/providers/oauth2/", 11),
            ("/providers/proxy/", 5),
        ] {
            assert_eq!(api.get(path).await.json()["pagination"]["count"], count, "{path}");
        }
        assert_eq!(api.outpost().await["providers"].as_array().unwrap().len(), 4);
    }
}

#[tokio::test]
async fn pages_end_at_twenty_and_at_most_a_hundred_since_2025_12() {
    for (release, default, thousand) in [
        (Release::R2025_10, 60, 60),
        (Release::R2025_12, 20, 60),
        (Release::R2026_2, 20, 60),
        (Release::R2026_8, 20, 60),
    ] {
        let api_set = company(release).await;
        let api = Api::admin(&api_set);
        let rows = async |path: &str| api.get(path).await.json()["results"].as_array().unwrap().len();
        assert_eq!(rows("/core/users/").await, default);
        assert_eq!(rows("/core/users/?page_size=1000").await, thousand);
        assert_eq!(api.get("/core/users/?page=99").await.json(), json!({ "detail": "Invalid page." }));
    }
}

#[tokio::test]
async fn the_application_list_is_filtered_by_policy_after_paging_unless_a_superuser_asks_for_all() {
    let set = company(Release::R2025_10).await;
    let admin = Api::admin(&set);
    let all = admin.get("/core/applications/?superuser_full_list=true").await.json();
    assert_eq!(slugs(&all).len(), 12);
    let mine = admin.get("/core/applications/").await.json();
    assert_eq!(mine["pagination"]["count"], 12, "counted before filtering");
    assert!(!slugs(&mine).contains(&"grafana".to_owned()), "no bypass for superusers");
    let plain = plain(&set).get("/core/applications/?superuser_full_list=true").await.json();
    assert!(!slugs(&plain).contains(&"grafana".to_owned()), "silently ignored");
}

#[tokio::test]
async fn the_application_list_of_a_person_comes_from_a_cache_that_ignores_the_query() {
    let set = company(Release::R2025_10).await;
    let api = plain(&set);
    let first = api.get("/core/applications/").await.json();
    let narrowed = api.get("/core/applications/?slug=wiki").await.json();
    assert_eq!(slugs(&narrowed), slugs(&first));
    let searched = api.get("/core/applications/?search=wiki").await.json();
    assert_eq!(slugs(&searched), ["wiki"]);
}

#[tokio::test]
async fn a_list_is_403_when_nothing_is_visible_also_for_a_search_without_hits() {
    let set = company(Release::R2025_10).await;
    assert_eq!(plain(&set).get("/providers/all/").await.status, 403);
    let sonarr = Api::admin(&set).get("/providers/all/?search=sonarr").await.json()["results"][0]["pk"].to_string();
    let order = TokenOrder {
        objects: vec![("authentik_core.view_provider".to_owned(), sonarr.clone())],
        ..TokenOrder::default()
    };
    let some = Api::new(&set, &set.control.make_token(&order).token);
    assert_eq!(some.get("/providers/all/").await.json()["pagination"]["count"], 1);
    assert_eq!(some.get("/providers/all/?search=nothing").await.status, 403);
    assert_eq!(some.get(&format!("/providers/all/{sonarr}/")).await.status, 200);
    assert_eq!(some.get("/providers/all/2/").await.status, 404);
}

#[tokio::test]
async fn the_protector_can_protect_a_site_and_take_it_back() {
    for release in Release::ALL {
        let set = company(release).await;
        let before = set.control.state();
        let api = Api::new(&set, &set.about().tokens.protector);
        let pk = api.protect("larder", &set.about().urls.site, json!([{ "user": 3, "order": 0 }])).await;
        assert_eq!(api.send("DELETE", "/core/applications/larder/", None).await.status, 204);
        assert_eq!(api.send("DELETE", &format!("/providers/proxy/{pk}/"), None).await.status, 204);
        assert_eq!(set.control.state(), before);
    }
}

#[tokio::test]
async fn the_reader_sees_everything_and_changes_nothing() {
    let set = company(Release::R2026_2).await;
    let api = Api::new(&set, &set.about().tokens.reader);
    for path in [
        "/core/users/",
        "/core/groups/",
        "/providers/all/",
        "/providers/proxy/",
        "/providers/oauth2/",
        "/outposts/instances/",
        "/flows/instances/",
        "/policies/bindings/",
        "/propertymappings/provider/scope/",
        "/crypto/certificatekeypairs/",
        "/events/events/",
        "/rbac/roles/",
        "/core/applications/sonarr/",
        "/admin/system/",
        "/admin/settings/",
    ] {
        assert_eq!(api.get(path).await.status, 200, "{path}");
    }
    let body = api.protection("larder", "https://larder.example.org").await;
    let answer = api.send("PUT", TRANSACTIONAL, Some(body)).await;
    let text = "User lacks permission to create authentik_providers_proxy.proxyprovider";
    assert_eq!((answer.status, answer.json()), (403, json!({ "provider": text })));
    assert_eq!(api.send("DELETE", "/core/applications/sonarr/", None).await.status, 403);
}

#[tokio::test]
async fn permissions_are_asked_for_one_entry_after_the_other() {
    let set = company(Release::R2025_10).await;
    let body = Api::admin(&set).protection("larder", "https://larder.example.org").await;
    let mut bound = body.clone();
    bound["policy_bindings"] = json!([{ "user": 3, "order": 0 }]);
    let mut held = vec!["authentik_providers_proxy.add_proxyprovider".to_owned()];
    for (next, body, refused) in [
        (
            "authentik_core.add_application",
            &body,
            json!({ "app": "User lacks permission to create authentik_core.application" }),
        ),
        (
            "authentik_policies.add_policybinding",
            &bound,
            json!({ "null": "User lacks permission to create authentik_policies.policybinding" }),
        ),
    ] {
        let order = TokenOrder { permissions: held.clone(), ..TokenOrder::default() };
        let api = Api::new(&set, &set.control.make_token(&order).token);
        let answer = api.send("PUT", TRANSACTIONAL, Some(body.clone())).await;
        assert_eq!((answer.status, answer.json()), (403, refused));
        held.push(next.to_owned());
    }
}

#[tokio::test]
async fn a_name_that_another_kind_of_provider_has_is_refused_with_another_text() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    let mut body = api.protection("larder", "https://larder.example.org").await;
    body["provider"]["name"] = json!("Grafana");
    let answer = api.send("PUT", TRANSACTIONAL, Some(body)).await;
    assert_eq!(answer.json(), json!({ "provider": { "name": ["provider with this name already exists."] } }));
}

#[tokio::test]
async fn grant_types_are_stored_only_since_2026_5_and_default_to_none() {
    for release in Release::ALL {
        let stored = if release < Release::R2026_5 { Value::Null } else { json!([]) };
        let set = company(release).await;
        let api = Api::admin(&set);
        let mut body = json!({
            "name": "larder",
            "authorization_flow": api.flow("default-provider-authorization-implicit-consent").await,
            "invalidation_flow": api.flow("default-provider-invalidation-flow").await,
            "redirect_uris": [{ "matching_mode": "strict", "url": "https://larder.example.org/cb" }],
        });
        let made = api.send("POST", "/providers/oauth2/", Some(body.clone())).await.json();
        assert_eq!(made["grant_types"], stored, "{release:?}");
        body["name"] = json!("larder 2");
        body["grant_types"] = json!(["authorization_code"]);
        let made = api.send("POST", "/providers/oauth2/", Some(body)).await.json();
        let wanted = if stored.is_null() { Value::Null } else { json!(["authorization_code"]) };
        assert_eq!(made["grant_types"], wanted, "{release:?}");
        let with_type = made["redirect_uris"][0].get("redirect_uri_type").is_some();
        assert_eq!(with_type, release >= Release::R2026_5);
    }
}

#[tokio::test]
async fn a_patch_of_a_proxy_provider_must_repeat_its_mode() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    let list = api.get("/providers/proxy/?name__iexact=sonarr").await.json();
    let path = format!("/providers/proxy/{}/", list["results"][0]["pk"]);
    let answer = api.send("PATCH", &path, Some(json!({ "skip_path_regex": "^/api" }))).await;
    let text = "Internal host cannot be empty when forward auth is disabled.";
    assert_eq!((answer.status, answer.json()), (400, json!({ "internal_host": [text] })));
    let body = json!({ "mode": "forward_single", "skip_path_regex": "^/api" });
    assert_eq!(api.send("PATCH", &path, Some(body)).await.json()["skip_path_regex"], "^/api");
}

#[tokio::test]
async fn mode_all_with_two_groups_means_all_since_2026_2() {
    for (release, passing) in
        [(Release::R2025_10, true), (Release::R2025_12, true), (Release::R2026_2, false), (Release::R2026_5, false)]
    {
        let set = company(release).await;
        let api = Api::admin(&set);
        let group =
            async |name: &str| api.get(&format!("/core/groups/?name={name}")).await.json()["results"][0]["pk"].clone();
        let mut body = api.protection("larder", "https://larder.example.org").await;
        body["app"]["policy_engine_mode"] = json!("all");
        body["policy_bindings"] =
            json!([{ "group": group("finance").await, "order": 0 }, { "group": group("support").await, "order": 1 }]);
        assert_eq!(api.send("PUT", TRANSACTIONAL, Some(body)).await.status, 200);
        let luca = api.get("/core/users/?username=luca.pacioli").await.json()["results"][0]["pk"].clone();
        let verdict = api.get(&format!("/core/applications/larder/check_access/?for_user={luca}")).await.json();
        assert_eq!(verdict["passing"], passing, "{release:?}");
    }
}

#[tokio::test]
async fn groups_have_a_parent_or_parents_by_release() {
    for (release, key, gone) in [
        (Release::R2025_10, "parent", "parents"),
        (Release::R2025_12, "parents", "parent"),
        (Release::R2026_2, "parents", "parent"),
    ] {
        let set = company(release).await;
        let list = Api::admin(&set).get("/core/groups/?name=platform&include_users=false").await.json();
        let group = &list["results"][0];
        assert!(group.get(key).is_some() && group.get(gone).is_none(), "{group}");
        assert!(group["users_obj"].is_null() && group["users"].is_array());
    }
}

#[tokio::test]
async fn a_standalone_outpost_can_not_be_empty() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    let radarr = api.get("/providers/proxy/?name__iexact=radarr").await.json()["results"][0]["pk"].clone();
    let body = json!({ "name": "edge", "type": "proxy", "providers": [radarr], "config": {} });
    let made = api.send("POST", "/outposts/instances/", Some(body)).await.json();
    let path = format!("/outposts/instances/{}/", made["pk"].as_str().unwrap());
    let answer = api.send("PATCH", &path, Some(json!({ "providers": [] }))).await;
    assert_eq!((answer.status, answer.json()), (400, json!({ "providers": ["This list may not be empty."] })));
    assert_eq!(api.get(&format!("{path}health/")).await.json(), json!([]));
    let list = api.get("/outposts/instances/?providers_by_pk=18").await.json();
    assert_eq!(list["results"][0]["name"], "edge");
}

#[tokio::test]
async fn deleting_a_provider_empties_its_application_and_leaves_its_outpost() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    let pk = api.get("/core/applications/sonarr/").await.json()["provider"].clone();
    assert_eq!(api.send("DELETE", &format!("/providers/all/{pk}/"), None).await.status, 204);
    assert!(api.get("/core/applications/sonarr/").await.json()["provider"].is_null());
    assert!(!api.outpost().await["providers"].as_array().unwrap().contains(&pk));
}

#[tokio::test]
async fn writes_are_events() {
    let set = company(Release::R2025_10).await;
    let api = Api::new(&set, &set.about().tokens.protector);
    api.protect("larder", "https://larder.example.org", json!([])).await;
    let list = Api::admin(&set).get("/events/events/?username=protector").await.json();
    let seen: Vec<_> = list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["action"].as_str().unwrap(), event["context"]["model"]["model_name"].as_str().unwrap()))
        .collect();
    let wanted = [("model_updated", "outpost"), ("model_created", "application"), ("model_created", "proxyprovider")];
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn a_head_has_no_body_and_no_answer_has_cors_headers() {
    let set = company(Release::R2025_10).await;
    let url = format!("{}/api/v3/root/config/", set.about().urls.authentik);
    for method in ["HEAD", "GET", "OPTIONS"] {
        let answer = send(method, &url, &[("Origin", "chrome-extension://abc")], None).await.unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body.is_empty(), method == "HEAD");
        assert!(!answer.headers.iter().any(|(name, _)| name.starts_with("access-control")));
        assert!(answer.header("x-authentik-id").is_some());
    }
}

#[tokio::test]
async fn a_session_cookie_reads_and_does_not_write_for_an_extension() {
    let set = company(Release::R2025_10).await;
    let base = &set.about().urls.authentik;
    let mut browser = support::Browser::default();
    browser.sign_in(&format!("{base}/if/flow/default-authentication-flow/"), "akadmin").await;
    assert_eq!(browser.get(&format!("{base}/api/v3/core/users/me/")).await.status, 200);
    let answer = browser.send("POST", &format!("{base}/api/v3/core/applications/"), Some("{}")).await;
    assert_eq!(answer.json(), json!({ "detail": "CSRF Failed: CSRF token missing." }));
}
