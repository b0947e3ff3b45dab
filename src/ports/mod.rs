//! The outside world as small traits. In a browser `browser/` keeps them; natively the tests' doubles do.

#![allow(async_fn_in_trait, reason = "one thread, no trait objects: the futures need no bounds")]

mod ask;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod side_by_side;

use serde_json::Value;

pub use ask::{all, all_pages, ask, both, page};
#[cfg(not(target_arch = "wasm32"))]
pub use native::{native_matches, native_url};
pub use side_by_side::side_by_side;

use crate::authentik::{Access, BaseUrl, Request, Response, Unreachable, WebUrl};

/// Sends requests to the API.
pub trait Http {
    /// Sends one request, without cookies, without following a redirect, uncached, ended after 20 s.
    async fn send(&self, access: &Access, request: &Request) -> Result<Response, Unreachable>;
    /// Reads a page of the instance that is open to everybody, such as a discovery document. Sent likewise, and without
    /// the token.
    async fn read_open(&self, base: &BaseUrl, path: &str) -> Result<Response, Unreachable>;
    /// Asks a site as somebody whom nobody knows: no token, no cookies, no cache, no referrer, redirects followed, ended
    /// after 20 s. [`Unreachable::Redirected`] where it leads to a place that the browser doesn't let us follow.
    async fn visit(&self, url: &str) -> Result<Landing, Unreachable>;
}

/// Where a stranger's request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The last address, behind all redirects.
    pub url: String,
    /// The HTTP status there.
    pub status: u16,
    /// The first bytes of the body, where it is no success.
    pub text: String,
    /// Whether authentik's own server says that it answered (`X-authentik-id`).
    pub authentik: bool,
}

/// The two places where an extension keeps things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Area {
    /// Memory of the browser: gone when it closes, never on disk.
    Session,
    /// On disk, readable for whoever reads the profile.
    Local,
}

/// Storage could not be read or written: full, corrupt, or taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError;

/// Keeps values by key.
pub trait Store {
    /// The value of `key`, if there is one.
    async fn get(&self, area: Area, key: &str) -> Result<Option<Value>, StoreError>;
    /// Writes `value`.
    async fn set(&self, area: Area, key: &str, value: Value) -> Result<(), StoreError>;
    /// Forgets `key`.
    async fn remove(&self, area: Area, key: &str) -> Result<(), StoreError>;
}

/// Time.
pub trait Clock {
    /// Milliseconds since 1970.
    fn now(&self) -> f64;
    /// Comes back after `ms` milliseconds.
    async fn sleep(&self, ms: u32);
    /// A name that no other thing has.
    fn fresh_id(&self) -> String;
}

/// What nobody can guess.
pub trait Chance {
    /// So many letters and digits, each from a source that is good enough for keys.
    fn letters(&self, length: usize) -> String;
}

/// Wakes the worker while a plan is open, also after the browser has ended it.
pub trait Alarm {
    /// Turns the waking on or off.
    async fn keep_waking(&self, on: bool);
}

/// A tab, as far as the browser lets us know it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Tab {
    /// The browser's number for it.
    pub id: i32,
    /// Its address; `None` where it isn't ours to know (no click on the toolbar button, or it went elsewhere since).
    pub url: Option<String>,
    /// Its title. A page writes it: text, never markup.
    pub title: String,
}

/// Tabs, addresses, clipboard, permissions: what a screen needs of the browser around it.
pub trait Desk {
    /// The tab that this view belongs to.
    async fn tab(&self) -> Option<Tab>;
    /// Whether it belongs to one certain tab, which may be closed by now, rather than to the one in front.
    fn is_bound(&self) -> bool;
    /// Opens an address in a new tab.
    async fn open(&self, url: &str);
    /// Opens a page of ours in a tab of its own, at `hash`, bound to the same site tab.
    async fn open_own(&self, hash: &str);
    /// Puts text on the clipboard; false where it was refused.
    async fn copy(&self, text: &str) -> bool;
    /// Empties the clipboard, if this view has been in front ever since it filled it: what somebody copied elsewhere
    /// meanwhile is not ours to take. True where it was emptied.
    async fn empty_clipboard(&self) -> bool;
    /// Comes back when the view has been painted.
    async fn painted(&self);
    /// The catalogue of services, as text; none where it can't be read.
    async fn catalogue(&self) -> Option<String>;
    /// What the page in tab `id` shows of itself: which of `selectors` match, its meta tags, its icon. None where the
    /// browser doesn't let us look (no click on the toolbar button there since it was loaded).
    async fn look_at_page(&self, id: i32, selectors: &[&str]) -> Option<Value>;
    /// What the page in tab `id` is answered when it asks its own site without cookies (`extension/probe.js`). None where
    /// the browser doesn't let us look, or where the page doesn't come to an end.
    async fn probe_page(&self, id: i32, nonce: &str) -> Option<Value>;
    /// What the module that writes exports answers ([`crate::export::answer`]); none where it can't be loaded.
    async fn as_code(&self, ask: &Value) -> Option<Value>;
    /// Opens an address in a private window; false where the browser doesn't let us.
    async fn open_private(&self, url: &str) -> bool;
    /// Whether a regular expression is found in a text; false for one that does not compile.
    fn matches(&self, pattern: &str, text: &str) -> bool;
    /// Whether requests to this origin are allowed.
    async fn may_reach(&self, origin: &str) -> bool;
    /// Gives the permission for an origin back.
    async fn give_back(&self, origin: &str);
    /// Gives the permission for every origin back that anybody gave.
    async fn give_all_back(&self);
    /// The platform's URL parser.
    fn parse_url(&self, text: &str) -> Option<WebUrl>;
}

/// The way to the background worker, which writes.
pub trait Worker {
    /// Sends an order. The answer says that it was taken, or why not; progress comes through the journal in the store.
    /// `None` if nobody answered.
    async fn order(&self, order: &crate::plan::Order) -> Option<crate::plan::Reply>;
}
