//! What answers, which release it is, and how it sees our requests.

use gatewright::authentik::{Access, Method, Release};
use serde_json::Value;

use crate::check::{Outcome, checks, ensure, same};
use crate::suite::Suite;

checks! {
    "what answers can be told to be an authentik before a token is sent there",
    "root_config_retrieve, recorded on 2025.10.3 and 2026.2.2" => open_to_everybody;
    "the release is told to whoever is signed in, as year, month and patch",
    "admin_version_retrieve, recorded on 2025.10.3 and 2026.2.2" => release;
    "who the token stands for is told, with whether they are a superuser",
    "core_users_me_retrieve, recorded on 2025.10.3 and 2026.2.2" => me;
    "authentik tells under which host, and whether encrypted, it was asked",
    "admin_system_retrieve, recorded on 2025.10.3" => system;
    "every answer of the API is JSON, and has a number that events name",
    "X-authentik-id, authentik/core/middleware.py" => numbered;
    "no answer lets a page of another origin read it",
    "no Access-Control header anywhere, recorded on 2025.10.3 and 2026.2.2" => no_cors;
}

async fn open_to_everybody(suite: &Suite) -> Outcome {
    let nobody = Access { token: None, ..suite.target.access.clone() };
    let answer = suite.send_as(&nobody, Method::Get, "root/config/", None).await?.status(200)?;
    ensure(answer.at("/capabilities").is_array(), || "no list of capabilities".into())?;
    ensure(answer.at("/error_reporting").is_object(), || "no error_reporting".into())?;
    Ok(())
}

async fn release(suite: &Suite) -> Outcome {
    let text = suite.get("admin/version/").await?.status(200)?.text_at("/version_current")?;
    let parsed = Release::parse(&text);
    same("the release as the product reads it", &parsed.as_ref(), &Some(&suite.target.release))?;
    let parts: Vec<&str> = text.split('.').collect();
    ensure(parts.len() == 3 && parts[0].len() == 4, || format!("{text} has another form"))?;
    Ok(())
}

async fn me(suite: &Suite) -> Outcome {
    let answer = suite.get("core/users/me/").await?.status(200)?;
    same("the key", &answer.number_at("/user/pk")?, &suite.target.me)?;
    answer.holds("/user/is_superuser", &Value::Bool(true))?;
    ensure(!answer.text_at("/user/username")?.is_empty(), || "no login name".into())?;
    ensure(answer.at("/user/groups/0/pk").is_string(), || "a superuser is one through a group".into())?;
    Ok(())
}

async fn system(suite: &Suite) -> Outcome {
    let answer = suite.get("admin/system/").await?.status(200)?;
    let host = answer.text_at("/http_host")?;
    let base = suite.target.access.base.origin();
    ensure(base.ends_with(&format!("//{host}")), || format!("it was asked at {base}, and says {host}"))?;
    ensure(answer.at("/http_is_secure").is_boolean(), || "it doesn't say whether that was encrypted".into())?;
    Ok(())
}

async fn numbered(suite: &Suite) -> Outcome {
    let answer = suite.get("admin/version/").await?.status(200)?;
    ensure(answer.content_type.starts_with("application/json"), || answer.content_type.clone())?;
    ensure(!answer.id.is_empty(), || "no X-authentik-id".into())?;
    Ok(())
}

async fn no_cors(suite: &Suite) -> Outcome {
    for path in ["root/config/", "core/users/me/"] {
        let answer = suite.as_extension(Method::Get, path, None).await?.status(200)?;
        same(path, &answer.cors, &false)?;
    }
    Ok(())
}
