//! Reviews that put a half-made or broken gate right: an application for it, one provider of several, a setting.

use super::review::{Review, Subject};
use super::review_field::{Ground, ReviewField};
use crate::authentik::providers_proxy::ProxyProvider;
use crate::plan::{
    Addition, Detachment, Field, OutpostChoice, Plan, Repair, add_application, repair_provider, take_out,
};
use crate::site::{Inventory, domain};
use crate::words::{fill, why_words, words};

impl Review {
    /// Whether the provider that gets an application is in no outpost, so that one has to be chosen.
    pub(super) fn is_unserved(&self, inventory: &Inventory) -> bool {
        let Subject::AddApplication(provider) = &self.subject else { return false };
        inventory.outposts_of(provider.pk).next().is_none()
    }

    pub(super) fn addition_plan(&self, id: String, provider: &ProxyProvider, ground: &Ground) -> Option<Plan> {
        let unserved = self.is_unserved(ground.inventory);
        let chosen = ground.inventory.outposts.iter().find(|outpost| outpost.pk == self.outpost);
        let outpost = chosen.filter(|_| unserved).map(OutpostChoice::from);
        if unserved && outpost.is_none() {
            return None;
        }
        let add = Addition {
            provider: provider.clone(),
            name: self.name.trim().to_owned(),
            slug: self.slug.clone(),
            groups: self.chosen_groups(),
            outpost,
        };
        Some(add_application(id, &self.origin, &add))
    }

    /// Which of the providers for one host is kept; none until a person has said so.
    fn kept<'a>(&self, twins: &'a [ProxyProvider]) -> Option<&'a ProxyProvider> {
        let pk: i64 = self.app.typed.get(&ReviewField::Keep)?.parse().ok()?;
        twins.iter().find(|twin| twin.pk == pk)
    }

    /// The providers for one host, as (key, what they say of themselves).
    pub fn twins(&self) -> Vec<(String, String)> {
        let Subject::Twice(twins) = &self.subject else { return Vec::new() };
        let words = words();
        let says = |twin: &ProxyProvider| {
            let mode = match twin.mode.as_str() {
                "forward_domain" => fill(words.mode_domain, &[("domain", &twin.domain())]),
                "proxy" => words.mode_proxy.to_owned(),
                _ => words.mode_single.to_owned(),
            };
            let application = twin.application_name.as_deref().unwrap_or(words.none);
            fill(why_words().twin, &[("name", &twin.name), ("mode", &mode), ("application", application)])
        };
        twins.iter().map(|twin| (twin.pk.to_string(), says(twin))).collect()
    }

    pub(super) fn twice_plan(&self, id: String, twins: &[ProxyProvider], ground: &Ground) -> Option<Plan> {
        let keeps = self.kept(twins)?;
        let leave: Vec<_> = twins.iter().filter(|twin| twin.pk != keeps.pk).collect();
        let shared = ground.inventory.outposts_of(keeps.pk);
        let shared = shared.filter(|outpost| leave.iter().any(|twin| outpost.providers.contains(&twin.pk)));
        let outposts: Vec<_> = shared.map(|outpost| (outpost.pk.clone(), outpost.name.clone())).collect();
        let leave = leave.into_iter().map(|twin| (twin.pk, twin.name.clone())).collect();
        let what = Detachment { keeps: keeps.pk, leave, outposts };
        (!what.outposts.is_empty()).then(|| take_out(id, &self.origin, &what))
    }

    /// The cookie domain, as typed or proposed.
    pub(super) fn repaired(&self, repair: &Repair) -> Repair {
        let typed = self.app.typed.get(&ReviewField::CookieDomain).filter(|_| repair.field == Field::CookieDomain);
        let to = typed.map_or_else(|| repair.to.clone(), |typed| typed.trim().to_ascii_lowercase());
        Repair { to, ..repair.clone() }
    }

    pub(super) fn repair_plan(&self, id: String, repair: &Repair) -> Plan {
        repair_provider(id, &self.origin, &self.repaired(repair))
    }

    /// What speaks against it, as (field, words).
    pub(super) fn gate_trouble(&self, ground: &Ground) -> Option<(ReviewField, String)> {
        match &self.subject {
            Subject::Twice(twins) if self.kept(twins).is_none() => {
                Some((ReviewField::Keep, why_words().trouble_keep.into()))
            }
            Subject::Repair(repair) if repair.field == Field::CookieDomain => {
                let provider = ProxyProvider { cookie_domain: self.repaired(repair).to, ..repair.provider.clone() };
                let host = (ground.parse)(&provider.external_host).map(|url| url.host).unwrap_or_default();
                let name = provider.domain();
                let holds = !domain::is_shared(&name) && provider.domain_holds(&host);
                let says = fill(why_words().trouble_cookie_domain, &[("host", &host)]);
                (!holds).then_some((ReviewField::CookieDomain, says))
            }
            _ => None,
        }
    }
}
