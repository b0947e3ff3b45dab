//! Asking the API: a call, or a whole list. What is the same for every type stands once, boxed; only the reading is generic.

use futures_util::future::{LocalBoxFuture, join};
use serde_json::Value;

use super::{Http, side_by_side};
use crate::authentik::error::json_of;
use crate::authentik::{Access, ApiError, Call, List, Page, Pages, Request, Unreachable};

/// Lists end here, whatever a server says: 100 pages of 100. What is longer is not read by halves: a row that is missing
/// could be the one that matters.
const MOST_ROWS: i64 = 10_000;
/// So many pages are asked for side by side.
const AT_ONCE: i64 = 20;

/// Sends a call and reads the answer.
pub async fn ask<T>(http: &impl Http, access: &Access, call: &Call<T>) -> Result<T, ApiError> {
    call.read(&answer(http, access, call.request.clone()).await?)
}

/// Fetches a whole list.
pub async fn all<T>(http: &impl Http, access: &Access, list: &List<T>) -> Result<Vec<T>, ApiError> {
    list.rows(&all_pages(http, access, &list.pages).await?)
}

/// Fetches two lists side by side.
pub async fn both<A, B>(
    http: &impl Http,
    access: &Access,
    a: &List<A>,
    b: &List<B>,
) -> (Result<Vec<A>, ApiError>, Result<Vec<B>, ApiError>) {
    let (in_a, in_b) = join(all_pages(http, access, &a.pages), all_pages(http, access, &b.pages)).await;
    (in_a.and_then(|pages| a.rows(&pages)), in_b.and_then(|pages| b.rows(&pages)))
}

/// Fetches one page.
pub async fn page(http: &impl Http, access: &Access, pages: &Pages, number: i64) -> Result<Page, ApiError> {
    Page::read(answer(http, access, pages.page(number)).await?)
}

/// Fetches all pages: the first one tells how many there are, and the others are asked for side by side.
pub fn all_pages<'a>(
    http: &'a impl Http,
    access: &'a Access,
    pages: &'a Pages,
) -> LocalBoxFuture<'a, Result<Vec<Page>, ApiError>> {
    Box::pin(async move {
        let first = page(http, access, pages, 1).await?;
        // The server may give smaller pages than asked for; what came counts.
        let last = if first.next.is_none() || first.len == 0 {
            1
        } else if first.count.max(first.len) > MOST_ROWS {
            return Err(Unreachable::TooLarge.into());
        } else {
            first.count.saturating_add(first.len - 1).checked_div(first.len).unwrap_or(1).max(2)
        };
        let (mut all, mut number) = (vec![first], 2);
        while number <= last {
            let until = last.min(number + AT_ONCE - 1);
            for page in side_by_side((number..=until).map(|number| page(http, access, pages, number))).await {
                match page {
                    // Rows were deleted meanwhile: 404 "Invalid page.".
                    Err(ApiError::Gone) => {}
                    page => all.push(page?),
                }
            }
            if all.iter().map(|page| page.len).sum::<i64>() > MOST_ROWS {
                return Err(Unreachable::TooLarge.into());
            }
            number = until + 1;
        }
        Ok(all)
    })
}

fn answer<'a>(
    http: &'a impl Http,
    access: &'a Access,
    request: Request,
) -> LocalBoxFuture<'a, Result<Value, ApiError>> {
    Box::pin(async move { json_of(&access.without_token(http.send(access, &request).await?)) })
}
