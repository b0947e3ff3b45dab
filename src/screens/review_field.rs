//! The fields of reviews, what can be wrong with them, and what they are judged by.

use crate::authentik::{BaseUrl, Release, WebUrl};
use crate::catalogue::Catalogue;
use crate::site::Inventory;
use crate::site::open_paths::Matches;

/// Who gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum WhoGetsIn {
    /// Everyone who can sign in.
    #[default]
    Everyone,
    /// Only members of the chosen groups.
    Groups,
}

/// What a review is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// What authentik holds.
    pub inventory: &'a Inventory,
    /// Where it is.
    pub base: &'a BaseUrl,
    /// Its release, where it was told.
    pub release: Option<&'a Release>,
    /// The services, once they were read.
    pub catalogue: Option<&'a Catalogue>,
    /// The platform's URL parser.
    pub parse: fn(&str) -> Option<WebUrl>,
    /// The platform's regular expressions.
    pub matches: Matches,
}

impl Ground<'_> {
    /// Whether it is this release or a later one; not, where it wasn't told.
    pub fn at_least(&self, year: u16, month: u16) -> bool {
        self.release.is_some_and(|release| release.at_least(year, month))
    }
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewField {
    /// Name of application and provider.
    Name,
    /// Slug of the application.
    Slug,
    /// Where people open the site.
    ExternalUrl,
    /// UUID of the outpost.
    Outpost,
    /// How long a session lasts.
    Session,
    /// The groups.
    Groups,
    /// What is typed to find a group.
    FindGroup,
    /// A provider to put back: its key.
    Provider,
    /// A path of the catalogue that stays open, by its place there.
    OpenPath(u8),
    /// This site (`site`), or its whole domain (`domain`).
    Cover,
    /// The domain that is covered.
    CookieDomain,
    /// Where a domain's logins come back.
    AuthUrl,
    /// Paths that stay open, a regular expression a line.
    OpenLines,
    /// Which service it is.
    Service,
    /// Where a login may lead, a line each.
    Redirects,
    /// Where a logout may lead, a line each.
    PostLogout,
    /// Where people open the application.
    LaunchUrl,
    /// Address of an icon.
    Icon,
    /// Heading that the application stands under.
    Group,
    /// Where a logout is told to the service.
    LogoutUri,
    /// How: `backchannel` or `frontchannel`.
    LogoutMethod,
    /// UUID.
    AuthorizationFlow,
    /// UUID.
    InvalidationFlow,
    /// UUID of the signing key; empty for a new one.
    Key,
    /// What `sub` is made of.
    Subject,
    /// How long an access token is good.
    AccessValidity,
    /// How long a refresh token is good.
    RefreshValidity,
    /// What the service calls itself.
    ClientId,
    /// The answer to a question of the catalogue, by its place there.
    Asked(u8),
    /// An optional mapping of the catalogue, by its place there.
    Optional(u8),
    /// An app that is there: the key of its provider.
    App,
    /// Which of several providers for one host is kept: its key.
    Keep,
}

/// What came of trying to read an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// There is none.
    Free,
    /// There is one, which the lists did not show.
    Taken,
    /// The token may not read applications.
    Refused,
}

/// What speaks against applying, and beside which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The field.
    pub field: ReviewField,
    /// What to do, for a person.
    pub says: String,
    /// Nothing can be applied before it is mended; else it is only said.
    pub blocks: bool,
}
