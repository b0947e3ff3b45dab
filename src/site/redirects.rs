//! Which origins a redirect URI names that is a regular expression: those that its alternatives begin with to the letter.
//! Nothing is matched, so no library is needed.

use crate::authentik::pattern::alternatives;

/// The addresses that the expression's alternatives begin with, each up to the end of the origin; one that leaves the
/// host open names none. The server wants the whole to match (Python `re.fullmatch`), so `^` may be missing.
pub fn names(expression: &str) -> Vec<String> {
    alternatives(expression).into_iter().filter_map(beginning).collect()
}

/// The literal origin at the beginning.
fn beginning(expression: &str) -> Option<String> {
    let mut origin = String::new();
    let mut rest = expression.strip_prefix('^').unwrap_or(expression).chars().peekable();
    let mut slashes = 0;
    while let Some(c) = rest.next() {
        let literal = match c {
            '\\' => rest.next().filter(|c| !c.is_ascii_alphanumeric())?,
            // People forget to escape it; then it stands for itself too, unless something says how often.
            '.' if matches!(rest.peek(), Some('*' | '+' | '?' | '{')) => break,
            '$' | '(' => break,
            '[' | '*' | '+' | '?' | '{' | ')' => return None,
            c => c,
        };
        // A character that may be missing, or come again, is not to the letter; a slash ends the host all the same.
        let loose = matches!(rest.peek(), Some('*' | '+' | '?' | '{'));
        if literal == '/' {
            slashes += 1;
            if slashes == 3 {
                break;
            }
        }
        if loose {
            return None;
        }
        if literal == '?' || literal == '#' {
            break;
        }
        origin.push(literal);
    }
    // Behind the scheme a host has to stand.
    let (_, authority) = origin.split_once("://")?;
    (!authority.is_empty() && !authority.ends_with(['.', '-', ':', '@'])).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn the_literal_beginning_names_the_origin() {
        for (expression, named) in [
            (r"^https://grafana\.example\.com/.*", "https://grafana.example.com"),
            (r"^https://grafana\.example\.com/.*$", "https://grafana.example.com"),
            (r"https://grafana\.example\.com/login/(generic_oauth|x)", "https://grafana.example.com"),
            (r"https:\/\/grafana\.example\.com\/.*", "https://grafana.example.com"),
            (r"https://grafana.example.com/.*", "https://grafana.example.com"),
            (r"https://grafana\.example\.com.*", "https://grafana.example.com"),
            (r"https://my\-app\.example:8443(/.*)?$", "https://my-app.example:8443"),
            (r"https://a\.example/?.*", "https://a.example"),
            (r"https://\[::1\]:8080/cb", "https://[::1]:8080"),
            (r"https://a\.example\?code=.*", "https://a.example"),
        ] {
            assert_eq!(names(expression), [named], "{expression}");
        }
    }

    #[test]
    fn a_host_that_is_left_open_is_not_named() {
        for expression in [
            ".*",
            "^.*$",
            "",
            "https://.*",
            r"https://.*\.example\.com/cb",
            r"https://[a-z]+\.example\.com/cb",
            r"https://(a|b)\.example\.com/cb",
            r"https?://a\.example/cb",
            r"https://a\.examples?/cb",
            r"https://a\.example\d/cb",
            r"https://a\..*",
            "(",
            "\\",
        ] {
            assert_eq!(names(expression), Vec::<String>::new(), "{expression}");
        }
    }

    #[test]
    fn each_alternative_is_looked_at() {
        assert_eq!(names(r"https://a\.example/(x|y)|https://b\.example/z"), ["https://a.example", "https://b.example"]);
    }
}
