//! What "Done" shows, pasted into real nginx and real Caddy before the sample site: who gets in, as whom, and who doesn't.

use embedded_authentik::{Options, Release, start};
use gatewright::plan::Phase;
use gatewright::screens::{Event, GateEvent, Holds, ReviewField};
use gatewright_it::pasted::{at_localhost, protected, reached, shown, site_of};
use gatewright_it::{Popup, Program, RealProxy, Visitor, World, free_place, new_client};

const PROGRAMS: [Program; 3] = [Program::Nginx, Program::Caddy, Program::Ingress];
const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];
/// Every header about who it is.
const IDENTITY: [&str; 12] = [
    "X-authentik-username",
    "X-authentik-groups",
    "X-authentik-entitlements",
    "X-authentik-email",
    "X-authentik-name",
    "X-authentik-uid",
    "X-authentik-jwt",
    "X-authentik-meta-jwks",
    "X-authentik-meta-outpost",
    "X-authentik-meta-provider",
    "X-authentik-meta-app",
    "X-authentik-meta-version",
];

#[tokio::test]
async fn a_stranger_meets_the_login_and_a_person_gets_in_with_their_name() {
    for (program, release) in PROGRAMS.into_iter().flat_map(|program| RELEASES.map(|release| (program, release))) {
        let set = start(Options { release, ..Options::default() }).await.expect("an embedded authentik");
        let at = free_place();
        let authority = format!("larder.home.test:{}", at.port());
        let site = format!("http://{authority}");
        let world = World::at(&site, "Larder");
        let mut popup = protected(&world, &set, "^/health$\n^/api/").await;
        let text = shown(&mut popup, &set, program).await;
        let proxy = RealProxy::start(program, at, &site_of(program, &authority, at, &set, &text));
        let visitor = || Visitor::with(".home.test", proxy.ip());
        let about = format!("{program:?} {release:?}");

        // A stranger: to the login, at this application's door.
        let client_id = popup.app.inventory().proxies.iter().find(|proxy| proxy.external_host == site);
        let client_id = client_id.expect("a provider").client_id.clone();
        let page = visitor().open(&format!("{site}/shelf?row=2")).await;
        assert!(page.is_login(), "{about}: {page:?}");
        let door = format!("{}/application/o/authorize/?client_id={client_id}&", set.about().urls.authentik);
        assert!(page.hops.iter().any(|hop| hop.starts_with(&door)), "{about}: {:?}", page.hops);
        assert_eq!(reached(&set), Vec::<String>::new(), "{about}");

        // A person: back to where they wanted to go, and the site is told who they are.
        let mut person = visitor();
        let page = person.open_as("barbara.liskov", &format!("{site}/shelf?row=2")).await;
        assert_eq!(
            (page.url.as_str(), page.status),
            (format!("{site}/shelf?row=2").as_str(), 200),
            "{about}: {page:?}"
        );
        assert_eq!(page.person(), Some("barbara.liskov"), "{about}: {}", page.told());
        for line in ["x-authentik-email: barbara.liskov@", "x-authentik-meta-app: larder\n", "x-authentik-uid: "] {
            assert!(page.told().contains(line), "{about}: {}", page.told());
        }
        assert_eq!(person.open(&format!("{site}/jars")).await.person(), Some("barbara.liskov"), "{about}: stays in");

        // What a person or a stranger says about themselves never arrives.
        let forged: Vec<(&str, String)> = IDENTITY.iter().map(|name| (*name, "forged".to_owned())).collect();
        person.forged = forged.clone();
        let page = person.open(&format!("{site}/jars")).await;
        assert_eq!(page.person(), Some("barbara.liskov"), "{about}: {}", page.told());
        assert!(!page.told().contains("forged"), "{about}: {}", page.told());
        let mut stranger = visitor();
        stranger.forged = forged;
        let page = stranger.open(&format!("{site}/health")).await;
        assert_eq!((page.status, page.person()), (200, Some("nobody")), "{about}: an open path");
        assert!(!page.told().contains("forged"), "{about}: {}", page.told());
        assert!(stranger.open(&format!("{site}/healthy")).await.is_login(), "{about}: only that one");

        // Undo, while the proxy still asks: nobody gets in.
        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        set.control.clear_requests();
        for path in ["/shelf", "/health"] {
            let url = format!("{site}{path}");
            assert_ne!(visitor().open(&url).await.status, 200, "{about}: {path}");
            assert_ne!(person.open(&url).await.status, 200, "{about}: {path}");
        }
        assert_eq!(reached(&set), Vec::<String>::new(), "{about}");
    }
}

