//! A site asked as a stranger asks it: by the extension, and from the page in the tab. As browsers do it.

use gatewright::authentik::Unreachable;
use gatewright::ports::{Landing, native_url};
use reqwest::header::LOCATION;
use serde_json::{Value, json};

use crate::http::Line;

/// Addresses of sites are followed so far at most.
const MOST_HOPS: usize = 10;

impl Line {
    /// One request, followed nowhere.
    async fn once(&self, url: &str) -> Result<reqwest::Response, Unreachable> {
        let url: reqwest::Url = url.parse().map_err(|_| Unreachable::NoAnswer)?;
        self.client().get(url).send().await.map_err(|_| Unreachable::NoAnswer)
    }

    /// Follows redirects, as far as `is_closed` lets it: an origin for which there is no permission.
    pub async fn visit(&self, url: &str, is_closed: impl Fn(&str) -> bool) -> Result<Landing, Unreachable> {
        let mut url = url.to_owned();
        for hop in 0..MOST_HOPS {
            let origin = native_url(&url).ok_or(Unreachable::NoAnswer)?.origin();
            if is_closed(&origin) {
                return Err(if hop == 0 { Unreachable::NotAllowed } else { Unreachable::Redirected });
            }
            let answer = self.once(&url).await?;
            match next(&answer) {
                Some(further) => url = further,
                None => return landing(answer).await,
            }
        }
        Err(Unreachable::NoAnswer)
    }

    /// What `extension/probe.js` tells.
    pub async fn probe(&self, origin: &str, nonce: &str, worker: bool) -> Value {
        let get = |path: String| async move {
            if worker {
                return json!({"status": 200, "path": path, "text": ""});
            }
            let url = format!("{origin}{path}?gatewright={nonce}");
            let closed = |other: &str| other != origin;
            match self.visit(&url, closed).await {
                Ok(landing) => {
                    let at = native_url(&landing.url).expect("an address").path;
                    json!({"status": landing.status, "path": at, "text": landing.text, "authentik": landing.authentik})
                }
                Err(Unreachable::Redirected) => json!({"away": true}),
                Err(_) => json!({"failed": "asked"}),
            }
        };
        let (root, other) = (get("/".to_owned()).await, get(format!("/gatewright-{nonce}")).await);
        let ping = get("/outpost.goauthentik.io/ping".to_owned()).await;
        json!({"origin": origin, "worker": worker, "root": root, "other": other, "ping": ping})
    }
}

fn next(answer: &reqwest::Response) -> Option<String> {
    let to = answer.headers().get(LOCATION).filter(|_| answer.status().is_redirection())?.to_str().ok()?;
    Some(answer.url().join(to).ok()?.to_string())
}

async fn landing(answer: reqwest::Response) -> Result<Landing, Unreachable> {
    let (url, status) = (answer.url().to_string(), answer.status().as_u16());
    let authentik = answer.headers().contains_key("x-authentik-id");
    let text = answer.text().await.map_err(|_| Unreachable::NoAnswer)?;
    let text = if status < 400 { String::new() } else { text.chars().take(300).collect() };
    Ok(Landing { url, status, text, authentik })
}
