//! An embedded authentik with its company, the sample site in a browser, and what goes wrong once.

use embedded_authentik::{Effect, Fault, Options, Release, Running, start};
use serde_json::Value;

use crate::World;

/// An embedded authentik with its company.
pub async fn set(release: Release) -> Running {
    start(Options { release, ..Options::default() }).await.expect("an embedded authentik")
}

/// A browser at the sample site.
pub fn site(set: &Running) -> World {
    World::at(&set.about().urls.site, "Larder – pantry inventory")
}

/// What authentik holds, with lists in order: a place in a list that was given up and taken again is another one.
pub fn held(set: &Running) -> Value {
    let mut state = set.control.state();
    for outpost in state["outposts"].as_array_mut().into_iter().flatten() {
        if let Some(list) = outpost["providers"].as_array_mut() {
            list.sort_by_key(Value::to_string);
        }
    }
    state
}

/// What happens to the next request of this method whose path contains this.
pub fn fault(method: &str, path_contains: &str, effect: Effect) -> Fault {
    Fault { method: Some(method.into()), path_contains: path_contains.into(), times: 1, skip: 0, effect }
}
