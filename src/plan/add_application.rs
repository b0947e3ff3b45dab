//! "Add an application": for a provider that has none, so that outposts serve it.
//!
//! Where only some groups get in, the application gets its provider last: an application without bindings lets everyone in
//! who can sign in, and a provider that is in an outpost already would be served in between.

use serde_json::{Value, json};

use super::protect_site::{attach, attach_says, ours, outpost_values, still_attached};
use super::{ABSENT, Action, Expect, Kind, OutpostChoice, Plan, Probe, Step, Undo, Values, by_stage};
use crate::authentik::providers_proxy::ProxyProvider;
use crate::authentik::{Method, applications, bindings};
use crate::site::Origin;
use crate::words::{fill, fill_marked, why_words, words};

const APPLICATION: &str = "core/applications/{slug}/";

/// What a person decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The provider.
    pub provider: ProxyProvider,
    /// Name of the application.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// The groups that get in, as (UUID, name); empty for everyone.
    pub groups: Vec<(String, String)>,
    /// The outpost that it goes into, if it is in none.
    pub outpost: Option<OutpostChoice>,
}

/// The plan.
pub fn add_application(id: String, origin: &Origin, add: &Addition) -> Plan {
    let for_all = add.groups.is_empty();
    let mut steps = vec![
        // Seen to be absent, and the provider to be free: what is there afterwards with our values is ours.
        Step::reading(0, absent()),
        Step::reading(0, free()),
        create(add, for_all),
    ];
    let mut stage = 2;
    if !for_all {
        let groups = add.groups.iter().enumerate();
        steps.extend(groups.map(|(number, (pk, name))| bind(number, pk, name)));
        steps.push(assign(add));
        stage = 3;
    }
    let mut values = Values::new();
    if let Some(outpost) = &add.outpost {
        values = outpost_values(outpost);
        steps.extend(attach(stage, &[ours()], outpost, attach_says(outpost), false));
        stage += 1;
    }
    // The first reading sees that there is none, and nothing is written without it.
    values.insert(ABSENT.into(), json!(true));
    values.insert("slug".into(), json!(add.slug));
    values.insert("provider_pk".into(), json!(add.provider.pk));
    let steps = by_stage(steps);
    Plan {
        id,
        kind: Kind::AddApplication,
        title: fill(why_words().title_add_application, &[("name", &add.provider.name)]),
        site: origin.to_string(),
        steps,
        later: add.outpost.as_ref().map(|outpost| still_attached(stage - 1, outpost, &[ours()])),
        values,
        secrets: Vec::new(),
    }
}

/// No application has the slug. With a query that changes nothing: what stands at the application's own path is read again
/// before it is written, and this is true only once.
fn absent() -> Action {
    Action::get(format!("{APPLICATION}?absent=true")).or_gone().expecting(Expect::OneOf("/slug".into(), json!([null])))
}

/// The provider has no application yet.
fn free() -> Action {
    let none = Expect::OneOf("/assigned_application_slug".into(), json!([null, ""]));
    Action::get("providers/proxy/{provider_pk}/").expecting(none)
}

fn is(action: Action, field: &str, value: Value) -> Action {
    action.expecting(Expect::Is(format!("/{field}"), value))
}

fn create(add: &Addition, for_all: bool) -> Step {
    let names: Vec<&str> = add.groups.iter().map(|(_, name)| name.as_str()).collect();
    let says = if for_all { why_words().step_add_for_everyone } else { why_words().step_add_for_groups };
    let provider = if for_all { ours() } else { Value::Null };
    let mut body = json!({"name": add.name, "slug": add.slug, "policy_engine_mode": "any"});
    // Its provider comes later where there are groups, and is taken off again before.
    let there = Action::get(APPLICATION)
        .expecting(Expect::Wrote(String::new(), body.clone()))
        .expecting(Expect::OneOf("/provider".into(), json!([provider, ours()])));
    let mut reads = vec![there.keeping("application_pk", "/pk")];
    if for_all {
        // Nobody has been bound to it. Who may not see bindings can have put none there.
        reads.push(bound(&[]).if_possible());
    }
    let probe = Probe::exactly(reads);
    body["provider"] = provider;
    Step {
        stage: 1,
        says: fill_marked(says, &[("name", &add.name), ("slug", &add.slug), ("groups", &names.join(", "))]),
        action: Action::write(Method::Post, applications::PATH, body).keeping("application_pk", "/pk"),
        undo: Undo::By(vec![Action::delete(APPLICATION).leaving(words().thing_application, &add.name)]),
        probe: Some(Probe { if_absent_before: true, ..probe }),
    }
}

