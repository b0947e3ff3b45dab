//! The snippets that no real proxy of ours runs: read by a parser that somebody else wrote, and by HAProxy itself.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

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
        assert!(annotation("auth-snippet").contains("proxy_set_header X-Forwarded-Host larder.example.com:8443;\n"));
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
        let hosts = at(&documents[1], &["spec", "rules", "0", "to", "0", "operation", "hosts"]).as_sequence();
        let hosts: Vec<_> = hosts.expect("a list").iter().filter_map(Yaml::as_str).collect();
        assert_eq!(hosts, ["larder.example.com", "larder.example.com:*"], "with whatever port");
    }
}

/// HAProxy with our text, a stand-in for the script that a person installs (it lets in who has the cookie), and their own
/// lines where the text says so: one frontend, of which the site is the default. It listens on its standard input.
struct HaProxy {
    folder: PathBuf,
    running: Child,
}

impl HaProxy {
    fn start(fill: &Filling, site: SocketAddr, listener: TcpListener) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("gatewright-haproxy-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let script = folder.join("auth-request.lua");
        // It answers as the script would, if it is told what the script needs (its README: backend, path, method, the headers to
        // ask with, those to take over, those to answer with), and says otherwise what it was told instead.
        let lua = format!(
            "core.register_action('auth-intercept', {{'http-req'}}, function(txn, backend, path, method, with, over, fail)
                local headers = txn.http:req_get_headers()
                local told = table.concat({{backend, path, method, with, fail, headers['x-original-url'][0], headers['x-forwarded-host'][0]}}, ' ')
                local wanted = 'authentik_outpost /outpost.goauthentik.io/auth/nginx GET cookie,x-original-url,x-forwarded-host - {site}' .. txn.sf:pathq() .. ' {authority}'
                local all = select(2, over:gsub('x%-authentik%-[a-z-]+', '')) == 12
                if told ~= wanted or not all then
                    txn:Warning('told: ' .. told .. ' ' .. over)
                elseif txn.sf:req_fhdr('cookie') == 'in=1' then
                    txn:set_var('txn.auth_response_successful', true)
                end
            end, 6)\n",
            site = fill.site,
            authority = fill.site.authority()
        );
        std::fs::write(&script, lua).expect("a file");
        let mut text = snippet(Snippet::HaProxy, fill);
        assert!(text.starts_with("# unofficial") && Snippet::HaProxy.name().contains("unofficial"));
        for (keep, mine) in [
            ("    # keep your own bind lines here\n", "    bind fd@0\n".to_owned()),
            ("    # keep your own use_backend and default_backend lines here\n", "    default_backend larder\n".into()),
            ("    # keep your own server lines here\n", format!("    server site {site}\n")),
        ] {
            assert!(text.contains(keep), "it says where one's own lines go:\n{text}");
            text = text.replace(keep, &mine);
        }
        let config = format!(
            "global\n    lua-load {}\ndefaults\n    mode http\n    timeout connect 1s\n    timeout client 5s\n    timeout server 5s\n{text}",
            script.display()
        );
        let at = folder.join("haproxy.cfg");
        std::fs::write(&at, &config).expect("a file");
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let command = |check: bool| {
            let mut command = Command::new("haproxy");
            command.env("PATH", &path).args(check.then_some("-c")).arg("-db").arg("-f").arg(&at);
            command
        };
        let twin = listener.try_clone().expect("the same socket");
        let checked = command(true).stdin(OwnedFd::from(twin)).output().expect("haproxy");
        let said = [checked.stdout, checked.stderr].map(|out| String::from_utf8_lossy(&out).into_owned()).concat();
        assert!(checked.status.success(), "{said}\n{config}");
        assert!(!said.contains("[WARNING]"), "{said}\n{config}");
        let running = command(false).stdin(OwnedFd::from(listener)).stderr(Stdio::null()).spawn().expect("haproxy");
        Self { folder, running }
    }
}

impl Drop for HaProxy {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A server that answers each request with its name and what it was asked.
fn echo(name: &'static str) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let at = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut asked = vec![0; 8192];
            let read = stream.read(&mut asked).unwrap_or_default();
            let body = format!("{name}\n{}", String::from_utf8_lossy(&asked[..read]));
            let length = body.len();
            let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        }
    });
    at
}

fn asked(at: SocketAddr, path: &str, lines: &str) -> String {
    let mut stream = TcpStream::connect(at).expect("HAProxy");
    write!(stream, "GET {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn whatever_host_a_stranger_names_haproxy_asks_before_the_site_and_nobody_names_themselves() {
    for fill in fillings() {
        // The name of a service is looked up when HAProxy starts, which is not for here.
        let fill = Filling { outpost: format!("http://{}", echo("THE OUTPOST")), ..fill };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let at = listener.local_addr().expect("an address");
        let _running = HaProxy::start(&fill, echo("THE SITE"), listener);
        let start = fill.sign_in.as_ref().map_or("https://larder.example.com:8443", |_| "https://auth.example.com");
        for host in [
            "larder.example.com:8443",
            "larder.example.com",
            "LARDER.example.com",
            "larder.example.com:443",
            "larder.example.com.",
            "another.example.com",
        ] {
            let answer = asked(at, "/shelf?a=1", &format!("Host: {host}\r\n"));
            assert!(answer.starts_with("HTTP/1.1 302"), "{host}: {answer}");
            let login =
                format!("location: {start}/outpost.goauthentik.io/start?rd=https://larder.example.com:8443%2Fshelf");
            assert!(answer.contains(&login), "{host}: {answer}");
        }
        let known = "Host: larder.example.com:8443\r\nCookie: in=1\r\n";
        let forged =
            "X-authentik-username: akadmin\r\nX_authentik_username: akadmin\r\nx-authentik_groups: akadmin\r\n";
        let answer = asked(at, "/shelf", &format!("{known}{forged}"));
        assert!(answer.contains("THE SITE") && !answer.contains("akadmin"), "{answer}");
        for path in ["/open/../shelf", "/open/%2e%2E/shelf", "/..;/shelf"] {
            assert!(asked(at, path, known).starts_with("HTTP/1.1 400"), "{path}");
        }
        let mut ways = vec![
            ("larder.example.com:8443", "larder.example.com:8443"),
            ("larder.example.com", "larder.example.com:8443"),
        ];
        if fill.sign_in.as_ref().is_some_and(|sign_in| !sign_in.is_authentik) {
            ways.push(("auth.example.com", "auth.example.com"));
        }
        for (host, told) in ways {
            let callback = "/outpost.goauthentik.io/callback?code=1";
            let answer = asked(at, callback, &format!("Host: {host}\r\nX-Forwarded-Host: another.example.com\r\n"));
            assert!(answer.contains("THE OUTPOST"), "{answer}");
            assert!(answer.contains(&format!("x-forwarded-host: {told}\r\n")), "{answer}");
            assert!(!answer.contains("another.example.com"), "{answer}");
        }
    }
}
