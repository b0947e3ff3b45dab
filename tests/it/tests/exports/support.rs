//! Two authentiks, a bash between them, and what they hold compared.

use std::process::{Command, Stdio};

use embedded_authentik::{Release, Running};
use gatewright::authentik::{Access, ApiToken, BaseUrl};
use gatewright::export::Texts;
use gatewright::plan::Order;
use gatewright_it::World;
pub use gatewright_it::company::set;
use serde_json::Value;

pub const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];
/// What stands in for the client secret.
pub const SECRET: &str = "a-secret-of-the-tests";

pub fn access(set: &Running) -> Access {
    let base = BaseUrl::from_kept(&set.about().urls.authentik).expect("a base");
    Access { base, token: ApiToken::parse(&set.about().tokens.admin) }
}

/// How a script ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    pub well: bool,
    pub said: String,
}

/// Runs a script for an authentik, with the secret in the environment.
pub async fn run(script: &str, set: &Running) -> Ended {
    run_with(script, &[("AUTHENTIK_TOKEN", &set.about().tokens.admin), ("AUTHENTIK_URL", &set.about().urls.authentik)])
        .await
}

/// Runs a script with this environment, and nothing but a path besides.
pub async fn run_with(script: &str, environment: &[(&str, &str)]) -> Ended {
    let mut bash = Command::new("bash");
    bash.env_clear().env("PATH", std::env::var("PATH").unwrap_or_default()).env("CLIENT_SECRET", SECRET);
    bash.envs(environment.iter().copied()).arg("-c").arg(script);
    bash.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = tokio::task::spawn_blocking(move || bash.output()).await.expect("a thread").expect("bash");
    let said = [output.stdout, output.stderr].map(|out| String::from_utf8_lossy(&out).into_owned()).concat();
    Ended { well: output.status.success(), said }
}

/// What an authentik holds, without its secrets; what was made is named by what it is known by, since its UUID hangs on
/// how often one was made.
pub fn held(set: &Running) -> Value {
    let mut state = set.control.state();
    let mut names = Vec::new();
    for (list, key) in [("applications", "slug"), ("scope_mappings", "name"), ("certificates", "name")] {
        for row in state[list].as_array().into_iter().flatten() {
            let name = Value::from(format!("{list}/{}", row[key].as_str().unwrap_or_default())).to_string();
            names.push((row["pk"].as_str().unwrap_or_default().to_owned(), name));
        }
    }
    for provider in state["providers"].as_array_mut().into_iter().flatten() {
        provider["oauth"]["client_secret"] = Value::Null;
        if !provider["proxy"].is_null() {
            // authentik makes it up.
            provider["oauth"]["client_id"] = Value::Null;
        }
    }
    for certificate in state["certificates"].as_array_mut().into_iter().flatten() {
        for made_up in ["fingerprint_sha1", "fingerprint_sha256", "cert_expiry"] {
            certificate[made_up] = Value::Null;
        }
    }
    for binding in state["bindings"].as_array_mut().into_iter().flatten() {
        binding["pk"] = Value::Null;
    }
    let mut text = state.to_string();
    for (pk, name) in names {
        text = text.replace(&pk, &name[1..name.len() - 1]);
    }
    let mut state: Value = serde_json::from_str(&text).expect("still JSON");
    if let Some(bindings) = state["bindings"].as_array_mut() {
        bindings.sort_by_key(Value::to_string);
    }
    state
}

/// The same, without the address, which is another one each time.
pub fn held_at(set: &Running, addresses: &[&Running]) -> Value {
    let mut text = held(set).to_string();
    for other in addresses {
        text = text.replace(&other.about().urls.authentik, "http://authentik");
    }
    serde_json::from_str(&text).expect("still JSON")
}

/// The difference between two states, in a few words.
pub fn differences(one: &Value, other: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", one, other, &mut found);
    found
}

fn compare(at: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                compare(&format!("{at}/{key}"), &one[key], &other[key], found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (number, (one, other)) in a.iter().zip(b).enumerate() {
                compare(&format!("{at}/{number}"), one, other, found);
            }
        }
        _ if one != other => found.push(format!("{at}: {one} is not {other}")),
        _ => {}
    }
}

/// The plan of an order as code.
pub async fn code_of(world: &World, set: &Running, order: &Order) -> Texts {
    let Order::Apply { plan, .. } = order else { panic!("no plan: {order:?}") };
    gatewright::export::plan_as_code(world, &access(set), plan).await.expect("what was read")
}
