//! What can happen to the app, and what it can ask for.

use serde_json::Value;

use super::code::Form;
use super::connect::{ConnectFailure, Established};
use super::gate::{self, Gate};
use super::people::People;
use super::verify::Evidence;
use super::why::{Healths, WhyEvent};
use super::{Loaded, ReviewField, Route, SiteReading, Tried, WhoGetsIn};
use crate::authentik::certificates::Keypair;
use crate::authentik::flows::Flow;
use crate::authentik::groups::Group;
use crate::authentik::outposts::Outpost;
use crate::authentik::providers_oauth2::{ClientSecret, Details};
use crate::authentik::scope_mappings::ScopeMapping;
use crate::authentik::users::Person;
use crate::authentik::{ApiError, ApiToken, BaseUrl};
use crate::catalogue::{Catalogue, Sure};
use crate::plan::snippets::Snippet;
use crate::plan::{Choice, Journal, Order, Plan, Record, Reply};
use crate::session::{Cache, Keep, Settings, Unknown, Who};
use crate::site::Origin;

/// Something happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// What was kept has been read.
    Loaded(Box<Loaded>),
    /// Somebody went to a screen.
    Go(Route),
    /// The field "authentik URL".
    AddressTyped(String),
    /// The field "API token".
    TokenTyped(String),
    /// "Keep the token".
    KeepChosen(Keep),
    /// The confirmation for plain http.
    ReadableConfirmed(bool),
    /// "Connect".
    ConnectPressed,
    /// The browser's answer about the host.
    HostAnswered(bool),
    /// Connecting ended.
    Tried(Box<Result<Established, ConnectFailure>>),
    /// Who the token is was read again.
    WhoRead(Option<Who>),
    /// "Disconnect"; with true although a change is unfinished.
    DisconnectPressed(bool),
    /// Everything was forgotten; false if something could not be removed.
    Disconnected(bool),
    /// "Check again".
    CheckAgain,
    /// A look at authentik came back.
    SiteRead(Box<SiteReading>),
    /// "Protect this site".
    ProtectPressed,
    /// Something about an OIDC app.
    Oidc(OidcEvent),
    /// Something about "Why doesn't the gate work?".
    Why(WhyEvent),
    /// Whether outposts are connected came.
    HealthRead(Healths),
    /// Something about whether a gate holds.
    Gate(GateEvent),
    /// Something about "As code".
    Code(CodeEvent),
    /// "Remove protection".
    RemovePressed,
    /// "Put them back", of what was told about the plan with this id.
    PutBackPressed(String),
    /// The repair of an outpost's `authentik_host`.
    HostRepairPressed(Box<Outpost>, String),
    /// Flows and groups came.
    ChoicesRead(Result<Vec<Flow>, ApiError>, Result<Vec<Group>, ApiError>),
    /// Who gets in through the application that a review would delete.
    HangingRead(Result<Vec<String>, ApiError>),
    /// What came of trying to read the application with this slug.
    ReadingTried(String, Tried),
    /// A field of the review.
    ReviewTyped(ReviewField, String),
    /// "Who gets in".
    WhoChosen(WhoGetsIn),
    /// "Apply".
    ApplyPressed,
    /// "Cancel".
    CancelPressed,
    /// The worker answered an order.
    Replied(Reply),
    /// The worker did not answer: the browser ended it over the order, or it could not be started.
    WorkerSilent,
    /// The journal changed.
    JournalChanged(Option<Box<Journal>>),
    /// The journal can't be read.
    JournalUnread(Unknown),
    /// "Forget it", for a journal that can't be read; with true after the warning.
    ForgetPressed(bool),
    /// The records changed.
    RecordsChanged(Vec<Record>),
    /// "Undo" of the plan with this id.
    UndoPressed(String),
    /// The answer to the question about an unfinished plan.
    Answered(Choice),
    /// The end of a plan was seen.
    EndSeen,
    /// A snippet was chosen.
    SnippetChosen(Snippet),
    /// "Outpost address as your proxy sees it".
    OutpostAddressTyped(String),
    /// "Ask before applying".
    AskChosen(bool),
    /// "Copy".
    CopyPressed(String),
    /// Copying ended.
    Copied(bool),
    /// A link to a page elsewhere.
    OpenPressed(String),
    /// A link to a page of ours in a tab of its own.
    OpenOwnPressed(Route),
    /// "Find people".
    PeopleTyped(String),
    /// Nobody typed for a moment.
    PeopleSettled(u32),
    /// People were found.
    PeopleFound(u32, Result<(Vec<Person>, i64), ApiError>),
    /// An arrow key in the list.
    PeopleStepped(isize),
    /// The keyboard's row, or a row that was pressed.
    PersonOpened(Option<i64>),
    /// A person was read.
    PersonRead(Result<Person, ApiError>),
    /// The note at the bottom has been there long enough.
    ToastOver,
}

