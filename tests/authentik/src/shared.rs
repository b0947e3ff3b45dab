//! What the servers of a set share.

use crate::checked::Exchanges;
use crate::faults::Faults;
use crate::release::Release;
use crate::requests::Log;
use crate::seed::{self, Seed};
use crate::setup::{Proxy, Setup};
use crate::sync::lock;
use crate::world::World;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Where the servers of a set are reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Urls {
    /// `http://authentik.localhost:P`
    pub authentik: String,
    /// `http://site.localhost:P`; every other name below `localhost` reaches a site of that name.
    pub site: String,
    /// `http://elsewhere.localhost:P`
    pub elsewhere: String,
    /// `http://127.0.0.1:P`
    pub control: String,
}

/// The state behind all servers.
#[derive(Clone)]
pub struct Shared {
    pub urls: Arc<Urls>,
    pub world: Arc<Mutex<World>>,
    pub faults: Faults,
    pub log: Log,
    /// How the sites are set up, by host with port; all others are open.
    pub edge: Arc<Mutex<BTreeMap<String, Setup>>>,
    /// What went over the API.
    pub exchanges: Exchanges,
    origin: Arc<Mutex<(Release, Seed)>>,
}

impl Shared {
    /// A set with this seed.
    pub fn new(urls: Urls, release: Release, seed: Seed, only_answers: bool) -> Self {
        let world = seed::build(release, &urls.authentik, &seed);
        Self {
            urls: Arc::new(urls),
            world: Arc::new(Mutex::new(world)),
            faults: Faults::default(),
            log: Log::new(),
            exchanges: Exchanges::new(only_answers),
            edge: Arc::default(),
            origin: Arc::new(Mutex::new((release, seed))),
        }
    }

    /// Back to the seed, or to another one. Requests, faults and the edge proxy are cleared, held connections closed.
    pub fn reset(&self, release: Option<Release>, seed: Option<Seed>) {
        let (release, seed) = {
            let mut origin = lock(&self.origin);
            origin.0 = release.unwrap_or(origin.0);
            if let Some(seed) = seed {
                origin.1 = seed;
            }
            origin.clone()
        };
        self.faults.cut_all();
        lock(&self.edge).clear();
        *lock(&self.world) = seed::build(release, &self.urls.authentik, &seed);
        self.log.clear();
    }

    /// How a site is set up.
    pub fn setup(&self, host: &str) -> Setup {
        lock(&self.edge).get(&host.to_lowercase()).copied().unwrap_or_default()
    }

    /// Sets a site up.
    pub fn set_up(&self, host: &str, change: impl FnOnce(&mut Setup)) {
        change(lock(&self.edge).entry(host.to_lowercase()).or_default());
    }

    /// Switches the forward-auth middleware of a host on or off.
    pub fn set_middleware(&self, host: &str, on: bool) {
        self.set_up(host, |setup| setup.proxy = if on { Proxy::Traefik } else { Proxy::Open });
    }
}
