//! Lists: the 403 rule, search, ordering and pages.
//!
//! Source: api.md §0.4 (who sees a list), §0.12 and §10 (pages), transcripts §2 and §18.

use super::answer::{Answer, Refusal};
use super::call::Call;
use crate::release::Release;
use serde_json::{Value, json};
use std::cmp::Ordering;

/// Keeps what the caller may see. Without the model permission and with nothing visible left: 403, also for a search
/// that found nothing.
pub fn visible<T>(call: &Call, permission: &str, rows: Vec<T>, id: impl Fn(&T) -> String) -> Result<Vec<T>, Refusal> {
    if call.caller.can(permission) {
        return Ok(rows);
    }
    let rows: Vec<T> = rows.into_iter().filter(|row| call.caller.can_on(permission, &id(row))).collect();
    if rows.is_empty() { Err(Refusal::Denied) } else { Ok(rows) }
}

/// Whether every word of `search` occurs in one of the fields, without regard to case.
pub fn found(search: Option<&str>, fields: &[&str]) -> bool {
    let Some(search) = search else { return true };
    search
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .all(|word| fields.iter().any(|field| field.to_lowercase().contains(&word.to_lowercase())))
}

/// Sorts by `ordering` where it names declared fields, otherwise by `default`.
pub fn sort(rows: &mut [Value], ordering: Option<&str>, declared: &[&str], default: &str) {
    let wanted: Vec<&str> = ordering
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|field| declared.contains(&field.trim_start_matches('-')))
        .collect();
    let fields = if wanted.is_empty() { default.split(',').collect() } else { wanted };
    rows.sort_by(|a, b| {
        fields.iter().fold(Ordering::Equal, |order, field| {
            let name = field.trim_start_matches('-');
            let next = compare(&a[name], &b[name]);
            order.then(if field.starts_with('-') { next.reverse() } else { next })
        })
    });
}

/// The database's order: null is greater than everything.
fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (Value::Number(a), Value::Number(b)) => a.as_i64().cmp(&b.as_i64()),
        (a, b) => a.as_str().cmp(&b.as_str()),
    }
}

/// One page of a list: where it starts and ends, and the block that says so.
pub struct Page {
    pub number: usize,
    pub start: usize,
    pub end: usize,
    pub pagination: Value,
}

/// The page that the request asks for. `next` and `previous` are page numbers, 0 for none.
pub fn page(call: &Call, release: Release, count: usize) -> Result<Page, Refusal> {
    let asked = call.query.get("page_size").and_then(|text| text.parse::<usize>().ok()).filter(|size| *size > 0);
    let size = asked.unwrap_or_else(|| release.default_page_size());
    let size = release.max_page_size().map_or(size, |max| size.min(max));
    let pages = count.div_ceil(size).max(1);
    let number = match call.query.get("page") {
        None => 1,
        Some(text) => text.parse::<usize>().map_err(|_| Refusal::InvalidPage)?,
    };
    if number == 0 || number > pages {
        return Err(Refusal::InvalidPage);
    }
    let start = (number - 1) * size;
    let end = (start + size).min(count);
    let pagination = json!({
        "next": if number < pages { number + 1 } else { 0 },
        "previous": number - 1,
        "count": count,
        "current": number,
        "total_pages": pages,
        "start_index": if count == 0 { 0 } else { start + 1 },
        "end_index": end,
    });
    Ok(Page { number, start, end, pagination })
}

/// The answer of a list operation.
pub fn paged(call: &Call, release: Release, rows: &[Value]) -> Result<Answer, Refusal> {
    let page = page(call, release, rows.len())?;
    Ok(Answer::ok(json!({
        "pagination": page.pagination,
        "results": &rows[page.start..page.end],
        "autocomplete": {},
    })))
}
