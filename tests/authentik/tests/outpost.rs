//! What a visitor of a protected site meets.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::{Release, Running};
use serde_json::{Value, json};
use support::{Answer, Api, Browser, company, send};

/// The site's host with its port.
fn host(set: &Running) -> String {
    set.about().urls.site.trim_start_matches("http://").to_owned()
}

async fn group(api: &Api, name: &str) -> Value {
    api.get(&format!("/core/groups/?name={name}")).await.json()["results"][0]["pk"].clone()
}

/// Protects the sample site for finance, with the middleware on.
async fn protected(release: Release) -> Running {
    let set = company(release).await;
    let api = Api::admin(&set);
    let bindings = json!([{ "group": group(&api, "finance").await, "order": 0 }]);
    api.protect("larder", &set.about().urls.site, bindings).await;
    set.control.set_middleware(&host(&set), true);
    set
}

/// Asks as Traefik does.
async fn ask(set: &Running, host: &str, uri: &str) -> Answer {
    let url = format!("{}/outpost.goauthentik.io/auth/traefik", set.about().urls.authentik);
    let headers = [("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", host), ("X-Forwarded-Uri", uri)];
    send("GET", &url, &headers, None).await.unwrap()
}

#[tokio::test]
async fn a_stranger_is_led_to_the_login() {
    for release in Release::ALL {
        let set = protected(release).await;
        let (url, page) = Browser::default().open(&format!("{}/shelf?row=2", set.about().urls.site)).await;
        assert!(url.starts_with(&format!("{}/if/flow/default-authentication-flow/?next=", set.about().urls.authentik)));
        assert_eq!(page.status, 200);
        assert!(page.text().contains("<label for=\"username\">"));
    }
}

#[tokio::test]
async fn a_person_in_the_group_gets_in_and_the_site_is_told_who_it_is() {
    for release in Release::ALL {
        let set = protected(release).await;
        let mut browser = Browser::default();
        let wanted = format!("{}/shelf?row=2", set.about().urls.site);
        let (login, _) = browser.open(&wanted).await;
        let (url, page) = browser.sign_in(&login, "luca.pacioli").await;
        assert_eq!((url.as_str(), page.status), (wanted.as_str(), 200));
        assert!(page.text().contains("<strong id=\"person\">luca.pacioli</strong>"), "{}", page.text());
        assert!(page.text().contains("finance, staff"));
        let provider = Api::admin(&set).get("/providers/proxy/?name__iexact=larder").await.json();
        let id = provider["results"][0]["client_id"].as_str().unwrap();
        assert!(browser.has_cookie("site.localhost", &cookie_name(id)));
        assert_eq!(browser.get(&wanted).await.status, 200, "the session lasts");
    }
}

/// The name as `printf %s CLIENT_ID | sha256sum` would tell it, asked from the server's own first redirect.
fn cookie_name(client_id: &str) -> String {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(client_id.as_bytes());
    let hex: Vec<String> = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("authentik_proxy_{}", hex.concat())
}

#[tokio::test]
async fn a_person_outside_of_the_group_is_refused_with_a_page_of_status_200() {
    let set = protected(Release::R2025_10).await;
    let mut browser = Browser::default();
    let (login, _) = browser.open(&set.about().urls.site).await;
    let (_, page) = browser.sign_in(&login, "susan.kare").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Permission denied"));
}

