//! What is kept between two openings of the popup, where, and in which form.
//!
//! Session memory: the token (by default), who it is, the caches. Disk: the address, settings, the journal and the
//! records for Undo, none of which is secret; and the token, where the person chose exactly that.

mod cache;
mod connection;
mod records;
mod secrets;
mod settings;

pub use cache::{Cache, load_cache, save_cache};
pub use connection::{
    Connection, Keep, Lack, Who, access, access_of, connection, disconnect, save_connection, save_who, still_connected,
    who,
};
pub use records::{
    Unknown, journal_of, load_done, load_due, load_journal, load_records, read_journal, read_records, remember,
    save_journal, save_look, written_by_us,
};
pub use secrets::{forget_secrets, made_secret, with_secrets};
pub use settings::{Settings, load_settings, read_settings, save_settings};

/// Keys in the two areas. `journal` and `activity` are the worker's to write; all others are the pages'.
pub mod keys {
    /// Local: where we are connected, without the token.
    pub const CONNECTION: &str = "connection";
    /// Session or local, as the person chose: the token.
    pub const TOKEN: &str = "token";
    /// Session: whom the token stands for.
    pub const WHO: &str = "who";
    /// Session: what was read last.
    pub const CACHE: &str = "cache";
    /// Session: the secrets of the plan under way, until its end was seen.
    pub const SECRETS: &str = "secrets";
    /// Local: settings.
    pub const SETTINGS: &str = "settings";
    /// Local: the plan that is under way, or the last one.
    pub const JOURNAL: &str = "journal";
    /// Local: settled plans, for Undo.
    pub const ACTIVITY: &str = "activity";
}
