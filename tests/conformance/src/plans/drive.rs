//! Driving a plan as the popup and the worker do: ordered as a message, carried out from the journal, undone from the record.

use gatewright::authentik::{outposts, providers_proxy};
use gatewright::plan::{Journal, Kind, Mark, Order, OutpostChoice, Phase, Plan, Reply};
use gatewright::ports::{Worker as _, all, native_url};
use gatewright::session::{self, Keep};
use gatewright::site::Origin;
use gatewright_it::{Line, World};

use crate::check::{Wrong, clip, ensure};
use crate::lists::Lists;
use crate::suite::Suite;

/// A plan that was carried out, and what authentik held before.
pub struct Applied {
    world: World,
    before: Lists,
    id: String,
}

/// Carries a plan out, to its end.
pub async fn apply(suite: &Suite, kind: Kind, plan: Plan) -> Result<Applied, Wrong> {
    ensure(plan.kind == kind, || format!("the plan is of another kind: {:?}", plan.kind))?;
    let world = World::over(Line::watched(suite.target.client.clone(), suite.ledger.clone()));
    let access = &suite.target.access;
    let token = access.token.as_ref().ok_or_else(|| Wrong("no token".into()))?;
    let saved = session::save_connection(&world, &access.base, token, Keep::Session).await;
    ensure(saved.is_ok(), || "the connection could not be kept".into())?;
    let before = Lists::of_plans(&suite.world, &suite.target).await?;
    suite.plans.borrow_mut().push(plan.clone());
    let id = plan.id.clone();
    let order = Order::Apply { plan: Box::new(plan), base: access.base.to_string() };
    obeyed(&world, &order, "Apply").await?;
    let journal = journal(&world).await?;
    ensure(journal.phase == Phase::Done, || format!("Apply ended as {:?}: {}", journal.phase, failures(&journal)))?;
    Ok(Applied { world, before, id })
}

impl Applied {
    /// Undoes it: then everything has to be as it was before.
    pub async fn undone(self, suite: &Suite) -> Result<(), Wrong> {
        obeyed(&self.world, &Order::Undo { id: self.id.clone() }, "Undo").await?;
        let journal = journal(&self.world).await?;
        let back = matches!(journal.phase, Phase::TakenBack(_));
        ensure(back, || format!("Undo ended as {:?}: {}", journal.phase, failures(&journal)))?;
        let after = Lists::of_plans(&suite.world, &suite.target).await?;
        let found = self.before.differ(&after).lines();
        ensure(found.is_empty(), || format!("after Undo it is not as before: {}", clip(&found.join("; "))))
    }
}

async fn obeyed(world: &World, order: &Order, name: &str) -> Result<(), Wrong> {
    match world.order(order).await {
        Some(Reply::Taken) => Ok(()),
        reply => Err(Wrong(format!("{name} was not taken: {reply:?}"))),
    }
}

async fn journal(world: &World) -> Result<Journal, Wrong> {
    let journal = session::load_journal(world).await;
    journal.ok().flatten().ok_or_else(|| Wrong("there is no journal".into()))
}

/// The steps that failed, and why.
fn failures(journal: &Journal) -> String {
    let steps = journal.plan.steps.iter().zip(&journal.marks);
    let failed = steps.filter_map(|(step, mark)| match mark {
        Mark::Failed(why) | Mark::Left(why) => {
            Some(format!("{} {}: {why}", step.action.method.name(), step.action.path))
        }
        _ => None,
    });
    clip(&failed.collect::<Vec<_>>().join("; "))
}

/// The site at a host that is ours.
pub fn site(host: &str) -> Result<Origin, Wrong> {
    let origin = native_url(&format!("https://{host}")).and_then(|url| Origin::of(&url));
    origin.ok_or_else(|| Wrong(format!("{host} is no site")))
}

/// The outpost that a gate goes into: the embedded one, as with most people, if that may be; else one of ours.
pub async fn outpost(suite: &Suite) -> Result<OutpostChoice, Wrong> {
    let read = all(&suite.world, &suite.target.access, &outposts::list()).await;
    let there = read.map_err(|error| Wrong(format!("outposts can't be read: {error:?}")))?;
    if let Some(embedded) = there.iter().find(|outpost| outpost.embedded && suite.target.may_change_outpost) {
        return Ok(embedded.into());
    }
    let other = suite.proxy_app("other").await?;
    own_outpost(suite, &[other.provider]).await.map(|outpost| (&outpost).into())
}

/// An outpost of ours with these providers, as the product reads it.
pub async fn own_outpost(suite: &Suite, providers: &[i64]) -> Result<outposts::Outpost, Wrong> {
    let first = *providers.first().ok_or_else(|| Wrong("an outpost needs a provider".into()))?;
    let made = suite.outpost(first).await?;
    let pk = made.text_at("/pk")?;
    let body = outposts::providers_body(&serde_json::json!(providers));
    suite.patch(&outposts::path(&pk), body).await?.status(200)?;
    let read = all(&suite.world, &suite.target.access, &outposts::list()).await;
    let there = read.map_err(|error| Wrong(format!("outposts can't be read: {error:?}")))?;
    there.into_iter().find(|outpost| outpost.pk == pk).ok_or_else(|| Wrong(format!("outpost {pk} is not in the list")))
}

/// A proxy provider as the product reads it.
pub async fn proxy(suite: &Suite, pk: i64) -> Result<providers_proxy::ProxyProvider, Wrong> {
    let read = all(&suite.world, &suite.target.access, &providers_proxy::list()).await;
    let there = read.map_err(|error| Wrong(format!("proxy providers can't be read: {error:?}")))?;
    there
        .into_iter()
        .find(|provider| provider.pk == pk)
        .ok_or_else(|| Wrong(format!("provider {pk} is not in the list")))
}
