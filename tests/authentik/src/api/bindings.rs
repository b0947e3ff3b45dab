//! `/policies/bindings/`.
//!
//! Source: api.md §1.7; transcripts §9 (errors, the crash of a PATCH without target).

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::input::Input;
use super::{events, groups, list, users};
use crate::model::Binding;
use crate::world::World;
use serde_json::{Map, Value, json};

const MODEL: &str = "authentik_policies.policybinding";

/// How a binding looks.
pub fn shape(world: &World, binding: &Binding) -> Value {
    let group = binding.group.as_deref().and_then(|pk| world.group(pk));
    let user = binding.user.and_then(|pk| world.user(pk));
    let mut shape = json!(binding);
    shape["policy_obj"] = binding.policy_obj.clone();
    shape["group_obj"] = group.map_or(Value::Null, |group| groups::partial(world, group));
    shape["user_obj"] = user.map_or(Value::Null, users::partial);
    if world.release.bindings_expire() {
        shape["expires"] = Value::Null;
        shape["expiring"] = json!(false);
    }
    shape
}

/// The list. An unknown `target` is 400 (transcripts §9).
pub fn list(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let known = |id: &str| {
        world.applications.iter().any(|app| app.pk == id)
            || world.flows.iter().any(|flow| flow["pk"] == id || flow["policybindingmodel_ptr_id"] == id)
            || world.bindings.iter().any(|binding| binding.target == id)
    };
    let mut rows: Vec<&Binding> = world.bindings.iter().collect();
    if let Some(target) = query.get("target") {
        if !known(target) {
            let text = "Select a valid choice. That choice is not one of the available choices.";
            return Err(Refusal::field("target", text));
        }
        rows.retain(|binding| binding.target == target);
    }
    let targets = query.all("target_in");
    if !targets.is_empty() {
        if let Some(unknown) = targets.iter().find(|target| !known(target)) {
            let text = format!("Select a valid choice. {unknown} is not one of the available choices.");
            return Err(Refusal::field("target_in", &text));
        }
        rows.retain(|binding| targets.contains(&binding.target.as_str()));
    }
    if let Some(enabled) = query.flag("enabled") {
        rows.retain(|binding| binding.enabled == enabled);
    }
    if let Some(without) = query.flag("policy__isnull") {
        rows.retain(|binding| binding.policy.is_none() == without);
    }
    if let Some(order) = query.get("order").and_then(|text| text.parse::<i64>().ok()) {
        rows.retain(|binding| binding.order == order);
    }
    let rows = list::visible(call, "authentik_policies.view_policybinding", rows, |binding| binding.pk.clone())?;
    let mut rows: Vec<Value> = rows.into_iter().map(|binding| shape(world, binding)).collect();
    list::sort(&mut rows, query.get("ordering"), &["order", "pk"], "order,pk");
    list::paged(call, world.release, &rows)
}

/// One binding.
pub fn retrieve(world: &World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shape(world, find(world, call, pk)?)))
}

fn find<'w>(world: &'w World, call: &Call, pk: &str) -> Result<&'w Binding, Refusal> {
    let all: Vec<&Binding> = world.bindings.iter().collect();
    let rows = list::visible(call, "authentik_policies.view_policybinding", all, |binding| binding.pk.clone())?;
    rows.into_iter().find(|binding| binding.pk == pk).ok_or(Refusal::NoSuch("PolicyBinding"))
}

/// A binding with the defaults of the API.
pub fn blank() -> Binding {
    Binding {
        pk: String::new(),
        target: String::new(),
        policy: None,
        policy_obj: Value::Null,
        group: None,
        user: None,
        negate: false,
        enabled: true,
        order: 0,
        timeout: 30,
        failure_result: false,
    }
}

