//! `root/config` and `admin/version`: is it authentik, and which release.

use super::read::Unreadable;
use super::{Call, Reader, Release};

/// `root_config_retrieve`: open to everybody, so it tells what answers before a token is sent there.
/// A bad bearer is refused even here (403, 2025.10.3): ask without one.
pub fn root_config() -> Call<()> {
    Call::get("root/config/", |answer| {
        // Other services answer JSON too; these two together are authentik's.
        if !answer.value().get("capabilities").is_some_and(serde_json::Value::is_array) {
            return Err(Unreadable("/capabilities".into()));
        }
        answer.value().get("error_reporting").map(|_| ()).ok_or(Unreadable("/error_reporting".into()))
    })
}

/// `admin_version_retrieve`: any authenticated user may ask (2025.10.3).
pub fn version() -> Call<Release> {
    Call::get("admin/version/", |answer: &Reader| {
        Release::parse(&answer.need_text("version_current")?).ok_or(Unreadable("/version_current".into()))
    })
}
