//! faults.md 12 and 13: tokens that may do little. What they lack is said, the rest works, and nothing is left half done.

use embedded_authentik::{Release, Running, TokenOrder};
use gatewright::plan::{Mark, Phase, Plan};
use gatewright::screens::{Event, OidcEvent, ReviewField, Screen, WhoGetsIn};
use gatewright::session::Lack;
use gatewright::site::{Part, Status};
use gatewright_it::company::set;
use gatewright_it::{Popup, World};
use serde_json::Value;

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

/// Codenames as authentik writes them in full.
fn full(codename: &str) -> String {
    let app = match codename.split_once('_').map(|(_, model)| model) {
        Some("proxyprovider") => "authentik_providers_proxy",
        Some("oauth2provider" | "scopemapping") => "authentik_providers_oauth2",
        Some("outpost") => "authentik_outposts",
        Some("policybinding") => "authentik_policies",
        Some("certificatekeypair") => "authentik_crypto",
        Some("flow") => "authentik_flows",
        _ => "authentik_core",
    };
    format!("{app}.{codename}")
}

fn token(set: &Running, codenames: &[&str]) -> String {
    let permissions = codenames.iter().map(|codename| full(codename)).collect();
    set.control.make_token(&TokenOrder { permissions, ..TokenOrder::default() }).token
}

/// What a client could change, without the people that a test makes tokens for; redirect URIs without the kind that
/// 2026.5 writes out.
fn held(set: &Running) -> Value {
    let mut state = set.control.state();
    for provider in state["providers"].as_array_mut().into_iter().flatten() {
        for uri in provider["oauth"]["redirect_uris"].as_array_mut().into_iter().flatten() {
            if uri["redirect_uri_type"] == "authorization" {
                uri.as_object_mut().expect("a redirect").remove("redirect_uri_type");
            }
        }
    }
    // A set of providers, in no order that means anything.
    for outpost in state["outposts"].as_array_mut().into_iter().flatten() {
        outpost["providers"].as_array_mut().expect("a list").sort_by_key(Value::as_i64);
    }
    let parts = ["applications", "providers", "outposts", "bindings", "scope_mappings", "certificates"];
    parts.iter().map(|part| (*part, state[*part].clone())).collect()
}

/// A plan, how a person comes to it, and the least role that carries it out.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Case {
    Protect,
    ProtectForGroup,
    Finish,
    Remove,
    AuthentikHost,
    App,
    AppForGroup,
    AppWithKeyAndMapping,
    AddOrigin,
    MoveApp,
}

const CASES: [Case; 10] = [
    Case::Protect,
    Case::ProtectForGroup,
    Case::Finish,
    Case::Remove,
    Case::AuthentikHost,
    Case::App,
    Case::AppForGroup,
    Case::AppWithKeyAndMapping,
    Case::AddOrigin,
    Case::MoveApp,
];

/// What is looked at before there is a plan.
const LOOK: [&str; 4] = ["view_proxyprovider", "view_outpost", "view_oauth2provider", "view_application"];

