//! A reverse proxy that was set up rightly or wrongly, and sites with ways of their own.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::{Proxy, Release, Running, Setup, Site};
use serde_json::json;
use support::{Answer, Api, Browser, company, send};

fn host(set: &Running) -> String {
    set.about().urls.site.trim_start_matches("http://").to_owned()
}

/// The sample site, protected in authentik, with a proxy and a site as given.
async fn site(proxy: Proxy, site: Site) -> Running {
    let set = company(Release::R2025_10).await;
    Api::admin(&set).protect("larder", &set.about().urls.site, json!([])).await;
    set.control.set_up(&host(&set), Setup { proxy, site });
    set
}

async fn get(set: &Running, path: &str) -> Answer {
    send("GET", &format!("{}{path}", set.about().urls.site), &[], None).await.unwrap()
}

fn leads_to(answer: &Answer) -> &str {
    answer.header("location").unwrap_or_default()
}

#[tokio::test]
async fn nginx_leads_strangers_to_the_outposts_start_and_on_to_the_login() {
    let set = site(Proxy::Nginx, Site::Larder).await;
    let first = get(&set, "/shelf").await;
    assert_eq!(first.status, 302);
    assert!(leads_to(&first).starts_with("/outpost.goauthentik.io/start?rd=http://site.localhost"));
    let mut browser = Browser::default();
    let (login, _) = browser.open(&format!("{}/shelf", set.about().urls.site)).await;
    let (url, page) = browser.sign_in(&login, "ada.lovelace").await;
    assert_eq!(url, format!("{}/shelf", set.about().urls.site));
    assert!(page.text().contains("ada.lovelace"));
}

#[tokio::test]
async fn nginx_without_error_page_says_401_and_without_the_location_ends_at_the_site() {
    let set = site(Proxy::NginxBare, Site::Larder).await;
    assert_eq!(get(&set, "/").await.status, 401);
    let set = site(Proxy::NginxUnrouted, Site::Larder).await;
    let start = get(&set, leads_to(&get(&set, "/").await)).await;
    assert!(start.text().contains("Larder"), "the site answers on the outpost's path");
    assert_eq!(get(&set, "/outpost.goauthentik.io/ping").await.status, 200);
}

#[tokio::test]
async fn without_the_forward_headers_there_is_an_error_and_an_event_that_tells_why() {
    let set = site(Proxy::TraefikNoHeaders, Site::Larder).await;
    let answer = get(&set, "/").await;
    assert_eq!((answer.status, answer.text().as_str()), (500, "configuration error"));
    let events = Api::admin(&set).get("/events/events/?actions=configuration_error&ordering=-created").await.json();
    let event = &events["results"][0];
    assert_eq!((&event["app"], &event["context"]["provider"]), (&json!("authentik.providers.proxy"), &json!("larder")));
    let message = "Outpost authentik Embedded Outpost (Provider larder) failed to detect a forward URL from Traefik";
    assert_eq!(event["context"]["message"], message);
    assert_eq!(event["context"]["headers"]["Host"], host(&set));
}

#[tokio::test]
async fn an_outpost_of_its_own_says_that_it_does_not_know_a_host_and_the_embedded_one_lets_authentik_answer() {
    let set = site(Proxy::TraefikOtherOutpost, Site::Larder).await;
    let answer = get(&set, "/").await;
    assert_eq!((answer.status, answer.json()["Message"].as_str()), (400, Some("no app for hostname")));
    assert_eq!(get(&set, "/outpost.goauthentik.io/ping").await.status, 204);
    let set = site(Proxy::TraefikWrongHost, Site::Larder).await;
    let answer = get(&set, "/").await;
    assert_eq!((answer.status, answer.header("x-authentik-id").is_some()), (404, true));
    assert_eq!(get(&set, "/outpost.goauthentik.io/ping").await.status, 204);
}

#[tokio::test]
async fn with_traefik_the_way_back_needs_no_second_router() {
    let set = site(Proxy::TraefikUnrouted, Site::Larder).await;
    let mut browser = Browser::default();
    let (login, _) = browser.open(&format!("{}/shelf", set.about().urls.site)).await;
    let (url, _) = browser.sign_in(&login, "ada.lovelace").await;
    assert_eq!(url, format!("{}/shelf", set.about().urls.site));
    // Only nginx is believed that a path is the outpost's own.
    assert_eq!(
        get(&set, "/outpost.goauthentik.io/ping").await.status,
        302,
        "a stranger is sent to the login there, too"
    );
}

#[tokio::test]
async fn sites_with_ways_of_their_own() {
    let set = site(Proxy::OtherApp, Site::Larder).await;
    assert!(get(&set, "/outpost.goauthentik.io/ping").await.text().contains("Toolbox"));
    let set = site(Proxy::TraefikRootOnly, Site::Larder).await;
    assert_eq!((get(&set, "/").await.status, get(&set, "/shelf").await.status), (302, 200));
    let set = site(Proxy::Open, Site::Home).await;
    assert_eq!((leads_to(&get(&set, "/").await), get(&set, "/home").await.status), ("/home", 200));
    let set = site(Proxy::Open, Site::OwnLogin).await;
    assert_eq!((leads_to(&get(&set, "/").await), get(&set, "/login").await.status), ("/login", 200));
    let set = site(Proxy::Open, Site::LoginElsewhere).await;
    assert_eq!(leads_to(&get(&set, "/").await), set.about().urls.elsewhere);
    let set = site(Proxy::Open, Site::ServiceWorker).await;
    assert_eq!(get(&set, "/sw.js").await.header("content-type"), Some("text/javascript"));
    let set = site(Proxy::Open, Site::NoConnect).await;
    assert_eq!(get(&set, "/").await.header("content-security-policy"), Some("connect-src 'none'"));
}