/// The other text of a domain: what its authentication URL has to have, once.
fn sign_in_of(program: Program, at: std::net::SocketAddr, snippet: &str) -> String {
    let (_, once) = snippet.split_once("# once").expect("what is needed once");
    let (_, once) = once.split_once('\n').expect("lines");
    match program {
        Program::Nginx => {
            let lines: String = once.lines().map(|line| format!("{}\n", line.trim_start_matches("# "))).collect();
            format!("server {{\nlisten {at};\nserver_name auth.home.test;\n{lines}}}\n")
        }
        Program::Caddy | Program::Ingress => once.to_owned(),
    }
}

#[tokio::test]
async fn a_domain_takes_one_login_for_all_of_its_sites() {
    let programs = [Program::Nginx, Program::Caddy].into_iter();
    for (program, release) in programs.flat_map(|program| RELEASES.map(|release| (program, release))) {
        let set = start(Options { release, ..Options::default() }).await.expect("an embedded authentik");
        let at = free_place();
        let [larder, jars] = ["larder", "jars"].map(|name| format!("{name}.home.test:{}", at.port()));
        let world = World::at(&format!("http://{larder}"), "Larder");
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        popup.send(Event::ReviewTyped(ReviewField::Cover, "domain".into())).await;
        let open = format!("^http://{}/health$", larder.replace('.', r"\."));
        popup.send(Event::ReviewTyped(ReviewField::OpenLines, open)).await;
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let text = shown(&mut popup, &set, program).await;
        let own = text.split("\n# once").next().unwrap_or_default();
        let sites = [&larder, &jars].map(|site| site_of(program, site, at, &set, &own.replace(&larder, site)));
        let proxy = RealProxy::start(program, at, &(sites.concat() + &sign_in_of(program, at, &text)));
        let visitor = || Visitor::with(".home.test", proxy.ip());
        let about = format!("{program:?} {release:?}");

        for site in [&larder, &jars] {
            assert!(visitor().open(&format!("http://{site}/shelf")).await.is_login(), "{about}: {site}");
        }
        assert!(visitor().open(&format!("http://{jars}/health")).await.is_login(), "{about}: only the other's");
        assert!(visitor().open(&format!("http://{larder}/?http://{larder}/health")).await.is_login(), "{about}");
        assert_eq!(reached(&set), Vec::<String>::new(), "{about}");
        assert_eq!(visitor().open(&format!("http://{larder}/health")).await.person(), Some("nobody"), "{about}");
        let mut person = visitor();
        let page = person.open_as("barbara.liskov", &format!("http://{jars}/shelf?row=2")).await;
        assert_eq!(
            (page.person(), page.url.clone()),
            (Some("barbara.liskov"), format!("http://{jars}/shelf?row=2")),
            "{about}"
        );
        let other = person.open(&format!("http://{larder}/shelf")).await;
        assert_eq!((other.person(), other.hops.len()), (Some("barbara.liskov"), 0), "{about}: {other:?}");
        set.control.clear_requests();
        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        for site in [&larder, &jars] {
            assert_ne!(person.open(&format!("http://{site}/shelf")).await.status, 200, "{about}");
        }
        assert_eq!(reached(&set), Vec::<String>::new(), "{about}");
    }
}