impl Case {
    /// What the form reads besides [`LOOK`].
    fn form(self) -> &'static [&'static str] {
        match self {
            Self::Protect | Self::ProtectForGroup => &["view_flow", "view_group"],
            Self::App | Self::AppForGroup | Self::AppWithKeyAndMapping => {
                &["view_flow", "view_group", "view_scopemapping", "view_certificatekeypair"]
            }
            _ => &[],
        }
    }

    /// What the plan itself needs to be carried out, and to be taken back.
    fn plan(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Protect => (
                &[
                    "add_application",
                    "add_proxyprovider",
                    "change_outpost",
                    "view_application",
                    "view_proxyprovider",
                    "view_outpost",
                ],
                &["delete_application", "delete_proxyprovider", "view_policybinding"],
            ),
            Self::ProtectForGroup => (
                &[
                    "add_application",
                    "add_proxyprovider",
                    "add_policybinding",
                    "change_outpost",
                    "view_application",
                    "view_proxyprovider",
                    "view_outpost",
                ],
                &["delete_application", "delete_proxyprovider", "view_policybinding"],
            ),
            Self::Finish | Self::AuthentikHost => (&["change_outpost", "view_outpost"], &[]),
            Self::Remove => (
                &[
                    "change_outpost",
                    "delete_application",
                    "delete_proxyprovider",
                    "view_application",
                    "view_proxyprovider",
                    "view_outpost",
                    "view_policybinding",
                ],
                &[],
            ),
            Self::App => (
                &["add_application", "add_oauth2provider", "view_application", "view_oauth2provider"],
                &["delete_application", "delete_oauth2provider", "view_policybinding"],
            ),
            Self::AppForGroup => (
                &[
                    "add_application",
                    "add_oauth2provider",
                    "add_policybinding",
                    "view_application",
                    "view_oauth2provider",
                ],
                &["delete_application", "delete_oauth2provider", "view_policybinding"],
            ),
            Self::AppWithKeyAndMapping => (
                &[
                    "add_application",
                    "add_oauth2provider",
                    "add_scopemapping",
                    "add_certificatekeypair",
                    "view_application",
                    "view_oauth2provider",
                    "view_scopemapping",
                    "view_certificatekeypair",
                ],
                &[
                    "delete_application",
                    "delete_oauth2provider",
                    "delete_scopemapping",
                    "delete_certificatekeypair",
                    "view_policybinding",
                ],
            ),
            Self::AddOrigin => (&["change_oauth2provider", "view_oauth2provider"], &[]),
            Self::MoveApp => {
                (&["change_oauth2provider", "change_application", "view_oauth2provider", "view_application"], &[])
            }
        }
    }

    /// All of the least role.
    fn role(self) -> Vec<&'static str> {
        let (forward, back) = self.plan();
        let mut role: Vec<&str> = LOOK.iter().chain(self.form()).chain(forward).chain(back).copied().collect();
        role.sort_unstable();
        role.dedup();
        role
    }

    fn world(self, set: &Running) -> World {
        match self {
            Self::Protect | Self::ProtectForGroup => World::at(&set.about().urls.site, "Larder"),
            Self::Finish => World::at("https://radarr.example.org/", "Radarr"),
            Self::Remove | Self::AuthentikHost => World::at("https://sonarr.example.org/", "Sonarr"),
            Self::App | Self::AppForGroup => World::at("https://metrics.example.com/login", "Grafana"),
            // Mealie takes only verified addresses: a mapping of its own is made.
            Self::AppWithKeyAndMapping => World::at("https://mealie.example.com/login", "Mealie"),
            Self::AddOrigin => World::at("https://staging.example.org/", "Grafana"),
            Self::MoveApp => World::at("https://new.example.org/", "Gitea"),
        }
    }

    fn prepare(self, set: &Running) {
        match self {
            Self::AuthentikHost => set.control.set_authentik_host(""),
            Self::AppWithKeyAndMapping => set.control.change(|world| world.certificates.clear()),
            Self::MoveApp => set.control.change(|world| {
                let app = world.applications.iter_mut().find(|app| app.slug == "gitea").expect("Gitea");
                app.meta_launch_url = "https://git.example.org/".into();
            }),
            _ => {}
        }
    }

    /// From the Site screen to a filled-in review; the review may not open at all.
    async fn review(self, popup: &mut Popup<'_>) {
        match self {
            Self::Protect | Self::ProtectForGroup | Self::Finish => popup.send(Event::ProtectPressed).await,
            Self::Remove => popup.send(Event::RemovePressed).await,
            Self::AuthentikHost => {
                let outpost = popup.app.inventory().outposts.first().cloned();
                let base = popup.app.access.as_ref().map(|access| access.base.to_string()).unwrap_or_default();
                if let Some(outpost) = outpost {
                    popup.send(Event::HostRepairPressed(Box::new(outpost), base)).await;
                }
            }
            Self::App | Self::AppForGroup | Self::AppWithKeyAndMapping => {
                popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
            }
            Self::AddOrigin => popup.send(Event::Oidc(OidcEvent::AddOriginPressed)).await,
            Self::MoveApp => popup.send(Event::Oidc(OidcEvent::MoveAppPressed)).await,
        }
        if matches!(self, Self::AddOrigin | Self::MoveApp) {
            let name = if self == Self::MoveApp { "Gitea" } else { "Grafana" };
            let app = popup.app.inventory().oauth2.iter().find(|provider| provider.name == name).map(|app| app.pk);
            if let Some(pk) = app {
                popup.send(Event::ReviewTyped(ReviewField::App, pk.to_string())).await;
            }
        }
        if matches!(self, Self::ProtectForGroup | Self::AppForGroup) {
            let groups = popup.app.review.as_ref().and_then(|review| review.groups.clone()).unwrap_or_default();
            if let Some(group) = groups.into_iter().find(|group| group.name == "engineering") {
                popup.send(Event::WhoChosen(WhoGetsIn::Groups)).await;
                popup.send(Event::ReviewTyped(ReviewField::Groups, group.pk)).await;
            }
        }
    }
}

