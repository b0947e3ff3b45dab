//! What Gatewright takes authentik to be, as one suite that can judge a server on any day: facts about its API, each a named
//! check, and every plan of the product, carried out natively and taken back.
//!
//! What it makes carries the run's [`Prefix`], and nothing else is touched: each write passes the [`Ledger`], which refuses
//! what isn't ours. At the end everything with the prefix is deleted, also after a failure, and the server's lists are
//! compared with what they were at the start.

mod answer;
mod check;
mod checks;
mod cleanup;
mod ledger;
mod lists;
mod meanwhile;
mod operations;
mod plans;
mod prefix;
mod readers;
mod report;
mod run;
mod suite;
mod target;
mod trouble;

pub use cleanup::sweep;
pub use ledger::Ledger;
pub use lists::Lists;
pub use operations::{Operation, missing, of_source};
pub use prefix::Prefix;
pub use readers::{NAMES as READERS, functions_of_source};
pub use report::{Report, Result as CheckResult};
pub use run::run;
pub use target::Target;
pub use trouble::Trouble;