/// Something happened that is about whether a gate holds.
#[derive(Clone, Debug)]
pub enum GateEvent {
    /// "Verify" on another screen: to the screen that does.
    Pressed,
    /// "Check again" there.
    Again,
    /// What was asked, about which gate; whether Gatewright may ask the site itself.
    Verified(Box<(Gate, gate::Evidence)>),
    /// "Let Gatewright check this site".
    LetPressed,
    /// The browser's answer to that.
    HostAnswered(bool),
    /// "Take the permission back".
    GiveBackPressed,
    /// Whether it is gone.
    GivenBack(bool),
    /// "Try as a stranger".
    StrangerPressed,
    /// Whether the browser opened a private window.
    StrangerOpened(bool),
}

/// Something happened that is about "As code".
#[derive(Clone, Debug)]
pub enum CodeEvent {
    /// "As code".
    Pressed,
    /// A form.
    Chosen(Form),
    /// "Try again".
    Again,
    /// The answer to a question; none where the module could not be loaded.
    Written(Box<(Value, Option<Value>)>),
    /// "Back".
    Closed,
}

/// Something happened that is about an OIDC app.
#[derive(Clone, Debug)]
pub enum OidcEvent {
    /// "Create OIDC app".
    CreatePressed,
    /// "Add this origin to an existing app".
    AddOriginPressed,
    /// "Move an app to this address".
    MoveAppPressed,
    /// The catalogue was read, and the page looked at.
    Recognised(Box<Recognition>),
    /// Keys and scope mappings came.
    KeysRead(Result<Vec<Keypair>, ApiError>, Result<Vec<ScopeMapping>, ApiError>),
    /// A client id was made.
    ClientIdMade(String),
    /// The field "Service".
    ServiceTyped(String),
    /// An arrow key in its list.
    ServiceStepped(isize),
    /// A row of its list, or the one that the keyboard is on.
    ServiceChosen(Option<usize>),
    /// The list was left.
    ServiceLeft,
    /// What the tab perhaps shows is what it shows.
    GuessTaken,
    /// An answer to a question of the catalogue, by its name.
    AskedTyped(String, String),
    /// "Show client ID and secret".
    DetailsPressed,
    /// "Back" from there.
    DetailsClosed,
    /// The secret was found where the worker left it.
    SecretFound(ClientSecret),
    /// The provider was read.
    SecretRead(Result<Box<Details>, ApiError>),
    /// "Show" and "Hide".
    SecretShown(bool),
    /// "Copy" of a text that holds the secret.
    SecretCopied(ClientSecret),
    /// That copying ended.
    SecretCopyEnded(bool),
    /// The clipboard was emptied.
    ClipboardEmptied(bool),
    /// A form of the service's settings.
    SettingsChosen(usize),
    /// A random text was made for a service that wants one.
    RandomMade(String),
    /// "Verify".
    VerifyPressed,
    /// What it read.
    Verified(Box<Evidence>),
}

/// What the tab shows.
#[derive(Clone, Debug, Default)]
pub struct Recognition {
    /// The services; none if they could not be read.
    pub catalogue: Option<Catalogue>,
    /// The service that it looks like: its id, and how sure that is.
    pub guess: Option<(String, Sure)>,
    /// The page's icon, where authentik could show it; may be empty.
    pub icon: String,
}

