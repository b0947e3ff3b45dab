//! The OAuth2 and OIDC side of authentik: `/application/o/`.
//!
//! Source: authentik/providers/oauth2/ (views, models.py, `id_token.py`), named at each rule; the versions read are of the
//! years 2025 and 2026, and where a rule came with a release, [`crate::release`] knows it.

pub mod claims;
mod expression;
pub mod keys;
