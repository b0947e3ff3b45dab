//! What may come of an interruption: one of the two ends, or a question of which both answers lead to an end.

use std::collections::BTreeMap;

use gatewright::authentik::Method;
use gatewright::plan::{Choice, Journal, Kind, Mark, Order, Phase, Step, Undo, expand_path, holds};
use gatewright::ports::{Http as _, Worker as _, native_matches, native_url};
use gatewright::screens::{App, Event, Route, Screen, Work, load};
use gatewright::session::{access, load_records};
use serde_json::{Value, json};

use crate::moments::{Moment, Stage, history};

/// What authentik holds at the two ends of a change.
pub struct Ends {
    finished: Option<Value>,
    taken_back: Value,
}

impl Ends {
    /// From a run that nothing interrupts.
    pub async fn without_interruption(stage: &Stage<'_>) -> Self {
        let before = held(stage);
        // A request whose answer is lost is not the one that is refused: then it succeeds.
        stage.set.control.clear_faults();
        stage.world.order(&stage.order).await;
        let finished = Some(held(stage)).filter(|_| stage.is_refused());
        stage.afresh();
        stage.world.order(&stage.order).await;
        let journal = stage.journal().await.expect("a journal");
        let after = held(stage);
        let undone = matches!(stage.order, Order::Undo { .. });
        match &journal.phase {
            Phase::Done => {
                assert_ne!(after, before);
                Self { finished: Some(after), taken_back: before }
            }
            Phase::TakenBack(_) if undone => {
                assert_ne!(after, before);
                Self { finished: None, taken_back: after }
            }
            Phase::TakenBack(_) => {
                assert!(finished.is_some() && after == before, "it was refused, and nothing may be left");
                Self { finished, taken_back: before }
            }
            other => panic!("{other:?}: {:?}", journal.marks),
        }
    }

    /// Whether the stage is at an end; or is asked about, and each answer leads to one. Says whether it was asked.
    pub async fn are_reached(&self, stage: &Stage<'_>, moment: &Moment) -> bool {
        let journal = stage.journal().await;
        let told = shown(stage).await;
        let Some(journal) = journal else {
            // Nothing was begun.
            let before = self.finished.is_some() || !matches!(stage.order, Order::Undo { .. });
            assert!(!before || held(stage) == self.taken_back, "{moment:?}");
            return false;
        };
        let seen = || format!("{moment:?}: {:?} {:?}\n  after {}", journal.phase, journal.marks, history(&stage.world));
        match &journal.phase {
            Phase::Done | Phase::TakenBack(_) => {
                self.is_an_end(stage, &journal, &told, &seen()).await;
                false
            }
            Phase::Asking(why) | Phase::Stuck(why) => {
                assert!(told == Screen::Work(Work::Asking) && is_a_sentence(why), "{}", seen());
                self.no_mark_lies(stage, &journal, &seen()).await;
                let scene = stage.scene();
                let mut answers = 0;
                for choice in [Choice::Finish, Choice::TakeBack] {
                    let stuck = matches!(journal.phase, Phase::Stuck(_));
                    if (choice == Choice::Finish && stuck) || (choice == Choice::TakeBack && !journal.can_go_back()) {
                        continue;
                    }
                    stage.put_back(&scene);
                    stage.world.order(&Order::Answer { choice }).await;
                    self.answer_leads_to_an_end(stage, choice, &seen()).await;
                    answers += 1;
                }
                assert!(answers > 0, "{}", seen());
                true
            }
            other => panic!("{other:?}: it neither goes on nor asks; {}", seen()),
        }
    }

    async fn answer_leads_to_an_end(&self, stage: &Stage<'_>, choice: Choice, seen: &str) {
        let mut journal = stage.journal().await.expect("a journal");
        let seen = format!("{choice:?} after {seen}\n  now {:?} {:?}", journal.phase, journal.marks);
        // What was deleted can't come back: that is said, and then there is one way left.
        if choice == Choice::TakeBack && matches!(journal.phase, Phase::Asking(_)) {
            assert!(!journal.can_go_back() && journal.plan.kind == Kind::RemoveProtection, "{seen}");
            self.no_mark_lies(stage, &journal, &seen).await;
            stage.world.order(&Order::Answer { choice: Choice::Finish }).await;
            journal = stage.journal().await.expect("a journal");
            assert_eq!(journal.phase, Phase::Done, "{seen}");
        } else if choice == Choice::Finish && self.finished.is_some() && !stage.is_refused() {
            assert_eq!(journal.phase, Phase::Done, "{seen}");
        } else {
            let refused = choice == Choice::Finish && journal.phase == Phase::Done && stage.is_refused();
            assert!(refused || matches!(journal.phase, Phase::TakenBack(_)), "{seen}");
        }
        let told = shown(stage).await;
        self.is_an_end(stage, &journal, &told, &seen).await;
    }

