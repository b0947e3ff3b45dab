//! Whether a line means the same to the outpost (Go's `regexp/syntax` with the flags `Perl`, Go 1.24) as to a browser
//! (`RegExp` without flags), read from its beginning to its end, because a bracket or a backslash decides what stands
//! behind it.
//!
//! What only one of them takes, or each in its own way, is refused, because it can't be tried here: `[]x]` and `[^]x]`
//! (here `]` is a character, there the class ends), `[[:alpha:]]`, `(?i)`, `(?P<n>…)`, `(?<n>…)`, `\A \z \Q \C \pL \x2f
//! \u002f \a \0 \57`, `\b \B \d` where a class makes something else of them, `^*` and `\b*` (no expression here, found
//! everywhere there), `{01}` (letters there) and more than 1000 times. What the outpost takes for no expression at all,
//! it skips: looking around and back, and `a**`.

use super::Opens;

/// Whether it has a dot that stands for one character; or, for what can't be tried, what is to be told of it.
pub(super) fn scan(line: &str) -> Result<bool, Opens> {
    let mut rest = line;
    let (mut any, mut before) = (false, Before::Nothing);
    while let Some(c) = next(&mut rest) {
        before = match c {
            '\\' => escape(&mut rest)?,
            '[' => class(&mut rest)?,
            '(' => {
                group(&mut rest)?;
                Before::Nothing
            }
            '{' => {
                let end = times(rest).ok_or(Opens::Unclear)?;
                rest = &rest[end..];
                repeated(before, &mut rest)?
            }
            '*' | '+' | '?' => repeated(before, &mut rest)?,
            '|' => Before::Nothing,
            '^' | '$' => Before::Edge,
            '.' => {
                any |= !rest.starts_with(['*', '+']);
                Before::Thing
            }
            // Two halves there, one character here.
            c if c > '\u{ffff}' => return Err(Opens::Unclear),
            _ => Before::Thing,
        };
    }
    Ok(any)
}

/// What stands before a place.
#[derive(Clone, Copy)]
enum Before {
    /// Nothing: here something begins.
    Nothing,
    /// What has no width.
    Edge,
    /// What can be repeated.
    Thing,
    /// A repetition.
    Repeated,
}

fn next(rest: &mut &str) -> Option<char> {
    let mut chars = rest.chars();
    let c = chars.next();
    *rest = chars.as_str();
    c
}

fn repeated(before: Before, rest: &mut &str) -> Result<Before, Opens> {
    *rest = rest.strip_prefix('?').unwrap_or(rest);
    match before {
        Before::Thing => Ok(Before::Repeated),
        Before::Nothing | Before::Repeated => Err(Opens::Unreadable),
        Before::Edge => Err(Opens::Unclear),
    }
}

fn escape(rest: &mut &str) -> Result<Before, Opens> {
    match next(rest) {
        None | Some('k') => Err(Opens::Unreadable),
        Some('b' | 'B') => Ok(Before::Edge),
        // With another digit behind it, the outpost reads the number of a character.
        Some('1'..='9') if !rest.starts_with(|c: char| c.is_ascii_digit()) => Err(Opens::Unreadable),
        Some(c) if is_shared(c) => Ok(Before::Thing),
        Some(_) => Err(Opens::Unclear),
    }
}

/// Escapes that mean the same to both.
fn is_shared(c: char) -> bool {
    c.is_ascii_punctuation() || "dDwWsSnrtfv".contains(c)
}

/// Behind `[`, as far as its end.
fn class(rest: &mut &str) -> Result<Before, Opens> {
    *rest = rest.strip_prefix('^').unwrap_or(rest);
    if rest.starts_with(']') {
        return Err(Opens::Unclear);
    }
    let mut ranged = false;
    let mut first = true;
    while let Some(c) = next(rest) {
        match c {
            ']' => return Ok(Before::Thing),
            '[' if rest.starts_with(':') => return Err(Opens::Unclear),
            '\\' => match next(rest) {
                None => return Err(Opens::Unreadable),
                Some(c) if !is_shared(c) || ranged && c.is_ascii_alphabetic() => return Err(Opens::Unclear),
                Some(_) => {}
            },
            c if c > '\u{ffff}' => return Err(Opens::Unclear),
            _ => {}
        }
        ranged = c == '-' && !first;
        first = false;
    }
    Err(Opens::Unreadable)
}

