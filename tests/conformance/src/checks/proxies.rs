//! Proxy providers: what a PATCH has to repeat, filters, removal.

use gatewright::authentik::request::encode;
use serde_json::json;

use crate::check::{Outcome, checks, ensure, same};
use crate::suite::Suite;

checks! {
    "a change of a proxy provider has to repeat its mode",
    "providers_proxy_partial_update, recorded on 2025.10.3 and 2026.2.2: 400 at internal_host" => repeat_mode;
    "the mode proxy has to repeat its internal host, too",
    "providers_proxy_partial_update, validate() looks at the request alone, 2025.10.3" => repeat_internal_host;
    "proxy providers are found by their address and by their domain, whatever the case",
    "providers_proxy_list, external_host__iexact and cookie_domain__iexact, descriptions of 2025.10.3 to 2026.8.5" => filters;
    "proxy providers with an application are told apart from those without",
    "providers_proxy_list, application__isnull, recorded on 2025.10.3 and 2026.2.2" => with_application;
    "a proxy provider stands in the list of OAuth2 providers too, under the same key",
    "providers_oauth2_list, multi-table inheritance, recorded on 2025.10.3 and 2026.2.2" => also_oauth2;
    "a whole domain needs its cookie domain, and has it",
    "providers_proxy_retrieve, forward_domain, recorded on 2025.10.3 and 2026.2.2" => domain;
    "what needs no login is kept line by line",
    "providers_proxy_partial_update, skip_path_regex, recorded on 2025.10.3 and 2026.2.2" => open_paths;
}

async fn repeat_mode(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("mode").await?;
    let path = format!("providers/proxy/{}/", made.provider);
    let answer = suite.patch(&path, json!({"cookie_domain": ""})).await?.status(400)?;
    ensure(answer.at("/internal_host/0").is_string(), || format!("it says something else: {}", answer.text))?;
    let body = json!({"mode": "forward_single", "access_token_validity": "hours=12"});
    suite.patch(&path, body).await?.status(200)?.holds("/access_token_validity", &json!("hours=12"))?;
    Ok(())
}

async fn repeat_internal_host(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("inside").await?;
    let path = format!("providers/proxy/{}/", made.provider);
    let inside = format!("http://{}", suite.host("inside"));
    let both = json!({"mode": "proxy", "internal_host": inside});
    suite.patch(&path, both).await?.status(200)?.holds("/internal_host", &json!(inside))?;
    suite.patch(&path, json!({"mode": "proxy", "skip_path_regex": "^/a$"})).await?.status(400)?;
    Ok(())
}

async fn filters(suite: &Suite) -> Outcome {
    let name = suite.name("filter");
    let mut body = suite.proxy_body(&name).await?;
    let domain = suite.host("domain");
    body["provider"]["mode"] = json!("forward_domain");
    body["provider"]["cookie_domain"] = json!(domain);
    let made = suite.make(body).await?;
    let host = format!("https://{name}.example.invalid");
    for (filter, value) in
        [("external_host__iexact", &host), ("cookie_domain__iexact", &domain), ("name__iexact", &name)]
    {
        let rows = suite.rows("providers/proxy/", (filter, &value.to_uppercase())).await?;
        same(filter, &rows.iter().map(|row| row["pk"].clone()).collect::<Vec<_>>(), &vec![json!(made.provider)])?;
    }
    Ok(())
}

async fn with_application(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("null").await?;
    let has = async |isnull: &str| {
        let path = format!("providers/proxy/?application__isnull={isnull}&page_size=100&search={}", encode(&made.name));
        let answer = suite.get(&path).await?.status(200)?;
        Ok::<bool, crate::check::Wrong>(answer.rows()?.iter().any(|row| row["pk"] == json!(made.provider)))
    };
    same("with an application", &(has("false").await?, has("true").await?), &(true, false))?;
    suite.delete(&format!("core/applications/{}/", made.slug)).await?.status(204)?;
    same("without one", &(has("false").await?, has("true").await?), &(false, true))?;
    Ok(())
}

async fn also_oauth2(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("both").await?;
    let rows = suite.rows("providers/oauth2/", ("name", &made.name)).await?;
    same("rows", &rows.iter().map(|row| row["pk"].clone()).collect::<Vec<_>>(), &vec![json!(made.provider)])?;
    let rows = suite.rows("providers/all/", ("search", &made.name)).await?;
    ensure(rows.iter().any(|row| row["component"] == "ak-provider-proxy-form"), || format!("{rows:?}"))?;
    Ok(())
}

async fn domain(suite: &Suite) -> Outcome {
    let mut body = suite.proxy_body(&suite.name("domain")).await?;
    let domain = suite.host("domain");
    body["provider"]["mode"] = json!("forward_domain");
    body["provider"]["cookie_domain"] = json!(domain);
    let made = suite.make(body).await?;
    let provider = suite.get(&format!("providers/proxy/{}/", made.provider)).await?.status(200)?;
    provider.holds("/mode", &json!("forward_domain"))?;
    provider.holds("/cookie_domain", &json!(domain))?;
    Ok(())
}

async fn open_paths(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("paths").await?;
    let path = format!("providers/proxy/{}/", made.provider);
    let body = json!({"mode": "forward_single", "skip_path_regex": "^/api/\n\n^/hook$"});
    suite.patch(&path, body).await?.status(200)?;
    suite.get(&path).await?.status(200)?.holds("/skip_path_regex", &json!("^/api/\n\n^/hook$"))?;
    Ok(())
}
