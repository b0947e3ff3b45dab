//! Whatever happens during a run: what it made is gone afterwards, and what others made or changed is as they left it.

use std::task::Poll;

use embedded_authentik::{Effect, Fault, ForeignWrite, Release, Running, When};
use gatewright_conformance::{Prefix, Report, Target, run};
use gatewright_it::new_client;
use serde_json::{Value, json};

async fn set() -> Running {
    Target::start_embedded(Release::default()).await.expect("an embedded authentik")
}

async fn judge(set: &Running, stop: impl Future<Output = ()>) -> Report {
    let target = Target::embedded(set).await.expect("a server to judge");
    run(target, stop, |_, _| {}).await.expect("a run")
}

fn fault(method: &str, path_contains: &str, (skip, times): (u32, u32), effect: Effect) -> Fault {
    Fault { method: Some(method.into()), path_contains: path_contains.into(), times, skip, effect }
}

fn answer(status: u16, body: Value) -> Effect {
    Effect::Status { status, body: Some(body), content_type: None }
}

#[tokio::test]
async fn after_faults_in_the_middle_authentik_is_as_it_was_and_the_run_has_failed() {
    let set = set().await;
    let before = set.control.state();
    let token = set.about().tokens.admin.clone();
    for fault in [
        // Applied, and the answer is lost: of these no ledger knows the key.
        fault("PUT", "transactional", (3, 2), Effect::Drop { drop: When::After }),
        fault("POST", "outposts/instances", (2, 2), Effect::Drop { drop: When::After }),
        fault("POST", "propertymappings", (0, 1), Effect::Drop { drop: When::After }),
        fault("POST", "certificatekeypairs", (1, 1), Effect::Drop { drop: When::After }),
        fault("PUT", "transactional", (20, 1), Effect::AppliedFalse { applied_false: true }),
        fault("PATCH", "outposts/instances", (4, 3), answer(500, json!({"detail": token}))),
        fault("DELETE", "core/applications", (2, 2), answer(403, json!({"detail": "no"}))),
        fault("GET", "policies/bindings", (5, 2), Effect::Html { html: "<p>maintenance</p>".into() }),
        fault("GET", "core/applications", (30, 1), answer(500, json!({"detail": token}))),
    ] {
        set.control.fault(fault);
    }
    let report = judge(&set, std::future::pending()).await;
    let (passed, _, failed) = report.counts();
    assert!(failed > 5 && passed > 40, "{}", report.summary());
    assert_eq!(set.control.state(), before, "{}", report.bad());
    assert_eq!(report.troubles, [""; 0]);
    let said = format!("{report:?}{}{}", report.bad(), report.summary());
    assert!(!said.contains(&token), "the token is in no output");
}

#[tokio::test]
async fn what_cannot_be_deleted_is_told_with_its_place() {
    let set = set().await;
    // More than any retry: all that the clean-up tries is refused.
    let rest = (0, 1_000_000);
    set.control.fault(fault("DELETE", "outposts/instances", rest, answer(403, json!({"detail": "no"}))));
    let report = judge(&set, std::future::pending()).await;
    assert!(!report.is_good());
    let told = report.troubles.iter().filter(|trouble| trouble.contains("outposts/instances/")).count();
    let state = set.control.state().to_string();
    assert!(told > 0 && state.contains("gatewright-conformance-"), "{:?}", report.troubles);
    set.control.clear_faults();
}

#[tokio::test]
async fn who_stops_it_in_the_middle_finds_everything_as_it_was() {
    let set = set().await;
    let before = set.control.state();
    let many = std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        if set.control.requests().len() > 300 { Poll::Ready(()) } else { Poll::Pending }
    });
    let report = judge(&set, many).await;
    assert!(report.checks.len() > 5, "{}", report.summary());
    assert_eq!(set.control.state(), before);
    assert!(!report.is_good(), "a run that was stopped has judged nothing");
}

