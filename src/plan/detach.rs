//! "Take it out of the outpost": of two providers for one host the outpost serves one, so the other leaves the list.

use serde_json::{Value, json};

use super::{Action, Expect, Kind, Later, Plan, Probe, Step, Undo, Watched, by_stage, known};
use crate::authentik::Method;
use crate::authentik::outposts;
use crate::site::Origin;
use crate::words::{fill, fill_marked, why_words, words};

/// What leaves which outposts, and what stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detachment {
    /// The provider that is kept.
    pub keeps: i64,
    /// The providers that leave, as (key, name).
    pub leave: Vec<(i64, String)>,
    /// The outposts that they leave, as (UUID, name).
    pub outposts: Vec<(String, String)>,
}

/// The plan. Whoever is kept must still be in the list: otherwise nobody would be left at the gate.
pub fn take_out(id: String, origin: &Origin, what: &Detachment) -> Plan {
    let names: Vec<&str> = what.leave.iter().map(|(_, name)| name.as_str()).collect();
    let names = names.join(", ");
    let leave: Vec<Value> = what.leave.iter().map(|(pk, _)| json!(pk)).collect();
    let mut values = json!({});
    let mut steps = Vec::new();
    for (number, (pk, outpost)) in what.outposts.iter().enumerate() {
        values[format!("outpost_{number}")] = json!(pk);
        let says = fill_marked(why_words().step_take_out, &[("name", &names), ("outpost", outpost)]);
        let [read, write] = detach(number, says, &leave, outpost);
        let action = read.action.expecting(Expect::Has("/providers".into(), json!(what.keeps)));
        steps.extend([Step { action, ..read }, write]);
    }
    let steps = by_stage(steps);
    let outposts: Vec<&str> = what.outposts.iter().map(|(_, name)| name.as_str()).collect();
    Plan {
        id,
        kind: Kind::Detach,
        title: fill(why_words().title_take_out, &[("name", &names), ("outpost", &outposts.join(", "))]),
        site: origin.to_string(),
        steps,
        later: Some(later(&leave, &outposts)),
        values: known(values),
        secrets: Vec::new(),
    }
}

/// Somebody who read the list before may put them back, or lose what is theirs.
fn later(leave: &[Value], outposts: &[&str]) -> Later {
    let look = |number: usize| {
        let look = Action::get(format!("outposts/instances/{{outpost_{number}}}/"));
        leave.iter().fold(look, |look, pk| look.expecting(Expect::HasNot("/providers".into(), pk.clone())))
    };
    let names = outposts.iter().enumerate();
    let watched = names.map(|(number, name)| Watched::outpost(&format!("outpost_{number}"), name, true));
    Later { look: look(0), more: (1..outposts.len()).map(look).collect(), again_from: 0, watched: watched.collect() }
}

/// Reads the list of the outpost under `outpost_{number}` at stage 0, and writes it without `leave` at stage 1.
pub(super) fn detach(number: usize, says: String, leave: &[Value], outpost: &str) -> [Step; 2] {
    let path = format!("outposts/instances/{{outpost_{number}}}/");
    let kept = format!("outpost_{number}_providers");
    let first = format!("first_{kept}");
    let read = || Action::get(path.as_str()).keeping(&kept, "/providers");
    let write = |list: &Value| Action::write(Method::Patch, path.as_str(), outposts::providers_body(list));
    let without = json!({"$list": {"of": kept, "without": leave}});
    // Undo puts in what was there before: what somebody else had taken out stays out.
    let with = json!({"$list": {"of": kept, "with": {"$held": {"by": first, "of": leave}}}});
    let all = |action: Action, expect: fn(String, Value) -> Expect| {
        leave.iter().fold(action, |action, pk| action.expecting(expect("/providers".into(), pk.clone())))
    };
    let step = Step {
        stage: 1,
        says,
        action: all(write(&without), Expect::HasNot),
        undo: Undo::By(vec![
            read(),
            write(&with)
                .expecting(Expect::Wrote("/providers".into(), with.clone()))
                .leaving(words().thing_no_place, outpost),
        ]),
        probe: Some(Probe::either(all(Action::get(path.as_str()), Expect::HasNot))),
    };
    [Step::reading(0, read().keeping(&first, "/providers")), step]
}
