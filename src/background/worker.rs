//! What the worker does with an order: one plan at a time, from the first request to the record for Undo.

use std::cell::Cell;

use super::later::{Ours, PAUSE, before_putting_back, look, pause, put_back};
use super::{Outside, back::back, forward::forward};
use crate::authentik::Access;
use crate::plan::{Choice, Journal, LOOKS, Looking, Mark, Order, Phase, Plan, Reply, Undo};
use crate::ports::Area;
use crate::session::{self, load_done, load_due, load_journal as load, remember, save_journal as save, save_look};
use crate::words::{fill, work_words};

/// The worker. There is one for each life of the background module; `running` is what makes it single-flight.
#[derive(Debug, Default)]
pub struct Worker {
    running: Cell<bool>,
    looking: Cell<bool>,
}

/// So many seconds a look waits for another plan to end.
const WAITS: u8 = 60;

/// Ends the single flight when it goes out of scope, however that happens.
struct Flight<'a>(&'a Cell<bool>);

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Worker {
    /// Obeys an order. Comes back when it is carried out; a page learns of the progress from the journal.
    pub async fn obey(&self, outside: &impl Outside, order: Order) -> Reply {
        // Taken before the first await, so that two orders at once can't both find it free.
        let Some(flight) = self.take_off() else {
            return if matches!(order, Order::Wake | Order::Seen) { Reply::Taken } else { Reply::Busy };
        };
        let kept = load(outside).await;
        let next = match order {
            Order::Apply { plan, base } => start(outside, kept, *plan, &base).await,
            Order::Undo { id } => start_undo(outside, kept, &id).await,
            Order::Wake => Ok(kept.filter(Journal::goes_on)),
            Order::Answer { choice } => answer(outside, kept, choice).await,
            Order::Seen => seen(outside, kept).await,
        };
        match next {
            Err(why) => Reply::Refused { why },
            Ok(None) => Reply::Taken,
            Ok(Some(journal)) => self.carry_out(outside, journal, flight).await,
        }
    }

    fn take_off(&self) -> Option<Flight<'_>> {
        (!self.running.replace(true)).then(|| Flight(&self.running))
    }

    async fn carry_out(&self, outside: &impl Outside, mut journal: Journal, flight: Flight<'_>) -> Reply {
        let Some(access) = access_for(outside, &journal).await else {
            return Reply::Refused { why: fill(work_words().not_connected_to, &[("base", &journal.base)]) };
        };
        outside.keep_waking(true).await;
        if journal.phase == Phase::Running {
            forward(outside, &access, &mut journal).await;
        }
        if matches!(journal.phase, Phase::TakingBack(_)) {
            back(outside, &access, &mut journal).await;
        }
        if !session::still_connected(outside, &access).await {
            // Disconnected meanwhile: everything was to be forgotten.
            let _ = outside.remove(Area::Local, session::keys::JOURNAL).await;
            outside.keep_waking(false).await;
            return Reply::Refused { why: work_words().not_connected.to_owned() };
        }
        if journal.phase == Phase::Done && journal.plan.later.is_some() {
            journal.looking.due = Some(LOOKS);
            journal.looking.since = Some(outside.now());
            save(outside, &journal).await;
        }
        // What waits for a person needs no waking.
        if !journal.goes_on() && journal.looks_due() == 0 {
            outside.keep_waking(false).await;
        }
        match journal.phase {
            Phase::Done => remember(outside, &journal, false).await,
            Phase::TakenBack(_) => {
                session::forget_secrets(outside).await;
                remember(outside, &journal, true).await;
            }
            _ => {}
        }
        drop(flight);
        Reply::Taken
    }

    /// Makes the looks that are due, also those of a life before this one. To be called after every order; it takes its
    /// time, so nobody waits for it.
    pub async fn look_later(&self, outside: &impl Outside) {
        if self.looking.replace(true) {
            return;
        }
        let _looking = Flight(&self.looking);
        let (mut passed, mut looked) = (Vec::new(), false);
        while let Some(access) = session::access(outside).await {
            let base = access.base.to_string();
            let Some(journal) = load_due(outside, &base, &passed).await else { break };
            looked = true;
            outside.sleep(pause(&journal)).await;
            if !session::still_connected(outside, &access).await {
                break;
            }
            if !self.look_once(outside, &access, &journal.plan.id).await {
                passed.push(journal.plan.id);
            }
        }
        // An unfinished plan has turned the waking on for itself.
        if looked
            && let Some(_flight) = self.take_off()
            && load(outside).await.is_none_or(|journal| !journal.goes_on())
        {
            outside.keep_waking(false).await;
        }
    }

    /// One look at the plan with this id. False if it can't be looked at now.
    async fn look_once(&self, outside: &impl Outside, access: &Access, id: &str) -> bool {
        let base = access.base.to_string();
        let due = async || load_due(outside, &base, &[]).await.filter(|journal| journal.plan.id == id);
        let Some(mut journal) = due().await else { return true };
        let before = journal.later_said.clone();
        let found = look(outside, access, &mut journal).await;
        if found == Ours::Lost {
            outside.sleep(before_putting_back(outside, &journal)).await;
        }
        // From here on nothing else is written, neither to authentik nor to the records.
        let Some(_flight) = self.wait_for_flight(outside).await else { return false };
        // It may have been undone, or replaced, meanwhile.
        if due().await.is_none() || !session::still_connected(outside, access).await {
            return true;
        }
        if found == Ours::Lost {
            put_back(outside, access, &mut journal).await;
        }
        save_look(outside, &journal, journal.later_said != before).await;
        found != Ours::Unknown || journal.looks_due() > 1
    }

    /// Waits until no plan is under way, for a while.
    async fn wait_for_flight(&self, outside: &impl Outside) -> Option<Flight<'_>> {
        for _ in 0..WAITS {
            if let Some(flight) = self.take_off() {
                return Some(flight);
            }
            outside.sleep(PAUSE).await;
        }
        None
    }
}

