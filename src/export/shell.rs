//! A shell script: bash, curl and jq. Every value in it is JSON between single quotes; jq puts the requests together, so
//! that bash never looks at a name.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use super::hcl::{comment, indented};
use super::script::{Manner, Script, Step};
use super::value::{Kind, Thing};
use crate::authentik::read::misleads;
use crate::authentik::request::encode;
use crate::plan::Expect;
use crate::words::{SCRIPT, export_words};

/// The text.
pub fn shell(script: &Script) -> String {
    let words = export_words();
    let (mut out, own) = (format!("#!/usr/bin/env bash\n{}", comment(words.shell_what)), own(script));
    for note in &script.notes {
        out += &comment(note);
    }
    // Nothing but this script goes on where it stopped.
    let mut mark = DefaultHasher::new();
    own.hash(&mut mark);
    let mark = format!("{:016x}", mark.finish());
    out += &format!("set -euo pipefail\n\ndefault_url={}\nscript={mark}\n{SCRIPT}\n{own}", quote(&script.base));
    out
}

/// What this script does, behind what all do.
fn own(script: &Script) -> String {
    let mut out = String::new();
    for asked in &script.asked {
        let name = asked.name.to_ascii_uppercase();
        out += &comment(&asked.says);
        out += &format!("[ -n \"${{{name}-}}\" ] || stop 'set {name}. Nothing was changed.'\nexport {name}\n");
    }
    out += &format!("go_on {}\n", script.steps.len());
    for (name, value) in &script.values {
        out += &format!("keep {} {}\n", quote(name), json(value));
    }
    for (name, asked) in &script.said {
        out += &format!("said=$(fill {})\nkeep {} \"$said\"\n", quote(&variable(asked, script)), quote(name));
    }
    for (name, thing) in &script.lookups {
        out += &look_up(name, thing);
    }
    for (number, step) in script.steps.iter().enumerate() {
        out += &format!("\nif step {}; then\n{}fi\n", number + 1, indented(&request(script, step), "  "));
    }
    out += &format!("\nsay {}\n", quote(export_words().shell_done));
    out
}

fn look_up(name: &str, Thing { kind, by, key, .. }: &Thing) -> String {
    let (what, path, filters) = match kind {
        Kind::Flow => ("flow", "flows/instances/", true),
        Kind::Group => ("group", "core/groups/", true),
        Kind::User => ("user", "core/users/", true),
        // Filtered by a search only, which takes some characters for a language of its own.
        Kind::Policy | Kind::Expression => ("policy", "policies/all/", false),
        Kind::Outpost => ("outpost", "outposts/instances/", false),
        Kind::Certificate => ("certificate", "crypto/certificatekeypairs/", true),
        // An unknown mark is refused there instead of found nowhere.
        Kind::Scope => ("scope mapping", "propertymappings/provider/scope/", *by == "name"),
    };
    let filter = if filters { format!("{by}={}&", encode(key)) } else { String::new() };
    let path = quote(&format!("{path}?{filter}"));
    format!("one {} {} {path} {by} {}\n", quote(name), quote(what), json(&Value::from(key.as_str())))
}

fn request(script: &Script, step: &Step) -> String {
    let action = &step.action;
    let mut out = String::new();
    if !step.says.is_empty() {
        out += &comment(&step.says);
    }
    let path = match spelt(&action.path) {
        Some(program) => {
            out += &format!("path=$(spell {})\n", quote(&program));
            "\"$path\"".to_owned()
        }
        None => quote(&action.path),
    };
    let has_body = !action.body.is_null();
    let body = if has_body { "\"$body\"" } else { "''" };
    if has_body {
        out += &format!("body=$(fill {})\n", quote(&program(&action.body, script, 0)));
    }
    match step.manner {
        Manner::Plain => {}
        Manner::Mapping => {
            let name = action.keep.first().map(|(name, _)| name.as_str()).unwrap_or_default();
            return out + &format!("mapping {} {path} \"$body\"\n", quote(name));
        }
        Manner::Icon => return out + &format!("icon {path} \"$body\"\n"),
    }
    let mild = match (action.optional, action.gone_is_fine) {
        (true, _) => " 'may fail'",
        (false, true) => " gone",
        _ => "",
    };
    out += &format!("request {} {path} {body}{mild}\n", action.method.name());
    for expect in &action.expect {
        let words = export_words();
        let (says, nothing) = match expect {
            Expect::Is(pointer, _) if pointer == "/applied" => {
                (words.shell_applied, format!(" {}", quote(&format!("at({}) == false", place(pointer)))))
            }
            _ => (words.shell_unexpected, String::new()),
        };
        let line = format!("expect {} {}{nothing}\n", quote(&condition(expect, script)), quote(says));
        // What failed and may fail has no answer to look at.
        out += &if action.optional { format!("[ \"$answer\" = null ] || {line}") } else { line };
    }
    for (name, pointer) in &action.keep {
        out += &format!("take {} {}\n", quote(name), quote(&place(pointer)));
    }
    out
}

