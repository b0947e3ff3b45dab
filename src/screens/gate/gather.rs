//! Asks everything that a verdict about a gate needs.

use futures_util::future::join;

use super::evidence::{Answer, Asked, Evidence, Seen, Why};
use super::{Gate, Noted};
use crate::authentik::{Access, ApiError, Unreachable, events, providers_proxy};
use crate::ports::{ask, page};
use crate::screens::Outside;

/// Letters of a nonce: enough that no cache has the address.
const NONCE: usize = 12;
/// So many complaints are read at most.
const EVENTS: u16 = 50;

/// Asks. Nothing here carries the token but the questions to authentik's API.
pub async fn gather(outside: &impl Outside, access: &Access, gate: &Gate) -> Evidence {
    let nonce = outside.letters(NONCE).to_ascii_lowercase();
    let open_paths = providers_proxy::open_paths(gate.provider.pk);
    let asked = join(from_page(outside, gate, &nonce), as_stranger(outside, access, gate, &nonce));
    let ((page, stranger), open_paths) = join(asked, ask(outside, access, &open_paths)).await;
    // Afterwards: if the outpost complains about what was just asked, authentik has noted it by now.
    let noted = noted(outside, access, gate).await;
    // What an outpost compares a line with: the path, or the whole address where it guards a domain (proxyv2,
    // application/mode_common.go).
    let subject = if gate.provider.mode == "forward_domain" { format!("{}/", gate.site) } else { "/".to_owned() };
    let opens = |lines: &Vec<String>| lines.iter().find(|line| outside.matches(line, &subject)).cloned();
    let opens_root = open_paths.as_ref().ok().and_then(opens);
    Evidence { page, stranger, noted, open_paths, opens_root }
}

/// The page in the tab, if that is still the site's and we may look at it.
async fn from_page(outside: &impl Outside, gate: &Gate, nonce: &str) -> Seen {
    match outside.tab().await {
        Some(tab) => Seen::of(outside.probe_page(tab.id, nonce).await.as_ref(), &gate.site),
        None => Seen::Ended,
    }
}

/// The extension itself, where the person has allowed it.
async fn as_stranger(outside: &impl Outside, access: &Access, gate: &Gate, nonce: &str) -> Option<Asked> {
    let site = gate.site.to_string();
    if !outside.may_reach(&site).await {
        return None;
    }
    let visit = |path: String| {
        let url = format!("{site}{path}gatewright={nonce}");
        async move {
            match outside.visit(&url).await {
                Ok(landing) => Answer::of_landing(&landing, &gate.site, &access.base, |text| outside.parse_url(text)),
                Err(Unreachable::Redirected) => Answer::Away,
                Err(Unreachable::TimedOut) => Answer::Silent(Why::TimedOut),
                Err(_) => Answer::Silent(Why::NoAnswer),
            }
        }
    };
    let pages = join(visit("/?".to_owned()), visit(format!("/gatewright-{nonce}?")));
    // The mark of the redirect URI, with which an outpost takes the way back even where it is only asked by the proxy
    // (proxyv2, application/mode_forward.go).
    let back = "/outpost.goauthentik.io/callback?X-authentik-auth-callback=true&";
    let own = join(visit("/outpost.goauthentik.io/ping?".to_owned()), visit(back.to_owned()));
    let ((root, other), (ping, callback)) = join(pages, own).await;
    Some(Asked { root, other, ping, callback: Some(callback) })
}

async fn noted(outside: &impl Outside, access: &Access, gate: &Gate) -> Result<Vec<Noted>, ApiError> {
    let list = events::list("configuration_error").by(EVENTS);
    let rows = list.rows(&[page(outside, access, &list.pages, 1).await?])?;
    // Whole seconds: nothing that prints a float.
    #[allow(clippy::cast_possible_truncation, reason = "seconds since 1970 are far from the limits")]
    let now = (outside.now() / 1000.0) as i64;
    Ok(Noted::about(gate, &rows, now))
}
