//! The outside world for native tests: a store in memory, a clock that doesn't wait, requests over a real socket to
//! the embedded authentik, and a worker that is called directly.

#![allow(clippy::missing_panics_doc, reason = "a test that panics has failed, which is its use")]

pub mod company;
mod death;
mod http;
mod kinds;
pub mod pasted;
mod popup;
mod real_proxy;
pub mod somebody;
mod stranger;
mod virtual_time;
mod visitor;
mod worker;
mod world;

pub use death::{Death, Kill};
pub use http::{Cut, Line, Moment, Watch, authorize, client_for_elsewhere, new_client};
pub use kinds::KINDS;
pub use popup::{Popup, connect};
pub use real_proxy::{Program, RealProxy, free_place};
pub use virtual_time::{Dice, Sim, Time};
pub use visitor::{Seen, Visitor};
pub use world::{Page, World};

/// The catalogue, joined as the build joins it.
pub fn catalogue() -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../extension/catalogue");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the catalogue").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let services = files.iter().flat_map(|file| {
        let text = std::fs::read_to_string(file).expect("a file of the catalogue");
        serde_json::from_str::<Vec<serde_json::Value>>(&text).expect("a list of services")
    });
    serde_json::Value::Array(services.collect()).to_string()
}
