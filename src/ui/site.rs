//! The Site screen.

use leptos::prelude::*;

use super::app_form::other_address;
use super::dispatch::{Desk, now};
use super::parts::{alert, button, chip, fact, note};
use crate::authentik::providers_proxy::ProxyProvider;
use crate::catalogue::{Speaks, Sure};
use crate::screens::{Advice, App, Event, OidcEvent, Route, Site};
use crate::site::{Gap, Part, Place, Status};
use crate::words::{error_text, fill, words};

/// The tab's site.
pub fn site(desk: Desk) -> AnyView {
    let words = words();
    let place = desk.part(|app| app.place.clone());
    view! {
        <main>
            {move || match place.get() {
                Place::Site(origin) => view! {
                    <div class="host">
                        <div class="icon" aria-hidden="true">{initial(origin.host())}</div>
                        <div><h1>{origin.authority()}</h1><span class="muted small">{looks_like(desk)}</span></div>
                    </div>
                    {known(desk)}
                }.into_any(),
                Place::NotWeb => elsewhere(words.status_not_web, words.means_not_web),
                Place::Unknown => elsewhere(words.status_unknown, words.means_unknown),
            }}
        </main>
        {foot(desk)}
    }
    .into_any()
}

fn initial(host: &str) -> String {
    host.trim_start_matches("www.").chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default()
}

/// The service that the page shows, with how sure that is.
fn looks_like(desk: Desk) -> impl Fn() -> Option<String> {
    let says = desk.part(|app| {
        let (service, sure) = app.guess()?;
        let words = crate::words::words();
        let template = if sure == Sure::Looks { words.looks_like } else { words.perhaps };
        Some(fill(template, &[("service", &service.name)]))
    });
    move || says.get()
}

/// What the service can do besides a gate; with a link to authentik's page about one that has no OIDC.
fn speaks(desk: Desk) -> AnyView {
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
    view! {
        {move || plain.get().then(|| view! { <p class="muted small">{words.forward_auth_explained}</p> })}
        {move || found.get().map(|(says, page, name)| view! {
            <p class="muted small">{says}</p>
            {page.map(|url| view! {
                <button type="button" class="link small" on:click=move |click| {
                    desk.send_trusted(&click, Event::OpenPressed(url.clone()));
                }>{name}</button>
            })}
        })}
    }
    .into_any()
}

fn elsewhere(status: &'static str, means: &'static str) -> AnyView {
    view! { <h1>{status}</h1><p>{means}</p> }.into_any()
}

fn known(desk: Desk) -> AnyView {
    let status = desk.part(|app| app.site.status.clone());
    let error = desk.part(|app| app.site.error.clone());
    let refused = desk.part(|app| app.refused.clone());
    view! {
        {status_row(desk)}
        {move || error.get().map(|error| {
            let first = status.get_untracked().is_none();
            let says = if first { words().look_failed_first } else { words().look_failed };
            let reconnect = matches!(error, crate::authentik::ApiError::Unreachable(crate::authentik::Unreachable::NotAllowed));
            view! {
                {alert(format!("{says} {}", error_text(&error)))}
                {if reconnect {
                    button(desk, "quiet", words().reconnect, || Event::OpenOwnPressed(Route::Connect))
                } else {
                    button(desk, "quiet", words().open_to_see, move || Event::OpenPressed(page_of(desk, "")))
                }}
            }
        })}
        {move || refused.get().map(alert)}
        {move || status.get().map(|status| view! { <p>{Site::meaning(&status)}</p> })}
        {move || status.get().map(|status| actions(desk, &status))}
        {move || status.get().and_then(|status| facts(desk, &status))}
        {advice(desk)}
        {undo(desk)}
    }
    .into_any()
}

/// The address of a page of the instance.
fn page_of(desk: Desk, path: &str) -> String {
    desk.app.with_untracked(|app| app.access.as_ref().map(|access| access.base.page(path))).unwrap_or_default()
}