/// The access, if it is to the instance that the plan is for.
async fn access_for(outside: &impl Outside, journal: &Journal) -> Option<Access> {
    session::access(outside).await.filter(|access| access.base.to_string() == journal.base)
}

async fn start(
    outside: &impl Outside,
    kept: Option<Journal>,
    plan: Plan,
    base: &str,
) -> Result<Option<Journal>, String> {
    if kept.as_ref().is_some_and(|journal| journal.plan.id == plan.id) {
        // The same button pressed twice.
        return Ok(None);
    }
    if kept.is_some_and(|journal| !journal.is_settled()) {
        return Err(work_words().another_is_unfinished.to_owned());
    }
    if !plan.stays_inside() {
        return Err(work_words().plan_leaves_api.to_owned());
    }
    let Some(access) = session::access(outside).await else { return Err(work_words().not_connected.to_owned()) };
    if access.base.to_string() != base {
        return Err(fill(work_words().not_connected_to, &[("base", base)]));
    }
    Ok(Some(Journal::new(plan, base, outside.now())))
}

async fn start_undo(outside: &impl Outside, kept: Option<Journal>, id: &str) -> Result<Option<Journal>, String> {
    if kept.is_some_and(|journal| !journal.is_settled()) {
        return Err(work_words().another_is_unfinished.to_owned());
    }
    let Some(mut journal) = load_done(outside, id).await else {
        return Err(work_words().nothing_to_undo.to_owned());
    };
    if access_for(outside, &journal).await.is_none() {
        return Err(fill(work_words().not_connected_to, &[("base", &journal.base)]));
    }
    let changes: Vec<_> = journal.plan.changes().collect();
    if changes.iter().any(|step| matches!(step.undo, Undo::Impossible(_))) {
        return Err(work_words().delete_is_final.to_owned());
    }
    journal.phase = Phase::TakingBack(work_words().undone_by_person.to_owned());
    journal.seen = false;
    journal.later_said = None;
    journal.looking = Looking::default();
    if !save(outside, &journal).await {
        return Err(work_words().error_storage.to_owned());
    }
    Ok(Some(journal))
}

async fn answer(outside: &impl Outside, kept: Option<Journal>, choice: Choice) -> Result<Option<Journal>, String> {
    let Some(mut journal) = kept.filter(|journal| !journal.is_settled()) else { return Ok(None) };
    let why = match &journal.phase {
        Phase::Asking(why) | Phase::Stuck(why) | Phase::TakingBack(why) => why.clone(),
        _ => String::new(),
    };
    match choice {
        Choice::Finish | Choice::TakeBack if access_for(outside, &journal).await.is_none() => {
            return Err(fill(work_words().not_connected_to, &[("base", &journal.base)]));
        }
        // What is half taken back can only go further back.
        Choice::Finish if !matches!(journal.phase, Phase::Asking(_) | Phase::Running) => {
            return Err(work_words().only_back_from_here.to_owned());
        }
        Choice::Finish => {
            journal.phase = Phase::Running;
            for mark in &mut journal.marks {
                if matches!(mark, Mark::Failed(_)) {
                    *mark = Mark::Waiting;
                }
            }
        }
        Choice::TakeBack => journal.phase = Phase::TakingBack(why),
        Choice::LeaveIt => {
            journal.phase = Phase::Left;
            journal.seen = true;
            save(outside, &journal).await;
            session::forget_secrets(outside).await;
            outside.keep_waking(false).await;
            return Ok(None);
        }
    }
    save(outside, &journal).await;
    Ok(Some(journal))
}

async fn seen(outside: &impl Outside, kept: Option<Journal>) -> Result<Option<Journal>, String> {
    if let Some(mut journal) = kept.filter(|journal| journal.is_settled() && !journal.seen) {
        journal.seen = true;
        save(outside, &journal).await;
        session::forget_secrets(outside).await;
    }
    Ok(None)
}