    async fn is_an_end(&self, stage: &Stage<'_>, journal: &Journal, told: &Screen, seen: &str) {
        let records = load_records(&stage.world).await;
        let record = records.iter().find(|record| record.journal.plan.id == journal.plan.id);
        let writes = || journal.plan.steps.iter().zip(&journal.marks).filter(|(step, _)| is_write(step));
        if journal.phase == Phase::Done && !journal.seen {
            assert_eq!(Some(held(stage)), self.finished, "{seen}");
            assert!(journal.marks.iter().all(|mark| *mark == Mark::Done), "{seen}");
            assert_eq!(*told, Screen::Work(Work::Done), "{seen}");
            assert!(record.is_some_and(|record| !record.undone), "it can be undone: {seen}");
        } else if let Phase::TakenBack(why) = &journal.phase {
            assert_eq!(held(stage), self.taken_back, "{seen}");
            assert!(!writes().any(|(_, mark)| matches!(mark, Mark::Done | Mark::Sent | Mark::Left(_))), "{seen}");
            assert!(*told == Screen::Work(Work::TakenBack) && is_a_sentence(why), "{seen}");
            assert!(record.is_some_and(|record| record.undone), "{seen}");
        } else {
            // Undo had not begun: the change stands as it did, and can be undone.
            assert!(matches!(stage.order, Order::Undo { .. }), "{seen}");
            assert!(record.is_some_and(|record| !record.undone), "{seen}");
        }
        assert!(!stage.world.alarm.get(), "nobody is woken for nothing: {seen}");
    }

    /// No step is told as done that isn't, nor as taken back that is there.
    async fn no_mark_lies(&self, stage: &Stage<'_>, journal: &Journal, seen: &str) {
        for (step, mark) in journal.plan.steps.iter().zip(&journal.marks).filter(|(step, _)| is_write(step)) {
            let there = is_there(stage, step, journal).await;
            assert!(!(*mark == Mark::Done && there == Some(false)), "{}: {seen}", step.says);
            assert!(!(*mark == Mark::TakenBack && there == Some(true)), "{}: {seen}", step.says);
            if let Mark::Left(why) | Mark::Failed(why) = mark {
                assert!(is_a_sentence(why), "{seen}");
            }
            // What could not be taken back is named, and where it stands.
            if matches!(mark, Mark::Left(_)) && matches!(&step.undo, Undo::By(_)) {
                assert!(!journal.left.is_empty() && journal.left.iter().all(|thing| !thing.path.is_empty()), "{seen}");
            }
        }
    }
}

fn is_write(step: &Step) -> bool {
    step.action.method != Method::Get
}

fn is_a_sentence(why: &str) -> bool {
    why.split_whitespace().count() >= 3 && !why.contains("/provider") && !why.contains('{')
}

/// What the popup shows when it is opened now.
async fn shown(stage: &Stage<'_>) -> Screen {
    let mut app = App::new(Route::Site, true, native_url, native_matches);
    app.on(Event::Loaded(Box::new(load(&stage.world).await)));
    app.screen()
}

/// Whether what a step did is there; none if that can't be said.
async fn is_there(stage: &Stage<'_>, step: &Step, journal: &Journal) -> Option<bool> {
    let probe = step.probe.as_ref()?;
    let access = access(&stage.world).await?;
    let mut values = journal.values.clone();
    for read in &probe.reads {
        let request = gatewright::authentik::Request::get(expand_path(&read.path, &values)?);
        let answer = stage.world.send(&access, &request).await.expect("an answer");
        if answer.status == 404 {
            return Some(probe.gone_means_applied);
        }
        if probe.gone_means_applied {
            return Some(false);
        }
        let body: Value = serde_json::from_str(&answer.body).expect("JSON");
        if !read.expect.iter().all(|expect| holds(expect, &body, &values)) {
            return Some(false);
        }
        for (name, pointer) in &read.keep {
            values.insert(name.clone(), body.pointer(pointer).cloned().unwrap_or_default());
        }
    }
    Some(true)
}

/// What authentik holds; what it gave new names to is called by its place, and a secret is a secret.
fn held(at: &Stage<'_>) -> Value {
    let state = at.set.control.state();
    let mut names = BTreeMap::new();
    for (list, row) in ["applications", "providers", "certificates", "scope_mappings"].iter().flat_map(|list| {
        let rows = state[list].as_array().cloned().unwrap_or_default();
        rows.into_iter().map(move |row| (list, row))
    }) {
        let name = row["slug"].as_str().or(row["name"].as_str()).unwrap_or_default();
        names.insert(row["pk"].to_string(), format!("{list}/{name}"));
    }
    let mut state = named(&state, &names);
    for provider in state["providers"].as_array_mut().into_iter().flatten() {
        provider["oauth"]["client_secret"] = json!("secret");
        // A proxy's is authentik's to make; an app's is the plan's.
        if !provider["proxy"].is_null() {
            provider["oauth"]["client_id"] = json!("id");
        }
    }
    for key in state["certificates"].as_array_mut().into_iter().flatten() {
        for made in [
            "fingerprint_sha256",
            "fingerprint_sha1",
            "cert_expiry",
            "certificate_download_url",
            "private_key_download_url",
        ] {
            key[made] = Value::Null;
        }
    }
    for row in state["bindings"].as_array_mut().into_iter().flatten() {
        row["pk"] = Value::Null;
    }
    // Sets, whose order says nothing.
    sort(&mut state["bindings"]);
    for (list, set) in [("providers", "property_mappings"), ("outposts", "providers")] {
        state[list].as_array_mut().into_iter().flatten().for_each(|row| sort(&mut row[set]));
    }
    state
}

fn sort(set: &mut Value) {
    if let Some(entries) = set.as_array_mut() {
        entries.sort_by_key(Value::to_string);
    }
}

fn named(value: &Value, names: &BTreeMap<String, String>) -> Value {
    match value {
        Value::Array(list) => list.iter().map(|entry| named(entry, names)).collect(),
        Value::Object(map) => map.iter().map(|(key, entry)| (key.clone(), named(entry, names))).collect(),
        other => names.get(&other.to_string()).map_or_else(|| other.clone(), |name| json!(name)),
    }
}