#[tokio::test]
async fn a_wrong_password_or_an_inactive_person_stays_at_the_login() {
    let set = protected(Release::R2025_10).await;
    let mut browser = Browser::default();
    let (login, _) = browser.open(&set.about().urls.site).await;
    for form in
        ["username=luca.pacioli&password=wrong", "username=joan.clarke&password=correct-horse", "username=&password="]
    {
        let page = browser.send("POST", &login, Some(form)).await;
        assert!(page.text().contains("Failed to authenticate."), "{form}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_of_the_site() {
    let set = protected(Release::R2025_10).await;
    let mut browser = Browser::default();
    let site = &set.about().urls.site;
    let (login, _) = browser.open(site).await;
    browser.sign_in(&login, "luca.pacioli").await;
    let (url, page) = browser.open(&format!("{site}/outpost.goauthentik.io/sign_out")).await;
    assert!(url.ends_with("/application/o/larder/end-session/"));
    assert!(page.text().contains("logged out of larder"));
    assert_eq!(browser.get(site).await.status, 302);
}

#[tokio::test]
async fn a_code_works_once() {
    let set = protected(Release::R2025_10).await;
    let mut browser = Browser::default();
    let (login, _) = browser.open(&set.about().urls.site).await;
    browser.sign_in(&login, "luca.pacioli").await;
    let log = set.control.requests();
    let callback = log.iter().find(|seen| seen.server == "site" && seen.path.contains("/callback?")).unwrap();
    let again = browser.get(&format!("{}{}", set.about().urls.site, callback.path)).await;
    assert_eq!(again.status, 400);
}

#[tokio::test]
async fn without_the_middleware_the_site_is_open_and_knows_nobody() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    api.protect("larder", &set.about().urls.site, json!([])).await;
    let page = send("GET", &set.about().urls.site, &[], None).await.unwrap();
    assert!(page.text().contains("<strong id=\"person\">nobody</strong>"));
    let ping = send("GET", &format!("{}/outpost.goauthentik.io/ping", set.about().urls.site), &[], None).await.unwrap();
    assert_eq!(ping.status, 200, "the path is not routed to the outpost");
}

#[tokio::test]
async fn forged_headers_do_not_pass_the_middleware() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    api.protect("larder", &set.about().urls.site, json!([])).await;
    api.send(
        "PATCH",
        &provider_path(&api).await,
        Some(json!({ "mode": "forward_single", "skip_path_regex": "^/open" })),
    )
    .await;
    set.control.set_middleware(&host(&set), true);
    let headers = [("X-authentik-username", "akadmin")];
    let page = send("GET", &format!("{}/open", set.about().urls.site), &headers, None).await.unwrap();
    assert!(page.text().contains("<strong id=\"person\">nobody</strong>"));
}

async fn provider_path(api: &Api) -> String {
    let list = api.get("/providers/proxy/?name__iexact=larder").await.json();
    format!("/providers/proxy/{}/", list["results"][0]["pk"])
}

#[tokio::test]
async fn ping_answers_on_every_host_that_reaches_the_outpost() {
    let set = protected(Release::R2025_10).await;
    for base in [&set.about().urls.authentik, &set.about().urls.site] {
        let ping = send("GET", &format!("{base}/outpost.goauthentik.io/ping"), &[], None).await.unwrap();
        assert_eq!((ping.status, ping.body.len()), (204, 0));
    }
}

#[tokio::test]
async fn an_unknown_host_falls_through_to_authentik() {
    let set = protected(Release::R2025_10).await;
    let answer = ask(&set, "unknown.localhost:1", "/").await;
    assert_eq!(answer.status, 404);
    assert!(answer.header("x-authentik-id").is_some());
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));
}

#[tokio::test]
async fn the_port_belongs_to_the_host() {
    let set = protected(Release::R2025_10).await;
    assert_eq!(ask(&set, &host(&set), "/").await.status, 302);
    assert_eq!(ask(&set, "site.localhost", "/").await.status, 404);
}

#[tokio::test]
async fn a_provider_outside_of_the_outpost_is_not_served() {
    let set = company(Release::R2025_10).await;
    assert_eq!(ask(&set, "sonarr.example.org", "/").await.status, 302);
    assert_eq!(ask(&set, "radarr.example.org", "/").await.status, 404);
}

#[tokio::test]
async fn a_provider_without_an_application_is_not_served() {
    let set = company(Release::R2025_10).await;
    assert_eq!(Api::admin(&set).send("DELETE", "/core/applications/sonarr/", None).await.status, 204);
    assert_eq!(ask(&set, "sonarr.example.org", "/").await.status, 404);
}

#[tokio::test]
async fn a_domain_serves_every_host_below_it_but_an_exact_host_wins() {
    let set = company(Release::R2025_10).await;
    let location = |answer: Answer| answer.header("location").unwrap().to_owned();
    assert!(location(ask(&set, "nas.home.example", "/").await).contains("auth.home.example"));
    Api::admin(&set).protect("nas", "http://nas.home.example", json!([])).await;
    assert!(location(ask(&set, "nas.home.example", "/").await).contains("nas.home.example"));
}

