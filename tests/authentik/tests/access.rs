//! The evaluation of bindings, held against verdicts of two live servers.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::Release;
use embedded_authentik::model::{Application, Binding, Group};
use serde_json::Value;
use support::{Api, company};

#[tokio::test]
async fn every_verdict_of_2025_10_3_is_given() {
    assert_eq!(judge(Release::R2025_10, include_str!("../fixtures/access-2025.10.3.json")).await, 480);
}

#[tokio::test]
async fn every_verdict_of_2026_2_2_is_given() {
    assert_eq!(judge(Release::R2026_2, include_str!("../fixtures/access-2026.2.2.json")).await, 630);
}

async fn judge(release: Release, fixture: &str) -> usize {
    let fixture: Value = serde_json::from_str(fixture).unwrap();
    let set = company(release).await;
    set.control.change(|world| {
        world.groups.retain(|group| group.is_superuser);
        world.groups.extend(fixture["groups"].as_array().unwrap().iter().map(group));
        for app in fixture["applications"].as_array().unwrap() {
            world.applications.push(application(app));
            world.bindings.extend(app["bindings"].as_array().unwrap().iter().map(|b| binding(b, &app["pk"])));
        }
        for user in all_users(&fixture) {
            if world.user(user).is_none() {
                let mut person = world.users[0].clone();
                person.pk = user;
                world.users.push(person);
            }
        }
    });
    let admin = Api::admin(&set);
    let mut verdicts = 0;
    for app in fixture["applications"].as_array().unwrap() {
        for (list, passing) in [("pass", true), ("refuse", false)] {
            for user in app[list].as_array().unwrap() {
                let slug = app["slug"].as_str().unwrap();
                let answer = admin.get(&format!("/core/applications/{slug}/check_access/?for_user={user}")).await;
                assert_eq!(answer.json()["passing"], passing, "{slug} for {user}");
                verdicts += 1;
            }
        }
    }
    verdicts
}

fn all_users(fixture: &Value) -> Vec<i64> {
    let apps = fixture["applications"].as_array().unwrap().iter();
    apps.flat_map(|app| [&app["pass"], &app["refuse"]])
        .flat_map(|list| list.as_array().unwrap())
        .map(|user| user.as_i64().unwrap())
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn group(row: &Value) -> Group {
    Group {
        pk: text(&row["pk"]),
        num_pk: 1,
        name: text(&row["pk"]),
        is_superuser: false,
        parents: row["parents"].as_array().unwrap().iter().map(text).collect(),
        users: row["users"].as_array().unwrap().iter().map(|user| user.as_i64().unwrap()).collect(),
        attributes: Value::Null,
        roles: Vec::new(),
    }
}

fn application(row: &Value) -> Application {
    Application {
        pk: text(&row["pk"]),
        name: text(&row["slug"]),
        slug: text(&row["slug"]),
        provider: None,
        open_in_new_tab: false,
        meta_launch_url: String::new(),
        meta_icon: String::new(),
        meta_description: String::new(),
        meta_publisher: String::new(),
        meta_hide: false,
        policy_engine_mode: text(&row["policy_engine_mode"]),
        group: String::new(),
    }
}

fn binding(row: &Value, target: &Value) -> Binding {
    Binding {
        pk: format!("{}/{}", text(target), row["order"]),
        target: text(target),
        policy: None,
        policy_obj: Value::Null,
        group: row["group"].as_str().map(str::to_owned),
        user: row["user"].as_i64(),
        negate: row["negate"] == true,
        enabled: row["enabled"] == true,
        order: row["order"].as_i64().unwrap(),
        timeout: 30,
        failure_result: false,
    }
}
