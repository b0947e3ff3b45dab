//! Secrets that a plan names and no journal holds: in session memory, from the first request that needs them until a person
//! has seen how the plan ended.
//!
//! After the browser's end they are gone. If nothing was applied by then they are made anew; otherwise authentik has them.

use serde_json::{Value, json};

use super::keys;
use crate::plan::{Journal, Values};
use crate::ports::{Area, Chance, Store};

/// As long as authentik makes its own client secrets (providers/oauth2/models.py, 2025.10).
const LENGTH: usize = 128;

/// The values of a plan with its secrets, which are made where there are none. `None` if they can't be kept: what was
/// sent would be unknown afterwards.
pub async fn with_secrets(outside: &(impl Store + Chance), journal: &Journal) -> Option<Values> {
    let mut values = journal.values.clone();
    for name in &journal.plan.secrets {
        let mut secret = made_secret(outside, &journal.plan.id, name).await;
        if secret.is_none() {
            let made = outside.letters(LENGTH);
            let kept = json!({"plan": journal.plan.id, name.as_str(): made});
            outside.set(Area::Session, keys::SECRETS, kept).await.ok()?;
            secret = Some(made);
        }
        let secret = secret?;
        values.insert(name.clone(), Value::String(secret));
    }
    Some(values)
}

/// A secret that was made for this plan, while it is still kept.
pub async fn made_secret(store: &impl Store, plan: &str, name: &str) -> Option<String> {
    let kept = store.get(Area::Session, keys::SECRETS).await.ok()??;
    let same = kept.get("plan")?.as_str()? == plan;
    kept.get(name).and_then(Value::as_str).filter(|_| same).map(str::to_owned)
}

/// Forgets them: they were seen, or are good for nothing any more.
pub async fn forget_secrets(store: &impl Store) {
    // What can't be removed is gone when the browser closes.
    let _ = store.remove(Area::Session, keys::SECRETS).await;
}
