//! How to know again what a transactional PUT made: generated from its body, so that no field is forgotten.

use serde_json::{Value, json};

use super::{Action, Expect, Probe};
use crate::authentik::transactional;

/// So many bindings come in one page.
const ONE_PAGE: usize = 100;

/// What a transaction with this body made is there if each field that it wrote is as it wrote it, and nobody has been
/// bound besides, and no outpost has it but the one of this name. `groups` are those of the bindings, as (UUID, name).
pub fn probe(body: &Value, groups: &[(String, String)], outpost: Option<&str>) -> Probe {
    let wrote = transactional::written(body);
    let application = Action::get("core/applications/{slug}/")
        .keeping("provider_pk", "/provider")
        .keeping("application_pk", "/pk")
        .expecting(Expect::Wrote(String::new(), wrote.application));
    let mut provider = Action::get(format!("{}{{provider_pk}}/", wrote.providers))
        .expecting(Expect::Wrote(String::new(), wrote.provider));
    if let Some(outpost) = outpost {
        // So an outpost is told there (recorded on 2025.10.3 and 2026.2.2).
        let served = json!([[format!("Outpost {outpost}")], []]);
        provider = provider.expecting(Expect::OneOf("/outpost_set".into(), served));
    }
    let count = Expect::Is("/pagination/count".into(), json!(groups.len()));
    let mut bound = Action::get(format!("policies/bindings/?target={{application_pk}}&page_size={ONE_PAGE}"));
    bound = if groups.len() > ONE_PAGE {
        bound.expecting(count)
    } else {
        bound.expecting(bindings(wrote.bindings, groups))
    };
    // Who may not see bindings can have put none there; they are part of the same transaction anyway.
    let reads = vec![application, provider, bound.if_possible()];
    Probe { if_absent_before: true, ..Probe::exactly(reads) }
}

/// The provider, wherever it is found: as it was written, and with no other application.
pub fn is_our_provider(action: Action, at: &str, body: &Value, slug: &str) -> Action {
    let wrote = transactional::written(body).provider;
    action
        .expecting(Expect::Wrote(at.to_owned(), wrote))
        .expecting(Expect::OneOf(format!("{at}/assigned_application_slug"), json!([slug, null])))
}

/// With the names of the groups, for who is told that it is no longer so.
fn bindings(mut wrote: Value, groups: &[(String, String)]) -> Expect {
    for (binding, (_, name)) in wrote.as_array_mut().into_iter().flatten().zip(groups) {
        binding["$name"] = json!(name);
    }
    Expect::Wrote("/results".into(), wrote)
}
