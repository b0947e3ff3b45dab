//! Reads the state with which a recording starts: its lines `state before`, each the answer of a list operation.
//!
//! Not told by a list, and therefore chosen here: the keys of the tokens (`recorded-<identifier>`) and the permissions of
//! the role `helpdesk` (its recorded answers show which).

use crate::model::{Application, Binding, Group, OAuth2, Outpost, Provider, Proxy, Role, Token, User};
use crate::world::World;
use serde_json::{Value, json};

const HELPDESK: [&str; 3] =
    ["authentik_core.view_user", "authentik_core.view_group", "authentik_core.reset_user_password"];

/// Fills the state.
pub fn fill(world: &mut World, lines: &str) {
    let lines: Vec<Value> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let rows = |part: &str| -> Vec<Value> {
        let found = lines.iter().find(|line| line["path"].as_str().is_some_and(|path| path.contains(part)));
        found.and_then(|line| line["answer"]["results"].as_array().cloned()).unwrap_or_default()
    };
    let whole = |part: &str, default: &Value| -> Value {
        let found = lines.iter().find(|line| line["path"].as_str().is_some_and(|path| path.contains(part)));
        found.map_or_else(|| default.clone(), |line| line["answer"].clone())
    };
    world.users = rows("/core/users/?").iter().map(user).collect();
    world.groups = rows("/core/groups/?").iter().map(group).collect();
    world.applications = rows("/core/applications/?").iter().map(application).collect();
    let proxies = rows("/providers/proxy/?");
    world.providers = rows("/providers/oauth2/?")
        .iter()
        .map(|row| provider(row, proxies.iter().find(|other| other["pk"] == row["pk"])))
        .collect();
    world.providers.sort_by_key(|provider| provider.pk);
    world.outposts = rows("/outposts/instances/?").iter().map(outpost).collect();
    world.bindings = rows("/policies/bindings/?").iter().map(binding).collect();
    world.tokens = rows("/core/tokens/?").iter().map(token).collect();
    world.roles = rows("/rbac/roles/?").iter().map(role).collect();
    world.flows = rows("/flows/instances/?");
    world.scope_mappings = rows("/propertymappings/provider/scope/?");
    world.certificates = rows("/crypto/certificatekeypairs/?");
    world.events = rows("/events/events/?");
    world.events.reverse();
    world.brand = rows("/core/brands/?").first().cloned().unwrap_or_else(|| world.brand.clone());
    world.config = whole("/root/config/", &world.config);
    world.settings = whole("/admin/settings/", &world.settings);
    world.outpost_connected = false;
    world.last_user_pk = world.users.iter().map(|user| user.pk).max().unwrap_or_default();
    world.last_provider_pk = world.providers.iter().map(|provider| provider.pk).max().unwrap_or_default();
    let helpdesk = world.roles.iter().find(|role| role.name == "helpdesk").map(|role| role.pk.clone());
    for group in world.groups.iter_mut().filter(|group| group.name == "helpdesk-limited-group") {
        group.roles.extend(helpdesk.clone().filter(|pk| !group.roles.contains(pk)));
    }
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_owned()
}

fn maybe(row: &Value, field: &str) -> Option<String> {
    row[field].as_str().map(str::to_owned)
}

fn texts(row: &Value, field: &str) -> Vec<String> {
    row[field].as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

fn numbers(row: &Value, field: &str) -> Vec<i64> {
    row[field].as_array().into_iter().flatten().filter_map(Value::as_i64).collect()
}

fn number(row: &Value, field: &str) -> i64 {
    row[field].as_i64().unwrap_or_default()
}

fn user(row: &Value) -> User {
    User {
        pk: number(row, "pk"),
        uuid: text(row, "uuid"),
        uid: text(row, "uid"),
        username: text(row, "username"),
        name: text(row, "name"),
        email: text(row, "email"),
        is_active: row["is_active"] == true,
        kind: text(row, "type"),
        path: text(row, "path"),
        attributes: row["attributes"].clone(),
        date_joined: text(row, "date_joined"),
        last_updated: text(row, "last_updated"),
        password_change_date: text(row, "password_change_date"),
        last_login: maybe(row, "last_login"),
        roles: texts(row, "roles"),
        password: "dev-password".to_owned(),
    }
}

fn group(row: &Value) -> Group {
    let mut parents = texts(row, "parents");
    parents.extend(maybe(row, "parent"));
    Group {
        pk: text(row, "pk"),
        num_pk: number(row, "num_pk"),
        name: text(row, "name"),
        is_superuser: row["is_superuser"] == true,
        parents,
        users: numbers(row, "users"),
        attributes: row["attributes"].clone(),
        roles: texts(row, "roles"),
    }
}

fn application(row: &Value) -> Application {
    Application {
        pk: text(row, "pk"),
        name: text(row, "name"),
        slug: text(row, "slug"),
        provider: row["provider"].as_i64(),
        open_in_new_tab: row["open_in_new_tab"] == true,
        meta_launch_url: text(row, "meta_launch_url"),
        meta_icon: text(row, "meta_icon"),
        meta_description: text(row, "meta_description"),
        meta_publisher: text(row, "meta_publisher"),
        meta_hide: false,
        policy_engine_mode: text(row, "policy_engine_mode"),
        group: text(row, "group"),
    }
}

fn provider(row: &Value, proxy: Option<&Value>) -> Provider {
    let blank = crate::api::provider_defaults::blank(
        crate::api::provider_defaults::Kind::OAuth2,
        text(row, "client_id"),
        text(row, "client_secret"),
    );
    Provider {
        pk: number(row, "pk"),
        name: text(row, "name"),
        authentication_flow: maybe(row, "authentication_flow"),
        authorization_flow: maybe(row, "authorization_flow"),
        invalidation_flow: maybe(row, "invalidation_flow"),
        property_mappings: texts(row, "property_mappings"),
        oauth: serde_json::from_value::<OAuth2>(row.clone()).unwrap_or(blank.oauth),
        proxy: proxy.and_then(|row| serde_json::from_value::<Proxy>(row.clone()).ok()),
    }
}

fn outpost(row: &Value) -> Outpost {
    Outpost {
        pk: text(row, "pk"),
        name: text(row, "name"),
        kind: text(row, "type"),
        providers: numbers(row, "providers"),
        config: row["config"].as_object().cloned().unwrap_or_default(),
        managed: maybe(row, "managed"),
    }
}

fn binding(row: &Value) -> Binding {
    Binding {
        pk: text(row, "pk"),
        target: text(row, "target"),
        policy: maybe(row, "policy"),
        policy_obj: row["policy_obj"].clone(),
        group: maybe(row, "group"),
        user: row["user"].as_i64(),
        negate: row["negate"] == true,
        enabled: row["enabled"] == true,
        order: number(row, "order"),
        timeout: number(row, "timeout"),
        failure_result: row["failure_result"] == true,
    }
}

fn token(row: &Value) -> Token {
    let identifier = text(row, "identifier");
    Token {
        pk: text(row, "pk"),
        managed: maybe(row, "managed"),
        key: format!("recorded-{identifier}"),
        identifier,
        intent: text(row, "intent"),
        user: number(row, "user"),
        description: text(row, "description"),
        expires: maybe(row, "expires"),
        expiring: row["expiring"] == json!(true),
        expired: false,
    }
}

fn role(row: &Value) -> Role {
    let name = text(row, "name");
    let permissions = if name == "helpdesk" { HELPDESK.map(str::to_owned).into() } else { [].into() };
    Role { pk: text(row, "pk"), name, permissions }
}
