//! Tabs, clipboard, permissions, the URL parser, and the way to the worker: what a page of ours has.

#![allow(clippy::disallowed_methods, reason = "the door is here")]

use futures_util::future::{Either, select};
use serde_json::{Value, json};
use wasm_bindgen_futures::JsFuture;

use super::json::{from_js, to_js};
use super::{Door, api, early, page};
use crate::authentik::WebUrl;
use crate::plan::{Order, Reply};
use crate::ports::{Clock, Desk, Tab, Worker};

/// Longer than two frames take.
const FRAMES_MS: u32 = 500;
/// Longer than a page needs for what it is asked.
const PROBE_MS: u32 = 15_000;

impl Desk for Door {
    async fn tab(&self) -> Option<Tab> {
        let found = match (early::tab(), page::bound_tab()) {
            (Some(tab), _) => tab,
            (None, Some(id)) => from_js(&api::tabs_get(id).await.ok()?),
            (None, None) => {
                from_js(&api::tabs_query(&to_js(&json!({"active": true, "currentWindow": true}))).await.ok()?)
                    .get_mut(0)
                    .map(Value::take)?
            }
        };
        let text =
            |key: &str| found.get(key).and_then(Value::as_str).map(|text| crate::authentik::read::cut(text).to_owned());
        Some(Tab {
            id: i32::try_from(found.get("id")?.as_i64()?).ok()?,
            url: text("url").filter(|url| !url.is_empty()),
            title: text("title").unwrap_or_default(),
        })
    }

    fn is_bound(&self) -> bool {
        page::bound_tab().is_some()
    }

    async fn open(&self, url: &str) {
        if url.starts_with("https://") || url.starts_with("http://") {
            let _ = api::tabs_create(&to_js(&json!({"url": url}))).await;
        }
    }

    async fn open_own(&self, hash: &str) {
        let id = self.tab().await.map(|tab| format!("?tab={}", tab.id)).unwrap_or_default();
        let url = api::get_url(&format!("popup.html{id}{hash}"));
        let _ = api::tabs_create(&to_js(&json!({"url": url}))).await;
        page::close_popup();
    }

    async fn copy(&self, text: &str) -> bool {
        let Some(window) = web_sys::window() else { return false };
        page::be_in_front();
        JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
    }

    async fn empty_clipboard(&self) -> bool {
        let Some(window) = web_sys::window().filter(|_| page::was_in_front()) else { return false };
        JsFuture::from(window.navigator().clipboard().write_text("")).await.is_ok()
    }

    async fn painted(&self) {
        // The first callback comes before a frame is painted, the second after it.
        let frames = async {
            for _ in 0..2 {
                let promise = js_sys::Promise::new(&mut |resolve, _| api::request_frame(&resolve));
                let _ = JsFuture::from(promise).await;
            }
        };
        // A page in a tab behind others has no frames.
        select(std::pin::pin!(frames), std::pin::pin!(self.sleep(FRAMES_MS))).await;
    }

    async fn catalogue(&self) -> Option<String> {
        let file = gloo_net::http::Request::get(&api::get_url("catalogue.json")).send().await.ok()?;
        file.text().await.ok()
    }

    async fn look_at_page(&self, id: i32, selectors: &[&str]) -> Option<Value> {
        api::look(id, &to_js(&json!(selectors))).await.ok().map(|seen| from_js(&seen))
    }

    async fn probe_page(&self, id: i32, nonce: &str) -> Option<Value> {
        let told = std::pin::pin!(api::probe(id, nonce));
        match select(told, std::pin::pin!(self.sleep(PROBE_MS))).await {
            Either::Left((told, _)) => told.ok().map(|told| from_js(&told)),
            // A page that doesn't come to an end is not waited for.
            Either::Right(_) => None,
        }
    }

    async fn as_code(&self, ask: &Value) -> Option<Value> {
        api::as_code(&to_js(ask)).await.ok().map(|answer| from_js(&answer))
    }

    async fn open_private(&self, url: &str) -> bool {
        api::windows_create(&to_js(&json!({"incognito": true, "url": url})))
            .await
            .is_ok_and(|window| window.is_truthy())
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        matches(pattern, text)
    }

    async fn may_reach(&self, origin: &str) -> bool {
        if let Some(reach) = early::may_reach() {
            return reach;
        }
        api::permissions_contains(&api::origins(origin)).await.is_ok_and(|answer| answer.is_truthy())
    }

    async fn give_back(&self, origin: &str) {
        // A host that the browser keeps all the same is one that nothing is sent to any more.
        let _ = api::permissions_remove(&api::origins(origin)).await;
    }

    async fn give_all_back(&self) {
        let Ok(all) = api::permissions_all().await else { return };
        // Each by itself: what the browser won't take back must not keep the others.
        for pattern in from_js(&all)["origins"].as_array().into_iter().flatten() {
            let _ = api::permissions_remove(&to_js(&json!({"origins": [pattern]}))).await;
        }
    }

    fn parse_url(&self, text: &str) -> Option<WebUrl> {
        parse_url(text)
    }
}

/// The browser's own URL parser.
pub fn parse_url(text: &str) -> Option<WebUrl> {
    let url = web_sys::Url::new(text).ok()?;
    Some(WebUrl {
        scheme: url.protocol().trim_end_matches(':').to_owned(),
        host: url.hostname(),
        port: url.port().parse().ok(),
        path: url.pathname(),
        credentials: !url.username().is_empty() || !url.password().is_empty(),
    })
}

/// The browser's own regular expressions. One that does not compile matches nothing.
pub fn matches(pattern: &str, text: &str) -> bool {
    api::RegExp::new(pattern).is_ok_and(|pattern| pattern.test(text))
}

/// Asks the person for a host. Must be called within a click, before any await: the browser is asked right here, and
/// the answer awaited later.
pub fn ask_for_host(origin: &str) -> impl Future<Output = bool> + 'static {
    let asked = api::permissions_request(&api::origins(origin));
    async move {
        match asked {
            Ok(promise) => JsFuture::from(promise).await.is_ok_and(|answer| answer.is_truthy()),
            Err(_) => false,
        }
    }
}

impl Worker for Door {
    async fn order(&self, order: &Order) -> Option<Reply> {
        let reply = api::send_message(&to_js(&order.to_message())).await.ok()?;
        Reply::from_message(&from_js(&reply))
    }
}
