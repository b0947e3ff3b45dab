//! The kinds of plans there are, for tests that take each of them.

use gatewright::plan::Kind;

/// All kinds. Who uses it has a `match` that doesn't compile without a new one; put it in here too.
pub const KINDS: [Kind; 12] = [
    Kind::ProtectSite,
    Kind::ProtectDomain,
    Kind::FinishProtection,
    Kind::RemoveProtection,
    Kind::PutBack,
    Kind::SetAuthentikHost,
    Kind::CreateOidcApp,
    Kind::AddOrigin,
    Kind::MoveApp,
    Kind::AddApplication,
    Kind::Detach,
    Kind::RepairProvider,
];
