//! Caddy: a site block.
//!
//! More than authentik's template (tried on Caddy 2.6.2 by `real_proxies.rs`):
//! * Headers about who it is are taken away first: an open path's answer names nobody, and Caddy 2.10 to 2.11.1 then lets a
//!   visitor's own pass. However they are spelled: to many sites `X_authentik-username` is the same variable.
//! * Before 2.10, a header that the outpost doesn't send arrives as the name of Caddy's own variable for it: as a user name, on
//!   an open path. It is emptied.
//! * A path with dot segments is refused: the outpost judges it as it was sent, and the site may take it for another.
//! * No proxy is trusted by itself: somebody in the same network could name another host to be judged by.
//!
//! Names of headers are written as Caddy keeps them: it finds no others in the outpost's answer.

use super::{Filling, HEADERS};

/// The site block; for a domain whose authentication URL isn't authentik's own also that one's.
pub fn caddy(fill: &Filling) -> String {
    let Filling { outpost, sign_in, .. } = fill;
    let headers: String = HEADERS.iter().map(|header| format!(" {}", as_kept(header))).collect();
    let once = sign_in.as_ref().filter(|sign_in| !sign_in.is_authentik).map(|sign_in| {
        format!(
            "
# once: the way back from the login
{} {{
    reverse_proxy /outpost.goauthentik.io/* {outpost}
}}
",
            address(&sign_in.at)
        )
    });
    format!(
        "{} {{
    # no browser sends such a path: it could be judged as one and served as another
    @dots expression `{{http.request.uri}}.matches(\"(?i)^[^?]*(/|%2f)([.]|%2e){{1,2}}(/|%2f|;|[?]|$)\")`
    route {{
        respond @dots 400
        request_header -*authentik*
        reverse_proxy /outpost.goauthentik.io/* {outpost}
        forward_auth {outpost} {{
            uri /outpost.goauthentik.io/auth/caddy
            copy_headers{headers}
        }}
        # what authentik doesn't tell is nothing
        request_header * * \"^[{{]http[.]reverse_proxy[.]header[.].*()\" \"$1\"
        # keep your own reverse_proxy here; a handle outside of this route does not ask authentik
    }}
}}
{}",
        address(&fill.site),
        once.unwrap_or_default()
    )
}

/// Caddy makes certificates for what isn't said to be plain.
fn address(site: &crate::site::Origin) -> String {
    let whole = site.to_string();
    whole.strip_prefix("https://").unwrap_or(&whole).to_owned()
}

fn as_kept(header: &str) -> String {
    let word = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    };
    header.split('-').map(word).collect::<Vec<_>>().join("-")
}
