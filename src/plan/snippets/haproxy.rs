//! HAProxy: unofficial. authentik has no template for it; this follows what it tells nginx, by the Lua script
//! haproxy-auth-request (README of `TimWolla/haproxy-auth-request`: backend, path, method, headers to ask with, headers to take over).
//!
//! The site's backend asks, not the frontend: a frontend knows a site by `Host` only, which a visitor spells as they like
//! (`larder.example.com:443`, with a dot behind it, another one altogether), and its default backend may be the site.

use super::{Filling, HEADERS};

/// Lines for a frontend, and a backend.
pub fn haproxy(fill: &Filling) -> String {
    let Filling { site, word, outpost, sign_in } = fill;
    let authority = site.authority();
    let start = sign_in.as_ref().map_or_else(|| site.to_string(), |sign_in| sign_in.at.to_string());
    let server = outpost.split_once("://").map_or(outpost.as_str(), |(_, rest)| rest);
    let server = if server.rsplit_once(':').is_some_and(|(_, port)| !port.contains(']')) {
        server.to_owned()
    } else {
        format!("{server}:9000")
    };
    let plain = if outpost.starts_with("https://") {
        "    # the script speaks no TLS: give it the outpost's plain port\n"
    } else {
        ""
    };
    // Without names: two of one name are one condition, and a site may be called like one.
    let way_back = |host: &str| format!("{{ path_beg /outpost.goauthentik.io/ }} {{ hdr(host),host_only -i {host} }}");
    let told = |at: &crate::site::Origin| {
        format!("    http-request set-header X-Forwarded-Host {} if {}\n", at.authority(), way_back(at.host()))
    };
    let leads = |host: &str| format!("    use_backend authentik_outpost if {}\n", way_back(host));
    let (mut headers_back, mut routes) = (told(site), leads(site.host()));
    if let Some(sign_in) = sign_in.as_ref().filter(|sign_in| !sign_in.is_authentik) {
        headers_back +=
            &format!("    # once: the way back from the login, at {}\n{}", sign_in.at.authority(), told(&sign_in.at));
        routes += &leads(sign_in.at.host());
    }
    let headers = HEADERS.map(|header| header.to_ascii_lowercase()).join(",");
    format!(
        "# unofficial: authentik has no template for HAProxy
# once, in global, with github.com/TimWolla/haproxy-auth-request and the haproxy-lua-http that it needs:
#     lua-prepend-path /usr/share/haproxy/?/http.lua
#     lua-load /usr/share/haproxy/auth-request.lua

# the frontend that the site has; for a further site its http-request lines above all use_backend lines
frontend {word}
    # keep your own bind lines here
{headers_back}{routes}    # keep your own use_backend and default_backend lines here

# the backend that the site has: whatever way a request comes to it, it asks; another backend does not
backend {word}
    # no browser sends such a path: it could be judged as one and served as another
    http-request deny deny_status 400 if {{ path,url_dec -m reg (^|/)[.][.]?(/|;|$) }}
    # what a visitor says about who it is, is nothing
    http-request del-header ^x[-_]authentik -m reg
    http-request set-header X-Original-URL {site}%[pathq]
    http-request set-header X-Forwarded-Host {authority}
    http-request lua.auth-intercept authentik_outpost /outpost.goauthentik.io/auth/nginx GET cookie,x-original-url,x-forwarded-host {headers} -
    http-request redirect code 302 location {start}/outpost.goauthentik.io/start?rd={site}%[pathq,url_enc] if !{{ var(txn.auth_response_successful) -m bool }}
    # keep your own server lines here

# once
backend authentik_outpost
{plain}    server outpost {server}
"
    )
}
