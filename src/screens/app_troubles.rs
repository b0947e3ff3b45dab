//! What speaks against making an OIDC app, and what should be known before: every usual failure, beside its field.

use super::review::Review;
use super::review_field::{Ground, ReviewField, Trouble, WhoGetsIn};
use super::session_length::session_value;
use crate::authentik::address::is_loopback;
use crate::authentik::providers_oauth2::Redirect;
use crate::authentik::scope_mappings;
use crate::catalogue::{self, Wide};
use crate::site::Origin;
use crate::words::{fill, words};

/// Schemes that would run as a script where they lead.
const SCRIPTS: [&str; 3] = ["javascript", "data", "vbscript"];

impl Review {
    /// What speaks against applying, of what only this form has.
    pub(super) fn app_troubles(&self, ground: &Ground) -> Vec<Trouble> {
        let words = words();
        let mut troubles = Vec::new();
        let mut say = |field, says: String| troubles.push(Trouble { field, says, blocks: true });
        if self.address(ground).is_none() {
            say(ReviewField::ExternalUrl, words.trouble_url_not_one.into());
        }
        let questions = self.service(ground).map(|service| service.ask.as_slice()).unwrap_or_default();
        let answers = self.asked(ground);
        for (number, question) in (0..).zip(questions) {
            if answers.get(&question.name).is_none_or(String::is_empty) {
                say(ReviewField::Asked(number), words.trouble_asked.into());
            }
        }
        let client_id = self.value(ReviewField::ClientId, ground);
        if client_id.trim().is_empty() || client_id.chars().any(char::is_whitespace) || client_id.len() > 255 {
            say(ReviewField::ClientId, words.trouble_client_id.into());
        } else if ground.inventory.client_id_is_taken(&client_id) {
            say(ReviewField::ClientId, words.trouble_client_id_taken.into());
        }
        for field in [ReviewField::AccessValidity, ReviewField::RefreshValidity] {
            if session_value(&self.value(field, ground)).is_none() {
                say(field, words.trouble_session.into());
            }
        }
        for field in [ReviewField::LaunchUrl, ReviewField::LogoutUri] {
            let url = self.value(field, ground);
            if !url.is_empty() && (ground.parse)(&url).and_then(|url| Origin::of(&url)).is_none() {
                say(field, words.trouble_url_not_one.into());
            }
        }
        let icon = self.value(ReviewField::Icon, ground);
        if (ground.parse)(&icon).is_some_and(|url| SCRIPTS.contains(&url.scheme.as_str())) {
            say(ReviewField::Icon, fill(words.trouble_redirect_script, &[("uri", &icon)]));
        }
        if let Some(scope) = self.missing_scope(ground) {
            say(ReviewField::Service, fill(words.trouble_no_scope, &[("scope", &scope)]));
        }
        let refresh = "offline_access";
        if self.app.keys.is_some() && scope_mappings::pick(self.scopes(), refresh).is_none() {
            let says = fill(words.trouble_no_refresh, &[("scope", refresh)]);
            troubles.push(Trouble { field: ReviewField::Service, says, blocks: false });
        }
        let mut say = |field, says: String| troubles.push(Trouble { field, says, blocks: true });
        if self.who == WhoGetsIn::Groups && self.chosen.is_empty() {
            say(ReviewField::Groups, words.trouble_no_group.into());
        }
        troubles.extend(self.redirect_troubles(ground));
        troubles
    }

    pub(super) fn missing_scope(&self, ground: &Ground) -> Option<String> {
        self.app.keys.as_ref()?;
        let needed = self.needed_scopes(ground).into_iter().filter(|scope| scope != "offline_access");
        let ours = self.own_mappings(ground);
        let replaced = |scope: &String| ours.iter().any(|own| own.scope == *scope);
        needed.into_iter().find(|scope| !replaced(scope) && scope_mappings::pick(self.scopes(), scope).is_none())
    }

    pub(super) fn redirect_troubles(&self, ground: &Ground) -> Vec<Trouble> {
        let words = words();
        let redirects = self.redirects(ground);
        let field = |redirect: &Redirect| {
            if redirect.is_logout() { ReviewField::PostLogout } else { ReviewField::Redirects }
        };
        let mut troubles = Vec::new();
        if !redirects.iter().any(|redirect| !redirect.is_logout()) {
            // authentik would take the first one that anybody sends (api.md §7).
            troubles.push(Trouble {
                field: ReviewField::Redirects,
                says: words.trouble_no_redirect.into(),
                blocks: true,
            });
        }
        for redirect in &redirects {
            let shown = [("uri", redirect.url.as_str())];
            let trouble = trouble_of(redirect, ground);
            if let Some((blocks, says)) = trouble {
                troubles.push(Trouble { field: field(redirect), says: fill(says, &shown), blocks });
            }
        }
        troubles
    }
}

/// What is wrong with one redirect URI, and whether that blocks.
fn trouble_of(redirect: &Redirect, ground: &Ground) -> Option<(bool, &'static str)> {
    let words = words();
    if redirect.url.contains(char::is_whitespace) {
        return Some((true, words.trouble_redirect_not_one));
    }
    if redirect.regex {
        return match catalogue::trouble_with_regex(&redirect.url) {
            Some(Wide::NotAnchoredToHost) => Some((true, words.trouble_regex_no_host)),
            Some(Wide::WildHost) => Some((true, words.trouble_regex_wild_host)),
            Some(Wide::UnescapedDot) => Some((true, words.trouble_regex_dot)),
            Some(Wide::OpensEverything) => Some((true, words.trouble_regex_everything)),
            None => is_readable(&redirect.url).then_some((false, words.trouble_redirect_http)),
        };
    }
    let web = redirect.url.starts_with("http");
    match (ground.parse)(&redirect.url) {
        None => Some((true, words.trouble_redirect_not_one)),
        Some(url) if SCRIPTS.contains(&url.scheme.as_str()) => Some((true, words.trouble_redirect_script)),
        Some(url) if url.credentials => Some((true, words.trouble_redirect_password)),
        // What a browser would make an address of all the same, and authentik would compare to the letter.
        Some(url) if web && (url.host.is_empty() || url.host.contains('*') || redirect.url.contains(":///")) => {
            Some((true, words.trouble_redirect_not_one))
        }
        Some(url) if url.scheme == "http" && !is_loopback(&url.host) => Some((false, words.trouble_redirect_http)),
        Some(_) => None,
    }
}

/// Whether an expression lets a login lead to plain http on another machine.
fn is_readable(pattern: &str) -> bool {
    let rest = pattern.trim_start_matches(['^', '(']);
    let plain = ["http:", "https?:", "http|", "?:http|", "https|http"].iter().any(|start| rest.starts_with(start));
    plain && !["://localhost", "://127", "://[::1"].iter().any(|here| pattern.contains(here))
}
