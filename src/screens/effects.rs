//! Carries effects out through the ports, and brings events back.

use std::pin::pin;

use futures_util::future::{Either, join, join4, select};

use super::connect::{ConnectFailure, Established};
use super::event::{CodeEvent, Effect, Event, GateEvent, OidcEvent, Recognition};
use super::why::WhyEvent;
use super::{Loaded, SiteReading, Tried};
use crate::authentik::read::cut;
use crate::authentik::{
    Access, ApiError, ApiToken, BaseUrl, List, Page as PageOfList, Pages, Reader, admin, applications, bindings,
    certificates, events, flows, groups, outposts, providers_oauth2, providers_proxy, scope_mappings, users,
};
use crate::catalogue::{Catalogue, Page, Sight, recognise};
use crate::plan::{CLIENT_SECRET, Order};
use crate::ports::{Area, Chance, Clock, Desk, Http, Store, Worker, all, all_pages, ask, both, page, side_by_side};
use crate::session::{self, Cache, Keep, Lack, Who, keys};
use crate::site::{Origin, Part};

/// Nobody has typed for so long, in milliseconds, before a search is sent.
const SETTLED: u32 = 180;
/// A secret stays in the clipboard for so long, in milliseconds.
const CLIPBOARD: u32 = 60_000;
/// So many people are listed at most; who types on finds the others.
const MOST_PEOPLE: usize = 50;
/// As long as authentik makes its own client ids (providers/oauth2/models.py, 2025.10).
const CLIENT_ID: usize = 40;
/// Long enough for what services want of a random text.
const RANDOM: usize = 64;
/// So long a page may take to be looked at, in milliseconds.
const LOOK: u32 = 3_000;
/// A note stays for so long, in milliseconds.
const TOAST: u32 = 4_000;

/// What a view needs of the outside world.
pub trait Outside: Http + Store + Clock + Chance + Desk + Worker {}
impl<T: Http + Store + Clock + Chance + Desk + Worker> Outside for T {}

/// Reads what was kept.
pub async fn load(outside: &impl Outside) -> Loaded {
    let connected = async {
        let connection = session::connection(outside).await?;
        let access = session::access_of(outside, &connection).await;
        Some((connection, access))
    };
    let (tab, connected) = join(outside.tab(), connected).await;
    let (connection, access) = connected.map_or((None, None), |(connection, access)| (Some(connection), access));
    let base = connection.as_ref().map(|connection| connection.base.clone()).unwrap_or_default();
    let origin = access.as_ref().map(|access| access.base.origin().to_owned());
    let reach = async {
        match &origin {
            Some(origin) => outside.may_reach(origin).await,
            None => true,
        }
    };
    let kept = join(session::who(outside), session::load_settings(outside));
    let work = join(session::load_journal(outside), session::load_records(outside));
    let ((who, settings), cache, (journal, records), may_reach) =
        join4(kept, session::load_cache(outside, &base), work, reach).await;
    let (journal, unread) = match journal {
        Ok(journal) => (journal, None),
        Err(unknown) => (None, Some(unknown)),
    };
    let tab_is_gone = tab.is_none() && outside.is_bound();
    Loaded { tab, tab_is_gone, connection, access, who, may_reach, settings, cache, journal, unread, records }
}

