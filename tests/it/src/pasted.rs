//! What "Done" shows for a real proxy, pasted into what a person has already.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use embedded_authentik::Running;
use gatewright::plan::Phase;
use gatewright::plan::snippets::{Snippet, snippet};
use gatewright::screens::{Event, ReviewField};

use crate::{Popup, Program, World};

/// The tab's site, protected, but for some paths.
pub async fn protected<'a>(world: &'a World, set: &Running, open: &str) -> Popup<'a> {
    let mut popup = Popup::connected(world, set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    popup.send(Event::ReviewTyped(ReviewField::OpenLines, open.into())).await;
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    popup
}

/// The text that "Done" shows for a proxy.
pub async fn shown(popup: &mut Popup<'_>, set: &Running, program: Program) -> String {
    let which = if program == Program::Nginx { Snippet::Nginx } else { Snippet::Caddy };
    let address = set.about().urls.authentik.replace("authentik.localhost", "127.0.0.1");
    popup.send(Event::OutpostAddressTyped(address)).await;
    snippet(which, &popup.app.filling().expect("what fills a snippet"))
}

/// The snippet, in what a person has already: a server block of their own, and the line that passes requests on.
pub fn site_of(program: Program, authority: &str, at: SocketAddr, set: &Running, snippet: &str) -> String {
    let upstream = set.about().urls.site.replace("site.localhost", "127.0.0.1");
    let host = authority.split(':').next().unwrap_or_default();
    let own = |line: &str, mine: &str| {
        let mut found = false;
        let lines: String = snippet
            .lines()
            .map(|text| {
                let is = text.trim().starts_with(line);
                found |= is;
                format!("{}\n", if is { mine } else { text })
            })
            .collect();
        assert!(found, "it says where one's own line goes:\n{snippet}");
        lines
    };
    match program {
        Program::Nginx => {
            let inner = own("# keep your own proxy_pass", &format!("proxy_pass {upstream};"));
            format!("server {{\nlisten {at};\nserver_name {host};\n{inner}}}\n")
        }
        Program::Caddy => own("# keep your own reverse_proxy", &format!("        reverse_proxy {upstream}")),
    }
}

/// The requests that came through to the site.
pub fn reached(set: &Running) -> Vec<String> {
    set.control.requests().into_iter().filter(|seen| seen.server == "site").map(|seen| seen.path).collect()
}

/// A place where browsers and the extension's own questions find `*.localhost`.
pub fn at_localhost() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("a free port")
}
