//! "Protect this site", or the whole domain that it is part of: an application and a proxy provider in one transaction, a place in an outpost, a later look.
//!
//! Three requests in sequence: PUT; GET ∥ GET; PATCH. The answer of the PUT holds no ids, so the application is read for
//! its provider while the outpost's list is read, right before it is written.

use serde_json::{Value, json};

use super::{Action, Expect, Kind, Later, Plan, Probe, Step, Undo, Values, Watched, created, known};
use crate::authentik::outposts::{self, Outpost};
use crate::authentik::transactional::{self, ForwardAuth};
use crate::authentik::{Method, providers_proxy::ProxyProvider};
use crate::site::Origin;
use crate::words::{fill, fill_marked, words};

/// The outpost that a site goes into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutpostChoice {
    /// UUID.
    pub pk: String,
    /// Its name.
    pub name: String,
    /// How many providers it has, for the sentence.
    pub others: usize,
}

impl From<&Outpost> for OutpostChoice {
    fn from(outpost: &Outpost) -> Self {
        Self { pk: outpost.pk.clone(), name: outpost.name.clone(), others: outpost.providers.len() }
    }
}

/// What a person decided about a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Name of application and provider.
    pub name: String,
    /// Slug of the application.
    pub slug: String,
    /// The site.
    pub origin: Origin,
    /// Where people open it; of a domain where they sign in.
    pub external_host: String,
    /// The domain that it covers; none for this site only.
    pub cookie_domain: Option<String>,
    /// UUID of the authorization flow.
    pub authorization_flow: String,
    /// UUID of the invalidation flow.
    pub invalidation_flow: String,
    /// How long a session lasts: `hours=24`.
    pub session: String,
    /// The groups that get in, as (UUID, name); empty for everyone.
    pub groups: Vec<(String, String)>,
    /// The outpost.
    pub outpost: OutpostChoice,
    /// Paths that stay open without a login, each a regular expression.
    pub open_paths: Vec<String>,
}

/// The plan that makes a gate.
pub fn protect_site(id: String, gate: &Gate) -> Plan {
    let words = words();
    let groups: Vec<String> = gate.groups.iter().map(|(pk, _)| pk.clone()).collect();
    let members: Vec<&str> = gate.groups.iter().map(|(_, name)| name.as_str()).collect();
    let create_says = match (&gate.cookie_domain, members.is_empty()) {
        (None, true) => words.step_create_for_everyone,
        (None, false) => words.step_create_for_groups,
        (Some(_), true) => words.step_create_domain_for_everyone,
        (Some(_), false) => words.step_create_domain_for_groups,
    };
    let domain = gate.cookie_domain.as_deref();
    let open = gate.open_paths.join(", ");
    let open = if open.is_empty() { String::new() } else { fill_marked(words.step_open_paths, &[("paths", &open)]) };
    let provider = ForwardAuth {
        name: &gate.name,
        slug: &gate.slug,
        external_host: &gate.external_host,
        cookie_domain: domain,
        authorization_flow: &gate.authorization_flow,
        invalidation_flow: &gate.invalidation_flow,
        session: &gate.session,
        groups: &groups,
        open_paths: &gate.open_paths,
    };
    let named = [
        ("name", &*gate.name),
        ("slug", &*gate.slug),
        ("groups", &*members.join(", ")),
        ("domain", domain.unwrap_or_default()),
    ];
    let body = provider.body();
    let create = Step {
        stage: 0,
        says: fill_marked(create_says, &named) + &open,
        probe: Some(created::probe(&body, &gate.groups, Some(&gate.outpost.name))),
        // The probe has looked before: only what is exactly what we wrote is deleted, and its provider is known by then.
        // Where somebody has deleted the application, the provider that it left behind is looked at once more.
        undo: Undo::By(vec![
            created::is_our_provider(Action::get("providers/proxy/{provider_pk}/"), "", &body, &gate.slug).or_gone(),
            Action::delete("core/applications/{slug}/").leaving(words.thing_application, &gate.name),
            Action::delete("providers/proxy/{provider_pk}/").leaving(words.thing_provider, &gate.name),
        ]),
        action: Action::write(Method::Put, transactional::PATH, body)
            .expecting(Expect::Is("/applied".into(), json!(true))),
    };
    let read = Step::reading(1, Action::get("core/applications/{slug}/").keeping("provider_pk", "/provider"));
    let mut values = outpost_values(&gate.outpost);
    values.insert("slug".into(), json!(gate.slug));
    if domain.is_some() {
        values.insert("sign_in".into(), json!(gate.external_host));
    }
    let mut steps = vec![create, read];
    steps.extend(attach(1, &[ours()], &gate.outpost, attach_says(&gate.outpost), true));
    Plan {
        id,
        kind: if domain.is_some() { Kind::ProtectDomain } else { Kind::ProtectSite },
        title: fill(words.title_protect, &[("host", domain.unwrap_or(&gate.origin.authority()))]),
        site: gate.origin.to_string(),
        steps,
        later: Some(still_attached(1, &gate.outpost, &[ours()])),
        values,
        secrets: Vec::new(),
    }
}

/// The plan for a provider that is in no outpost: only what is missing.
pub fn finish_protection(id: String, origin: &Origin, provider: &ProxyProvider, outpost: &OutpostChoice) -> Plan {
    let mut values = outpost_values(outpost);
    values.insert("provider_pk".into(), json!(provider.pk));
    Plan {
        id,
        kind: Kind::FinishProtection,
        title: fill(words().title_protect, &[("host", &origin.authority())]),
        site: origin.to_string(),
        steps: attach(0, &[ours()], outpost, attach_says(outpost), false).into(),
        later: Some(still_attached(0, outpost, &[ours()])),
        values,
        secrets: Vec::new(),
    }
}

