//! The outside world for native tests: a store in memory, a clock that doesn't wait, requests over a real socket to
//! the embedded authentik, and a worker that is called directly.

#![allow(clippy::missing_panics_doc, reason = "a test that panics has failed, which is its use")]

mod http;
mod popup;
mod worker;
mod world;

pub use http::{Cut, Moment};
pub use popup::{Popup, connect};
pub use world::World;
