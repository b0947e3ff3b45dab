//! The views: they draw the screens and send events, and decide nothing. Only `dispatch.rs` knows the door.

mod addresses;
mod app_form;
mod code;
mod connect;
mod details;
mod dispatch;
mod done;
mod drawn;
mod element;
mod frame;
mod gate;
mod gate_form;
mod more;
mod parts;
mod people;
mod person;
mod review;
mod site;
mod told;
mod why;
mod work;

pub use dispatch::{Desk, mount};
