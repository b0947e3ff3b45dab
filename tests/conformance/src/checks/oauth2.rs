//! OAuth2 providers: redirect URIs, secret, grant types, claims, and the pages of their issuer.

use gatewright::authentik::issuer;
use serde_json::{Value, json};

use crate::check::{Outcome, checks, ensure, not_here, same};
use crate::suite::Suite;

checks! {
    "redirect URIs come back as they were written, with their kind from 2026.5 on",
    "providers_oauth2_retrieve, redirect_uris; redirect_uri_type from the description of 2026.5.6" => redirect_uris;
    "a change of redirect URIs replaces the list",
    "providers_oauth2_partial_update, recorded on 2025.10.3 and 2026.2.2" => list_replaced;
    "authentik makes client id and secret where none is sent, and tells them in clear",
    "providers_oauth2_retrieve, recorded on 2025.10.3 and 2026.2.2" => made_secret;
    "client id and secret are kept where they are sent",
    "core_transactional_applications_update, client_id and client_secret, descriptions of 2025.10.3 to 2026.8.5" => own_secret;
    "a provider is found by its client id alone",
    "providers_oauth2_list, client_id, descriptions of 2025.10.3 to 2026.8.5" => by_client_id;
    "grant types are kept from 2026.5 on, and ignored before",
    "providers_oauth2_retrieve, grant_types; ignored: recorded on 2026.2.2" => grant_types;
    "a provider that is made without grant types has none",
    "OAuth2ProviderRequest.grant_types, from the description of 2026.5.6" => no_grant_types;
    "the issuer's pages are open to everybody, and without a key there are none",
    "providers/oauth2/urls_root.py; jwks {}: recorded on 2025.10.3" => issuer_pages;
    "the claims that a person would get can be looked at before",
    "providers_oauth2_preview_user_retrieve, descriptions of 2025.10.3 to 2026.8.5" => preview;
}

async fn redirect_uris(suite: &Suite) -> Outcome {
    let mut body = suite.oauth2_body(&suite.name("uris")).await?;
    let url = format!("https://{}/cb", suite.host("uris"));
    let uris = [("strict", url.clone()), ("regex", format!("{url}/.*"))];
    body["provider"]["redirect_uris"] =
        uris.iter().map(|(mode, url)| json!({"matching_mode": mode, "url": url})).collect();
    let made = suite.make(body).await?;
    let provider = suite.get(&format!("providers/oauth2/{}/", made.provider)).await?.status(200)?;
    for (number, (mode, url)) in uris.iter().enumerate() {
        provider.holds(&format!("/redirect_uris/{number}/matching_mode"), &json!(mode))?;
        provider.holds(&format!("/redirect_uris/{number}/url"), &json!(url))?;
        let kind = if suite.target.release.at_least(2026, 5) { json!("authorization") } else { Value::Null };
        provider.holds(&format!("/redirect_uris/{number}/redirect_uri_type"), &kind)?;
    }
    Ok(())
}

async fn list_replaced(suite: &Suite) -> Outcome {
    let made = suite.oauth2_app("replace").await?;
    let path = format!("providers/oauth2/{}/", made.provider);
    let url = format!("https://{}/other", suite.host("replace"));
    let answer =
        suite.patch(&path, json!({"redirect_uris": [{"matching_mode": "strict", "url": url}]})).await?.status(200)?;
    same("entries", &answer.at("/redirect_uris").as_array().map_or(0, Vec::len), &1)?;
    answer.holds("/redirect_uris/0/url", &json!(url))?;
    Ok(())
}

async fn made_secret(suite: &Suite) -> Outcome {
    let made = suite.oauth2_app("secret").await?;
    let provider = suite.get(&format!("providers/oauth2/{}/", made.provider)).await?.status(200)?;
    let (id, secret) = (provider.text_at("/client_id")?.len(), provider.text_at("/client_secret")?.len());
    ensure(id >= 40 && secret >= 100, || format!("an id of {id} letters and a secret of {secret}"))?;
    Ok(())
}

async fn own_secret(suite: &Suite) -> Outcome {
    let name = suite.name("own");
    let mut body = suite.oauth2_body(&name).await?;
    body["provider"]["client_id"] = json!(name);
    body["provider"]["client_secret"] = json!("nobody-ever-uses-this-secret");
    let made = suite.make(body).await?;
    let provider = suite.get(&format!("providers/oauth2/{}/", made.provider)).await?.status(200)?;
    provider.holds("/client_id", &json!(name))?;
    ensure(provider.at("/client_secret") == "nobody-ever-uses-this-secret", || "another secret".into())?;
    Ok(())
}

async fn by_client_id(suite: &Suite) -> Outcome {
    let made = suite.oauth2_app("client").await?;
    let id = suite.get(&format!("providers/oauth2/{}/", made.provider)).await?.status(200)?.text_at("/client_id")?;
    let found = suite.rows("providers/oauth2/", ("client_id", &id)).await?;
    same("rows", &found.iter().map(|row| row["pk"].clone()).collect::<Vec<_>>(), &vec![json!(made.provider)])?;
    Ok(())
}

async fn grant_types(suite: &Suite) -> Outcome {
    let made = suite.oauth2_app("grants").await?;
    let provider = suite.get(&format!("providers/oauth2/{}/", made.provider)).await?.status(200)?;
    let since = suite.target.release.at_least(2026, 5);
    let wanted = if since { json!(["authorization_code", "refresh_token"]) } else { Value::Null };
    provider.holds("/grant_types", &wanted)?;
    Ok(())
}

async fn no_grant_types(suite: &Suite) -> Outcome {
    if !suite.target.release.at_least(2026, 5) {
        return not_here("grant types came with 2026.5");
    }
    let mut body = suite.oauth2_body(&suite.name("grants")).await?;
    body["provider"].as_object_mut().map(|provider| provider.remove("grant_types"));
    let made = suite.make(body).await?;
    let provider = suite.get(&format!("providers/oauth2/{}/", made.provider)).await?.status(200)?;
    provider.holds("/grant_types", &json!([]))?;
    Ok(())
}

async fn issuer_pages(suite: &Suite) -> Outcome {
    let made = suite.oauth2_app("issuer").await?;
    let document = suite.page(&issuer::discovery_path(&made.slug)).await?.status(200)?;
    let issuer = document.text_at("/issuer")?;
    ensure(issuer.ends_with(&format!("/application/o/{}/", made.slug)), || issuer.clone())?;
    document.holds("/id_token_signing_alg_values_supported", &json!(["HS256"]))?;
    suite.page(&issuer::jwks_path(&made.slug)).await?.says(200, &json!({}))?;
    Ok(())
}

async fn preview(suite: &Suite) -> Outcome {
    let made = suite.oauth2_app("claims").await?;
    let answer = suite.get(&format!("providers/oauth2/{}/preview_user/", made.provider)).await?.status(200)?;
    ensure(answer.at("/preview/sub").is_string(), || format!("no sub: {}", answer.text))?;
    Ok(())
}
