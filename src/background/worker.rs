//! What the worker does with an order: one plan at a time, from the first request to the record for Undo.

use std::cell::Cell;

use super::{Outside, back::back, forward::forward};
use crate::authentik::Access;
use crate::plan::{ABSENT, Bound, Choice, Journal, LOOKS, Looking, Mark, Order, Phase, Plan, Reply};
use crate::ports::Area;
use crate::session::{self, Unknown, load_done, load_due, load_journal as load, remember, save_journal as save};
use crate::words::{fill, work_words};

/// An order waits so many milliseconds at a time for what is over in a moment.
const MOMENT: u32 = 20;

/// What the worker is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Running {
    #[default]
    Nothing,
    /// No plan, and over in a moment: orders wait for it.
    Moment,
    Plan,
}

/// The worker. There is one for each life of the background module; `running` is what makes it single-flight.
#[derive(Debug, Default)]
pub struct Worker {
    pub(super) running: Cell<Running>,
    pub(super) looking: Cell<bool>,
}

/// Ends the single flight when it goes out of scope, however that happens.
pub(super) struct Flight<'a, T: Default = Running>(pub(super) &'a Cell<T>);

impl<T: Default> Drop for Flight<'_, T> {
    fn drop(&mut self) {
        self.0.set(T::default());
    }
}

impl Worker {
    /// Obeys an order. Comes back when it is carried out; a page learns of the progress from the journal.
    pub async fn obey(&self, outside: &impl Outside, order: Order) -> Reply {
        // Taken before the first await, so that two orders at once can't both find it free.
        let flight = loop {
            match self.take_off() {
                Some(flight) => break flight,
                // No plan is under way: something is only looked at, or what was lost put back, and that ends by itself.
                // A page is not told of what it can't see.
                None if self.running.get() == Running::Moment => outside.sleep(MOMENT).await,
                None if matches!(order, Order::Wake | Order::Seen) => return Reply::Taken,
                None => return Reply::Busy,
            }
        };
        if matches!(order, Order::Wake | Order::Seen) {
            self.running.set(Running::Moment);
        }
        let kept = match load(outside).await {
            Ok(kept) => kept,
            // Who doesn't know what is unfinished begins nothing, and writes over nothing.
            Err(unknown) => return with_unknown(outside, unknown, &order).await,
        };
        let next = match order {
            Order::Apply { plan, base } => start(outside, kept, *plan, &base).await,
            Order::Undo { id } => start_undo(outside, kept, &id).await,
            Order::Wake => Ok(wake(outside, kept).await),
            Order::Answer { choice } => answer(outside, kept, choice).await,
            Order::Seen => seen(outside, kept).await,
            // It can be read, so there is nothing to forget.
            Order::Forget => Ok(None),
        };
        match next {
            Err(why) => Reply::Refused { why },
            Ok(None) => Reply::Taken,
            Ok(Some(journal)) => {
                self.running.set(Running::Plan);
                self.carry_out(outside, journal, flight).await
            }
        }
    }

    pub(super) fn take_off(&self) -> Option<Flight<'_>> {
        (self.running.get() == Running::Nothing).then(|| {
            self.running.set(Running::Plan);
            Flight(&self.running)
        })
    }

    async fn carry_out(&self, outside: &impl Outside, mut journal: Journal, flight: Flight<'_>) -> Reply {
        let Some(access) = access_for(outside, &journal).await else {
            // Nothing can go on until a person has connected, and then it is woken.
            outside.keep_waking(false).await;
            return Reply::Refused { why: fill(work_words().not_connected_to, &[("base", &journal.base)]) };
        };
        outside.keep_waking(true).await;
        if journal.phase == Phase::Running {
            Box::pin(forward(outside, &access, &mut journal)).await;
        }
        if matches!(journal.phase, Phase::TakingBack(_)) {
            Box::pin(back(outside, &access, &mut journal)).await;
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
        }
        // The record first: whoever is ended between the two does this once more, and Undo is not lost.
        match journal.phase {
            Phase::Done => remember(outside, &journal, false).await,
            Phase::TakenBack(_) => {
                session::forget_secrets(outside).await;
                remember(outside, &journal, true).await;
            }
            _ => {}
        }
        save(outside, &journal).await;
        // What waits for a person needs no waking.
        if !journal.goes_on() && journal.looks_due() == 0 {
            outside.keep_waking(false).await;
        }
        drop(flight);
        Reply::Taken
    }
}

