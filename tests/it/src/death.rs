//! The worker is ended by the browser: whatever it waits for never comes back, and what it would have done is never done.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::task::{Poll, Waker};

use gatewright::background::Worker;
use gatewright::plan::{Order, Reply};
use gatewright::ports::Worker as _;

use crate::World;

/// When the worker dies. Requests and writes to the storage are counted from the moment this is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kill {
    /// This request is not sent any more, nor is any later one.
    BeforeRequest(usize),
    /// This request is answered, and the answer read by nobody.
    AfterRequest(usize),
    /// This write to the storage does not happen: what was answered before it is not recorded.
    BeforeWrite(usize),
    /// This write to the storage is the last thing that happens.
    AfterWrite(usize),
}

/// How the worker of a [`World`] dies.
#[derive(Debug, Default)]
pub struct Death {
    kill: Cell<Option<Kill>>,
    requests: Cell<usize>,
    writes: Cell<usize>,
    under_way: Cell<usize>,
    is_dead: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Death {
    /// Sets when it comes; never is never.
    pub fn set(&self, kill: Option<Kill>) {
        self.kill.set(kill);
        for count in [&self.requests, &self.writes, &self.under_way] {
            count.set(0);
        }
        self.is_dead.set(false);
    }

    /// How many requests and writes there were since it was set.
    pub fn counted(&self) -> (usize, usize) {
        (self.requests.get(), self.writes.get())
    }

    async fn die(&self) {
        self.is_dead.set(true);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
        pending::<()>().await;
    }

    pub(crate) async fn comes_with_request<T>(&self, sending: impl Future<Output = T>) -> T {
        let number = self.requests.replace(self.requests.get() + 1);
        if matches!(self.kill.get(), Some(Kill::BeforeRequest(last)) if number >= last) {
            self.die().await;
        }
        self.under_way.set(self.under_way.get() + 1);
        let answer = sending.await;
        self.under_way.set(self.under_way.get() - 1);
        if self.kill.get() == Some(Kill::AfterRequest(number)) || self.is_dead.get() {
            self.die().await;
        }
        answer
    }

    pub(crate) async fn comes_with_write(&self, written: bool) {
        let number = if written { self.writes.replace(self.writes.get() + 1) } else { self.writes.get() };
        let kill = if written { Kill::AfterWrite(number) } else { Kill::BeforeWrite(number) };
        if self.kill.get() == Some(kill) || self.is_dead.get() {
            self.die().await;
        }
    }

    /// Comes back when it has come, and everything that was on its way to authentik has arrived: what two requests of
    /// one moment do must not depend on chance.
    async fn has_come(&self) {
        poll_fn(|context| {
            if self.is_dead.get() && self.under_way.get() == 0 {
                return Poll::Ready(());
            }
            self.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

impl World {
    /// Sends an order to the worker; `None` if it died over it. Then the next order finds a new one.
    pub async fn order_or_death(&self, order: &Order) -> Option<Reply> {
        let reply = tokio::select! {
            biased;
            reply = self.order(order) => reply,
            () = self.death.has_come() => {
                None
            }
        };
        self.death.set(None);
        // Nothing of that life is left, so this is as good as a new one.
        assert_eq!(format!("{:?}", self.worker), format!("{:?}", Worker::default()));
        reply
    }
}
