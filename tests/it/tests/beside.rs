//! What stands beside our lines in a real proxy: rules of its own that don't ask, spellings that pass for others. Verify sees the
//! former; the latter reach nobody.

use embedded_authentik::Release;
use gatewright::screens::{Event, GateEvent, Holds};
use gatewright_it::company::set;
use gatewright_it::pasted::{at_localhost, protected, reached, shown, site_of};
use gatewright_it::{Popup, Program, RealProxy, Visitor, World, free_place};

const PROGRAMS: [Program; 3] = [Program::Nginx, Program::Caddy, Program::Ingress];

async fn underscores(program: Program) {
    let set = set(Release::R2026_8).await;
    let at = free_place();
    let authority = format!("larder.home.test:{}", at.port());
    let site = format!("http://{authority}");
    let world = World::at(&site, "Larder");
    let mut popup = protected(&world, &set, "^/health$").await;
    let text = shown(&mut popup, &set, program).await;
    let proxy = RealProxy::start(program, at, &site_of(program, &authority, at, &set, &text));
    let mut person = Visitor::with(".home.test", proxy.ip());
    let page = person.open_as("barbara.liskov", &format!("{site}/shelf")).await;
    assert_eq!(page.person(), Some("barbara.liskov"), "{page:?}");
    // WSGI, CGI, PHP-FPM and Rack make HTTP_X_AUTHENTIK_USERNAME of both spellings.
    person.forged = vec![
        ("X_authentik_username", "akadmin".into()),
        ("X-authentik_username", "akadmin".into()),
        ("x_authentik-groups", "akadmin".into()),
    ];
    let page = person.open(&format!("{site}/shelf")).await;
    assert_eq!(page.status, 200);
    assert!(!page.told().contains("akadmin"), "{program:?}: a forged identity header arrives: {}", page.told());
}

#[tokio::test]
async fn no_identity_gets_through_that_is_spelled_with_underscores() {
    for program in PROGRAMS {
        Box::pin(underscores(program)).await;
    }
}

#[tokio::test]
async fn paths_that_begin_nearly_like_the_outposts_own_are_not_open() {
    for program in PROGRAMS {
        let set = set(Release::R2026_8).await;
        let at = free_place();
        let authority = format!("larder.home.test:{}", at.port());
        let world = World::at(&format!("http://{authority}"), "Larder");
        let mut popup = protected(&world, &set, "^/api/").await;
        let text = shown(&mut popup, &set, program).await;
        let proxy = RealProxy::start(program, at, &site_of(program, &authority, at, &set, &text));
        set.control.clear_requests();
        let mut open = Vec::new();
        for target in [
            "/outpost.goauthentik.io",
            "/outpost.goauthentik.io-secret",
            "/OUTPOST.goauthentik.io/secret",
            "//outpost.goauthentik.io/../secret",
            "/outpost.goauthentik.io;/secret",
            "/outpost.goauthentik.io//secret",
            "/%6futpost.goauthentik.io/x",
            "/api\\..\\secret",
            "/api/%5c..%5csecret",
            "/api/%252e%252e/secret",
            "/api/x#/../../secret",
            "/secret?X-authentik-auth-callback=true",
            "/secret%3f/api/",
            "/api%00/../secret",
            "http://larder.home.test/api/../secret",
            "/api/..%3b/secret",
            "/api/.%0a./secret",
            "/api/..%20/secret",
        ] {
            let answer =
                proxy.raw(&format!("GET {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")).await;
            let reached = reached(&set);
            if !reached.is_empty() {
                open.push(format!("{target}: {} → {reached:?}", answer.lines().next().unwrap_or_default()));
            }
            set.control.clear_requests();
        }
        // Below what is left open, a path that only an odd site would take for another comes through.
        open.retain(|line| !line.starts_with("/api"));
        assert!(open.is_empty(), "{program:?}: {open:#?}");
    }
}

