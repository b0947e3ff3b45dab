//! The snippets that no real proxy of ours runs: read by a parser that somebody else wrote, and by HAProxy itself.

use std::process::Command;

use gatewright::plan::snippets::{Filling, SignIn, Snippet, snippet};
use gatewright::ports::native_url;
use gatewright::site::Origin;
use saphyr::{LoadableYamlNode, Yaml};

fn origin(url: &str) -> Origin {
    Origin::of(&native_url(url).expect("an address")).expect("a site")
}

/// A site by itself, and one of a domain whose login is at an address of its own, and at authentik's.
fn fillings() -> Vec<Filling> {
    let site = origin("https://larder.example.com:8443");
    let sign_in = |is_authentik| Some(SignIn { at: origin("https://auth.example.com"), is_authentik });
    let outpost = "http://ak-outpost-main.sso.svc.cluster.local:9000";
    [None, sign_in(false), sign_in(true)]
        .map(|sign_in| Filling { site: site.clone(), word: "larder".into(), outpost: outpost.into(), sign_in })
        .into()
}

fn kinds(documents: &[Yaml]) -> Vec<String> {
    let kind = |document: &Yaml| document.as_mapping_get("kind").and_then(Yaml::as_str).unwrap_or("none").to_owned();
    documents.iter().map(kind).collect()
}

fn at<'a>(document: &'a Yaml<'a>, path: &[&str]) -> &'a Yaml<'a> {
    path.iter().fold(document, |at, part| {
        match part.parse::<usize>() {
            Ok(number) => at.as_sequence_get(number),
            Err(_) => at.as_mapping_get(part),
        }
        .unwrap_or_else(|| panic!("no {part} in {at:?}"))
    })
}

#[test]
fn what_kubernetes_is_told_is_yaml_and_names_the_outposts_service() {
    for fill in fillings() {
        let back = fill.sign_in.as_ref().is_none_or(|sign_in| !sign_in.is_authentik);
        let host = fill.sign_in.as_ref().map_or("larder.example.com", |_| "auth.example.com");

        let text = snippet(Snippet::TraefikKubernetes, &fill);
        let documents = Yaml::load_from_str(&text).expect("YAML");
        assert_eq!(kinds(&documents), ["Middleware", "IngressRoute"]);
        let address = at(&documents[0], &["spec", "forwardAuth", "address"]).as_str();
        assert_eq!(
            address,
            Some("http://ak-outpost-main.sso.svc.cluster.local:9000/outpost.goauthentik.io/auth/traefik")
        );
        let headers = at(&documents[0], &["spec", "forwardAuth", "authResponseHeaders"]).as_sequence().expect("a list");
        assert_eq!(headers.len(), 12);
        let routes = at(&documents[1], &["spec", "routes"]).as_sequence().expect("a list");
        assert_eq!(routes.len(), if back { 2 } else { 1 });
        if back {
            let service = at(&routes[1], &["services", "0"]);
            assert_eq!(at(service, &["name"]).as_str(), Some("ak-outpost-main"));
            assert_eq!(at(service, &["namespace"]).as_str(), Some("sso"));
            assert_eq!(at(service, &["port"]).as_integer(), Some(9000));
            assert!(at(&routes[1], &["match"]).as_str().is_some_and(|rule| rule.contains(host)));
        }

        let text = snippet(Snippet::Ingress, &fill);
        let documents = Yaml::load_from_str(&text).expect("YAML");
        assert_eq!(documents.len(), if back { 2 } else { 1 });
        let annotation = |name: &str| {
            let name = format!("nginx.ingress.kubernetes.io/{name}");
            at(&documents[0], &["metadata", "annotations", &name]).as_str().expect("a text").to_owned()
        };
        assert!(annotation("auth-url").ends_with(":9000/outpost.goauthentik.io/auth/nginx"));
        assert!(annotation("auth-signin").contains("start?rd=https://larder.example.com:8443$escaped_request_uri"));
        assert_eq!(annotation("auth-snippet"), "proxy_set_header X-Forwarded-Host larder.example.com:8443;");
        if back {
            assert_eq!(at(&documents[1], &["spec", "rules", "0", "host"]).as_str(), Some(host));
        }

        let text = snippet(Snippet::Istio, &fill);
        let documents = Yaml::load_from_str(&text).expect("YAML");
        let expected: &[&str] =
            if back { &["none", "AuthorizationPolicy", "VirtualService"] } else { &["none", "AuthorizationPolicy"] };
        assert_eq!(kinds(&documents), expected);
        let asks = at(&documents[0], &["meshConfig", "extensionProviders", "0", "envoyExtAuthzHttp"]);
        assert_eq!(at(asks, &["service"]).as_str(), Some("ak-outpost-main.sso.svc.cluster.local"));
        assert_eq!(at(&documents[1], &["spec", "action"]).as_str(), Some("CUSTOM"));
    }
}

/// With a stand-in for the script that a person installs, and their own lines where the snippet says so.
#[test]
fn haproxy_takes_what_it_is_told_and_it_says_that_nobody_stands_behind_it() {
    let folder = std::env::temp_dir().join(format!("gatewright-haproxy-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let script = folder.join("auth-request.lua");
    let lua = "core.register_action('auth-intercept', {'http-req'}, function(txn) end, 6)\n";
    std::fs::write(&script, lua).expect("a file");
    for fill in fillings() {
        // The name of a service is looked up when HAProxy starts, which is not for here.
        let fill = Filling { outpost: "http://127.0.0.1:9000".into(), ..fill };
        let text = snippet(Snippet::HaProxy, &fill);
        assert!(text.starts_with("# unofficial") && Snippet::HaProxy.name().contains("unofficial"));
        let text = text.replace(
            "    # keep your own bind lines here\n",
            &format!("    bind unix@{}/site.sock\n    default_backend site\n", folder.display()),
        );
        let config = format!(
            "global\n    lua-load {}\ndefaults\n    mode http\n    timeout connect 1s\n    timeout client 1s\n    timeout server 1s\n{text}\nbackend site\n    server site 127.0.0.1:1\n",
            script.display()
        );
        let at = folder.join("haproxy.cfg");
        std::fs::write(&at, &config).expect("a file");
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let checked = Command::new("haproxy").env("PATH", path).arg("-c").arg("-f").arg(&at).output().expect("haproxy");
        let said = [checked.stdout, checked.stderr].map(|out| String::from_utf8_lossy(&out).into_owned()).concat();
        assert!(checked.status.success(), "{said}\n{config}");
        assert!(!said.contains("[WARNING]"), "{said}\n{config}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder");
}
