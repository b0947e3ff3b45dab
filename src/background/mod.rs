//! The worker: the only one that writes to authentik. It takes orders from pages of the extension, carries plans out
//! step by step with a journal, and goes on where it stopped when the browser ends it in between.

mod back;
mod fate;
mod forward;
mod later;
mod looking;
mod perform;
mod theirs;
mod worker;

pub use worker::Worker;

use crate::ports::{Alarm, Chance, Clock, Http, Store};

/// What the worker needs of the outside world.
pub trait Outside: Http + Store + Clock + Alarm + Chance {}
impl<T: Http + Store + Clock + Alarm + Chance> Outside for T {}
