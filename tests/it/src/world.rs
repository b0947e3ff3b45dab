//! The ports, natively.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};

use gatewright::authentik::{Access, BaseUrl, Request, Response, Unreachable, WebUrl};
use gatewright::ports::{
    Alarm, Area, Chance, Clock, Desk, Http, Landing, Store, StoreError, Tab, native_matches, native_url,
};
use serde_json::Value;

use crate::death::Death;
use crate::http::Line;

/// Everything outside, for one browser.
#[derive(Debug, Default)]
pub struct World {
    /// The line to authentik.
    pub line: Line,
    /// What is stored.
    pub stored: RefCell<BTreeMap<(Area, String), Value>>,
    /// Every key that was read.
    pub read: RefCell<BTreeSet<(Area, String)>>,
    /// Every journal that was written, in order.
    pub journals: RefCell<Vec<Value>>,
    /// Writing fails from now on.
    pub storage_is_full: Cell<bool>,
    /// Reading fails from now on.
    pub storage_is_broken: Cell<bool>,
    /// The tab that stands in front.
    pub tab: RefCell<Option<Tab>>,
    /// Whether the alarm is on.
    pub alarm: Cell<bool>,
    /// The worker of this browser.
    pub worker: gatewright::background::Worker,
    /// How the worker dies the next time.
    pub death: Death,
    /// Somebody else's write, made while the worker sleeps the next time: access, outpost, its providers.
    pub on_next_sleep: RefCell<Option<(Access, String, Vec<i64>)>>,
    /// What the page in that tab shows of itself; none where the browser doesn't let us look.
    pub page: RefCell<Option<Page>>,
    /// The browser has taken the permission for hosts away.
    pub host_is_taken: Cell<bool>,
    /// The clipboard.
    pub clipboard: RefCell<String>,
    /// The view belongs to one certain tab.
    pub is_bound: Cell<bool>,
    /// Origins that the browser doesn't let us reach.
    pub out_of_reach: RefCell<BTreeSet<String>>,
    /// The browser lets us look at the page in the tab, and ask from there.
    pub page_can_be_asked: Cell<bool>,
    /// That page's site has a service worker, which answers everything.
    pub page_has_worker: Cell<bool>,
    /// The browser opens private windows for us; the addresses that it opened.
    pub private_windows: RefCell<Option<Vec<String>>>,
    ids: Cell<u32>,
}

/// A page, as far as it can be looked at.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Name or property, and content.
    pub metas: Vec<(&'static str, &'static str)>,
    /// The selectors that match.
    pub found: Vec<&'static str>,
    /// The icon's address.
    pub icon: &'static str,
}

impl World {
    /// A browser whose tab shows `url`.
    pub fn at(url: &str, title: &str) -> Self {
        let world = Self::default();
        *world.tab.borrow_mut() = Some(Tab { id: 1, url: Some(url.to_owned()), title: title.to_owned() });
        world
    }

    /// A browser without a tab, whose requests go through `line`.
    pub fn over(line: Line) -> Self {
        Self { line, ..Self::default() }
    }

    /// Everything that is stored in an area, as text.
    pub fn text_of(&self, area: Area) -> String {
        let stored = self.stored.borrow();
        stored.iter().filter(|((a, _), _)| *a == area).map(|((_, key), value)| format!("{key}: {value}\n")).collect()
    }
}

impl Http for World {
    async fn send(&self, access: &Access, request: &Request) -> Result<Response, Unreachable> {
        if self.host_is_taken.get() {
            return Err(Unreachable::NotAllowed);
        }
        self.death.comes_with_request(self.line.send(access, request)).await
    }

    async fn read_open(&self, base: &BaseUrl, path: &str) -> Result<Response, Unreachable> {
        self.line.read_open(base, path).await
    }

    async fn visit(&self, url: &str) -> Result<Landing, Unreachable> {
        self.line.visit(url, |origin| self.out_of_reach.borrow().contains(origin)).await
    }
}

impl Chance for World {
    /// Countable rather than random: each is new, and as long as it should be.
    fn letters(&self, length: usize) -> String {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let mark = format!("Letters{}x", MADE.fetch_add(1, Ordering::Relaxed));
        mark.chars().cycle().take(length).collect()
    }
}

