//! A name and a slug for a site, from its title and host. The page writes its title: it is text, and it is cut.

use crate::authentik::read::{lower, misleads};

/// How long a name we propose may be, in characters.
const LONGEST_NAME: usize = 60;

/// A name for people: the part of the title that names the service, or the host's first label.
pub fn name_from(title: &str, host: &str) -> String {
    let clean: String = title.chars().take(4096).map(|c| if misleads(c) { ' ' } else { c }).collect();
    // "Dashboards - Grafana", "Larder – pantry inventory | home": services put their name first or last.
    let parts: Vec<&str> = clean
        .split(['|', '–', '—', '·', '•'])
        .flat_map(|p| p.split(" - "))
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect();
    let label = lower(first_label(host));
    let known = parts.iter().find(|part| label.len() > 2 && lower(part).contains(&label));
    let shortest = || parts.iter().min_by_key(|part| part.chars().count());
    let words = known.or_else(shortest).copied().unwrap_or_default();
    let name: String = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_NAME).collect();
    if name.trim().is_empty() || looks_like_an_address(&name) {
        capitalised(first_label(host))
    } else {
        name.trim().to_owned()
    }
}

/// A slug from a name: what authentik takes, at most 50 characters.
pub fn slug_from(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
        if slug.len() >= 48 {
            break;
        }
    }
    slug.trim_matches('-').to_owned()
}

fn first_label(host: &str) -> &str {
    if host.starts_with('[') || host.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return host;
    }
    host.strip_prefix("www.").unwrap_or(host).split('.').next().unwrap_or(host)
}

fn looks_like_an_address(name: &str) -> bool {
    name.contains("://") || (!name.contains(' ') && name.contains('.') && name.contains('/'))
}

fn capitalised(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_part_of_the_title_that_names_the_service() {
        for (title, host, name) in [
            ("Dashboards - Grafana", "grafana.example.com", "Grafana"),
            ("Larder – pantry inventory", "site.localhost", "Larder"),
            ("", "sonarr.example.com", "Sonarr"),
            ("https://x.example/path", "x.example", "X"),
            ("", "10.0.0.5", "10.0.0.5"),
            ("Grafana", "www.metrics.example", "Grafana"),
        ] {
            assert_eq!(name_from(title, host), name, "{title:?}");
        }
    }

    #[test]
    fn fault_31_a_hostile_title_becomes_a_short_plain_name() {
        let name = name_from(&format!("\u{202e}{}\n<script>alert(1)</script>", "x".repeat(1_000_000)), "site.example");
        assert!(name.chars().count() <= 60 && !name.contains(['\n', '\u{202e}']), "{name:?}");
    }

    #[test]
    fn a_slug_is_what_authentik_takes() {
        assert_eq!(slug_from("Larder: Pantry & Co."), "larder-pantry-co");
        assert_eq!(slug_from("Gäste"), "gaeste");
        assert_eq!(slug_from("日本"), "");
        assert!(slug_from(&"long name ".repeat(20)).len() <= 50);
    }
}
