//! Who gets in: bindings of groups and people that are there already. Nobody is made, and nobody is changed.

use serde_json::{Value, json};

use crate::check::{End, Outcome, Wrong, checks, ensure, same};
use crate::suite::{Made, Suite};

checks! {
    "everybody gets in where nothing is bound",
    "core_applications_check_access_retrieve, recorded on 2025.10.3 and 2026.2.2" => unbound;
    "a member of the bound group gets in",
    "core_applications_check_access_retrieve, recorded on 2025.10.3 and 2026.2.2" => member;
    "who is not in the bound group does not get in",
    "core_applications_check_access_retrieve with for_user, recorded on 2025.10.3 and 2026.2.2" => other;
    "a binding that is turned around keeps the group's members out",
    "core_applications_check_access_retrieve with negate, verdicts recorded on 2025.10.3 and 2026.2.2" => negated;
    "a binding that is switched off does not count",
    "core_applications_check_access_retrieve with enabled, recorded on 2025.10.3 and 2026.2.2" => disabled;
    "a binding is made, found by its target and its order, and deleted",
    "policies_bindings_create, recorded on 2025.10.3 and 2026.2.2; _list by order, _destroy from their descriptions" => one_by_one;
    "a binding names its group, also for whoever can't look the group up",
    "policies_bindings_list, group_obj, recorded on 2025.10.3 and 2026.2.2" => named;
}

/// An application with one binding of a group that the caller is in, and its fields changed.
async fn bound(suite: &Suite, fields: &Value) -> Result<Made, Wrong> {
    let mut binding = json!({"group": suite.my_group().await?, "order": 0});
    for (field, value) in fields.as_object().into_iter().flatten() {
        binding[field] = value.clone();
    }
    let mut body = suite.proxy_body(&suite.name("access")).await?;
    body["policy_bindings"] = json!([binding]);
    suite.make(body).await
}

async fn passes(suite: &Suite, made: &Made, user: i64) -> Result<bool, Wrong> {
    let answer =
        suite.get(&format!("core/applications/{}/check_access/?for_user={user}", made.slug)).await?.status(200)?;
    let passing = answer.at("/passing").as_bool();
    passing.ok_or_else(|| Wrong(format!("no verdict: {}", answer.text)))
}

async fn unbound(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("access").await?;
    if suite.target.release.at_least(2026, 5) {
        // A setting of the tenant, from 2026.5 on (core_default_app_access).
        let settings = suite.get("admin/settings/").await?;
        if settings.at("/flags/core_default_app_access") == &json!(false) {
            return crate::check::not_here("here nobody gets in where nothing is bound (core_default_app_access)");
        }
    }
    same("the verdict", &passes(suite, &made, suite.target.me).await?, &true)?;
    Ok(())
}

async fn member(suite: &Suite) -> Outcome {
    let made = bound(suite, &Value::Null).await?;
    same("the verdict", &passes(suite, &made, suite.target.me).await?, &true)?;
    Ok(())
}

async fn other(suite: &Suite) -> Outcome {
    let group = suite.my_group().await?;
    let people = suite.get("core/users/?page_size=100&ordering=username").await?.status(200)?;
    // Groups below it are in it too, and superusers are looked at no differently; whoever has no group at all is in none.
    let alone = people.rows()?.iter().find(|row| row["groups"] == json!([]) && row["is_active"] == true);
    let Some(user) = alone.and_then(|row| row["pk"].as_i64()) else {
        return Err(End::NotHere(format!(
            "everybody on the first page is in a group, so nobody is surely outside of {group}"
        )));
    };
    let made = bound(suite, &Value::Null).await?;
    same("the verdict", &passes(suite, &made, user).await?, &false)?;
    Ok(())
}

async fn negated(suite: &Suite) -> Outcome {
    let made = bound(suite, &json!({"negate": true})).await?;
    same("the verdict", &passes(suite, &made, suite.target.me).await?, &false)?;
    Ok(())
}

async fn disabled(suite: &Suite) -> Outcome {
    let mut body = suite.proxy_body(&suite.name("access")).await?;
    let group = suite.my_group().await?;
    body["policy_bindings"] =
        json!([{"group": group, "order": 0}, {"user": suite.target.me, "order": 1, "negate": true, "enabled": false}]);
    let made = suite.make(body).await?;
    same("the verdict", &passes(suite, &made, suite.target.me).await?, &true)?;
    Ok(())
}

async fn one_by_one(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("access").await?;
    let (group, target) = (suite.my_group().await?, json!(made.application));
    let body = gatewright::authentik::bindings::group_body(&target, &group, 3);
    let answer = suite.post("policies/bindings/", body).await?.status(201)?;
    let pk = answer.text_at("/pk")?;
    let list = |order: usize| format!("policies/bindings/?target={}&order={order}&page_size=1", made.application);
    let found = suite.get(&list(3)).await?.status(200)?;
    found.holds("/results/0/pk", &json!(pk))?;
    same("with another order", &suite.get(&list(4)).await?.status(200)?.rows()?.len(), &0)?;
    suite.delete(&format!("policies/bindings/{pk}/")).await?.status(204)?;
    same("afterwards", &suite.get(&list(3)).await?.status(200)?.rows()?.len(), &0)?;
    Ok(())
}

async fn named(suite: &Suite) -> Outcome {
    let made = bound(suite, &Value::Null).await?;
    let rows = suite.rows("policies/bindings/", ("target", &made.application)).await?;
    ensure(rows.len() == 1 && rows[0]["group_obj"]["name"].is_string(), || format!("no name in {rows:?}"))?;
    Ok(())
}