/// Carries out one effect. `access` is the connection that it was asked under; an answer of another one is never shown.
pub async fn carry_out(outside: &impl Outside, access: Option<&Access>, effect: Effect) -> Option<Event> {
    match effect {
        // Happens within the click, in the dispatcher.
        Effect::AskForHost(_) | Effect::AskForSite(_) | Effect::ShowRoute(_) => None,
        Effect::Try(base, token, keep) => Some(Event::Tried(Box::new(connect(outside, base, token, keep).await))),
        Effect::ReadWho => Some(Event::WhoRead(read_who(outside, access?).await)),
        Effect::Disconnect => {
            outside.give_all_back().await;
            let forgotten = session::disconnect(outside).await.is_ok();
            Some(Event::Disconnected(forgotten))
        }
        Effect::ReadSite { all } => Some(Event::SiteRead(Box::new(read_site(outside, access?, all).await))),
        Effect::Remember(cache) => {
            remember(outside, *cache).await;
            None
        }
        Effect::ReadHealth(outposts) => {
            Some(Event::HealthRead(super::why::read_health(outside, access?, &outposts).await))
        }
        Effect::AskWhy(origin) => {
            // Boxed: it is the largest of all effects, and each of them would be as large.
            Some(Box::pin(ask_why(outside, access?, &origin)).await)
        }
        Effect::ReadChoices => {
            let (flows, groups) = both(outside, access?, &flows::list(), &groups::list()).await;
            Some(Event::ChoicesRead(flows, groups))
        }
        Effect::ReadHanging(application) => {
            Some(Event::HangingRead(all(outside, access?, &bindings::names_of(&application)).await))
        }
        Effect::TryReading(slug) => Some(try_reading(outside, access?, slug).await),
        Effect::Recognise => Some(Event::Oidc(OidcEvent::Recognised(Box::new(Box::pin(look_around(outside)).await)))),
        Effect::ReadKeys => {
            let (keys, scopes) = both(outside, access?, &certificates::list(), &scope_mappings::list()).await;
            Some(Event::Oidc(OidcEvent::KeysRead(keys, scopes)))
        }
        Effect::MakeClientId => Some(Event::Oidc(OidcEvent::ClientIdMade(outside.letters(CLIENT_ID)))),
        Effect::MakeRandom => Some(Event::Oidc(OidcEvent::RandomMade(outside.letters(RANDOM)))),
        Effect::ReadSecret { plan, provider, slug } => {
            Some(read_secret(outside, access?, plan.as_deref(), provider, &slug).await)
        }
        Effect::CopySecret(text) => Some(Event::Oidc(OidcEvent::SecretCopyEnded(outside.copy(text.reveal()).await))),
        Effect::EmptyClipboard => {
            outside.sleep(CLIPBOARD).await;
            Some(Event::Oidc(OidcEvent::ClipboardEmptied(outside.empty_clipboard().await)))
        }
        Effect::Verify(slug) => {
            Some(Event::Oidc(OidcEvent::Verified(Box::new(super::verify::gather(outside, access?, &slug).await))))
        }
        Effect::WriteCode(ask) => {
            let answer = outside.as_code(&ask).await;
            Some(Event::Code(CodeEvent::Written(Box::new((ask, answer)))))
        }
        Effect::VerifyGate(gate) => {
            let evidence = Box::pin(super::gate::gather(outside, access?, &gate)).await;
            Some(Event::Gate(GateEvent::Verified(Box::new((*gate, evidence)))))
        }
        Effect::GiveBack(origin) => {
            outside.give_back(&origin).await;
            Some(Event::Gate(GateEvent::GivenBack(!outside.may_reach(&origin).await)))
        }
        Effect::OpenPrivate(url) => Some(Event::Gate(GateEvent::StrangerOpened(outside.open_private(&url).await))),
        Effect::Send(order) => Some(send(outside, &order).await),
        Effect::Apply(mut plan) => {
            plan.id = outside.fresh_id();
            let base = access?.base.to_string();
            Some(send(outside, &Order::Apply { plan, base }).await)
        }
        Effect::SaveSettings(settings) => {
            let _ = session::save_settings(outside, &settings).await;
            None
        }
        Effect::Copy(text) => Some(Event::Copied(outside.copy(&text).await)),
        Effect::Open(url) => {
            outside.open(&url).await;
            None
        }
        Effect::OpenOwn(route) => {
            outside.open_own(&route.hash()).await;
            None
        }
        Effect::SettlePeople(number) => {
            outside.sleep(SETTLED).await;
            Some(Event::PeopleSettled(number))
        }
        Effect::SearchPeople(number, words) => Some(Event::PeopleFound(number, search(outside, access?, &words).await)),
        Effect::ReadPerson(pk) => Some(Event::PersonRead(ask(outside, access?, &users::retrieve(pk)).await)),
        Effect::EndToast => {
            outside.sleep(TOAST).await;
            Some(Event::ToastOver)
        }
    }
}

/// Reads the catalogue and looks at the page, and says which service it is.
async fn look_around(outside: &impl Outside) -> Recognition {
    // Whatever asks for it: never before something stands on the screen.
    outside.painted().await;
    let (tab, text) = join(outside.tab(), outside.catalogue()).await;
    let Some(catalogue) = text.and_then(|text| Catalogue::read(&text)) else { return Recognition::default() };
    let url = tab.as_ref().and_then(|tab| outside.parse_url(tab.url.as_deref()?));
    let (Some(tab), Some(url)) = (tab, url) else {
        return Recognition { catalogue: Some(catalogue), ..Recognition::default() };
    };
    let page = look_at(outside, tab.id, &catalogue).await;
    let sight = Sight { title: &tab.title, host: &url.host, path: &url.path, page: page.as_ref() };
    let guess = recognise(&catalogue, &sight, &|pattern, text| outside.matches(pattern, text));
    // An icon is shown by authentik's own pages, so it must be reachable without a downgrade.
    // And of the site itself: one from elsewhere would have everybody's browser ask there.
    let own = |icon: &String| outside.parse_url(icon).is_some_and(|icon| icon.host == url.host);
    let icon =
        page.and_then(|page| page.icon).filter(|icon| icon.starts_with("https://") && own(icon)).unwrap_or_default();
    Recognition { catalogue: Some(catalogue), guess, icon }
}

