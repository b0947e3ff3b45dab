//! The changes that are interrupted: how the popup orders each, and where.

use embedded_authentik::{Effect, Fault, Running};
use gatewright::catalogue::Sure;
use gatewright::doctor::{Finding, Found};
use gatewright::plan::{Kind, Order, OutpostChoice, Phase};
use gatewright::screens::{Event, OidcEvent, PutBack, Review, ReviewField, Subject, WhoGetsIn, WhyEvent};
use gatewright::site::Status;
use gatewright_it::{Page, Popup, World};
use serde_json::json;

/// A change, up to the order that carries it out.
pub struct Scenario {
    /// For messages.
    pub name: &'static str,
    /// The tab, its title.
    tab: (&'static str, &'static str),
    /// What authentik is like before.
    before: fn(&Running),
    /// What is pressed and typed; the plan is the review's then.
    press: Press,
    /// It is carried out first, and what is interrupted is its Undo.
    undone: bool,
    /// A refusal that lasts: the change can't succeed, and is taken back.
    pub refused: Option<Fault>,
}

/// What a person does before "Apply".
#[derive(Clone, Copy)]
enum Press {
    Protect,
    ProtectForGroups,
    ProtectDomain,
    Remove,
    PutBack,
    AuthentikHost,
    Oidc,
    OidcNeedingMapping,
    AddOrigin,
    MoveApp,
    AddApplication,
    KeepOne,
    Repair,
}

/// The scenarios of a kind: each with its Undo, where it has one.
pub fn of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::ProtectSite => {
            &["protect", "protect_for_groups", "protect_refused", "undo_protect", "undo_protect_for_groups"]
        }
        Kind::ProtectDomain => &["protect_domain", "undo_protect_domain"],
        Kind::FinishProtection => &["finish", "undo_finish"],
        Kind::RemoveProtection => &["remove"],
        Kind::PutBack => &["put_back", "undo_put_back"],
        Kind::SetAuthentikHost => &["authentik_host", "undo_authentik_host"],
        Kind::CreateOidcApp => {
            &["oidc", "oidc_with_key_and_mapping", "oidc_refused", "undo_oidc", "undo_oidc_with_key_and_mapping"]
        }
        Kind::AddOrigin => &["add_origin", "undo_add_origin"],
        Kind::MoveApp => &["move_app", "undo_move_app"],
        Kind::AddApplication => &[
            "add_application",
            "add_application_for_groups",
            "undo_add_application",
            "undo_add_application_for_groups",
        ],
        Kind::Detach => &["keep_one", "undo_keep_one"],
        Kind::RepairProvider => &["repair", "undo_repair"],
    }
}

const LARDER: (&str, &str) = ("https://larder.example.com", "Larder");
const GRAFANA: (&str, &str) = ("https://metrics.example.com:3000/login", "Grafana");

fn scenario(name: &'static str, tab: (&'static str, &'static str), press: Press) -> Scenario {
    Scenario { name, tab, before: |_| {}, press, undone: false, refused: None }
}

fn undo(name: &'static str, of: Scenario) -> Scenario {
    Scenario { name, undone: true, ..of }
}

pub fn protect() -> Scenario {
    scenario("protect", LARDER, Press::Protect)
}

pub fn protect_for_groups() -> Scenario {
    scenario("protect_for_groups", LARDER, Press::ProtectForGroups)
}

pub fn protect_domain() -> Scenario {
    scenario("protect_domain", LARDER, Press::ProtectDomain)
}

pub fn undo_protect_domain() -> Scenario {
    undo("undo_protect_domain", protect_domain())
}

pub fn protect_refused() -> Scenario {
    let refused = Some(refusal("PATCH", "outposts/instances"));
    Scenario { refused, ..scenario("protect_refused", LARDER, Press::ProtectForGroups) }
}

/// "radarr" is in no outpost.
pub fn finish() -> Scenario {
    scenario("finish", ("https://radarr.example.org", "Radarr"), Press::Protect)
}

