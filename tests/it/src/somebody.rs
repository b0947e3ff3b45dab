//! Two at one outpost: the company's outposts, what somebody else does to them, and changes carried out in virtual time.

use embedded_authentik::{Effect, Fault, ForeignWrite, Running, When};
use gatewright::authentik::{ApiToken, BaseUrl};
use gatewright::plan::{Journal, Order, Phase, Plan, Reply};
use gatewright::screens::Event;
use gatewright::session::{self, Keep, Who};
use serde_json::{Value, json};

use crate::{Dice, Popup, Sim, Time, World};

/// A second site of the same company.
pub fn other_site(set: &Running) -> World {
    World::at(&set.about().urls.site.replace("site.", "attic."), "Attic")
}

/// All outposts.
pub fn outposts(set: &Running) -> Vec<Value> {
    set.control.state()["outposts"].as_array().cloned().expect("outposts")
}

/// The embedded one.
pub fn embedded(set: &Running) -> Value {
    outposts(set).into_iter().find(|outpost| outpost["managed"].is_string()).expect("the embedded outpost")
}

/// Where an outpost is, below the API.
pub fn path_of(outpost: &Value) -> String {
    format!("outposts/instances/{}/", outpost["pk"].as_str().expect("a key"))
}

/// Its providers.
pub fn list_of(outpost: &Value) -> Vec<i64> {
    outpost["providers"].as_array().expect("a list").iter().filter_map(Value::as_i64).collect()
}

/// The key of the provider with this name.
pub fn provider_named(set: &Running, name: &str) -> i64 {
    let state = set.control.state();
    let providers = state["providers"].as_array().expect("providers");
    providers.iter().find(|provider| provider["name"] == name).expect(name)["pk"].as_i64().expect("a key")
}

/// The provider that the company forgot to put into an outpost.
pub fn loose(set: &Running) -> i64 {
    let pk = provider_named(set, "Radarr");
    assert!(!list_of(&embedded(set)).contains(&pk));
    pk
}

/// Somebody else writes before or after a request.
pub fn foreign(method: &str, path_contains: &str, when: When, skip: u32, write: ForeignWrite) -> Fault {
    let (method, path_contains) = (Some(method.to_owned()), path_contains.to_owned());
    Fault { method, path_contains, times: 1, skip, effect: Effect::Foreign { foreign: when, write } }
}

/// Somebody else's change of an outpost.
pub fn patch(outpost: &Value, body: Value) -> ForeignWrite {
    ForeignWrite { method: "PATCH".into(), path: path_of(outpost), body: Some(body), ..ForeignWrite::default() }
}

/// Somebody puts a provider into an outpost, as it is then.
pub fn adds(outpost: &Value, pk: i64) -> ForeignWrite {
    patch(outpost, json!({"type": "proxy", "providers": {"$now": {"with": [pk]}}}))
}

/// Somebody takes a provider out.
pub fn removes(outpost: &Value, pk: i64) -> ForeignWrite {
    patch(outpost, json!({"type": "proxy", "providers": {"$now": {"without": [pk]}}}))
}

/// How somebody else's requests were answered.
pub fn foreign_statuses(set: &Running) -> Vec<u16> {
    set.control.requests().iter().filter(|seen| seen.server == "foreign").map(|seen| seen.status).collect()
}

/// The plan that "Protect this site" makes, with an id.
pub async fn plan_for(world: &World, set: &Running, id: &str) -> Plan {
    let mut popup = Popup::connected(world, set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    assert_eq!(popup.app.troubles(), []);
    Plan { id: id.into(), ..popup.app.preview().expect("a plan") }
}

/// Connects without asking anything.
pub async fn connected(world: &World, set: &Running, token: &str, username: &str) {
    let base = BaseUrl::from_kept(&set.about().urls.authentik).expect("a base");
    let token = ApiToken::parse(token).expect("a token");
    session::save_connection(world, &base, &token, Keep::Session).await.expect("storage");
    let who = Who { username: username.into(), release: None, lacks: Vec::new() };
    session::save_who(world, &who).await.expect("storage");
}

/// The journal of a browser.
pub async fn journal(world: &World) -> Journal {
    session::load_journal(world).await.ok().flatten().expect("a journal")
}

/// Carries a plan out in virtual time, to the last look.
pub async fn protect(sim: &Sim<'_>, plan: &Plan, set: &Running) {
    let order = Order::Apply { plan: Box::new(plan.clone()), base: set.about().urls.authentik.clone() };
    assert_eq!(Box::pin(sim.world.worker.obey(sim, order)).await, Reply::Taken);
    Box::pin(sim.world.worker.look_later(sim)).await;
}

/// One site in virtual time; what was told at the end.
pub async fn protect_alone(set: &Running, world: &World, plan: &Plan, seed: u64) -> Journal {
    let (time, dice) = (Time::default(), Dice::new(seed));
    let sim = Sim::new(world, &time, &dice, set);
    time.run(protect(&sim, plan, set)).await;
    set.control.set_clock(None);
    let journal = journal(world).await;
    assert_eq!(journal.phase, Phase::Done, "seed {seed}: {journal:?}");
    journal
}

/// A standalone outpost beside the embedded one.
pub fn second_outpost(set: &Running) -> Value {
    set.control.change(|world| {
        let mut outpost = world.embedded_outpost().expect("the embedded one").clone();
        outpost.pk = "5ec0d0d0-0000-4000-8000-000000000002".into();
        outpost.name = "Second".into();
        outpost.managed = None;
        outpost.providers.truncate(1);
        world.outposts.push(outpost);
    });
    outposts(set).into_iter().find(|outpost| outpost["name"] == "Second").expect("it is there")
}
