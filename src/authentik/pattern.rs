//! Reading a regular expression as text: authentik takes expressions for redirect URIs and for paths left open.

/// Splits at `|` outside groups and classes.
pub fn alternatives(pattern: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(end) = end_of(rest, '|') {
        parts.push(&rest[..end]);
        rest = &rest[end + 1..];
    }
    parts.push(rest);
    parts
}

/// Where `wanted` stands outside groups and classes, unescaped.
pub fn end_of(text: &str, wanted: char) -> Option<usize> {
    let (mut depth, mut class, mut escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' if class => class = false,
            _ if class => {}
            '[' => class = true,
            _ if c == wanted && depth == 0 => return Some(at),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
