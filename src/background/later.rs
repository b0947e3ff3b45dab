//! The later look: a list without an ETag may have been written by somebody who read it before we wrote. It runs after
//! "Done", and speaks up only if something is wrong.

use super::Outside;
use super::forward::again;
use super::perform::perform;
use crate::authentik::{Access, ApiError};
use crate::plan::{Journal, Later};
use crate::words::{error_text, fill, work_words};

/// How long after the end the first look comes, in milliseconds.
pub const PAUSE: u32 = 1_000;
/// How often our entry is put back before it is told.
const TRIES: usize = 3;

/// What the look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// All is there, or it can't be known now.
    Fine,
    /// Ours was lost.
    Lost,
}

/// Looks once.
pub async fn look(outside: &impl Outside, access: &Access, journal: &Journal, later: &Later) -> Found {
    match perform(outside, access, &later.look, &journal.values).await {
        Err(ApiError::Differs(_)) => Found::Lost,
        _ => Found::Fine,
    }
}

/// Puts back what was lost, and says how that ended.
pub async fn put_back(outside: &impl Outside, access: &Access, journal: &mut Journal, later: &Later) -> String {
    let mut why = String::new();
    for _ in 0..TRIES {
        if let Err(error) = again(outside, access, journal, later.again_from).await {
            why = error_text(&error);
            continue;
        }
        outside.sleep(PAUSE).await;
        if look(outside, access, journal, later).await == Found::Fine {
            return work_words().later_put_back.to_owned();
        }
    }
    fill(work_words().later_lost, &[("why", &why)])
}
