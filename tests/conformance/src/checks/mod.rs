//! Facts about the API that the product rests on, a file for each subject.

mod access;
mod applications;
mod events;
mod keys;
mod oauth2;
mod outposts;
mod pages;
mod people;
mod proxies;
mod refusals;
mod server;
mod transaction;
mod transaction_refused;

use crate::check::Check;

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Check> {
    let subjects = [
        server::CHECKS,
        refusals::CHECKS,
        pages::CHECKS,
        people::CHECKS,
        transaction::CHECKS,
        transaction_refused::CHECKS,
        applications::CHECKS,
        access::CHECKS,
        proxies::CHECKS,
        oauth2::CHECKS,
        keys::CHECKS,
        outposts::CHECKS,
        events::CHECKS,
        crate::readers::CHECKS,
    ];
    subjects.into_iter().flatten()
}