/// "sonarr" is in the embedded outpost.
pub fn remove() -> Scenario {
    scenario("remove", ("https://sonarr.example.org", "Sonarr"), Press::Remove)
}

/// What somebody put into the outpost and our write took out again: "radarr", say.
pub fn put_back() -> Scenario {
    scenario("put_back", LARDER, Press::PutBack)
}

pub fn undo_put_back() -> Scenario {
    undo("undo_put_back", put_back())
}

pub fn authentik_host() -> Scenario {
    let before = |set: &Running| set.control.set_authentik_host("https://elsewhere.example.org");
    Scenario { before, ..scenario("authentik_host", LARDER, Press::AuthentikHost) }
}

pub fn oidc() -> Scenario {
    scenario("oidc", GRAFANA, Press::Oidc)
}

pub fn oidc_with_key_and_mapping() -> Scenario {
    let before = |set: &Running| {
        set.control.change(|world| {
            for key in &mut world.certificates {
                key["private_key_available"] = json!(false);
            }
        });
    };
    let tab = ("https://tracks.example.com/login", "Mealie");
    Scenario { before, ..scenario("oidc_with_key_and_mapping", tab, Press::OidcNeedingMapping) }
}

pub fn oidc_refused() -> Scenario {
    let refused = Some(refusal("PUT", "transactional"));
    Scenario { name: "oidc_refused", refused, ..oidc_with_key_and_mapping() }
}

pub fn add_origin() -> Scenario {
    let before = |set: &Running| set.control.change(with_kinds);
    Scenario { before, ..scenario("add_origin", ("https://staging.example.org/", "Grafana"), Press::AddOrigin) }
}

pub fn move_app() -> Scenario {
    let before = |set: &Running| {
        set.control.change(|world| {
            let app = world.applications.iter_mut().find(|app| app.slug == "grafana").expect("Grafana");
            app.meta_launch_url = "https://grafana.example.org/d/home".into();
            let pk = app.provider;
            let provider = world.providers.iter_mut().find(|p| Some(p.pk) == pk).expect("its provider");
            provider.oauth.logout_uri = "https://grafana.example.org/logout".into();
            with_kinds(world);
        });
    };
    Scenario { before, ..scenario("move_app", ("https://new.example.org:8443/", "Grafana"), Press::MoveApp) }
}

/// Nobody has given it an application, nor put it into an outpost.
pub fn add_application() -> Scenario {
    let before = |set: &Running| set.control.change(|world| world.applications.retain(|app| app.slug != "radarr"));
    Scenario { before, ..scenario("add_application", ("https://radarr.example.org", "Radarr"), Press::Protect) }
}

pub fn add_application_for_groups() -> Scenario {
    Scenario { name: "add_application_for_groups", press: Press::AddApplication, ..add_application() }
}

pub fn undo_add_application() -> Scenario {
    undo("undo_add_application", add_application())
}

pub fn undo_add_application_for_groups() -> Scenario {
    undo("undo_add_application_for_groups", add_application_for_groups())
}

/// Two providers for one host in one outpost.
pub fn keep_one() -> Scenario {
    let before =
        |set: &Running| proxy(set, "Paperless", |proxy| proxy.external_host = "https://sonarr.example.org".into());
    Scenario { before, ..scenario("keep_one", ("https://sonarr.example.org", "Sonarr"), Press::KeepOne) }
}

pub fn undo_keep_one() -> Scenario {
    undo("undo_keep_one", keep_one())
}

/// A line that opens everything.
pub fn repair() -> Scenario {
    let before = |set: &Running| proxy(set, "Sonarr", |proxy| proxy.skip_path_regex = "^/api/\n.*".into());
    Scenario { before, ..scenario("repair", ("https://sonarr.example.org", "Sonarr"), Press::Repair) }
}

pub fn undo_repair() -> Scenario {
    undo("undo_repair", repair())
}

