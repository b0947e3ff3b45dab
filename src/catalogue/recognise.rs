//! Recognises a service by what its page shows: strong signs, the title, the path, the host.

use super::Catalogue;
use super::service::{Rule, Service};

/// What was looked up in a page.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Page {
    /// `<meta>` elements: `name` or `property`, and `content`.
    pub metas: Vec<(String, String)>,
    /// Those of `Catalogue::selectors` that matched.
    pub found: Vec<String>,
    /// Address of its icon.
    pub icon: Option<String>,
}

/// What is known of a tab.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// Its title.
    pub title: &'a str,
    /// Host, without port.
    pub host: &'a str,
    /// Path, beginning with a slash.
    pub path: &'a str,
    /// What its page holds, where we could look.
    pub page: Option<&'a Page>,
}

/// How sure we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// Several signs say so and none contradicts.
    Looks,
    /// It might be.
    Perhaps,
}

/// What is enough to say that a page looks like a service.
const ENOUGH: u8 = 3;
/// What a strong sign counts: it is in no other service's pages.
const STRONG: u8 = 3;
/// What stands between the parts of a title. Not the colon: it is for headlines.
const BETWEEN: [&str; 7] = [" - ", " | ", " · ", " – ", " — ", " • ", " / "];
/// Names below a vendor's domain that are the vendor's rather than a customer's.
const VENDORS_OWN: [&str; 10] =
    ["www", "support", "help", "docs", "blog", "community", "developer", "developers", "status", "static"];
/// Domains below which each name belongs to somebody else, and is often the name of what they write about.
const SHARED: [&str; 58] = [
    "slack.com",
    "github.io",
    "gitlab.io",
    "gitbook.io",
    "readthedocs.io",
    "netlify.app",
    "vercel.app",
    "pages.dev",
    "wordpress.com",
    "fandom.com",
    "substack.com",
    "stackexchange.com",
    "mintlify.app",
    "medium.com",
    "myshopify.com",
    "blogspot.com",
    "bandcamp.com",
    "readme.io",
    "readme.com",
    "lo4d.com",
    "uptodown.com",
    "softonic.com",
    "tumblr.com",
    "itch.io",
    "notion.site",
    "webflow.io",
    "web.app",
    "firebaseapp.com",
    "wixsite.com",
    "weebly.com",
    "squarespace.com",
    "carrd.co",
    "sourceforge.io",
    "sourceforge.net",
    "discourse.group",
    "statuspage.io",
    "atlassian.net",
    "zendesk.com",
    "freshdesk.com",
    "livejournal.com",
    "hashnode.dev",
    "ghost.io",
    "teachable.com",
    "eventbrite.com",
    "meetup.com",
    "fandom.org",
    "wikidot.com",
    "miraheze.org",
    "canny.io",
    "helpscoutdocs.com",
    "intercom.help",
    "docsend.com",
    "hubpages.com",
    "typepad.com",
    "jimdofree.com",
    "jimdosite.com",
    "strikingly.com",
    "business.site",
];
/// Second labels that belong to a country's domain rather than to somebody: `example.co.uk`.
const SECOND: [&str; 9] = ["co", "com", "org", "net", "ac", "gov", "edu", "ne", "or"];
/// Endings of hosts inside a house, below which the first label is one's own.
const PRIVATE: [&str; 8] = ["local", "lan", "home", "internal", "localhost", "localdomain", "intranet", "test"];

/// The service that a page shows, if one. `matches(pattern, text)` is the platform's regular expressions.
pub fn recognise(catalogue: &Catalogue, sight: &Sight, matches: &dyn Fn(&str, &str) -> bool) -> Option<(String, Sure)> {
    let mut best: Option<(&Service, Signs)> = None;
    let mut alone = true;
    for service in catalogue.services() {
        let signs = signs(service, sight, matches);
        if !signs.speak {
            continue;
        }
        match &best {
            Some((_, other)) if other.points > signs.points => {}
            Some((_, other)) if other.points == signs.points => alone = false,
            _ => {
                best = Some((service, signs));
                alone = true;
            }
        }
    }
    let (service, signs) = best?;
    let sure = if signs.points >= ENOUGH && alone { Sure::Looks } else { Sure::Perhaps };
    Some((service.id.clone(), sure))
}

