//! A request together with how its answer is read: one object, or one page of a list.

use super::error::json_of;
use super::read::Unreadable;
use super::request::encode;
use super::{ApiError, Reader, Request, Response};

/// A request whose answer is a `T`.
#[derive(Clone, Debug)]
pub struct Call<T> {
    /// What is sent.
    pub request: Request,
    reader: fn(&Reader) -> Result<T, Unreadable>,
}

impl<T> Call<T> {
    /// A GET of `path`, read by `reader`.
    pub fn get(path: impl Into<String>, reader: fn(&Reader) -> Result<T, Unreadable>) -> Self {
        Self { request: Request::get(path), reader }
    }

    /// Makes sense of the answer.
    pub fn read(&self, response: &Response) -> Result<T, ApiError> {
        let value = json_of(response)?;
        Ok((self.reader)(&Reader::new(&value))?)
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The number of the next page; `None` at the end (the API says 0).
    pub next: Option<i64>,
    /// How many rows there are in all, as the server counts them.
    pub count: i64,
}

/// A list of `T`, fetched page by page.
///
/// `page_size=100` is always sent: up to 2025.10 the default is 100 without a maximum, from 2025.12 it is 20 with a
/// maximum of 100 (`api/pagination.py`; recorded on both).
#[derive(Clone, Debug)]
pub struct List<T> {
    path: String,
    size: u16,
    reader: fn(&Reader) -> Result<T, Unreadable>,
}

impl<T> List<T> {
    /// The list at `path`, each row read by `reader`.
    pub fn of(path: &str, reader: fn(&Reader) -> Result<T, Unreadable>) -> Self {
        Self { path: format!("{path}?"), size: 100, reader }
    }

    /// Adds a filter.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.path.push_str(key);
        self.path.push('=');
        self.path.push_str(&encode(value));
        self.path.push('&');
        self
    }

    /// Asks for pages of `size` rows.
    #[must_use]
    pub fn by(mut self, size: u16) -> Self {
        self.size = size;
        self
    }

    /// The request for page `number`, from 1.
    pub fn page(&self, number: i64) -> Request {
        Request::get(format!("{}page={number}&page_size={}", self.path, self.size))
    }

    /// Makes sense of a page.
    pub fn read(&self, response: &Response) -> Result<Page<T>, ApiError> {
        let value = json_of(response)?;
        let top = Reader::new(&value);
        if !value.get("results").is_some_and(serde_json::Value::is_array) {
            return Err(ApiError::Unreadable("/results".into()));
        }
        let rows = top.items("results").iter().map(|row| (self.reader)(row)).collect::<Result<Vec<_>, _>>()?;
        let pagination = top.get("pagination");
        let number = |key| pagination.as_ref().and_then(|p| p.opt_int(key));
        let fallback = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        Ok(Page { next: number("next").filter(|&n| n > 0), count: number("count").unwrap_or(fallback), rows })
    }
}