fn bind(number: usize, group: &str, name: &str) -> Step {
    let kept = format!("binding_{number}");
    let target = json!({"$value": "application_pk"});
    let list = format!("{}?target={{application_pk}}&order={number}&page_size=1", bindings::PATH);
    let there = Action::get(list).expecting(Expect::Wrote("/results".into(), json!([binding(group, number)])));
    Step {
        stage: 2,
        says: fill_marked(why_words().step_bind, &[("group", name)]),
        action: Action::write(Method::Post, bindings::PATH, bindings::group_body(&target, group, number))
            .keeping(&kept, "/pk"),
        undo: Undo::By(vec![
            Action::delete(format!("{}{{{kept}}}/", bindings::PATH)).leaving(why_words().thing_binding, name),
        ]),
        probe: Some(Probe::either(there.keeping(&kept, "/results/0/pk"))),
    }
}

/// All that is bound to the application, as it was written.
fn bound(groups: &[(String, String)]) -> Action {
    let all: Vec<Value> = groups
        .iter()
        .enumerate()
        .map(|(number, (pk, name))| {
            let mut binding = binding(pk, number);
            // For who is told that it is no longer so.
            binding["$name"] = json!(name);
            binding
        })
        .collect();
    Action::get(format!("{}?target={{application_pk}}&page_size=100", bindings::PATH))
        .expecting(Expect::Wrote("/results".into(), Value::Array(all)))
}

/// A binding as it is there after it was made: with what was left to the server.
fn binding(group: &str, order: usize) -> Value {
    json!({"group": group, "order": order, "negate": false, "enabled": true, "failure_result": false})
}

fn assign(add: &Addition) -> Step {
    let write = |provider: Value| {
        is(Action::write(Method::Patch, APPLICATION, json!({"provider": provider})), "provider", provider)
    };
    let there = || is(Action::get(APPLICATION), "provider", ours());
    Step {
        stage: 3,
        says: fill_marked(why_words().step_assign, &[("name", &add.name), ("provider", &add.provider.name)]),
        action: write(ours()),
        // Before it is opened up again: whoever somebody has bound since would be let go without a word.
        undo: Undo::By(vec![
            there(),
            bound(&add.groups),
            write(Value::Null).leaving(why_words().thing_assigned, &add.name),
        ]),
        probe: Some(Probe::either(there())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::native_url;

    fn addition(groups: &[&str], outpost: bool) -> Addition {
        Addition {
            provider: ProxyProvider { pk: 7, name: "Larder".into(), ..ProxyProvider::default() },
            name: "Larder".into(),
            slug: "larder".into(),
            groups: groups.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect(),
            outpost: outpost.then(|| OutpostChoice { pk: "o1".into(), name: "Outpost".into(), others: 3 }),
        }
    }

    fn plan(addition: &Addition) -> Plan {
        let origin = Origin::of(&native_url("https://larder.example").expect("an address")).expect("a site");
        add_application(String::new(), &origin, addition)
    }

    #[test]
    fn for_some_groups_the_provider_comes_after_the_bindings_and_the_outpost_last() {
        let plan = plan(&addition(&["family", "friends"], true));
        let writes: Vec<String> = plan
            .changes()
            .map(|step| format!("{} {} {}", step.stage, step.action.method.name(), step.action.path))
            .collect();
        assert_eq!(
            writes,
            [
                "1 POST core/applications/",
                "2 POST policies/bindings/",
                "2 POST policies/bindings/",
                "3 PATCH core/applications/{slug}/",
                "4 PATCH outposts/instances/{outpost}/",
            ]
        );
        assert_eq!(plan.steps[2].action.body["provider"], Value::Null, "nobody gets in before the bindings are there");
        assert!(plan.stays_inside());
    }

    #[test]
    fn for_everyone_one_request_is_enough() {
        let plan = plan(&addition(&[], false));
        assert_eq!(plan.changes().count(), 1);
        assert_eq!(plan.later, None);
    }
}
