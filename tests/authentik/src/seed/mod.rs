//! The states the server can start with. A seed holds no randomness and no clock, so that two dumps can be compared.

pub mod defaults;
mod hostile;
pub mod people;
mod recorded;
mod sites;

use crate::release::Release;
use crate::world::World;

pub use people::PASSWORD;

/// What the server holds at the start.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Seed {
    /// A company of 60 people, 8 groups and 12 applications.
    #[default]
    Company,
    /// A fresh authentik: its administrators, flows and outpost; the people with tokens; no application.
    Fresh,
    /// The company, with names, addresses and icons that are meant to do harm.
    Hostile,
    /// The state that a recording starts with: its lines `state before`, one JSON object a line.
    Recorded(String),
}

impl Seed {
    /// The seed with this name: `company` (also `default`), `fresh` or `hostile`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "company" | "default" => Some(Self::Company),
            "fresh" => Some(Self::Fresh),
            "hostile" => Some(Self::Hostile),
            _ => None,
        }
    }
}

/// Keys of the seeded tokens. They open nothing but this server.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Tokens {
    /// A superuser's.
    pub admin: String,
    /// A person without any permission.
    pub plain: String,
    /// Every `view_` permission (authentik's role "authentik Read-only").
    pub reader: String,
    /// The least role that can protect a site (api.md, end of §1.8).
    pub protector: String,
}

impl Default for Tokens {
    fn default() -> Self {
        let key = |name: &str| format!("embedded-{name}-token-opens-nothing-else");
        Self { admin: key("admin"), plain: key("plain"), reader: key("reader"), protector: key("protector") }
    }
}

/// Builds the state for a release at a public origin.
pub fn build(release: Release, origin: &str, seed: &Seed) -> World {
    let mut world = World { release, origin: origin.to_owned(), outpost_connected: true, ..World::default() };
    defaults::fill(&mut world);
    match seed {
        Seed::Company => {
            people::company(&mut world);
            sites::applications(&mut world);
        }
        Seed::Hostile => {
            people::company(&mut world);
            sites::applications(&mut world);
            hostile::rename(&mut world);
            world.hostile = true;
        }
        Seed::Fresh => people::operators(&mut world),
        Seed::Recorded(lines) => recorded::fill(&mut world, lines),
    }
    world
}
