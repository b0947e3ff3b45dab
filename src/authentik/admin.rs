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

/// How requests reach authentik, as it sees them itself.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct System {
    /// The host that it was asked under.
    pub http_host: String,
    /// Whether it takes the request for an encrypted one.
    pub is_secure: bool,
}

/// `admin_system_retrieve`: needs `view_system_info`. The answer repeats the request's headers, the bearer among them
/// (recorded on 2025.10.3): nothing else of it is kept.
pub fn system() -> Call<System> {
    Call::get("admin/system/", |answer| {
        Ok(System { http_host: answer.need_text("http_host")?, is_secure: answer.flag("http_is_secure", true) })
    })
}
