//! "Remove protection": the gate of a site comes off, and what hung on it with it.

use serde_json::{Value, json};

use super::detach::detach;
use super::{Action, Expect, Kind, Later, Plan, Probe, Step, Undo, Watched, known};
use crate::authentik::providers_proxy::ProxyProvider;
use crate::site::Origin;
use crate::words::{fill, fill_marked, words, work_words};

/// What is removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The provider.
    pub provider: ProxyProvider,
    /// The outposts that serve it, as (UUID, name).
    pub outposts: Vec<(String, String)>,
    /// The application's UUID, where it is known.
    pub application: Option<String>,
    /// How many are bound to it, once that was read.
    pub bound: Option<usize>,
}

/// The plan that takes a gate off: out of the outposts first, so that they hear of it, then application and provider.
pub fn remove_protection(id: String, origin: &Origin, removal: &Removal) -> Plan {
    let words = words();
    let provider = &removal.provider;
    let mut steps = Vec::new();
    let mut values = json!({"provider_pk": provider.pk});
    for (number, (pk, name)) in removal.outposts.iter().enumerate() {
        values[format!("outpost_{number}")] = Value::from(pk.as_str());
        let says = fill_marked(words.step_detach, &[("outpost", name)]);
        let [read, write] = detach(number, says, &[json!({"$value": "provider_pk"})], name);
        // Where it is the only one of another outpost, the list may not become empty (400): deleting the provider does it.
        let action = write.action.if_possible();
        steps.extend([read, Step { action, ..write }]);
    }
    // What is deleted is looked at before: it must still be what the person saw.
    let seen = json!({
        "name": provider.name, "mode": provider.mode,
        "external_host": provider.external_host, "cookie_domain": provider.cookie_domain,
    });
    let unchanged = Action::get("providers/proxy/{provider_pk}/");
    steps.push(Step::reading(0, unchanged.expecting(Expect::Wrote(String::new(), seen))));
    if let (Some(application), Some(count)) = (&removal.application, removal.bound) {
        values["application_pk"] = Value::from(application.as_str());
        let bound = Action::get("policies/bindings/?target={application_pk}&page_size=1");
        steps.push(Step::reading(0, bound.expecting(Expect::Is("/pagination/count".into(), json!(count)))));
    }
    let mut stage = if removal.outposts.is_empty() { 1 } else { 2 };
    if let Some(slug) = &provider.application_slug {
        values["slug"] = Value::from(slug.as_str());
        let name = provider.application_name.as_deref().unwrap_or(slug);
        let same = Action::get("core/applications/{slug}/")
            .expecting(Expect::Is("/provider".into(), json!({"$value": "provider_pk"})))
            .expecting(Expect::Is("/name".into(), json!(name)));
        steps.push(Step::reading(0, same));
        // What it was can't be made again with the same bindings, entitlements and icon; that is said before.
        steps.push(delete(stage, words.step_delete_application, name, "core/applications/{slug}/"));
        stage += 1;
    }
    steps.push(delete(stage, words.step_delete_provider, &provider.name, "providers/proxy/{provider_pk}/"));
    // Ours can't come back into a list, because the provider is gone; somebody else's may have been lost from it.
    let watched =
        |(number, (_, name)): (usize, &(String, String))| Watched::outpost(&format!("outpost_{number}"), name, true);
    let watched: Vec<_> = removal.outposts.iter().enumerate().map(watched).collect();
    let look = || Action::get("outposts/instances/{outpost_0}/").or_gone();
    let later = (!watched.is_empty()).then(|| Later { look: look(), more: Vec::new(), again_from: 0, watched });
    Plan {
        id,
        kind: Kind::RemoveProtection,
        title: fill(words.title_remove, &[("host", &origin.authority())]),
        site: origin.to_string(),
        steps,
        later,
        values: known(values),
        secrets: Vec::new(),
    }
}

fn delete(stage: u8, says: &str, name: &str, path: &str) -> Step {
    Step {
        stage,
        says: fill_marked(says, &[("name", name)]),
        action: Action::delete(path),
        undo: Undo::Impossible(work_words().delete_is_final.to_owned()),
        probe: Some(Probe::gone(path)),
    }
}
