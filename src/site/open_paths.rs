//! Paths left open without a login: what each line of `skip_path_regex` opens, and which lines open everything.
//!
//! The outpost compiles each line by itself (Go's RE2), skips one that does not compile, and looks for it anywhere in the
//! path, without the query; for a domain in the whole address, with the query (internal/outpost/proxyv2/application,
//! `NewApplication` and `IsAllowlisted`, 2025.10 to 2026.5). A blank line is an expression
//! too, which is found everywhere.

mod re2;

use crate::authentik::pattern::alternatives;
use re2::scan;

/// The platform's regular expressions: whether a pattern is found in a text; false for one that does not compile.
pub type Matches = fn(&str, &str) -> bool;

/// What one alternative of a line opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// Only this.
    Only(String),
    /// This, and all paths below it.
    Below(String),
    /// Whatever begins so.
    Beginning(String),
    /// Whatever ends so.
    Ending(String),
    /// Whatever has this anywhere in it.
    Anywhere(String),
    /// Whatever the expression finds.
    Found,
    /// Too much: also this, which has nothing to do with it.
    Wide(&'static str),
    /// Everything, or a whole site of a domain.
    Everything,
    /// Nothing: the outpost can't read it, and skips it.
    Unreadable,
    /// Nothing: no path (of a domain: no address) begins so.
    Never,
    /// Only the outpost's own expressions know this, so it can't be tried here.
    Unclear,
    /// Besides what else is told: whatever stands where the line has a dot without a backslash.
    AnyCharacter,
}

impl Opens {
    /// Whether such a line must not be written.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Wide(_) | Self::Everything | Self::Unclear)
    }
}

/// Paths that nobody would name: an expression that finds them all finds everything.
const UNNAMED: [&str; 3] = ["/qzj", "/wvx/kyb", "/gh_d.pu-2"];
const UNNAMED_HOST: &str = "https://zkq.vwx";
/// Usual paths that have nothing to do with each other. What opens more than a quarter of them was not written for one
/// thing; what names a folder, an ending or a word opens one to five.
const USUAL: [&str; 24] = [
    "/admin/users",
    "/keys",
    "/admin",
    "/",
    "/login",
    "/index.php",
    "/assets/app.js",
    "/a",
    "/1",
    "/api/v1/users",
    "/settings/profile",
    "/files/report-2024.pdf",
    "/search",
    "/wiki/Main_Page",
    "/dashboard",
    "/photos/1234",
    "/u/maria",
    "/quilt",
    "/north/bravo",
    "/zebra_9",
    "/logs/today.txt",
    "/Shelf/Jam",
    "/export.csv",
    "/x/y/z",
];

/// The lines of a text, as they are written: trimmed, and none of them blank.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Whether a line opens everything; of a domain, also a whole site, or whatever somebody adds a query to.
pub fn opens_everything(line: &str, domain_level: bool, matches: Matches) -> bool {
    opens(line, domain_level, matches).contains(&Opens::Everything)
}

/// Whether an outpost reads a line as browsers do: only then do these know what it finds.
pub fn is_read_alike(line: &str) -> bool {
    scan(line).is_ok()
}

/// What a line opens, alternative by alternative.
pub fn opens(line: &str, domain_level: bool, matches: Matches) -> Vec<Opens> {
    let any = match scan(line) {
        Ok(any) => any,
        Err(known) => return vec![known],
    };
    // One that compiles and has an empty alternative besides is found in anything.
    if !matches(&format!("{line}|"), "") {
        return vec![Opens::Unreadable];
    }
    let host = if domain_level { UNNAMED_HOST } else { "" };
    let found = |path: &&str| matches(line, &format!("{host}{path}"));
    if UNNAMED.iter().all(found) {
        return vec![Opens::Everything];
    }
    let shape = if domain_level { address } else { path };
    let mut all: Vec<Opens> = alternatives(line).into_iter().map(shape).collect();
    if all.contains(&Opens::Everything) {
        return all;
    }
    let usual = || USUAL.into_iter().filter(found);
    if let Some(also) = usual().next().filter(|_| usual().count() * 4 > USUAL.len()) {
        return vec![Opens::Wide(also)];
    }
    if any && all.iter().any(|opens| *opens != Opens::Never) {
        all.push(Opens::AnyCharacter);
    }
    all
}

/// An alternative that is looked for in the path.
fn path(one: &str) -> Opens {
    let (anchored, rest) = anchor(one);
    match shape(anchored, rest) {
        Opens::Only(text) | Opens::Below(text) | Opens::Beginning(text) if !text.starts_with('/') => {
            if text.is_empty() { Opens::Everything } else { Opens::Never }
        }
        known => known,
    }
}

