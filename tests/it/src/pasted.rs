//! What "Done" shows for a real proxy, pasted into what a person has already.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use embedded_authentik::Running;
use gatewright::plan::Phase;
use gatewright::plan::snippets::{Snippet, snippet};
use gatewright::screens::{Event, ReviewField};

use saphyr::{LoadableYamlNode, Yaml};

use crate::{Popup, Program, World};

/// The tab's site, protected, but for some paths.
pub async fn protected<'a>(world: &'a World, set: &Running, open: &str) -> Popup<'a> {
    let mut popup = Popup::connected(world, set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    popup.send(Event::ReviewTyped(ReviewField::OpenLines, open.into())).await;
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    popup
}

/// The text that "Done" shows for a proxy.
pub async fn shown(popup: &mut Popup<'_>, set: &Running, program: Program) -> String {
    let which = match program {
        Program::Nginx => Snippet::Nginx,
        Program::Caddy => Snippet::Caddy,
        Program::Ingress => Snippet::Ingress,
    };
    let address = set.about().urls.authentik.replace("authentik.localhost", "127.0.0.1");
    popup.send(Event::OutpostAddressTyped(address)).await;
    snippet(which, &popup.app.filling().expect("what fills a snippet"))
}

/// The snippet, in what a person has already: a server block of their own, and the line that passes requests on.
pub fn site_of(program: Program, authority: &str, at: SocketAddr, set: &Running, snippet: &str) -> String {
    let upstream = set.about().urls.site.replace("site.localhost", "127.0.0.1");
    let host = authority.split(':').next().unwrap_or_default();
    let own = |line: &str, mine: &str| {
        let mut found = false;
        let lines: String = snippet
            .lines()
            .map(|text| {
                let is = text.trim().starts_with(line);
                found |= is;
                format!("{}\n", if is { mine } else { text })
            })
            .collect();
        assert!(found, "it says where one's own line goes:\n{snippet}");
        lines
    };
    match program {
        Program::Nginx => {
            let inner = own("# keep your own proxy_pass", &format!("proxy_pass {upstream};"));
            format!("server {{\nlisten {at};\nserver_name {host};\n{inner}}}\n")
        }
        Program::Caddy => own("# keep your own reverse_proxy", &format!("        reverse_proxy {upstream}")),
        Program::Ingress => ingress(host, at, &upstream, snippet),
    }
}

/// The server block that ingress-nginx makes of annotations (its `rootfs/etc/nginx/template/nginx.tmpl`, as far as it matters
/// to who gets in: which headers each location sets, and that it passes on all others), and of the Ingress for the way back.
fn ingress(host: &str, at: SocketAddr, upstream: &str, snippet: &str) -> String {
    let documents = Yaml::load_from_str(snippet).expect("YAML");
    let annotation = |name: &str| {
        let annotations = documents[0].as_mapping_get("metadata").and_then(|it| it.as_mapping_get("annotations"));
        let name = format!("nginx.ingress.kubernetes.io/{name}");
        annotations.and_then(|it| it.as_mapping_get(&name)).and_then(Yaml::as_str).unwrap_or_default().to_owned()
    };
    let url = annotation("auth-url");
    let outpost = url.split('/').nth(2).expect("a host");
    let headers: String = annotation("auth-response-headers")
        .split(',')
        .enumerate()
        .map(|(number, name)| {
            let variable = name.to_ascii_lowercase().replace('-', "_");
            format!(
                "auth_request_set $authHeader{number} $upstream_http_{variable};\nproxy_set_header '{name}' $authHeader{number};\n"
            )
        })
        .collect();
    format!(
        "server {{
listen {at};
server_name {host};
location = /_external-auth {{
    internal;
    proxy_pass_request_body off;
    proxy_set_header Content-Length \"\";
    proxy_set_header Host {outpost};
    proxy_set_header X-Original-URL $scheme://$http_host$request_uri;
    proxy_set_header X-Original-Method $request_method;
    proxy_set_header X-Auth-Request-Redirect $request_uri;
    {}
    set $target {url};
    proxy_pass $target;
}}
location / {{
    auth_request /_external-auth;
    auth_request_set $auth_cookie $upstream_http_set_cookie;
    add_header Set-Cookie $auth_cookie;
    {headers}
    set $escaped_request_uri $request_uri;
    error_page 401 = {};
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Host $http_host;
    {}
    proxy_pass {upstream};
}}
location /outpost.goauthentik.io {{
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_pass http://{outpost};
}}
}}
",
        annotation("auth-snippet"),
        annotation("auth-signin"),
        annotation("configuration-snippet"),
    )
}

/// The requests that came through to the site.
pub fn reached(set: &Running) -> Vec<String> {
    set.control.requests().into_iter().filter(|seen| seen.server == "site").map(|seen| seen.path).collect()
}

/// A place where browsers and the extension's own questions find `*.localhost`.
pub fn at_localhost() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("a free port")
}