fn status_row(desk: Desk) -> AnyView {
    let words = words();
    let status = desk.part(|app| app.site.status.clone());
    let looking = desk.part(|app| app.site.looking);
    let age = desk.part(age);
    view! {
        <div class="row status" aria-busy=move || looking.get().to_string()>
            {move || status.get().map_or_else(
                || if looking.get() {
                    view! { <span class="chip skeleton">{words.checking}</span> }.into_any()
                } else {
                    chip("", "?", words.status_not_known.to_owned())
                },
                |status| {
                    let (kind, sign) = match status {
                        Status::Protected(_) | Status::PartOfDomain(_) | Status::OidcApp { .. } => ("ok", "✓"),
                        Status::NotProtected => ("open", "○"),
                        Status::Incomplete(..) => ("bad", "!"),
                        Status::Authentik => ("", "•"),
                    };
                    chip(kind, sign, Site::label(&status).to_owned())
                },
            )}
            <span class="muted small">{move || if looking.get() { words.checking.to_owned() } else { age.get() }}</span>
            {button(desk, "link small", words.check_again, || Event::CheckAgain)}
        </div>
    }
    .into_any()
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

fn actions(desk: Desk, status: &Status) -> AnyView {
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
    let row = match status {
        Status::NotProtected => view! { {protect("primary")}{oidc()}{speaks(desk)}{other_address(desk)} }.into_any(),
        Status::Protected(proxy) => {
            view! { {open(application(&proxy.application_slug))}{remove()}{besides(desk)} }.into_any()
        }
        Status::Incomplete(proxy, Gap::NoOutpost) => {
            view! { {protect("primary")}{open(provider(proxy))}{remove()} }.into_any()
        }
        Status::Incomplete(proxy, Gap::NoApplication) => view! { {open(provider(proxy))}{remove()} }.into_any(),
        Status::PartOfDomain(proxy) => {
            view! { {open(application(&proxy.application_slug))}{protect("quiet")}{besides(desk)} }.into_any()
        }
        Status::OidcApp { slug, .. } => {
            view! { {show_details(desk, "primary")}{open(application(slug))}{protect("quiet")} }.into_any()
        }
        Status::Authentik => open("if/admin/".to_owned()),
    };
    view! { <div class="stack">{row}</div> }.into_any()
}

fn show_details(desk: Desk, class: &'static str) -> AnyView {
    button(desk, class, words().show_details, || Event::Oidc(OidcEvent::DetailsPressed))
}

/// Behind a gate: the app that the service has besides, or the way to one.
fn besides(desk: Desk) -> AnyView {
    let app = desk.part(|app| {
        let provider = app.oidc_provider()?;
        let name = provider.application_name.clone().unwrap_or_else(|| provider.name.clone());
        Some(fill(crate::words::words().also_app, &[("name", &name)]))
    });
    view! {
        {move || match app.get() {
            Some(says) => view! { <p class="small">{says}</p>{show_details(desk, "quiet")} }.into_any(),
            None => view! { {button(desk, "quiet", words().create_oidc, || Event::Oidc(OidcEvent::CreatePressed))}{speaks(desk)} }.into_any(),
        }}
    }
    .into_any()
}

fn facts(desk: Desk, status: &Status) -> Option<AnyView> {
    let words = words();
    let (Status::Protected(proxy) | Status::PartOfDomain(proxy) | Status::Incomplete(proxy, _)) = status else {
        if let Status::OidcApp { name, .. } = status {
            return Some(view! { <div class="card">{fact(words.fact_application, name.clone())}</div> }.into_any());
        }
        return None;
    };
    let outposts = desk.app.with(|app| {
        let names: Vec<String> = app.inventory().outposts_of(proxy.pk).map(|outpost| outpost.name.clone()).collect();
        names.join(", ")
    });
    let mode = match proxy.mode.as_str() {
        "forward_domain" => fill(words.mode_domain, &[("domain", proxy.cookie_domain.trim_start_matches('.'))]),
        "proxy" => words.mode_proxy.to_owned(),
        _ => words.mode_single.to_owned(),
    };
    let or_none = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| words.none.to_owned());
    Some(
        view! {
            <div class="card">
                {fact(words.fact_application, or_none(proxy.application_name.clone()))}
                {fact(words.fact_provider, proxy.name.clone())}
                {fact(words.fact_outpost, or_none(Some(outposts)))}
                {fact(words.fact_mode, mode)}
            </div>
        }
        .into_any(),
    )
}

/// What should be put right.
pub fn advice(desk: Desk) -> AnyView {
    let words = words();
    let advice = desk.part(|app| app.access.as_ref().map(|access| app.site.advice(&access.base)).unwrap_or_default());
    view! {
        {move || advice.get().into_iter().map(|advice| match advice {
            Advice::Denied(part) => note(match part {
                Part::Proxies => words.denied_proxies,
                Part::Outposts => words.denied_outposts,
                Part::OAuth2 => words.denied_oauth2,
                Part::Applications => words.denied_applications,
            }.to_owned()),
            Advice::AuthentikHost(outpost, host) => {
                let fix = fill(words.advice_host_fix, &[("host", &host)]);
                let template = if outpost.authentik_host.is_empty() { words.advice_host } else { words.advice_host_other };
                let says = fill(template, &[("outpost", &outpost.name), ("now", &outpost.authentik_host), ("host", &host)]);
                view! {
                    <div class="alert warn">
                        <p>{says}</p>
                        <button type="button" class="quiet" on:click=move |click| {
                            desk.send_trusted(&click, Event::HostRepairPressed(Box::new(outpost.clone()), host.clone()));
                        }>{fix}</button>
                    </div>
                }.into_any()
            }
        }).collect::<Vec<_>>()}
    }
    .into_any()
}

fn undo(desk: Desk) -> AnyView {
    let record = desk
        .part(|app| app.undoable().map(|record| (record.journal.plan.id.clone(), record.journal.plan.title.clone())));
    view! {
        {move || record.get().map(|(id, title)| view! {
            <button type="button" class="link small" on:click=move |click| {
                desk.send_trusted(&click, Event::UndoPressed(id.clone()));
            }>{fill(words().undo_recent, &[("title", &title)])}</button>
        })}
    }
    .into_any()
}

fn foot(desk: Desk) -> AnyView {
    let ask = desk.part(|app| app.settings.ask_before_applying);
    view! {
        <footer class="small muted">
            <span class="grow">{move || if ask.get() { words().ask_on } else { words().ask_off }}</span>
        </footer>
    }
    .into_any()
}
