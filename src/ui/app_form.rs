//! The fields of "Create OIDC app".

use leptos::prelude::AnyView;

use super::dispatch::Desk;
use super::element::{Child, El, Group, each, el, group, truth};
use super::parts::{aside, check, checkable, field_error, note, text_field};
use super::review::{choice, labelled, text, trouble, who};
use crate::catalogue::Mapping;
use crate::screens::{App, Event, OidcEvent, ReviewField, SUBJECTS};
use crate::words::{fill, words};

/// The fields: what a person looks at first, and behind "More settings" the rest.
pub fn app_fields(desk: Desk) -> AnyView {
    let words = words();
    let first = el("dl")
        .class("kv")
        .child(service(desk))
        .child(asked(desk))
        .child(text(desk, "name", words.field_name, ReviewField::Name))
        .child(text(desk, "slug", words.field_slug, ReviewField::Slug))
        .child(text(desk, "external-url", words.field_external_url, ReviewField::ExternalUrl))
        .child(redirects(desk, "redirects", words.field_redirects, ReviewField::Redirects))
        .child(who(desk));
    let choice = |id, name, field, options| choice(desk, id, name, field, options);
    let rest = el("dl")
        .class("kv")
        .child(text(desk, "launch-url", words.field_launch_url, ReviewField::LaunchUrl))
        .child(icon(desk))
        .child(text(desk, "group", words.field_group, ReviewField::Group))
        .child(text(desk, "client-id", words.field_client_id, ReviewField::ClientId))
        .child(choice("key", words.field_key, ReviewField::Key, keys))
        .child(choice("authorization-flow", words.field_authorization_flow, ReviewField::AuthorizationFlow, |app| {
            flows(app, "authorization")
        }))
        .child(choice("invalidation-flow", words.field_invalidation_flow, ReviewField::InvalidationFlow, |app| {
            flows(app, "invalidation")
        }))
        .child(choice("subject", words.field_subject, ReviewField::Subject, |_| subjects()))
        .child(text(desk, "access-validity", words.field_access_validity, ReviewField::AccessValidity))
        .child(text(desk, "refresh-validity", words.field_refresh_validity, ReviewField::RefreshValidity))
        .child(text(desk, "logout-uri", words.field_logout_uri, ReviewField::LogoutUri))
        .child(choice("logout-method", words.field_logout_method, ReviewField::LogoutMethod, |_| logout_methods()))
        .child(post_logout(desk));
    let more = el("details").child(el("summary").child(words.more_settings)).child(rest).child(optional(desk));
    group().child(verified(desk)).child(first).child(more).drawn()
}

/// The searchable list of services.
fn service(desk: Desk) -> Group {
    let error = trouble(desk, ReviewField::Service);
    let shown = desk.part(|app| {
        let chosen = app.of_review(|review, ground| review.service(ground).map(|service| service.name.clone()));
        let typed = app.review.as_ref().and_then(|review| review.app.picker.clone());
        typed.or(chosen).unwrap_or_else(|| words().another_service.to_owned())
    });
    let open = desk.part(|app| app.review.as_ref().is_some_and(|review| review.app.picker.is_some()));
    let hint = desk.part(|app| {
        // Only while it helps: once a service stands there, the room is better used.
        let review = app.review.as_ref().filter(|review| review.app.picker.is_some() || review.app.service.is_none());
        let count = app.catalogue.as_ref().filter(|_| review.is_some())?.services().len();
        Some(fill(words().field_service_hint, &[("count", &count.to_string())]))
    });
    let row = desk.part(|app| app.review.as_ref().map_or(0, |review| review.app.row));
    let oidc = move |event| desk.send(Event::Oidc(event));
    let input = text_field("text", move || shown.get())
        .attr("id", "service")
        .attr("role", "combobox")
        .attr("maxlength", "100")
        .attr("aria-controls", "services")
        .attr("aria-autocomplete", "list")
        .live("aria-expanded", move || truth(open.get()))
        .live(
            "aria-activedescendant",
            move || if open.get() { format!("service-{}", row.get()) } else { String::new() },
        )
        .attr("aria-describedby", "service-hint service-error")
        .on("blur", move |_| {
            if open.peek() {
                oidc(OidcEvent::ServiceLeft);
            }
        })
        .on_text("input", move |text| oidc(OidcEvent::ServiceTyped(text)))
        .on_key(move |key| {
            let event = match key.key().as_str() {
                "ArrowDown" => OidcEvent::ServiceStepped(1),
                "ArrowUp" => OidcEvent::ServiceStepped(-1),
                "Enter" if open.peek() => OidcEvent::ServiceChosen(None),
                "Escape" if open.peek() => OidcEvent::ServiceLeft,
                _ => return,
            };
            key.prevent_default();
            oidc(event);
        });
    let picker = el("dd")
        .class("picker")
        .child(input)
        .child(move || open.get().then(|| rows(desk)))
        .child(aside(move || hint.get()).attr("id", "service-hint"))
        .child(guess(desk))
        .child(field_error(error).attr("id", "service-error"));
    labelled("service", words().field_service, picker)
}