/// The access, if it is to the instance that the plan is for.
async fn access_for(outside: &impl Outside, journal: &Journal) -> Option<Access> {
    session::access(outside).await.filter(|access| access.base.to_string() == journal.base)
}

/// What is unfinished goes on; where nothing is, nobody needs to be woken, whoever was ended before saying so.
async fn wake(outside: &impl Outside, kept: Option<Journal>) -> Option<Journal> {
    let open = kept.filter(Journal::goes_on);
    if open.is_none() && !looks_are_due(outside).await {
        outside.keep_waking(false).await;
    }
    open
}

async fn looks_are_due(outside: &impl Outside) -> bool {
    let Some(access) = session::access(outside).await else { return false };
    load_due(outside, &access.base.to_string(), &[]).await.is_some()
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
    if !journal.can_go_back() {
        return Err(work_words().delete_is_final.to_owned());
    }
    journal.phase = Phase::TakingBack(work_words().undone_by_person.to_owned());
    journal.seen = false;
    journal.later_said = None;
    journal.looking = Looking::default();
    journal.bound = Some(Bound::Perhaps);
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
    // They were told that it may be somebody else's, and say what is to become of it all the same.
    if std::mem::take(&mut journal.asked_whose) && choice != Choice::LeaveIt {
        journal.values.insert(ABSENT.to_owned(), true.into());
    }
    if choice == Choice::TakeBack && matches!(journal.phase, Phase::Stuck(_)) {
        let agreed = journal.bound == Some(Bound::Asked);
        journal.bound = Some(if agreed { Bound::Whoever } else { Bound::Perhaps });
    }
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
        Choice::TakeBack if !journal.can_go_back() => return Err(work_words().only_forward_from_here.to_owned()),
        Choice::TakeBack => journal.phase = Phase::TakingBack(why),
        Choice::LeaveIt => {
            journal.left = journal.leaves_now();
            journal.phase = Phase::Left;
            journal.seen = true;
            // What stays is written down: it can be looked up, and taken back later.
            if !journal.left.is_empty() {
                remember(outside, &journal, false).await;
            }
            save(outside, &journal).await;
            session::forget_secrets(outside).await;
            outside.keep_waking(false).await;
            return Ok(None);
        }
    }
    save(outside, &journal).await;
    Ok(Some(journal))
}

/// An order while nobody can say what is unfinished.
async fn with_unknown(outside: &impl Outside, unknown: Unknown, order: &Order) -> Reply {
    match (order, unknown) {
        (Order::Forget, Unknown::Unreadable) => match outside.remove(Area::Local, session::keys::JOURNAL).await {
            Ok(()) => {
                session::forget_secrets(outside).await;
                outside.keep_waking(false).await;
                Reply::Taken
            }
            Err(_) => Reply::Refused { why: work_words().error_storage.to_owned() },
        },
        (_, Unknown::Storage) => Reply::Refused { why: work_words().journal_storage.to_owned() },
        (_, Unknown::Unreadable) => Reply::Refused { why: work_words().journal_unreadable.to_owned() },
    }
}

async fn seen(outside: &impl Outside, kept: Option<Journal>) -> Result<Option<Journal>, String> {
    if let Some(mut journal) = kept.filter(|journal| journal.is_settled() && !journal.seen) {
        journal.seen = true;
        save(outside, &journal).await;
        session::forget_secrets(outside).await;
    }
    Ok(None)
}
