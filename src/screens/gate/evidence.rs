//! What was answered when a site was asked as a stranger would ask: typed and cut, because the site may be hostile.

use serde_json::Value;

use super::Noted;
use crate::authentik::read::as_int;
use crate::authentik::{ApiError, BaseUrl, Reader, WebUrl};
use crate::ports::Landing;
use crate::site::Origin;

/// Texts of a site are cut to so many characters.
const LONGEST: usize = 300;

/// Where a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// At the site itself.
    Here {
        /// The HTTP status.
        status: u16,
        /// The path it ended at.
        path: String,
        /// The start of the body, where it is no success.
        text: String,
        /// authentik's own server answered (`X-authentik-id`).
        authentik: bool,
    },
    /// At another origin.
    There {
        /// The whole address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// At another origin; which one, the browser doesn't tell.
    Away,
    /// Nothing was answered.
    Silent(Why),
}

/// Why nothing was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The page's own rules forbid it to ask.
    Rules,
    /// It took too long.
    TimedOut,
    /// It failed; a browser doesn't tell why.
    NoAnswer,
}

/// What was asked at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The front page.
    pub root: Answer,
    /// A page that nobody can have made: what happens to all the others.
    pub other: Answer,
    /// The outpost's own `ping`.
    pub ping: Answer,
    /// The way back from the login; not asked from a page.
    pub callback: Option<Answer>,
    /// Further paths, where a reverse proxy often has rules of their own; not asked from a page.
    pub more: Vec<More>,
}

/// A further path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct More {
    /// The path.
    pub path: String,
    /// What was answered.
    pub answer: Answer,
    /// The provider leaves it open.
    pub left_open: bool,
}

/// What the page in the tab saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The site has a service worker in this browser, which may have answered instead.
    pub worker: bool,
    /// What it was answered.
    pub asked: Asked,
}

/// Whether the page could be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Yes.
    Page(Box<Page>),
    /// The browser doesn't let us look at the tab, or it has gone elsewhere.
    Ended,
}

/// All of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Asked from the page in the tab.
    pub page: Seen,
    /// Asked by the extension, if it may.
    pub stranger: Option<Asked>,
    /// What authentik itself has noted lately.
    pub noted: Result<Vec<Noted>, ApiError>,
    /// The provider's open paths, a line each.
    pub open_paths: Result<Vec<String>, ApiError>,
    /// The line that leaves the front page open.
    pub opens_root: Option<String>,
}

impl Answer {
    /// From where a request of the extension ended.
    pub fn of_landing(
        landing: &Landing,
        site: &Origin,
        base: &BaseUrl,
        parse: impl Fn(&str) -> Option<WebUrl>,
    ) -> Self {
        let Some(url) = parse(&landing.url) else { return Self::Silent(Why::NoAnswer) };
        // The same host under another scheme is still the site; under another port it may be anything, authentik too.
        let here = Origin::of(&url).is_some_and(|origin| {
            origin == *site || (origin.host() == site.host() && origin.authority() == site.authority())
        });
        if here && !is_below(&landing.url, base) {
            Self::Here {
                status: landing.status,
                path: short(&url.path),
                text: short(&landing.text),
                authentik: landing.authentik,
            }
        } else {
            Self::There { url: landing.url.clone(), status: landing.status }
        }
    }

    /// From what `probe.js` tells of one request.
    fn of_page(told: Option<&Reader>) -> Self {
        let Some(told) = told else { return Self::Silent(Why::NoAnswer) };
        if told.flag("away", false) {
            return Self::Away;
        }
        let status = told.get("status").and_then(|status| as_int(status.value()));
        match (status.and_then(|status| u16::try_from(status).ok()), told.text("failed").as_str()) {
            (Some(status), "") => Self::Here {
                status,
                path: short(&told.text("path")),
                text: short(&told.text("text")),
                authentik: told.flag("authentik", false),
            },
            (_, "rules") => Self::Silent(Why::Rules),
            (_, "time") => Self::Silent(Why::TimedOut),
            _ => Self::Silent(Why::NoAnswer),
        }
    }
}

impl Seen {
    /// From what `probe.js` tells, if it could be run, about a page of `site`.
    pub fn of(told: Option<&Value>, site: &Origin) -> Self {
        let Some(told) = told.map(Reader::new).filter(|told| told.text("origin") == site.to_string()) else {
            return Self::Ended;
        };
        let answer = |key| Answer::of_page(told.get(key).as_ref());
        let asked = Asked {
            root: answer("root"),
            other: answer("other"),
            ping: answer("ping"),
            callback: None,
            more: Vec::new(),
        };
        Self::Page(Box::new(Page { worker: told.flag("worker", true), asked }))
    }
}

/// Whether an address is the instance's or below it.
pub fn is_below(url: &str, base: &BaseUrl) -> bool {
    let base = base.to_string();
    url.strip_prefix(&base).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::native_url;
    use serde_json::json;

    fn site() -> Origin {
        native_url("https://larder.example.com/").and_then(|url| Origin::of(&url)).expect("an origin")
    }

    #[test]
    fn fault_31_what_a_page_tells_is_typed_and_cut_and_of_this_site_only() {
        let long = "x".repeat(1_000_000);
        let told = json!({"origin": "https://larder.example.com", "worker": "no", "root": {"status": 200, "path": long, "text": long},
            "other": {"status": "<b>", "away": 1}, "ping": ["?"]});
        let Seen::Page(page) = Seen::of(Some(&told), &site()) else { panic!("it was looked at") };
        assert!(page.worker, "what isn't known counts as a worker");
        let Answer::Here { path, text, .. } = &page.asked.root else { panic!("{:?}", page.asked.root) };
        assert_eq!((path.len(), text.len()), (LONGEST, LONGEST));
        assert_eq!(page.asked.other, Answer::Silent(Why::NoAnswer));
        assert_eq!(page.asked.ping, Answer::Silent(Why::NoAnswer));
        for other in
            [json!({"origin": "https://evil.example"}), json!({}), json!(null), json!("https://larder.example.com")]
        {
            assert_eq!(Seen::of(Some(&other), &site()), Seen::Ended, "{other}");
        }
    }

    #[test]
    fn authentik_at_another_port_of_the_sites_own_host_is_not_the_site() {
        let base = BaseUrl::from_kept("https://larder.example.com:9443").expect("a base");
        let at = |url: &str| {
            let landing = Landing { url: url.into(), status: 200, text: String::new(), authentik: false };
            Answer::of_landing(&landing, &site(), &base, native_url)
        };
        assert!(matches!(at("https://larder.example.com:9443/if/flow/x/"), Answer::There { .. }));
        assert!(matches!(at("https://larder.example.com/home"), Answer::Here { .. }));
        assert!(matches!(at("http://larder.example.com/home"), Answer::Here { .. }));
        assert!(matches!(at("https://larder.example.com.evil.example/"), Answer::There { .. }));
    }
}
