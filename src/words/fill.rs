//! Puts values into texts. Values are data: marks in them mean nothing, and braces in them are not looked at again.

use crate::authentik::read::misleads;

/// So many characters of a value stand in a sentence: it has to stay one that can be read.
const LONGEST: usize = 1000;
/// And so many of a name that stands by itself.
const LONGEST_NAME: usize = 400;

/// Opens a value in a marked text (FIRST STRONG ISOLATE: a name in another script doesn't turn the words around it).
const OPEN: char = '\u{2068}';
/// Closes it (POP DIRECTIONAL ISOLATE).
const CLOSE: char = '\u{2069}';

/// Replaces `{name}` by its value.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    fill_with(template, values, |out, value| tame(out, value, LONGEST))
}

/// A name as it may stand on a screen: as in a sentence, and no longer than a name is.
pub fn brief(name: &str) -> String {
    let mut out = String::new();
    tame(&mut out, name, LONGEST_NAME);
    out
}

/// Adds a value as it may stand in a sentence: on one line, without what turns or hides the words around it, not endless.
fn tame(out: &mut String, value: &str, longest: usize) {
    for (number, c) in value.chars().enumerate() {
        match c {
            _ if number == longest => {
                out.push('…');
                return;
            }
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if misleads(c) => {}
            c => out.push(c),
        }
    }
}

/// Names in a row: the first fifty, and how many there are besides.
pub fn in_a_row(names: &[String]) -> String {
    const MOST: usize = 50;
    let mut row = names.iter().take(MOST).map(|name| brief(name)).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        row.push(' ');
        row.push_str(&fill(super::words().and_more, &[("count", &(names.len() - MOST).to_string())]));
    }
    row
}

/// The same, with the values marked, so that a view can set them apart.
pub fn fill_marked(template: &str, values: &[(&str, &str)]) -> String {
    fill_with(template, values, |out, value| {
        out.push(OPEN);
        // The two marks mislead, so a value can't bring its own.
        tame(out, value, LONGEST);
        out.push(CLOSE);
    })
}

fn fill_with(template: &str, values: &[(&str, &str)], put: impl Fn(&mut String, &str)) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => put(&mut out, value),
            None => out.push_str(name),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A piece of a marked text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bit {
    /// Our words.
    Said(String),
    /// A value.
    Value(String),
}

/// The pieces of a marked text.
pub fn bits(marked: &str) -> Vec<Bit> {
    let mut out = Vec::new();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (value, behind) = after.split_once(CLOSE).unwrap_or((after, ""));
        out.push(Bit::Said(before.to_owned()));
        out.push(Bit::Value(value.to_owned()));
        rest = behind;
    }
    out.push(Bit::Said(rest.to_owned()));
    out.retain(|bit| !matches!(bit, Bit::Said(text) if text.is_empty()));
    out
}

/// A marked text without its marks.
pub fn plain(marked: &str) -> String {
    marked.replace([OPEN, CLOSE], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_with_braces_and_marks_stays_a_value() {
        assert_eq!(fill("Add {a} to {b}", &[("a", "{b}"), ("b", "x")]), "Add {b} to x");
        let marked = fill_marked("Add {a}.", &[("a", "\u{2069}evil")]);
        assert_eq!(bits(&marked), [Bit::Said("Add ".into()), Bit::Value("evil".into()), Bit::Said(".".into())]);
        assert_eq!(plain(&marked), "Add evil.");
    }

    #[test]
    fn fault_33_a_value_turns_no_words_around_it_and_adds_no_line() {
        let said = fill("Delete {name}?", &[("name", "safe\u{202e}\n\u{0}evil\u{2066}")]);
        assert_eq!(said, "Delete safe evil?");
        // Scripts that need joiners keep them, and 300 characters stay 300.
        for name in ["نمی‌خواهم".to_owned(), "日本 \"' {name} ${x}".to_owned(), "é".repeat(300)] {
            assert_eq!(fill("{name}", &[("name", &name)]), name);
        }
        assert_eq!(fill("{name}", &[("name", &"x".repeat(1_000_000))]).chars().count(), LONGEST + 1);
        let many: Vec<String> = (0..10_000).map(|n| format!("g{n}")).collect();
        assert!(in_a_row(&many).ends_with("g49 and 9950 more"), "{}", in_a_row(&many));
    }
}
