//! The checks, one by one. The numbers are nobody's: each says what it looks at.

use super::{Address, Asks, Chart, Finding, Found, Sure};
use crate::authentik::events::seconds;
use crate::authentik::outposts::{Health, Outpost};
use crate::authentik::providers_proxy::ProxyProvider;
use crate::authentik::{BaseUrl, WebUrl};
use crate::site::open_paths::opens_everything;
use crate::site::{Origin, domain, is_authentik, twins_of, written_host};

/// A process that authentik has not heard of for so long, in seconds, is silent: they speak every few seconds.
const SILENT: i64 = 60;
/// So far back, in seconds, events count.
const DAY: i64 = 86_400;

/// In the order of likelihood, what makes a gate impossible first.
pub(super) const ALL: [fn(&Chart) -> Vec<Found>; 13] = [
    takes_authentik,
    no_application,
    no_outpost,
    not_connected,
    twice,
    authentik_host,
    reported,
    address,
    cookie_domain,
    opens,
    port,
    release,
    seen,
];

fn found(what: Finding, sure: Sure) -> Found {
    Found { what, sure }
}

fn origin_of(chart: &Chart, text: &str) -> Option<Origin> {
    (chart.parse)(text).and_then(|url| Origin::of(&url))
}

fn serving<'a>(chart: &'a Chart) -> impl Iterator<Item = &'a Outpost> {
    chart.inventory.outposts_of(chart.gate.pk)
}

/// Mode `proxy` on authentik's own address: as soon as an outpost serves it, nobody reaches authentik any more.
fn takes_authentik(chart: &Chart) -> Vec<Found> {
    let own = |proxy: &&ProxyProvider| {
        let origin = origin_of(chart, &proxy.external_host);
        proxy.mode == "proxy" && origin.is_some_and(|origin| is_authentik(&origin, chart.base, chart.parse))
    };
    let all = chart.inventory.proxies.iter().filter(own);
    all.map(|proxy| found(Finding::TakesAuthentik(proxy.clone()), Sure::Certain)).collect()
}

fn no_application(chart: &Chart) -> Vec<Found> {
    let none = chart.gate.application_slug.is_none();
    none.then(|| found(Finding::NoApplication(chart.gate.clone()), Sure::Certain)).into_iter().collect()
}

fn no_outpost(chart: &Chart) -> Vec<Found> {
    // With an application only: a plan that adds one puts it into an outpost, too.
    let none = chart.gate.application_slug.is_some() && serving(chart).next().is_none();
    none.then(|| found(Finding::NoOutpost(chart.gate.clone()), Sure::Certain)).into_iter().collect()
}

/// Of several outposts the reverse proxy asks one, so a single one that is away need not be it.
fn not_connected(chart: &Chart) -> Vec<Found> {
    let alone = serving(chart).count() == 1;
    let sure = if alone { Sure::Certain } else { Sure::Perhaps };
    let look = |outpost: &Outpost| {
        let (_, health) = chart.health.iter().find(|(pk, _)| *pk == outpost.pk)?;
        if health.is_empty() {
            return Some(found(Finding::NotConnected(outpost.name.clone(), outpost.embedded), sure));
        }
        let last = health.iter().filter_map(|process| seconds(&process.last_seen)).max()?;
        let silent = chart.now - last;
        // By this computer's clock, which may go wrong.
        (silent > SILENT).then(|| {
            found(Finding::Silent(outpost.name.clone(), silent / 60), if alone { Sure::Probably } else { sure })
        })
    };
    serving(chart).filter_map(look).collect()
}

fn twice(chart: &Chart) -> Vec<Found> {
    let twins: Vec<ProxyProvider> = twins_of(chart.gate, chart.inventory, chart.parse).into_iter().cloned().collect();
    // A gate that is not served has none.
    let several = twins.len() > 1;
    several.then(|| found(Finding::Twice(twins), Sure::Certain)).into_iter().collect()
}

/// Whether an outpost's `authentik_host` leads browsers to this instance.
pub fn points_at(authentik_host: &str, base: &BaseUrl) -> bool {
    BaseUrl::from_kept(authentik_host).is_some_and(|host| host.origin() == base.origin())
}

fn authentik_host(chart: &Chart) -> Vec<Found> {
    let elsewhere = |outpost: &&Outpost| outpost.embedded && !points_at(&outpost.authentik_host, chart.base);
    let sure = |outpost: &Outpost| if outpost.authentik_host.is_empty() { Sure::Certain } else { Sure::Perhaps };
    let all = serving(chart).filter(elsewhere);
    all.map(|outpost| found(Finding::AuthentikHost(outpost.clone()), sure(outpost))).collect()
}

/// What an outpost reports about a reverse proxy that asks it wrongly (`configuration_error`).
fn reported(chart: &Chart) -> Vec<Found> {
    let (gate, authority) = (chart.gate, chart.origin.authority());
    let mut all: Vec<(Asks, usize)> = Vec::new();
    for event in chart.events.unwrap_or_default() {
        let about = event.provider == Some(gate.pk)
            || (!event.provider_name.is_empty() && event.provider_name == gate.name)
            || event.host == authority;
        let recent = seconds(&event.created).is_some_and(|at| chart.now - at <= DAY);
        if !about || !recent || event.message.is_empty() {
            continue;
        }
        let asks = asks_of(&event.message);
        match all.iter_mut().find(|(known, _)| *known == asks) {
            Some((_, count)) => *count += 1,
            None => all.push((asks, 1)),
        }
    }
    all.into_iter().map(|(asks, count)| found(Finding::Reported(asks, count), Sure::Probably)).collect()
}

