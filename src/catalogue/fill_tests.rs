//! What a template becomes.

use std::collections::BTreeMap;

use super::*;
use crate::catalogue::Catalogue;

fn with<'a>(origin: &'a str, asked: &'a BTreeMap<String, String>) -> Filling<'a> {
    Filling {
        origin,
        base: "https://auth.example.com/sso",
        slug: "svc",
        client_id: "id",
        client_secret: "secret",
        asked,
        random: "r4nd0m",
    }
}

fn service(rest: &str) -> Service {
    let text = format!(r#"[{{"id": "x", "name": "X", {rest}}}]"#);
    Catalogue::read(&text).expect("a catalogue").services().first().expect("a service").clone()
}

#[test]
fn names_are_filled_in_and_everything_else_stays() {
    let asked = BTreeMap::new();
    let filling = with("https://svc.example.com:8443/x", &asked);
    for (template, text) in [
        ("{{issuer}}", "https://auth.example.com/sso/application/o/svc/"),
        ("{{jwks_url}}", "https://auth.example.com/sso/application/o/svc/jwks/"),
        ("{{authorize_url}}", "https://auth.example.com/sso/application/o/authorize/"),
        ("a {{host}} b {{origin}}", "a svc.example.com b https://svc.example.com:8443/x"),
        ("{{random}} {{random:3}} {{random:9}}", "r4nd0m r4n r4nd0mr4n"),
        ("{{ user.name }} {{unknown}} {{", "{{ user.name }} {{unknown}} {{"),
        ("{{{{slug}}", "{{svc"),
    ] {
        assert_eq!(fill(template, &filling), text, "{template}");
    }
    assert_eq!(fill("{{host}}", &with("https://[::1]:80", &asked)), "[::1]");
    assert_eq!(fill("{{host}}", &with("https://[::1]", &asked)), "[::1]");
}

#[test]
fn a_path_is_below_the_address_a_scheme_is_whole_and_a_caret_makes_a_regular_expression() {
    let service =
        service(r#""oidc": {"redirect_uris": ["/cb", "{{origin}}", "app.x:///cb", "^{{origin_regex}}/cb/[0-9]+"]}"#);
    let asked = BTreeMap::new();
    let urls: Vec<_> = service.redirect_uris(&with("https://svc.example.com/x", &asked)).into_iter().collect();
    let plain = |url: &str| Redirect { regex: false, url: url.into() };
    assert_eq!(
        urls[..3],
        [plain("https://svc.example.com/x/cb"), plain("https://svc.example.com/x"), plain("app.x:///cb")]
    );
    assert_eq!(urls[3], Redirect { regex: true, url: r"^https://svc\.example\.com/x/cb/[0-9]+".into() });
}

#[test]
fn what_a_person_typed_stays_in_its_place() {
    let service = service(
        r#""ask": [{"name": "realm", "default": "master", "what": "realm"}],
           "oidc": {"redirect_uris": ["/r/{{realm}}/cb", "^https://x/{{realm}}/"]},
           "settings": [{"kind": "env", "text": "A=\"{{realm}}\""}, {"kind": "fields", "fields": [["Realm", "{{realm}}"]]}]"#,
    );
    let shown = |typed: &str| {
        let asked = BTreeMap::from([("realm".to_owned(), typed.to_owned())]);
        let filling = with("https://svc.example.com", &asked);
        let urls: Vec<String> = service.redirect_uris(&filling).into_iter().map(|redirect| redirect.url).collect();
        let settings = service.settings(&filling);
        (urls[0].clone(), urls[1].clone(), settings[0].text.clone(), settings[1].fields[0].1.clone())
    };
    assert_eq!(shown(" ").0, "https://svc.example.com/r/master/cb");
    let (url, regex, env, field) = shown("../a?b#\"$(x)\n.*");
    assert_eq!(url, "https://svc.example.com/r/..%2Fa%3Fb%23%22%24%28x%29.%2A/cb");
    assert_eq!(regex, r"^https://x/\.\.%2Fa%3Fb%23%22%24%28x%29\.%2A/");
    assert_eq!(env, r#"A="../a?b#\"\$(x).*""#);
    assert_eq!(field, "../a?b#\"$(x).*");
}

#[test]
fn addresses_that_a_service_does_not_name_are_none() {
    let asked = BTreeMap::new();
    let bare = service(r#""oidc": {}"#);
    assert_eq!(bare.launch_url(&with("https://x.example", &asked)), None);
    assert_eq!(bare.logout_uri(&with("https://x.example", &asked)), None);
    let more = service(r#""forward_auth": {"launch": "/dashboard"}, "settings_page": "/admin""#);
    assert_eq!(more.launch_url(&with("https://x.example", &asked)).as_deref(), Some("https://x.example/dashboard"));
    assert_eq!(more.settings_page(&with("https://x.example", &asked)).as_deref(), Some("https://x.example/admin"));
}
