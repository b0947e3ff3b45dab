//! The Site screen.

use leptos::prelude::AnyView;

use super::addresses::other_address;
use super::dispatch::{Desk, now};
use super::element::{Child, El, Group, el, group, truth};
use super::parts::{alert, aside, button, chip, fact, hidden_sign, note, sends};
use super::why;
use crate::authentik::outposts::Outpost;
use crate::authentik::providers_proxy::ProxyProvider;
use crate::authentik::{ApiError, Unreachable};
use crate::catalogue::{Speaks, Sure};
use crate::screens::{Advice, App, Event, GateEvent, OidcEvent, Route, Site};
use crate::site::{Gap, Nearby, Part, Place, Status};
use crate::words::{error_text, fill, why_words, words};

/// The tab's site.
pub fn site(desk: Desk) -> AnyView {
    let words = words();
    let place = desk.part(|app| app.place.clone());
    let about = move || match place.get() {
        Place::Site(origin) => {
            let heading = el("div")
                .child(el("h1").child(origin.authority()))
                .child(el("span").class("muted small").child(looks_like(desk)));
            let icon = hidden_sign(el("div").class("icon"), initial(origin.host()));
            group().child(el("div").class("host").child(icon).child(heading)).child(known(desk))
        }
        Place::NotWeb => elsewhere(words.status_not_web, words.means_not_web),
        Place::Unknown => elsewhere(words.status_unknown, words.means_unknown),
        Place::Gone => elsewhere(why_words().status_gone, why_words().means_gone),
    };
    group().child(el("main").child(about)).child(foot(desk)).drawn()
}

fn initial(host: &str) -> String {
    host.trim_start_matches("www.").chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default()
}

/// The service that the page shows, with how sure that is.
fn looks_like(desk: Desk) -> impl Fn() -> Option<String> + Send + 'static {
    let says = desk.part(|app| {
        let (service, sure) = app.guess()?;
        let words = crate::words::words();
        let template = if sure == Sure::Looks { words.looks_like } else { words.perhaps };
        Some(fill(template, &[("service", &service.name)]))
    });
    move || says.get()
}

/// What the service can do besides a gate; with a link to authentik's page about one that has no OIDC.
fn speaks(desk: Desk) -> Group {
    let words = words();
    let found = desk.part(|app| {
        let (service, sure) = app.guess()?;
        let words = crate::words::words();
        let gated = matches!(app.site.status, Some(Status::Protected(_) | Status::PartOfDomain(_)));
        let shown = gated || app.site.status == Some(Status::NotProtected);
        let (template, page) = match service.speaks.first()? {
            Speaks::Oidc if sure == Sure::Looks => {
                (if gated { words.speaks_oidc_gated } else { words.speaks_oidc }, None)
            }
            Speaks::Oidc => return None,
            Speaks::ForwardAuth => (words.speaks_forward_auth, Some(service.docs_url())),
            _ => (words.speaks_other, Some(service.docs_url())),
        };
        let protocols = service.speaks.iter().map(|speaks| speaks.name()).collect::<Vec<_>>().join(", ");
        let says = fill(template, &[("service", &service.name), ("protocols", &protocols)]);
        shown.then(|| (says, page, fill(words.service_page, &[("service", &service.name)])))
    });
    let plain = desk.part(|app| app.guess().is_none() && app.site.status == Some(Status::NotProtected));
    let page =
        move |url: String, name: String| sends(desk, "link small", move || Event::OpenPressed(url.clone())).child(name);
    group().child(move || plain.get().then(|| aside(words.forward_auth_explained))).child(move || {
        found.get().map(|(says, url, name)| group().child(aside(says)).child(url.map(|url| page(url, name))))
    })
}

fn elsewhere(status: &'static str, means: &'static str) -> Group {
    group().child(el("h1").child(status)).child(el("p").child(means))
}

