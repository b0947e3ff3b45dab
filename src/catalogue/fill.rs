//! Fills `{{name}}` in a service's templates, each value so that it stays in its place.

use std::collections::BTreeMap;

use super::service::{Kind, Service, Settings};

/// What a service's templates are filled with.
#[derive(Clone, Debug)]
pub struct Filling<'a> {
    /// The service's own address, without a slash at its end, maybe with a path.
    pub origin: &'a str,
    /// authentik's own address, without a slash at its end, maybe with a path.
    pub base: &'a str,
    /// Slug of the application.
    pub slug: &'a str,
    /// The provider's client ID.
    pub client_id: &'a str,
    /// The provider's client secret.
    pub client_secret: &'a str,
    /// What a person was asked for, by name; what is missing has the service's default.
    pub asked: &'a BTreeMap<String, String>,
    /// A fresh random text, at least 64 characters long.
    pub random: &'a str,
}

/// A redirect URI for authentik.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// Whether `url` is a regular expression rather than an exact address.
    pub regex: bool,
    /// The address.
    pub url: String,
}

/// Where a value lands, and so what would get it out of its place.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// A text that is shown.
    Text,
    /// A text in which what was asked for stands between double quotes.
    Quoted,
    /// An address.
    Url,
    /// A regular expression for an address.
    Regex,
}

/// Fills a template for a text that is shown. A name that isn't known stays as it is, and so does `{{ this }}`.
pub fn fill(template: &str, filling: &Filling) -> String {
    filled(template, filling, Place::Text)
}

impl Service {
    /// Where the service may have people sent back to.
    pub fn redirect_uris(&self, filling: &Filling) -> Vec<Redirect> {
        self.oidc.iter().flat_map(|oidc| &oidc.redirect_uris).map(|uri| self.redirect(uri, filling)).collect()
    }

    /// Further ones that some installations need.
    pub fn other_redirect_uris(&self, filling: &Filling) -> Vec<Redirect> {
        self.oidc.iter().flat_map(|oidc| &oidc.other_redirect_uris).map(|uri| self.redirect(uri, filling)).collect()
    }

    /// Where authentik may send people after the logout.
    pub fn post_logout_uris(&self, filling: &Filling) -> Vec<Redirect> {
        self.oidc.iter().flat_map(|oidc| &oidc.post_logout_uris).map(|uri| self.redirect(uri, filling)).collect()
    }

    /// Where its login starts; `None` where that is its address.
    pub fn launch_url(&self, filling: &Filling) -> Option<String> {
        let oidc = self.oidc.as_ref().and_then(|oidc| oidc.launch.as_deref());
        let launch = oidc.or_else(|| self.forward_auth.as_ref().and_then(|gate| gate.launch.as_deref()))?;
        Some(self.redirect(launch, filling).url)
    }

    /// Where authentik tells it that a session has ended.
    pub fn logout_uri(&self, filling: &Filling) -> Option<String> {
        let logout = self.oidc.as_ref()?.logout.as_ref()?;
        Some(self.redirect(&logout.uri, filling).url)
    }

    /// The page of the service where single sign-on is set up.
    pub fn settings_page(&self, filling: &Filling) -> Option<String> {
        Some(self.redirect(self.settings_page.as_deref()?, filling).url)
    }

    /// What goes into the service.
    pub fn settings(&self, filling: &Filling) -> Vec<Settings> {
        let asked = self.asked(filling);
        let filling = &Filling { asked: &asked, ..filling.clone() };
        let filled_in = |settings: &Settings| {
            let place = if settings.kind == Kind::Fields { Place::Text } else { Place::Quoted };
            let field = |(label, value): &(String, String)| (label.clone(), filled(value, filling, place));
            Settings {
                kind: settings.kind,
                place: filled(&settings.place, filling, Place::Text),
                text: filled(&settings.text, filling, place),
                fields: settings.fields.iter().map(field).collect(),
            }
        };
        self.settings.iter().map(filled_in).collect()
    }

