//! An app under another address: one more origin beside those it has, or a move from the old one to the new.

use serde_json::{Value, json};

use super::{Action, Expect, Kind, Later, Plan, Probe, Step, Undo, Watched, by_stage, known};
use crate::authentik::Method;
use crate::authentik::providers_oauth2::{OAuth2Provider, Redirect};
use crate::site::Origin;
use crate::words::{fill, fill_marked, words};

const PROVIDER: &str = "providers/oauth2/{provider_pk}/";
const APPLICATION: &str = "core/applications/{slug}/";
/// What stood there before anything was written.
const BEFORE: &str = "first_redirects";

/// How an app moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// All redirect URIs afterwards.
    pub redirects: Vec<Redirect>,
    /// Where a logout is told to the service afterwards.
    pub logout_uri: String,
    /// The stated launch URL, before and after; none where the application states none of the old address.
    pub launch: Option<(String, String)>,
}

/// The plan that adds redirect URIs to what an app has. The server replaces the list, so it is read right before.
pub fn add_origin(id: String, origin: &Origin, provider: &OAuth2Provider, adds: &[Redirect]) -> Plan {
    let bodies: Vec<Value> = adds.iter().map(Redirect::body).collect();
    // Undo takes out what wasn't there before: an entry that somebody else had made is theirs.
    let written = |list: Value| {
        let action = Action::write(Method::Patch, PROVIDER, json!({"redirect_uris": list}));
        action.expecting(Expect::Wrote("/redirect_uris".into(), list))
    };
    let with = json!({"$list": {"of": "redirects", "with": bodies}});
    let ours = json!({"$new": {"to": BEFORE, "of": bodies}});
    let without = json!({"$list": {"of": "redirects_now", "without": ours}});
    let has_all = |action: Action| {
        bodies.iter().fold(action, |action, body| action.expecting(Expect::Has("/redirect_uris".into(), body.clone())))
    };
    let shown: Vec<&str> = adds.iter().map(|redirect| redirect.url.as_str()).collect();
    let step = Step {
        stage: 1,
        says: fill_marked(words().step_add_redirects, &[("name", app_name(provider)), ("uris", &shown.join(", "))]),
        action: written(with),
        undo: Undo::By(vec![
            Action::get(PROVIDER).keeping("redirects_now", "/redirect_uris"),
            written(without).leaving(words().thing_redirects, app_name(provider)),
        ]),
        probe: Some(Probe::either(has_all(Action::get(PROVIDER)))),
    };
    let read = Action::get(PROVIDER).keeping("redirects", "/redirect_uris").keeping(BEFORE, "/redirect_uris");
    let steps = vec![Step::reading(0, read), step];
    plan(id, Kind::AddOrigin, origin, provider, words().title_add_origin, steps, has_all(Action::get(PROVIDER)))
}

/// The plan that moves an app: what it has must still be what the person saw.
pub fn move_app(id: String, origin: &Origin, provider: &OAuth2Provider, to: &Move) -> Plan {
    let list = |redirects: &[Redirect]| redirects.iter().map(Redirect::body).collect::<Vec<_>>();
    let before = json!({"redirect_uris": list(&provider.redirects), "logout_uri": provider.logout_uri});
    let after = json!({"redirect_uris": list(&to.redirects), "logout_uri": to.logout_uri});
    let mut steps = vec![
        Step::reading(0, is(Action::get(PROVIDER), &before)),
        write(PROVIDER, words().step_move_redirects, app_name(provider), (&before, &after), words().thing_redirects),
    ];
    if let Some((old, new)) = &to.launch {
        let (before, after) = (json!({"meta_launch_url": old}), json!({"meta_launch_url": new}));
        steps.insert(0, Step::reading(0, is(Action::get(APPLICATION), &before)));
        steps.push(write(APPLICATION, words().step_move_launch, new, (&before, &after), words().thing_launch));
    }
    plan(id, Kind::MoveApp, origin, provider, words().title_move, steps, is(Action::get(PROVIDER), &after))
}

/// Every field of `fields` is what it says.
fn is(action: Action, fields: &Value) -> Action {
    let fields = fields.as_object().into_iter().flatten();
    fields.fold(action, |action, (field, value)| action.expecting(Expect::Is(format!("/{field}"), value.clone())))
}

fn write(path: &str, says: &str, name: &str, (before, after): (&Value, &Value), leaves: &str) -> Step {
    let written = |fields: &Value| is(Action::write(Method::Patch, path, fields.clone()), fields);
    Step {
        stage: 1,
        says: fill_marked(says, &[("name", name)]),
        action: written(after),
        undo: Undo::By(vec![is(Action::get(path), after), written(before).leaving(leaves, name)]),
        probe: Some(Probe::either(is(Action::get(path), after))),
    }
}

fn app_name(provider: &OAuth2Provider) -> &str {
    provider.application_name.as_deref().unwrap_or(&provider.name)
}

fn plan(
    id: String,
    kind: Kind,
    origin: &Origin,
    provider: &OAuth2Provider,
    title: &str,
    steps: Vec<Step>,
    look: Action,
) -> Plan {
    let steps = by_stage(steps);
    let name = app_name(provider);
    let slug = provider.application_slug.as_deref().unwrap_or_default();
    let values = json!({"provider_pk": provider.pk, "slug": slug, "client_id": provider.client_id, "name": name});
    Plan {
        id,
        kind,
        title: fill(title, &[("name", name), ("host", &origin.authority())]),
        site: origin.to_string(),
        steps,
        later: Some(Later {
            look,
            more: Vec::new(),
            again_from: 0,
            watched: vec![Watched::oauth2("provider_pk", name)],
        }),
        values: known(values),
        secrets: Vec::new(),
    }
}
