//! When the worker looks: after an order, while nobody waits; also for a life before this one.

use super::Outside;
use super::later::{Ours, PAUSE, before_putting_back, look, pause, put_back};
use super::worker::{Flight, Running, Worker};
use crate::authentik::Access;
use crate::session::{self, load_due, load_journal as load, save_look};

/// So many seconds a look waits for another plan to end.
const WAITS: u8 = 60;

impl Worker {
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
            && let Some(_flight) = self.take_off_briefly()
            && load(outside).await.is_ok_and(|journal| journal.is_none_or(|journal| !journal.goes_on()))
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
            let flight = self.take_off_briefly();
            if flight.is_some() {
                return flight;
            }
            outside.sleep(PAUSE).await;
        }
        None
    }

    /// The single flight, for which orders wait.
    fn take_off_briefly(&self) -> Option<Flight<'_>> {
        let flight = self.take_off()?;
        self.running.set(Running::Moment);
        Some(flight)
    }
}
