//! Another spelling of the tab's host that a person may have meant: without the dot at the end, with or without `www.`

use super::{Inventory, Origin, Status, status_of};
use crate::authentik::{BaseUrl, WebUrl};

/// An address beside the tab's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nearby {
    /// The tab's host ends with a dot, which makes it another host for the browser and for an outpost; this one doesn't.
    WithoutDot(Origin),
    /// The tab's host is not protected, and this one, which differs by `www.`, is.
    Www(Origin),
}

/// The address that should be told of beside the tab's, if there is one.
pub fn nearby(
    origin: &Origin,
    base: &BaseUrl,
    inventory: &Inventory,
    parse: impl Fn(&str) -> Option<WebUrl> + Copy,
) -> Option<Nearby> {
    let status = |origin: &Origin| status_of(origin, base, inventory, parse);
    if status(origin) == Status::Authentik {
        return None;
    }
    if let Some(dotless) = origin.without_dot() {
        return Some(Nearby::WithoutDot(dotless));
    }
    let other = origin.other_www()?;
    let open = matches!(status(origin), Status::NotProtected);
    (open && matches!(status(&other), Status::Protected(_))).then_some(Nearby::Www(other))
}
