//! What exists as code: exported from one authentik, made again in another one.

use embedded_authentik::model::Binding;
use embedded_authentik::{Release, Running};
use gatewright::export::{Texts, application_as_code};
use gatewright::ports::Worker;
use gatewright_it::World;
use serde_json::{Value, json};

use crate::parsed;
use crate::scenarios;
use crate::support::{RELEASES, SECRET, access, code_of, differences, held, held_at, run, run_with, set};

pub async fn exported(world: &World, set: &Running, slug: &str) -> Texts {
    application_as_code(world, &access(set), slug).await.expect("what was read")
}

pub fn made_slug(set: &Running, before: &Value) -> String {
    let slugs = |state: &Value| -> Vec<String> {
        let apps = state["applications"].as_array().expect("applications");
        apps.iter().map(|app| app["slug"].as_str().expect("a slug").to_owned()).collect()
    };
    let known = slugs(before);
    slugs(&set.control.state()).into_iter().find(|slug| !known.contains(slug)).expect("a new application")
}

/// Takes an application away, with all that belongs to it.
fn without(set: &Running, slug: &str) {
    set.control.change(|world| {
        let app = world.applications.iter().position(|app| app.slug == slug).expect("an application");
        let app = world.applications.remove(app);
        world.bindings.retain(|binding| binding.target != app.pk);
        world.providers.retain(|provider| Some(provider.pk) != app.provider);
        for outpost in &mut world.outposts {
            outpost.providers.retain(|pk| Some(*pk) != app.provider);
        }
    });
}

#[tokio::test]
async fn what_apply_made_is_made_again_by_the_script_of_its_export() {
    for release in RELEASES {
        for scenario in [
            scenarios::protect(),
            scenarios::protect_for_groups(),
            scenarios::protect_domain(),
            scenarios::oidc(),
            scenarios::oidc_with_key_and_mapping(),
        ] {
            let first = set(release).await;
            let (world, order) = scenario.prepare(&first).await;
            let before = first.control.state();
            world.order(&order).await.expect("a worker");
            let slug = made_slug(&first, &before);
            let code = exported(&world, &first, &slug).await;

            let second = set(release).await;
            if scenario.name == "oidc_with_key_and_mapping" {
                // Its key, which no export can hold, is there by another one's hand.
                let keys = first.control.state()["certificates"].as_array().cloned().expect("certificates");
                second.control.change(|world| world.certificates = keys);
            }
            let ended = run(&code.shell, &second).await;
            assert!(ended.well, "{}: {}\n{}", scenario.name, ended.said, code.shell);
            let both = [&first, &second];
            let differs = differences(&held_at(&first, &both), &held_at(&second, &both));
            assert_eq!(differs, Vec::<String>::new(), "{} on {release:?}\n{}", scenario.name, code.shell);

            let secret = first.control.state()["providers"].to_string();
            let secret = secret.split("client_secret\":\"").last().and_then(|rest| rest.split('"').next());
            for text in [&code.terraform, &code.blueprint, &code.shell] {
                assert!(!text.contains(secret.expect("a secret")) && !text.contains(SECRET), "{text}");
                assert!(!text.contains(&first.about().tokens.admin), "{text}");
            }
            let hcl = parsed::terraform(&code.terraform);
            let imports = hcl["import"].as_object().expect("imports");
            let of = |kind: &str| {
                let is = |import: &&Value| import["to"]["$ref"].as_str().is_some_and(|to| to.starts_with(kind));
                imports.values().filter(is).map(|import| import["id"].clone()).collect::<Vec<_>>()
            };
            assert_eq!(of("authentik_application."), [json!(slug)]);
            assert_eq!(of("authentik_provider_").len(), 1);
            assert_eq!(
                of("authentik_policy_binding.").len(),
                hcl["resource"]["authentik_policy_binding"].as_object().map_or(0, serde_json::Map::len)
            );
            parsed::blueprint(&code.blueprint);
        }
    }
}

