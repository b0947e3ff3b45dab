//! Finding people and groups; keys of tokens.

use serde_json::json;

use crate::check::{Outcome, checks, ensure, not_here, same};
use crate::suite::Suite;

checks! {
    "a person is found by words of their login name, whatever the case",
    "core_users_list, search, recorded on 2025.10.3 and 2026.2.2" => found;
    "a person's own page names their groups",
    "core_users_retrieve, groups_obj, recorded on 2025.10.3 and 2026.2.2" => groups_of_a_person;
    "a list of people without groups leaves them null",
    "core_users_list, include_groups=false, recorded on 2025.10.3" => without_groups;
    "a list of groups without people has their keys all the same",
    "core_groups_list, include_users=false, recorded on 2025.10.3 and 2026.2.2" => without_people;
    "no list of tokens holds a key",
    "core_tokens_list, recorded on 2025.10.3 and 2026.2.2" => tokens;
    "the key of a token that isn't there is not told",
    "core_tokens_view_key_retrieve, recorded on 2025.10.3 and 2026.2.2: 404" => view_key;
}

async fn found(suite: &Suite) -> Outcome {
    let name = suite.get("core/users/me/").await?.status(200)?.text_at("/user/username")?;
    let rows = suite.rows("core/users/", ("search", &name.to_uppercase())).await?;
    ensure(rows.iter().any(|row| row["username"] == name), || format!("{name} is not among {} people", rows.len()))?;
    Ok(())
}

async fn groups_of_a_person(suite: &Suite) -> Outcome {
    let answer = suite.get(&format!("core/users/{}/", suite.target.me)).await?.status(200)?;
    let groups = answer.at("/groups").as_array().map_or(0, Vec::len);
    same("groups by name", &answer.at("/groups_obj").as_array().map_or(0, Vec::len), &groups)?;
    answer.holds("/is_superuser", &json!(true))?;
    Ok(())
}

async fn without_groups(suite: &Suite) -> Outcome {
    let answer = suite.get("core/users/?include_groups=false&page_size=1").await?.status(200)?;
    answer.holds("/results/0/groups_obj", &json!(null))?;
    Ok(())
}

async fn without_people(suite: &Suite) -> Outcome {
    let answer = suite.get("core/groups/?include_users=false&page_size=1").await?.status(200)?;
    answer.holds("/results/0/users_obj", &json!(null))?;
    ensure(answer.at("/results/0/users").is_array(), || "no keys of people".into())?;
    Ok(())
}

async fn tokens(suite: &Suite) -> Outcome {
    let answer = suite.get("core/tokens/?page_size=100").await?.status(200)?;
    ensure(answer.rows()?.iter().all(|row| row.get("key").is_none()), || "a row has a key".into())?;
    Ok(())
}

async fn view_key(suite: &Suite) -> Outcome {
    let answer = suite.get(&format!("core/tokens/{}/view_key/", suite.name("token"))).await?;
    if answer.status == 404 && !answer.content_type.starts_with("application/json") {
        return not_here("this server has no such path");
    }
    let says = answer.status(404)?.text_at("/detail")?;
    ensure(says.contains("Token") || says == "Not found.", || says.clone())?;
    Ok(())
}