/// Whether what is made under this slug could be found again, and whether there is something already.
async fn try_reading(http: &impl Http, access: &Access, slug: String) -> Event {
    let tried = match ask(http, access, &applications::retrieve(&slug)).await {
        Ok(_) => Tried::Taken,
        Err(error) if error.is_denied() => Tried::Refused,
        // Not there; or not known, which the change itself would then tell.
        Err(_) => Tried::Free,
    };
    Event::ReadingTried(slug, tried)
}

/// Looks at a page. One that is busy with itself may never answer: the services are there without it.
async fn look_at(outside: &impl Outside, tab: i32, catalogue: &Catalogue) -> Option<Page> {
    let selectors = catalogue.selectors();
    match select(pin!(outside.look_at_page(tab, &selectors)), pin!(outside.sleep(LOOK))).await {
        Either::Left((seen, _)) => seen.map(|seen| page_of(&seen)),
        Either::Right(_) => None,
    }
}

/// What `look.js` took of a page, which may be hostile: texts, cut.
fn page_of(seen: &serde_json::Value) -> Page {
    let seen = Reader::new(seen);
    let text = |value: Option<&serde_json::Value>| {
        cut(value.and_then(serde_json::Value::as_str).unwrap_or_default()).to_owned()
    };
    let metas = seen
        .items("metas")
        .iter()
        .take(100)
        .map(|pair| (text(pair.value().get(0)), text(pair.value().get(1))))
        .collect();
    Page { metas, found: seen.texts("found"), icon: seen.opt_text("icon").filter(|icon| !icon.is_empty()) }
}

async fn read_secret(
    outside: &impl Outside,
    access: &Access,
    plan: Option<&str>,
    provider: Option<i64>,
    slug: &str,
) -> Event {
    if let Some(plan) = plan
        && let Some(secret) = session::made_secret(outside, plan, CLIENT_SECRET).await
    {
        return Event::Oidc(OidcEvent::SecretFound(providers_oauth2::ClientSecret::new(secret)));
    }
    let pk = if let Some(pk) = provider {
        Ok(pk)
    } else {
        let application = ask(outside, access, &applications::retrieve(slug)).await;
        application.and_then(|application| application.provider.ok_or(ApiError::Gone))
    };
    match pk {
        Ok(pk) => Event::Oidc(OidcEvent::SecretRead(
            ask(outside, access, &providers_oauth2::retrieve(pk)).await.map(Box::new),
        )),
        Err(error) => Event::Oidc(OidcEvent::SecretRead(Err(error))),
    }
}

async fn send(worker: &impl Worker, order: &Order) -> Event {
    worker.order(order).await.map_or(Event::WorkerSilent, Event::Replied)
}

async fn search(http: &impl Http, access: &Access, words: &str) -> Result<(Vec<users::Person>, i64), ApiError> {
    let list = users::search(words);
    let page = page(http, access, &list.pages, 1).await?;
    let count = page.count;
    let mut rows = list.rows(&[page])?;
    // A server may give more than it was asked for.
    rows.truncate(MOST_PEOPLE);
    Ok((rows, count))
}

/// Is it authentik (asked without the token), who is the token, which release, what does it lack.
async fn connect(
    outside: &impl Outside,
    base: BaseUrl,
    token: ApiToken,
    keep: Keep,
) -> Result<Established, ConnectFailure> {
    let open = Access { base: base.clone(), token: None };
    ask(outside, &open, &admin::root_config()).await.map_err(|error| {
        ConnectFailure::Address(match error {
            // Another service's JSON is no authentik either; 403 to an open question is somebody else's login; and this is
            // a question that authentik answers with neither a complaint nor a crash.
            ApiError::Unreadable(_)
            | ApiError::Gone
            | ApiError::Denied(_)
            | ApiError::BadToken
            | ApiError::Invalid(_)
            | ApiError::Crashed(_) => ApiError::NotAuthentik,
            ApiError::Status(status) if status < 500 => ApiError::NotAuthentik,
            other => other,
        })
    })?;
    let access = Access { base: base.clone(), token: Some(token.clone()) };
    let who = ask_who(outside, &access).await.map_err(ConnectFailure::Token)?;
    session::save_connection(outside, &base, &token, keep).await.map_err(|_| ConnectFailure::Storage)?;
    session::save_who(outside, &who).await.map_err(|_| ConnectFailure::Storage)?;
    Ok(Established { base, token, who })
}

