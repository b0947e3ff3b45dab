//! The handle on a running set: everything a test or a demo can do to it from outside.

use crate::checked::Checked;
use crate::faults::Fault;
use crate::model::ObjectPermission;
use crate::release::Release;
use crate::requests::{Depth, Seen};
use crate::seed::{PASSWORD, Seed, Tokens, people};
use crate::setup::Setup;
use crate::shared::{Shared, Urls};
use crate::state;
use crate::sync::lock;
use crate::world::World;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the set tells about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct About {
    /// The release, as `2025.10.3`.
    pub release: Release,
    /// The addresses.
    #[serde(flatten)]
    pub urls: Urls,
    /// Keys of the seeded tokens.
    pub tokens: Tokens,
    /// The password of everybody.
    pub password: String,
}

/// A token that was made on request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MadeToken {
    /// What the bearer sends.
    pub token: String,
    /// Its owner, a new person.
    pub username: String,
}

/// What a new token may do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenOrder {
    /// Model permissions, as `authentik_core.view_application`.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Permissions on one object each: (permission, pk).
    #[serde(default)]
    pub objects: Vec<(String, String)>,
    /// Whether the owner is in a group of superusers.
    #[serde(default)]
    pub superuser: bool,
    /// Whether the token says that it expires.
    #[serde(default)]
    pub expiring: bool,
}

/// The handle. Clones act on the same set.
#[derive(Clone)]
pub struct Control {
    shared: Shared,
}

impl Control {
    pub(crate) const fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// Release, addresses, tokens, password.
    pub fn about(&self) -> About {
        About {
            release: lock(&self.shared.world).release,
            urls: (*self.shared.urls).clone(),
            tokens: Tokens::default(),
            password: PASSWORD.to_owned(),
        }
    }

    /// All requests seen by authentik, the sites and the other origin, in order of arrival.
    pub fn requests(&self) -> Vec<Seen> {
        self.shared.log.all()
    }

    /// Forgets the requests.
    pub fn clear_requests(&self) {
        self.shared.log.clear();
    }

    /// How many API requests there were, and how many ran one after the other.
    pub fn depth(&self) -> Depth {
        self.shared.log.depth()
    }

    /// Holds what went over the API since the last time against the official descriptions.
    pub fn check(&self) -> Checked {
        self.shared.exchanges.check()
    }

    /// A canonical dump of what a client could change.
    pub fn state(&self) -> Value {
        state::dump(&lock(&self.shared.world))
    }

    /// Back to the seed, or to another release and seed.
    pub fn reset(&self, release: Option<Release>, seed: Option<Seed>) {
        self.shared.reset(release, seed);
    }

    /// Orders a fault.
    pub fn fault(&self, fault: Fault) {
        self.shared.faults.add(fault);
    }

    /// Forgets all faults; held requests go on.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// Names of the requests that are held now.
    pub fn held(&self) -> Vec<String> {
        self.shared.faults.held()
    }

    /// Lets held requests with this name go on; says how many.
    pub fn release(&self, name: &str) -> usize {
        self.shared.faults.release(name)
    }

    /// Switches the forward-auth middleware of a host (with its port) on or off.
    pub fn set_middleware(&self, host: &str, on: bool) {
        self.shared.set_middleware(host, on);
    }

    /// Sets a site (its host with its port) and its reverse proxy up.
    pub fn set_up(&self, host: &str, setup: Setup) {
        self.shared.set_up(host, |old| *old = setup);
    }

    /// Makes a person with exactly these permissions, and a token for them.
    pub fn make_token(&self, order: &TokenOrder) -> MadeToken {
        let mut world = lock(&self.shared.world);
        let world = &mut *world;
        let key = world.next_letters("token", 60);
        let username = format!("token-{}", world.made);
        let pk = people::add_user(world, &username, "Made by a test", "service_account", "tests");
        let permissions: Vec<&str> = order.permissions.iter().map(String::as_str).collect();
        people::give_role(world, pk, &format!("role of {username}"), permissions.iter());
        for (permission, object) in &order.objects {
            let (permission, object) = (permission.clone(), object.clone());
            world.object_permissions.insert(ObjectPermission { user: pk, permission, object });
        }
        if order.superuser
            && let Some(group) = world.groups.iter_mut().find(|group| group.is_superuser)
        {
            group.users.push(pk);
        }
        people::add_token(world, pk, &username, key.clone());
        if let Some(token) = world.tokens.last_mut() {
            token.expiring = order.expiring;
        }
        MadeToken { token: key, username }
    }

    /// Lets a token expire; says whether there was one.
    pub fn expire_token(&self, key: &str) -> bool {
        let mut world = lock(&self.shared.world);
        let token = world.tokens.iter_mut().find(|token| token.key == key);
        token.map(|token| token.expired = true).is_some()
    }

    /// Whether the embedded outpost is connected.
    pub fn set_outpost_connected(&self, connected: bool) {
        lock(&self.shared.world).outpost_connected = connected;
    }

    /// The `authentik_host` of the embedded outpost; empty is what a fresh installation has.
    pub fn set_authentik_host(&self, host: &str) {
        for outpost in lock(&self.shared.world).outposts.iter_mut().filter(|outpost| outpost.managed.is_some()) {
            outpost.config.insert("authentik_host".to_owned(), host.into());
        }
    }

    /// Says what time it is for the events that follow, in microseconds since 1970; nothing: the machine's clock.
    pub fn set_clock(&self, micros: Option<u64>) {
        lock(&self.shared.world).clock = micros;
    }

    /// Changes the state directly: another writer, between two requests of the client.
    pub fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut lock(&self.shared.world))
    }
}
