//! The services that Gatewright knows: what they are called, how a page of theirs is recognised, and what authentik and
//! the service must be told about each other. Pure data, from `catalogue.json`; what is missing there has a default.

mod fill;
mod read;
mod recognise;
mod service;
mod too_wide;

use crate::authentik::order::in_order;

pub use fill::{Filling, Redirect, fill, regex_escaped};
pub use recognise::{Page, Sight, Sure, recognise};
pub use service::{
    Ask, BasicAuth, Client, Deployment, ForwardAuth, Kind, Logout, LogoutMethod, Mapping, Oidc, OpenPath, Recognise,
    Rule, Service, Settings, Speaks,
};
pub use too_wide::{Wide, trouble_with_regex};

/// All services, in the order of the file.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Catalogue {
    services: Vec<Service>,
}

impl Catalogue {
    /// Reads the joined JSON array; `None` if it is none. A service that can't be read is left out.
    pub fn read(text: &str) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(text).ok()?;
        let services = value.as_array()?.iter().filter_map(read::service).collect();
        Some(Self { services })
    }

    /// All services.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The service with this id.
    pub fn find(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// Every selector that a rule looks for in a page, once.
    pub fn selectors(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for selector in self.services.iter().flat_map(|service| &service.recognise.elements) {
            if !all.contains(&selector.as_str()) {
                all.push(selector);
            }
        }
        all
    }

    /// The services whose name, other name or id holds every one of `words`, best first: an equal name, then a name that
    /// begins so, then a name with a word that begins so, then the rest. Nothing for no words.
    pub fn search(&self, words: &str) -> Vec<&Service> {
        let words = crate::authentik::read::lower(words.trim());
        let found = self.services.iter().filter_map(|service| Some((rank(service, &words)?, service))).collect();
        in_order(found, |(rank, _)| *rank).into_iter().map(|(_, service)| service).collect()
    }
}

/// How well a service fits the words of a search; less is better.
fn rank(service: &Service, words: &str) -> Option<u8> {
    if words.is_empty() {
        return None;
    }
    let names = service.names().map(crate::authentik::read::lower);
    names.filter_map(|name| rank_of(&name, words)).min()
}

fn rank_of(name: &str, words: &str) -> Option<u8> {
    if name == words {
        Some(0)
    } else if name.starts_with(words) {
        Some(1)
    } else if words.split_whitespace().all(|word| name.split([' ', '-', '.', '(']).any(|part| part.starts_with(word))) {
        Some(2)
    } else {
        words.split_whitespace().all(|word| name.contains(word)).then_some(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: &str = r##"[
        {"id": "gitea", "name": "Gitea", "speaks": ["oidc"], "recognise": {"elements": ["#a", "#b"]}},
        {"id": "frappe", "name": "Frappe / ERPNext", "also": ["ERPNext"], "speaks": ["oidc"], "recognise": {"elements": ["#b"]}},
        {"name": "without an id"},
        {"id": "home-assistant", "name": "Home Assistant", "speaks": ["oidc", "forward_auth"]},
        {"id": "assist", "name": "Assist", "speaks": ["oidc"]}
    ]"##;

    fn ids(words: &str) -> Vec<String> {
        let catalogue = Catalogue::read(SOME).expect("a catalogue");
        catalogue.search(words).into_iter().map(|service| service.id.clone()).collect()
    }

    #[test]
    fn a_service_that_cannot_be_read_is_left_out() {
        let catalogue = Catalogue::read(SOME).expect("a catalogue");
        assert_eq!(catalogue.services().len(), 4);
        assert_eq!(catalogue.selectors(), ["#a", "#b"]);
        assert!(catalogue.find("gitea").is_some() && catalogue.find("none").is_none());
        assert_eq!(Catalogue::read("{}"), None);
    }

    #[test]
    fn a_search_finds_by_any_name_and_puts_the_best_first() {
        assert_eq!(ids("erpnext"), ["frappe"]);
        assert_eq!(ids("assist"), ["assist", "home-assistant"]);
        assert_eq!(ids("HOME ass"), ["home-assistant"]);
        assert_eq!(ids("tea"), ["gitea"]);
        assert!(ids("  ").is_empty() && ids("nothing").is_empty());
    }
}
