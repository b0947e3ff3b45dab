//! What can be wrong with a gate.

use crate::authentik::outposts::Outpost;
use crate::authentik::providers_proxy::ProxyProvider;

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub what: Finding,
    /// How sure it is that this keeps the gate from working.
    pub sure: Sure,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// The gate can't work like that.
    Certain,
    /// Most likely that is it.
    Probably,
    /// It may be that, or be as somebody wants it.
    Perhaps,
}

/// What was found, with what its repair needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// authentik holds no gate for the site any more.
    NoGate,
    /// A provider in mode `proxy` takes over authentik's own address.
    TakesAuthentik(ProxyProvider),
    /// The provider has no application.
    NoApplication(ProxyProvider),
    /// The provider is in no outpost.
    NoOutpost(ProxyProvider),
    /// Several providers are for its host in the same outpost.
    Twice(Vec<ProxyProvider>),
    /// An outpost is not connected: its name, and whether it is the embedded one.
    NotConnected(String, bool),
    /// An outpost was last heard of so many minutes ago.
    Silent(String, i64),
    /// An outpost is of another release than authentik: its name, its release, and authentik's.
    Release(String, String, String),
    /// The embedded outpost sends browsers elsewhere, or nowhere.
    AuthentikHost(Outpost),
    /// The reverse proxy asks in a way that the outpost reported, so many times in the last 24 hours.
    Reported(Asks, usize),
    /// The provider's address is not what it should be, and what it should be.
    Address(Address, ProxyProvider, String),
    /// The cookie domain doesn't hold the provider's address, and a proposal.
    CookieDomain(ProxyProvider, String),
    /// Domain-level, and the site has a port, which outposts compare too: host and port.
    Port(String),
    /// These lines open everything, and what is left without them.
    OpensEverything(ProxyProvider, Vec<String>, String),
    /// authentik is asked over https and takes the request for a readable one.
    SeenReadable,
    /// authentik is asked under its address and sees this host.
    SeenAs(String),
}

/// What is wrong with an `external_host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// It has a path or a query.
    Path,
    /// It begins with `http:` and the site with `https:`.
    Readable,
    /// It is spelled otherwise than browsers send it: capital letters, the default port, a dot at the end.
    Spelling,
}

/// Who asked the outpost, and what it reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Traefik, without the headers that name the address.
    Traefik,
    /// nginx, without the header that names the address.
    Nginx,
    /// Caddy, without the headers that name the address.
    Caddy,
    /// Anything else, in authentik's own words.
    Other(String),
}
