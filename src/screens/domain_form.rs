//! A gate for a whole domain: which one, where its logins come back, and what it covers, shown before.

use super::review::Review;
use super::review_field::{Ground, ReviewField, Trouble, WhoGetsIn};
use crate::authentik::providers_proxy::ProxyProvider;
use crate::catalogue::regex_escaped;
use crate::site::{Inventory, Origin, domain, name_from};
use crate::words::{fill, fill_marked, words};

/// What a gate covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Cover {
    /// The tab's site.
    #[default]
    Site,
    /// All sites of a domain.
    Domain,
}

impl Review {
    /// Whether the form is about a whole domain.
    pub fn is_domain(&self) -> bool {
        self.cover == Cover::Domain
    }

    /// Whether the site has a domain that could be protected.
    pub fn has_domain(&self) -> bool {
        domain::proposed(self.origin.host()).is_some()
    }

    /// A name for what is covered: the domain's, or the site's.
    pub(super) fn propose_name_of_cover(&mut self, title: &str, inventory: &Inventory) {
        let site = name_from(title, self.origin.host());
        let name = if self.is_domain() { self.proposed_domain() } else { site };
        self.propose_name(&name, inventory);
    }

    /// What stands in the field: the parent of the site's host, where nothing else was typed.
    pub(super) fn proposed_domain(&self) -> String {
        domain::proposed(self.origin.host()).unwrap_or_default().to_owned()
    }

    /// authentik's own address where the domain holds it, else one beside the site.
    pub(super) fn proposed_auth_url(&self, ground: &Ground) -> String {
        let domain = self.cookie_domain(ground);
        if domain::holds(&domain, ground.base.host()) {
            return ground.base.origin().to_owned();
        }
        let site = self.origin.to_string();
        let scheme = site.split("://").next().unwrap_or_default();
        let authority = self.origin.authority();
        let port = authority.strip_prefix(self.origin.host()).unwrap_or_default();
        format!("{scheme}://auth.{domain}{port}")
    }

    /// The domain as it will be written: without a leading dot, in lower case.
    pub fn cookie_domain(&self, ground: &Ground) -> String {
        self.value(ReviewField::CookieDomain, ground).trim().trim_start_matches('.').to_ascii_lowercase()
    }

    /// The authentication URL, if it is an address.
    pub(super) fn auth_origin(&self, ground: &Ground) -> Option<Origin> {
        let url = (ground.parse)(self.value(ReviewField::AuthUrl, ground).trim())?;
        if url.credentials { None } else { Origin::of(&url) }
    }

    pub(super) fn domain_troubles(&self, ground: &Ground) -> Vec<Trouble> {
        let words = words();
        let (domain, host) = (self.cookie_domain(ground), self.origin.host());
        let mut troubles = Vec::new();
        let mut say = |field, blocks, says: String| troubles.push(Trouble { field, says, blocks });
        let is_name = (ground.parse)(&format!("https://{domain}/")).is_some_and(|url| url.host == domain);
        let same = |proxy: &&ProxyProvider| proxy.cookie_domain.trim_start_matches('.').eq_ignore_ascii_case(&domain);
        let twin = self.beside(ground).filter(|proxy| proxy.mode == "forward_domain").find(same);
        if domain.is_empty() || !is_name {
            let example = fill(words.trouble_domain_not_one, &[("example", "example.com")]);
            say(ReviewField::CookieDomain, true, example);
        } else if domain::is_shared(&domain) || domain::proposed(&domain).is_none() {
            say(ReviewField::CookieDomain, true, fill(words.trouble_domain_shared, &[("domain", &domain)]));
        } else if !domain::holds(&domain, host) {
            say(ReviewField::CookieDomain, true, fill(words.trouble_domain_elsewhere, &[("host", host)]));
        } else if let Some(twin) = twin {
            say(ReviewField::CookieDomain, true, fill(words.trouble_domain_twice, &[("name", &twin.name)]));
        } else if self.origin.authority() != host {
            let authority = self.origin.authority();
            say(ReviewField::CookieDomain, false, fill(words.trouble_domain_port, &[("host", &authority)]));
        }
        let typed = self.value(ReviewField::AuthUrl, ground);
        let path = (ground.parse)(typed.trim()).is_some_and(|url| url.path.len() > 1) || typed.contains(['?', '#']);
        match self.auth_origin(ground) {
            None => say(ReviewField::AuthUrl, true, words.trouble_url_not_one.into()),
            Some(_) if path => say(ReviewField::AuthUrl, true, words.trouble_url_path.into()),
            Some(at) if !domain::holds(&domain, at.host()) => {
                say(ReviewField::AuthUrl, true, fill(words.trouble_auth_url_elsewhere, &[("domain", &domain)]));
            }
            Some(at) => {
                let origin =
                    |proxy: &ProxyProvider| (ground.parse)(&proxy.external_host).and_then(|url| Origin::of(&url));
                let same = |proxy: &&ProxyProvider| origin(proxy).is_some_and(|own| own.authority() == at.authority());
                if let Some(twin) = self.beside(ground).find(same) {
                    say(ReviewField::AuthUrl, true, fill(words.trouble_url_twice, &[("name", &twin.name)]));
                }
            }
        }
        troubles
    }

    /// The providers of the chosen outpost.
    pub(super) fn beside<'a>(&self, ground: &Ground<'a>) -> impl Iterator<Item = &'a ProxyProvider> {
        let inventory = ground.inventory;
        let outpost = self.outpost.clone();
        let here = move |proxy: &&ProxyProvider| inventory.outposts_of(proxy.pk).any(|served| served.pk == outpost);
        inventory.proxies.iter().filter(here)
    }

    /// What it covers and what not, for a person; values between marks.
    pub fn covers(&self, ground: &Ground) -> Vec<String> {
        let words = words();
        let domain = self.cookie_domain(ground);
        let authority = self.origin.authority();
        let mut says = vec![
            fill_marked(words.covers_site, &[("host", &authority)]),
            fill_marked(words.covers_new, &[("domain", &domain)]),
            fill_marked(words.covers_people, &[("who", &self.who_gets_in())]),
        ];
        for proxy in self.beside(ground).filter(|proxy| proxy.application_slug.is_some()) {
            let own = proxy.cookie_domain.trim_start_matches('.');
            let site = (ground.parse)(&proxy.external_host).and_then(|url| Origin::of(&url));
            if proxy.mode == "forward_domain" {
                if domain::holds(&domain, own) && own != domain {
                    says.push(fill_marked(words.covers_own_domain, &[("host", own), ("name", &proxy.name)]));
                }
            } else if let Some(site) = site.filter(|site| domain::holds(&domain, site.host())) {
                let host = site.authority();
                says.push(fill_marked(words.covers_own_gate, &[("host", &host), ("name", &proxy.name)]));
            }
        }
        if domain::holds(&domain, ground.base.host()) {
            says.push(fill_marked(words.covers_login, &[("host", ground.base.host())]));
        }
        says
    }

    fn who_gets_in(&self) -> String {
        let groups: Vec<String> = self.chosen_groups().into_iter().map(|(_, name)| name).collect();
        if self.who == WhoGetsIn::Everyone { words().who_everyone.to_owned() } else { groups.join(", ") }
    }

    /// A path of the catalogue as a line for a domain, where the whole address counts.
    pub(super) fn line_for_domain(&self, path: &str) -> String {
        let site = regex_escaped(&self.origin.to_string());
        path.strip_prefix('^').map_or_else(|| path.to_owned(), |rest| format!("^{site}{rest}"))
    }
}
