//! What a view starts from.

use crate::authentik::Access;
use crate::plan::{Journal, Record};
use crate::ports::Tab;
use crate::session::{Cache, Connection, Settings, Unknown, Who};

/// What was kept, as read when a view opens.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The tab that the view belongs to.
    pub tab: Option<Tab>,
    /// That tab was closed.
    pub tab_is_gone: bool,
    /// Where we are connected.
    pub connection: Option<Connection>,
    /// Address and token.
    pub access: Option<Access>,
    /// Whom the token stands for.
    pub who: Option<Who>,
    /// Whether the browser still lets us reach the instance.
    pub may_reach: bool,
    /// Settings.
    pub settings: Settings,
    /// What was read last.
    pub cache: Option<Cache>,
    /// The plan under way.
    pub journal: Option<Journal>,
    /// Why it can't be said whether there is one.
    pub unread: Option<Unknown>,
    /// Settled plans.
    pub records: Vec<Record>,
}
