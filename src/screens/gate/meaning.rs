//! What one answer of a site means.

use super::Gate;
use super::evidence::{Answer, Why, is_below};
use crate::authentik::BaseUrl;
use crate::authentik::request::decode;

/// Below it are the outpost's own paths.
pub const OUTPOST: &str = "/outpost.goauthentik.io/";

/// What one answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// authentik's login, for this very provider.
    Login,
    /// The same, but authentik answers it with an error.
    LoginFails(u16),
    /// authentik, for another provider: its client id.
    OtherLogin(String),
    /// authentik, for whom is not known.
    Authentik,
    /// Another place: its address, where the browser tells it.
    Away(Option<String>),
    /// The site answers: a stranger is in, at this path.
    In(String),
    /// authentik's own pages answer where the site should.
    AuthentikHere,
    /// The start of the login leads to the site instead of the outpost.
    StartUnrouted,
    /// 401, and no way to the login.
    Refused,
    /// The reverse proxy doesn't tell the outpost what is wanted.
    NoHeaders,
    /// The outpost doesn't serve this host; whether authentik answered in its place.
    UnknownHost(bool),
    /// Some other answer.
    Status(u16),
    /// None.
    Silent(Why),
}

/// What an answer means for a gate.
pub fn meaning(answer: &Answer, gate: &Gate, base: &BaseUrl) -> Meaning {
    match answer {
        Answer::There { url, status } if is_below(url, base) => match client_id(url).filter(|id| !id.is_empty()) {
            Some(id) if id == gate.provider.client_id && *status < 400 => Meaning::Login,
            Some(id) if id == gate.provider.client_id => Meaning::LoginFails(*status),
            Some(id) => Meaning::OtherLogin(id),
            None => Meaning::Authentik,
        },
        Answer::There { url, .. } => Meaning::Away(Some(url.clone())),
        Answer::Away => Meaning::Away(None),
        Answer::Silent(why) => Meaning::Silent(*why),
        Answer::Here { status, path, text, authentik } => match status {
            400 if text.contains("no app for hostname") => Meaning::UnknownHost(false),
            404 if *authentik => Meaning::UnknownHost(true),
            500 if text.contains("configuration error") => Meaning::NoHeaders,
            200..=299 if *authentik => Meaning::AuthentikHere,
            200..=299 | 404 if path.starts_with(OUTPOST) => Meaning::StartUnrouted,
            200..=299 => Meaning::In(path.clone()),
            401 => Meaning::Refused,
            status => Meaning::Status(*status),
        },
    }
}

/// The client id in the address of a login: authentik leads from `authorize` to its login page, whose address holds the
/// first one, encoded.
pub fn client_id(url: &str) -> Option<String> {
    let mut text = url.to_owned();
    for _ in 0..3 {
        let mut at = text.match_indices("client_id=").filter(|(at, _)| text[..*at].ends_with(['?', '&']));
        if let Some((_, rest)) = at.next().map(|(at, name)| (at, &text[at + name.len()..])) {
            let end = rest.find(['&', '#']).unwrap_or(rest.len());
            return Some(decode(&rest[..end]));
        }
        text = decode(&text);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authentik::providers_proxy::ProxyProvider;
    use crate::ports::native_url;
    use crate::site::Origin;

    fn gate(client_id: &str) -> Gate {
        let provider = ProxyProvider {
            pk: 7,
            name: "Larder".into(),
            client_id: client_id.into(),
            mode: "forward_single".into(),
            external_host: "https://larder.example.com".into(),
            cookie_domain: String::new(),
            application_slug: Some("larder".into()),
            ..ProxyProvider::default()
        };
        let site = native_url("https://larder.example.com/").and_then(|url| Origin::of(&url)).expect("an origin");
        Gate { site, provider }
    }

    fn there(url: &str) -> Meaning {
        let base = BaseUrl::from_kept("https://auth.example.com").expect("a base");
        meaning(&Answer::There { url: url.into(), status: 200 }, &gate("abc"), &base)
    }

    #[test]
    fn only_this_authentik_with_this_client_id_is_the_login() {
        for url in [
            "https://auth.example.com/application/o/authorize/?client_id=abc&state=x",
            "https://auth.example.com/if/flow/login/?next=%2Fapplication%2Fo%2Fauthorize%2F%3Fclient_id%3Dabc%26state%3Dx",
            "https://auth.example.com/if/flow/login/?next=%2Fx%3Fnext%3D%252Fauthorize%252F%253Fclient_id%253Dabc%2526state%253Dx",
        ] {
            assert_eq!(there(url), Meaning::Login, "{url}");
        }
        assert_eq!(there("https://auth.example.com/?client_id=abcd"), Meaning::OtherLogin("abcd".into()));
        for url in ["https://auth.example.com/?xclient_id=abc", "https://auth.example.com/?client_id="] {
            assert_eq!(there(url), Meaning::Authentik, "{url}");
        }
        for url in [
            "https://auth.example.com.evil.example/?client_id=abc",
            "https://auth.example.com@evil.example/?client_id=abc",
            "https://auth.example.com:8443/?client_id=abc",
            "http://auth.example.com/?client_id=abc",
        ] {
            assert_eq!(there(url), Meaning::Away(Some(url.into())), "{url}");
        }
    }

    #[test]
    fn a_provider_whose_client_id_is_not_known_is_never_taken_for_the_one_at_the_gate() {
        let base = BaseUrl::from_kept("https://auth.example.com").expect("a base");
        let at = Answer::There { url: "https://auth.example.com/?client_id=".into(), status: 200 };
        assert_eq!(meaning(&at, &gate(""), &base), Meaning::Authentik);
    }

    #[test]
    fn what_a_site_says_of_itself_is_not_taken_for_more() {
        let base = BaseUrl::from_kept("https://auth.example.com").expect("a base");
        let here = |status, path: &str, text: &str, authentik| {
            let answer = Answer::Here { status, path: path.into(), text: text.into(), authentik };
            meaning(&answer, &gate("abc"), &base)
        };
        assert_eq!(here(200, "/", "configuration error", false), Meaning::In("/".into()));
        assert_eq!(here(204, "/", "", false), Meaning::In("/".into()));
        assert_eq!(here(500, "/", "configuration error", false), Meaning::NoHeaders);
        assert_eq!(here(500, "/", "oops", false), Meaning::Status(500));
        assert_eq!(here(404, "/", "", true), Meaning::UnknownHost(true));
        assert_eq!(here(404, "/", "", false), Meaning::Status(404));
        assert_eq!(here(200, "/if/flow/x/", "", true), Meaning::AuthentikHere);
        assert_eq!(here(200, "/outpost.goauthentik.io/start", "", false), Meaning::StartUnrouted);
    }
}