/// Everything that is said about the token before anything is applied.
fn said_before(popup: &Popup<'_>) -> String {
    let app = &popup.app;
    let advice = app.access.as_ref().map(|access| app.site.advice(&access.base)).unwrap_or_default();
    let lacks = app.who.as_ref().map(|who| who.lacks.clone()).unwrap_or_default();
    let review = app.review.as_ref();
    let error = review.and_then(|review| review.error.clone());
    let hanging = review.and_then(|review| review.hanging.clone()).and_then(Result::err);
    format!("{advice:?} {lacks:?} {error:?} {hanging:?} {:?} {:?}", app.needs(), app.troubles())
}

#[tokio::test]
async fn fault_13_the_permissions_that_a_review_names_are_the_ones_that_authentik_asks_for() {
    for release in RELEASES {
        for case in CASES {
            let set = set(release).await;
            case.prepare(&set);
            let before = held(&set);
            let world = case.world(&set);
            let mut popup = Popup::connected(&world, &set, &token(&set, &case.role())).await;
            case.review(&mut popup).await;
            let plan: Plan = popup.app.preview().unwrap_or_else(|| panic!("{case:?}: a plan, {:?}", popup.app.site));
            let (forward, back) = case.plan();
            let sorted = |list: Vec<String>| {
                let mut list = list;
                list.sort();
                list
            };
            let needs = plan.needs();
            let wanted = |list: &[&str]| sorted(list.iter().map(|codename| (*codename).to_owned()).collect());
            assert_eq!((sorted(needs.forward), sorted(needs.back)), (wanted(forward), wanted(back)), "{case:?}");
            let line = popup.app.needs().expect("a quiet line");
            assert!(forward.iter().chain(back).all(|codename| line.contains(codename)), "{line}");
            popup.send(Event::ApplyPressed).await;
            assert_eq!(popup.journal().phase, Phase::Done, "{case:?} {release:?}: {:?}", popup.journal());
            if plan.can_be_undone() {
                let id = popup.journal().plan.id.clone();
                popup.send(Event::UndoPressed(id)).await;
                assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{case:?}: {:?}", popup.journal());
                assert_eq!(held(&set), before, "{case:?} {release:?}");
            }
        }
    }
}

#[tokio::test]
async fn fault_13_whatever_single_permission_is_missing_nothing_is_left_half_done() {
    without_each(Release::R2026_8).await;
}

#[tokio::test]
async fn fault_13_whatever_single_permission_is_missing_nothing_is_left_half_done_on_an_old_release() {
    without_each(Release::R2025_10).await;
}

async fn without_each(release: Release) {
    for case in CASES {
        for missing in case.role() {
            let set = set(release).await;
            case.prepare(&set);
            let before = held(&set);
            let world = case.world(&set);
            let rest: Vec<&str> = case.role().into_iter().filter(|codename| *codename != missing).collect();
            let mut popup = Popup::connected(&world, &set, &token(&set, &rest)).await;
            case.review(&mut popup).await;
            let said = said_before(&popup);
            let about = format!("{case:?} without {missing} on {release:?}");
            if popup.app.preview().is_none() || popup.app.troubles().iter().any(|trouble| trouble.blocks) {
                // It doesn't come to a plan: then what is missing was said.
                assert!(told(&said, missing), "{about}: {said}");
                assert_eq!(held(&set), before, "{about}");
                continue;
            }
            let ready = popup.app.review.as_ref().is_some_and(gatewright::screens::Review::is_ready);
            popup.send(Event::ApplyPressed).await;
            if !ready {
                assert!(told(&said, missing), "{about}: {said}");
                assert!(popup.app.journal.is_none() && held(&set) == before, "{about}");
                continue;
            }
            check_end(&popup, &set, &before, case, missing, &said, &about);
        }
    }
}