fn proxy(set: &Running, name: &str, change: fn(&mut embedded_authentik::model::Proxy)) {
    set.control.change(|world| {
        let provider = world.providers.iter_mut().find(|provider| provider.name == name).expect("a provider");
        change(provider.proxy.as_mut().expect("a proxy"));
    });
}

pub fn undo_protect() -> Scenario {
    undo("undo_protect", protect())
}

pub fn undo_protect_for_groups() -> Scenario {
    undo("undo_protect_for_groups", protect_for_groups())
}

pub fn undo_finish() -> Scenario {
    undo("undo_finish", finish())
}

pub fn undo_authentik_host() -> Scenario {
    undo("undo_authentik_host", authentik_host())
}

pub fn undo_oidc() -> Scenario {
    undo("undo_oidc", oidc())
}

pub fn undo_oidc_with_key_and_mapping() -> Scenario {
    undo("undo_oidc_with_key_and_mapping", oidc_with_key_and_mapping())
}

pub fn undo_add_origin() -> Scenario {
    undo("undo_add_origin", add_origin())
}

pub fn undo_move_app() -> Scenario {
    undo("undo_move_app", move_app())
}

fn refusal(method: &str, path_contains: &str) -> Fault {
    let body = Some(json!({"detail": "You do not have permission to perform this action."}));
    let effect = Effect::Status { status: 403, body, content_type: None };
    Fault { method: Some(method.into()), path_contains: path_contains.into(), times: 1_000, skip: 0, effect }
}

/// From 2026.5 on, a list that is stored anew has the kind of each redirect URI written out.
fn with_kinds(world: &mut embedded_authentik::world::World) {
    if world.release != embedded_authentik::Release::R2025_10 {
        for uri in world.providers.iter_mut().flat_map(|provider| &mut provider.oauth.redirect_uris) {
            uri["redirect_uri_type"] = json!("authorization");
        }
    }
}

impl Scenario {
    /// A browser and an authentik right before the order, and the order.
    pub async fn prepare(&self, set: &Running) -> (World, Order) {
        (self.before)(set);
        let world = World::at(self.tab.0, self.tab.1);
        *world.page.borrow_mut() = Some(Page::default());
        let mut popup = Popup::connected(&world, set, &set.about().tokens.admin).await;
        self.press.on(&mut popup).await;
        let blocking: Vec<_> = popup.app.troubles().into_iter().filter(|trouble| trouble.blocks).collect();
        assert_eq!(blocking, [], "{}", self.name);
        let mut plan = popup.app.preview().unwrap_or_else(|| panic!("{}: no plan", self.name));
        assert!(of(plan.kind).contains(&self.name), "{}: {:?}", self.name, plan.kind);
        plan.id = "the-plan".into();
        let base = popup.app.access.as_ref().expect("a connection").base.to_string();
        let mut order = Order::Apply { plan: Box::new(plan), base };
        if self.undone {
            popup.send(Event::ApplyPressed).await;
            assert_eq!(popup.journal().phase, Phase::Done, "{}: {:?}", self.name, popup.journal());
            popup.send(Event::EndSeen).await;
            order = Order::Undo { id: popup.journal().plan.id.clone() };
        }
        if let Some(fault) = &self.refused {
            set.control.fault(fault.clone());
        }
        drop(popup);
        (world, order)
    }
}

