//! nginx: a server block, and Nginx Proxy Manager's "Advanced" field.
//!
//! More than authentik's template, each for a door that it leaves open (tried on nginx 1.22 by
//! `real_proxies.rs`):
//! * The site's own address stands in it where the template takes the visitor's `Host`: a request may name one host in its
//!   first line, by which nginx chooses the server block, and another in `Host`, by which the outpost would judge.
//! * The outpost goes by `X-Forwarded-Host` and `X-Original-URI` before anything else, and nginx passes a visitor's on.
//! * The outpost judges a path as it was sent, and lets those through that begin like its own or like one left open; the
//!   site may take `/open/../secret` for `/secret`.
//! * All of the headers about who it is are set, so that none arrives that a visitor made up.

use super::{Filling, HEADERS};

/// A path with a dot segment, however it is written.
pub const DOTS: &str = r"^[^?]*(/|%2f)(\.|%2e){1,2}(/|%2f|;|\?|$)";

/// `managed`: Nginx Proxy Manager's, whose own line passes a request on.
pub fn nginx(fill: &Filling, managed: bool) -> String {
    let site = fill.site.to_string();
    let Filling { outpost, sign_in, .. } = fill;
    // Of a domain one text serves every site; the outpost finds it by a name without port.
    let (scheme, authority) = site.split_once("://").unwrap_or(("https", &site));
    let port_of = authority.strip_prefix(fill.site.host()).unwrap_or_default();
    let (host, site) = match sign_in {
        Some(_) => ("$host".to_owned(), format!("{scheme}://$host{port_of}")),
        None => (authority.to_owned(), site.clone()),
    };
    let (pass, port) =
        if managed { (managed_pass(&host), "port_in_redirect off;\n") } else { (OWN_PASS.to_owned(), "") };
    let start = sign_in.as_ref().map_or_else(|| site.clone(), |sign_in| sign_in.at.to_string());
    let once = sign_in.as_ref().filter(|sign_in| !sign_in.is_authentik).map(|sign_in| at_sign_in(&sign_in.at, outpost));
    let once = once.unwrap_or_default();
    format!(
        "# for {}
proxy_buffers 8 16k;
proxy_buffer_size 32k;
{port}
# no browser sends such a path: it could be judged as one and served as another
if ($request_uri ~* \"{DOTS}\") {{ return 400; }}

# only this location asks authentik: another one of yours stays open until it has the same lines
location / {{
    {pass}
    auth_request /outpost.goauthentik.io/auth/nginx;
    error_page 401 = @authentik_sign_in;
    auth_request_set $auth_cookie $upstream_http_set_cookie;
    # add_header and proxy_set_header here take the place of those that the server block has: repeat them
    add_header Set-Cookie $auth_cookie;
{identity}}}

location /outpost.goauthentik.io {{
    proxy_pass {outpost}/outpost.goauthentik.io;
    proxy_set_header Host {host};
    proxy_set_header X-Forwarded-Host {host};
    proxy_set_header X-Original-URL {site}$request_uri;
    proxy_set_header X-Original-URI \"\";
    proxy_pass_request_body off;
    proxy_set_header Content-Length \"\";
}}

location @authentik_sign_in {{
    internal;
    add_header Set-Cookie $auth_cookie;
    return 302 {start}/outpost.goauthentik.io/start?rd={site}$request_uri;
}}
{once}",
        fill.site.authority(),
        identity = identity(),
    )
}

/// Where a person's own lines go.
const OWN_PASS: &str = "# keep your own proxy_pass and proxy_set_header lines here";

/// What Nginx Proxy Manager would have written into the location that this one takes the place of.
fn managed_pass(host: &str) -> String {
    format!(
        "proxy_pass $forward_scheme://$server:$port;
    proxy_http_version 1.1;
    proxy_set_header Host {host};
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Scheme $scheme;
    proxy_set_header X-Forwarded-Proto $scheme;"
    )
}

fn identity() -> String {
    let line = |header: &&str| {
        let variable = header.to_ascii_lowercase().replace('-', "_");
        let name = variable.trim_start_matches("x_").to_owned();
        format!("    auth_request_set ${name} $upstream_http_{variable};\n    proxy_set_header {header} ${name};\n")
    };
    HEADERS.iter().map(line).collect()
}

/// What the authentication URL's own server block has to have; a comment, because this text goes into another one.
fn at_sign_in(at: &crate::site::Origin, outpost: &str) -> String {
    let authority = at.authority();
    format!(
        "
# once, in the server block of {authority}: the way back from the login
# location /outpost.goauthentik.io {{
#     proxy_pass {outpost}/outpost.goauthentik.io;
#     proxy_set_header Host {authority};
#     proxy_set_header X-Forwarded-Host {authority};
# }}
"
    )
}
