//! Names for what an export refers to, as all of the forms take them: small letters, digits and underscores.

use super::value::{Kind, Thing};

/// A name that begins with a letter and holds nothing that means anything anywhere.
pub fn word(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(300) {
        match c {
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            _ if out.is_empty() || out.ends_with('_') => {}
            _ => out.push('_'),
        }
    }
    out.truncate(50);
    out.trim_end_matches('_').to_owned()
}

/// Each thing with its name, which no other has.
pub fn labels<'a>(things: &[&'a Thing]) -> Vec<(&'a Thing, String)> {
    let mut all: Vec<(&Thing, String)> = Vec::new();
    for thing in things {
        let kind = match thing.kind {
            Kind::Flow => "flow",
            Kind::Group => "group",
            Kind::User => "user",
            Kind::Policy | Kind::Expression => "policy",
            Kind::Certificate => "certificate",
            Kind::Scope => "scope",
            Kind::Outpost => "outpost",
        };
        // The last part of a mark says which it is.
        let key = thing.key.rsplit('/').next().filter(|_| thing.by == "managed").unwrap_or(&thing.key);
        let word = word(key.trim_start_matches("scope-"));
        let name = if word.is_empty() { kind.to_owned() } else { format!("{kind}_{word}") };
        let taken = |name: &str| all.iter().any(|(_, other)| other == name);
        let label = if taken(&name) {
            (2..=all.len() + 2).map(|number| format!("{name}_{number}")).find(|name| !taken(name)).unwrap_or_default()
        } else {
            name
        };
        all.push((thing, label));
    }
    all
}
