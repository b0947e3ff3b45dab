//! A request together with how its answer is read: one object, or one page of a list.

use serde_json::Value;

use super::read::Unreadable;
use super::request::encode;
use super::{ApiError, Reader, Request};

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
    pub fn read(&self, answer: &Value) -> Result<T, ApiError> {
        Ok((self.reader)(&Reader::new(answer))?)
    }
}

/// Where a list is, page by page; apart from its rows, so that what fetches lists is the same for all of them.
///
/// `page_size=100` is always sent: up to 2025.10 the default is 100 without a maximum, from 2025.12 it is 20 with a
/// maximum of 100 (`api/pagination.py`; recorded on both).
#[derive(Clone, Debug)]
pub struct Pages {
    path: String,
    size: u16,
}

impl Pages {
    /// The request for page `number`, from 1.
    pub fn page(&self, number: i64) -> Request {
        Request::get(format!("{}page={number}&page_size={}", self.path, self.size))
    }
}

/// One page of a list, as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    answer: Value,
    /// How many rows it holds.
    pub len: i64,
    /// The number of the next page; `None` at the end (the API says 0).
    pub next: Option<i64>,
    /// How many rows there are in all, as the server counts them.
    pub count: i64,
}

impl Page {
    /// Makes sense of an answer.
    pub fn read(answer: Value) -> Result<Self, ApiError> {
        let Some(rows) = answer.get("results").and_then(Value::as_array) else {
            return Err(ApiError::Unreadable("/results".into()));
        };
        let len = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let top = Reader::new(&answer);
        let pagination = top.get("pagination");
        let number = |key| pagination.as_ref().and_then(|p| p.opt_int(key));
        let (next, count) = (number("next").filter(|&n| n > 0), number("count").unwrap_or(len));
        Ok(Self { answer, len, next, count })
    }
}

/// A list of `T`, fetched page by page.
#[derive(Clone, Debug)]
pub struct List<T> {
    /// Where it is.
    pub pages: Pages,
    reader: fn(&Reader) -> Result<T, Unreadable>,
}

impl<T> List<T> {
    /// The list at `path`, each row read by `reader`.
    pub fn of(path: &str, reader: fn(&Reader) -> Result<T, Unreadable>) -> Self {
        Self { pages: Pages { path: format!("{path}?"), size: 100 }, reader }
    }

    /// Adds a filter.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        let path = &mut self.pages.path;
        for part in [key, "=", &encode(value), "&"] {
            path.push_str(part);
        }
        self
    }

    /// Asks for pages of `size` rows.
    #[must_use]
    pub fn by(mut self, size: u16) -> Self {
        self.pages.size = size;
        self
    }

    /// Reads the rows of pages.
    pub fn rows(&self, pages: &[Page]) -> Result<Vec<T>, ApiError> {
        let mut rows = Vec::new();
        for page in pages {
            for row in Reader::new(&page.answer).items("results") {
                rows.push((self.reader)(&row)?);
            }
        }
        Ok(rows)
    }
}