/// An alternative that is looked for in the whole address. What isn't bound to the beginning is found in a query, which
/// anybody can add.
fn address(one: &str) -> Opens {
    let (true, rest) = anchor(one) else { return Opens::Everything };
    let rest = rest.replace(r"\/", "/");
    let starts = ["https://", "http://", "https?://", "(http|https)://", "(https|http)://", "(?:http|https)://"];
    let begun = starts.into_iter().find_map(|start| Some((start, rest.strip_prefix(start)?)));
    let Some((start, rest)) = begun else {
        let wild = rest.starts_with(['(', '[', '.', '\\']) || rest.starts_with('h') || rest.is_empty();
        return if wild { Opens::Everything } else { Opens::Never };
    };
    let any = ["[^/]+", "[^/]*"].into_iter().find_map(|any| rest.strip_prefix(any));
    let end = rest.find('/').unwrap_or(rest.len());
    let written =
        literal(&rest[..end]).filter(|host| host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c)));
    let host = any.map(|_| "…".to_owned()).or(written).unwrap_or_default();
    let path = any.unwrap_or(&rest[end..]);
    if host.is_empty() || !(names_a_path(path) || path == "/$") {
        return Opens::Everything;
    }
    let site = format!("{}://{host}", if start == "http://" { "http" } else { "https" });
    match shape(true, path) {
        Opens::Only(path) => Opens::Only(site + &path),
        Opens::Below(path) => Opens::Below(site + &path),
        Opens::Beginning(path) => Opens::Beginning(site + &path),
        known => known,
    }
}

/// Whether a path begins with a letter that has to be there: without, what comes behind could stand in a query.
fn names_a_path(path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else { return false };
    let mut rest = path.strip_prefix('\\').unwrap_or(path).chars();
    let Some(first) = rest.next() else { return false };
    let escaped = path.starts_with('\\') && !first.is_ascii_alphanumeric();
    let plain = !path.starts_with('\\') && !".*+?()[]{}|^$".contains(first);
    (escaped || plain) && !rest.as_str().starts_with(['*', '?', '{'])
}

/// Whether it is bound to the beginning, and what follows.
fn anchor(one: &str) -> (bool, &str) {
    let (anchored, rest) = one.strip_prefix('^').map_or((false, one), |rest| (true, rest));
    // Anything before it is as good as no beginning.
    rest.strip_prefix(".*").map_or((anchored, rest), |rest| (false, rest))
}

fn shape(anchored: bool, rest: &str) -> Opens {
    let open = |rest: &str| [".*$", ".*", ".+"].into_iter().find_map(|tail| rest.strip_suffix(tail)).map(str::to_owned);
    if anchored && let Some(text) = rest.strip_suffix("(/.*)?$").and_then(literal) {
        return Opens::Below(text);
    }
    if let Some(text) = rest.strip_suffix('$').and_then(literal) {
        return if anchored { Opens::Only(text) } else { Opens::Ending(text) };
    }
    match literal(&open(rest).unwrap_or_else(|| rest.to_owned())) {
        Some(text) if anchored => Opens::Beginning(text),
        Some(text) if text.is_empty() => Opens::Everything,
        Some(text) => Opens::Anywhere(text),
        None => Opens::Found,
    }
}

