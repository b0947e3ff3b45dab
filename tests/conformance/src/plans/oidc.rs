//! OIDC apps: making one with all that it lacks, another address, a move.

use gatewright::authentik::providers_oauth2::{self, OAuth2Provider, Redirect};
use gatewright::plan::{CLIENT_SECRET, Key, Kind, Mapping, Move, Registration, add_origin, create_oidc_app, move_app};
use gatewright::ports::ask;
use serde_json::json;

use super::drive::{apply, site};
use crate::check::{Outcome, Wrong, checks, ensure};
use crate::suite::Suite;

checks! {
    "the plan CreateOidcApp makes key, mapping, provider and application, and Undo leaves no trace",
    "src/plan/create_oidc_app.rs" => create;
    "the plan AddOrigin adds redirect URIs to those that are there, and Undo takes them out",
    "src/plan/change_addresses.rs" => add;
    "the plan MoveApp moves redirect, logout and launch addresses, and Undo moves them back",
    "src/plan/change_addresses.rs" => moves;
}

async fn create(suite: &Suite) -> Outcome {
    let (authorization_flow, invalidation_flow) = suite.flows().await?;
    let (name, host, key, mapping) = (suite.name("oidc"), suite.host("oidc"), suite.name("key"), suite.name("mapping"));
    let openid = suite.rows("propertymappings/provider/scope/", ("scope_name", "openid")).await?;
    let openid = openid.first().and_then(|row| row["pk"].as_str()).unwrap_or_default().to_owned();
    let new =
        Mapping::New { name: mapping.clone(), scope: "gatewright".into(), expression: "return {\"a\": True}".into() };
    let app = Registration {
        slug: name.clone(),
        client_id: name.clone(),
        name,
        origin: site(&host)?,
        address: format!("https://{host}"),
        service: String::new(),
        asked: Vec::new(),
        group: String::new(),
        launch_url: format!("https://{host}/"),
        icon: suite.target.release.at_least(2025, 12).then(|| format!("https://{host}/icon.svg")),
        public: false,
        redirects: vec![redirect(suite, &format!("https://{host}/callback"))],
        grant_types: vec!["authorization_code".into(), "refresh_token".into()],
        mappings: vec![Mapping::There(openid), new],
        key: Key::New(key.clone()),
        authorization_flow,
        invalidation_flow,
        sub_mode: "hashed_user_id".into(),
        logout: (format!("https://{host}/logout"), "backchannel".into()),
        access_code_validity: "minutes=1".into(),
        access_token_validity: "minutes=5".into(),
        refresh_token_validity: "days=30".into(),
        groups: vec![(suite.my_group().await?, "a group".into())],
    };
    let plan = create_oidc_app(suite.name("plan"), &app);
    ensure(plan.secrets == [CLIENT_SECRET], || "the plan names no secret".into())?;
    let applied = apply(suite, Kind::CreateOidcApp, plan).await?;
    let found = suite.get(&format!("providers/oauth2/?client_id={}", app.client_id)).await?.status(200)?;
    found.holds("/results/0/name", &json!(app.name))?;
    found.holds("/results/0/assigned_application_slug", &json!(app.slug))?;
    ensure(found.at("/results/0/property_mappings").as_array().is_some_and(|list| list.len() == 2), || {
        "not both mappings".into()
    })?;
    let signing = suite.rows("crypto/certificatekeypairs/", ("name", &key)).await?;
    found.holds("/results/0/signing_key", signing.first().map_or(&json!(null), |row| &row["pk"]))?;
    let page = suite.page(&gatewright::authentik::issuer::discovery_path(&app.slug)).await?.status(200)?;
    page.holds("/id_token_signing_alg_values_supported", &json!(["RS256"]))?;
    Ok(applied.undone(suite).await?)
}

fn redirect(suite: &Suite, url: &str) -> Redirect {
    let kind = suite.target.release.at_least(2026, 5).then(|| "authorization".to_owned());
    Redirect { regex: false, url: url.to_owned(), kind }
}

async fn provider(suite: &Suite, pk: i64) -> Result<OAuth2Provider, Wrong> {
    let read = ask(&suite.world, &suite.target.access, &providers_oauth2::retrieve(pk)).await;
    read.map(|details| details.provider).map_err(|error| Wrong(format!("provider {pk}: {error:?}")))
}

async fn add(suite: &Suite) -> Outcome {
    let made = suite.oauth2_app("origin").await?;
    let (host, before) = (suite.host("origin"), provider(suite, made.provider).await?);
    let adds = [redirect(suite, &format!("https://{host}/callback"))];
    let plan = add_origin(suite.name("plan"), &site(&host)?, &before, &adds);
    let applied = apply(suite, Kind::AddOrigin, plan).await?;
    let after = provider(suite, made.provider).await?;
    let wanted: Vec<Redirect> = before.redirects.iter().chain(&adds).cloned().collect();
    ensure(after.redirects == wanted, || format!("{:?}", after.redirects))?;
    Ok(applied.undone(suite).await?)
}

async fn moves(suite: &Suite) -> Outcome {
    let made = suite.oauth2_app("move").await?;
    let (old, host) = (format!("https://{}/", suite.host("old")), suite.host("new"));
    let application = format!("core/applications/{}/", made.slug);
    suite.patch(&application, json!({"meta_launch_url": old})).await?.status(200)?;
    let before = provider(suite, made.provider).await?;
    let new = format!("https://{host}/");
    let to = Move {
        redirects: vec![redirect(suite, &format!("{new}callback"))],
        logout_uri: format!("{new}logout"),
        launch: Some((old, new.clone())),
    };
    let applied = apply(suite, Kind::MoveApp, move_app(suite.name("plan"), &site(&host)?, &before, &to)).await?;
    let after = provider(suite, made.provider).await?;
    ensure(after.redirects == to.redirects && after.logout_uri == to.logout_uri, || format!("{after:?}"))?;
    suite.get(&application).await?.status(200)?.holds("/meta_launch_url", &json!(new))?;
    Ok(applied.undone(suite).await?)
}