/// Whether it was said before that this permission is missing: known by a list that may not be read, or named as needed.
fn told(said: &str, missing: &str) -> bool {
    let part = match missing {
        "view_proxyprovider" => "Proxies",
        "view_outpost" => "Outposts",
        "view_oauth2provider" => "OAuth2",
        "view_application" => "Applications",
        // The lists that only a form reads: their refusal stands in the review.
        "view_flow" => "SeeFlows",
        "view_group" => "SeeGroups",
        _ => "Denied",
    };
    said.contains(part) || said.contains(missing)
}

fn check_end(popup: &Popup<'_>, set: &Running, before: &Value, case: Case, missing: &str, said: &str, about: &str) {
    let journal = popup.journal();
    match &journal.phase {
        // What the plan did not need after all: taking back, or a list that only the form reads.
        Phase::Done => {
            let (forward, _) = case.plan();
            let spared = !forward.contains(&missing) || missing.starts_with("view_");
            assert!(spared || case == Case::Remove && missing == "change_outpost", "{about}: {journal:?}");
            let needed = case.plan().0.contains(&missing) || case.plan().1.contains(&missing);
            assert!(!needed || told(said, missing), "{about}: {said}");
        }
        Phase::TakenBack(why) => {
            assert_eq!(held(set), *before, "{about}");
            // A name that is taken by what the token may not see is known only after.
            let unseen = missing == "view_oauth2provider" && why.contains("exists already");
            assert!(why.contains("may not do this") || why.contains("does not exist") || unseen, "{about}: {why}");
            assert!(told(said, missing), "{about}: {said}");
        }
        // A deletion can't be taken back: what is left is told, and marked.
        Phase::Asking(why) if case == Case::Remove && missing == "delete_proxyprovider" => {
            assert!(why.contains("Delete proxy provider") && why.contains("may not do this"), "{about}: {why}");
            assert!(journal.marks.iter().any(|mark| matches!(mark, Mark::Failed(_))), "{about}: {journal:?}");
            assert!(said.contains("stops there and shows what is left"), "{about}: {said}");
        }
        other => panic!("{about}: {other:?} {:?}", journal.marks),
    }
}

#[tokio::test]
async fn fault_13_undo_without_the_right_to_delete_says_what_is_left_and_can_be_tried_again() {
    for release in RELEASES {
        for missing in ["delete_application", "delete_proxyprovider"] {
            let set = set(release).await;
            let world = Case::Protect.world(&set);
            let before = held(&set);
            let rest: Vec<&str> = Case::Protect.role().into_iter().filter(|codename| *codename != missing).collect();
            let mut popup = Popup::connected(&world, &set, &token(&set, &rest)).await;
            popup.protect().await;
            assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
            let id = popup.journal().plan.id.clone();
            popup.send(Event::UndoPressed(id)).await;
            assert!(matches!(popup.journal().phase, Phase::Stuck(_)), "{missing}: {:?}", popup.journal());
            let said = popup.journal().marks.iter().find_map(|mark| match mark {
                Mark::Left(why) => Some(why.clone()),
                _ => None,
            });
            assert!(said.as_ref().is_some_and(|why| why.contains("may not do this")), "{said:?}");
            // Somebody who may takes it back to the end.
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            assert_eq!(popup.app.screen(), Screen::Work(gatewright::screens::Work::Asking));
            popup.send(Event::Answered(gatewright::plan::Choice::TakeBack)).await;
            assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
            assert_eq!(held(&set), before, "{missing} {release:?}");
        }
    }
}