fn known(desk: Desk) -> Group {
    let status = desk.part(|app| app.site.status.clone());
    let error = desk.part(|app| app.site.error.clone());
    let refused = desk.part(|app| app.refused.clone());
    let in_part = desk.part(|app| app.sees_a_part() && app.site.status == Some(Status::NotProtected));
    let failed = move |error: ApiError| {
        let first = status.peek().is_none();
        let says = if first { words().look_failed_first } else { words().look_failed };
        let way_on = if matches!(error, ApiError::Unreachable(Unreachable::NotAllowed)) {
            button(desk, "quiet", words().reconnect, || Event::OpenOwnPressed(Route::Connect))
        } else {
            button(desk, "quiet", words().open_to_see, move || Event::OpenPressed(page_of(desk, "")))
        };
        group().child(alert(format!("{says} {}", error_text(&error)))).child(way_on)
    };
    group()
        .child(status_row(desk))
        .child(move || error.get().map(failed))
        .child(move || refused.get().map(alert))
        .child(move || status.get().map(|status| el("p").child(Site::meaning(&status))))
        .child(move || in_part.get().then(|| aside(words().sees_a_part)))
        .child(hint(desk))
        .child(beside(desk))
        .child(move || status.get().map(|status| actions(desk, &status)))
        .child(move || status.get().and_then(|status| facts(desk, &status)))
        .child(super::code::way(desk, |app| app.slug_of_site().is_some()))
        .child(advice(desk))
        .child(undo(desk))
}

/// The address of a page of the instance.
fn page_of(desk: Desk, path: &str) -> String {
    desk.peek(|app| app.access.as_ref().map(|access| access.base.page(path))).unwrap_or_default()
}

fn status_row(desk: Desk) -> El {
    let words = words();
    let status = desk.part(|app| app.site.status.clone());
    let looking = desk.part(|app| app.site.looking);
    let age = desk.part(age);
    let chip = move || match status.get() {
        Some(status) => {
            let (class, sign) = match status {
                Status::Protected(_) | Status::PartOfDomain(_) | Status::OidcApp { .. } => ("chip ok", "✓"),
                Status::NotProtected => ("chip open", "○"),
                Status::Incomplete(..) => ("chip bad", "!"),
                Status::Authentik => ("chip", "•"),
            };
            chip(class, sign, Site::label(&status).to_owned())
        }
        None if looking.get() => el("span").class("chip skeleton").child(words.checking).drawn(),
        None => chip("chip", "?", words.status_not_known.to_owned()),
    };
    // At the right, so that nothing is pushed aside when it says something else. Two elements: neither becomes the other.
    let busy = move || (looking.get() && status.get().is_some()).then(|| el("span").child(words.checking));
    let read = move || (!looking.get()).then(|| el("span").child(age.get()));
    el("div")
        .class("row status")
        .live("aria-busy", move || truth(looking.get()))
        .child(chip)
        .child(el("span").class("when grow muted small").child(busy).child(read))
        .child(button(desk, "link small", words.check_again, || Event::CheckAgain))
}

fn age(app: &App) -> String {
    let words = words();
    let minutes = (now() - app.site.read) / 60_000.0;
    match minutes {
        _ if app.site.read == 0.0 => String::new(),
        m if m < 1.0 => words.checked_now.to_owned(),
        m if m < 120.0 => {
            // Counted, not printed: what prints floats is 21 kB.
            let whole = (1..=120).take_while(|whole| f64::from(*whole) <= m + 0.5).count();
            fill(words.checked_minutes, &[("minutes", &whole.to_string())])
        }
        _ => words.checked_long_ago.to_owned(),
    }
}