/// People, groups and a policy decide who gets into Sonarr.
fn bind_in_every_way(set: &Running) {
    set.control.change(|world| {
        let app = world.applications.iter().find(|app| app.slug == "sonarr").expect("Sonarr").pk.clone();
        let pk = |name: &str| world.groups.iter().find(|group| group.name == name).expect("a group").pk.clone();
        let (one, other) = (pk("engineering"), pk("finance"));
        // A policy that is bound to something else, too, so that the other authentik has it.
        let policy = json!({
            "pk": "c890874f-fa01-4a70-84e3-c2860b297404", "name": "only \"at\" ${night}", "execution_logging": false,
            "component": "ak-policy-expression-form", "verbose_name": "Expression Policy",
            "verbose_name_plural": "Expression Policies", "bound_to": 1,
            "meta_model_name": "authentik_policies_expression.expressionpolicy",
        });
        let elsewhere = world.applications.iter().find(|app| app.slug == "grafana").expect("Grafana").pk.clone();
        let user = world.users.iter().find(|user| user.username == "susan.kare").expect("a user").pk;
        world.bindings.retain(|binding| binding.target != app);
        let blank = Binding {
            pk: String::new(),
            target: app.clone(),
            policy: None,
            policy_obj: Value::Null,
            group: None,
            user: None,
            negate: false,
            enabled: true,
            order: 0,
            timeout: 30,
            failure_result: false,
        };
        let mut add = |order: i64, change: &dyn Fn(&mut Binding)| {
            let mut binding = Binding {
                pk: format!("b1d1b1d1-0000-4000-8000-{order:012}"),
                target: app.clone(),
                order,
                ..blank.clone()
            };
            change(&mut binding);
            world.bindings.push(binding);
        };
        add(0, &|binding| binding.group = Some(one.clone()));
        add(5, &|binding| (binding.group, binding.negate, binding.timeout) = (Some(other.clone()), true, 7));
        let by_policy = |binding: &mut Binding| {
            binding.policy = Some("c890874f-fa01-4a70-84e3-c2860b297404".into());
            binding.policy_obj = policy.clone();
        };
        add(7, &by_policy);
        add(99, &|binding| {
            by_policy(binding);
            binding.target.clone_from(&elsewhere);
        });
        add(9, &|binding| (binding.user, binding.enabled, binding.failure_result) = (Some(user), false, true));
    });
}

/// People, groups, order, "not", a binding that is off: all of it is there again.
#[tokio::test]
async fn who_gets_in_is_exported_with_everything_that_decides_it() {
    for release in RELEASES {
        let (first, second) = (set(release).await, set(release).await);
        bind_in_every_way(&first);
        bind_in_every_way(&second);
        let world = World::at("https://sonarr.example.org", "Sonarr");
        let code = exported(&world, &first, "sonarr").await;
        without(&second, "sonarr");
        let ended = run(&code.shell, &second).await;
        assert!(ended.well, "{}\n{}", ended.said, code.shell);
        let of = |set: &Running, list: &str, key: &str, is: &str| {
            let state = held_at(set, &[&first, &second]);
            let mut rows = state[list].as_array().cloned().expect("rows");
            rows.retain(|row| row[key] == is);
            for row in &mut rows {
                for made_up in ["pk", "provider"] {
                    row.as_object_mut().expect("a row").remove(made_up);
                }
            }
            rows
        };
        for (list, key, is, count) in [
            ("bindings", "target", "applications/sonarr", 4),
            ("applications", "slug", "sonarr", 1),
            ("providers", "name", "Sonarr", 1),
        ] {
            let (one, other) = (of(&first, list, key, is), of(&second, list, key, is));
            assert_eq!(one.len(), count);
            assert_eq!(differences(&json!(one), &json!(other)), Vec::<String>::new(), "{}", code.shell);
        }
        let hcl = parsed::terraform(&code.terraform);
        let bindings = hcl["resource"]["authentik_policy_binding"].as_object().expect("bindings");
        assert!(bindings.values().any(|binding| binding["negate"] == true && binding["order"] == 5), "{bindings:?}");
        let night = &hcl["variable"]["sonarr_policy_only_at_night"];
        if release == Release::R2026_8 {
            assert_eq!(
                hcl["data"]["authentik_policy_expression"]["sonarr_policy_only_at_night"]["name"],
                "only \"at\" ${night}"
            );
            assert!(night.is_null(), "{night}");
        } else {
            assert_eq!(night["default"], "c890874f-fa01-4a70-84e3-c2860b297404");
            assert!(night["description"].as_str().is_some_and(|says| says.contains("only \"at\" ${night}")), "{night}");
            assert!(
                bindings
                    .values()
                    .any(|binding| binding["policy"] == json!({"$ref": "var.sonarr_policy_only_at_night"}))
            );
        }
        assert_eq!(hcl["data"]["authentik_user"]["sonarr_user_susan_kare"]["username"], "susan.kare");
        let attachments =
            hcl["resource"]["authentik_outpost_provider_attachment"].as_object().map(serde_json::Map::len);
        assert_eq!(attachments, (release == Release::R2026_8).then_some(1));
        assert_eq!(code.terraform.contains("# The place in the outpost is not in here"), attachments.is_none());
        assert!(hcl["resource"].get("authentik_outpost").is_none(), "never the whole outpost");
    }
}

