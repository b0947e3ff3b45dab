//! Finds regular expressions that let strangers in: authentik takes a redirect URI that the whole of it matches.

use crate::authentik::pattern::{alternatives, end_of};

/// What is wrong with the regular expression of a redirect URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wide {
    /// It doesn't begin with a scheme and a host that are written out.
    NotAnchoredToHost,
    /// A part of the host may be anything, and so somebody else's.
    WildHost,
    /// A dot in the host stands for any character: `https://a.example` is also `https://aXexample`.
    UnescapedDot,
    /// It matches every address.
    OpensEverything,
}

/// The ways to write http and https.
const WEB: [&str; 7] = ["http", "https", "https?", "(http|https)", "(https|http)", "(?:http|https)", "(?:https|http)"];

/// Schemes that no app of a device may have: they lead to the web after all, or run as a script.
const NOT_APPS: [&str; 6] = ["http", "javascript", "data", "vbscript", "file", "blob"];

/// The first trouble with `pattern`, if there is one. A pattern we can't follow is trouble.
pub fn trouble_with_regex(pattern: &str) -> Option<Wide> {
    let pattern = pattern.strip_prefix("(?i)").unwrap_or(pattern);
    alternatives(pattern).into_iter().find_map(trouble_with_one)
}

fn trouble_with_one(pattern: &str) -> Option<Wide> {
    let inner = pattern.trim_start_matches('^').trim_end_matches('$');
    if let Some((group, "")) = group_of(inner) {
        return alternatives(group).into_iter().find_map(trouble_with_one);
    }
    if matches!(inner, "" | ".*" | ".+" | ".*?" | ".+?" | r"\S*" | r"\S+" | "[^ ]*" | "[^ ]+") {
        return Some(Wide::OpensEverything);
    }
    let (scheme, rest) = match scheme_of(inner) {
        Ok(parts) => parts,
        Err(wide) => return Some(wide),
    };
    let web = WEB.contains(&scheme);
    let Some(rest) = rest.strip_prefix("//").or_else(|| rest.strip_prefix(r"\/\/")) else {
        // `app:/callback` of an app on a device: the scheme is the app's own.
        return web.then_some(Wide::NotAnchoredToHost);
    };
    if web { Host::default().trouble(rest) } else { None }
}

/// The scheme and what comes after its colon.
fn scheme_of(pattern: &str) -> Result<(&str, &str), Wide> {
    let (scheme, rest) = pattern.split_once(':').ok_or(Wide::NotAnchoredToHost)?;
    // `(?:http|https)` has a colon of its own.
    let (scheme, rest) = match (scheme, rest.split_once(':')) {
        ("(?", Some((more, rest))) => (&pattern[..more.len() + 3], rest),
        _ => (scheme, rest),
    };
    if WEB.contains(&scheme) {
        return Ok((scheme, rest));
    }
    let plain = scheme.replace(r"\.", "").replace(r"\-", "").replace(r"\+", "");
    if plain.contains('.') && !plain.contains(['*', '+', '[', '(', '{']) && !plain.starts_with('.') {
        return Err(Wide::UnescapedDot);
    }
    // In lower case, as a scheme is compared; a bare `+` would be a repetition.
    let literal = !plain.is_empty() && plain.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let app = !NOT_APPS.iter().any(|scheme| plain.starts_with(scheme));
    if literal && app { Ok((scheme, rest)) } else { Err(Wide::NotAnchoredToHost) }
}

/// What was read of a host.
#[derive(Clone, Copy, Default)]
struct Host {
    letters: usize,
}

impl Host {
    /// Reads on, to the host's end.
    fn trouble(mut self, mut rest: &str) -> Option<Wide> {
        loop {
            let Some(c) = rest.chars().next() else { return self.end() };
            let after = &rest[c.len_utf8()..];
            match c {
                '/' | '#' => return self.end().or_else(|| may_be_missing(after)),
                '$' if after.is_empty() => return self.end(),
                ':' => return self.end().or_else(|| port(after)),
                '\\' => match after.chars().next() {
                    Some('/' | '?' | '#') => return self.end().or_else(|| may_be_missing(&after[1..])),
                    Some(':') => return self.end().or_else(|| port(&after[1..])),
                    Some('.' | '-') => rest = &after[1..],
                    _ => return Some(Wide::WildHost),
                },
                '.' if after.starts_with(['*', '+', '?', '{']) => return Some(Wide::WildHost),
                '.' => return Some(Wide::UnescapedDot),
                '(' => return self.group(rest),
                c if c.is_alphanumeric() || c == '-' => {
                    self.letters += 1;
                    rest = after;
                }
                // A letter that may be missing or come again leads to another host.
                _ => return Some(Wide::WildHost),
            }
        }
    }

    fn end(self) -> Option<Wide> {
        (self.letters == 0).then_some(Wide::NotAnchoredToHost)
    }

    /// A group in the host: each of its alternatives is followed by what comes after it, and so is its absence.
    fn group(self, text: &str) -> Option<Wide> {
        let Some((group, after)) = group_of(text) else { return Some(Wide::WildHost) };
        let (may_lack, after) = match after.strip_prefix('?') {
            Some(after) => (true, after),
            None => (false, after),
        };
        if after.starts_with(['*', '+', '{', '?']) {
            return Some(Wide::WildHost);
        }
        let with = alternatives(group).into_iter().find_map(|one| self.trouble(&format!("{one}{after}")));
        with.or_else(|| if may_lack { self.trouble(after) } else { None })
    }
}