/// "Outpost x (Provider y) failed to detect a forward URL from Traefik": `mode_forward.go` of outpost/proxyv2.
/// The end counts, since names may stand before it.
fn asks_of(message: &str) -> Asks {
    match message.rsplit_once("failed to detect a forward URL from ").map(|(_, who)| who.trim()) {
        Some(who) if who.eq_ignore_ascii_case("traefik") => Asks::Traefik,
        Some(who) if who.eq_ignore_ascii_case("nginx") => Asks::Nginx,
        Some(who) if who.eq_ignore_ascii_case("caddy") => Asks::Caddy,
        _ => Asks::Other(message.to_owned()),
    }
}

/// `external_host` is scheme and host: the server and the outpost make different callbacks of a path, and the outpost
/// compares the host to the letter.
fn address(chart: &Chart) -> Vec<Found> {
    let gate = chart.gate;
    let Some(url) = (chart.parse)(&gate.external_host) else { return Vec::new() };
    let Some(host) = Origin::of(&url) else { return Vec::new() };
    let host = host.without_dot().unwrap_or(host);
    let readable = url.scheme == "http" && chart.origin.scheme() == "https";
    let scheme = if readable { "https" } else { url.scheme.as_str() };
    let wrong = if is_longer(&url, &gate.external_host) {
        Address::Path
    } else if readable {
        Address::Readable
    } else if written_host(&gate.external_host) != host.authority() {
        Address::Spelling
    } else {
        return Vec::new();
    };
    let sure = match wrong {
        Address::Spelling if gate.is_domain_level() => Sure::Perhaps,
        Address::Spelling => Sure::Certain,
        _ => Sure::Probably,
    };
    vec![found(Finding::Address(wrong, gate.clone(), format!("{scheme}://{}", host.authority())), sure)]
}

fn is_longer(url: &WebUrl, text: &str) -> bool {
    url.path.len() > 1 || text.contains(['?', '#'])
}

/// A browser refuses a cookie for a domain that doesn't hold the host that sets it, and for a top-level domain.
fn cookie_domain(chart: &Chart) -> Vec<Found> {
    let finding = cookie_domain_of(chart.gate, chart.parse);
    finding.map(|finding| found(finding, Sure::Certain)).into_iter().collect()
}

/// What is wrong with the cookie domain of a domain-level provider, with a proposal: what its address is a part of.
pub fn cookie_domain_of(gate: &ProxyProvider, parse: impl Fn(&str) -> Option<WebUrl>) -> Option<Finding> {
    let host = parse(&gate.external_host).filter(|_| gate.is_domain_level())?.host;
    if gate.domain_holds(&host) && !domain::is_shared(&gate.domain()) {
        return None;
    }
    let to = domain::proposed(&host).unwrap_or(&host).to_owned();
    Some(Finding::CookieDomain(gate.clone(), to))
}

/// The lines of `skip_path_regex` that let everybody in.
fn opens(chart: &Chart) -> Vec<Found> {
    let gate = chart.gate;
    let opens = |line: &&str| opens_everything(line, gate.is_domain_level(), chart.matches);
    // A blank line between others is an expression too, which is found everywhere.
    let (wide, kept): (Vec<&str>, Vec<&str>) = gate.skip_path_regex.split('\n').partition(opens);
    if wide.is_empty() || gate.skip_path_regex.is_empty() {
        return Vec::new();
    }
    let kept: Vec<&str> = kept.into_iter().map(str::trim).filter(|line| !line.is_empty()).collect();
    let wide = wide.into_iter().map(str::to_owned).collect();
    vec![found(Finding::OpensEverything(gate.clone(), wide, kept.join("\n")), Sure::Certain)]
}

/// The outpost compares the end of the host with the domain, and the port stands there.
fn port(chart: &Chart) -> Vec<Found> {
    let authority = chart.origin.authority();
    let apart = chart.gate.is_domain_level() && authority != chart.origin.host();
    apart.then(|| found(Finding::Port(authority), Sure::Perhaps)).into_iter().collect()
}

fn release(chart: &Chart) -> Vec<Found> {
    let differs = |process: &&Health| {
        !process.version.is_empty() && !process.version_should.is_empty() && process.version != process.version_should
    };
    let look = |outpost: &Outpost| {
        let (_, health) = chart.health.iter().find(|(pk, _)| *pk == outpost.pk)?;
        let process = health.iter().find(differs)?;
        let (has, should) = (process.version.clone(), process.version_should.clone());
        Some(found(Finding::Release(outpost.name.clone(), has, should), Sure::Perhaps))
    };
    serving(chart).filter_map(look).collect()
}

/// What a reverse proxy in front of authentik has to say, and be trusted with (from 2026.8 only from known networks).
fn seen(chart: &Chart) -> Vec<Found> {
    let Some(system) = chart.system else { return Vec::new() };
    let Some(base) = origin_of(chart, chart.base.origin()) else { return Vec::new() };
    let host = origin_of(chart, &format!("{}://{}", base.scheme(), system.http_host));
    let mut all = Vec::new();
    if host.is_some_and(|host| host.authority() != base.authority()) {
        all.push(found(Finding::SeenAs(system.http_host.clone()), Sure::Probably));
    }
    if base.scheme() == "https" && !system.is_secure {
        all.push(found(Finding::SeenReadable, Sure::Probably));
    }
    all
}