async fn read_who(outside: &impl Outside, access: &Access) -> Option<Who> {
    let who = ask_who(outside, access).await.ok()?;
    let _ = session::save_who(outside, &who).await;
    Some(who)
}

async fn ask_who(http: &impl Http, access: &Access) -> Result<Who, ApiError> {
    let me = ask(http, access, &users::me()).await?;
    let (release, lacks) = join(ask(http, access, &admin::version()), lacks(http, access, me.is_superuser)).await;
    Ok(Who { username: me.username, release: release.ok(), lacks })
}

/// What the token lacks. A superuser lacks nothing; for others each list that we need is asked for one row.
async fn lacks(http: &impl Http, access: &Access, is_superuser: bool) -> Vec<Lack> {
    if is_superuser {
        return Vec::new();
    }
    let lists = [
        (providers_proxy::list().by(1).pages, Lack::SeeProtection),
        (outposts::list().by(1).pages, Lack::SeeOutposts),
        (flows::list().by(1).pages, Lack::SeeFlows),
        (groups::list().by(1).pages, Lack::SeeGroups),
        (events::list("model_updated").by(1).pages, Lack::SeeEvents),
    ];
    let mut lacks = side_by_side(lists.iter().map(|(pages, lack)| lacks_list(http, access, pages, *lack))).await;
    lacks.push(lacks_list(http, access, &users::search("").by(1).pages, Lack::SeePeople).await);
    lacks.push(Some(Lack::NotSuperuser));
    lacks.into_iter().flatten().collect()
}

/// Lists answer 403, not an empty page, where the token may see nothing (2025.10.3).
async fn lacks_list(http: &impl Http, access: &Access, pages: &Pages, lack: Lack) -> Option<Lack> {
    let answer = http.send(access, &pages.page(1)).await;
    answer.is_ok_and(|response| response.status == 403).then_some(lack)
}

/// Two lists for a site that is known to be protected, four side by side otherwise.
async fn read_site(outside: &impl Outside, access: &Access, everything: bool) -> SiteReading {
    let mut reading = SiteReading { at: outside.now(), ..SiteReading::default() };
    let (proxies, outposts) = (providers_proxy::list(), outposts::list());
    let (oauth2, applications) = (providers_oauth2::list(), applications::list());
    let lists = [&proxies.pages, &outposts.pages, &oauth2.pages, &applications.pages];
    let asked = if everything { &lists[..] } else { &lists[..2] };
    let answers = side_by_side(asked.iter().map(|pages| all_pages(outside, access, pages))).await;
    let mut answers = answers.into_iter();
    reading.proxies = reading.part(Part::Proxies, &proxies, answers.next());
    reading.outposts = reading.part(Part::Outposts, &outposts, answers.next());
    reading.oauth2 = reading.part(Part::OAuth2, &oauth2, answers.next());
    reading.applications = reading.part(Part::Applications, &applications, answers.next());
    reading
}

impl SiteReading {
    /// Rows, or none where the token may not list them, or an error that spoils the whole reading. Nothing if not asked.
    fn part<T>(
        &mut self,
        part: Part,
        list: &List<T>,
        answer: Option<Result<Vec<PageOfList>, ApiError>>,
    ) -> Option<Vec<T>> {
        match answer?.and_then(|pages| list.rows(&pages)) {
            Ok(rows) => Some(rows),
            Err(error) if error.is_denied() => {
                self.denied.push(part);
                Some(Vec::new())
            }
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }
}

async fn ask_why(outside: &impl Outside, access: &Access, origin: &Origin) -> Event {
    let reading = read_site(outside, access, false).await;
    let look = super::why::look(outside, access, origin, reading).await;
    Event::Why(WhyEvent::Looked(Box::new(look)))
}

/// Keeps the rows for the next opening, unless another view has connected elsewhere meanwhile.
async fn remember(outside: &impl Outside, mut cache: Cache) {
    if session::connection(outside).await.is_some_and(|connection| connection.base == cache.base) {
        // What another view has read of these, and this one hasn't, stays.
        if cache.flows.is_none()
            && let Some(kept) = session::load_cache(outside, &cache.base).await
        {
            (cache.flows, cache.groups) = (kept.flows, kept.groups);
        }
        session::save_cache(outside, &cache).await;
    }
}

/// Whether a change of storage concerns a view: the journal, or the records.
pub fn is_work(area: Area, key: &str) -> bool {
    area == Area::Local && (key == keys::JOURNAL || key == keys::ACTIVITY)
}

/// Whether a change of storage means that the connection is another one.
pub fn is_connection(area: Area, key: &str) -> bool {
    area == Area::Local && key == keys::CONNECTION
}