/// A slash that may be missing ends no host, unless nothing comes after it.
fn may_be_missing(after: &str) -> Option<Wide> {
    let after = after.strip_prefix(['?', '*', '{'])?;
    if matches!(after, "" | "$") { None } else { Some(Wide::WildHost) }
}

/// A port: digits, written out or any. Anything else could be a password before somebody else's host.
fn port(text: &str) -> Option<Wide> {
    let mut rest = text;
    for any in ["[0-9]", r"\d"] {
        rest = rest.strip_prefix(any).unwrap_or(rest);
    }
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '+' | '*' | '{' | '}' | ',');
    after_port(rest.trim_start_matches(digits))
}

/// The end, or a slash that has to be there; also as a group of paths, which may be missing if nothing comes after it.
fn after_port(rest: &str) -> Option<Wide> {
    let slash = |text: &'_ str| text.strip_prefix('/').or_else(|| text.strip_prefix(r"\/")).map(may_be_missing);
    if matches!(rest, "" | "$") {
        return None;
    }
    if let Some(trouble) = slash(rest) {
        return trouble;
    }
    let Some((group, after)) = group_of(rest) else { return Some(Wide::WildHost) };
    let paths = alternatives(group).into_iter().all(|one| slash(one) == Some(None));
    let ends = matches!(after, "" | "$" | "?" | "?$") || !after.starts_with(['?', '*', '{']);
    if paths && ends { None } else { Some(Wide::WildHost) }
}

/// The content of the group that `text` begins with, and what follows it.
fn group_of(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('(')?;
    let end = end_of(inner, ')')?;
    let content = &inner[..end];
    let content = content.strip_prefix("?:").unwrap_or(content);
    (!content.starts_with('?')).then_some((content, &inner[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_written_out_is_fine() {
        for pattern in [
            r"^https://svc\.example\.com/accounts/oidc/.*",
            r"https://svc\.example\.com:8443/cb$",
            r"^http://127\.0\.0\.1:[0-9]+/auth$",
            r"^http://localhost:\d{4,5}/cb",
            r"^https?://(a|b)\.example\.com(/.*)?$",
            r"^https:\/\/a\.example\.com\/.*",
            r"^(https://a\.example\.com/x|https://b\.example\.com/y)$",
            r"app\.immich:///oauth-callback",
            r"^https://localhost(:[0-9]+)?/cb",
            r"^https://a\.example\.com/?$",
            r"^https://a\.example\.com:8443(/.*)?$",
            r"^https://a\.example\.com/x?.*",
            r"^(?:https|http)://a\.example\.com/cb",
        ] {
            assert_eq!(trouble_with_regex(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn what_lets_strangers_in_is_found() {
        for (pattern, wide) in [
            (".*", Wide::OpensEverything),
            ("^(.*)$", Wide::OpensEverything),
            ("", Wide::OpensEverything),
            (r"https://a\.example/|.*", Wide::OpensEverything),
            (r".*example\.com/.*", Wide::NotAnchoredToHost),
            (r"^.*://a\.example\.com/cb", Wide::NotAnchoredToHost),
            (r"/cb", Wide::NotAnchoredToHost),
            (r"https:/cb", Wide::NotAnchoredToHost),
            (r"https://.*", Wide::WildHost),
            (r"https://.+\.example\.com/", Wide::WildHost),
            (r"https://[^/]*/cb", Wide::WildHost),
            (r"https://[a-z]+\.example\.com/cb", Wide::WildHost),
            (r"https://\w+\.example\.com/cb", Wide::WildHost),
            (r"https://a\.example\.com.*", Wide::WildHost),
            (r"https://a\.example\.com:.*", Wide::WildHost),
            (r"https://a\.example\.com(/x)?.*", Wide::WildHost),
            (r"https://a\.example\.com/?.*", Wide::WildHost),
            (r"https:\/\/a\.example\.com\/?.*", Wide::WildHost),
            (r"https://a\.example\.com/{0,1}.*", Wide::WildHost),
            (r"https://a\.example\.com#?.*", Wide::WildHost),
            (r"https://a\.example\.com${0,1}.*", Wide::WildHost),
            (r"https://a\.example\.com:8080@.*", Wide::WildHost),
            (r"^https+://.*", Wide::NotAnchoredToHost),
            (r"^http+s://.*", Wide::NotAnchoredToHost),
            (r"^HTTPS://.*", Wide::NotAnchoredToHost),
            (r"^javascript:.*", Wide::NotAnchoredToHost),
            (r"^data://.*", Wide::NotAnchoredToHost),
            (r"^https://a\.example\.com:8443/?.*", Wide::WildHost),
            (r"^https://a\.example\.com:8443$?.*", Wide::WildHost),
            (r"^https://a\.example\.com:[0-9]+(/x)?.*", Wide::WildHost),
            (r"^https://a\.example\.com:[0-9]+(/|@evil\.example/).*", Wide::WildHost),
            (r"https://.*@a\.example\.com/", Wide::WildHost),
            (r"(https?://)?.*\.example\.com/", Wide::NotAnchoredToHost),
            (r"https://a\.example\.com(\.evil)*/", Wide::WildHost),
            (r"https://a\.example\.com*/", Wide::WildHost),
            (r"https://(a|.*)\.example\.com/", Wide::WildHost),
            (r"https://a.example.com/cb", Wide::UnescapedDot),
            (r"https://a\.example.com/cb", Wide::UnescapedDot),
        ] {
            assert_eq!(trouble_with_regex(pattern), Some(wide), "{pattern}");
        }
    }
}
