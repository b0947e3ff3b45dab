//! What the evidence means, as a whole and line by line.

use super::evidence::{Asked, Evidence, Seen};
use super::front::pages;
use super::meaning::{Meaning, meaning};
use super::{Found, Gate, Holds, Outcome, around, noted};
use crate::authentik::BaseUrl;
use crate::screens::Verdict;
use crate::site::Inventory;

/// What a front page and all the others mean.
pub struct Pages {
    /// The front page.
    pub root: Meaning,
    /// A page that nobody has made.
    pub other: Meaning,
    /// Asked by the extension, which sees where it is led.
    pub sure: bool,
}

/// Judges. `inventory` names the provider that a login is for, where it is another one.
pub fn judge(evidence: &Evidence, gate: &Gate, base: &BaseUrl, inventory: &Inventory) -> Outcome {
    let of = |asked: &Asked, sure| Pages {
        root: meaning(&asked.root, gate, base),
        other: meaning(&asked.other, gate, base),
        sure,
    };
    // What a service worker may have answered counts for nothing.
    let page = match &evidence.page {
        Seen::Page(page) if !page.worker => Some(page),
        _ => None,
    };
    let from_page = page.map(|page| of(&page.asked, false));
    let stranger = evidence.stranger.as_ref().map(|asked| of(asked, true));
    let more = evidence.stranger.as_ref().map(|asked| around::more(&asked.more, gate, base)).unwrap_or_default();
    let holds = match holds(stranger.as_ref(), from_page.as_ref()) {
        Holds::Closed => but_for(evidence, &more),
        Holds::NotKnown | Holds::Nobody if more.iter().any(|found| found.is == Verdict::Bad) => Holds::Open,
        holds => holds,
    };
    let mut found = Vec::new();
    match (&stranger, &from_page) {
        (Some(stranger), Some(from_page)) if (is_in(from_page) || came_through(from_page)) && !is_in(stranger) => {
            // The page was let in where the extension was not: the worse of the two counts, and is said first.
            found.extend(pages(from_page, evidence, inventory));
            found.extend(pages(stranger, evidence, inventory));
        }
        (Some(best), _) | (None, Some(best)) => found.extend(pages(best, evidence, inventory)),
        (None, None) => {}
    }
    found.extend(more);
    found.extend(around::page(&evidence.page, stranger.is_some()));
    let best = stranger.as_ref().or(from_page.as_ref());
    let single = gate.provider.mode != "forward_domain";
    let asked = evidence.stranger.as_ref().or(page.map(|page| &page.asked));
    // Where the start of the login isn't routed, that is said already.
    let said = best.is_some_and(|pages| pages.root == Meaning::StartUnrouted);
    if let Some(asked) = asked.filter(|_| single && !said) {
        let logs_in = stranger.as_ref().is_some_and(|pages| pages.root == Meaning::Login);
        found.extend(around::routing(asked, logs_in, gate, base));
    }
    found.extend(around::open_paths(evidence));
    found.extend(noted::found(&evidence.noted, best.map(|pages| &pages.root)));
    Outcome { holds, found }
}

/// What was closed at the front page and at one that nobody made, with what else is known.
fn but_for(evidence: &Evidence, more: &[Found]) -> Holds {
    if more.iter().any(|found| found.is == Verdict::Bad) {
        return Holds::Open;
    }
    match &evidence.open_paths {
        Ok(lines) if more.is_empty() && lines.is_empty() => Holds::Closed,
        Ok(_) if more.is_empty() => Holds::LeftOpen,
        _ => Holds::NotKnown,
    }
}

fn is_in(pages: &Pages) -> bool {
    matches!(pages.root, Meaning::In(_)) || matches!(pages.other, Meaning::In(_))
}

/// The site itself said something, if only that there is nothing: the question came through the gate.
fn came_through(pages: &Pages) -> bool {
    let answered =
        |meaning: &Meaning| matches!(meaning, Meaning::Status(_) | Meaning::Refused | Meaning::StartUnrouted);
    answered(&pages.root) || answered(&pages.other)
}

/// The worst that anybody saw; closed only where the extension was led to the login for this very provider, from the front
/// page and from another one, and the page in the tab was not answered by the site itself.
fn holds(stranger: Option<&Pages>, page: Option<&Pages>) -> Holds {
    let is_broken = |meaning: &Meaning| matches!(meaning, Meaning::NoHeaders | Meaning::UnknownHost(_));
    if [stranger, page].into_iter().flatten().any(is_in) {
        return Holds::Open;
    }
    match stranger.or(page) {
        Some(pages) if pages.sure && page.is_some_and(came_through) && pages.root == Meaning::Login => Holds::NotKnown,
        Some(pages) if pages.sure && pages.root == Meaning::Login && pages.other == Meaning::Login => Holds::Closed,
        Some(pages) if is_broken(&pages.root) && is_broken(&pages.other) => Holds::Nobody,
        _ => Holds::NotKnown,
    }
}
