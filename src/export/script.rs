//! What a shell script does, apart from bash: what it looks up, and then request after request.

use serde_json::{Map, Value, json};

use super::labels::labels;
use super::names::Names;
use super::value::{Asked, Export, Fields, Made, Thing, Val};
use crate::authentik::{Method, certificates, outposts, scope_mappings, transactional};
use crate::plan::{Action, Expect, Plan};
use crate::words::{export_words, fill, plain};

/// A script.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The address that it is for.
    pub base: String,
    /// What is said at its top.
    pub notes: Vec<String>,
    /// What has to be in the environment.
    pub asked: Vec<Asked>,
    /// What is known from the start.
    pub values: Map<String, Value>,
    /// What is known once it was said: a name, and the name of what is asked.
    pub said: Vec<(String, String)>,
    /// What is looked up first, under this name.
    pub lookups: Vec<(String, Thing)>,
    /// The requests, each with a sentence.
    pub steps: Vec<Step>,
}

/// One request of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does, for a person; may be empty.
    pub says: String,
    /// The request.
    pub action: Action,
    /// How it is sent.
    pub manner: Manner,
}

/// How a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As it is.
    Plain,
    /// It makes a scope mapping, unless there is one of its name.
    Mapping,
    /// It gives an application its icon, by the release that answers.
    Icon,
}

impl Script {
    /// A change of what exists, as it would be carried out, with what it refers to looked up by its name where that is known.
    pub fn of_change(base: &str, plan: &Plan, names: &Names) -> Self {
        let words = export_words();
        let notes = vec![words.shell_once.to_owned(), fill(words.shell_ids, &[("base", base)])];
        let mut values = plan.values.clone();
        let mut used: Vec<&Thing> = Vec::new();
        let steps = plan.steps.iter().map(|step| &step.action);
        for text in steps.flat_map(|action| texts(&action.body)).chain(values.values().filter_map(Value::as_str)) {
            let row = names.rows.iter().find(|row| row.thing.id == text);
            if let Some(row) = row.filter(|row| used.iter().all(|thing| thing.id != row.thing.id)) {
                used.push(&row.thing);
            }
        }
        let labelled = labels(&used);
        let label = |pk: &str| labelled.iter().find(|(thing, _)| thing.id == pk).map(|(_, label)| label.clone());
        let mut lookups: Vec<(String, Thing)> =
            labelled.iter().map(|(thing, label)| (label.clone(), (*thing).clone())).collect();
        for (name, value) in &plan.values {
            if let Some(thing) = value.as_str().and_then(|pk| used.iter().find(|thing| thing.id == pk)) {
                // A path names it so.
                values.remove(name);
                lookups.push((name.clone(), (*thing).clone()));
            }
        }
        let steps = plan.steps.iter().map(|step| {
            let action = Action { body: named(&step.action.body, &label), ..step.action.clone() };
            Step { says: plain(&step.says), action, manner: Manner::Plain }
        });
        let steps = steps.collect();
        let asked = plan.secrets.iter().map(|name| {
            let says = words.asked_secret.to_owned();
            Asked { name: name.clone(), secret: true, number: false, says }
        });
        Self {
            base: base.trim_end_matches('/').to_owned(),
            notes,
            asked: asked.collect(),
            values,
            said: Vec::new(),
            lookups,
            steps,
        }
    }

