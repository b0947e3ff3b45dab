//! A blueprint: YAML of authentik's own (docs.goauthentik.io/customize/blueprints/v1: structure, tags).

use serde_json::Value;

use super::value::{Export, Fields, Kind, Made, Val};
use crate::authentik::read::misleads;
use crate::words::{export_words, fill};

/// The text.
pub fn blueprint(export: &Export) -> String {
    let words = export_words();
    let mut out = comment(words.blueprint_what, "");
    for note in &export.notes {
        out += &comment(note, "");
    }
    if !export.places.is_empty() {
        out += &comment(words.blueprint_outpost, "");
    }
    let no_icon = export.release.as_ref().is_some_and(|release| !release.at_least(2025, 12));
    if no_icon && export.application.iter().any(|(field, _)| field == "meta_icon") {
        out += &comment(words.blueprint_icon, "");
    }
    for asked in &export.asked {
        let name = asked.name.to_ascii_uppercase();
        out += &comment(&fill(words.blueprint_asked, &[("name", &name), ("says", &asked.says)]), "");
    }
    out += &format!("version: 1\nmetadata:\n  name: {}\nentries:\n", quote(&format!("gatewright-{}", export.slug)));
    for (place, made) in export.made.iter().enumerate() {
        match made {
            Made::Key(name) => out += &comment(&fill(words.blueprint_key, &[("name", &quote(name))]), "  "),
            Made::Mapping { name, scope, expression, description } => {
                let mut attrs = vec![("scope_name", quote(scope)), ("expression", quote(expression))];
                if !description.is_empty() {
                    attrs.push(("description", quote(description)));
                }
                let id = made_id(place);
                out += &entry("authentik_providers_oauth2.scopemapping", Some(&id), &[("name", quote(name))], &attrs);
            }
        }
    }
    let (identifiers, attrs) = split(export, &export.provider.fields, "name");
    let model = if export.provider.oauth2 {
        "authentik_providers_oauth2.oauth2provider"
    } else {
        "authentik_providers_proxy.proxyprovider"
    };
    out += &entry(model, Some("provider"), &pairs(&identifiers), &pairs(&attrs));
    let (identifiers, mut attrs) = split(export, &export.application, "slug");
    attrs.push(("provider".to_owned(), "!KeyOf provider".to_owned()));
    out += &entry("authentik_core.application", Some("application"), &pairs(&identifiers), &pairs(&attrs));
    for binding in &export.bindings {
        let rows = rows(export, &binding.fields);
        let is_who = |name: &str| ["group", "user", "policy", "order"].contains(&name);
        let (who, how): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(name, _)| is_who(name));
        let mut identifiers = vec![("target".to_owned(), "!KeyOf application".to_owned())];
        identifiers.extend(who);
        out += &entry("authentik_policies.policybinding", None, &pairs(&identifiers), &pairs(&how));
    }
    out
}

/// Names and values, as they are written.
type Rows = Vec<(String, String)>;

fn made_id(place: usize) -> String {
    format!("made-{}", place + 1)
}

fn entry(model: &str, id: Option<&str>, identifiers: &[(&str, String)], attrs: &[(&str, String)]) -> String {
    let mut out = format!("  - model: {model}\n");
    if let Some(id) = id {
        out += &format!("    id: {id}\n");
    }
    for (what, rows) in [("identifiers", identifiers), ("attrs", attrs)] {
        if !rows.is_empty() {
            out += &format!("    {what}:\n");
            out += &rows.iter().map(|(name, value)| line(name, value, "      ")).collect::<String>();
        }
    }
    out
}

fn line(name: &str, value: &str, indent: &str) -> String {
    let space = if value.starts_with('\n') { "" } else { " " };
    format!("{indent}{name}:{space}{value}\n")
}

fn pairs(rows: &[(String, String)]) -> Vec<(&str, String)> {
    rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect()
}

fn rows(export: &Export, fields: &Fields) -> Rows {
    fields.iter().map(|(name, val)| (name.clone(), write(export, val, 4))).collect()
}

/// What it is found by, and what it has.
fn split(export: &Export, fields: &Fields, by: &str) -> (Rows, Rows) {
    rows(export, fields).into_iter().partition(|(name, _)| name == by)
}

fn write(export: &Export, val: &Val, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    match val {
        Val::Plain(Value::String(text)) => quote(text),
        Val::Plain(value) => value.to_string(),
        Val::There(thing) => format!("!Find [{}, [{}, {}]]", model_of(thing.kind), thing.by, quote(&thing.key)),
        Val::Made(place) => match export.made.get(*place) {
            Some(Made::Key(name)) => format!("!Find [{}, [name, {}]]", model_of(Kind::Certificate), quote(name)),
            _ => format!("!KeyOf {}", made_id(*place)),
        },
        Val::Asked(place) => {
            let name = export.asked.get(*place).map(|asked| asked.name.to_ascii_uppercase());
            format!("!Env {}", name.unwrap_or_default())
        }
        Val::List(items) if items.is_empty() => "[]".into(),
        Val::List(items) => {
            items.iter().map(|item| format!("\n{indent}- {}", write(export, item, depth + 1))).collect()
        }
        Val::Map(fields) => {
            let rows: Vec<String> =
                fields.iter().map(|(name, val)| format!("{name}: {}", write(export, val, depth + 1))).collect();
            rows.join(&format!("\n{indent}"))
        }
    }
}

/// The models that `!Find` looks in.
fn model_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Flow => "authentik_flows.flow",
        Kind::Group => "authentik_core.group",
        Kind::User => "authentik_core.user",
        Kind::Policy | Kind::Expression => "authentik_policies.policy",
        Kind::Certificate => "authentik_crypto.certificatekeypair",
        Kind::Scope => "authentik_providers_oauth2.scopemapping",
        Kind::Outpost => "authentik_outposts.outpost",
    }
}

fn comment(says: &str, indent: &str) -> String {
    says.lines().map(|line| format!("{indent}# {line}\n")).collect()
}

/// A text as YAML takes it: always between double quotes, so that nothing is taken for a number, a flag, a tag or a key.
/// What can't be seen, or turns words around, is written as a number.
pub fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if misleads(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => match u32::from(c) {
                code if code < 0x100 => out.push_str(&format!("\\x{code:02x}")),
                code if code < 0x1_0000 => out.push_str(&format!("\\u{code:04x}")),
                code => out.push_str(&format!("\\U{code:08x}")),
            },
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
