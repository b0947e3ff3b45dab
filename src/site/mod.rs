//! What we know of an origin: address rules, a name for it, and whether authentik protects it. Pure.

pub mod domain;
mod inventory;
pub mod open_paths;
mod origin;
mod status;
mod title;

pub use inventory::{Inventory, Part};
pub use origin::{Origin, Place};
pub use status::{Gap, Status, oidc_provider_of, status_of};
pub use title::{name_from, slug_from};
