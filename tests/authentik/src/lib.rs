//! The embedded authentik: a server that behaves as authentik as far as Gatewright uses it, with its embedded outpost, an
//! edge proxy, a sample site and a foreign origin. For native tests, tests in real browsers and the demo; it never ships.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! let set = embedded_authentik::start(embedded_authentik::Options::default()).await?;
//! println!("{}", set.about().urls.authentik);
//! set.control.set_middleware("site.localhost:8080", true);
//! # Ok(())
//! # }
//! ```
//!
//! What it knows comes from recordings of live servers (2025.10.3 and 2026.2.2) and from published schemas; each rule names
//! its source. It shares no type with the client.

mod access;
mod api;
mod authentik;
mod checked;
mod clock;
mod control;
mod control_routes;
mod edge;
mod elsewhere;
mod exceptions;
mod faults;
mod foreign;
mod hostile;
mod ids;
mod issuer;
mod login;
/// What authentik holds; public so that a test can act as another writer ([`Control::change`]).
#[allow(missing_docs, reason = "the fields have authentik's own names")]
pub mod model;
mod outpost;
mod pages;
mod release;
mod reply;
mod requests;
mod running;
mod seed;
mod server;
mod setup;
mod shared;
mod site;
mod state;
mod sync;
/// The whole state of a set.
#[allow(missing_docs, reason = "the fields have authentik's own names")]
pub mod world;

pub use checked::{Checked, Counts};
pub use control::{About, Control, MadeToken, TokenOrder};
pub use faults::{Effect, Fault, When};
pub use foreign::ForeignWrite;
pub use hostile::names as hostile_names;
pub use release::Release;
pub use requests::{Depth, Seen};
pub use running::{Options, Ports, Running, start};
pub use seed::{Seed, Tokens};
pub use setup::{Proxy, Setup, Site};
pub use shared::Urls;
