//! Finding out what became of a write, and whether what is found is ours.

use super::Outside;
use super::perform::perform;
use crate::authentik::{Access, ApiError};
use crate::plan::{ABSENT, Probe, Step, Values};

/// What became of a write.
pub enum Fate {
    /// It is there, and ours.
    Applied {
        /// What was read of it.
        found: Values,
        /// Whether all of it could be read: who is bound to an application not everybody may see.
        whole: bool,
    },
    /// It is not there.
    NotApplied,
    /// Something is there, just as we would have made it, and nothing tells that it wasn't there before.
    Whose,
    /// It can't be read, or something else is there.
    Unclear(ApiError),
}

/// Looks for what a step did. `unanswered`: no answer told that it was applied.
pub async fn fate(outside: &impl Outside, access: &Access, step: &Step, values: &Values, unanswered: bool) -> Fate {
    // A reading can simply be sent again.
    let Some(probe) = &step.probe else { return Fate::NotApplied };
    let mut values = values.clone();
    let mut found = Values::new();
    let mut whole = true;
    for (number, read) in probe.reads.iter().enumerate() {
        match perform(outside, access, read, &values).await {
            Ok(_) if probe.gone_means_applied => return Fate::NotApplied,
            Ok(outcome) => {
                values.extend(outcome.kept.clone());
                found.extend(outcome.kept);
            }
            Err(ApiError::Gone) if probe.gone_means_applied => return Fate::Applied { found, whole },
            Err(ApiError::Gone) if number == 0 => return Fate::NotApplied,
            Err(ApiError::Differs(_)) if probe.differs_means_not_applied => return Fate::NotApplied,
            Err(error) if read.optional && error.is_denied() => whole = false,
            Err(error) => return Fate::Unclear(error),
        }
    }
    if unanswered && !was_absent(probe, &values) { Fate::Whose } else { Fate::Applied { found, whole } }
}

fn was_absent(probe: &Probe, values: &Values) -> bool {
    !probe.if_absent_before || values.get(ABSENT).and_then(serde_json::Value::as_bool) == Some(true)
}