impl Store for World {
    async fn get(&self, area: Area, key: &str) -> Result<Option<Value>, StoreError> {
        self.read.borrow_mut().insert((area, key.to_owned()));
        if self.storage_is_broken.get() {
            return Err(StoreError);
        }
        Ok(self.stored.borrow().get(&(area, key.to_owned())).cloned())
    }

    async fn set(&self, area: Area, key: &str, value: Value) -> Result<(), StoreError> {
        if self.storage_is_full.get() {
            return Err(StoreError);
        }
        self.death.comes_with_write(false).await;
        if key == "journal" {
            self.journals.borrow_mut().push(value.clone());
        }
        self.stored.borrow_mut().insert((area, key.to_owned()), value);
        self.death.comes_with_write(true).await;
        Ok(())
    }

    async fn remove(&self, area: Area, key: &str) -> Result<(), StoreError> {
        self.stored.borrow_mut().remove(&(area, key.to_owned()));
        Ok(())
    }
}

impl Clock for World {
    fn now(&self) -> f64 {
        1_700_000_000_000.0 + f64::from(self.ids.get())
    }

    async fn sleep(&self, _: u32) {
        let write = self.on_next_sleep.borrow_mut().take();
        if let Some((access, outpost, providers)) = write {
            let path = format!("outposts/instances/{outpost}/");
            let body = serde_json::json!({"type": "proxy", "providers": providers});
            let request = Request { method: gatewright::authentik::Method::Patch, path, body: Some(body) };
            self.line.send(&access, &request).await.expect("somebody else's write");
        }
        tokio::task::yield_now().await;
    }

    fn fresh_id(&self) -> String {
        self.ids.set(self.ids.get() + 1);
        format!("id-{}", self.ids.get())
    }
}

impl Alarm for World {
    async fn keep_waking(&self, on: bool) {
        self.alarm.set(on);
    }
}

impl Desk for World {
    async fn tab(&self) -> Option<Tab> {
        self.tab.borrow().clone()
    }

    fn is_bound(&self) -> bool {
        self.is_bound.get()
    }

    async fn open(&self, _: &str) {}

    async fn open_own(&self, _: &str) {}

    async fn copy(&self, text: &str) -> bool {
        self.clipboard.replace(text.to_owned());
        true
    }

    async fn empty_clipboard(&self) -> bool {
        self.clipboard.take();
        true
    }

    async fn painted(&self) {}

    async fn catalogue(&self) -> Option<String> {
        Some(crate::catalogue())
    }

    async fn look_at_page(&self, _: i32, selectors: &[&str]) -> Option<Value> {
        let page = self.page.borrow().clone()?;
        let found: Vec<&str> = selectors.iter().copied().filter(|selector| page.found.contains(selector)).collect();
        Some(serde_json::json!({"metas": page.metas, "found": found, "icon": page.icon}))
    }

    async fn as_code(&self, ask: &Value) -> Option<Value> {
        let access = gatewright::session::access(self).await;
        let ask = serde_json::from_str(&ask.to_string()).ok()?;
        Some(Box::pin(gatewright::export::answer(self, access.as_ref(), &ask)).await)
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        // Browsers look ahead, RE2 and Rust's expressions don't; enough of it for a test.
        if let Some((beginning, not)) = pattern.strip_prefix('^').and_then(|rest| rest.split_once("(?!")) {
            return text.strip_prefix(beginning).is_some_and(|rest| !rest.starts_with(not.trim_end_matches(')')));
        }
        native_matches(pattern, text)
    }

    async fn probe_page(&self, _: i32, nonce: &str) -> Option<Value> {
        let url = self.tab.borrow().as_ref().filter(|_| self.page_can_be_asked.get())?.url.clone()?;
        let origin = native_url(&url)?.origin();
        Some(self.line.probe(&origin, nonce, self.page_has_worker.get()).await)
    }

    async fn open_private(&self, url: &str) -> bool {
        let mut opened = self.private_windows.borrow_mut();
        opened.as_mut().map(|opened| opened.push(url.to_owned())).is_some()
    }

    async fn may_reach(&self, origin: &str) -> bool {
        !self.host_is_taken.get() && !self.out_of_reach.borrow().contains(origin)
    }

    async fn give_back(&self, origin: &str) {
        self.out_of_reach.borrow_mut().insert(origin.to_owned());
    }

    async fn give_all_back(&self) {
        self.host_is_taken.set(true);
    }

    fn parse_url(&self, text: &str) -> Option<WebUrl> {
        native_url(text)
    }
}