/// The provider that the plan itself makes or is about.
pub(super) fn ours() -> Value {
    json!({"$value": "provider_pk"})
}

pub(super) fn attach_says(outpost: &OutpostChoice) -> String {
    let says = if outpost.others == 0 { words().step_attach_first } else { words().step_attach };
    fill_marked(says, &[("outpost", &outpost.name), ("count", &outpost.others.to_string())])
}

pub(super) fn outpost_values(outpost: &OutpostChoice) -> Values {
    known(json!({"outpost": outpost.pk}))
}

/// Reads the outpost at `stage`, and writes its list with these providers in the next one.
/// `deleted_later`: taking back deletes the provider too, which takes it out of every list.
pub(super) fn attach(
    stage: u8,
    providers: &[Value],
    outpost: &OutpostChoice,
    says: String,
    deleted_later: bool,
) -> [Step; 2] {
    let read = || Action::get(OUTPOST).keeping("outpost_providers", "/providers");
    let write = |list: &Value| Action::write(Method::Patch, OUTPOST, outposts::providers_body(list));
    let with = json!({"$list": {"of": "outpost_providers", "with": providers}});
    // Undo takes out what wasn't there before: a place that somebody else had given is theirs.
    let ours = json!({"$new": {"to": FIRST_PROVIDERS, "of": providers}});
    let without = json!({"$list": {"of": "outpost_providers", "without": ours}});
    let take_out = || {
        let taken_out = write(&without).expecting(Expect::Wrote("/providers".into(), without.clone())).or_gone();
        taken_out.leaving(words().thing_place, &outpost.name)
    };
    let attach = Step {
        stage: stage + 1,
        says,
        action: all(write(&with), providers, Expect::Has),
        // Taking it out first tells the outpost at once. Where the provider itself is deleted afterwards a refusal is no
        // failure: a list of another outpost may not become empty (400, 2025.10.3).
        undo: Undo::By(if deleted_later {
            vec![read().or_gone().if_possible(), take_out().if_possible()]
        } else {
            vec![read(), take_out()]
        }),
        probe: Some(Probe::either(all(Action::get(OUTPOST), providers, Expect::Has))),
    };
    [Step::reading(stage, read().keeping(FIRST_PROVIDERS, "/providers")), attach]
}

/// The list before anything was written.
const FIRST_PROVIDERS: &str = "first_outpost_providers";

const OUTPOST: &str = "outposts/instances/{outpost}/";

fn all(action: Action, providers: &[Value], expect: fn(String, Value) -> Expect) -> Action {
    providers.iter().fold(action, |action, pk| action.expecting(expect("/providers".into(), pk.clone())))
}

/// The list has no `ETag`: somebody who read it before us may write it after us. So it is looked at once more.
pub(super) fn still_attached(again_from: u8, outpost: &OutpostChoice, providers: &[Value]) -> Later {
    let look = all(Action::get(OUTPOST), providers, Expect::Has);
    Later { look, more: Vec::new(), again_from, watched: vec![Watched::outpost("outpost", &outpost.name, true)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::native_url;

    fn gate() -> Gate {
        Gate {
            name: "Larder".into(),
            slug: "larder".into(),
            origin: Origin::of(&native_url("https://larder.example.com").expect("an address")).expect("a site"),
            external_host: "https://larder.example.com".into(),
            cookie_domain: None,
            authorization_flow: "f1".into(),
            invalidation_flow: "f2".into(),
            session: "hours=24".into(),
            groups: vec![("g1".into(), "family".into())],
            outpost: OutpostChoice { pk: "o1".into(), name: "authentik Embedded Outpost".into(), others: 4 },
            open_paths: Vec::new(),
        }
    }

    #[test]
    fn it_takes_three_requests_in_sequence_and_stays_inside_the_api() {
        let plan = protect_site("p".into(), &gate());
        assert_eq!(plan.last_stage(), 2);
        assert!(plan.stays_inside());
        let stages: Vec<u8> = plan.steps.iter().map(|step| step.stage).collect();
        assert_eq!(stages, [0, 1, 1, 2]);
    }

    #[test]
    fn the_preview_names_what_is_made_and_for_whom() {
        let plan = protect_site("p".into(), &gate());
        let says: Vec<String> = plan.changes().map(|step| crate::words::plain(&step.says)).collect();
        assert!(says[0].contains("Larder") && says[0].contains("family"), "{says:?}");
        assert!(says[1].contains("authentik Embedded Outpost") && says[1].contains('4'), "{says:?}");
    }

    #[test]
    fn a_domain_is_a_gate_like_any_other_that_covers_more() {
        let gate = Gate {
            external_host: "https://auth.example.com".into(),
            cookie_domain: Some("example.com".into()),
            ..gate()
        };
        let plan = protect_site("p".into(), &gate);
        assert_eq!((plan.kind, plan.last_stage()), (Kind::ProtectDomain, 2));
        let provider = &plan.steps[0].action.body["provider"];
        assert_eq!((&provider["mode"], &provider["cookie_domain"]), (&json!("forward_domain"), &json!("example.com")));
        assert!(plan.title.contains("example.com") && plan.steps[0].says.contains("example.com"));
    }
}
