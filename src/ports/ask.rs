//! Asking the API: a call, or a whole list.

use super::{Http, side_by_side};
use crate::authentik::{Access, ApiError, Call, List};

/// Lists end here, whatever a server says: 100 pages of 100.
const MOST_PAGES: i64 = 100;

/// Sends a call and reads the answer.
pub async fn ask<T>(http: &impl Http, access: &Access, call: &Call<T>) -> Result<T, ApiError> {
    call.read(&http.send(access, &call.request).await?)
}

/// Fetches a whole list: the first page tells how many there are, and the others are asked for side by side.
pub async fn all<T>(http: &impl Http, access: &Access, list: &List<T>) -> Result<Vec<T>, ApiError> {
    let first = list.read(&http.send(access, &list.page(1)).await?)?;
    let mut rows = first.rows;
    if first.next.is_none() || rows.is_empty() {
        return Ok(rows);
    }
    // The server may give smaller pages than asked for; what came counts.
    let size = i64::try_from(rows.len()).unwrap_or(1).max(1);
    let pages = ((first.count + size - 1) / size).clamp(2, MOST_PAGES);
    let further = (2..=pages).map(|number| async move {
        list.read(&http.send(access, &list.page(number)).await?).or_else(|error| match error {
            // Rows were deleted meanwhile: 404 "Invalid page.".
            ApiError::Gone => Ok(crate::authentik::Page { rows: Vec::new(), next: None, count: 0 }),
            other => Err(other),
        })
    });
    for page in side_by_side(further).await {
        rows.extend(page?.rows);
    }
    Ok(rows)
}
