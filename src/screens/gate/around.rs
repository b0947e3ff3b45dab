//! What else has to be said about a gate: the page in the tab, the outpost's own paths, what is left open.

use super::evidence::{Answer, Asked, Evidence, More, Seen};
use super::meaning::{Meaning, OUTPOST, meaning};
use super::{Certainty, Found, Gate};
use crate::authentik::BaseUrl;
use crate::screens::Verdict;
use crate::words::{error_text, fill, gate_words};

/// What has to be said about the page in the tab. If the extension itself has asked, the page isn't missed.
pub fn page(page: &Seen, asked_itself: bool) -> Option<Found> {
    let words = gate_words();
    match page {
        Seen::Page(page) if page.worker => {
            let todo = if asked_itself { "" } else { words.worker_todo };
            Some(Found::new(Verdict::Unsure, Certainty::Unknown, words.worker, todo))
        }
        Seen::Ended if !asked_itself => {
            Some(Found::new(Verdict::Unsure, Certainty::Unknown, words.ended, words.ended_todo))
        }
        _ => None,
    }
}

/// Whether the outpost's own paths lead to it. For a whole domain they needn't, at the site.
pub fn routing(asked: &Asked, logs_in: bool, gate: &Gate, base: &BaseUrl) -> Option<Found> {
    use Certainty::{Certain, Probable};
    use Verdict::{Bad, Good, Unsure};
    let words = gate_words();
    let is_ping = matches!(asked.ping, Answer::Here { status: 204, .. });
    let back = asked.callback.as_ref().filter(|_| logs_in);
    match (is_ping, back) {
        // Without a login to come back from, an outpost leads to the site and so to the login, or says 400 (proxyv2,
        // application/oauth_callback.go).
        (false, Some(back)) => Some(match (back, meaning(back, gate, base)) {
            (_, Meaning::Login) | (Answer::Here { status: 400, .. }, _) => {
                Found::new(Unsure, Certain, words.ping_not, words.ping_not_todo)
            }
            (Answer::Here { path, .. }, Meaning::StartUnrouted | Meaning::In(_)) if path.starts_with(OUTPOST) => {
                Found::new(Bad, Certain, words.callback_not, words.unrouted_todo)
            }
            _ => Found::new(Unsure, Probable, words.ping_not, words.ping_not_todo),
        }),
        (true, Some(_)) => Some(Found::new(Good, Certain, words.callback, "")),
        (true, None) => Some(Found::new(Good, Certain, words.ping, "")),
        // A front page that said nothing, or was open, has said enough.
        (false, None) => match asked.ping {
            Answer::Silent(_) => None,
            _ => Some(Found::new(Unsure, Probable, words.ping_not, words.ping_not_todo)),
        },
    }
}

/// Further paths that are not closed, and not left open on purpose: nothing where all of them lead to the login.
pub fn more(more: &[More], gate: &Gate, base: &BaseUrl) -> Vec<Found> {
    let words = gate_words();
    let look = |one: &More| {
        let named =
            |template: &str, status: u16| fill(template, &[("path", &one.path), ("status", &status.to_string())]);
        match meaning(&one.answer, gate, base) {
            Meaning::In(_) => {
                Some(Found::new(Verdict::Bad, Certainty::Certain, named(words.more_open, 0), words.more_todo))
            }
            // Whoever says that there is nothing was asked.
            Meaning::Status(status) | Meaning::LoginFails(status) => {
                let says = named(words.more_answered, status);
                Some(Found::new(Verdict::Unsure, Certainty::Probable, says, words.more_todo))
            }
            Meaning::Refused => {
                let says = named(words.more_answered, 401);
                Some(Found::new(Verdict::Unsure, Certainty::Probable, says, words.more_todo))
            }
            Meaning::Login => None,
            _ => Some(Found::new(Verdict::Unsure, Certainty::Unknown, named(words.more_differs, 0), words.more_todo)),
        }
    };
    more.iter().filter(|one| !one.left_open).filter_map(look).collect()
}

/// What the provider leaves open.
pub fn open_paths(evidence: &Evidence) -> Option<Found> {
    let words = gate_words();
    match &evidence.open_paths {
        Ok(lines) if lines.is_empty() => None,
        Ok(lines) => {
            let says = fill(words.open_paths, &[("paths", &lines.join(", "))]);
            Some(Found::new(Verdict::Unsure, Certainty::Certain, says, ""))
        }
        Err(error) => {
            let says = fill(words.open_paths_unknown, &[("why", &error_text(error))]);
            Some(Found::new(Verdict::Unsure, Certainty::Unknown, says, ""))
        }
    }
}
