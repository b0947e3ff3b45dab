//! An [`Export`] of a plan that makes an application, read off the bodies of its steps.

use serde_json::Value;

use super::names::Names;
use super::value::{Export, Kind, Made};
use crate::authentik::{certificates, scope_mappings, transactional};
use crate::plan::Plan;

/// What has to be read to name all that a plan refers to.
pub fn kinds_of(plan: &Plan) -> Vec<Kind> {
    let mut kinds = vec![Kind::Flow, Kind::Certificate, Kind::Scope, Kind::Group, Kind::Outpost];
    let body = plan.steps.iter().find(|step| step.action.path == transactional::PATH).map(|step| &step.action.body);
    let has = |pointer: &str| {
        let value = body.and_then(|body| body.pointer(pointer));
        value.is_some_and(|value| value.as_array().is_none_or(|list| !list.is_empty()))
    };
    kinds.retain(|kind| match kind {
        Kind::Flow => has("/provider/authorization_flow"),
        Kind::Certificate => has("/provider/signing_key"),
        Kind::Scope => has("/provider/property_mappings"),
        Kind::Group => has("/policy_bindings"),
        _ => plan.values.contains_key("outpost"),
    });
    kinds
}

/// The export; none of a plan that changes what is there.
pub fn of_plan(base: &str, plan: &Plan, names: &Names) -> Option<Export> {
    let step = |path: &str| plan.steps.iter().find(move |step| step.action.path == path);
    let body = &step(transactional::PATH)?.action.body;
    let slug = body.pointer("/app/slug")?.as_str()?;
    let oauth2 = body["provider_model"] == "authentik_providers_oauth2.oauth2provider";
    let mut export = Export::of(base, names, false, slug, oauth2);
    let mut made = Vec::new();
    for step in &plan.steps {
        let action = &step.action;
        let said = |field: &str| action.body.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let one = match action.path.as_str() {
            certificates::GENERATE => Made::Key(said("common_name")),
            scope_mappings::PATH => Made::Mapping {
                name: said("name"),
                scope: said("scope_name"),
                expression: said("expression"),
                description: said("description"),
            },
            _ => continue,
        };
        export.made.push(one);
        made.push(action.keep.first().map(|(name, _)| name.clone()).unwrap_or_default());
    }
    export.take_application(&body["app"]);
    export.take_provider(&body["provider"], names, &made);
    for binding in body["policy_bindings"].as_array().into_iter().flatten() {
        export.take_binding(binding, names, None);
    }
    if let Some(outpost) = plan.values.get("outpost").and_then(Value::as_str) {
        export.take_place(outpost, names, false);
    }
    Some(export)
}
