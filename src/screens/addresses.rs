//! An app under one more address, or under another: what would change, and the plan for it.

use super::review::Review;
use super::review_field::{Ground, ReviewField};
use crate::authentik::WebUrl;
use crate::authentik::address::is_loopback;
use crate::authentik::providers_oauth2::{OAuth2Provider, Redirect};
use crate::catalogue::regex_escaped;
use crate::plan::{Move, Plan, add_origin, move_app};
use crate::site::Origin;

/// A line of the difference: what was, and what will be; empty where there is nothing.
pub type Change = (String, String);

impl Review {
    /// The apps that can be given another address: those whose redirect URIs name one.
    pub fn apps<'a>(&self, ground: &Ground<'a>) -> Vec<&'a OAuth2Provider> {
        let fits = |provider: &&OAuth2Provider| {
            provider.application_slug.is_some()
                && main_origin(provider, ground.parse).is_some_and(|main| main != self.origin.to_string())
        };
        ground.inventory.oauth2.iter().filter(fits).collect()
    }

    /// The app that was chosen; else the one of the service that the tab shows, or the only one. A guess would change
    /// somebody else's app.
    pub fn chosen_app<'a>(&self, ground: &Ground<'a>) -> Option<&'a OAuth2Provider> {
        let apps = self.apps(ground);
        let typed = self.app.typed.get(&ReviewField::App).and_then(|pk| pk.parse().ok());
        if typed.is_some() {
            return apps.into_iter().find(|provider| Some(provider.pk) == typed);
        }
        let shown = |provider: &&&OAuth2Provider| {
            let service = self.service(ground);
            service.is_some_and(|service| provider.application_slug.as_deref() == Some(service.id.as_str()))
        };
        let only = apps.first().filter(|_| apps.len() == 1);
        apps.iter().find(shown).or(only).copied()
    }

    /// The difference, line by line.
    pub fn changes(&self, ground: &Ground) -> Vec<Change> {
        let Some(provider) = self.chosen_app(ground) else { return Vec::new() };
        if self.subject == super::Subject::AddOrigin {
            return self.adds(provider, ground).into_iter().map(|redirect| (String::new(), redirect.url)).collect();
        }
        let Some(from) = main_origin(provider, ground.parse) else { return Vec::new() };
        let to = self.moves(provider, &from, ground);
        let moved = |old: &Redirect| at(old, &from, &self.origin.to_string()).map(|new| (old.url.clone(), new.url));
        let mut changes: Vec<Change> = provider.redirects.iter().filter_map(moved).collect();
        changes.push((provider.logout_uri.clone(), to.logout_uri));
        changes.extend(to.launch);
        changes.retain(|(old, new)| old != new);
        changes
    }

    pub(super) fn preview_is_empty(&self, ground: &Ground) -> bool {
        self.changes(ground).is_empty()
    }

    pub(super) fn add_plan(&self, id: String, ground: &Ground) -> Option<Plan> {
        let provider = self.chosen_app(ground)?;
        Some(add_origin(id, &self.origin, provider, &self.adds(provider, ground)))
    }

    pub(super) fn move_plan(&self, id: String, ground: &Ground) -> Option<Plan> {
        let provider = self.chosen_app(ground)?;
        let from = main_origin(provider, ground.parse)?;
        Some(move_app(id, &self.origin, provider, &self.moves(provider, &from, ground)))
    }

    /// The redirect URIs of its main address, once more for this one.
    fn adds(&self, provider: &OAuth2Provider, ground: &Ground) -> Vec<Redirect> {
        let Some(from) = main_origin(provider, ground.parse) else { return Vec::new() };
        let to = self.origin.to_string();
        let copied = provider.redirects.iter().filter_map(|redirect| at(redirect, &from, &to));
        copied.filter(|redirect| !provider.redirects.contains(redirect)).collect()
    }

    fn moves(&self, provider: &OAuth2Provider, from: &str, ground: &Ground) -> Move {
        let to = self.origin.to_string();
        let redirects = provider.redirects.iter().map(|old| at(old, from, &to).unwrap_or_else(|| old.clone()));
        let application =
            ground.inventory.applications.iter().find(|app| Some(&app.slug) == provider.application_slug.as_ref());
        let stated = application.filter(|app| app.states_launch_url).map(|app| app.launch_url.clone());
        // What it has at the new address already is not there twice.
        let mut all: Vec<Redirect> = Vec::new();
        for redirect in redirects {
            if !all.contains(&redirect) {
                all.push(redirect);
            }
        }
        Move {
            redirects: all,
            logout_uri: moved(&provider.logout_uri, from, &to).unwrap_or_else(|| provider.logout_uri.clone()),
            launch: stated.and_then(|old| moved(&old, from, &to).map(|new| (old, new))),
        }
    }
}