    /// What makes an application: one that is planned, or one that exists, again.
    pub fn of_export(export: &Export) -> Self {
        let things = export.things();
        let labelled = labels(&things);
        let words = export_words();
        let mut notes = vec![words.shell_once.to_owned()];
        notes.extend(export.notes.clone());
        let maker = Write { export, labels: &labelled };
        let mut steps: Vec<Step> = Vec::new();
        for (place, made) in export.made.iter().enumerate() {
            let (path, body, manner) = match made {
                Made::Key(name) => (certificates::GENERATE, certificates::generate_body(name), Manner::Plain),
                Made::Mapping { name, scope, expression, description } => {
                    let mut body = scope_mappings::body(name, scope, expression);
                    body["description"] = json!(description);
                    (scope_mappings::PATH, body, Manner::Mapping)
                }
            };
            let action = Action::write(Method::Post, path, body).keeping(&made_name(place), "/pk");
            steps.push(Step { says: String::new(), action, manner });
        }
        let model = if export.provider.oauth2 {
            "authentik_providers_oauth2.oauth2provider"
        } else {
            "authentik_providers_proxy.proxyprovider"
        };
        let bindings: Vec<Value> = export.bindings.iter().map(|binding| maker.map(&binding.fields)).collect();
        // Up to 2025.10 a transaction drops it (`meta_icon` is read-only; `core_applications_set_icon_url_create` is gone since).
        let (icon, application): (Fields, Fields) =
            export.application.iter().cloned().partition(|(field, _)| field == "meta_icon");
        let body = json!({
            "app": maker.map(&application),
            "provider_model": model,
            "provider": maker.map(&export.provider.fields),
            "policy_bindings": bindings,
        });
        let mut body = body;
        if export.provider.oauth2 && body["provider"].get("redirect_uris").is_none() {
            // Needed, and may be empty.
            body["provider"]["redirect_uris"] = json!([]);
        }
        let put = Action::write(Method::Put, transactional::PATH, body);
        push(&mut steps, put.expecting(Expect::Is("/applied".into(), json!(true))));
        for (_, icon) in &icon {
            let action = Action::write(Method::Patch, "core/applications/{slug}/", json!({"url": maker.val(icon)}));
            steps.push(Step { says: String::new(), action, manner: Manner::Icon });
        }
        if !export.places.is_empty() {
            push(&mut steps, Action::get("core/applications/{slug}/").keeping("provider_pk", "/provider"));
        }
        let ours = json!({"$value": "provider_pk"});
        let mut said = Vec::new();
        let mut values = Map::new();
        values.insert("slug".into(), json!(export.slug));
        let mut lookups: Vec<(String, Thing)> =
            labelled.iter().map(|(thing, label)| (label.clone(), (*thing).clone())).collect();
        for (number, place) in export.places.iter().enumerate() {
            let name = format!("outpost_of_place_{}", number + 1);
            match &place.outpost {
                Val::There(thing) => lookups.push((name.clone(), thing.clone())),
                Val::Asked(asked) => {
                    let asked = export.asked.get(*asked).map(|asked| asked.name.clone());
                    said.push((name.clone(), asked.unwrap_or_default()));
                }
                _ => {}
            }
            let path = format!("outposts/instances/{{{name}}}/");
            push(&mut steps, Action::get(path.clone()).keeping("outpost_providers", "/providers"));
            let list = json!({"$list": {"of": "outpost_providers", "with": [ours]}});
            let write = Action::write(Method::Patch, path, outposts::providers_body(&list));
            push(&mut steps, write.expecting(Expect::Has("/providers".into(), ours.clone())));
        }
        Self { base: export.base.clone(), notes, asked: export.asked.clone(), values, said, lookups, steps }
    }
}

fn push(steps: &mut Vec<Step>, action: Action) {
    steps.push(Step { says: String::new(), action, manner: Manner::Plain });
}

fn made_name(place: usize) -> String {
    format!("made_{}", place + 1)
}

/// All texts in a body.
fn texts(body: &Value) -> Vec<&str> {
    match body {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(map) => map.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// A body whose UUIDs are names of what is looked up.
fn named(body: &Value, label: &dyn Fn(&str) -> Option<String>) -> Value {
    match body {
        // authentik can't store a NUL.
        Value::String(text) => {
            label(text).map_or_else(|| json!(text.replace('\0', "")), |label| json!({"$value": label}))
        }
        Value::Array(items) => items.iter().map(|item| named(item, label)).collect(),
        Value::Object(map) if map.contains_key("$value") => body.clone(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), named(value, label))).collect())
        }
        other => other.clone(),
    }
}

struct Write<'a> {
    export: &'a Export,
    labels: &'a [(&'a Thing, String)],
}

impl Write<'_> {
    fn map(&self, fields: &Fields) -> Value {
        Value::Object(fields.iter().map(|(name, val)| (name.clone(), self.val(val))).collect())
    }

    fn val(&self, val: &Val) -> Value {
        match val {
            Val::Plain(value) => value.clone(),
            Val::List(items) => items.iter().map(|item| self.val(item)).collect(),
            Val::Map(fields) => self.map(fields),
            Val::There(thing) => {
                let label = self.labels.iter().find(|(other, _)| *other == thing).map(|(_, label)| label.as_str());
                json!({"$value": label.unwrap_or_default()})
            }
            Val::Made(place) => json!({"$value": made_name(*place)}),
            Val::Asked(place) => {
                json!({"$value": self.export.asked.get(*place).map_or("", |asked| asked.name.as_str())})
            }
        }
    }
}
