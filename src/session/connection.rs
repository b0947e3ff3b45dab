//! The connection: address, token, who it is, and what the token lacks.

use crate::authentik::kept::{Kept, keep_fields, keep_variants};
use serde_json::json;

use super::keys;
use crate::authentik::{Access, ApiToken, BaseUrl, Release};
use crate::ports::{Area, Store, StoreError};

/// Where the token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Keep {
    /// In the browser's memory, until it closes.
    #[default]
    Session,
    /// On disk, unencrypted.
    Device,
}

keep_variants!(Keep { Session = "session", Device = "device" });

/// What is kept of a connection besides the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The base, as [`BaseUrl`] prints.
    pub base: String,
    /// Where the token is.
    pub keep: Keep,
}

keep_fields!(Connection { base, keep });

/// Something that won't work with this token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// `providers/proxy` may not be listed: no status of a site.
    SeeProtection,
    /// `outposts/instances` may not be listed: nothing can be put into one.
    SeeOutposts,
    /// `flows/instances` may not be listed: no provider can be made.
    SeeFlows,
    /// `core/groups` may not be listed: access for everyone only.
    SeeGroups,
    /// `core/users` may not be listed: no people.
    SeePeople,
    /// `events/events` may not be listed: whether somebody else's change was lost to one of ours can't be known.
    SeeEvents,
    /// Not a superuser: whether it may write shows only when it tries, and application lists may be incomplete.
    NotSuperuser,
}

keep_variants!(Lack { SeeProtection = "see_protection", SeeOutposts = "see_outposts", SeeFlows = "see_flows", SeeGroups = "see_groups", SeePeople = "see_people", SeeEvents = "see_events", NotSuperuser = "not_superuser" });

/// Whom the token stands for, as read when connecting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The login name.
    pub username: String,
    /// The release, if it was told.
    pub release: Option<Release>,
    /// What won't work.
    pub lacks: Vec<Lack>,
}

keep_fields!(Who { username, lacks; release });

/// The kept connection.
pub async fn connection(store: &impl Store) -> Option<Connection> {
    let value = store.get(Area::Local, keys::CONNECTION).await.ok()??;
    let keep = if value.get("keep")?.as_str()? == "device" { Keep::Device } else { Keep::Session };
    Some(Connection { base: value.get("base")?.as_str()?.to_owned(), keep })
}

/// Base and token, if both are there. The token is only ever paired with the base that it was saved with.
pub async fn access(store: &impl Store) -> Option<Access> {
    access_of(store, &connection(store).await?).await
}

/// The same for a connection that has just been read.
pub async fn access_of(store: &impl Store, connection: &Connection) -> Option<Access> {
    let area = area_of(connection.keep);
    let kept = store.get(area, keys::TOKEN).await.ok()??;
    let fits = kept.get("base")?.as_str()? == connection.base;
    let token = ApiToken::parse(kept.get("token")?.as_str()?)?;
    fits.then_some(Access { base: BaseUrl::from_kept(&connection.base)?, token: Some(token) })
}

/// Whether it is still this instance and this token that the person is connected with.
pub async fn still_connected(store: &impl Store, with: &Access) -> bool {
    access(store).await.as_ref() == Some(with)
}

/// Keeps a connection; a token that was kept elsewhere before goes.
pub async fn save_connection(
    store: &impl Store,
    base: &BaseUrl,
    token: &ApiToken,
    keep: Keep,
) -> Result<(), StoreError> {
    let base = base.to_string();
    let other = if keep == Keep::Session { Area::Local } else { Area::Session };
    store.remove(other, keys::TOKEN).await?;
    store.remove(Area::Session, keys::CACHE).await?;
    store.set(area_of(keep), keys::TOKEN, json!({"base": base, "token": token.reveal()})).await?;
    store.set(Area::Local, keys::CONNECTION, Connection { base, keep }.keep()).await
}

/// Who the token is, if it was read since the browser started.
pub async fn who(store: &impl Store) -> Option<Who> {
    Who::read(&store.get(Area::Session, keys::WHO).await.ok()??)
}

/// Keeps who the token is.
pub async fn save_who(store: &impl Store, who: &Who) -> Result<(), StoreError> {
    store.set(Area::Session, keys::WHO, who.keep()).await
}

/// Forgets everything: address, token, caches, settings, journal, records.
pub async fn disconnect(store: &impl Store) -> Result<(), StoreError> {
    let session = [keys::TOKEN, keys::WHO, keys::CACHE, keys::SECRETS].map(|key| (Area::Session, key));
    let local =
        [keys::TOKEN, keys::CONNECTION, keys::SETTINGS, keys::JOURNAL, keys::ACTIVITY].map(|key| (Area::Local, key));
    // All are tried: one that can't be removed doesn't keep the others.
    let mut ended = Ok(());
    for (area, key) in session.into_iter().chain(local) {
        ended = ended.and(store.remove(area, key).await);
    }
    ended
}

fn area_of(keep: Keep) -> Area {
    match keep {
        Keep::Session => Area::Session,
        Keep::Device => Area::Local,
    }
}
