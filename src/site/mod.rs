//! What we know of an origin: address rules, a name for it, and whether authentik protects it. Pure.

pub mod domain;
mod inventory;
mod nearby;
pub mod open_paths;
mod origin;
mod redirects;
mod status;
mod title;

pub use inventory::{Inventory, Part};
pub use nearby::{Nearby, nearby};
pub use origin::{Origin, Place};
pub use status::{Gap, Status, gap_of, is_authentik, oidc_provider_of, status_of, twins_of, written_host};
pub use title::{name_from, slug_from};
