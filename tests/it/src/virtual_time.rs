//! Several browsers at one authentik in virtual time: every request and every sleep takes as long as a seeded dice says, and
//! the next thing to happen is always the one whose time comes first. A run depends on nothing but its seed.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use embedded_authentik::{Control, Running};
use futures_util::future::{Either, select};
use gatewright::authentik::{Access, BaseUrl, Request, Response, Unreachable};
use gatewright::ports::{Alarm, Area, Chance, Clock, Http, Landing, Store, StoreError};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::World;

/// The 26th of August 2026, in milliseconds since 1970.
const START: f64 = 1_787_702_400_000.0;

/// A dice.
#[derive(Debug)]
pub struct Dice(Cell<u64>);

impl Dice {
    /// Rolls depend on the seed alone.
    pub fn new(seed: u64) -> Self {
        Self(Cell::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1))
    }

    /// A number below `limit`.
    pub fn below(&self, limit: u64) -> u64 {
        // xorshift64*
        let mut x = self.0.get();
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.0.set(x);
        (x.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    /// How long half a request takes: mostly little, now and then long, seldom very long.
    fn half_a_request(&self) -> f64 {
        let ms = match self.below(100) {
            0..70 => 5 + self.below(60),
            70..92 => 100 + self.below(900),
            _ => 2_000 + self.below(6_000),
        };
        f64::from(u32::try_from(ms).expect("a short time"))
    }
}

/// What time it is for everybody.
#[derive(Default)]
pub struct Time {
    passed: Cell<f64>,
    asleep: RefCell<Vec<(f64, u64, oneshot::Sender<()>)>>,
    last: Cell<u64>,
    /// Requests that are really under way: they take no time.
    busy: Cell<u32>,
}

impl Time {
    /// Milliseconds since 1970.
    pub fn now(&self) -> f64 {
        START + self.passed.get()
    }

    /// The same as the embedded authentik wants it.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time after 1970")]
    pub fn micros(&self) -> u64 {
        (self.now() * 1000.0) as u64
    }

    async fn sleep(&self, ms: f64) {
        let (wake, woken) = oneshot::channel();
        self.last.set(self.last.get() + 1);
        self.asleep.borrow_mut().push((self.passed.get() + ms, self.last.get(), wake));
        woken.await.expect("time goes on");
    }

    /// Carries out what happens in this time.
    pub async fn run<T>(&self, what: impl Future<Output = T>) -> T {
        let passes = poll_fn(|context| {
            // Everybody was asked before, and nobody could go on: the next one's time has come.
            if self.busy.get() == 0 && self.wake_next() {
                context.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        });
        match select(pin!(what), pin!(passes)).await {
            Either::Left((ended, _)) => ended,
            Either::Right(_) => unreachable!("time never ends"),
        }
    }

    fn wake_next(&self) -> bool {
        let mut asleep = self.asleep.borrow_mut();
        let next = asleep.iter().enumerate().min_by(|(_, a), (_, b)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let Some(next) = next.map(|(number, _)| number) else { return false };
        let (at, _, wake) = asleep.swap_remove(next);
        self.passed.set(self.passed.get().max(at));
        // Who was waiting may have gone away.
        let _ = wake.send(());
        true
    }
}

/// A browser in virtual time.
pub struct Sim<'a> {
    /// What it keeps, and its worker.
    pub world: &'a World,
    time: &'a Time,
    dice: &'a Dice,
    control: Control,
}

impl<'a> Sim<'a> {
    /// `world` in `time`, at the authentik of `set`.
    pub fn new(world: &'a World, time: &'a Time, dice: &'a Dice, set: &Running) -> Self {
        Self { world, time, dice, control: set.control.clone() }
    }
}

impl Http for Sim<'_> {
    async fn send(&self, access: &Access, request: &Request) -> Result<Response, Unreachable> {
        self.time.sleep(self.dice.half_a_request()).await;
        self.control.set_clock(Some(self.time.micros()));
        self.time.busy.set(self.time.busy.get() + 1);
        let answer = self.world.send(access, request).await;
        self.time.busy.set(self.time.busy.get() - 1);
        self.time.sleep(self.dice.half_a_request()).await;
        answer
    }

    async fn read_open(&self, base: &BaseUrl, path: &str) -> Result<Response, Unreachable> {
        self.world.read_open(base, path).await
    }

    async fn visit(&self, url: &str) -> Result<Landing, Unreachable> {
        self.world.visit(url).await
    }
}

impl Store for Sim<'_> {
    async fn get(&self, area: Area, key: &str) -> Result<Option<Value>, StoreError> {
        self.time.sleep(1.0).await;
        self.world.get(area, key).await
    }

    async fn set(&self, area: Area, key: &str, value: Value) -> Result<(), StoreError> {
        self.time.sleep(1.0).await;
        self.world.set(area, key, value).await
    }

    async fn remove(&self, area: Area, key: &str) -> Result<(), StoreError> {
        self.time.sleep(1.0).await;
        self.world.remove(area, key).await
    }
}

impl Clock for Sim<'_> {
    fn now(&self) -> f64 {
        self.time.now()
    }

    async fn sleep(&self, ms: u32) {
        self.time.sleep(f64::from(ms)).await;
    }

    fn fresh_id(&self) -> String {
        self.world.fresh_id()
    }
}

impl Alarm for Sim<'_> {
    async fn keep_waking(&self, on: bool) {
        self.world.keep_waking(on).await;
    }
}

impl Chance for Sim<'_> {
    fn letters(&self, length: usize) -> String {
        (0..length).map(|_| char::from(b'a' + u8::try_from(self.dice.below(26)).expect("a letter"))).collect()
    }
}
