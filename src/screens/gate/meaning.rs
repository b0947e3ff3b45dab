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
        Answer::There { url, status } if is_below(url, base) => match client_id(url) {
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
