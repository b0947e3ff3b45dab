//! The Site screen: what stands between the tab's origin and the world, and what can be done.

use crate::authentik::outposts::Outpost;
use crate::authentik::{ApiError, BaseUrl, WebUrl};
use crate::site::{Gap, Inventory, Origin, Part, Status, status_of};
use crate::words::words;

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
    pub fn judge(&mut self, origin: Option<&Origin>, base: Option<&BaseUrl>, parse: impl Fn(&str) -> Option<WebUrl>) {
        self.status = match (origin, base, &self.inventory) {
            (Some(origin), Some(base), Some(inventory)) => {
                Some(status_of(origin, base, inventory, parse)).filter(|status| may_be_said(status, inventory))
            }
            _ => None,
        };
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
        let words = words();
        match status {
            Status::Authentik => words.means_authentik,
            Status::NotProtected => words.means_not_protected,
            Status::Protected(_) => words.means_protected,
            Status::PartOfDomain(_) => words.means_domain,
            Status::Incomplete(_, Gap::NoOutpost) => words.means_no_outpost,
            Status::Incomplete(_, Gap::NoApplication) => words.means_no_application,
            Status::OidcApp { .. } => words.means_oidc,
        }
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

/// Whether an outpost's `authentik_host` leads browsers to this instance.
pub fn points_at(authentik_host: &str, base: &BaseUrl) -> bool {
    BaseUrl::from_kept(authentik_host).is_some_and(|host| host.origin() == base.origin())
}
