//! What authentik has noted about a gate: its own `configuration_error` events.

use super::meaning::Meaning;
use super::{Certainty, Found, Gate};
use crate::authentik::ApiError;
use crate::authentik::events::{Event, seconds};
use crate::screens::Verdict;
use crate::words::{error_text, fill, gate_words};

/// So far back it is looked, in seconds.
const A_DAY: i64 = 86_400;

/// One complaint, however often it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// authentik's own words.
    pub message: String,
    /// How long ago it was made last, in minutes.
    pub minutes: i64,
    /// How often.
    pub count: usize,
}

impl Noted {
    /// The complaints of the last day about this gate, newest first. `now` is in seconds since 1970.
    pub fn about(gate: &Gate, events: &[Event], now: i64) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for event in events.iter().filter(|event| is_about(event, gate)) {
            let Some(age) = seconds(&event.created).map(|created| now - created).filter(|age| *age <= A_DAY) else {
                continue;
            };
            match all.iter_mut().find(|noted| noted.message == event.message) {
                Some(noted) => noted.count += 1,
                None => all.push(Self { message: event.message.clone(), minutes: age.max(0) / 60, count: 1 }),
            }
        }
        all
    }

    /// What it means and what to do, where that is known.
    pub fn meaning(&self) -> Option<&'static str> {
        let words = gate_words();
        // The outpost's words: `Outpost … (Provider …) failed to detect a forward URL from Traefik` (or Caddy, or nginx).
        let (_, from) = self.message.split_once("failed to detect a forward URL from ")?;
        Some(if from.starts_with("nginx") { words.headers_nginx } else { words.headers_traefik })
    }
}

/// By the provider, or by the host that the proxy named.
fn is_about(event: &Event, gate: &Gate) -> bool {
    let by_name = !event.provider_name.is_empty() && event.provider_name == gate.provider.name;
    match event.provider {
        Some(pk) => pk == gate.provider.pk,
        None => by_name || event.host == gate.site.authority(),
    }
}

/// What it says beside `root`, what the front page means now.
pub fn found(noted: &Result<Vec<Noted>, ApiError>, root: Option<&Meaning>) -> Vec<Found> {
    let words = gate_words();
    match noted {
        Ok(all) if all.is_empty() => vec![Found::new(Verdict::Good, Certainty::Certain, words.noted_nothing, "")],
        Ok(all) => all
            .iter()
            .map(|noted| {
                let (count, hours, minutes) = (noted.count.to_string(), noted.minutes / 60, noted.minutes);
                let when = match hours {
                    _ if minutes == 0 => words.just_now.to_owned(),
                    0..2 => fill(words.minutes, &[("minutes", &minutes.to_string())]),
                    _ => fill(words.hours, &[("hours", &hours.to_string())]),
                };
                let template = if noted.count > 1 { words.noted_often } else { words.noted };
                let says = fill(template, &[("when", &when), ("count", &count), ("message", &noted.message)]);
                let (is, todo) = match root {
                    // Its meaning stands there already.
                    Some(Meaning::NoHeaders) => (Verdict::Bad, ""),
                    Some(Meaning::Status(500..)) => (Verdict::Bad, noted.meaning().unwrap_or_default()),
                    // What was put right since is not what is wrong now.
                    _ => (Verdict::Unsure, words.noted_past),
                };
                Found::new(is, Certainty::Certain, says, todo)
            })
            .collect(),
        Err(error) if error.is_denied() => {
            vec![Found::new(Verdict::Unsure, Certainty::Unknown, words.noted_denied, "")]
        }
        Err(error) => {
            let says = fill(words.noted_failed, &[("why", &error_text(error))]);
            vec![Found::new(Verdict::Unsure, Certainty::Unknown, says, "")]
        }
    }
}
