//! Every endpoint that the server knows, on every release: each answer is as authentik's own description of that release says.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::Release;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{Api, company, text};

/// What was asked, so that nothing is forgotten.
struct Walk {
    admin: Api,
    plain: Api,
    asked: BTreeSet<String>,
}

impl Walk {
    async fn send(&mut self, method: &str, path: &str, body: Option<Value>) -> Value {
        self.asked.insert(path.split('?').next().unwrap_or_default().to_owned());
        let answer = self.admin.send(method, path, body).await;
        assert!(answer.status < 500, "{method} {path}: {}", answer.text());
        // What is refused is described, too.
        self.plain.send("GET", path, None).await;
        if answer.text().is_empty() { Value::Null } else { answer.json() }
    }

    async fn get(&mut self, path: &str) -> Value {
        self.send("GET", path, None).await
    }

    /// A list, its second page, an unknown search, and each of its things alone.
    async fn list(&mut self, path: &str, key: &str) -> Vec<Value> {
        let list = self.get(&format!("{path}?page_size=100")).await;
        self.get(&format!("{path}?page_size=1&page=2")).await;
        self.get(&format!("{path}?search=nothing-is-called-so")).await;
        let rows = list["results"].as_array().cloned().unwrap_or_default();
        for row in &rows {
            let id = row[key].as_str().map_or_else(|| row[key].to_string(), str::to_owned);
            self.get(&format!("{path}{id}/")).await;
        }
        rows
    }
}

#[tokio::test]
async fn every_answer_of_every_endpoint_is_as_its_release_describes_it() {
    for release in Release::ALL {
        let set = company(release).await;
        let plain = Api::new(&set, &set.about().tokens.plain);
        let mut walk = Walk { admin: Api::admin(&set), plain, asked: BTreeSet::new() };
        reads(&mut walk).await;
        writes(&mut walk, release).await;
        let forgotten: Vec<_> =
            endpoints(release).into_iter().filter(|known| !walk.asked.iter().any(|path| fits(known, path))).collect();
        assert!(forgotten.is_empty(), "{release:?}: nobody asked {forgotten:?}");
        let checked = set.control.check();
        let answers: usize = checked.counts.values().map(|counts| counts.answers).sum();
        eprintln!("{}: {} endpoints, {answers} answers", release.version(), endpoints(release).len());
        assert!(checked.violations.is_empty(), "{}", checked.violations.join("\n"));
        assert!(answers > 300, "{answers}");
    }
}

async fn reads(walk: &mut Walk) {
    for path in [
        "/root/config/",
        "/core/brands/",
        "/core/brands/current/",
        "/core/users/me/",
        "/core/tokens/",
        "/admin/version/",
        "/admin/system/",
        "/admin/settings/",
        "/outposts/instances/default_settings/",
        "/rbac/roles/",
        "/core/applications/?superuser_full_list=true",
        "/core/users/?include_groups=false",
        "/core/groups/?include_users=false&include_children=true",
        "/core/groups/?include_parents=true&include_inherited_roles=true",
        "/crypto/certificatekeypairs/?include_details=false",
    ] {
        walk.get(path).await;
    }
    walk.list("/core/users/", "pk").await;
    walk.list("/core/groups/", "pk").await;
    walk.list("/flows/instances/", "slug").await;
    walk.list("/policies/bindings/", "pk").await;
    walk.list("/policies/all/", "pk").await;
    walk.list("/providers/all/", "pk").await;
    walk.list("/providers/proxy/", "pk").await;
    for app in walk.list("/core/applications/", "slug").await {
        walk.get(&format!("/core/applications/{}/check_access/", text(&app["slug"]))).await;
        walk.get(&format!("/core/applications/{}/check_access/?for_user=5", text(&app["slug"]))).await;
    }
    for provider in walk.list("/providers/oauth2/", "pk").await {
        walk.get(&format!("/providers/oauth2/{}/setup_urls/", provider["pk"])).await;
        walk.get(&format!("/providers/oauth2/{}/preview_user/", provider["pk"])).await;
    }
    for outpost in walk.list("/outposts/instances/", "pk").await {
        walk.get(&format!("/outposts/instances/{}/health/", text(&outpost["pk"]))).await;
    }
    for (list, used) in [("/propertymappings/provider/scope/", "pk"), ("/crypto/certificatekeypairs/", "pk")] {
        for row in walk.list(list, used).await {
            walk.get(&format!("{list}{}/used_by/", text(&row["pk"]))).await;
        }
    }
}

