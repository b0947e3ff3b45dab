//! What interrupts a change: the worker is ended, or an answer is lost, at each request and each write to the storage.

use std::cell::RefCell;
use std::collections::BTreeMap;

use embedded_authentik::{Effect, Fault, Running, When, world};
use gatewright::plan::{Journal, Order};
use gatewright::ports::{Area, Worker as _};
use gatewright::session::load_journal;
use gatewright_it::{Cut, Kill, Moment as At, World};
use serde_json::Value;

use crate::scenarios::Scenario;

/// A browser and an authentik right before an order, as often as they are wanted.
pub struct Stage<'a> {
    pub set: &'a Running,
    pub world: World,
    pub order: Order,
    refused: Option<Fault>,
    authentik: world::World,
    stored: BTreeMap<(Area, String), Value>,
}

/// All that can be put back.
pub struct Scene {
    authentik: world::World,
    stored: BTreeMap<(Area, String), Value>,
}

impl<'a> Stage<'a> {
    pub async fn prepare(set: &'a Running, scenario: &Scenario) -> Self {
        let (world, order) = scenario.prepare(set).await;
        let authentik = set.control.change(|world| world.clone());
        let stored = world.stored.borrow().clone();
        Self { set, world, order, refused: scenario.refused.clone(), authentik, stored }
    }

    /// Everything is as it was right before the order.
    pub fn afresh(&self) {
        let Self { authentik, stored, .. } = self;
        self.put_back(&Scene { authentik: authentik.clone(), stored: stored.clone() });
    }

    pub fn scene(&self) -> Scene {
        Scene { authentik: self.set.control.change(|world| world.clone()), stored: self.world.stored.borrow().clone() }
    }

    pub fn put_back(&self, scene: &Scene) {
        self.line_works();
        self.set.control.change(|world| *world = scene.authentik.clone());
        *self.world.stored.borrow_mut() = scene.stored.clone();
    }

    /// Whatever cut it has passed; what authentik itself refuses it still refuses.
    pub fn line_works(&self) {
        self.world.death.set(None);
        self.world.line.mend();
        self.set.control.clear_faults();
        if let Some(fault) = &self.refused {
            self.set.control.fault(fault.clone());
        }
    }

    pub async fn journal(&self) -> Option<Journal> {
        load_journal(&self.world).await.expect("a journal that can be read")
    }
}

/// One interruption.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    /// The worker is ended.
    Killed(Kill),
    /// This request alone gets no answer.
    Lost(usize, When),
    /// From this request on there is no line to authentik.
    Cut(usize, At),
}

impl Moment {
    /// All moments of the order of a stage.
    pub async fn all(stage: &Stage<'_>) -> Vec<Self> {
        stage.afresh();
        stage.world.order(&stage.order).await;
        let (requests, writes) = stage.world.death.counted();
        let mut all = Vec::new();
        for n in 0..requests {
            all.extend([Kill::BeforeRequest(n), Kill::AfterRequest(n)].map(Self::Killed));
            all.extend([When::Before, When::After].map(|when| Self::Lost(n, when)));
            all.extend([At::Before, At::After].map(|at| Self::Cut(n, at)));
        }
        for n in 0..writes {
            all.extend([Kill::BeforeWrite(n), Kill::AfterWrite(n)].map(Self::Killed));
        }
        all
    }

    /// The order is given, and interrupted here. Afterwards the line works again, and the worker that comes to life goes
    /// on from the journal.
    pub async fn happens(self, stage: &Stage<'_>) {
        match self {
            Self::Killed(kill) => {
                stage.world.death.set(Some(kill));
                let reply = stage.world.order_or_death(&stage.order).await;
                assert_eq!(reply, None, "{self:?}: it was to die");
            }
            Self::Lost(number, when) => {
                let (path_contains, skip) = ("/api/v3/".into(), u32::try_from(number).expect("a few"));
                let effect = Effect::Drop { drop: when };
                stage.set.control.clear_faults();
                stage.set.control.fault(Fault { method: None, path_contains, times: 1, skip, effect });
                stage.refuse();
                stage.world.order(&stage.order).await;
            }
            Self::Cut(request, moment) => {
                stage.world.line.cut(Cut { request, moment });
                stage.world.order(&stage.order).await;
                assert!(stage.world.line.is_dead(), "{self:?}: it was to be cut");
            }
        }
        stage.line_works();
        stage.world.order(&Order::Wake).await;
    }
}

impl Stage<'_> {
    /// Whether the change can't succeed, unless the very request is lost that would be refused.
    pub fn is_refused(&self) -> bool {
        self.refused.is_some()
    }

    fn refuse(&self) {
        if let Some(fault) = &self.refused {
            self.set.control.fault(fault.clone());
        }
    }
}

/// What was seen of the journals that a run wrote, so that a failure can be understood.
pub fn history(world: &World) -> String {
    let journals: &RefCell<Vec<Value>> = &world.journals;
    let last = journals
        .borrow()
        .iter()
        .rev()
        .take(6)
        .map(|journal| format!("{} {}", journal["phase"], journal["marks"]))
        .collect::<Vec<_>>();
    last.join("\n  after ")
}
