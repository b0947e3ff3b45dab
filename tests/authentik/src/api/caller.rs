//! Who calls, and what they may do.
//!
//! Source: api.md §0.3 and transcripts §1 (texts, order of checks), §16 (permissions). The creator of an application, a
//! provider or a binding gets no permission on it: on the live 2026.2.2, too, the creator was refused the sight of them
//! (recording, lines 668, 684 and 705), against the note in api.md §1.

use crate::world::World;
use std::collections::BTreeSet;

/// The caller of an operation.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The user's pk; none is an anonymous visitor.
    pub user: Option<i64>,
    pub is_superuser: bool,
    permissions: BTreeSet<String>,
    objects: BTreeSet<(String, String)>,
}

/// What the `Authorization` header says.
pub enum Bearer<'a> {
    /// Nothing, or a scheme without a token.
    Absent,
    /// Another scheme than `Bearer`.
    OtherScheme,
    /// A token.
    Token(&'a str),
}

impl<'a> Bearer<'a> {
    /// Reads the header's value. The scheme is matched without regard to case; spaces around the token are dropped.
    pub fn of(header: Option<&'a str>) -> Self {
        let Some(header) = header else { return Self::Absent };
        let (scheme, token) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        match (scheme.eq_ignore_ascii_case("bearer"), token.trim()) {
            (_, "") => Self::Absent,
            (false, _) => Self::OtherScheme,
            (true, token) => Self::Token(token),
        }
    }
}

impl Caller {
    /// The user that a token belongs to: intent `api`, not expired, user active.
    pub fn of_token(world: &World, key: &str) -> Option<Self> {
        let token = world.tokens.iter().find(|token| token.key == key && token.intent == "api" && !token.expired)?;
        world.user(token.user).filter(|user| user.is_active)?;
        Some(Self::of_user(world, token.user))
    }

    /// A user as a caller.
    pub fn of_user(world: &World, user: i64) -> Self {
        Self {
            user: Some(user),
            is_superuser: world.is_superuser(user),
            permissions: world.permissions_of(user),
            objects: world
                .object_permissions
                .iter()
                .filter(|held| held.user == user)
                .map(|held| (held.permission.clone(), held.object.clone()))
                .collect(),
        }
    }

    /// Whether the caller holds a model permission.
    pub fn can(&self, permission: &str) -> bool {
        self.is_superuser || self.permissions.contains(permission)
    }

    /// Whether the caller holds a permission on one object, or on all of its kind.
    pub fn can_on(&self, permission: &str, object: &str) -> bool {
        self.can(permission) || self.objects.contains(&(permission.to_owned(), object.to_owned()))
    }
}