fn actions(desk: Desk, status: &Status) -> El {
    let words = words();
    let protect = |class| button(desk, class, words.protect, || Event::ProtectPressed);
    let oidc = || button(desk, "quiet", words.create_oidc, || Event::Oidc(OidcEvent::CreatePressed));
    let open =
        |path: String| button(desk, "quiet", words.open_in_authentik, move || Event::OpenPressed(page_of(desk, &path)));
    let application = |slug: &Option<String>| match slug {
        Some(slug) => format!("if/admin/#/core/applications/{}", crate::authentik::request::encode(slug)),
        None => "if/admin/#/core/applications".to_owned(),
    };
    let provider = |proxy: &ProxyProvider| format!("if/admin/#/core/providers/{}", proxy.pk);
    let remove = || button(desk, "quiet", words.remove_protection, || Event::RemovePressed);
    let verify = |class| button(desk, class, words.verify, || Event::Gate(GateEvent::Pressed));
    let stack = el("div").class("stack");
    match status {
        Status::NotProtected => {
            stack.child(protect("primary")).child(oidc()).child(speaks(desk)).child(other_address(desk))
        }
        Status::Protected(proxy) => stack
            .child(verify("primary"))
            .child(open(application(&proxy.application_slug)))
            .child(why::ask(desk))
            .child(remove())
            .child(besides(desk)),
        Status::Incomplete(proxy, gap) => {
            let gates = why_words();
            let step = |name| button(desk, "primary", name, || Event::ProtectPressed);
            let step = match gap {
                Gap::NoOutpost if proxy.is_domain_level() => Some(step(words.finish)),
                Gap::NoOutpost => Some(protect("primary")),
                Gap::NoApplication => Some(step(gates.add_application)),
                Gap::Twice => Some(step(gates.choose_kept)),
                Gap::CookieDomain => Some(step(gates.set_cookie_domain)),
                Gap::Spelling => Some(step(gates.set_address)),
                Gap::NotConnected => None,
            };
            // What a whole domain hangs on isn't taken off from one of its sites.
            let off = (!proxy.is_domain_level()).then(remove);
            stack.child(step).child(why::ask(desk)).child(open(provider(proxy))).child(off)
        }
        Status::PartOfDomain(proxy) => stack
            .child(verify("primary"))
            .child(open(application(&proxy.application_slug)))
            .child(why::ask(desk))
            .child(protect("quiet"))
            .child(besides(desk)),
        Status::OidcApp { slug, .. } => {
            stack.child(show_details(desk, "primary")).child(open(application(slug))).child(protect("quiet"))
        }
        Status::Authentik => stack.child(open("if/admin/".to_owned())),
    }
}

/// What to do outside authentik.
fn hint(desk: Desk) -> impl Fn() -> Option<AnyView> + Send + 'static {
    let hint = desk.part(|app| app.site.hint());
    move || hint.get().map(note)
}

/// Another spelling of the host, which may be what is meant.
fn beside(desk: Desk) -> impl Fn() -> Option<El> + Send + 'static {
    let known = desk.part(|app| app.site.nearby.clone().zip(app.origin().map(|origin| origin.authority())));
    move || {
        let words = why_words();
        known.get().map(|(nearby, host)| {
            let (says, other) = match nearby {
                Nearby::WithoutDot(other) => (fill(words.nearby_dot, &[("host", &other.authority())]), other),
                Nearby::Www(other) => {
                    (fill(words.nearby_www, &[("host", &host), ("other", &other.authority())]), other)
                }
            };
            let name = fill(words.nearby_open, &[("host", &other.authority())]);
            let way = sends(desk, "quiet", move || Event::OpenPressed(other.to_string())).child(name);
            el("div").class("alert warn").attr("role", "note").child(el("p").child(says)).child(way)
        })
    }
}

fn show_details(desk: Desk, class: &'static str) -> AnyView {
    button(desk, class, words().show_details, || Event::Oidc(OidcEvent::DetailsPressed))
}

