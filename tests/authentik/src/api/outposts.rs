//! `/outposts/instances/`.
//!
//! Source: api.md §0.8 and §1.6; transcripts §8; differences-2026.2.2, outposts.

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::input::Input;
use super::{events, list, provider_shape};
use crate::clock;
use crate::model::Outpost;
use crate::world::World;
use serde_json::{Map, Value, json};

const MODEL: &str = "authentik_outposts.outpost";

/// How an outpost looks.
fn shape(world: &World, outpost: &Outpost) -> Value {
    let providers = outpost.providers.iter().filter_map(|pk| world.provider(*pk));
    json!({
        "pk": outpost.pk, "name": outpost.name, "type": outpost.kind,
        "providers": outpost.providers,
        "providers_obj": providers.map(|provider| provider_shape::plain(world, provider)).collect::<Vec<_>>(),
        "service_connection": null, "service_connection_obj": null,
        "refresh_interval_s": 300,
        "token_identifier": format!("ak-outpost-{}-api", outpost.pk),
        "config": outpost.config,
        "managed": outpost.managed,
    })
}

/// The configuration that a new outpost has; `authentik_host` ends with a slash here (recorded).
pub fn default_config(authentik_host: &str) -> Map<String, Value> {
    let config = json!({
        "authentik_host": authentik_host, "authentik_host_insecure": false, "authentik_host_browser": "",
        "log_level": "info", "object_naming_template": "ak-outpost-%(name)s", "refresh_interval": "minutes=5",
        "container_image": null, "docker_network": null, "docker_map_ports": true, "docker_labels": null,
        "kubernetes_replicas": 1, "kubernetes_namespace": "default", "kubernetes_ingress_annotations": {},
        "kubernetes_ingress_secret_name": "authentik-outpost-tls", "kubernetes_ingress_class_name": null,
        "kubernetes_ingress_path_type": null, "kubernetes_httproute_annotations": {},
        "kubernetes_httproute_parent_refs": [], "kubernetes_service_type": "ClusterIP",
        "kubernetes_disabled_components": [], "kubernetes_image_pull_secrets": [], "kubernetes_json_patches": null,
    });
    config.as_object().cloned().unwrap_or_default()
}

/// The list.
pub fn list(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let mut rows: Vec<&Outpost> = world.outposts.iter().collect();
    let same = |text: Option<&str>, wanted: &str| text.is_some_and(|text| text.eq_ignore_ascii_case(wanted));
    if let Some(managed) = query.get("managed__iexact") {
        rows.retain(|outpost| same(outpost.managed.as_deref(), managed));
    }
    if let Some(name) = query.get("name__iexact") {
        rows.retain(|outpost| same(Some(&outpost.name), name));
    }
    if let Some(part) = query.get("name__icontains") {
        rows.retain(|outpost| outpost.name.to_lowercase().contains(&part.to_lowercase()));
    }
    if let Some(none) = query.flag("providers__isnull") {
        rows.retain(|outpost| outpost.providers.is_empty() == none);
    }
    let mut wanted = Vec::new();
    for text in query.all("providers_by_pk") {
        let known = text.parse().ok().filter(|pk| world.provider(*pk).is_some());
        wanted.push(known.ok_or_else(|| {
            let text = format!("Select a valid choice. {text} is not one of the available choices.");
            Refusal::field("providers_by_pk", &text)
        })?);
    }
    if !wanted.is_empty() {
        rows.retain(|outpost| wanted.iter().any(|pk| outpost.providers.contains(pk)));
    }
    rows.retain(|outpost| {
        let mut fields = vec![outpost.name.as_str()];
        fields.extend(outpost.providers.iter().filter_map(|pk| world.provider(*pk)).map(|p| p.name.as_str()));
        list::found(query.get("search"), &fields)
    });
    let rows = list::visible(call, "authentik_outposts.view_outpost", rows, |outpost| outpost.pk.clone())?;
    let rows: Vec<Value> = rows.into_iter().map(|outpost| shape(world, outpost)).collect();
    list::paged(call, world.release, &rows)
}

/// One outpost.
pub fn retrieve(world: &World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shape(world, find(world, call, pk)?)))
}

fn find<'w>(world: &'w World, call: &Call, pk: &str) -> Result<&'w Outpost, Refusal> {
    let all: Vec<&Outpost> = world.outposts.iter().collect();
    let rows = list::visible(call, "authentik_outposts.view_outpost", all, |outpost| outpost.pk.clone())?;
    rows.into_iter().find(|outpost| outpost.pk == pk).ok_or(Refusal::NoSuch("Outpost"))
}

