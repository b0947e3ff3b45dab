//! How Terraform's language, HCL, is written: as `terraform fmt` does, and texts so that they are nothing but texts.

use crate::authentik::read::misleads;

/// An attribute.
pub fn row(name: &str, value: String) -> (String, String) {
    (name.to_owned(), value)
}

/// A block without blocks in it.
pub fn block(head: &str, rows: &[(String, String)]) -> String {
    format!("{head} {{\n{}}}\n\n", aligned(rows, "  "))
}

/// A block with others in it.
pub fn block_around(head: &str, rows: &[(String, String)], inner: &str) -> String {
    format!("{head} {{\n{}\n{}}}\n\n", aligned(rows, "  "), indented(inner, "  "))
}

/// As `terraform fmt` writes it: the signs of lines that follow each other stand below each other, a value of several lines
/// ends that.
pub fn aligned(rows: &[(String, String)], indent: &str) -> String {
    let mut out = String::new();
    let mut rest = rows;
    while !rest.is_empty() {
        let plain = rest.iter().position(|(_, value)| value.contains('\n')).unwrap_or(rest.len()).max(1);
        let (these, others) = rest.split_at(plain);
        let width = these.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in these {
            out += &format!("{indent}{name}{} = {value}\n", " ".repeat(width - name.len()));
        }
        rest = others;
    }
    out
}

/// Words on lines of their own.
pub fn comment(says: &str) -> String {
    says.lines().map(|line| format!("# {line}\n")).collect()
}

/// Each line further in.
pub fn indented(text: &str, indent: &str) -> String {
    text.lines().map(|line| format!("{indent}{line}\n")).collect()
}

/// A text as HCL takes it. `${` and `%{` would begin a template; where the sign is doubled already, an escape says which is
/// meant. What can't be seen, or turns words around, is written as a number. (Terraform itself composes letters with their
/// marks, NFC, whatever stands here: seen with Terraform's console.)
pub fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    let chars: Vec<char> = text.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' => {
                let run = chars[at..].iter().take_while(|other| **other == c).count();
                let before = at > 0 && chars[at - 1] == c;
                match chars.get(at + run) {
                    Some('{') if run > 1 || before => out.push_str(&format!("\\u{:04x}", u32::from(c))),
                    Some('{') => out.extend([c, c]),
                    _ => out.push(c),
                }
            }
            c if misleads(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => match u32::from(c) {
                code if code < 0x1_0000 => out.push_str(&format!("\\u{code:04x}")),
                code => out.push_str(&format!("\\U{code:08x}")),
            },
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