/// Applies a body to a binding and checks it. Inside a transactional request there is no target yet.
pub fn read(
    world: &World,
    mut binding: Binding,
    body: &Map<String, Value>,
    partial: bool,
    with_target: bool,
) -> Result<Binding, Refusal> {
    let mut input = Input::new(body, partial);
    let is_target = |id: &str| {
        world.applications.iter().any(|app| app.pk == id)
            || world.flows.iter().any(|flow| flow["policybindingmodel_ptr_id"] == id)
    };
    if with_target && let Some(target) = input.uuid("target", true, is_target) {
        binding.target = target;
    }
    let is_policy = |id: &str| world.bindings.iter().any(|other| other.policy.as_deref() == Some(id));
    input.optional_uuid("policy", is_policy).store(&mut binding.policy);
    input.optional_uuid("group", |id| world.group(id).is_some()).store(&mut binding.group);
    input.optional_pk("user", |pk| world.user(pk).is_some()).store(&mut binding.user);
    if let Some(order) = input.integer("order", true) {
        binding.order = order;
    }
    if let Some(timeout) = input.integer("timeout", false) {
        binding.timeout = timeout;
    }
    for (field, slot) in [
        ("negate", &mut binding.negate),
        ("enabled", &mut binding.enabled),
        ("failure_result", &mut binding.failure_result),
    ] {
        if let Some(flag) = input.boolean(field) {
            *slot = flag;
        }
    }
    input.finish()?;
    let given = ["policy", "group", "user"].iter().filter(|key| body.get(**key).is_some_and(|v| !v.is_null())).count();
    let refuse = |text: &str| Err(Refusal::Invalid(json!({ "non_field_errors": [text] })));
    match given {
        0 => refuse("One of 'group', 'policy', 'user' must be set."),
        1 => Ok(binding),
        _ => refuse("Only one of 'group', 'policy', 'user' can be set."),
    }
}

/// POST. The same target, group and order twice is fine (transcripts, summary 15).
pub fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if !call.caller.can("authentik_policies.add_policybinding") {
        return Err(Refusal::Denied);
    }
    let binding = read(world, blank(), &call.object()?, false, true)?;
    let binding = store_new(world, binding);
    events::model(world, call, "model_created", MODEL, &binding.pk, &name(world, &binding));
    Ok(Answer::created(shape(world, &binding)))
}

/// Stores a checked binding under a new pk. A saved binding clears the cached application lists (api.md §10).
pub fn store_new(world: &mut World, mut binding: Binding) -> Binding {
    binding.pk = world.next_uuid("binding");
    world.bindings.push(binding.clone());
    world.application_lists.clear();
    binding
}

/// PATCH and PUT. A PATCH without `target` crashes inside authentik (transcripts §9).
pub fn update(world: &mut World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    let stored = find(world, call, pk)?.clone();
    if !call.caller.can_on("authentik_policies.change_policybinding", pk) {
        return Err(Refusal::Denied);
    }
    let body = call.object()?;
    if call.method == "PATCH" && !body.contains_key("target") {
        return Err(Refusal::Crash);
    }
    let binding = read(world, stored, &body, call.method == "PATCH", true)?;
    let twin = |other: &Binding| {
        other.pk != binding.pk
            && (&other.policy, &other.target, other.order) == (&binding.policy, &binding.target, binding.order)
    };
    if world.bindings.iter().any(twin) {
        let text = "The fields policy, target, order must make a unique set.";
        return Err(Refusal::Invalid(json!({ "non_field_errors": [text] })));
    }
    events::model(world, call, "model_updated", MODEL, pk, &name(world, &binding));
    world.application_lists.clear();
    if let Some(slot) = world.bindings.iter_mut().find(|slot| slot.pk == binding.pk) {
        slot.clone_from(&binding);
    }
    Ok(Answer::ok(shape(world, &binding)))
}

/// DELETE.
pub fn destroy(world: &mut World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    let binding = find(world, call, pk)?.clone();
    if !call.caller.can_on("authentik_policies.delete_policybinding", pk) {
        return Err(Refusal::Denied);
    }
    world.bindings.retain(|other| other.pk != pk);
    events::model(world, call, "model_deleted", MODEL, pk, &name(world, &binding));
    Ok(Answer::no_content())
}

/// `Binding from Facts OAuth #1 to Group engineering`, as events and `used_by` name it.
fn name(world: &World, binding: &Binding) -> String {
    let target = world.applications.iter().find(|app| app.pk == binding.target).map_or("", |app| app.name.as_str());
    let whom = match (&binding.group, binding.user) {
        (Some(group), _) => format!("Group {}", world.group(group).map_or("", |group| group.name.as_str())),
        (None, Some(user)) => format!("User {}", world.user(user).map_or("", |user| user.username.as_str())),
        (None, None) => "Policy".to_owned(),
    };
    format!("Binding from {target} #{} to {whom}", binding.order)
}
