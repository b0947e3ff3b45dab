//! The state of the server: what authentik holds, plus the sessions of its visitors.

use crate::ids;
use crate::model::{
    Application, Binding, Code, Grant, Group, Id, Login, ObjectPermission, Outpost, Provider, Role, Token, User,
};
use crate::release::Release;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Everything authentik holds.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub release: Release,
    /// Names and addresses are meant to do harm.
    pub hostile: bool,
    /// The public origin, as `http://authentik.localhost:9000`.
    pub origin: String,
    pub users: Vec<User>,
    pub groups: Vec<Group>,
    pub roles: Vec<Role>,
    pub object_permissions: BTreeSet<ObjectPermission>,
    pub applications: Vec<Application>,
    pub providers: Vec<Provider>,
    pub outposts: Vec<Outpost>,
    pub bindings: Vec<Binding>,
    pub tokens: Vec<Token>,
    /// Newest last.
    pub events: Vec<Value>,
    pub flows: Vec<Value>,
    pub scope_mappings: Vec<Value>,
    pub certificates: Vec<Value>,
    /// Certificate → number of its key pair; any other certificate has the first.
    pub keys: BTreeMap<Id, usize>,
    pub brand: Value,
    pub config: Value,
    pub settings: Value,
    /// Whether the embedded outpost is connected, so that its health list has an entry.
    pub outpost_connected: bool,
    /// Application lists by (user, page), as authentik keeps them for 24 hours (api.md §0.5).
    pub application_lists: BTreeMap<(i64, usize), Vec<Value>>,
    pub sessions: Sessions,
    /// The time of events, in microseconds since 1970, where a test says what time it is.
    pub clock: Option<u64>,
    pub last_user_pk: i64,
    pub last_provider_pk: i64,
    pub made: u64,
}

/// Who is signed in where.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    /// `authentik_session` cookie → who signed in, and when.
    pub authentik: BTreeMap<String, Login>,
    /// Outpost cookie value → (client id, user).
    pub outpost: BTreeMap<String, (String, i64)>,
    /// `state` of an authorization request → where the visitor wanted to go.
    pub wanted: BTreeMap<String, String>,
    /// Authorization codes that were not used yet.
    pub codes: BTreeMap<String, Code>,
    /// Access tokens, and refresh tokens with the revoked ones.
    pub access: BTreeMap<String, Grant>,
    pub refresh: BTreeMap<String, Grant>,
    /// (user, provider): who has agreed to the flow with explicit consent.
    pub consents: BTreeSet<(i64, i64)>,
}

impl World {
    /// A name for something made at run time, unlike every earlier one.
    pub fn next_name(&mut self, what: &str) -> String {
        self.made += 1;
        format!("made/{what}/{}", self.made)
    }

    /// A new UUID.
    pub fn next_uuid(&mut self, what: &str) -> Id {
        let name = self.next_name(what);
        ids::uuid_of(&name)
    }

    /// New letters and digits.
    pub fn next_letters(&mut self, what: &str, length: usize) -> String {
        let name = self.next_name(what);
        ids::letters_of(&name, length)
    }

    /// The user with this pk.
    pub fn user(&self, pk: i64) -> Option<&User> {
        self.users.iter().find(|user| user.pk == pk)
    }

    /// The group with this uuid.
    pub fn group(&self, pk: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.pk == pk)
    }

    /// The provider with this pk.
    pub fn provider(&self, pk: i64) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.pk == pk)
    }

    /// The application with this slug.
    pub fn application(&self, slug: &str) -> Option<&Application> {
        self.applications.iter().find(|application| application.slug == slug)
    }

    /// The application that a provider is assigned to.
    pub fn application_of(&self, provider: i64) -> Option<&Application> {
        self.applications.iter().find(|application| application.provider == Some(provider))
    }

    /// The embedded outpost.
    pub fn embedded_outpost(&self) -> Option<&Outpost> {
        self.outposts.iter().find(|outpost| outpost.managed.as_deref() == Some("goauthentik.io/outposts/embedded"))
    }

    /// The groups a user is directly in.
    pub fn groups_of(&self, user: i64) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |group| group.users.contains(&user))
    }

    /// The groups a user is in, directly or through an ancestor (api.md §6: G*(U)); cycles are survived.
    pub fn all_groups_of(&self, user: i64) -> Vec<&Group> {
        let mut found: Vec<&Group> = Vec::new();
        let mut open: Vec<&Group> = self.groups_of(user).collect();
        while let Some(group) = open.pop() {
            if found.iter().any(|seen| seen.pk == group.pk) {
                continue;
            }
            found.push(group);
            open.extend(group.parents.iter().filter_map(|parent| self.group(parent)));
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// Whether a user is a superuser, through any of their groups.
    pub fn is_superuser(&self, user: i64) -> bool {
        self.all_groups_of(user).iter().any(|group| group.is_superuser)
    }

    /// The model permissions a user holds through roles of groups and own roles.
    pub fn permissions_of(&self, user: i64) -> BTreeSet<String> {
        let mut roles: BTreeSet<&str> =
            self.all_groups_of(user).iter().flat_map(|group| group.roles.iter().map(String::as_str)).collect();
        if let Some(user) = self.user(user) {
            roles.extend(user.roles.iter().map(String::as_str));
        }
        self.roles
            .iter()
            .filter(|role| roles.contains(role.pk.as_str()))
            .flat_map(|role| role.permissions.iter().cloned())
            .collect()
    }

    /// The pk for a new provider. A transactional request uses two: its dry run is rolled back, the sequence is not.
    pub fn next_provider_pk(&mut self, steps: i64) -> i64 {
        self.last_provider_pk += steps;
        self.last_provider_pk
    }
}