/// The text that an expression stands for, if it stands for one (a single dot counts as one).
fn literal(pattern: &str) -> Option<String> {
    let mut text = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => chars.next().filter(|c| !c.is_ascii_alphanumeric())?,
            c if "*+?()[]{}|^$".contains(c) => return None,
            '.' if text.ends_with('.') => return None,
            c => c,
        });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::native_matches;

    fn one(line: &str, domain: bool) -> Opens {
        let all = opens(line, domain, native_matches);
        assert_eq!(all.len(), 1, "{line}: {all:?}");
        all[0].clone()
    }

    #[test]
    fn a_line_says_which_paths_it_opens() {
        for (line, is) in [
            ("^/health$", Opens::Only("/health".into())),
            (r"^/robots\.txt$", Opens::Only("/robots.txt".into())),
            ("^/$", Opens::Only("/".into())),
            ("^/api/", Opens::Beginning("/api/".into())),
            ("^/api/.*", Opens::Beginning("/api/".into())),
            ("^/api/.*$", Opens::Beginning("/api/".into())),
            ("^/api(/.*)?$", Opens::Below("/api".into())),
            ("/health", Opens::Anywhere("/health".into())),
            (".*/health", Opens::Anywhere("/health".into())),
            ("^.*/health.*", Opens::Anywhere("/health".into())),
            (r"\.css$", Opens::Ending(".css".into())),
            ("^/v[0-9]+/ping", Opens::Found),
            ("^(/a|/b)$", Opens::Found),
            ("^api/", Opens::Never),
        ] {
            assert_eq!(one(line, false), is, "{line}");
        }
        assert_eq!(opens("^/a$|/b", false, native_matches), [Opens::Only("/a".into()), Opens::Anywhere("/b".into())]);
    }

    #[test]
    fn a_dot_without_a_backslash_is_told_to_stand_for_any_character() {
        let of = |line| opens(line, false, native_matches);
        assert_eq!(of("^/robots.txt$"), [Opens::Only("/robots.txt".into()), Opens::AnyCharacter]);
        assert_eq!(of(r"^/robots\.txt$"), [Opens::Only("/robots.txt".into())]);
        assert_eq!(of("^/api/.*"), [Opens::Beginning("/api/".into())]);
        let of = |line| opens(line, true, native_matches);
        assert_eq!(
            of("^https://a.example.com/health"),
            [Opens::Beginning("https://a.example.com/health".into()), Opens::AnyCharacter]
        );
        // Several in a row are not written for dots.
        assert_eq!(opens("^/....$", false, native_matches), [Opens::Found, Opens::AnyCharacter]);
        for line in [".....", "/....", "^/......*"] {
            assert!(opens(line, false, native_matches).iter().any(Opens::is_refused), "{line}");
        }
    }

    #[test]
    fn a_line_that_opens_much_that_has_nothing_to_do_with_it_is_refused() {
        for line in [
            ".{5}",
            "/.{4}",
            "^/.{4,}",
            "[a-z]$",
            "^/[^_]*$",
            r"^/[\w/]+$",
            "[^/]/?[a-z]$",
            "[a-z0-9]{4}",
            "a|e|i|o|u",
            "[aeiou]",
            "^/[^w]",
            r"\w{4}",
            "(/[a-z]+)+$",
            "^/.*[^2]$",
            r"^/(?:\w{4,}|\w)",
            "^/([^q]|q[^z])",
            "^/[a-z]+$",
            "^/[^/]+$",
        ] {
            let all = opens(line, false, native_matches);
            assert!(all.iter().any(Opens::is_refused), "{line}: {all:?}");
        }
        assert_eq!(one("^https://[^/]+/[a-z]+", true), Opens::Everything);
    }

    #[test]
    fn usual_lines_are_taken() {
        for line in [
            "^/api/",
            "^/health$",
            r"\.js$",
            r"\.(js|css|png|svg|ico|woff2?)$",
            r"\.[a-z]+$",
            "^/static/.*",
            "^/(app|img)/",
            "^/(api|assets|static)(/.*)?$",
            "^/a",
            r"^/\d+$",
            "[0-9]$",
            "^/v[0-9]+/ping",
            "^/[a-z]+/public/",
            r"^/[\w-]+/webhook$",
            r"^/index\.php",
            "^/$",
            "/metrics",
            r"^/\.well-known/",
            "^/share/[A-Za-z0-9]{8,}$",
            "^/(?:s|d)/[^/]+$",
        ] {
            let all = opens(line, false, native_matches);
            assert!(!all.iter().any(Opens::is_refused), "{line}: {all:?}");
        }
    }

    #[test]
    fn a_line_that_opens_everything_is_found() {
        for line in [
            "", ".*", ".", ".+", "/", "^/", "^/.*", "^", "$", "^.*$", "/.*", "^/.+", "/?", "(a|)", "^/|^/x", "^/[a-z]",
            "^/[^a]", r"\w", "x*",
        ] {
            assert!(opens_everything(line, false, native_matches), "{line}");
        }
        assert!(opens_everything("^/health$|", false, native_matches), "an empty alternative");
        for line in ["^/health", "/health", "^/$", r"^/\d+$", "^/v[0-9]+/", "^/api(/.*)?$"] {
            assert!(!opens_everything(line, false, native_matches), "{line}");
        }
    }

    #[test]
    fn of_a_domain_the_whole_address_counts_and_a_query_opens_what_is_not_bound_to_its_beginning() {
        for (line, is) in [
            (r"^https://a\.example\.com/health$", Opens::Only("https://a.example.com/health".into())),
            (r"^https?://a\.example\.com:8443/api/.*", Opens::Beginning("https://a.example.com:8443/api/".into())),
            (r"^https:\/\/a\.example\.com\/api(/.*)?$", Opens::Below("https://a.example.com/api".into())),
            (r"^http://a\.example\.com/health$", Opens::Only("http://a.example.com/health".into())),
            ("^https://[^/]+/health", Opens::Beginning("https://…/health".into())),
            (r"^https://a\.example\.com/v[0-9]/x", Opens::Found),
            (r"^https://a\.example\.com/\.well-known/", Opens::Beginning("https://a.example.com/.well-known/".into())),
            ("^/health", Opens::Never),
        ] {
            assert_eq!(one(line, true), is, "{line}");
        }
        for line in [
            "/health",
            ".*/health",
            "^.*/health",
            "^https://.*/health",
            r"^https://a\.example\.com",
            r"^https://a\.example\.com/",
            r"^https://a\.example\.com/.*/health",
            r"^https://a\.example\.com/h?",
            r"^https://.+\.example\.com/health",
            r"^https://\w\.example\.com/health",
            r"^https://a\.example\.com/\w",
            r"^https://a\.example\.com/\.?health",
            "^https",
            "^",
            "",
            "zkq",
        ] {
            assert!(opens_everything(line, true, native_matches), "{line}");
        }
        assert!(opens_everything(r"^https://a\.example\.com/x|/y", true, native_matches));
    }

    #[test]
    fn lines_are_trimmed_because_a_blank_one_opens_everything() {
        assert_eq!(lines(" ^/a$ \r\n\n  \n^/b\n"), ["^/a$", "^/b"]);
    }
}
