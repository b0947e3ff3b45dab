//! Every difference between the releases of authentik that this server knows, in one place.
//!
//! Each answer names its source: authentik's own description of a release (`tests/schemas`: "schema"), a recording of a
//! live server, or a section of the notes on the API (`api.md`). Only 2025.10.3 and 2026.2.2 were recorded. What a
//! recording shows and no schema tells may have come with 2025.12 already; where nothing else is known it is taken for
//! 2026.2's, and says "first release not known".

use serde::{Deserialize, Serialize};

/// A release of authentik that the server can be, oldest first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
pub enum Release {
    /// 2025.10.3, recorded live.
    #[default]
    #[serde(rename = "2025.10.3")]
    R2025_10,
    /// 2025.12.4, from its schema and source (never run).
    #[serde(rename = "2025.12.4")]
    R2025_12,
    /// 2026.2.2, recorded live.
    #[serde(rename = "2026.2.2")]
    R2026_2,
    /// 2026.5.6, from its schema and public notes (never run).
    #[serde(rename = "2026.5.6")]
    R2026_5,
    /// 2026.8.5, from its schema and public notes (never run).
    #[serde(rename = "2026.8.5")]
    R2026_8,
}

impl Release {
    /// All releases, oldest first.
    pub const ALL: [Self; 5] = [Self::R2025_10, Self::R2025_12, Self::R2026_2, Self::R2026_5, Self::R2026_8];

