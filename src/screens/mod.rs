//! The state of each screen and what each event does to it, with no browser in sight.
//!
//! An [`Event`] changes [`App`] and asks for [`Effect`]s; [`carry_out`] does them through the ports and brings events
//! back. The views draw `App` and send events, nothing else.

mod addresses;
mod app;
mod app_form;
mod app_mappings;
mod app_troubles;
mod code;
mod connect;
mod details;
mod domain_form;
mod effects;
mod event;
mod gate;
mod gate_form;
mod left;
mod loaded;
mod people;
mod reading;
mod review;
mod review_field;
mod review_gate;
mod route;
mod session_length;
mod site;
mod verify;
mod why;
mod work;

pub use addresses::Change;
pub use app::{App, Screen, Told};
pub use app_form::{AppForm, SUBJECTS};
pub use code::{Code, Form};
pub use connect::{Connect, ConnectFailure, Established, Step as ConnectStep};
pub use details::{Details, HIDDEN, Secret, settings_text};
pub use domain_form::Cover;
pub use effects::{Outside, carry_out, is_connection, is_work, load};
pub use event::{CodeEvent, Effect, Event, GateEvent, OidcEvent, Recognition};
pub use gate::{
    Answer, Asked, Certainty, Check, Evidence as GateEvidence, Found, Gate, Holds, May, Noted, Outcome, Page, Seen,
    Why, judge,
};
pub use gate_form::Opened;
pub use left::left_of;
pub use loaded::Loaded;
pub use people::{Listing, People};
pub use reading::SiteReading;
pub use review::{MOST_GROUPS, PutBack, Review, Subject};
pub use review_field::{Ground, ReviewField, Tried, Trouble, WhoGetsIn};
pub use route::{Route, Tab};
pub use session_length::{session_text, session_value};
pub use site::{Advice, Site};
pub use verify::{Evidence, Finding, Verdict};
pub use why::{Diagnosis, Healths, Look, Unread, WhyEvent, repair, says, sure, unread_says};
pub use work::{Work, why_asked, work_of};
