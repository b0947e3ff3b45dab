//! Gatewright, an unofficial browser extension for people who run authentik.
//!
//! The map, from the inside out; ARCHITECTURE.md tells the whole:
//! [`words`] holds every text for people; [`authentik`] is the API as data; [`site`] knows what an origin is and whether
//! it is protected; [`doctor`] knows why a gate doesn't work; [`catalogue`] knows services, and how a page of theirs is
//! recognised; [`plan`] makes every change to authentik a value; [`session`] is what is kept; [`ports`] are the outside
//! world as traits; [`screens`] are the states that a person sees; [`background`] is the worker that writes; [`export`] writes plans and what exists as
//! Terraform, blueprint and shell script.
//! Only in WASM: `browser`, the one door to the browser, and `ui`, the views.

pub mod authentik;
pub mod background;
pub mod catalogue;
pub mod doctor;
pub mod export;
pub mod plan;
pub mod ports;
pub mod screens;
pub mod session;
pub mod site;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod entry;
#[cfg(all(target_arch = "wasm32", feature = "popup"))]
mod ui;