/// Up to 2025.10 the transaction takes no icon, and says nothing; from 2025.12 on there is nothing else that takes one.
#[tokio::test]
async fn an_icon_that_is_an_address_is_there_again_on_every_release() {
    for release in Release::ALL {
        let (first, second) = (set(release).await, set(release).await);
        first.control.change(|world| {
            let app = world.applications.iter_mut().find(|app| app.slug == "sonarr").expect("Sonarr");
            app.meta_icon = "https://icons.example.com/sonarr's \"best\".png".into();
        });
        without(&second, "sonarr");
        let world = World::at("https://sonarr.example.org", "Sonarr");
        let code = exported(&world, &first, "sonarr").await;
        let ended = run(&code.shell, &second).await;
        assert!(ended.well, "{release:?}: {ended:?}\n{}", code.shell);
        let icon = |set: &Running| {
            let state = held(set);
            let apps = state["applications"].as_array().expect("rows");
            apps.iter().find(|app| app["slug"] == "sonarr").map(|app| app["meta_icon"].clone()).expect("Sonarr")
        };
        assert_eq!(icon(&first), icon(&second), "{release:?}\n{}", code.shell);
        let told = code.blueprint.contains("takes no icon from a blueprint");
        assert_eq!(told, release == Release::R2025_10, "{}", code.blueprint);
    }
}

#[tokio::test]
async fn a_script_that_can_not_go_on_says_why_and_leaves_no_token_anywhere() {
    let authentik = set(RELEASES[1]).await;
    let world = World::at("https://sonarr.example.org", "Sonarr");
    let script = exported(&world, &authentik, "sonarr").await.shell;
    let (token, url) = (authentik.about().tokens.admin.clone(), authentik.about().urls.authentik.clone());
    let before = authentik.control.state();
    let token = token.as_str();
    for (environment, says) in [
        (vec![("AUTHENTIK_URL", url.as_str())], "AUTHENTIK_TOKEN"),
        (vec![("AUTHENTIK_TOKEN", token), ("AUTHENTIK_URL", "authentik.example.com")], "is no address"),
        (vec![("AUTHENTIK_TOKEN", "wrong"), ("AUTHENTIK_URL", url.as_str())], "does not take this token"),
        (vec![("AUTHENTIK_TOKEN", "a\"b\nX: y"), ("AUTHENTIK_URL", url.as_str())], "holds a character"),
        (vec![("AUTHENTIK_TOKEN", token), ("AUTHENTIK_URL", "http://127.0.0.1:1")], "no answer"),
        // It is there already.
        (vec![("AUTHENTIK_TOKEN", token), ("AUTHENTIK_URL", url.as_str())], "already exists"),
    ] {
        let ended = run_with(&script, &environment).await;
        assert!(!ended.well && ended.said.contains(says), "{says}: {ended:?}");
        assert!(!ended.said.contains(token), "{ended:?}");
    }
    assert_eq!(authentik.control.state(), before);
}

/// Everything that a command of the script has on its command line can be read by whoever is on the same machine.
#[tokio::test]
async fn neither_token_nor_secret_is_on_a_command_line() {
    let authentik = set(RELEASES[1]).await;
    let scenario = scenarios::oidc();
    let (world, order) = scenario.prepare(&authentik).await;
    let script = code_of(&world, &authentik, &order).await.shell;
    let folder = std::env::temp_dir().join(format!("gatewright-commands-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    // Each command that is called notes how, and is then itself.
    let commands: String = ["curl", "jq", "head", "tr"]
        .map(|name| {
            format!("{name}() {{ printf '%s\\n' {name} \"$@\" >>{}/said; command {name} \"$@\"; }}\n", folder.display())
        })
        .concat();
    let ended = run(&format!("{commands}{script}"), &authentik).await;
    assert!(ended.well, "{ended:?}");
    let said = std::fs::read_to_string(folder.join("said")).expect("what was called");
    assert!(said.contains("core/transactional/applications/") && said.matches("curl\n").count() > 3, "{said}");
    assert!(!said.contains(&authentik.about().tokens.admin) && !said.contains(SECRET), "{said}");
    let secret = authentik.control.state()["providers"].to_string();
    assert!(secret.contains(SECRET), "the secret arrived");
    std::fs::remove_dir_all(&folder).expect("the folder");
}

#[tokio::test]
async fn a_name_that_two_things_have_or_none_ends_the_script_before_anything_is_written() {
    let authentik = set(RELEASES[0]).await;
    let scenario = scenarios::protect_for_groups();
    let (world, order) = scenario.prepare(&authentik).await;
    let script = code_of(&world, &authentik, &order).await.shell;
    for (twice, says) in [(true, "there are several: group whose name is"), (false, "there is no group whose name is")]
    {
        authentik.control.change(|world| {
            if twice {
                let mut twin = world.groups.iter().find(|group| group.name == "engineering").expect("a group").clone();
                twin.pk = "00000000-0000-4000-8000-000000000001".into();
                world.groups.push(twin);
            } else {
                world.groups.retain(|group| group.name != "engineering");
            }
        });
        let before = authentik.control.state();
        let ended = run(&script, &authentik).await;
        assert!(!ended.well && ended.said.contains(says), "{ended:?}");
        assert_eq!(authentik.control.state(), before);
    }
}