    /// The version as `GET /admin/version/` tells it.
    pub const fn version(self) -> &'static str {
        match self {
            Self::R2025_10 => "2025.10.3",
            Self::R2025_12 => "2025.12.4",
            Self::R2026_2 => "2026.2.2",
            Self::R2026_5 => "2026.5.6",
            Self::R2026_8 => "2026.8.5",
        }
    }

    /// The release with this version, if the server knows it.
    pub fn parse(version: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|release| release.version() == version)
    }

    /// `Content-Type` of API answers (recorded: 2026.2 renders with drf-orjson; first release not known).
    pub const fn json_content_type(self) -> &'static str {
        if self.is_2026_2_or_later() { "application/json" } else { "application/json; charset=utf-8" }
    }

    /// Page size when none, or a senseless one, is asked for (api.md §0.12).
    pub const fn default_page_size(self) -> usize {
        if self.is_2025_12_or_later() { 20 } else { 100 }
    }

    /// The most rows a page can have; `None` is no limit (api.md §0.12).
    pub const fn max_page_size(self) -> Option<usize> {
        if self.is_2025_12_or_later() { Some(100) } else { None }
    }

    /// A group has one `parent` (≤2025.10) instead of a list of `parents` (schema: `Group`, 2025.12).
    pub const fn groups_have_one_parent(self) -> bool {
        !self.is_2025_12_or_later()
    }

    /// Users carry roles themselves: `roles`, `roles_obj`, `user.roles` in users/me (schema: `User`, `UserSelf`, 2025.12).
    pub const fn users_have_roles(self) -> bool {
        self.is_2025_12_or_later()
    }

    /// `meta_icon` is stored text, `meta_icon_url` and `meta_icon_themed_urls` are computed; likewise of
    /// flows and brands (schema: `Application`, `Flow`, `CurrentBrand`, 2025.12).
    pub const fn icons_are_files(self) -> bool {
        self.is_2025_12_or_later()
    }

    /// `POST …/set_icon_url/` exists (schema: ≤2025.10).
    pub const fn has_set_icon_url(self) -> bool {
        !self.is_2025_12_or_later()
    }

    /// `request.user.groups` in an expression are authentik's groups; before, they are `ak_groups` only (api.md §7 no. 57).
    pub const fn user_groups_are_groups(self) -> bool {
        self.is_2026_2_or_later()
    }

    /// The grant types that a provider can have (schema: `GrantTypesEnum` of 2026.5, `GrantTypeEnum` of 2026.8).
    pub const fn grant_types(self) -> &'static [&'static str] {
        const OF_2026_5: [&str; 7] = [
            "authorization_code",
            "implicit",
            "hybrid",
            "refresh_token",
            "client_credentials",
            "password",
            "urn:ietf:params:oauth:grant-type:device_code",
        ];
        const OF_2026_8: [&str; 8] = [
            "authorization_code",
            "implicit",
            "hybrid",
            "refresh_token",
            "client_credentials",
            "password",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ];
        if self.is_2026_8_or_later() {
            &OF_2026_8
        } else if self.is_2026_5_or_later() {
            &OF_2026_5
        } else {
            &[]
        }
    }

    /// Providers show `assigned_backchannel_application_*` also without one (recorded: 2026.2; schema: nullable since 2025.12).
    pub const fn shows_backchannel_assignment(self) -> bool {
        self.is_2025_12_or_later()
    }

    /// A certificate has `key_type`; before, `private_key_type` (schema: `CertificateKeyPair`, 2025.12).
    pub const fn certificates_have_key_type(self) -> bool {
        self.is_2025_12_or_later()
    }

    /// `include_details` of certificates exists (schema: ≤2025.12).
    pub const fn certificates_can_hide_details(self) -> bool {
        !self.is_2026_2_or_later()
    }

    /// A token list holds everybody's for who may view tokens; before, only a superuser saw more than the own ones
    /// (recorded: 2026.2; first release not known).
    pub const fn viewers_list_all_tokens(self) -> bool {
        self.is_2026_2_or_later()
    }

    /// Mode `all` asks every user or group binding; before, one that passes is enough (recorded: 2026.2; api.md §0.9:
    /// policies/engine.py differs between 2025.12.4 and 2026.2.2).
    pub const fn all_means_all(self) -> bool {
        self.is_2026_2_or_later()
    }

    /// OAuth2 providers have `grant_types`, which default to none (schema: `OAuth2Provider`, 2026.5; api.md §0.1).
    pub const fn has_grant_types(self) -> bool {
        self.is_2026_5_or_later()
    }

    /// `setup_urls` tells where clients may register themselves (schema: `OAuth2ProviderSetupURLs`, 2026.8).
    pub const fn has_dcr_registration(self) -> bool {
        self.is_2026_8_or_later()
    }

    /// Entries of `redirect_uris` have a `redirect_uri_type` (schema: `RedirectURI`, 2026.5).
    pub const fn has_redirect_uri_type(self) -> bool {
        self.is_2026_5_or_later()
    }

    /// Applications have `meta_hide` (schema: `Application`, 2026.5).
    pub const fn has_meta_hide(self) -> bool {
        self.is_2026_5_or_later()
    }

    /// Applications tell their `pbm_uuid` (schema: 2026.8).
    pub const fn has_pbm_uuid(self) -> bool {
        self.is_2026_8_or_later()
    }

    /// Bindings can expire: `expires` and `expiring`, read-only (schema: 2026.8).
    pub const fn bindings_expire(self) -> bool {
        self.is_2026_8_or_later()
    }

    /// users/me lists all sessions' `users` (schema: 2026.8).
    pub const fn me_lists_users(self) -> bool {
        self.is_2026_8_or_later()
    }

    /// admin/settings and admin/system have `base_url` (schema: `Settings`, `SystemInfo`, 2026.8).
    pub const fn has_base_url(self) -> bool {
        self.is_2026_8_or_later()
    }

    /// The flags of brands/current, all of them off but `core_default_app_access` (recorded: 2025.10.3, and 2026.2.2, which
    /// describes one more; schema: the others).
    pub const fn brand_flags(self) -> &'static [&'static str] {
        match self {
            Self::R2025_10 | Self::R2025_12 => &["policies_buffered_access_view", "flows_refresh_others"],
            Self::R2026_2 => &["policies_buffered_access_view", "flows_continuous_login", "flows_refresh_others"],
            Self::R2026_5 => self.settings_flags(),
            Self::R2026_8 => &["flows_continuous_login", "flows_refresh_others"],
        }
    }

    /// The flags of admin/settings: none where nobody has set one (recorded: 2025.10.3 and 2026.2.2). Since 2026.5 it tells
    /// `core_default_app_access` (api.md §0.10); that the others come with it is as the schema says.
    pub const fn settings_flags(self) -> &'static [&'static str] {
        const SINCE_2026_5: [&str; 4] = [
            "core_default_app_access",
            "enterprise_audit_include_expanded_diff",
            "flows_continuous_login",
            "flows_refresh_others",
        ];
        if self.is_2026_5_or_later() { &SINCE_2026_5 } else { &[] }
    }

    /// brands/current says which tiles maps are made of (schema: `CurrentBrand`, 2026.8).
    pub const fn has_map_tiles(self) -> bool {
        self.is_2026_8_or_later()
    }

    /// The text for a slug with wrong characters (recorded: quotes became typographic; first release not known).
    pub const fn invalid_slug(self) -> &'static str {
        if self.is_2026_2_or_later() {
            "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."
        } else {
            r#"Enter a valid "slug" consisting of letters, numbers, underscores or hyphens."#
        }
    }

    /// The text for an `Authorization` header of another scheme (recorded; first release not known).
    pub const fn other_scheme(self) -> &'static str {
        if self.is_2026_2_or_later() {
            "Authentication credentials were not provided."
        } else {
            "Unsupported authentication type"
        }
    }

    /// The German text for a missing permission (recorded: a comma came in; first release not known).
    pub const fn denied_in_german(self) -> &'static str {
        if self.is_2026_2_or_later() {
            "Sie sind nicht berechtigt, diese Aktion durchzuführen."
        } else {
            "Sie sind nicht berechtigt diese Aktion durchzuführen."
        }
    }

    const fn is_2025_12_or_later(self) -> bool {
        self as u8 >= Self::R2025_12 as u8
    }

    const fn is_2026_2_or_later(self) -> bool {
        self as u8 >= Self::R2026_2 as u8
    }

    const fn is_2026_5_or_later(self) -> bool {
        self as u8 >= Self::R2026_5 as u8
    }

    const fn is_2026_8_or_later(self) -> bool {
        self as u8 >= Self::R2026_8 as u8
    }
}
