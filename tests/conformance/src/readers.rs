//! Every list and every detail that the product reads, by the function in `src/authentik` that asks for it.

use gatewright::authentik::{
    Call, List, admin, applications, bindings, certificates, events, flows, groups, outposts, providers_oauth2,
    providers_proxy, scope_mappings, users,
};
use gatewright::ports::{ask, page};

use crate::check::{Outcome, Wrong, checks};
use crate::suite::Suite;

checks! {
    "every list and every detail that Gatewright reads is there and can be read by it",
    "src/authentik: each function that returns a List or a Call" => all_can_be_read;
}

/// The functions that are asked here, as `module::function`. The test `coverage` compares them with the source.
pub const NAMES: [&str; 23] = [
    "admin::root_config",
    "admin::system",
    "admin::version",
    "applications::list",
    "applications::retrieve",
    "bindings::names_of",
    "certificates::list",
    "events::changes_of",
    "events::list",
    "flows::list",
    "groups::list",
    "outposts::health",
    "outposts::list",
    "providers_oauth2::list",
    "providers_oauth2::preview",
    "providers_oauth2::retrieve",
    "providers_proxy::list",
    "providers_proxy::open_paths",
    "providers_proxy::served",
    "scope_mappings::list",
    "users::me",
    "users::retrieve",
    "users::search",
];

async fn all_can_be_read(suite: &Suite) -> Outcome {
    let oauth2 = suite.oauth2_app("read").await?;
    let proxy = suite.proxy_app("read").await?;
    let outpost = suite.outpost(proxy.provider).await?.text_at("/pk")?;
    detail(suite, "admin::root_config", admin::root_config()).await?;
    detail(suite, "admin::system", admin::system()).await?;
    detail(suite, "admin::version", admin::version()).await?;
    list(suite, "applications::list", applications::list()).await?;
    detail(suite, "applications::retrieve", applications::retrieve(&oauth2.slug)).await?;
    list(suite, "bindings::names_of", bindings::names_of(&oauth2.application)).await?;
    list(suite, "certificates::list", certificates::list()).await?;
    list(suite, "events::changes_of", events::changes_of("outpost", &outpost)).await?;
    list(suite, "events::list", events::list("configuration_error")).await?;
    list(suite, "flows::list", flows::list()).await?;
    list(suite, "groups::list", groups::list()).await?;
    detail(suite, "outposts::health", outposts::health(&outpost)).await?;
    list(suite, "outposts::list", outposts::list()).await?;
    list(suite, "providers_oauth2::list", providers_oauth2::list()).await?;
    detail(suite, "providers_oauth2::preview", providers_oauth2::preview(oauth2.provider)).await?;
    detail(suite, "providers_oauth2::retrieve", providers_oauth2::retrieve(oauth2.provider)).await?;
    list(suite, "providers_proxy::list", providers_proxy::list()).await?;
    detail(suite, "providers_proxy::open_paths", providers_proxy::open_paths(proxy.provider)).await?;
    list(suite, "providers_proxy::served", providers_proxy::served()).await?;
    list(suite, "scope_mappings::list", scope_mappings::list()).await?;
    detail(suite, "users::me", users::me()).await?;
    detail(suite, "users::retrieve", users::retrieve(suite.target.me)).await?;
    list(suite, "users::search", users::search("conformance")).await?;
    Ok(())
}

async fn list<T>(suite: &Suite, name: &str, list: List<T>) -> Result<(), Wrong> {
    let read = page(&suite.world, &suite.target.access, &list.pages, 1).await.and_then(|page| list.rows(&[page]));
    read.map(drop).map_err(|error| Wrong(format!("{name}: {error:?}")))
}

async fn detail<T>(suite: &Suite, name: &str, call: Call<T>) -> Result<(), Wrong> {
    ask(&suite.world, &suite.target.access, &call).await.map(drop).map_err(|error| Wrong(format!("{name}: {error:?}")))
}

/// The functions of a source of `src/authentik` that return a `List` or a `Call`.
pub fn functions_of_source(source: &str) -> Vec<String> {
    let text = source.split("#[cfg(test)]").next().unwrap_or_default();
    let heads = text.split("\npub fn ").skip(1);
    let reads = |head: &&str| {
        let head = head.split('{').next().unwrap_or_default();
        head.contains("-> List<") || head.contains("-> Call<")
    };
    heads.filter(reads).map(|head| head.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}
