//! Terraform's files beside what its provider takes: the attributes of five releases, as facts.

use embedded_authentik::Release;
use gatewright::authentik;
use gatewright::export::{Export, Names, terraform};
use gatewright::ports::Worker;
use gatewright_it::World;
use official_schemas::{Mutation, Schema};
use serde_json::{Value, json};

use crate::existing::{exported, made_slug};
use crate::parsed;
use crate::scenarios;
use crate::support::{code_of, set};

/// What the provider of this release takes: kinds with their attributes, of which some are needed.
struct Facts {
    release: Release,
    all: Value,
}

struct Attribute<'a> {
    name: &'a str,
    needed: bool,
}

impl Facts {
    fn of(release: Release) -> Self {
        let all = serde_json::from_str(include_str!("../../fixtures/terraform/provider.json")).expect("JSON");
        Self { release, all }
    }

    /// A name that may have a release behind it: none if that one is a later one.
    fn known<'a>(&self, fact: &'a str) -> Option<&'a str> {
        let Some((name, since)) = fact.split_once(' ') else { return Some(fact) };
        let of = |text: &str| authentik::Release::parse(text).expect("a release");
        let (year, month) = since.split_once('.').expect("year and month");
        let (year, month) = (year.parse().expect("a year"), month.parse().expect("a month"));
        of(self.release.version()).at_least(year, month).then_some(name)
    }

    /// The attributes of a kind of `resource` or `data`, if there is one.
    fn attributes(&self, what: &str, kind: &str) -> Option<Vec<Attribute<'_>>> {
        let (_, names) = self.all[what].as_object()?.iter().find(|(fact, _)| self.known(fact) == Some(kind))?;
        let names = names.as_array()?.iter().filter_map(|fact| self.known(fact.as_str()?));
        Some(names.map(|name| Attribute { name: name.trim_end_matches('*'), needed: name.ends_with('*') }).collect())
    }

    /// Fails where a file has what this release's provider doesn't take, or lacks what it needs.
    fn hold(&self, text: &str) -> usize {
        let (hcl, mut held) = (parsed::terraform(text), 0);
        for what in ["resource", "data"] {
            for (kind, all) in hcl[what].as_object().into_iter().flatten() {
                if !kind.starts_with("authentik_") {
                    assert!(kind.starts_with("tls_"), "{kind}");
                    continue;
                }
                let release = self.release.version();
                let attributes =
                    self.attributes(what, kind).unwrap_or_else(|| panic!("no {what} {kind} in {release}\n{text}"));
                for block in all.as_object().expect("blocks").values() {
                    let written = block.as_object().expect("a block").keys().filter(|name| *name != "lifecycle");
                    for name in written.map(String::as_str).chain(ignored(block)) {
                        let there = attributes.iter().any(|attribute| attribute.name == name);
                        assert!(there, "no {name} in {what} {kind} of {release}\n{text}");
                        held += 1;
                    }
                    for needed in attributes.iter().filter(|attribute| attribute.needed) {
                        assert!(block.get(needed.name).is_some(), "{kind} needs {}\n{text}", needed.name);
                    }
                }
            }
        }
        held
    }
}

/// What an apply leaves alone.
fn ignored(block: &Value) -> impl Iterator<Item = &str> {
    let names = block.pointer("/lifecycle/ignore_changes").and_then(Value::as_array).into_iter().flatten();
    names.map(|name| name["$ref"].as_str().expect("a name"))
}

/// An application that exists, with all that authentik's description of a release has in it.
fn full(release: Release, oauth2: bool) -> (Value, Value, Export) {
    let schema = Schema::of(release.version()).expect("a fetched description");
    let sample = |path: &str| schema.sample(path, Mutation::Full).expect(path);
    let application = sample("core/applications/grafana/");
    let provider = sample(if oauth2 { "providers/oauth2/7/" } else { "providers/proxy/7/" });
    let names = Names { rows: Vec::new(), release: authentik::Release::parse(release.version()) };
    let mut export = Export::of("https://auth.example.com/", &names, true, "grafana", oauth2);
    export.take_application(&application);
    export.take_provider(&provider, &names, &[]);
    export.provider.id = Some(7);
    export.take_binding(&sample("policies/bindings/0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b/"), &names, Some("b".into()));
    export.take_place("0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b", &names, true);
    (application, provider, export)
}

#[tokio::test]
async fn every_attribute_that_is_written_is_one_that_the_provider_of_the_release_takes() {
    let mut held = 0;
    for release in Release::ALL {
        let facts = Facts::of(release);
        for oauth2 in [true, false] {
            held += facts.hold(&terraform(&full(release, oauth2).2));
        }
        for scenario in [
            scenarios::protect_for_groups(),
            scenarios::protect_domain(),
            scenarios::oidc(),
            scenarios::oidc_with_key_and_mapping(),
        ] {
            let authentik = set(release).await;
            let (world, order) = scenario.prepare(&authentik).await;
            held += facts.hold(&code_of(&world, &authentik, &order).await.terraform);
            for slug in ["sonarr", "grafana"] {
                held += facts.hold(&exported(&world, &authentik, slug).await.terraform);
            }
        }
    }
    assert!(held > 1000, "{held}");
}