/// The origin that most of an app hangs on: that of its first redirect URI on the web.
fn main_origin(provider: &OAuth2Provider, parse: fn(&str) -> Option<WebUrl>) -> Option<String> {
    let logins = provider.redirects.iter().filter(|redirect| !redirect.regex && !redirect.is_logout());
    let origins: Vec<Origin> = logins.filter_map(|redirect| Origin::of(&parse(&redirect.url)?)).collect();
    // What leads to a program on somebody's own computer is no address of the app.
    let away = origins.iter().find(|origin| !is_loopback(origin.host()));
    away.or(origins.first()).map(ToString::to_string)
}

/// A redirect URI of one origin, for another; none if it is of neither.
fn at(redirect: &Redirect, from: &str, to: &str) -> Option<Redirect> {
    let url = if redirect.regex {
        let (caret, rest) = redirect.url.strip_prefix('^').map_or(("", redirect.url.as_str()), |rest| ("^", rest));
        // As authentik's interface, a person or Gatewright writes it: a hyphen needs no escape outside a class.
        let origin = regex_escaped(from);
        let rest = rest.strip_prefix(&origin).or_else(|| rest.strip_prefix(&origin.replace("\\-", "-")))?;
        // Only where the origin ends there: what follows could be a port, or more of a host.
        let ends =
            rest.is_empty() || rest.starts_with(['/', '$', '(']) || rest.starts_with("\\/") || rest.starts_with("\\?");
        ends.then(|| format!("{caret}{}{rest}", regex_escaped(to)))?
    } else {
        moved(&redirect.url, from, to)?
    };
    Some(Redirect { url, ..redirect.clone() })
}

fn moved(url: &str, from: &str, to: &str) -> Option<String> {
    let rest = url.strip_prefix(from)?;
    (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then(|| format!("{to}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_of_the_old_origin_moves() {
        let (from, to) = ("https://a.example", "https://b.example:8443");
        assert_eq!(moved("https://a.example/x?y", from, to).as_deref(), Some("https://b.example:8443/x?y"));
        assert_eq!(moved("https://a.example.evil/x", from, to), None);
        assert_eq!(moved("app.immich:///oauth-callback", from, to), None);
        let regex = Redirect { regex: true, url: "^https://a\\.example/.+$".into(), kind: None };
        assert_eq!(at(&regex, from, to).map(|r| r.url).as_deref(), Some("^https://b\\.example:8443/.+$"));
        for other in ["^https://a\\.example:9000/cb", "^https://a\\.examples/cb", "^https://x\\.a\\.example/cb"] {
            assert_eq!(at(&Redirect { url: other.into(), ..regex.clone() }, from, to), None, "{other}");
        }
        let dashed = Redirect { url: "^https://my\\-app\\.example/cb$".into(), ..regex };
        let moved = at(&dashed, "https://my-app.example", to).map(|r| r.url);
        assert_eq!(moved.as_deref(), Some("^https://b\\.example:8443/cb$"));
    }

    #[test]
    fn the_brackets_of_an_ipv6_address_are_no_class_of_characters() {
        let regex = Redirect { regex: true, url: "^https://a\\.example/.+$".into(), kind: None };
        let there = at(&regex, "https://a.example", "http://[fd00::1]:3000").expect("it moves");
        assert_eq!(there.url, "^http://\\[fd00::1\\]:3000/.+$");
        assert_eq!(at(&there, "http://[fd00::1]:3000", "https://a.example"), Some(regex));
    }
}
