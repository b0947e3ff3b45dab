//! "Why doesn't the gate work?": what is read for it, and what each finding says and is put right by.

use futures_util::future::join;

use super::review::Subject;
use super::{Ground, Outside, SiteReading};
use crate::authentik::admin::{self, System};
use crate::authentik::events::{self, Event as Recorded};
use crate::authentik::outposts::{self, Health};
use crate::authentik::{Access, ApiError, BaseUrl};
use crate::doctor::{Address, Asks, Chart, Finding, Found, Sure, diagnose};
use crate::plan::{Field, Repair};
use crate::ports::{Http, ask, page, side_by_side};
use crate::site::{Inventory, Origin, status_of};
use crate::words::{error_text, fill, why_words};

/// The screen.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Diagnosis {
    /// Something is being read.
    pub looking: bool,
    /// What was found; none until it was looked.
    pub found: Option<Vec<Found>>,
    /// What could not be read, and why.
    pub unread: Vec<(Unread, ApiError)>,
    /// Diagnosis nothing could be looked at.
    pub error: Option<ApiError>,
}

/// What a check could not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The outpost's processes.
    Health,
    /// authentik's events.
    Events,
    /// How authentik sees requests.
    System,
}

/// What happens on the screen.
#[derive(Clone, Debug)]
pub enum WhyEvent {
    /// "Why doesn't the gate work?", and "Check again" there.
    Pressed,
    /// "Back".
    Closed,
    /// It was looked.
    Looked(Box<Look>),
    /// The repair of the finding with this number.
    RepairPressed(usize),
}

/// What a look brought.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Providers and outposts, for the Site screen and the reviews too.
    pub reading: SiteReading,
    /// The processes of the outposts that serve the gate, by UUID.
    pub health: Vec<(String, Vec<Health>)>,
    /// What outposts and server have reported.
    pub events: Option<Vec<Recorded>>,
    /// How authentik sees our request.
    pub system: Option<System>,
    /// What could not be read.
    pub unread: Vec<(Unread, ApiError)>,
}

/// Health of outposts, by UUID.
pub type Healths = Vec<(String, Result<Vec<Health>, ApiError>)>;

/// Asks for the health of outposts side by side.
pub async fn read_health(http: &impl Http, access: &Access, outposts: &[String]) -> Healths {
    let calls: Vec<_> = outposts.iter().map(|pk| outposts::health(pk)).collect();
    let answers = side_by_side(calls.iter().map(|call| ask(http, access, call))).await;
    outposts.iter().cloned().zip(answers).collect()
}

/// Looks at the gate of a site: `reading` was read a moment ago.
pub async fn look(outside: &impl Outside, access: &Access, origin: &Origin, reading: SiteReading) -> Look {
    let mut look = Look { reading, ..Look::default() };
    let mut inventory = Inventory::default();
    look.reading.clone().into_inventory(&mut inventory);
    let status = status_of(origin, &access.base, &inventory, |text| outside.parse_url(text));
    let Some(gate) = status.gate().filter(|_| look.reading.error.is_none()) else { return look };
    let serving: Vec<String> = inventory.outposts_of(gate.pk).map(|outpost| outpost.pk.clone()).collect();
    let others = join(read_events(outside, access), read_system(outside, access));
    let (health, (events, system)) = join(read_health(outside, access, &serving), others).await;
    for (pk, answer) in health {
        match answer {
            Ok(processes) => look.health.push((pk, processes)),
            Err(error) if look.unread.is_empty() => look.unread.push((Unread::Health, error)),
            Err(_) => {}
        }
    }
    let mut or_unread = |what, error| look.unread.push((what, error));
    look.events = events.map_err(|error| or_unread(Unread::Events, error)).ok();
    look.system = system.map_err(|error| or_unread(Unread::System, error)).ok();
    look
}

impl Look {
    /// What is wrong, by what was read.
    pub fn judge(&self, origin: &Origin, ground: &Ground) -> Vec<Found> {
        let status = status_of(origin, ground.base, ground.inventory, ground.parse);
        let Some(gate) = status.gate() else {
            return vec![Found { what: Finding::NoGate, sure: Sure::Certain }];
        };
        diagnose(&Chart {
            origin,
            base: ground.base,
            gate,
            inventory: ground.inventory,
            health: &self.health,
            events: self.events.as_deref(),
            system: self.system.as_ref(),
            now: seconds(self.reading.at),
            parse: ground.parse,
            matches: ground.matches,
        })
    }
}

#[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are whole and fit")]
fn seconds(now: f64) -> i64 {
    (now / 1000.0) as i64
}

/// The newest fifty: what has ended is not looked for.
async fn read_events(http: &impl Http, access: &Access) -> Result<Vec<Recorded>, ApiError> {
    let list = events::list("configuration_error").by(50);
    let first = page(http, access, &list.pages, 1).await?;
    list.rows(&[first])
}

async fn read_system(http: &impl Http, access: &Access) -> Result<System, ApiError> {
    ask(http, access, &admin::system()).await
}

