//! The seeded people, groups, roles and tokens.

use super::Tokens;
use crate::ids::{sha256_hex, uuid_of};
use crate::model::{Group, Role, Token, User};
use crate::world::World;
use serde_json::json;

/// The password of everybody.
pub const PASSWORD: &str = "correct-horse";

/// username, name, groups
const STAFF: [(&str, &str, &[&str]); 47] = [
    ("ada.lovelace", "Ada Lovelace", &["platform"]),
    ("grace.hopper", "Grace Hopper", &["platform"]),
    ("alan.turing", "Alan Turing", &["engineering"]),
    ("barbara.liskov", "Barbara Liskov", &["engineering"]),
    ("edsger.dijkstra", "Edsger Dijkstra", &["engineering"]),
    ("donald.knuth", "Donald Knuth", &["engineering"]),
    ("margaret.hamilton", "Margaret Hamilton", &["platform"]),
    ("katherine.johnson", "Katherine Johnson", &["engineering"]),
    ("dennis.ritchie", "Dennis Ritchie", &["platform"]),
    ("ken.thompson", "Ken Thompson", &["platform"]),
    ("radia.perlman", "Radia Perlman", &["platform"]),
    ("frances.allen", "Frances Allen", &["engineering"]),
    ("john.backus", "John Backus", &["engineering"]),
    ("niklaus.wirth", "Niklaus Wirth", &["engineering"]),
    ("tony.hoare", "Tony Hoare", &["engineering"]),
    ("adele.goldberg", "Adele Goldberg", &["design"]),
    ("susan.kare", "Susan Kare", &["design"]),
    ("dieter.rams", "Dieter Rams", &["design"]),
    ("ray.eames", "Ray Eames", &["design"]),
    ("saul.bass", "Saul Bass", &["design"]),
    ("luca.pacioli", "Luca Pacioli", &["finance"]),
    ("mary.jackson", "Mary Jackson", &["finance"]),
    ("joan.clarke", "Joan Clarke", &["finance"]),
    ("hedy.lamarr", "Hedy Lamarr", &["finance", "design"]),
    ("karen.jones", "Karen Jones", &["support"]),
    ("evelyn.boyd", "Evelyn Boyd", &["support"]),
    ("annie.easley", "Annie Easley", &["support"]),
    ("mark.dean", "Mark Dean", &["support"]),
    ("lynn.conway", "Lynn Conway", &["support", "engineering"]),
    ("jörg.müller", "Jörg Müller", &["support"]),
    ("łukasz.żak", "Łukasz Żak", &["engineering"]),
    ("zoe.obrien", "Zoë O'Brien", &["finance"]),
    ("nguyen.van.an", "Nguyễn Văn An", &["engineering"]),
    ("olga", "Ольга Иванова", &["finance"]),
    ("wang.xiaoming", "王小明", &["engineering"]),
    ("tanaka", "田中 さくら", &["design"]),
    ("kim.minjun", "김민준", &["support"]),
    ("dimitris", "Δημήτρης Παπαδόπουλος", &["platform"]),
    ("layla", "ليلى حسن", &["design"]),
    ("avi.cohen", "אבי כהן", &["support"]),
    ("priya", "प्रिया शर्मा", &["engineering"]),
    ("somchai", "สมชาย ใจดี", &["support"]),
    ("rob.tables", "Rob <b>Tables</b> & \"Sons\"", &["engineering"]),
    (
        "maximiliana.featherstonehaugh-cholmondeley-wolfeschlegelstein",
        "Maximiliana Featherstonehaugh-Cholmondeley-Wolfeschlegelstein of Upper Little Wallop",
        &["finance"],
    ),
    ("no.name", "", &["support"]),
    ("ada.byron", "Ada Byron", &["staff"]),
    ("boss", "The Boss", &["staff"]),
];

/// name, parent
const GROUPS: [(&str, Option<&str>); 8] = [
    ("authentik Admins", None),
    ("staff", None),
    ("engineering", Some("staff")),
    ("platform", Some("engineering")),
    ("finance", Some("staff")),
    ("design", Some("staff")),
    ("support", Some("staff")),
    ("contractors", None),
];

/// The least role that can protect a site (api.md, end of §1.8), without the deletions.
const PROTECTOR: [&str; 16] = [
    "authentik_core.add_application",
    "authentik_providers_proxy.add_proxyprovider",
    "authentik_providers_oauth2.add_oauth2provider",
    "authentik_policies.add_policybinding",
    "authentik_outposts.change_outpost",
    "authentik_core.view_application",
    "authentik_core.view_provider",
    "authentik_providers_proxy.view_proxyprovider",
    "authentik_providers_oauth2.view_oauth2provider",
    "authentik_flows.view_flow",
    "authentik_outposts.view_outpost",
    "authentik_providers_oauth2.view_scopemapping",
    "authentik_crypto.view_certificatekeypair",
    "authentik_core.view_group",
    "authentik_core.view_user",
    "authentik_policies.view_policybinding",
];

/// What the role adds beyond [`PROTECTOR`], so that a failed attempt can be undone (api.md, end of §1.8).
const ROLLBACK: [&str; 3] = [
    "authentik_core.delete_application",
    "authentik_providers_proxy.delete_proxyprovider",
    "authentik_providers_oauth2.delete_oauth2provider",
];

