//! Who may open an application: authentik's policy engine, for user and group bindings.
//!
//! Source: api.md §6 (policies/engine.py), held against 1 110 recorded verdicts in `tests/access.rs`.

use crate::model::{Application, Binding};
use crate::world::World;

/// Whether a person may open an application. Superusers get no bypass; `is_active` is not looked at.
///
/// Bindings to policies are outside of what this server can evaluate: they give their `failure_result`.
pub fn may_open(world: &World, application: &Application, user: i64) -> bool {
    let bindings: Vec<&Binding> =
        world.bindings.iter().filter(|binding| binding.enabled && binding.target == application.pk).collect();
    let all = application.policy_engine_mode == "all";

    let fixed: Vec<bool> = bindings
        .iter()
        .filter(|binding| binding.policy.is_none())
        .map(|binding| matches(world, binding, user) != binding.negate)
        .collect();
    let mut results: Vec<bool> = bindings
        .iter()
        .filter(|binding| binding.policy.is_some())
        .map(|binding| binding.failure_result != binding.negate)
        .collect();
    if !fixed.is_empty() {
        let all_of_them = all && world.release.all_means_all();
        results.push(if all_of_them { fixed.iter().all(|pass| *pass) } else { fixed.contains(&true) });
    }
    if results.is_empty() {
        return true;
    }
    if all { results.iter().all(|pass| *pass) } else { results.contains(&true) }
}

/// Whether a user or group binding is about this person.
fn matches(world: &World, binding: &Binding, user: i64) -> bool {
    binding.user == Some(user)
        || binding.group.as_deref().is_some_and(|group| world.all_groups_of(user).iter().any(|mine| mine.pk == group))
}