#[tokio::test]
async fn missing_forward_headers_are_a_configuration_error() {
    let set = protected(Release::R2025_10).await;
    for path in ["traefik", "caddy", "nginx"] {
        let url = format!("{}/outpost.goauthentik.io/auth/{path}", set.about().urls.authentik);
        let answer = send("GET", &url, &[("X-Forwarded-Host", &host(&set))], None).await.unwrap();
        assert_eq!((answer.status, answer.text().as_str()), (500, "configuration error"));
    }
}

#[tokio::test]
async fn nginx_gets_401_for_a_stranger() {
    let set = protected(Release::R2025_10).await;
    let url = format!("{}/outpost.goauthentik.io/auth/nginx", set.about().urls.authentik);
    let original = format!("{}/", set.about().urls.site);
    let headers = [("X-Original-URL", original.as_str()), ("Host", &host(&set))];
    assert_eq!(send("GET", &url, &headers, None).await.unwrap().status, 401);
}

#[tokio::test]
async fn a_path_that_the_regex_skips_is_open() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    api.protect("larder", &set.about().urls.site, json!([])).await;
    let body = json!({ "mode": "forward_single", "skip_path_regex": "([broken\n^/api/" });
    assert_eq!(api.send("PATCH", &provider_path(&api).await, Some(body)).await.status, 200);
    assert_eq!(ask(&set, &host(&set), "/api/items").await.status, 200);
    assert_eq!(ask(&set, &host(&set), "/").await.status, 302);
}

#[tokio::test]
async fn a_blank_line_of_the_regex_opens_everything() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    api.protect("larder", &set.about().urls.site, json!([])).await;
    let body = json!({ "mode": "forward_single", "skip_path_regex": "^/api/\n\n^/health$" });
    assert_eq!(api.send("PATCH", &provider_path(&api).await, Some(body)).await.status, 200);
    assert_eq!(ask(&set, &host(&set), "/").await.status, 200);
}

#[tokio::test]
async fn a_path_is_judged_as_it_was_sent_and_a_visitors_own_header_goes_first() {
    let set = protected(Release::R2025_10).await;
    let url = format!("{}/outpost.goauthentik.io/auth/nginx", set.about().urls.authentik);
    let own = host(&set);
    let original = format!("{}/outpost.goauthentik.io/../shelf", set.about().urls.site);
    let headers = [("X-Original-URL", original.as_str()), ("Host", &own)];
    assert_eq!(send("GET", &url, &headers, None).await.unwrap().status, 200, "nginx is believed");
    assert_eq!(ask(&set, &own, "/outpost.goauthentik.io/../shelf").await.status, 302, "Traefik is not");
    let shelf = format!("{}/shelf", set.about().urls.site);
    let forged = [("X-Original-URL", shelf.as_str()), ("X-Original-URI", "/outpost.goauthentik.io/x"), ("Host", &own)];
    assert_eq!(send("GET", &url, &forged, None).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_login_leads_back_to_no_other_site() {
    let set = protected(Release::R2025_10).await;
    let own = set.about().urls.site.clone();
    for (rd, back) in [(format!("{own}/shelf"), format!("{own}/shelf")), ("https://evil.example/".into(), own.clone())]
    {
        let mut browser = Browser::default();
        let (login, _) = browser.open(&format!("{own}/outpost.goauthentik.io/start?rd={rd}")).await;
        let (url, _) = browser.sign_in(&login, "luca.pacioli").await;
        assert_eq!(url.trim_end_matches('/'), back);
    }
}

#[tokio::test]
async fn an_outpost_that_does_not_know_authentiks_address_sends_people_nowhere() {
    let set = protected(Release::R2025_10).await;
    set.control.set_authentik_host("");
    let answer = send("GET", &set.about().urls.site, &[], None).await.unwrap();
    assert!(answer.header("location").unwrap().starts_with("http://0.0.0.0:9000/"));
}

#[tokio::test]
async fn mode_proxy_on_authentiks_own_host_locks_everybody_out() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    let mut body = api.protection("trap", &set.about().urls.authentik).await;
    body["provider"]["mode"] = json!("proxy");
    body["provider"]["internal_host"] = json!("http://10.0.0.1");
    assert_eq!(api.send("PUT", "/core/transactional/applications/", Some(body)).await.status, 200);
    let app = api.get("/core/applications/trap/").await.json();
    api.attach(app["provider"].as_i64().unwrap()).await;
    assert_eq!(api.get("/core/users/me/").await.status, 302);
}