/// The data source's defaults: what it finds is fetched into Terraform's state, in clear.
#[tokio::test]
async fn no_private_key_and_no_member_of_a_group_is_fetched_into_the_state() {
    let authentik = set(Release::R2026_8).await;
    let world = World::at("https://metrics.example.com:3000/login", "Grafana");
    let hcl = parsed::terraform(&exported(&world, &authentik, "grafana").await.terraform);
    let all = |kind: &str| -> Vec<Value> { hcl["data"][kind].as_object().expect(kind).values().cloned().collect() };
    let keys = all("authentik_certificate_key_pair");
    assert!(keys.iter().all(|key| key["fetch_key"] == false && key["fetch_certificate"] == false), "{keys:?}");
    let groups = all("authentik_group");
    assert!(groups.iter().all(|group| group["include_users"] == false), "{groups:?}");
}

/// What is optional and not written is given up by an apply: the provider sends the whole object (`…SchemaToModel`).
#[test]
fn an_apply_of_what_exists_gives_up_nothing_that_stands_in_authentik() {
    for release in Release::ALL {
        let facts = Facts::of(release);
        for oauth2 in [true, false] {
            let (application, provider, export) = full(release, oauth2);
            let text = terraform(&export);
            let hcl = parsed::terraform(&text);
            let kind = if oauth2 { "authentik_provider_oauth2" } else { "authentik_provider_proxy" };
            for (kind, object) in [("authentik_application", &application), (kind, &provider)] {
                let block = &hcl["resource"][kind]["grafana"];
                for attribute in facts.attributes("resource", kind).expect("a resource") {
                    let name = match attribute.name {
                        "protocol_provider" => "provider",
                        "allowed_redirect_uris" => "redirect_uris",
                        "basic_auth_username_attribute" => "basic_auth_user_attribute",
                        name => name,
                    };
                    assert!(object.get(name).is_some(), "{name} of {kind} in {}", release.version());
                    let kept = block.get(attribute.name).is_some() || ignored(block).any(|name| name == attribute.name);
                    assert!(kept, "{} {} is given up\n{text}", release.version(), attribute.name);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_hidden_application_with_an_uploaded_icon_stays_so_and_the_rest_is_written() {
    let authentik = set(Release::R2026_8).await;
    authentik.control.change(|world| {
        let app = world.applications.iter_mut().find(|app| app.slug == "sonarr").expect("Sonarr");
        app.meta_hide = true;
        app.meta_icon = "icons/sonarr.png".into();
    });
    let world = World::at("https://sonarr.example.org", "Sonarr");
    let text = exported(&world, &authentik, "sonarr").await.terraform;
    let hcl = parsed::terraform(&text);
    let app = &hcl["resource"]["authentik_application"]["sonarr"];
    assert_eq!(app["meta_hide"], true, "{text}");
    assert_eq!(ignored(app).collect::<Vec<_>>(), ["meta_icon"], "{text}");
    assert!(hcl["resource"]["authentik_provider_proxy"]["sonarr"].get("lifecycle").is_none(), "{text}");
}

#[tokio::test]
async fn what_is_planned_is_terraforms_from_its_first_apply_on() {
    for scenario in [scenarios::protect(), scenarios::oidc_with_key_and_mapping()] {
        let authentik = set(Release::R2026_8).await;
        let (world, order) = scenario.prepare(&authentik).await;
        let text = code_of(&world, &authentik, &order).await.terraform;
        assert!(!text.contains("lifecycle") && !text.contains("import {"), "{text}");
    }
}

/// The part that a folder has once is a block of its own, at the top; everything else bears the application's name.
#[tokio::test]
async fn the_files_of_two_applications_live_in_one_folder() {
    let authentik = set(Release::R2026_8).await;
    let world = World::at("https://sonarr.example.org", "Sonarr");
    let mut folder = exported(&world, &authentik, "grafana").await.terraform;
    let scenario = scenarios::oidc_with_key_and_mapping();
    let (larder, order) = scenario.prepare(&set(Release::R2026_8).await).await;
    for other in [exported(&world, &authentik, "sonarr").await, code_of(&larder, &authentik, &order).await] {
        let (once, own) = other.terraform.split_once("\n}\n\n").expect("a block");
        assert!(once.contains("needed once in a folder") && once.contains("\nterraform {"), "{once}");
        folder += own;
    }
    let hcl = parsed::terraform(&folder);
    assert_eq!(hcl["resource"]["authentik_application"].as_object().map(serde_json::Map::len), Some(3));
    assert_eq!(hcl["variable"].as_object().map(serde_json::Map::len), Some(1), "{folder}");
}

/// What two applications share belongs to neither: it is found, as the mappings are that authentik brought.
#[tokio::test]
async fn a_scope_mapping_that_exists_is_found_by_its_name_and_one_that_is_planned_is_made() {
    let authentik = set(Release::R2026_8).await;
    let scenario = scenarios::oidc_with_key_and_mapping();
    let (world, order) = scenario.prepare(&authentik).await;
    let planned = parsed::terraform(&code_of(&world, &authentik, &order).await.terraform);
    let mappings = planned["resource"]["authentik_property_mapping_provider_scope"].as_object().expect("a mapping");
    let made = mappings.values().next().expect("one").clone();
    let before = authentik.control.state();
    world.order(&order).await.expect("a worker");
    let text = exported(&world, &authentik, &made_slug(&authentik, &before)).await.terraform;
    let hcl = parsed::terraform(&text);
    assert!(hcl["resource"].get("authentik_property_mapping_provider_scope").is_none(), "{text}");
    let found = hcl["data"]["authentik_property_mapping_provider_scope"].as_object().expect("mappings");
    let (label, _) = found.iter().find(|(_, mapping)| mapping["name"] == made["name"]).expect("the mapping");
    let provider = hcl["resource"]["authentik_provider_oauth2"].as_object().and_then(|all| all.values().next());
    let used = provider.expect("a provider")["property_mappings"].as_array().expect("mappings").clone();
    let wanted = format!("data.authentik_property_mapping_provider_scope.{label}.id");
    assert!(used.iter().any(|mapping| mapping["$ref"] == wanted), "{text}");
}

/// The provider sends what is not written as none at all; authentik itself adds only its own five.
#[tokio::test]
async fn a_proxy_provider_keeps_a_mapping_that_is_not_one_of_its_own_five() {
    let authentik = set(Release::R2026_8).await;
    let world = World::at("https://sonarr.example.org", "Sonarr");
    let own = parsed::terraform(&exported(&world, &authentik, "sonarr").await.terraform);
    assert!(own["resource"]["authentik_provider_proxy"]["sonarr"].get("property_mappings").is_none(), "{own}");
    let managed = "goauthentik.io/providers/oauth2/scope-offline_access";
    authentik.control.change(|world| {
        let mapping = world.scope_mappings.iter().find(|mapping| mapping["managed"] == managed).expect("a mapping");
        let pk = mapping["pk"].as_str().expect("a pk").to_owned();
        let app = world.applications.iter().find(|app| app.slug == "sonarr").expect("Sonarr").provider;
        let provider = world.providers.iter_mut().find(|provider| Some(provider.pk) == app).expect("its provider");
        provider.property_mappings.push(pk);
    });
    let text = exported(&world, &authentik, "sonarr").await.terraform;
    let hcl = parsed::terraform(&text);
    let written = hcl["resource"]["authentik_provider_proxy"]["sonarr"]["property_mappings"].as_array();
    assert_eq!(written.map(Vec::len), Some(6), "{text}");
    let found = hcl["data"]["authentik_property_mapping_provider_scope"].as_object().expect("mappings");
    assert!(found.values().any(|mapping| mapping["managed"] == managed), "{text}");
}

/// Said wrongly, it would be another one after an apply, and the service would be locked out.
#[tokio::test]
async fn the_secret_of_what_exists_is_neither_asked_for_nor_touched() {
    let authentik = set(Release::R2026_8).await;
    let world = World::at("https://metrics.example.com:3000/login", "Grafana");
    let code = exported(&world, &authentik, "grafana").await;
    let hcl = parsed::terraform(&code.terraform);
    assert!(hcl["variable"].get("grafana_client_secret").is_none(), "{}", code.terraform);
    let provider = &hcl["resource"]["authentik_provider_oauth2"]["grafana"];
    assert!(provider.get("client_secret").is_none(), "{}", code.terraform);
    assert!(ignored(provider).any(|name| name == "client_secret"), "{}", code.terraform);
    // Made again, it needs one.
    assert!(code.blueprint.contains("!Env CLIENT_SECRET") && code.shell.contains("export CLIENT_SECRET"));
}

/// A token that may not read the version: what only a later release's provider has would make the whole file useless.
#[test]
fn where_the_release_is_not_known_nothing_is_written_that_only_a_later_one_has() {
    let facts = Facts::of(Release::R2025_10);
    let id = "c890874f-fa01-4a70-84e3-c2860b297404";
    let (_, _, mut export) = full(Release::R2025_10, false);
    export.release = None;
    let names = Names::default();
    let model = "authentik_policies_expression.expressionpolicy";
    let binding = json!({"policy": id, "policy_obj": {"name": "night", "meta_model_name": model}, "order": 3});
    export.take_binding(&binding, &names, Some("c".into()));
    let text = terraform(&export);
    facts.hold(&text);
    let hcl = parsed::terraform(&text);
    assert_eq!(hcl["variable"]["grafana_policy_night"]["default"], id, "{text}");
    assert!(text.contains("# The place in the outpost is not in here"), "{text}");
    assert!(text.contains("release of authentik could not be read") && !text.contains("which is ?"), "{text}");
    // authentik says itself that it has them, and an OAuth2 provider without any lets nobody in.
    let (_, _, mut export) = full(Release::R2026_8, true);
    export.release = None;
    let hcl = parsed::terraform(&terraform(&export));
    assert!(hcl["resource"]["authentik_provider_oauth2"]["grafana"].get("grant_types").is_some(), "{hcl}");
}
