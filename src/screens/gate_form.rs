//! The form of "Protect this site": what only a gate has, what speaks against it, and its plan.

use super::review::Review;
use super::review_field::{Ground, ReviewField, Trouble, WhoGetsIn};
use super::session_length::session_value;
use crate::authentik::flows;
use crate::authentik::providers_proxy::ProxyProvider;
use crate::catalogue::OpenPath;
use crate::plan::{Gate, OutpostChoice, Plan, protect_site};
use crate::site::open_paths::{self, Opens};
use crate::site::{Origin, is_authentik};
use crate::words::{fill, fill_marked, words};

/// What a line of "Paths left open" opens, for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The line, as it will be written.
    pub line: String,
    /// What it opens; values between marks.
    pub says: String,
    /// It must not be written.
    pub refused: bool,
}

impl Review {
    /// What speaks against applying, of what only this form has.
    pub(super) fn gate_troubles(&self, ground: &Ground) -> Vec<Trouble> {
        let words = words();
        let mut troubles = Vec::new();
        let mut say = |field, says: String| troubles.push(Trouble { field, says, blocks: true });
        if let Some(says) = self.trouble_with_url(ground).filter(|_| !self.is_domain()) {
            say(ReviewField::ExternalUrl, says);
        }
        if session_value(&self.session).is_none() {
            say(ReviewField::Session, words.trouble_session.into());
        }
        if self.who == WhoGetsIn::Groups && self.chosen.is_empty() {
            say(ReviewField::Groups, words.trouble_no_group.into());
        }
        if let Some(opened) = self.opened(ground).into_iter().find(|opened| opened.refused) {
            say(ReviewField::OpenLines, fill(words.trouble_open_line, &[("line", &opened.line)]));
        }
        if self.is_domain() {
            troubles.extend(self.domain_troubles(ground));
        }
        troubles
    }

    fn trouble_with_url(&self, ground: &Ground) -> Option<String> {
        let words = words();
        let Ground { base, parse, .. } = *ground;
        let origin_of = |text: &str| parse(text).and_then(|url| Origin::of(&url));
        let url = parse(self.external_url.trim()).filter(|url| !url.credentials);
        let Some((url, origin)) = url.and_then(|url| Some((url.clone(), Origin::of(&url)?))) else {
            return Some(words.trouble_url_not_one.into());
        };
        if url.path.len() > 1 || self.external_url.contains(['?', '#']) {
            return Some(words.trouble_url_path.into());
        }
        if is_authentik(&origin, base, parse) {
            return Some(words.trouble_url_authentik.into());
        }
        let same = |proxy: &&ProxyProvider| {
            origin_of(&proxy.external_host).is_some_and(|other| other.authority() == origin.authority())
        };
        self.beside(ground).find(same).map(|proxy| fill(words.trouble_url_twice, &[("name", &proxy.name)]))
    }

    /// The plan, as far as it can be made now.
    pub(super) fn gate_plan(&self, id: String, ground: &Ground) -> Option<Plan> {
        let flows = self.flows.as_deref().unwrap_or_default();
        let external = if self.is_domain() {
            self.auth_origin(ground)?
        } else {
            Origin::of(&(ground.parse)(self.external_url.trim())?)?
        };
        let gate = Gate {
            name: self.name.trim().to_owned(),
            slug: self.slug.clone(),
            origin: self.origin.clone(),
            external_host: external.to_string(),
            cookie_domain: self.is_domain().then(|| self.cookie_domain(ground)),
            authorization_flow: flows::authorization(flows).map(|flow| flow.pk.clone()).unwrap_or_default(),
            invalidation_flow: flows::invalidation(flows).map(|flow| flow.pk.clone()).unwrap_or_default(),
            session: session_value(&self.session)?,
            groups: self.chosen_groups(),
            outpost: self.chosen_outpost(ground).map(OutpostChoice::from)?,
            open_paths: self.open_lines(ground),
        };
        Some(protect_site(id, &gate))
    }

    /// Every line that stays open: those of the catalogue that were chosen, then those that were typed.
    fn open_lines(&self, ground: &Ground) -> Vec<String> {
        let known = self.open_paths_known(ground);
        let chosen = (0..).zip(known).filter(|(number, _)| self.open_paths.contains(number)).map(|(_, open)| open.path);
        let mut lines: Vec<String> =
            if self.is_domain() { chosen.map(|path| self.line_for_domain(&path)).collect() } else { chosen.collect() };
        for line in open_paths::lines(&self.value(ReviewField::OpenLines, ground)) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    /// Paths that the recognised service may want to stay open.
    pub fn open_paths_known(&self, ground: &Ground) -> Vec<OpenPath> {
        let gate = self.service(ground).and_then(|service| service.forward_auth.as_ref());
        gate.map(|gate| gate.open_paths.clone()).unwrap_or_default()
    }

    /// What each line that was typed opens.
    pub fn opened(&self, ground: &Ground) -> Vec<Opened> {
        let lines = open_paths::lines(&self.value(ReviewField::OpenLines, ground));
        let of = |line: String| {
            let opens = open_paths::opens(&line, self.is_domain(), ground.matches);
            let says: Vec<String> = opens.iter().map(|opens| says(opens, self.is_domain())).collect();
            Opened { says: says.join(". "), refused: opens.iter().any(Opens::is_refused), line }
        };
        lines.into_iter().map(of).collect()
    }
}

fn says(opens: &Opens, domain: bool) -> String {
    let words = words();
    let (says, path) = match opens {
        Opens::Only(path) => (words.opens_only, path.as_str()),
        Opens::Below(path) => (words.opens_below, path.as_str()),
        Opens::Beginning(path) => (words.opens_beginning, path.as_str()),
        Opens::Ending(path) => (words.opens_ending, path.as_str()),
        Opens::Anywhere(path) => (words.opens_anywhere, path.as_str()),
        Opens::Found => (words.opens_found, ""),
        Opens::AnyCharacter => (words.opens_any, ""),
        Opens::Wide(path) => (words.opens_wide, *path),
        Opens::Everything if domain => (words.opens_everything_domain, ""),
        Opens::Everything => (words.opens_everything, ""),
        Opens::Unreadable => (words.opens_unreadable, ""),
        Opens::Never if domain => (words.opens_never_domain, ""),
        Opens::Never => (words.opens_never, ""),
        Opens::Unclear => (words.opens_unclear, ""),
    };
    let slash = if path.starts_with('/') { "" } else { "/" };
    fill_marked(says, &[("path", path), ("example", &format!("/admin{slash}{path}"))])
}
