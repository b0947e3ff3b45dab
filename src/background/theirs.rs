//! Somebody else's change that our write may have undone: authentik's events tell who wrote between our reading and our
//! write. They never tell which providers were added or removed, so those that are in no outpost now are named.

use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use super::Outside;
use crate::authentik::events::{self, Change, millis};
use crate::authentik::read::{as_int, json_text};
use crate::authentik::{Access, providers_proxy};
use crate::plan::{Journal, Later, Watched, expand};
use crate::ports::{all, page};
use crate::session;
use crate::words::{fill, work_words};

/// An event is written a moment after the list that it tells of, in milliseconds.
const MARGIN: i64 = 100;
/// How far apart our clock and authentik's may be where nothing else finds our own event, in milliseconds.
const CLOCKS: i64 = 600_000;

/// What may be lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theirs {
    /// For a person.
    pub said: String,
    /// Providers that can be put back: key and name.
    pub offer: Vec<(i64, String)>,
}

/// Whose changes may be lost; none where there are none, or where the token may not read events, which Settings says once.
/// Boxed, so that its code stands once.
pub fn theirs<'a>(
    outside: &'a impl Outside,
    access: &'a Access,
    journal: &'a Journal,
    later: &'a Later,
) -> LocalBoxFuture<'a, Option<Theirs>> {
    Box::pin(async move {
        let me = session::who(outside).await.map(|who| who.username).unwrap_or_default();
        let earlier = session::written_by_us(outside).await;
        let words = work_words();
        let mut said = Vec::new();
        let mut lists = false;
        for watched in &later.watched {
            let Some(key) = journal.values.get(&watched.key).map(text) else { continue };
            let list = events::changes_of(&watched.model, &key);
            let Ok(first) = page(outside, access, &list.pages, 1).await else { continue };
            let Ok(events) = list.rows(&[first]) else { continue };
            let who = others(journal, &events, &me, &earlier);
            if !who.is_empty() {
                lists |= watched.providers;
                said.push(says(watched, &who.join(", ")));
            }
        }
        if said.is_empty() {
            return None;
        }
        let mut offer = Vec::new();
        if lists {
            match all(outside, access, &providers_proxy::served()).await {
                Ok(rows) => {
                    let ours = ours(journal, later);
                    let unserved = rows.into_iter().filter(|row| !row.is_served && !ours.contains(&row.pk));
                    offer = unserved.map(|row| (row.pk, row.name)).collect();
                    let names: Vec<&str> = offer.iter().map(|(_, name)| name.as_str()).collect();
                    said.push(match names.as_slice() {
                        [] => words.later_foreign_none.to_owned(),
                        names => fill(words.later_foreign_lost, &[("names", &names.join(", "))]),
                    });
                }
                Err(_) => said.push(words.later_foreign_unlisted.to_owned()),
            }
            said.push(words.later_foreign_removed.to_owned());
        }
        Some(Theirs { said: said.join(" "), offer })
    })
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| json_text(value), str::to_owned)
}

fn says(watched: &Watched, who: &str) -> String {
    let words = work_words();
    let changed = fill(words.later_foreign, &[("user", who), ("what", &watched.name)]);
    if watched.providers { changed } else { format!("{changed} {}", words.later_foreign_other) }
}

/// The providers that this plan itself wants in the list.
fn ours(journal: &Journal, later: &Later) -> Vec<i64> {
    let wanted = later.looks().flat_map(|look| &look.expect).filter_map(|expect| match expect {
        crate::plan::Expect::Has(_, value) => as_int(&expand(value, &journal.values)?),
        _ => None,
    });
    wanted.collect()
}

/// Who else wrote between one of our readings and the write that was made from it, each once.
/// `earlier`: the requests of our own earlier plans.
fn others(journal: &Journal, events: &[Change], me: &str, earlier: &[String]) -> Vec<String> {
    let looking = &journal.looking;
    let is_own = |event: &Change| {
        let mut known = looking.written.iter().map(|written| &written.id).chain(earlier);
        !event.request_id.is_empty() && known.any(|id| *id == event.request_id)
    };
    let mut who: Vec<String> = Vec::new();
    for written in &looking.written {
        let own = if written.id.is_empty() {
            events.iter().find(|event| event.username == me && !is_own(event) && near(event, looking.since))
        } else {
            events.iter().find(|event| event.request_id == written.id)
        };
        let Some((own, at)) = own.and_then(|own| Some((own, millis(&own.created)?))) else { continue };
        let from = at - whole(written.took) - MARGIN;
        // Newest first: what stands behind ours was written before it.
        let before = events.iter().skip_while(|event| event.pk != own.pk).skip(1);
        for event in before.filter(|event| !is_own(event)) {
            if millis(&event.created).is_some_and(|created| created > from) {
                let name = if event.username.is_empty() { work_words().somebody } else { &event.username };
                if !who.iter().any(|known| known == name) {
                    who.push(name.to_owned());
                }
            }
        }
    }
    who
}

fn near(event: &Change, since: Option<f64>) -> bool {
    let at = millis(&event.created);
    since.zip(at).is_some_and(|(since, at)| (at - whole(since)).abs() < CLOCKS)
}

#[allow(clippy::cast_possible_truncation, reason = "milliseconds, of which there are fewer than 2^53")]
fn whole(ms: f64) -> i64 {
    ms as i64
}