fn rows(desk: Desk) -> El {
    let names = desk.part(|app| {
        let mut names: Vec<String> = app.services().into_iter().map(|service| service.name.clone()).collect();
        names.push(words().another_service.to_owned());
        names
    });
    let selected = desk.part(|app| app.review.as_ref().map_or(0, |review| review.app.row));
    let options = move || {
        each(names.get(), move |row, name| {
            let is = move || selected.get() == row;
            el("button")
                .attr("type", "button")
                .attr("role", "option")
                .attr("tabindex", "-1")
                .attr("id", format!("service-{row}"))
                .live("class", move || if is() { "selected" } else { "" })
                .live("aria-selected", move || truth(is()))
                .on("click", move |_| desk.send(Event::Oidc(OidcEvent::ServiceChosen(Some(row)))))
                .child(name)
        })
    };
    el("div")
        .attr("id", "services")
        .class("card list")
        .attr("role", "listbox")
        .attr("aria-label", words().services)
        // The field keeps the focus while a row is pressed: it is left only when somebody goes elsewhere.
        .on("mousedown", |press| press.prevent_default())
        .child(options)
}

/// A weak guess is only offered; and a service without OIDC is said to be one.
fn guess(desk: Desk) -> Group {
    let offered = desk.part(|app| {
        let (service, sure) = app.guess()?;
        let untouched = app.review.as_ref().is_some_and(|review| review.app.service.is_none());
        let offer = untouched && sure == crate::catalogue::Sure::Perhaps && service.oidc.is_some();
        offer.then(|| fill(words().use_guess, &[("service", &service.name)]))
    });
    let without = desk.part(|app| {
        let chosen = app.of_review(|review, ground| review.service(ground).cloned());
        let service = chosen.as_ref().or(app.guess().map(|(service, _)| service));
        let without = service.filter(|service| service.oidc.is_none())?;
        Some(fill(words().no_oidc_here, &[("service", &without.name)]))
    });
    let take = move |says: String| {
        el("button")
            .attr("type", "button")
            .class("link small")
            .on("click", move |_| desk.send(Event::Oidc(OidcEvent::GuessTaken)))
            .child(says)
    };
    group().child(move || offered.get().map(take)).child(move || without.get().map(note))
}

/// What the catalogue has to ask about this service.
fn asked(desk: Desk) -> impl Fn() -> Group + Send + 'static {
    let questions = desk.part(|app| {
        let all = app.of_review(|review, ground| review.service(ground).map(|service| service.ask.clone()));
        all.unwrap_or_default().into_iter().map(|question| (question.name, question.what)).collect::<Vec<_>>()
    });
    move || {
        let mut all = group();
        for (number, (name, what)) in (0..).zip(questions.get()) {
            let id = format!("asked-{number}");
            let key = name.clone();
            let value = move || {
                let asked = desk.with(|app| app.of_review(|review, ground| review.asked(ground)));
                asked.get(&key).cloned().unwrap_or_default()
            };
            let input = text_field("text", value).attr("id", id.clone()).attr("maxlength", "200");
            let input = input.on_text("input", move |text| {
                desk.send(Event::Oidc(OidcEvent::AskedTyped(name.clone(), text)));
            });
            let described = format!("asked-{number}-error");
            let input = input.attr("aria-describedby", described.clone());
            let error = field_error(trouble(desk, ReviewField::Asked(number))).attr("id", described);
            all = all.child(labelled(id, what, el("dd").child(input).child(error)));
        }
        all
    }
}

/// Redirect URIs, a line each.
fn redirects(desk: Desk, id: &'static str, name: &'static str, field: ReviewField) -> Group {
    labelled(id, name, lines(desk, id, field, group(), words().field_redirects_hint))
}