    fn redirect(&self, template: &str, filling: &Filling) -> Redirect {
        let asked = self.asked(filling);
        let filling = &Filling { asked: &asked, ..filling.clone() };
        let regex = template.starts_with('^');
        let below = if template.starts_with('/') { filling.origin } else { "" };
        let place = if regex { Place::Regex } else { Place::Url };
        Redirect { regex, url: format!("{below}{}", filled(template, filling, place)) }
    }

    /// What was asked for, and the defaults of what was not answered.
    fn asked(&self, filling: &Filling) -> BTreeMap<String, String> {
        let mut asked = filling.asked.clone();
        for ask in &self.ask {
            let answered = asked.get(&ask.name).is_some_and(|answer| !answer.trim().is_empty());
            if let (false, Some(default)) = (answered, &ask.default) {
                asked.insert(ask.name.clone(), default.clone());
            }
        }
        asked
    }
}

fn filled(template: &str, filling: &Filling, place: Place) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        let (before, after) = rest.split_at(start);
        text.push_str(before);
        let value =
            after[2..].find("}}").and_then(|end| Some((value_of(&after[2..2 + end], filling, place)?, end + 4)));
        if let Some((value, length)) = value {
            text.push_str(&value);
            rest = &after[length..];
        } else {
            text.push_str("{{");
            rest = &after[2..];
        }
    }
    text.push_str(rest);
    text
}

fn value_of(name: &str, filling: &Filling, place: Place) -> Option<String> {
    let escape = |text: &str| if place == Place::Regex { regex_escaped(text) } else { text.to_owned() };
    if let Some(known) = known(name, filling) {
        return Some(escape(&known));
    }
    if name == "origin_regex" {
        return Some(regex_escaped(filling.origin));
    }
    let asked: String = filling.asked.get(name)?.trim().chars().filter(|c| !c.is_control()).collect();
    Some(match place {
        Place::Text => asked,
        Place::Quoted => quoted(&asked),
        Place::Url => percent_encoded(&asked),
        Place::Regex => regex_escaped(&percent_encoded(&asked)),
    })
}

fn known(name: &str, filling: &Filling) -> Option<String> {
    let Filling { origin, base, slug, .. } = filling;
    Some(match name {
        "origin" => (*origin).to_owned(),
        "host" => host_of(origin).to_owned(),
        "issuer" => format!("{base}/application/o/{slug}/"),
        "discovery_url" => format!("{base}/application/o/{slug}/.well-known/openid-configuration"),
        "authorize_url" => format!("{base}/application/o/authorize/"),
        "token_url" => format!("{base}/application/o/token/"),
        "userinfo_url" => format!("{base}/application/o/userinfo/"),
        "jwks_url" => format!("{base}/application/o/{slug}/jwks/"),
        "end_session_url" => format!("{base}/application/o/{slug}/end-session/"),
        "authentik_origin" => (*base).to_owned(),
        "slug" => (*slug).to_owned(),
        "client_id" => filling.client_id.to_owned(),
        "client_secret" => filling.client_secret.to_owned(),
        "random" => filling.random.to_owned(),
        _ => filling.random.chars().cycle().take(name.strip_prefix("random:")?.parse().ok()?).collect(),
    })
}

/// The host of an address, without its port; an IPv6 address keeps its brackets.
fn host_of(origin: &str) -> &str {
    let after = origin.split_once("://").map_or(origin, |(_, after)| after);
    let authority = after.split('/').next().unwrap_or(after);
    match authority.rfind(':') {
        Some(colon) if authority[colon..].bytes().skip(1).all(|b| b.is_ascii_digit()) => &authority[..colon],
        _ => authority,
    }
}

/// As a text stands in a regular expression.
pub fn regex_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '/' | ':' | '%' | '_' | '~' | ',' | '=' | '@' | '"' | '\'' | ';') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn percent_encoded(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

/// For a place between double quotes, in a shell, a `.env` file, JSON or YAML.
fn quoted(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

#[cfg(test)]
#[path = "fill_tests.rs"]
mod tests;