/// A path whose values are one word each, as a program of jq; none of a path without values.
fn spelt(path: &str) -> Option<String> {
    let (mut parts, mut rest) = (Vec::new(), path);
    while let Some((before, (name, behind))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        parts.push(Value::from(before).to_string());
        parts.push(format!("(known({}) | word)", Value::from(name)));
        rest = behind;
    }
    let is_spelt = !parts.is_empty();
    parts.push(Value::from(rest).to_string());
    is_spelt.then(|| parts.join(" + "))
}

fn place(pointer: &str) -> String {
    let part = |part: &str| part.parse::<u32>().map_or_else(|_| Value::from(part), Value::from);
    Value::Array(pointer.split('/').skip(1).map(part).collect()).to_string()
}

fn condition(expect: &Expect, script: &Script) -> String {
    let (pointer, value) = expect.parts();
    let (found, wanted) = (format!("at({})", place(pointer)), program(value, script, 0));
    match expect {
        Expect::Is(..) => format!("{found} == {wanted}"),
        Expect::Has(..) => format!("{wanted} as $one | {found} // [] | any(.[]; . == $one)"),
        Expect::HasNot(..) => format!("{wanted} as $one | {found} // [] | all(.[]; . != $one)"),
        Expect::OneOf(..) => format!("{found} as $one | {wanted} | any(.[]; . == $one)"),
        Expect::Wrote(..) => format!(
            "{found} as $there | {wanted} | if type == \"object\" then to_entries | all(.[]; .value == $there[.key]) else . == $there end"
        ),
    }
}

/// A body as a program of jq: JSON, with what is known by then.
fn program(body: &Value, script: &Script, depth: usize) -> String {
    let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
    let list =
        |list: &Value, key: &str| list.get(key).map_or_else(|| "[]".to_owned(), |list| program(list, script, depth));
    let known = |object: &Value, key: &str| format!("known({})", object.get(key).unwrap_or(&Value::Null));
    match body {
        Value::Object(map) if map.len() == 1 => {
            let special = map.iter().next().and_then(|(key, value)| {
                Some(match key.as_str() {
                    "$value" => variable(value.as_str().unwrap_or_default(), script),
                    "$list" => {
                        format!(
                            "(({} + {} | once) - {})",
                            known(value, "of"),
                            list(value, "with"),
                            list(value, "without")
                        )
                    }
                    "$merge" => format!("({} + {})", known(value, "of"), list(value, "with")),
                    "$new" => format!("({} - {})", list(value, "of"), known(value, "to")),
                    "$held" => format!("({0} - ({0} - {1}))", list(value, "of"), known(value, "by")),
                    _ => return None,
                })
            });
            special.unwrap_or_else(|| object(map, script, depth))
        }
        Value::Object(map) => object(map, script, depth),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => {
            let lines: Vec<String> =
                items.iter().map(|item| format!("{inner}{}", program(item, script, depth + 1))).collect();
            format!("[\n{}\n{outer}]", lines.join(",\n"))
        }
        other => other.to_string(),
    }
}

fn object(map: &serde_json::Map<String, Value>, script: &Script, depth: usize) -> String {
    let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
    let line = |(key, value): (&String, &Value)| {
        format!("{inner}{}: {}", Value::from(key.as_str()), program(value, script, depth + 1))
    };
    let lines: Vec<String> = map.iter().map(line).collect();
    if lines.is_empty() { "{}".to_owned() } else { format!("{{\n{}\n{outer}}}", lines.join(",\n")) }
}

/// A value that is known by then, or comes from the environment: jq reads it there itself, so that it is on no command line.
fn variable(name: &str, script: &Script) -> String {
    match script.asked.iter().find(|asked| asked.name == name) {
        Some(asked) => {
            let name = asked.name.to_ascii_uppercase();
            if asked.number { format!("(env.{name} | tonumber)") } else { format!("env.{name}") }
        }
        None => format!("known({})", Value::from(name)),
    }
}

fn json(value: &Value) -> String {
    quote(&value.to_string())
}

/// A text between single quotes, in which nothing means anything. In JSON, and in a program of jq, which holds texts as
/// JSON, a quote and what can't be seen, or turns words around, is written as a number.
pub fn quote(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            c if c == '\'' || misleads(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out += &format!("\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}