/// Behind a gate: the app that the service has besides, or the way to one.
fn besides(desk: Desk) -> impl Fn() -> Group + Send + 'static {
    let app = desk.part(|app| {
        let provider = app.oidc_provider()?;
        let name = provider.application_name.clone().unwrap_or_else(|| provider.name.clone());
        Some(fill(crate::words::words().also_app, &[("name", &name)]))
    });
    let create = move || button(desk, "quiet", words().create_oidc, || Event::Oidc(OidcEvent::CreatePressed));
    move || match app.get() {
        Some(says) => group().child(el("p").class("small").child(says)).child(show_details(desk, "quiet")),
        None => group().child(create()).child(speaks(desk)),
    }
}

fn facts(desk: Desk, status: &Status) -> Option<El> {
    let words = words();
    let (Status::Protected(proxy) | Status::PartOfDomain(proxy) | Status::Incomplete(proxy, _)) = status else {
        if let Status::OidcApp { name, .. } = status {
            return Some(el("div").class("card").child(fact(words.fact_application, &name.clone())));
        }
        return None;
    };
    let outposts = desk.with(|app| {
        let names: Vec<String> = app.inventory().outposts_of(proxy.pk).map(|outpost| outpost.name.clone()).collect();
        names.join(", ")
    });
    let mode = match proxy.mode.as_str() {
        "forward_domain" if proxy.domain().is_empty() => words.none.to_owned(),
        "forward_domain" => fill(words.mode_domain, &[("domain", proxy.cookie_domain.trim_start_matches('.'))]),
        "proxy" => words.mode_proxy.to_owned(),
        _ => words.mode_single.to_owned(),
    };
    let or_none = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| words.none.to_owned());
    let card = el("div")
        .class("card")
        .child(fact(words.fact_application, &or_none(proxy.application_name.clone())))
        .child(fact(words.fact_provider, &proxy.name.clone()))
        .child(fact(words.fact_outpost, &or_none(Some(outposts))))
        .child(fact(words.fact_mode, &mode));
    Some(card)
}

/// What should be put right.
pub fn advice(desk: Desk) -> AnyView {
    let all = desk.part(|app| app.access.as_ref().map(|access| app.site.advice(&access.base)).unwrap_or_default());
    let draw = move || {
        let mut rows = group();
        for advice in all.get() {
            rows = rows.child(match advice {
                Advice::Denied(part) => note(denied(part).to_owned()),
                Advice::AuthentikHost(outpost, host) => repair(desk, outpost, host),
            });
        }
        rows
    };
    draw.drawn()
}

fn denied(part: Part) -> &'static str {
    let words = words();
    match part {
        Part::Proxies => words.denied_proxies,
        Part::Outposts => words.denied_outposts,
        Part::OAuth2 => words.denied_oauth2,
        Part::Applications => words.denied_applications,
    }
}

fn repair(desk: Desk, outpost: Outpost, host: String) -> AnyView {
    let words = words();
    let fix = fill(words.advice_host_fix, &[("host", &host)]);
    let template = if outpost.authentik_host.is_empty() { words.advice_host } else { words.advice_host_other };
    let says = fill(template, &[("outpost", &outpost.name), ("now", &outpost.authentik_host), ("host", &host)]);
    let event = move || Event::HostRepairPressed(Box::new(outpost.clone()), host.clone());
    el("div").class("alert warn").child(el("p").child(says)).child(sends(desk, "quiet", event).child(fix)).drawn()
}

fn undo(desk: Desk) -> impl Fn() -> Option<El> + Send + 'static {
    let record = desk
        .part(|app| app.undoable().map(|record| (record.journal.plan.id.clone(), record.journal.plan.title.clone())));
    move || {
        record.get().map(|(id, title)| {
            let button = sends(desk, "link small", move || Event::UndoPressed(id.clone()));
            button.child(fill(words().undo_recent, &[("title", &title)]))
        })
    }
}

fn foot(desk: Desk) -> El {
    let ask = desk.part(|app| app.settings.ask_before_applying);
    let says = move || if ask.get() { words().ask_on } else { words().ask_off };
    el("footer").class("small muted").child(el("span").class("grow").child(says))
}