/// Every `view_` permission that some operation of this server asks for.
const READER: [&str; 15] = [
    "authentik_core.view_application",
    "authentik_core.view_provider",
    "authentik_core.view_group",
    "authentik_core.view_user",
    "authentik_core.view_token",
    "authentik_brands.view_brand",
    "authentik_providers_proxy.view_proxyprovider",
    "authentik_providers_oauth2.view_oauth2provider",
    "authentik_providers_oauth2.view_scopemapping",
    "authentik_flows.view_flow",
    "authentik_outposts.view_outpost",
    "authentik_crypto.view_certificatekeypair",
    "authentik_policies.view_policybinding",
    "authentik_events.view_event",
    "authentik_rbac.view_role",
];

/// The whole company.
pub fn company(world: &mut World) {
    operators(world);
    for (name, parent) in GROUPS.iter().skip(1) {
        add_group(world, name, *parent);
    }
    for (index, (username, name, groups)) in STAFF.iter().enumerate() {
        let pk = add_user(world, username, name, "internal", "users");
        if let Some(user) = world.users.last_mut() {
            user.attributes = json!({ "employee_id": 1000 + index });
            user.is_active = !matches!(*username, "saul.bass" | "john.backus" | "joan.clarke");
        }
        for group in *groups {
            join(world, group, pk);
        }
    }
    for number in 1..=5 {
        let username = format!("ext-contractor{number}");
        let pk = add_user(world, &username, &format!("Contractor {number}"), "external", "users/external");
        join(world, "contractors", pk);
    }
    for username in ["backup-runner", "ci-deploy", "old-monitor"] {
        add_user(world, username, username, "service_account", "goauthentik.io/service-accounts");
    }
    if let Some(user) = world.users.last_mut() {
        user.is_active = false;
    }
}

/// Those that run authentik, and the owners of the tokens.
pub fn operators(world: &mut World) {
    let keys = Tokens::default();
    world.last_user_pk = 2;
    let admin = add_user(world, "akadmin", "authentik Default Admin", "internal", "users");
    add_group(world, "authentik Admins", None);
    join(world, "authentik Admins", admin);
    if let Some(group) = world.groups.last_mut() {
        group.is_superuser = true;
    }
    let outpost = world.outposts.first().map(|outpost| outpost.pk.clone()).unwrap_or_default();
    let username = format!("ak-outpost-{}", outpost.replace('-', ""));
    let name = "Outpost authentik Embedded Outpost Service-Account";
    add_user(world, &username, name, "internal_service_account", "goauthentik.io/outposts");
    add_token(world, admin, "admin", keys.admin);
    let plain = add_user(world, "plain-user", "Plain User (no permissions)", "internal", "users");
    add_token(world, plain, "plain", keys.plain);
    let reader = add_user(world, "reader", "Reader (views everything)", "internal", "users");
    give_role(world, reader, "authentik Read-only", READER.iter());
    give_role(
        world,
        reader,
        "system reader",
        ["authentik_rbac.view_system_info", "authentik_rbac.view_system_settings"].iter(),
    );
    add_token(world, reader, "reader", keys.reader);
    let protector = add_user(world, "protector", "Protector (least role)", "internal", "users");
    give_role(world, protector, "protector", PROTECTOR.iter().chain(&ROLLBACK));
    add_token(world, protector, "protector", keys.protector);
}

/// Adds an active person and returns the pk.
pub fn add_user(world: &mut World, username: &str, name: &str, kind: &str, path: &str) -> i64 {
    world.last_user_pk += 1;
    let pk = world.last_user_pk;
    let joined = "2026-01-05T08:00:00.000000Z".to_owned();
    world.users.push(User {
        pk,
        uuid: uuid_of(&format!("user/{username}")),
        uid: sha256_hex(&format!("uid/{username}")),
        username: username.to_owned(),
        name: name.to_owned(),
        email: if kind == "internal" && username.is_ascii() {
            format!("{username}@example.org")
        } else {
            String::new()
        },
        is_active: true,
        kind: kind.to_owned(),
        path: path.to_owned(),
        attributes: json!({}),
        date_joined: joined.clone(),
        last_updated: joined.clone(),
        password_change_date: joined,
        last_login: None,
        roles: Vec::new(),
        password: PASSWORD.to_owned(),
    });
    pk
}

/// Gives a person a role of their own.
pub fn give_role<'a>(world: &mut World, user: i64, name: &str, permissions: impl Iterator<Item = &'a &'a str>) {
    let pk = uuid_of(&format!("role/{name}"));
    let permissions = permissions.map(|name| (*name).to_owned()).collect();
    world.roles.push(Role { pk: pk.clone(), name: name.to_owned(), permissions });
    if let Some(user) = world.users.iter_mut().find(|other| other.pk == user) {
        user.roles.push(pk);
    }
}

/// Adds an API token that does not expire.
pub fn add_token(world: &mut World, user: i64, identifier: &str, key: String) {
    world.tokens.push(Token {
        pk: uuid_of(&format!("token/{identifier}")),
        managed: None,
        identifier: identifier.to_owned(),
        intent: "api".to_owned(),
        user,
        description: String::new(),
        expires: None,
        expiring: false,
        expired: false,
        key,
    });
}

fn add_group(world: &mut World, name: &str, parent: Option<&str>) {
    let parent = parent.map(|parent| uuid_of(&format!("group/{parent}")));
    world.groups.push(Group {
        pk: uuid_of(&format!("group/{name}")),
        num_pk: 10_000 + i64::try_from(world.groups.len()).unwrap_or_default() * 137,
        name: name.to_owned(),
        is_superuser: false,
        parents: parent.into_iter().collect(),
        users: Vec::new(),
        attributes: json!({}),
        roles: Vec::new(),
    });
}

fn join(world: &mut World, group: &str, user: i64) {
    if let Some(group) = world.groups.iter_mut().find(|other| other.name == group) {
        group.users.push(user);
    }
}
