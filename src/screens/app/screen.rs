//! Which screen is drawn.

use super::{App, Route, Work};
use crate::session::Unknown;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// What was kept is being read.
    Loading,
    /// Not connected, in the popup: the way to the form.
    Welcome,
    /// The form that connects.
    Connect,
    /// The tab's site.
    Site,
    /// The review of a change.
    Review,
    /// A plan that is under way or has just ended.
    Work(Work),
    /// It can't be said whether one is under way.
    Unread(Unknown),
    /// What the service of an app has to be told.
    Details,
    /// "Why doesn't the gate work?"
    Why,
    /// Whether the gate holds.
    Verify,
    /// A change, or what exists, as code.
    Code,
    /// People.
    People,
    /// One person.
    Person,
    /// Settings.
    More,
}

impl App {
    /// Which screen is drawn.
    pub fn screen(&self) -> Screen {
        if !self.ready {
            return Screen::Loading;
        }
        if self.access.is_none() || self.route == Route::Connect {
            return if self.full_page { Screen::Connect } else { Screen::Welcome };
        }
        match &self.route {
            Route::People(_) => Screen::People,
            Route::Person(_) => Screen::Person,
            Route::More => Screen::More,
            Route::Verify => Screen::Verify,
            Route::Code => Screen::Code,
            _ => match self.work() {
                _ if self.unread.is_some() => Screen::Unread(self.unread.unwrap_or(Unknown::Storage)),
                // What a later look told brought "Done" back: it waits until the review is closed.
                None | Some(Work::Done) if self.review.is_some() => Screen::Review,
                Some(work) => Screen::Work(work),
                None if self.details.is_some() => Screen::Details,
                None if self.why.is_some() => Screen::Why,
                None => Screen::Site,
            },
        }
    }
}