impl Press {
    async fn on(self, popup: &mut Popup<'_>) {
        match self {
            Self::Protect => popup.send(Event::ProtectPressed).await,
            Self::ProtectDomain => {
                popup.send(Event::ProtectPressed).await;
                popup.send(Event::ReviewTyped(ReviewField::Cover, "domain".into())).await;
            }
            Self::ProtectForGroups => {
                let catalogue = popup.app.catalogue.clone().expect("the catalogue");
                let open = |service: &&gatewright::catalogue::Service| {
                    service.forward_auth.as_ref().is_some_and(|gate| !gate.open_paths.is_empty())
                };
                let service = catalogue.services().iter().find(open).expect("a service with open paths");
                popup.app.guess = Some((service.id.clone(), Sure::Looks));
                popup.send(Event::ProtectPressed).await;
                popup.send(Event::ReviewTyped(ReviewField::OpenPath(0), String::new())).await;
                popup.send(Event::WhoChosen(WhoGetsIn::Groups)).await;
                let groups = popup.app.review.clone().and_then(|review| review.groups).expect("groups");
                for group in
                    groups.into_iter().filter(|group| ["engineering", "finance"].contains(&group.name.as_str()))
                {
                    popup.send(Event::ReviewTyped(ReviewField::Groups, group.pk)).await;
                }
            }
            Self::AddApplication => {
                popup.send(Event::ProtectPressed).await;
                popup.send(Event::WhoChosen(WhoGetsIn::Groups)).await;
                let groups = popup.app.review.clone().and_then(|review| review.groups).expect("groups");
                for group in groups.into_iter().filter(|group| ["design", "finance"].contains(&group.name.as_str())) {
                    popup.send(Event::ReviewTyped(ReviewField::Groups, group.pk)).await;
                }
            }
            Self::KeepOne => {
                popup.send(Event::ProtectPressed).await;
                let (pk, _) = popup.app.review.as_ref().expect("a review").twins().remove(0);
                popup.send(Event::ReviewTyped(ReviewField::Keep, pk)).await;
            }
            Self::Repair => {
                popup.send(Event::Why(WhyEvent::Pressed)).await;
                let found = popup.app.why.clone().and_then(|why| why.found).expect("it was looked");
                let opens = |found: &Found| matches!(found.what, Finding::OpensEverything(..));
                let number = found.iter().position(opens).expect("what opens everything");
                popup.send(Event::Why(WhyEvent::RepairPressed(number))).await;
            }
            Self::Remove => popup.send(Event::RemovePressed).await,
            Self::PutBack => {
                popup.send(Event::ProtectPressed).await;
                let inventory = popup.app.inventory();
                let outpost = OutpostChoice::from(&inventory.outposts[0]);
                let loose = inventory.proxies.iter().filter(|proxy| inventory.outposts_of(proxy.pk).next().is_none());
                let providers: Vec<_> = loose.map(|proxy| (proxy.pk, proxy.name.clone())).collect();
                let review = popup.app.review.as_mut().expect("a review");
                review.chosen = providers.iter().map(|(pk, _)| pk.to_string()).collect();
                review.subject = Subject::PutBack(PutBack { outpost, providers });
            }
            Self::AuthentikHost => {
                let outpost = popup.app.inventory().outposts[0].clone();
                let host = popup.app.access.as_ref().expect("a connection").base.to_string();
                popup.send(Event::HostRepairPressed(Box::new(outpost), host)).await;
            }
            Self::Oidc => popup.send(Event::Oidc(OidcEvent::CreatePressed)).await,
            Self::OidcNeedingMapping => {
                popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
                popup.send(Event::Oidc(OidcEvent::ServiceTyped("Mealie".into()))).await;
                popup.send(Event::Oidc(OidcEvent::ServiceChosen(Some(0)))).await;
            }
            Self::AddOrigin | Self::MoveApp => {
                let event = if matches!(self, Self::AddOrigin) {
                    OidcEvent::AddOriginPressed
                } else {
                    OidcEvent::MoveAppPressed
                };
                popup.app.site.status = Some(Status::NotProtected);
                popup.send(Event::Oidc(event)).await;
                let pk = popup.app.inventory().oauth2.iter().find(|p| p.name == "Grafana").expect("Grafana").pk;
                popup.send(Event::ReviewTyped(ReviewField::App, pk.to_string())).await;
                assert!(!popup.app.of_review(Review::changes).is_empty());
            }
        }
    }
}