/// What Verify says of a site behind our text with a rule of its own beside it, one that passes requests on without asking:
/// a stranger gets 200 at `path` then.
async fn verified(program: Program, open: &str, own: Option<&str>, path: &str) -> (Holds, Vec<String>) {
    let set = set(Release::R2026_8).await;
    let at = at_localhost();
    let authority = format!("larder.localhost:{}", at.port());
    let site = format!("http://{authority}");
    let world = World::at(&site, "Larder");
    let mut popup = protected(&world, &set, open).await;
    let text = shown(&mut popup, &set, program).await;
    popup.send(Event::EndSeen).await;
    let mut block = site_of(program, &authority, at, &set, &text);
    let upstream = set.about().urls.site.replace("site.localhost", "127.0.0.1");
    let inside = block.find("{\n").expect("a block") + 2;
    if let Some(own) = own {
        let rule = match program {
            Program::Nginx | Program::Ingress => format!("location {own} {{ proxy_pass {upstream}; }}\n"),
            Program::Caddy => format!("handle {own} {{\n reverse_proxy {upstream}\n}}\n"),
        };
        block.insert_str(inside, &rule);
    }
    let _proxy = RealProxy::start(program, at, &block);
    let stranger = gatewright_it::new_client().get(format!("{site}{path}")).send().await.expect("an answer");
    assert_eq!(stranger.status().as_u16() == 200, own.is_some(), "whether a stranger is in at {path}");
    popup.send(Event::Gate(GateEvent::Pressed)).await;
    popup.send(Event::Gate(GateEvent::LetPressed)).await;
    let (_, outcome) = popup.app.check.outcome.clone().expect("a verdict");
    (outcome.holds, outcome.found.into_iter().map(|found| found.says).collect())
}

#[tokio::test]
async fn verify_finds_our_own_text_closed_in_each() {
    for program in PROGRAMS {
        let (holds, says) = Box::pin(verified(program, "", None, "/shelf")).await;
        assert_eq!(holds, Holds::Closed, "{program:?}: {says:#?}");
        let (holds, says) = Box::pin(verified(program, "^/health$", None, "/shelf")).await;
        assert_eq!(holds, Holds::LeftOpen, "{program:?}: {says:#?}");
    }
}

#[tokio::test]
async fn verify_is_not_closed_where_a_rule_of_ones_own_does_not_ask() {
    let mut wrong = Vec::new();
    let rules = [
        (Program::Nginx, r"~ \.php$", "/index.php"),
        (Program::Nginx, "/api/v1/", "/api/v1/secret"),
        (Program::Nginx, r"~* \.(js|css|png|json)$", "/data.json"),
        (Program::Nginx, "/socket.io/", "/socket.io/x"),
        (Program::Nginx, "^~ /uploads", "/uploads/a"),
        (Program::Caddy, "/*.php", "/index.php"),
        (Program::Caddy, "/api/*", "/api/v1/secret"),
        (Program::Caddy, "/uploads*", "/uploads/a"),
    ];
    for (program, own, path) in rules {
        let (holds, says) = Box::pin(verified(program, "", Some(own), path)).await;
        if holds == Holds::Closed {
            wrong.push(format!("{program:?}, {own}: {says:?}"));
        }
    }
    assert!(wrong.is_empty(), "closed, where a stranger gets in: {wrong:#?}");
}

/// `^/(?!admin)` is no expression of RE2: the form says itself that it opens nothing. Browsers find it in `/api/`.
#[tokio::test]
async fn verify_does_not_excuse_an_open_path_by_a_line_that_opens_nothing() {
    let (holds, says) = Box::pin(verified(Program::Nginx, "^/(?!admin)", Some("/api/"), "/api/secret")).await;
    assert_eq!(holds, Holds::Open, "{says:#?}");
}

/// Front page to the login, every other page is the site's own 404: a gate before `location = /` alone, and a site that
/// knows no such page.
#[tokio::test]
async fn verify_is_not_closed_where_other_pages_are_answered_with_404_by_the_site() {
    let set = set(Release::R2026_8).await;
    let at = at_localhost();
    let authority = format!("larder.localhost:{}", at.port());
    let site = format!("http://{authority}");
    let world = World::at(&site, "Larder");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.protect().await;
    let text = shown(&mut popup, &set, Program::Nginx).await;
    popup.send(Event::EndSeen).await;
    let mut block = site_of(Program::Nginx, &authority, at, &set, &text);
    let server = block.find("server_name").expect("a server block");
    block.insert_str(server, "location /gatewright- { return 404; }\n");
    let _proxy = RealProxy::start(Program::Nginx, at, &block);
    popup.send(Event::Gate(GateEvent::Pressed)).await;
    popup.send(Event::Gate(GateEvent::LetPressed)).await;
    let (_, outcome) = popup.app.check.outcome.clone().expect("a verdict");
    assert_ne!(outcome.holds, Holds::Closed, "{outcome:#?}");
}