/// Something is to be done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask the browser for this origin. Carried out within the click, before any await.
    AskForHost(String),
    /// Try a connection, and keep it if it works.
    Try(BaseUrl, ApiToken, Keep),
    /// Read who the token is.
    ReadWho,
    /// Forget everything, and give back every host: authentik, and the sites that "Verify" asked.
    Disconnect,
    /// Look at authentik: all of it, or only what a protected site needs.
    ReadSite {
        /// The OAuth2 providers and applications too.
        all: bool,
    },
    /// Keep what was read, for the next opening.
    Remember(Box<Cache>),
    /// Read whether the outposts with these UUIDs are connected.
    ReadHealth(Vec<String>),
    /// Read all that "Why doesn't the gate work?" needs for a site.
    AskWhy(Box<Origin>),
    /// Read flows and groups.
    ReadChoices,
    /// Try to read bindings, and the application with this slug, which isn't there as far as the lists tell: "not found" says that it isn't,
    /// and a refusal that what is made could not be found again.
    TryReading(String),
    /// Read who gets in through the application with this UUID.
    ReadHanging(String),
    /// Read the catalogue, and look at the page.
    Recognise,
    /// Read keys and scope mappings.
    ReadKeys,
    /// Make a client id.
    MakeClientId,
    /// Make a random text.
    MakeRandom,
    /// Find a client secret: where the worker left it, else in authentik.
    ReadSecret {
        /// The plan that it was made for.
        plan: Option<String>,
        /// The provider's key, where it is known.
        provider: Option<i64>,
        /// The application's slug, where it isn't.
        slug: String,
    },
    /// Copy a text that holds a secret.
    CopySecret(ClientSecret),
    /// Empty the clipboard in a minute.
    EmptyClipboard,
    /// Read what "Verify" needs about the application with this slug.
    Verify(String),
    /// Have this written as code.
    WriteCode(Value),
    /// Ask what a verdict about a gate needs.
    VerifyGate(Box<Gate>),
    /// Ask the browser for a site's origin. Carried out within the click, before any await.
    AskForSite(String),
    /// Give the permission for a site's origin back.
    GiveBack(String),
    /// Open an address in a private window.
    OpenPrivate(String),
    /// Order the worker; a plan gets its id on the way.
    Send(Order),
    /// Order the worker to carry out a plan.
    Apply(Box<Plan>),
    /// Keep the settings.
    SaveSettings(Settings),
    /// Copy a text.
    Copy(String),
    /// Open an address.
    Open(String),
    /// Open a page of ours in a tab.
    OpenOwn(Route),
    /// Write the route to the location.
    ShowRoute(Route),
    /// Wait until nobody types.
    SettlePeople(u32),
    /// Search.
    SearchPeople(u32, String),
    /// Read a person.
    ReadPerson(i64),
    /// Take the note away after a while.
    EndToast,
}

impl Event {
    /// Whether it brings the news that authentik doesn't take the token any more. Connecting looks after that itself.
    pub(super) fn found_bad_token(&self) -> bool {
        let error = match self {
            Self::PeopleFound(_, answer) => answer.as_ref().err(),
            Self::PersonRead(answer) => answer.as_ref().err(),
            Self::HangingRead(answer) => answer.as_ref().err(),
            Self::Oidc(OidcEvent::SecretRead(answer)) => answer.as_ref().err(),
            Self::Oidc(OidcEvent::Verified(evidence)) => evidence.provider.as_ref().err(),
            _ => None,
        };
        error.is_some_and(ApiError::is_bad_token)
    }
}

impl Effect {
    /// Whether it asks the instance: an answer that comes after the connection has changed is dropped.
    pub fn asks(&self) -> bool {
        matches!(
            self,
            Self::ReadWho
                | Self::ReadSite { .. }
                | Self::ReadHealth(_)
                | Self::AskWhy(_)
                | Self::ReadChoices
                | Self::ReadHanging(_)
                | Self::TryReading(_)
                | Self::ReadKeys
                | Self::ReadSecret { .. }
                | Self::Verify(_)
                | Self::VerifyGate(_)
                | Self::WriteCode(_)
                | Self::SearchPeople(..)
                | Self::ReadPerson(_)
        )
    }
}

impl People {
    /// The effects of what was typed.
    pub(super) fn search_soon(&mut self, words: String) -> Vec<Effect> {
        self.typed(words).map(Effect::SettlePeople).into_iter().collect()
    }
}
