//! The Site screen: what stands between the tab's origin and the world, and what can be done.

use super::why::Healths;
use crate::authentik::outposts::Outpost;
use crate::authentik::{ApiError, BaseUrl, WebUrl};
use crate::doctor::points_at;
use crate::site::{Gap, Inventory, Nearby, Origin, Part, Status, nearby, status_of};
use crate::words::{error_text, fill, why_words, words};

/// What the screen knows.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Site {
    /// The rows that the status is worked out from; `None` until the first look.
    pub inventory: Option<Inventory>,
    /// The status of the tab's origin.
    pub status: Option<Status>,
    /// When it was read, in milliseconds since 1970.
    pub read: f64,
    /// Whether a look is under way.
    pub looking: bool,
    /// Why the last look failed. What was known before is still shown, with its age.
    pub error: Option<ApiError>,
    /// "Check again" was pressed: whether outposts are connected is asked then, and never on opening.
    pub wants_health: bool,
    /// UUIDs of the outposts that were not connected when they were asked for last.
    pub unconnected: Vec<String>,
    /// Why that could not be asked.
    pub health_error: Option<ApiError>,
    /// Another spelling of the host that should be told of.
    pub nearby: Option<Nearby>,
}

/// Something that should be put right, beside the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The embedded outpost doesn't know where browsers find authentik: the login would lead nowhere.
    AuthentikHost(Outpost, String),
    /// The token may not list this, so the status may be incomplete.
    Denied(Part),
}

impl Site {
    /// Works the status out afresh.
    pub fn judge(
        &mut self,
        origin: Option<&Origin>,
        base: Option<&BaseUrl>,
        parse: impl Fn(&str) -> Option<WebUrl> + Copy,
    ) {
        (self.status, self.nearby) = match (origin, base, &self.inventory) {
            (Some(origin), Some(base), Some(inventory)) => {
                let status = self.connected(status_of(origin, base, inventory, parse), inventory);
                (Some(status).filter(|status| may_be_said(status, inventory)), nearby(origin, base, inventory, parse))
            }
            _ => (None, None),
        };
    }

    /// A complete gate whose outposts are all away is none.
    fn connected(&self, status: Status, inventory: &Inventory) -> Status {
        let (Status::Protected(gate) | Status::PartOfDomain(gate)) = &status else { return status };
        let away = inventory.outposts_of(gate.pk).all(|outpost| self.unconnected.contains(&outpost.pk));
        if away { Status::Incomplete(gate.clone(), Gap::NotConnected) } else { status }
    }

    /// Takes what was answered about outposts.
    pub fn took_health(&mut self, healths: &Healths) {
        let away = |(_, answer): &&(String, Result<Vec<_>, ApiError>)| matches!(answer, Ok(all) if all.is_empty());
        self.unconnected = healths.iter().filter(away).map(|(pk, _)| pk.clone()).collect();
        self.health_error = healths.iter().find_map(|(_, answer)| answer.as_ref().err().cloned());
    }

    /// The status in the words of the contract.
    pub fn label(status: &Status) -> &'static str {
        let words = words();
        match status {
            Status::Authentik => words.status_authentik,
            Status::NotProtected => words.status_not_protected,
            Status::Protected(_) => words.status_protected,
            Status::PartOfDomain(_) => words.status_domain,
            Status::Incomplete(..) => words.status_incomplete,
            Status::OidcApp { .. } => words.status_oidc,
        }
    }

    /// What the status means, in one sentence or two.
    pub fn meaning(status: &Status) -> &'static str {
        let (words, gates) = (words(), why_words());
        match status {
            Status::Authentik => words.means_authentik,
            Status::NotProtected => words.means_not_protected,
            Status::Protected(_) => words.means_protected,
            Status::PartOfDomain(_) => words.means_domain,
            Status::Incomplete(proxy, Gap::NoOutpost) if proxy.is_domain_level() => gates.means_domain_no_outpost,
            Status::Incomplete(proxy, Gap::NoApplication) if proxy.is_domain_level() => {
                gates.means_domain_no_application
            }
            Status::Incomplete(_, Gap::NoOutpost) => words.means_no_outpost,
            Status::Incomplete(_, Gap::NoApplication) => words.means_no_application,
            Status::Incomplete(_, Gap::Twice) => gates.means_twice,
            Status::Incomplete(_, Gap::CookieDomain) => gates.means_cookie_domain,
            Status::Incomplete(_, Gap::Spelling) => gates.means_spelling,
            Status::Incomplete(_, Gap::NotConnected) => gates.means_not_connected,
            Status::OidcApp { .. } => words.means_oidc,
        }
    }

    /// What to do outside authentik, or what could not be looked at.
    pub fn hint(&self) -> Option<String> {
        let words = why_words();
        if let Some(why) = &self.health_error {
            return Some(fill(words.health_unknown, &[("why", &error_text(why))]));
        }
        let Some(Status::Incomplete(gate, Gap::NotConnected)) = &self.status else { return None };
        let mut outposts = self.inventory.as_ref()?.outposts_of(gate.pk);
        let embedded = outposts.any(|outpost| outpost.embedded);
        Some(if embedded { words.not_connected_embedded } else { words.not_connected_other }.to_owned())
    }

    /// What should be put right.
    pub fn advice(&self, base: &BaseUrl) -> Vec<Advice> {
        let Some(inventory) = &self.inventory else { return Vec::new() };
        let mut advice: Vec<Advice> = inventory.denied.iter().copied().map(Advice::Denied).collect();
        if let Some(Status::Protected(proxy) | Status::Incomplete(proxy, _)) = &self.status {
            let wrong = |outpost: &&Outpost| outpost.embedded && !points_at(&outpost.authentik_host, base);
            let found = inventory.outposts_of(proxy.pk).find(wrong);
            advice.extend(found.map(|outpost| Advice::AuthentikHost(outpost.clone(), base.to_string())));
        }
        advice
    }
}

/// What may not be listed can't be missed: "Not protected" would be a guess.
fn may_be_said(status: &Status, inventory: &Inventory) -> bool {
    let unseen = |part| inventory.denied.contains(&part);
    match status {
        Status::NotProtected => !unseen(Part::Proxies) && !unseen(Part::Outposts),
        Status::Incomplete(_, Gap::NoOutpost) => !unseen(Part::Outposts),
        _ => true,
    }
}