#[tokio::test]
async fn no_header_and_no_path_that_a_stranger_makes_up_opens_the_gate() {
    for program in PROGRAMS {
        let set = start(Options::default()).await.expect("an embedded authentik");
        let at = free_place();
        let (authority, other) = (format!("larder.home.test:{}", at.port()), format!("other.home.test:{}", at.port()));
        // Another gate of the same outpost, which is open where this one isn't.
        let (elsewhere, world) =
            (World::at(&format!("http://{other}"), "Other"), World::at(&format!("http://{authority}"), "Larder"));
        protected(&elsewhere, &set, "^/shelf").await;
        let mut popup = protected(&world, &set, "^/api/").await;
        let text = shown(&mut popup, &set, program).await;
        let proxy = RealProxy::start(program, at, &site_of(program, &authority, at, &set, &text));
        let proxy = &proxy;
        let ask = async |target: &str, host: &str, headers: &str| {
            proxy.raw(&format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n")).await
        };
        let open = ask("/api/x", &authority, "").await;
        assert!(open.starts_with("HTTP/1.1 200"), "{program:?}: an open path is open: {open}");
        set.control.clear_requests();
        let whole = format!("http://{authority}/shelf");
        let mut tries = vec![("/shelf", authority.as_str(), String::new()), (whole.as_str(), &other, String::new())];
        let paths = [
            "/outpost.goauthentik.io/../shelf",
            "/outpost.goauthentik.io%2f..%2fshelf",
            "/api/../shelf",
            "/api/./../shelf",
            "/api/%2e%2e/shelf",
            "/api/%2E./shelf",
            "/api%2f..%2fshelf",
            "/api/..;/shelf",
            "/api/..",
            "/shelf?x=/api/",
            "/shelf/api/",
        ];
        tries.extend(paths.map(|path| (path, authority.as_str(), String::new())));
        let headers = [
            format!("X-Forwarded-Host: {other}"),
            "X-Forwarded-Uri: /api/x".into(),
            "X-Original-URI: /api/x".into(),
            "X-Original-URI: /outpost.goauthentik.io/x".into(),
            format!("X-Original-URL: http://{authority}/api/x"),
            format!("X-Original-URL: http://{authority}/outpost.goauthentik.io/x"),
            "X-Forwarded-Method: OPTIONS".into(),
        ];
        tries.extend(headers.map(|header| ("/shelf", authority.as_str(), format!("{header}\r\n"))));
        let mut open = Vec::new();
        for (target, host, header) in tries {
            let answer = ask(target, host, &header).await;
            if answer.starts_with("HTTP/1.1 2") || !reached(&set).is_empty() {
                open.push(format!("{target} at {host} with {header}: {}", answer.lines().next().unwrap_or_default()));
            }
            set.control.clear_requests();
        }
        assert!(open.is_empty(), "{program:?}: {open:#?}");
    }
}

#[tokio::test]
async fn verify_calls_a_gate_closed_that_is_and_not_one_with_a_location_that_does_not_ask() {
    let own = |upstream: &str| {
        [String::new(), format!("proxy_pass {upstream};"), "return 401;".to_owned(), "return 444;".to_owned()]
    };
    for (number, expected) in [Holds::Closed, Holds::Open, Holds::NotKnown, Holds::NotKnown].into_iter().enumerate() {
        let set = start(Options::default()).await.expect("an embedded authentik");
        // Under a name that browsers, and so the tests' own line, find at this very address.
        let at = at_localhost();
        let authority = format!("larder.localhost:{}", at.port());
        let site = format!("http://{authority}");
        let world = World::at(&site, "Larder");
        let mut popup = protected(&world, &set, "").await;
        let text = shown(&mut popup, &set, Program::Nginx).await;
        popup.send(Event::EndSeen).await;
        let mut block = site_of(Program::Nginx, &authority, at, &set, &text);
        let upstream = set.about().urls.site.replace("site.localhost", "127.0.0.1");
        let location = &own(&upstream)[number];
        if !location.is_empty() {
            let server = block.find("server_name").expect("a server block");
            block.insert_str(server, &format!("location /api/ {{ {location} }}\n"));
        }
        let _proxy = RealProxy::start(Program::Nginx, at, &block);
        let stranger =
            new_client().get(format!("{site}/api/secret")).send().await.map(|answer| answer.status().as_u16());
        assert_eq!(stranger.ok(), [Some(302), Some(200), Some(401), None][number]);
        popup.send(Event::Gate(GateEvent::Pressed)).await;
        popup.send(Event::Gate(GateEvent::LetPressed)).await;
        let (_, outcome) = popup.app.check.outcome.clone().expect("a verdict");
        assert_eq!(outcome.holds, expected, "{outcome:#?}");
        let told = outcome.found.iter().any(|found| found.says.contains("/api/"));
        assert_eq!(told, number > 0, "{outcome:#?}");
    }
}