/// Behind `(`.
fn group(rest: &mut &str) -> Result<(), Opens> {
    let Some(kind) = rest.strip_prefix('?') else { return Ok(()) };
    let around = ["=", "!", ">", "<=", "<!"];
    if let Some(inner) = kind.strip_prefix(':') {
        *rest = inner;
        Ok(())
    } else if around.into_iter().any(|around| kind.starts_with(around)) {
        Err(Opens::Unreadable)
    } else {
        Err(Opens::Unclear)
    }
}

/// Behind `{`: where `n}`, `n,}` or `n,m}` ends, with numbers that both of them take.
fn times(rest: &str) -> Option<usize> {
    let end = rest.find('}')?;
    let (from, to) = rest[..end].split_once(',').unwrap_or((&rest[..end], ""));
    let number = |text: &str| {
        let plain = text == "0" || !text.starts_with(['0', '+']);
        text.parse::<u16>().is_ok_and(|number| plain && number <= 1000)
    };
    (number(from) && (to.is_empty() || number(to))).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::super::opens;
    use super::*;
    use crate::ports::native_matches;

    /// A browser's expressions take nothing of what is refused here, or read it otherwise; these are looked at as text.
    fn told(line: &str) -> Opens {
        let all = opens(line, false, native_matches);
        assert_eq!(all.len(), 1, "{line}: {all:?}");
        all[0].clone()
    }

    #[test]
    fn what_the_outpost_reads_otherwise_than_a_browser_is_refused() {
        for line in [
            // The class doesn't end at the first bracket: everything with a slash.
            "[]/]",
            "[^]/]",
            "[]",
            "[^]",
            "^/a[]b]",
            "[[:alpha:]]",
            "[[:^alpha:]/]",
            "[a[:word:]]",
            // Looking ahead in a class or behind a backslash is none.
            "[](?=/]",
            r"[\b/]",
            r"[\B/]",
            r"[!-\d/]",
            r"[\57]",
            // Flags and names.
            "(?i)^/api/",
            "(?s).",
            "(?-i:a)",
            "(?P<x>/a)",
            "(?<x>/a)",
            // Escapes.
            r"\A/api",
            r"a\z",
            r"a\Z",
            r"^/\Q.\E",
            r"\Q(?=\E",
            r"\C",
            r"\pL",
            r"\PL",
            r"\p{Greek}",
            r"\x2f",
            r"\x{2f}",
            r"\u002f",
            r"\a",
            r"\cJ",
            r"\0",
            r"\057",
            r"\57",
            r"\ü",
            // Repeating what has no width is no expression of a browser, and found everywhere by the outpost.
            "^*",
            "^?/a",
            "$*",
            r"\b*",
            r"\B+",
            "^{0}",
            // Braces that one of them takes for letters.
            "a{,5}",
            "/{01}",
            "a{1001}",
            "a{1,1001}",
            "a{",
            "a{b}",
            "a{ 1}",
            // Halves of characters.
            "[😀-😎/]",
            "😀*",
        ] {
            assert_eq!(told(line), Opens::Unclear, "{line}");
            assert!(told(line).is_refused());
        }
    }

    #[test]
    fn what_the_outpost_cannot_read_opens_nothing() {
        for line in [
            "^/(?!admin)",
            "/a(?=b)",
            "(?<=/a)b",
            "(?<!/a)b",
            "(?>a)",
            r"^/(a)\1",
            r"\k<x>",
            "(",
            "[a",
            "a)",
            "*a",
            "(*a)",
            "a|*b",
            "^/a\\",
            "a**",
            "a+*",
            "a*?+",
            "a{2}{3}",
            "a{3,2}",
            "[z-a]",
        ] {
            assert_eq!(told(line), Opens::Unreadable, "{line}");
        }
        assert_eq!(told(r"^/a\\1$"), Opens::Only(r"/a\1".into()), "an escaped backslash is none");
    }

    #[test]
    fn what_only_looks_like_it_is_read() {
        for line in [
            r"^/a[(?=]b",
            r"^/a\(?=b",
            r"^/[-\w]+/ping",
            r"^/[\w.-]+/ping",
            r"^/a[^\]]b",
            r"^/a\/b\_c\-d",
            "^/a{2}$",
            "^/a{2,}$",
            "^/a{2,30}?$",
            "^/ab??c",
            r"^/\bhealth\b",
            "^/x]y",
            "^/müller/",
        ] {
            let all = opens(line, false, native_matches);
            let refused = all.iter().any(|opens| opens.is_refused() || *opens == Opens::Unreadable);
            assert!(!refused, "{line}: {all:?}");
        }
    }
}