/// A field with several lines, what stands right below it, and what it is for.
pub fn lines(desk: Desk, id: &'static str, field: ReviewField, below: impl Child, hint: impl Child) -> El {
    let error = trouble(desk, field);
    let (hinted, complained) = (format!("{id}-hint"), format!("{id}-error"));
    let value = move || desk.with(|app| app.of_review(|review, ground| review.value(field, ground)));
    let area = el("textarea")
        .attr("id", id)
        .attr("rows", "2")
        .attr("spellcheck", "false")
        .attr("maxlength", "4000")
        .attr("aria-describedby", format!("{complained} {hinted}"))
        .live("aria-invalid", move || truth(error().is_some()))
        .prop("value", value)
        .on_text("input", move |text| desk.send(Event::ReviewTyped(field, text)));
    let hint = aside(hint).attr("id", hinted);
    el("dd").child(area).child(field_error(error).attr("id", complained)).child(below).child(hint)
}

/// Only releases that tell logouts from logins can have them.
fn post_logout(desk: Desk) -> impl Fn() -> Option<Group> + Send + 'static {
    let known = desk.part(|app| app.ground().is_some_and(|ground| ground.at_least(2026, 5)));
    move || known.get().then(|| redirects(desk, "post-logout", words().field_post_logout, ReviewField::PostLogout))
}

/// Only releases that take an address for it.
fn icon(desk: Desk) -> impl Fn() -> Option<Group> + Send + 'static {
    let known = desk.part(|app| app.ground().is_some_and(|ground| ground.at_least(2025, 12)));
    move || known.get().then(|| text(desk, "icon", words().field_icon, ReviewField::Icon))
}

/// Mappings that the service can do without.
fn optional(desk: Desk) -> impl Fn() -> AnyView + Send + 'static {
    let mappings = desk.part(|app| {
        let says =
            |mapping: &Mapping| fill(words().optional_mapping, &[("scope", &mapping.scope), ("why", &mapping.why)]);
        app.of_review(|review, ground| {
            let oidc = review.service(ground).and_then(|service| service.oidc.as_ref());
            let all = (0u8..).zip(oidc.map(|oidc| oidc.mappings.as_slice()).unwrap_or_default());
            all.filter(|(_, mapping)| !mapping.required)
                .map(|(number, mapping)| (number, says(mapping)))
                .collect::<Vec<_>>()
        })
    });
    move || {
        each(mappings.get(), move |_, (number, says)| {
            let is = move |app: &App| app.review.as_ref().is_some_and(|review| review.app.optional.contains(&number));
            let field = ReviewField::Optional(number);
            check(checkable("checkbox", move || desk.with(is), move |_| typed(desk, field)), says)
        })
    }
}

/// A box was pressed.
pub fn typed(desk: Desk, field: ReviewField) {
    desk.send(Event::ReviewTyped(field, String::new()));
}

/// That addresses will be asserted to be verified is said before.
fn verified(desk: Desk) -> impl Fn() -> Option<AnyView> + Send + 'static {
    let says = desk.part(|app| {
        app.of_review(|review, ground| {
            let service = review.service(ground).filter(|_| review.asserts_verified(ground))?;
            Some(fill(words().verified_says, &[("service", &service.name)]))
        })
    });
    move || says.get().map(note)
}

fn keys(app: &App) -> Vec<(String, String)> {
    let keys = app.review.as_ref().and_then(|review| review.app.keys.as_ref()).map(|(keys, _)| keys.as_slice());
    let signing = keys.unwrap_or_default().iter().filter(|key| key.signs);
    let mut all: Vec<(String, String)> = signing.map(|key| (key.pk.clone(), key.name.clone())).collect();
    all.push((String::new(), words().key_new.to_owned()));
    all
}

fn flows(app: &App, designation: &str) -> Vec<(String, String)> {
    let flows = app.review.as_ref().and_then(|review| review.flows.as_deref()).unwrap_or_default();
    let fitting = flows.iter().filter(|flow| flow.designation == designation);
    fitting.map(|flow| (flow.pk.clone(), format!("{} ({})", flow.name, flow.slug))).collect()
}

fn subjects() -> Vec<(String, String)> {
    let words = words();
    let names = [
        words.subject_hashed_user_id,
        words.subject_user_id,
        words.subject_user_uuid,
        words.subject_user_username,
        words.subject_user_email,
        words.subject_user_upn,
    ];
    SUBJECTS.iter().zip(names).map(|(value, name)| ((*value).to_owned(), name.to_owned())).collect()
}

fn logout_methods() -> Vec<(String, String)> {
    [("backchannel", words().logout_backchannel), ("frontchannel", words().logout_frontchannel)]
        .map(|(value, name)| (value.to_owned(), name.to_owned()))
        .to_vec()
}