#[tokio::test]
async fn fault_12_a_token_without_any_right_asserts_nothing_and_says_what_it_lacks() {
    for release in RELEASES {
        let set = set(release).await;
        let world = Case::Protect.world(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.plain).await;
        assert_eq!(popup.app.site.error, None);
        assert_eq!(popup.app.site.status, None, "what can't be listed is not said to be missing");
        let denied = popup.app.inventory().denied.clone();
        assert!(denied.contains(&Part::Proxies) && denied.contains(&Part::Outposts), "{denied:?}");
        let lacks = popup.app.who.clone().expect("who it is").lacks;
        for lack in [
            Lack::SeeProtection,
            Lack::SeeOutposts,
            Lack::SeeFlows,
            Lack::SeeGroups,
            Lack::SeePeople,
            Lack::NotSuperuser,
        ] {
            assert!(lacks.contains(&lack), "{lack:?}: {lacks:?}");
        }
        popup.send(Event::ProtectPressed).await;
        assert!(popup.app.review.is_none(), "nothing is offered that can't be known");
        popup.send(Event::PeopleTyped("ada".into())).await;
        popup.send(Event::PeopleSettled(popup.app.people.last)).await;
        let gatewright::screens::Listing::Failed(error) = &popup.app.people.listing else { panic!() };
        assert!(error.is_denied(), "{error:?}");
        assert!(popup.app.access.is_some(), "it stays connected");
    }
}

#[tokio::test]
async fn fault_12_each_list_that_may_not_be_read_is_said_and_the_rest_works() {
    for release in RELEASES {
        for (missing, part) in [
            ("view_proxyprovider", Some(Part::Proxies)),
            ("view_outpost", Some(Part::Outposts)),
            ("view_oauth2provider", Some(Part::OAuth2)),
            ("view_application", None),
        ] {
            let set = set(release).await;
            let world = Case::Remove.world(&set);
            let rest: Vec<&str> = LOOK.into_iter().filter(|codename| *codename != missing).collect();
            let popup = Popup::connected(&world, &set, &token(&set, &rest)).await;
            assert_eq!(popup.app.site.error, None);
            let known = matches!(popup.app.site.status, Some(Status::Protected(_)));
            assert_eq!(
                known,
                !matches!(missing, "view_proxyprovider" | "view_outpost"),
                "{missing}: {:?}",
                popup.app.site.status
            );
            if let Some(part) = part {
                assert!(popup.app.inventory().denied.contains(&part) || known, "{missing}");
            }
        }
    }
}

#[tokio::test]
async fn fault_12_a_slug_that_no_list_shows_is_found_to_be_taken_before_it_is_applied() {
    for release in RELEASES {
        let set = set(release).await;
        // Bound to people that the token's owner isn't one of: not in their list, and there all the same.
        let world = World::at("https://new.example.org/", "Grafana");
        let role: Vec<&str> = Case::Protect.role().into_iter().filter(|name| *name != "view_oauth2provider").collect();
        let mut popup = Popup::connected(&world, &set, &token(&set, &role)).await;
        assert!(!popup.app.inventory().applications.iter().any(|app| app.slug == "grafana"));
        popup.send(Event::ProtectPressed).await;
        let review = popup.app.review.clone().expect("a review");
        assert_eq!((review.slug.as_str(), popup.app.troubles()), ("grafana-2", Vec::new()), "{release:?}");
        popup.send(Event::ReviewTyped(ReviewField::Slug, "grafana".into())).await;
        assert_eq!(popup.app.troubles().len(), 1, "it is remembered");
    }
}

#[tokio::test]
async fn fault_12_an_incomplete_view_is_said_to_be_one() {
    let set = set(Release::R2026_8).await;
    let world = Case::Protect.world(&set);
    let popup = Popup::connected(&world, &set, &set.about().tokens.protector).await;
    assert_eq!(popup.app.site.status, Some(Status::NotProtected));
    assert!(popup.app.sees_a_part(), "\"Not protected\" comes with its reservation");
    let popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    assert!(!popup.app.sees_a_part());
    assert_eq!(popup.app.needs(), None);
}
