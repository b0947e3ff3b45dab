//! Which requests the product makes, and which of them a run has made.

use std::collections::BTreeSet;

use gatewright::authentik::Request;
use gatewright::plan::{Action, Later, Plan, Undo};

/// Method, path with `{}` for what is filled in, and the names in its query, but for paging.
pub type Operation = String;

/// Every operation that plans can make and `sent` does not hold: steps, probes, undoing, later looks.
pub fn missing(plans: &[Plan], sent: &[(Request, u16)]) -> Vec<Operation> {
    let made: BTreeSet<Operation> = sent
        .iter()
        .filter(|(_, status)| *status < 500)
        .map(|(request, _)| of(request.method.name(), &request.path))
        .collect();
    let wanted: BTreeSet<Operation> =
        plans.iter().flat_map(actions).map(|action| of(action.method.name(), &action.path)).collect();
    wanted.difference(&made).cloned().collect()
}

fn actions(plan: &Plan) -> Vec<&Action> {
    let mut actions: Vec<&Action> = plan.later.iter().flat_map(Later::looks).collect();
    for step in &plan.steps {
        actions.push(&step.action);
        actions.extend(step.probe.iter().flat_map(|probe| &probe.reads));
        if let Undo::By(undo) = &step.undo {
            actions.extend(undo);
        }
    }
    actions
}

/// The paths that stand as literals in a source, with `{}` for what is filled in and without queries: how many there are, and
/// those that `sent` does not hold.
pub fn of_source(source: &str, sent: &[(Request, u16)]) -> (usize, Vec<Operation>) {
    const AREAS: [&str; 9] =
        ["admin/", "core/", "crypto/", "events/", "flows/", "outposts/", "policies/", "propertymappings/", "root/"];
    let text = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let literals = code.flat_map(|line| line.split('"').skip(1).step_by(2));
    let is_path = |literal: &&str| {
        let path = literal.split('?').next().unwrap_or_default();
        let area = AREAS.iter().any(|area| path.starts_with(area)) || path.starts_with("providers/");
        // A path, not a whole area, the mark of something, or an address in a sentence.
        area && path.ends_with('/') && !path.contains(' ') && path.matches('/').count() > 1
    };
    let made: BTreeSet<String> = sent.iter().map(|(request, _)| template(plain(&request.path))).collect();
    let wanted =
        literals.filter(is_path).map(|literal| template(&plain(literal).replace("{{", "{").replace("}}", "}")));
    let wanted: Vec<Operation> = wanted.collect();
    (wanted.len(), wanted.into_iter().filter(|path| !made.contains(path)).collect())
}

fn of(method: &str, path: &str) -> Operation {
    let query = path.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let mut names: Vec<&str> = query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, _)| name).collect();
    names.retain(|name| !["page", "page_size"].contains(name));
    names.sort_unstable();
    let query = if names.is_empty() { String::new() } else { format!("?{}", names.join("&")) };
    format!("{method} {}{query}", template(plain(path)))
}

fn plain(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

/// Keys, slugs and names of values become `{}`.
fn template(path: &str) -> String {
    let is_value = |part: &str| {
        part.starts_with('{')
            || part.starts_with(crate::prefix::ALL)
            || !part.is_empty() && part.chars().all(|c| c.is_ascii_digit())
            || part.len() == 36 && part.matches('-').count() == 4
    };
    path.split('/').map(|part| if is_value(part) { "{}" } else { part }).collect::<Vec<_>>().join("/")
}