/// What a finding says.
pub fn says(finding: &Finding, base: &BaseUrl) -> String {
    let words = why_words();
    match finding {
        Finding::NoGate => words.found_no_gate.into(),
        Finding::TakesAuthentik(proxy) => fill(words.found_takes_authentik, &[("name", &proxy.name)]),
        Finding::NoApplication(proxy) => fill(words.found_no_application, &[("name", &proxy.name)]),
        Finding::NoOutpost(proxy) => fill(words.found_no_outpost, &[("name", &proxy.name)]),
        Finding::Twice(twins) => {
            let names: Vec<&str> = twins.iter().map(|twin| twin.name.as_str()).collect();
            fill(words.found_twice, &[("names", &names.join(", "))])
        }
        Finding::NotConnected(name, embedded) => {
            let what = fill(words.found_not_connected, &[("outpost", name)]);
            format!("{what} {}", if *embedded { words.not_connected_embedded } else { words.not_connected_other })
        }
        Finding::Silent(name, minutes) => {
            fill(words.found_silent, &[("outpost", name), ("minutes", &minutes.to_string())])
        }
        Finding::Release(name, has, should) => {
            fill(words.found_release, &[("outpost", name), ("has", has), ("should", should)])
        }
        Finding::AuthentikHost(outpost) => {
            let empty = outpost.authentik_host.is_empty();
            let template = if empty { words.found_authentik_host } else { words.found_authentik_host_other };
            let values =
                [("outpost", outpost.name.as_str()), ("now", &outpost.authentik_host), ("host", &base.to_string())];
            fill(template, &values)
        }
        Finding::Reported(asks, count) => {
            let (template, message) = match asks {
                Asks::Traefik => (words.found_reported_traefik, ""),
                Asks::Nginx => (words.found_reported_nginx, ""),
                Asks::Caddy => (words.found_reported_caddy, ""),
                Asks::Other(message) => (words.found_reported_other, message.as_str()),
            };
            fill(template, &[("count", &count.to_string()), ("message", message)])
        }
        Finding::Address(wrong, proxy, _) => {
            let template = match wrong {
                Address::Path => words.found_address_path,
                Address::Readable => words.found_address_readable,
                Address::Spelling => words.found_address_spelling,
            };
            fill(template, &[("name", &proxy.name), ("now", &proxy.external_host)])
        }
        Finding::CookieDomain(proxy, _) => {
            fill(words.found_cookie_domain, &[("name", &proxy.name), ("now", &proxy.cookie_domain)])
        }
        Finding::Port(host) => fill(words.found_port, &[("host", host)]),
        Finding::OpensEverything(proxy, lines, _) => {
            let shown = |line: &String| if line.is_empty() { words.blank_line.to_owned() } else { line.clone() };
            let lines: Vec<String> = lines.iter().map(shown).collect();
            fill(words.found_opens, &[("name", &proxy.name), ("lines", &lines.join(", "))])
        }
        Finding::SeenReadable => words.found_seen_readable.into(),
        Finding::SeenAs(seen) => fill(words.found_seen_as, &[("host", base.host()), ("seen", seen)]),
    }
}

/// How sure it is.
pub fn sure(sure: Sure) -> &'static str {
    let words = why_words();
    match sure {
        Sure::Certain => words.sure_certain,
        Sure::Probably => words.sure_probably,
        Sure::Perhaps => words.sure_perhaps,
    }
}

/// What could not be looked at.
pub fn unread_says(what: Unread, why: &ApiError) -> String {
    let words = why_words();
    let template = match what {
        Unread::Health => words.unread_health,
        Unread::Events => words.unread_events,
        Unread::System => words.unread_system,
    };
    fill(template, &[("why", &error_text(why))])
}

/// The button of its repair, and what is reviewed then; none for what can't be put right from here.
pub fn repair(finding: &Finding, base: &BaseUrl) -> Option<(String, Subject)> {
    let words = why_words();
    let set = |provider, field, to: &str| Subject::Repair(Repair { provider, field, to: to.to_owned() });
    Some(match finding {
        Finding::TakesAuthentik(proxy) => (words.repair_mode.into(), set(proxy.clone(), Field::Mode, "forward_single")),
        Finding::NoApplication(proxy) => (words.add_application.into(), Subject::AddApplication(proxy.clone())),
        Finding::NoOutpost(proxy) => (words.repair_outpost.into(), Subject::Finish(proxy.clone())),
        Finding::Twice(twins) => (words.choose_kept.into(), Subject::Twice(twins.clone())),
        Finding::AuthentikHost(outpost) => {
            let host = base.to_string();
            (fill(words.repair_host, &[("host", &host)]), Subject::AuthentikHost(outpost.clone(), host))
        }
        Finding::Address(_, proxy, to) => {
            (fill(words.repair_address, &[("to", to)]), set(proxy.clone(), Field::ExternalHost, to))
        }
        Finding::CookieDomain(proxy, to) => {
            (words.set_cookie_domain.into(), set(proxy.clone(), Field::CookieDomain, to))
        }
        Finding::OpensEverything(proxy, _, rest) => {
            (words.repair_paths.into(), set(proxy.clone(), Field::SkipPaths, rest))
        }
        Finding::NoGate
        | Finding::NotConnected(..)
        | Finding::Silent(..)
        | Finding::Release(..)
        | Finding::Reported(..)
        | Finding::Port(_)
        | Finding::SeenReadable
        | Finding::SeenAs(_) => return None,
    })
}
