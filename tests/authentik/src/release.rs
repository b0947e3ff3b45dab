//! Every difference between the releases of authentik that this server knows, in one place.
//!
//! Each answer names its source: a line of `authentik/api.md` (section) or of the two live recordings.

use serde::{Deserialize, Serialize};

/// A release of authentik that the server can be.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
pub enum Release {
    /// 2025.10.3, recorded live.
    #[default]
    #[serde(rename = "2025.10.3")]
    R2025_10,
    /// 2026.2.2, recorded live.
    #[serde(rename = "2026.2.2")]
    R2026_2,
    /// 2026.8.5, from its schema and public notes (never run).
    #[serde(rename = "2026.8.5")]
    R2026_8,
}

impl Release {
    /// All releases, oldest first.
    pub const ALL: [Self; 3] = [Self::R2025_10, Self::R2026_2, Self::R2026_8];

    /// The version as `GET /admin/version/` tells it.
    pub const fn version(self) -> &'static str {
        match self {
            Self::R2025_10 => "2025.10.3",
            Self::R2026_2 => "2026.2.2",
            Self::R2026_8 => "2026.8.5",
        }
    }

    /// The release with this version, if the server knows it.
    pub fn parse(version: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|release| release.version() == version)
    }

    /// `Content-Type` of API answers (recorded: 2026.2 renders with drf-orjson).
    pub const fn json_content_type(self) -> &'static str {
        match self {
            Self::R2025_10 => "application/json; charset=utf-8",
            Self::R2026_2 | Self::R2026_8 => "application/json",
        }
    }

    /// Page size when none, or a senseless one, is asked for (api.md §0.12).
    pub const fn default_page_size(self) -> usize {
        if self.is_2025_12_or_later() { 20 } else { 100 }
    }

    /// The most rows a page can have; `None` is no limit (api.md §0.12).
    pub const fn max_page_size(self) -> Option<usize> {
        if self.is_2025_12_or_later() { Some(100) } else { None }
    }

    /// A group has one `parent` (≤2025.10) instead of a list of `parents` (api.md §2).
    pub const fn groups_have_one_parent(self) -> bool {
        !self.is_2025_12_or_later()
    }

    /// Users carry roles themselves: `roles`, `roles_obj`, `user.roles` in users/me (api.md §2).
    pub const fn users_have_roles(self) -> bool {
        self.is_2025_12_or_later()
    }

    /// `meta_icon` is stored text, `meta_icon_url` and `meta_icon_themed_urls` are computed (api.md §2).
    pub const fn icons_are_files(self) -> bool {
        self.is_2025_12_or_later()
    }

    /// `POST …/set_icon_url/` exists (api.md §2, ≤2025.10).
    pub const fn has_set_icon_url(self) -> bool {
        !self.is_2025_12_or_later()
    }

    /// `request.user.groups` in an expression are authentik's groups; before, they are `ak_groups` only (api.md §7 no. 57).
    pub const fn user_groups_are_groups(self) -> bool {
        self.is_2026_2_or_later()
    }

    /// The grant types that a provider can have (api.md §2).
    pub const fn grant_types(self) -> &'static [&'static str] {
        const ALL: [&str; 8] = [
            "authorization_code",
            "implicit",
            "hybrid",
            "refresh_token",
            "client_credentials",
            "password",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ];
        if self.has_grant_types() { &ALL } else { &[] }
    }

    /// Providers show `assigned_backchannel_application_*` also without one (recorded: 2026.2).
    pub const fn shows_backchannel_assignment(self) -> bool {
        self.is_2025_12_or_later()
    }

    /// A certificate has `key_type`; before, `private_key_type` (api.md §2).
    pub const fn certificates_have_key_type(self) -> bool {
        self.is_2025_12_or_later()
    }

    /// `include_details` of certificates exists (≤2025.12, api.md §2).
    pub const fn certificates_can_hide_details(self) -> bool {
        !self.is_2026_2_or_later()
    }

    /// A token list holds everybody's for who may view tokens; before, only a superuser saw more than the own ones
    /// (differences-2026.2.2, tokens).
    pub const fn viewers_list_all_tokens(self) -> bool {
        self.is_2025_12_or_later()
    }

    /// Mode `all` asks every user or group binding; before, one that passes is enough (api.md §0.9).
    pub const fn all_means_all(self) -> bool {
        self.is_2026_2_or_later()
    }

    /// OAuth2 providers have `grant_types`, which default to none (api.md §0.1, ≥2026.5).
    pub const fn has_grant_types(self) -> bool {
        self.is_2026_5_or_later()
    }

    /// Entries of `redirect_uris` have a `redirect_uri_type` (api.md §2, ≥2026.5).
    pub const fn has_redirect_uri_type(self) -> bool {
        self.is_2026_5_or_later()
    }

    /// Applications have `meta_hide` (api.md §2, ≥2026.5).
    pub const fn has_meta_hide(self) -> bool {
        self.is_2026_5_or_later()
    }

    /// Applications tell their `pbm_uuid` (api.md §2, 2026.8).
    pub const fn has_pbm_uuid(self) -> bool {
        matches!(self, Self::R2026_8)
    }

    /// Bindings can expire: `expires` and `expiring`, read-only (api.md §2, 2026.8).
    pub const fn bindings_expire(self) -> bool {
        matches!(self, Self::R2026_8)
    }

    /// users/me lists all sessions' `users` (api.md §2, 2026.8).
    pub const fn me_lists_users(self) -> bool {
        matches!(self, Self::R2026_8)
    }

    /// admin/settings and admin/system have `base_url` (api.md §1.1, 2026.8).
    pub const fn has_base_url(self) -> bool {
        matches!(self, Self::R2026_8)
    }

    /// The text for a slug with wrong characters (recorded: quotes became typographic).
    pub const fn invalid_slug(self) -> &'static str {
        match self {
            Self::R2025_10 => r#"Enter a valid "slug" consisting of letters, numbers, underscores or hyphens."#,
            Self::R2026_2 | Self::R2026_8 => {
                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."
            }
        }
    }

    /// The text for an `Authorization` header of another scheme (recorded).
    pub const fn other_scheme(self) -> &'static str {
        match self {
            Self::R2025_10 => "Unsupported authentication type",
            Self::R2026_2 | Self::R2026_8 => "Authentication credentials were not provided.",
        }
    }

    /// The German text for a missing permission (recorded: a comma came in).
    pub const fn denied_in_german(self) -> &'static str {
        match self {
            Self::R2025_10 => "Sie sind nicht berechtigt diese Aktion durchzuführen.",
            Self::R2026_2 | Self::R2026_8 => "Sie sind nicht berechtigt, diese Aktion durchzuführen.",
        }
    }

    const fn is_2025_12_or_later(self) -> bool {
        !matches!(self, Self::R2025_10)
    }

    const fn is_2026_2_or_later(self) -> bool {
        !matches!(self, Self::R2025_10)
    }

    const fn is_2026_5_or_later(self) -> bool {
        matches!(self, Self::R2026_8)
    }
}
