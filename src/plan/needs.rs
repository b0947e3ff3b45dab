//! Which permissions a plan needs, as authentik calls them. The API doesn't tell which ones a token has (2025.10.3, 2026.2.2:
//! `users/me` names those of the system only), so they are said before, and what is refused is told after.

use super::{Action, Plan, Undo};
use crate::authentik::Method;

/// Codenames of permissions.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Needs {
    /// To carry the plan out.
    pub forward: Vec<String>,
    /// To take it back, besides.
    pub back: Vec<String>,
}

/// What stands at a path, and what its model is called (api/v3 router; rbac/permissions.py, 2025.10 to 2026.5).
const MODELS: [(&str, &str); 7] = [
    ("core/applications/", "application"),
    ("providers/proxy/", "proxyprovider"),
    ("providers/oauth2/", "oauth2provider"),
    ("outposts/instances/", "outpost"),
    ("propertymappings/provider/scope/", "scopemapping"),
    ("crypto/certificatekeypairs/", "certificatekeypair"),
    ("policies/bindings/", "policybinding"),
];

impl Plan {
    /// What it needs.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        for step in &self.steps {
            add(&mut needs.forward, &step.action);
            // Whether a lost answer was applied is read before it is taken back, so both need it.
            // What may be refused there is done without, but for Undo: that asks first, then.
            for read in step.probe.iter().flat_map(|probe| &probe.reads) {
                add(if read.optional { &mut needs.back } else { &mut needs.forward }, read);
            }
            if let Undo::By(actions) = &step.undo {
                for action in actions {
                    add(&mut needs.back, action);
                }
            }
        }
        needs.back.retain(|permission| !needs.forward.contains(permission));
        needs
    }

    /// Whether all of it can be taken back.
    pub fn can_be_undone(&self) -> bool {
        !self.steps.iter().any(|step| matches!(step.undo, Undo::Impossible(_)))
    }
}

/// Adds what one request needs.
fn add(to: &mut Vec<String>, action: &Action) {
    let text = |pointer: &str| action.body.pointer(pointer).and_then(serde_json::Value::as_str);
    let mut need = |verb: &str, model: &str| {
        let permission = format!("{verb}_{model}");
        if !to.contains(&permission) {
            to.push(permission);
        }
    };
    if action.method == Method::Put {
        // The transaction asks for each model that it makes (core/api/transactional_applications.py).
        need("add", "application");
        need("add", text("/provider_model").and_then(|model| model.split('.').nth(1)).unwrap_or("provider"));
        let bindings = action.body.pointer("/policy_bindings").and_then(serde_json::Value::as_array);
        if bindings.is_some_and(|bindings| !bindings.is_empty()) {
            need("add", "policybinding");
        }
        return;
    }
    let Some((_, model)) = MODELS.iter().find(|(path, _)| action.path.starts_with(path)) else { return };
    match action.method {
        Method::Get => need("view", model),
        Method::Post => need("add", model),
        Method::Put | Method::Patch => {
            // What can't be seen can't be changed (rbac/filters.py).
            need("view", model);
            need("change", model);
        }
        Method::Delete => {
            need("view", model);
            need("delete", model);
        }
    }
}
