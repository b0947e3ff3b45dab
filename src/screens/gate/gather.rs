//! Asks everything that a verdict about a gate needs.

use futures_util::future::join;

use super::evidence::{Answer, Asked, Evidence, More, Seen, Why};
use super::{Gate, Noted};
use crate::authentik::{Access, ApiError, Unreachable, events, providers_proxy};
use crate::ports::{ask, page, side_by_side};
use crate::screens::Outside;
use crate::site::Origin;
use crate::site::open_paths::is_read_alike;

/// Letters of a nonce: enough that no cache has the address.
const NONCE: usize = 12;
/// Where reverse proxies often have a rule of their own, which then doesn't ask.
const USUAL: [&str; 9] =
    ["/api/", "/api/v1/", "/static/", "/assets/", "/uploads/", "/ws", "/socket.io/", "/metrics", "/index.php"];
/// Kinds of files for which they do.
const ENDINGS: [&str; 5] = [".php", ".js", ".css", ".png", ".json"];
/// So many complaints are read at most.
const EVENTS: u16 = 50;

/// Asks. Nothing here carries the token but the questions to authentik's API.
pub async fn gather(outside: &impl Outside, access: &Access, gate: &Gate) -> Evidence {
    let nonce = outside.letters(NONCE).to_ascii_lowercase();
    let open_paths = providers_proxy::open_paths(gate.provider.pk);
    let asked = join(from_page(outside, gate, &nonce), as_stranger(outside, access, gate, &nonce));
    let ((page, mut stranger), open_paths) = join(asked, ask(outside, access, &open_paths)).await;
    // Afterwards: if the outpost complains about what was just asked, authentik has noted it by now.
    let noted = noted(outside, access, gate).await;
    // What an outpost compares a line with: the path, or the whole address where it guards a domain (proxyv2,
    // application/mode_common.go).
    let before = if gate.provider.mode == "forward_domain" { gate.site.to_string() } else { String::new() };
    let lines = open_paths.as_deref().unwrap_or_default();
    let finds = |line: &str, path: &str| is_read_alike(line) && outside.matches(line, &format!("{before}{path}"));
    let opens = |path: &str| lines.iter().find(|line| finds(line, path)).cloned();
    let opens_root = opens("/");
    for more in stranger.iter_mut().flat_map(|asked| &mut asked.more) {
        more.left_open = opens(&more.path).is_some();
    }
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
    let mut paths = usual_paths(outside, gate).await;
    paths.extend(ENDINGS.map(|ending| format!("/gatewright-{nonce}{ending}")));
    let more = side_by_side(paths.iter().map(|path| visit(format!("{path}?"))));
    let (((root, other), (ping, callback)), more) = join(join(pages, own), more).await;
    let more = paths.into_iter().zip(more).map(|(path, answer)| More { path, answer, left_open: false }).collect();
    Some(Asked { root, other, ping, callback: Some(callback), more })
}

/// The page in the tab, and where reverse proxies often have a rule of their own.
async fn usual_paths(outside: &impl Outside, gate: &Gate) -> Vec<String> {
    let url = outside.tab().await.and_then(|tab| outside.parse_url(tab.url.as_deref()?));
    let here = url.filter(|url| Origin::of(url).as_ref() == Some(&gate.site)).map(|url| url.path);
    let mut paths: Vec<String> = here.into_iter().filter(|path| path.len() > 1).collect();
    paths.extend(USUAL.map(str::to_owned).into_iter().filter(|usual| !paths.contains(usual)).collect::<Vec<_>>());
    paths
}

async fn noted(outside: &impl Outside, access: &Access, gate: &Gate) -> Result<Vec<Noted>, ApiError> {
    let list = events::list("configuration_error").by(EVENTS);
    let rows = list.rows(&[page(outside, access, &list.pages, 1).await?])?;
    // Whole seconds: nothing that prints a float.
    #[allow(clippy::cast_possible_truncation, reason = "seconds since 1970 are far from the limits")]
    let now = (outside.now() / 1000.0) as i64;
    Ok(Noted::about(gate, &rows, now))
}
