//! Every plan of the product, carried out by its worker, looked at in authentik, and undone.

mod drive;
mod gates;
mod oidc;
mod outposts;
mod repairs;

use gatewright::plan::Kind;
use gatewright_it::KINDS;

use crate::check::Check;

/// A check for each kind of plan. The `match` doesn't compile without a new one.
pub fn all() -> impl Iterator<Item = &'static Check> {
    KINDS.into_iter().map(|kind| match kind {
        Kind::ProtectSite => &gates::CHECKS[0],
        Kind::ProtectDomain => &gates::CHECKS[1],
        Kind::FinishProtection => &gates::CHECKS[2],
        Kind::RemoveProtection => &gates::CHECKS[3],
        Kind::CreateOidcApp => &oidc::CHECKS[0],
        Kind::AddOrigin => &oidc::CHECKS[1],
        Kind::MoveApp => &oidc::CHECKS[2],
        Kind::SetAuthentikHost => &outposts::CHECKS[0],
        Kind::PutBack => &outposts::CHECKS[1],
        Kind::Detach => &outposts::CHECKS[2],
        Kind::AddApplication => &repairs::CHECKS[0],
        Kind::RepairProvider => &repairs::CHECKS[1],
    })
}
