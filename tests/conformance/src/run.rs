//! A run, from the first look to the last: what goes wrong in between, the end comes all the same.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use gatewright_it::{Line, World};

use crate::check::{Check, End, clip};
use crate::cleanup::clean_up;
use crate::lists::Lists;
use crate::meanwhile::Meanwhile;
use crate::report::Result as Ended;
use crate::suite::Suite;
use crate::{Ledger, Prefix, Report, Target, Trouble, checks, plans, sweep};

/// Judges a server. `on_end` hears of each check; nothing is begun any more once `stop` comes back, and cleaned up then too.
pub async fn run(target: Target, stop: impl Future<Output = ()>, on_end: fn(&str, &Ended)) -> Result<Report, Trouble> {
    let ledger = Arc::new(Ledger::new(Prefix::new()).with_outposts(target.may_change_outpost));
    // A line of its own: what the comparison reads is no request of a check.
    let beside = World::over(Line::watched(target.client.clone(), Arc::new(Ledger::new(ledger.prefix().clone()))));
    let mut troubles = sweep(&target).await;
    let before =
        Lists::read(&beside, &target).await.map_err(|wrong| Trouble(format!("{}. Nothing was changed.", wrong.0)))?;
    let meanwhile = Meanwhile::begin(&beside, &target).await;
    let suite = Suite::new(target, ledger.clone());
    let mut ended = Vec::new();
    {
        let mut stop = Box::pin(stop.fuse());
        for check in checks::all().chain(plans::all()) {
            let end = tokio::select! {
                biased;
                () = &mut stop => {
                    troubles.push("It was stopped in the middle.".into());
                    break;
                }
                end = one(check, &suite) => end,
            };
            let end = in_order(&ledger, end);
            on_end(check.says, &end);
            ended.push((check.says, check.source, end));
        }
    }
    troubles.extend(clean_up(&suite.world, &suite.target, &ledger).await);
    let mut others = meanwhile.by_others(&beside, &suite.target, &ledger.ids()).await;
    match Lists::read(&beside, &suite.target).await {
        Ok(after) => {
            let found = before.differ(&after);
            troubles.extend(found.left.iter().map(|path| format!("{path} is there, and was not at the start")));
            troubles.extend(found.lost);
            others.extend(found.others);
        }
        Err(wrong) => troubles.push(format!("Whether everything is as it was is not known: {}", wrong.0)),
    }
    let release = suite.target.release.text().to_owned();
    Ok(Report { release, checks: ended, troubles, others, sent: ledger.sent(), plans: suite.plans.take() })
}

async fn one(check: &Check, suite: &Suite) -> Ended {
    match AssertUnwindSafe((check.find_out)(suite)).catch_unwind().await {
        Ok(Ok(())) => Ended::Passed,
        Ok(Err(End::NotHere(why))) => Ended::NotHere(why),
        Ok(Err(End::Wrong(wrong))) => Ended::Failed(wrong.0),
        Err(panic) => {
            let text =
                panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
            Ended::Failed(format!("it broke off: {}", clip(text.unwrap_or("without a word"))))
        }
    }
}

/// A check that tried to touch what isn't ours has failed, whatever it says: the request was not sent.
fn in_order(ledger: &Ledger, end: Ended) -> Ended {
    let refused = ledger.refused().join(", ");
    if refused.is_empty() {
        return end;
    }
    let what = if let Ended::Failed(what) = end { what } else { String::new() };
    Ended::Failed(format!("{what} (not sent, because it would touch what isn't ours: {refused})"))
}