/// What speaks for a service.
struct Signs {
    points: u8,
    /// Whether there is more than a path and a host's label, which say nothing alone.
    speak: bool,
}

fn signs(service: &Service, sight: &Sight, matches: &dyn Fn(&str, &str) -> bool) -> Signs {
    let rule = &service.recognise;
    let strong = has_strong(service, sight, matches);
    let vendor = is_vendor(service, sight.host);
    let weak = rule.sure == Rule::Weak || vendor;
    let title = rule.title.as_deref().map_or(0, |pattern| title_points(pattern, sight.title, matches));
    let title = if weak { title.min(1) } else { title };
    let mut points = title + if strong { STRONG } else { 0 };
    if !vendor {
        points += u8::from(rule.paths.iter().any(|path| begins(sight.path, path)));
        points += u8::from(names_it(service, sight.host));
    }
    Signs { points, speak: strong || title > 0 }
}

fn has_strong(service: &Service, sight: &Sight, matches: &dyn Fn(&str, &str) -> bool) -> bool {
    let rule = &service.recognise;
    if rule.hosts.iter().any(|host| is_host(sight.host, host)) {
        return true;
    }
    let Some(page) = sight.page else { return false };
    let meta = |(name, content): &(String, String)| {
        rule.meta.iter().any(|(wanted, pattern)| wanted.eq_ignore_ascii_case(name) && matches(pattern, content))
    };
    page.metas.iter().any(meta) || rule.elements.iter().any(|selector| page.found.contains(selector))
}

/// 2 if the title, or its last part, is the service's name and nothing else; 1 if the name is somewhere in it.
fn title_points(pattern: &str, title: &str, matches: &dyn Fn(&str, &str) -> bool) -> u8 {
    let title = title.trim();
    if title.is_empty() || !matches(pattern, title) {
        return 0;
    }
    let whole = format!("^(?:{pattern})$");
    let last = BETWEEN.iter().filter_map(|between| title.rfind(between).map(|at| at + between.len())).max();
    let last = title[last.unwrap_or(0)..].trim();
    if matches(&whole, title) || matches(&whole, last) { 2 } else { 1 }
}

fn begins(path: &str, beginning: &str) -> bool {
    path.strip_prefix(beginning)
        .is_some_and(|rest| rest.is_empty() || beginning.ends_with('/') || rest.starts_with(['/', '?', '#']))
}

fn is_host(host: &str, wanted: &str) -> bool {
    match wanted.strip_prefix("*.") {
        Some(domain) => {
            let customer = host.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.'));
            customer.is_some_and(|customer| !customer.is_empty() && !VENDORS_OWN.contains(&customer))
        }
        None => host == wanted,
    }
}

/// Whether a label of the host, which isn't the domain itself, is the service's name.
fn names_it(service: &Service, host: &str) -> bool {
    !SHARED.iter().any(|domain| host.ends_with(domain)) && own_labels(host).any(|label| is_named(service, label))
}

/// Whether the host is the one where the service's vendor tells about it: `grafana.com`, `docs.gitea.com`.
fn is_vendor(service: &Service, host: &str) -> bool {
    let labels = labels_of_the_domain(host);
    labels >= 2 && host.rsplit('.').nth(labels - 1).is_some_and(|label| is_named(service, label))
}

/// The labels that belong to the host's owner rather than to the domain.
fn own_labels(host: &str) -> impl Iterator<Item = &str> {
    let own = host.split('.').count().saturating_sub(labels_of_the_domain(host));
    host.split('.').take(own)
}

/// How many labels the domain has: none of a bare name, one inside a house, three below `co.uk` and the like, else two.
fn labels_of_the_domain(host: &str) -> usize {
    match host.rsplit_once('.') {
        None => 0,
        Some((_, last)) if PRIVATE.contains(&last) => 1,
        Some((rest, last)) => {
            let second = rest.rsplit('.').next().unwrap_or_default();
            if last.len() == 2 && SECOND.contains(&second) { 3 } else { 2 }
        }
    }
}

fn is_named(service: &Service, label: &str) -> bool {
    let plain = |name: &str| -> String { name.chars().filter(char::is_ascii_alphanumeric).collect() };
    let label = plain(label);
    !label.is_empty() && service.names().any(|name| plain(name).eq_ignore_ascii_case(&label))
}

#[cfg(test)]
#[path = "recognise_tests.rs"]
mod tests;
