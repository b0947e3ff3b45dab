//! What went wrong, in words that say what to do.

use super::{brief, fill, work_words};
use crate::authentik::{ApiError, Unreachable};

/// An error for a person.
pub fn error_text(error: &ApiError) -> String {
    let words = work_words();
    match error {
        ApiError::Unreachable(Unreachable::NoAnswer) => words.error_no_answer.into(),
        ApiError::Unreachable(Unreachable::Offline) => words.error_offline.into(),
        ApiError::Unreachable(Unreachable::TimedOut) => words.error_timed_out.into(),
        ApiError::Unreachable(Unreachable::Redirected) => words.error_redirected.into(),
        ApiError::Unreachable(Unreachable::TooLarge) => words.error_too_large.into(),
        ApiError::Unreachable(Unreachable::NotAllowed) => words.error_not_allowed.into(),
        ApiError::BadToken => words.error_bad_token.into(),
        ApiError::Denied(said) => fill(words.error_denied, &[("said", &brief(said))]),
        ApiError::Gone => words.error_gone.into(),
        ApiError::Invalid(complaints) => fill(words.error_invalid, &[("said", &complaints_text(complaints))]),
        ApiError::NotApplied => words.error_not_applied.into(),
        ApiError::Crashed(None) => words.error_crashed.into(),
        ApiError::Crashed(Some(id)) => fill(words.error_crashed_id, &[("id", id)]),
        ApiError::Busy(None) => words.error_busy.into(),
        // A proxy may say a day; nobody waits for that.
        ApiError::Busy(Some(seconds)) if *seconds > 600 => words.error_busy.into(),
        ApiError::Busy(Some(seconds)) => fill(words.error_busy_for, &[("seconds", &seconds.to_string())]),
        ApiError::NotAuthentik => words.error_not_authentik.into(),
        ApiError::Broken => words.error_broken.into(),
        ApiError::Unreadable(place) => fill(words.error_unreadable, &[("place", place)]),
        ApiError::Status(status) => {
            let says = if *status >= 500 { words.error_failed } else { words.error_status };
            fill(says, &[("status", &status.to_string())])
        }
        ApiError::Differs(differences) => {
            let fields: Vec<&str> = differences.iter().map(|difference| difference.field.as_str()).collect();
            fill(words.error_unexpected, &[("what", &fields.join(", "))])
        }
        ApiError::Unexpected(what) => fill(words.error_unexpected, &[("what", what)]),
    }
}

fn complaints_text(complaints: &[(String, String)]) -> String {
    let one = |(place, said): &(String, String)| {
        if place.is_empty() { brief(said) } else { format!("{}: {}", brief(place), brief(said)) }
    };
    brief(&complaints.iter().map(one).collect::<Vec<_>>().join(" · "))
}
