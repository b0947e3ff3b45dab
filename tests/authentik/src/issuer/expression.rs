//! The expression of a custom scope mapping. It is Python, which this server does not run; it reads the one form
//! `return {"key": <value>, …}`, also over several lines and with comments, and a value of these forms:
//!
//! * a string, a number, `True`, `False`, `None`;
//! * `request.user.username`, `.email`, `.name`, `.pk`, `.uuid`, and `str(…)` of one of them;
//! * `[group.name for group in request.user.ak_groups.all()]`, the same with `groups`, and with `all_groups()`.
//!
//! A key with a value of any other form is left out, and any other expression gives nothing.

use crate::model::User;
use crate::world::World;
use regex::Regex;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static GROUPS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^\[\s*(\w+)\.name\s+for\s+(\w+)\s+in\s+request\.user\.(ak_groups\.all|groups\.all|all_groups)\(\)\s*\]$",
    )
    .ok()
});

/// What an expression returns for a person.
pub fn evaluate(world: &World, expression: &str, user: &User) -> Map<String, Value> {
    let text = without_comments(expression);
    let Some(inner) = text.trim().strip_prefix("return").map(str::trim) else { return Map::new() };
    let Some(inner) = inner.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')) else { return Map::new() };
    let entries = split(inner, ',');
    entries
        .iter()
        .filter_map(|entry| {
            let parts = split(entry, ':');
            let [key, value] = parts.as_slice() else { return None };
            Some((literal(key.trim())?, self::value(world, value.trim(), user)?))
        })
        .collect()
}

fn value(world: &World, text: &str, user: &User) -> Option<Value> {
    if let Some(text) = literal(text) {
        return Some(json!(text));
    }
    match text {
        "True" => return Some(json!(true)),
        "False" => return Some(json!(false)),
        "None" => return Some(Value::Null),
        _ => {}
    }
    if let Some(number) = serde_json::from_str::<Value>(text).ok().filter(Value::is_number) {
        return Some(number);
    }
    if let Some(inner) = text.strip_prefix("str(").and_then(|rest| rest.strip_suffix(')')) {
        let value = attribute(inner.trim(), user)?;
        return Some(json!(value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
    }
    attribute(text, user).or_else(|| groups(world, text, user))
}

fn attribute(text: &str, user: &User) -> Option<Value> {
    match text.strip_prefix("request.user.")? {
        "username" => Some(json!(user.username)),
        "email" => Some(json!(user.email)),
        "name" => Some(json!(user.name)),
        "pk" => Some(json!(user.pk)),
        "uuid" => Some(json!(user.uuid)),
        _ => None,
    }
}

/// Names of groups. `groups` was Django's own relation, which authentik leaves empty, until `ak_groups` got that name
/// (core/models.py; api.md §7 no. 57); `all_groups()` has the ancestors too.
fn groups(world: &World, text: &str, user: &User) -> Option<Value> {
    let found = GROUPS.as_ref()?.captures(text)?;
    if found[1] != found[2] {
        return None;
    }
    let names: Vec<&str> = match &found[3] {
        "groups.all" if !world.release.user_groups_are_groups() => Vec::new(),
        "all_groups" => world.all_groups_of(user.pk).iter().map(|group| group.name.as_str()).collect(),
        _ => world.groups_of(user.pk).map(|group| group.name.as_str()).collect(),
    };
    Some(json!(names))
}

/// A string literal without its quotes.
fn literal(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                'n' => plain.push('\n'),
                't' => plain.push('\t'),
                other => plain.push(other),
            },
            c if c == quote => return None,
            c => plain.push(c),
        }
    }
    Some(plain)
}

/// Characters with whether each is outside of strings.
fn scanned(text: &str) -> impl Iterator<Item = (usize, char, bool)> {
    let mut quote = None;
    let mut escaped = false;
    text.char_indices().map(move |(at, c)| {
        let outside = quote.is_none();
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        (at, c, outside)
    })
}

fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut in_comment = false;
    // A quote inside a comment must not open a string, so each line is scanned alone.
    for line in text.lines() {
        for (_, c, outside) in scanned(line) {
            in_comment |= outside && c == '#';
            if !in_comment {
                kept.push(c);
            }
        }
        in_comment = false;
        kept.push('\n');
    }
    kept
}

/// The parts between separators that are outside of strings and brackets; an empty last part is dropped.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_i32);
    for (at, c, outside) in scanned(text) {
        match c {
            _ if !outside => {}
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth -= 1,
            c if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        parts.push(&text[start..]);
    }
    parts
}