#[tokio::test]
async fn what_somebody_else_writes_meanwhile_is_left_alone_and_told() {
    let set = set().await;
    let before = set.control.state();
    let outpost = before["outposts"][0]["pk"].as_str().expect("the embedded outpost").to_owned();
    let radarr = pk_of(&set, "Radarr");
    let joins = ForeignWrite {
        method: "PATCH".into(),
        path: format!("outposts/instances/{outpost}/"),
        body: Some(json!({"type": "proxy", "providers": {"$now": {"with": [radarr], "without": []}}})),
        ..ForeignWrite::default()
    };
    let renames = ForeignWrite {
        method: "PATCH".into(),
        path: "core/applications/grafana/".into(),
        body: Some(json!({"meta_description": "changed meanwhile"})),
        ..ForeignWrite::default()
    };
    let at = format!("outposts/instances/{outpost}/");
    let (after, foreign) = ((10, 1), When::After);
    set.control.fault(fault("PATCH", &at, (0, 1), Effect::Foreign { foreign, write: joins }));
    set.control.fault(fault("PUT", "transactional", after, Effect::Foreign { foreign, write: renames }));
    let report = judge(&set, std::future::pending()).await;
    assert!(report.others.iter().any(|line| line.contains("core/applications/grafana/")), "{:?}", report.others);
    assert!(report.others.iter().any(|line| line.contains(&outpost)), "{:?}", report.others);
    assert!(report.others.iter().any(|line| line.starts_with("akadmin changed authentik Embedded Outpost")));
    let mut reverted = false;
    set.control.change(|world| {
        let app = world.applications.iter_mut().find(|app| app.slug == "grafana").expect("Grafana");
        assert_eq!(app.meta_description, "changed meanwhile");
        app.meta_description = String::new();
        let outpost = world.outposts.iter_mut().find(|found| found.pk == outpost).expect("the outpost");
        reverted = outpost.providers.contains(&radarr);
        outpost.providers.retain(|pk| *pk != radarr);
    });
    assert!(reverted, "what somebody else put into the outpost is there");
    assert_eq!(set.control.state(), before, "and apart from that all is as it was");
}

fn pk_of(set: &Running, name: &str) -> i64 {
    let mut pk = None;
    set.control.change(|world| pk = world.providers.iter().find(|found| found.name == name).map(|found| found.pk));
    pk.expect("a provider")
}

/// Somebody makes an application of that name, with a provider.
async fn plant(set: &Running, name: &str) {
    let base = &set.about().urls.authentik;
    let send = |method: reqwest::Method, path: &str| {
        let token = format!("Bearer {}", set.about().tokens.admin);
        new_client().request(method, format!("{base}/api/v3/{path}")).header("Authorization", token)
    };
    let flows = send(reqwest::Method::GET, "flows/instances/?page_size=100").send().await.expect("flows");
    let flows: Value = serde_json::from_str(&flows.text().await.expect("a list")).expect("JSON");
    let flow = |slug: &str| {
        let rows = flows["results"].as_array().expect("rows");
        rows.iter().find(|row| row["slug"] == slug).expect("a flow")["pk"].clone()
    };
    let body = json!({
        "app": {"name": name, "slug": name},
        "provider_model": "authentik_providers_proxy.proxyprovider",
        "provider": {
            "name": name, "mode": "forward_single", "external_host": "https://planted.example.invalid",
            "authorization_flow": flow("default-provider-authorization-implicit-consent"),
            "invalidation_flow": flow("default-provider-invalidation-flow"),
        },
        "policy_bindings": [],
    });
    let sending = send(reqwest::Method::PUT, "core/transactional/applications/");
    let answer =
        sending.header("Content-Type", "application/json").body(body.to_string()).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
}

#[tokio::test]
async fn unless_it_may_it_writes_nothing_into_an_outpost_that_is_not_its_own() {
    let set = set().await;
    let outpost = set.control.state()["outposts"][0]["pk"].as_str().expect("the embedded outpost").to_owned();
    let target = Target::embedded(&set).await.expect("a server to judge");
    let target = Target { may_change_outpost: false, ..target };
    let report = run(target, std::future::pending(), |_, _| {}).await.expect("a run");
    assert_eq!(report.bad(), "");
    let writes = |path: &str| path.contains(&outpost);
    assert!(set.control.requests().iter().all(|request| request.method == "GET" || !writes(&request.path)));
}

#[tokio::test]
async fn leftovers_of_a_run_that_is_over_go_and_those_of_one_under_way_stay() {
    let set = set().await;
    let now = format!("{}-app1", Prefix::aged(60).text());
    let notes = "gatewright-conformance-notes".to_owned();
    plant(&set, &now).await;
    plant(&set, &notes).await;
    let before = set.control.state();
    plant(&set, &format!("{}-app1", Prefix::aged(7_200).text())).await;
    let report = judge(&set, std::future::pending()).await;
    assert_eq!(report.bad(), "");
    assert_eq!(set.control.state(), before);
}
