//! What the front page and all the others say about a gate.

use super::evidence::{Evidence, Why};
use super::judge::Pages;
use super::meaning::Meaning;
use super::{Certainty, Found, Noted};
use crate::screens::Verdict;
use crate::site::Inventory;
use crate::words::{fill, gate_words};

/// What has to be said about the pages.
pub fn pages(pages: &Pages, evidence: &Evidence, inventory: &Inventory) -> Vec<Found> {
    std::iter::once(root(pages, evidence, inventory)).chain(other(pages)).collect()
}

fn root(pages: &Pages, evidence: &Evidence, inventory: &Inventory) -> Found {
    use Certainty::{Certain, Probable, Unknown};
    use Verdict::{Bad, Good, Unsure};
    let words = gate_words();
    match &pages.root {
        Meaning::Login => Found::new(Good, Certain, words.login, ""),
        Meaning::LoginFails(status) => {
            let says = fill(words.login_fails, &[("status", &status.to_string())]);
            Found::new(Bad, Certain, says, words.login_fails_todo)
        }
        Meaning::OtherLogin(id) => {
            let name = name_of(id, inventory);
            let name = name.unwrap_or_else(|| fill(words.other_login_nobody, &[("id", id)]));
            Found::new(Bad, Certain, fill(words.other_login, &[("name", &name)]), words.other_login_todo)
        }
        Meaning::Authentik => Found::new(Unsure, Probable, words.authentik, ""),
        Meaning::Away(Some(url)) => {
            let place = url.split(['?', '#']).next().unwrap_or_default();
            Found::new(Bad, Certain, fill(words.away_to, &[("url", place)]), words.away_todo)
        }
        Meaning::Away(None) if pages.sure => Found::new(Unsure, Unknown, words.away_hidden, words.away_todo),
        Meaning::Away(None) => Found::new(Unsure, Probable, words.away, ""),
        Meaning::In(_) if evidence.opens_root.is_some() => {
            let line = evidence.opens_root.as_deref().map_or("", str::trim);
            let line = if line.is_empty() { words.blank_line } else { line };
            Found::new(Bad, Certain, fill(words.open_by_choice, &[("line", line)]), words.open_by_choice_todo)
        }
        Meaning::In(path) if path == "/" => Found::new(Bad, Certain, words.open_front, words.open_todo),
        Meaning::In(path) => Found::new(Bad, Certain, fill(words.open_front_at, &[("path", path)]), words.open_todo),
        Meaning::AuthentikHere => Found::new(Bad, Certain, words.authentik_here, words.authentik_here_todo),
        Meaning::StartUnrouted => Found::new(Bad, Certain, words.start_unrouted, words.unrouted_todo),
        Meaning::Refused => Found::new(Bad, Probable, words.refused_401, words.refused_401_todo),
        Meaning::NoHeaders => {
            let meaning = evidence.noted.iter().flatten().find_map(Noted::meaning);
            Found::new(Bad, Certain, words.no_headers, meaning.unwrap_or(words.headers_any))
        }
        Meaning::UnknownHost(embedded) => {
            let says = if *embedded { words.unknown_embedded } else { words.unknown_standalone };
            Found::new(Bad, Certain, says, words.unknown_todo)
        }
        Meaning::Status(status @ 500..) => {
            Found::new(Bad, Certain, fill(words.status_5xx, &[("status", &status.to_string())]), words.status_5xx_todo)
        }
        Meaning::Status(status) => {
            Found::new(Unsure, Certain, fill(words.status_other, &[("status", &status.to_string())]), "")
        }
        Meaning::Silent(why) => Found::new(Unsure, Unknown, silence(*why), ""),
    }
}

/// All the other pages, where they say more than the front page.
fn other(pages: &Pages) -> Option<Found> {
    let words = gate_words();
    let unlike = std::mem::discriminant(&pages.root) != std::mem::discriminant(&pages.other);
    match &pages.other {
        Meaning::In(_) if unlike => {
            Some(Found::new(Verdict::Bad, Certainty::Certain, words.other_open, words.other_open_todo))
        }
        Meaning::Login if pages.root == Meaning::Login => {
            Some(Found::new(Verdict::Good, Certainty::Probable, words.other_same, ""))
        }
        Meaning::Silent(_) if matches!(pages.root, Meaning::Silent(_)) => None,
        _ if unlike => Some(Found::new(Verdict::Unsure, Certainty::Unknown, words.other_differs, "")),
        _ => None,
    }
}

/// The name of the provider with a client id.
fn name_of(id: &str, inventory: &Inventory) -> Option<String> {
    let proxies = inventory.proxies.iter().map(|proxy| (&proxy.client_id, &proxy.name));
    let all = proxies.chain(inventory.oauth2.iter().map(|provider| (&provider.client_id, &provider.name)));
    all.into_iter().find(|(client_id, _)| *client_id == id).map(|(_, name)| name.clone())
}

fn silence(why: Why) -> &'static str {
    let words = gate_words();
    match why {
        Why::Rules => words.silent_rules,
        Why::TimedOut => words.silent_time,
        Why::NoAnswer => words.silent,
    }
}
