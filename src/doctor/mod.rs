//! Why a gate doesn't work: checks over what was read, each a function of its own. Pure; what it finds are values, which
//! screens put into words and repair by plans.

mod checks;
mod finding;

pub use checks::{cookie_domain_of, points_at};
pub use finding::{Address, Asks, Finding, Found, Sure};

use crate::authentik::admin::System;
use crate::authentik::events::Event;
use crate::authentik::outposts::Health;
use crate::authentik::providers_proxy::ProxyProvider;
use crate::authentik::{BaseUrl, WebUrl};
use crate::site::open_paths::Matches;
use crate::site::{Inventory, Origin};

/// What was read about a gate. What could not be read is none, and disables only the checks that need it.
pub struct Chart<'a> {
    /// The site.
    pub origin: &'a Origin,
    /// authentik.
    pub base: &'a BaseUrl,
    /// The provider at the gate.
    pub gate: &'a ProxyProvider,
    /// All providers and outposts.
    pub inventory: &'a Inventory,
    /// The processes of each outpost that serves the gate, by its UUID.
    pub health: &'a [(String, Vec<Health>)],
    /// authentik's own `configuration_error` events, newest first.
    pub events: Option<&'a [Event]>,
    /// How our own request reached authentik.
    pub system: Option<&'a System>,
    /// Now, in seconds since 1970, by this computer's clock.
    pub now: i64,
    /// The platform's URL parser.
    pub parse: fn(&str) -> Option<WebUrl>,
    /// The platform's regular expressions.
    pub matches: Matches,
}

/// All that is wrong, the likeliest first.
pub fn diagnose(chart: &Chart) -> Vec<Found> {
    checks::ALL.iter().flat_map(|check| check(chart)).collect()
}

#[cfg(test)]
mod tests;
