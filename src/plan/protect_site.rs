//! "Protect this site": an application and a proxy provider in one transaction, a place in an outpost, a later look.
//!
//! Three requests in sequence: PUT; GET ∥ GET; PATCH. The answer of the PUT holds no ids, so the application is read for
//! its provider while the outpost's list is read, right before it is written.

use serde_json::{Value, json};

use super::{Action, Expect, Kind, Later, Plan, Probe, Step, Undo, Values, Watched, known};
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
    /// Where people open it.
    pub external_host: String,
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
    let names: Vec<&str> = gate.groups.iter().map(|(_, name)| name.as_str()).collect();
    let create_says = if names.is_empty() { words.step_create_for_everyone } else { words.step_create_for_groups };
    let open = gate.open_paths.join(", ");
    let open = if open.is_empty() { String::new() } else { fill_marked(words.step_open_paths, &[("paths", &open)]) };
    let body = ForwardAuth {
        name: &gate.name,
        slug: &gate.slug,
        external_host: &gate.external_host,
        authorization_flow: &gate.authorization_flow,
        invalidation_flow: &gate.invalidation_flow,
        session: &gate.session,
        groups: &groups,
        open_paths: &gate.open_paths,
    }
    .body();
    let read_application = || Action::get("core/applications/{slug}/").keeping("provider_pk", "/provider");
    let create = Step {
        stage: 0,
        says: fill_marked(create_says, &[("name", &gate.name), ("slug", &gate.slug), ("groups", &names.join(", "))])
            + &open,
        action: Action::write(Method::Put, transactional::PATH, body)
            .expecting(Expect::Is("/applied".into(), json!(true))),
        // The probe has looked before: only what is exactly what we wrote is deleted, and its provider is known by then.
        undo: Undo::By(vec![
            Action::delete("core/applications/{slug}/"),
            Action::delete("providers/proxy/{provider_pk}/"),
        ]),
        probe: Some(Probe::exactly(vec![
            read_application().expecting(Expect::Is("/name".into(), json!(gate.name))),
            Action::get("providers/proxy/{provider_pk}/")
                .expecting(Expect::Is("/name".into(), json!(gate.name)))
                .expecting(Expect::Is("/mode".into(), json!("forward_single")))
                .expecting(Expect::Is("/external_host".into(), json!(gate.external_host))),
        ])),
    };
    let read = Step::reading(1, read_application());
    let mut values = outpost_values(&gate.outpost);
    values.insert("slug".into(), json!(gate.slug));
    let mut steps = vec![create, read];
    steps.extend(attach(1, &[ours()], attach_says(&gate.outpost), true));
    Plan {
        id,
        kind: Kind::ProtectSite,
        title: fill(words.title_protect, &[("host", &gate.origin.authority())]),
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
        steps: attach(0, &[ours()], attach_says(outpost), false).into(),
        later: Some(still_attached(0, outpost, &[ours()])),
        values,
        secrets: Vec::new(),
    }
}

/// The provider that the plan itself makes or is about.
fn ours() -> Value {
    json!({"$value": "provider_pk"})
}

fn attach_says(outpost: &OutpostChoice) -> String {
    let says = if outpost.others == 0 { words().step_attach_first } else { words().step_attach };
    fill_marked(says, &[("outpost", &outpost.name), ("count", &outpost.others.to_string())])
}

pub(super) fn outpost_values(outpost: &OutpostChoice) -> Values {
    known(json!({"outpost": outpost.pk}))
}

/// Reads the outpost at `stage`, and writes its list with these providers in the next one.
/// `deleted_later`: taking back deletes the provider too, which takes it out of every list.
pub(super) fn attach(stage: u8, providers: &[Value], says: String, deleted_later: bool) -> [Step; 2] {
    let read = || Action::get(OUTPOST).keeping("outpost_providers", "/providers");
    let list = |change: &str| json!({"$list": {"of": "outpost_providers", change: providers}});
    let write = |change: &str| Action::write(Method::Patch, OUTPOST, outposts::providers_body(&list(change)));
    let take_out = || all(write("without"), providers, Expect::HasNot).or_gone();
    let attach = Step {
        stage: stage + 1,
        says,
        action: all(write("with"), providers, Expect::Has),
        // Taking it out first tells the outpost at once. Where the provider itself is deleted afterwards a refusal is no
        // failure: a list of another outpost may not become empty (400, 2025.10.3).
        undo: Undo::By(if deleted_later {
            vec![read().or_gone().if_possible(), take_out().if_possible()]
        } else {
            vec![read(), take_out()]
        }),
        probe: Some(Probe::either(all(Action::get(OUTPOST), providers, Expect::Has))),
    };
    [Step::reading(stage, read()), attach]
}

const OUTPOST: &str = "outposts/instances/{outpost}/";

fn all(action: Action, providers: &[Value], expect: fn(String, Value) -> Expect) -> Action {
    providers.iter().fold(action, |action, pk| action.expecting(expect("/providers".into(), pk.clone())))
}

/// The list has no `ETag`: somebody who read it before us may write it after us. So it is looked at once more.
pub(super) fn still_attached(again_from: u8, outpost: &OutpostChoice, providers: &[Value]) -> Later {
    let look = all(Action::get(OUTPOST), providers, Expect::Has);
    Later { look, again_from, watched: vec![Watched::outpost("outpost", &outpost.name, true)] }
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
}