/// PATCH and PUT. `providers` replaces the list; its type is checked only when the request names a type; the embedded
/// outpost keeps its name and may be empty; `config` is replaced as a whole.
pub fn update(world: &mut World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    let mut outpost = find(world, call, pk)?.clone();
    if !call.caller.can_on("authentik_outposts.change_outpost", pk) {
        return Err(Refusal::Denied);
    }
    let body = call.object()?;
    read(world, &mut outpost, &body, call.method == "PATCH")?;
    events::model(world, call, "model_updated", MODEL, pk, &outpost.name);
    if let Some(slot) = world.outposts.iter_mut().find(|slot| slot.pk == outpost.pk) {
        slot.clone_from(&outpost);
    }
    Ok(Answer::ok(shape(world, &outpost)))
}

/// POST, of a standalone outpost.
pub fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if !call.caller.can("authentik_outposts.add_outpost") {
        return Err(Refusal::Denied);
    }
    let body = call.object()?;
    let mut outpost = Outpost {
        pk: String::new(),
        name: String::new(),
        kind: "proxy".to_owned(),
        providers: Vec::new(),
        config: Map::new(),
        managed: None,
    };
    read(world, &mut outpost, &body, false)?;
    outpost.pk = world.next_uuid("outpost");
    world.outposts.push(outpost.clone());
    events::model(world, call, "model_created", MODEL, &outpost.pk, &outpost.name);
    Ok(Answer::created(shape(world, &outpost)))
}

/// DELETE; the embedded outpost can't be deleted (outposts/api/outposts.py, not recorded).
pub fn destroy(world: &mut World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    let outpost = find(world, call, pk)?.clone();
    if !call.caller.can_on("authentik_outposts.delete_outpost", pk) || outpost.managed.is_some() {
        return Err(Refusal::Denied);
    }
    world.outposts.retain(|other| other.pk != pk);
    events::model(world, call, "model_deleted", MODEL, pk, &outpost.name);
    Ok(Answer::no_content())
}

fn read(world: &World, outpost: &mut Outpost, body: &Map<String, Value>, partial: bool) -> Result<(), Refusal> {
    let embedded = outpost.managed.is_some();
    let mut input = Input::new(body, partial);
    if let Some(name) = input.name("name", 10_000) {
        if embedded && name != outpost.name {
            input.refuse("name", "Embedded outpost's name cannot be changed");
        }
        outpost.name = name;
    }
    let kind = input.choice("type", &["proxy", "ldap", "radius", "rac"]);
    if let Some(providers) = input.pks("providers", true, |pk| world.provider(pk).is_some()) {
        let stranger = providers.iter().filter_map(|pk| world.provider(*pk)).find(|provider| !provider.is_proxy());
        match (&kind, stranger) {
            (Some(kind), Some(provider)) if kind == "proxy" => {
                let class = provider.class_name();
                input.refuse("providers", format!("Outpost type {kind} can't be used with {class} providers."));
            }
            _ if providers.is_empty() && !embedded => input.refuse("providers", "This list may not be empty."),
            _ => {}
        }
        outpost.providers = providers;
    }
    outpost.kind = kind.unwrap_or_else(|| outpost.kind.clone());
    if let Some(config) = input.object("config", true) {
        outpost.config = config.clone();
    }
    input.finish()
}

/// Health: an entry for each connected process. The embedded outpost has one, unless it was disconnected.
pub fn health(world: &World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    let outpost = find(world, call, pk)?;
    let version = world.release.version();
    let entry = json!({
        "uid": outpost.pk, "last_seen": clock::now(), "version": version, "golang_version": "go1.25.5",
        "openssl_enabled": false, "openssl_version": "", "fips_enabled": null,
        "version_should": version, "version_outdated": false, "build_hash": "", "build_hash_should": "",
        "hostname": "authentik-server",
    });
    let connected = outpost.managed.is_some() && world.outpost_connected;
    Ok(Answer::ok(if connected { json!([entry]) } else { json!([]) }))
}

/// `default_settings`: the host of the request, with a slash.
pub fn default_settings(call: &Call) -> Answer {
    Answer::ok(json!({ "config": default_config(&format!("{}/", call.origin)) }))
}