/// Everything is made, changed, refused and removed; the events of that come last.
async fn writes(walk: &mut Walk, release: Release) {
    let flow = walk.admin.flow("default-provider-authorization-implicit-consent").await;
    let end = walk.admin.flow("default-provider-invalidation-flow").await;
    let with = json!({"authorization_flow": flow, "invalidation_flow": end});
    let of = |more: Value| {
        let mut all = with.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Some(all)
    };

    let pair = Some(json!({"common_name": "Key", "validity_days": 30, "alg": "ecdsa"}));
    let pair = walk.send("POST", "/crypto/certificatekeypairs/generate/", pair).await;
    let mapping = Some(json!({"name": "Mapping", "scope_name": "kitchen", "expression": "return {}"}));
    let mapping = walk.send("POST", "/propertymappings/provider/scope/", mapping).await;
    let mapping = format!("/propertymappings/provider/scope/{}/", text(&mapping["pk"]));
    walk.send("PATCH", &mapping, Some(json!({"description": "What is in the kitchen"}))).await;
    let uri = json!([{"matching_mode": "strict", "url": "https://larder.example.org/cb"}]);
    let key = &pair["pk"];
    let oauth = of(json!({"name": "OAuth", "redirect_uris": uri, "signing_key": key}));
    let oauth = walk.send("POST", "/providers/oauth2/", oauth).await;
    let oauth = format!("/providers/oauth2/{}/", oauth["pk"]);
    walk.send("PATCH", &oauth, Some(json!({"sub_mode": "user_email", "grant_types": ["authorization_code"]}))).await;
    walk.get(&format!("/crypto/certificatekeypairs/{}/used_by/", text(key))).await;

    let host = "https://larder.example.org";
    let proxy = of(json!({"name": "Proxy", "external_host": host, "mode": "forward_single"}));
    let proxy = walk.send("POST", "/providers/proxy/", proxy).await;
    let pk = proxy["pk"].clone();
    let proxy = format!("/providers/proxy/{pk}/");
    walk.send("PATCH", &proxy, Some(json!({"mode": "forward_single", "skip_path_regex": "^/open"}))).await;
    let app = json!({"name": "App", "slug": "app", "provider": pk, "meta_icon": "https://larder.example.org/i.png"});
    let app = walk.send("POST", "/core/applications/", Some(app)).await;
    walk.send("PATCH", "/core/applications/app/", Some(json!({"group": "Kitchen"}))).await;
    if release.version() == "2025.10.3" {
        let icon = Some(json!({"url": "https://larder.example.org/i.png"}));
        walk.send("POST", "/core/applications/app/set_icon_url/", icon).await;
    }
    for bound in [json!({"user": 5}), json!({"group": walk.get("/core/groups/").await["results"][0]["pk"]})] {
        let mut body = json!({"target": app["pk"], "order": 0});
        body.as_object_mut().unwrap().extend(bound.as_object().unwrap().clone());
        let binding = walk.send("POST", "/policies/bindings/", Some(body.clone())).await;
        body["negate"] = json!(true);
        walk.send("PUT", &format!("/policies/bindings/{}/", text(&binding["pk"])), Some(body)).await;
    }
    walk.list("/policies/bindings/", "pk").await;

    let mut together = walk.admin.protection("together", host).await;
    together["policy_bindings"] = json!([{"user": 5, "order": 0}]);
    let transactional = "/core/transactional/applications/";
    walk.plain.send("PUT", transactional, Some(together.clone())).await;
    walk.send("PUT", transactional, Some(together.clone())).await;
    walk.send("PUT", transactional, Some(together)).await;
    walk.send("PUT", transactional, Some(json!({}))).await;

    let outpost = walk.admin.outpost().await;
    let config = outpost["config"].clone();
    let path = format!("/outposts/instances/{}/", text(&outpost["pk"]));
    walk.send("PATCH", &path, Some(json!({"type": "proxy", "providers": [pk]}))).await;
    walk.send("PATCH", &path, Some(json!({"type": "proxy", "providers": [99_999]}))).await;
    let own = Some(json!({"name": "Own", "type": "proxy", "providers": [pk], "config": config}));
    let own = walk.send("POST", "/outposts/instances/", own).await;
    let own = format!("/outposts/instances/{}/", text(&own["pk"]));
    walk.get(&format!("{own}health/")).await;

    let role = walk.get("/rbac/roles/").await["results"][0]["pk"].clone();
    let permissions = Some(json!({"permissions": ["authentik_core.view_application"]}));
    for (method, what) in [("POST", "assign"), ("PATCH", "unassign")] {
        let path = format!("/rbac/permissions/assigned_by_roles/{}/{what}/", text(&role));
        walk.send(method, &path, permissions.clone()).await;
    }

    let key = format!("/crypto/certificatekeypairs/{}/", text(key));
    for path in [own, "/core/applications/app/".to_owned(), oauth, proxy, mapping, key] {
        walk.plain.send("DELETE", &path, None).await;
        walk.send("DELETE", &path, None).await;
    }
    walk.list("/events/events/", "pk").await;
}

/// The endpoints, as `endpoint.rs` writes them: `_` is anything.
fn endpoints(release: Release) -> Vec<Vec<String>> {
    let source = include_str!("../src/api/endpoint.rs");
    let lines = source.lines().filter_map(|line| line.trim().strip_prefix('[')?.split_once("] => Self::"));
    let all = lines.map(|(parts, _)| {
        parts
            .split(", ")
            .map(|part| part.trim_matches('"').to_owned())
            .map(|part| if part == "family" { "_".into() } else { part })
    });
    let all = all.map(Iterator::collect::<Vec<String>>);
    let known: Vec<_> =
        all.filter(|parts| release == Release::R2025_10 || !parts.contains(&"set_icon_url".to_owned())).collect();
    assert!(known.len() > 35, "{known:?}");
    known
}

fn fits(known: &[String], path: &str) -> bool {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    parts.len() == known.len() && known.iter().zip(parts).all(|(known, part)| known == "_" || known == part)
}
