//! Opening a view: what `boot.js` reads while the module is on its way is what the module asks for before it draws.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use embedded_authentik::Release;
use gatewright::authentik::{ApiToken, BaseUrl};
use gatewright::ports::{Area, Store, native_matches, native_url};
use gatewright::screens::{App, Effect, Event, Route, carry_out, load};
use gatewright::session::{Keep, keys, save_connection};
use gatewright::site::Status;
use gatewright_it::company::{set, site};
use gatewright_it::{Popup, World, connect};

/// The names in `const NAME = ['…', '…'];` of the loader.
fn names(loader: &str, list: &str) -> BTreeSet<String> {
    let (_, rest) = loader.split_once(&format!("const {list} = [")).expect("the list");
    let (names, _) = rest.split_once("];").expect("its end");
    names.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_loader_reads_exactly_what_the_module_asks_for_before_it_draws() {
    let loader = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../extension/boot.js");
    let loader = fs::read_to_string(loader).expect("the loader");
    // The route that a menu left (`browser/page.rs`) is asked for in a browser only.
    let mut asked = BTreeSet::from([(Area::Session, "route".to_owned())]);
    for keep in [Keep::Session, Keep::Device] {
        let world = World::at("https://larder.example.com/", "Larder");
        let base = BaseUrl::from_kept("https://auth.example.com").expect("a base");
        let token = ApiToken::parse("a-token-of-somebody").expect("a token");
        save_connection(&world, &base, &token, keep).await.expect("storage");
        world.read.take();
        assert!(load(&world).await.access.is_some());
        asked.extend(world.read.take());
    }
    for (area, list) in [(Area::Local, "LOCAL"), (Area::Session, "SESSION")] {
        let of_area = asked.iter().filter(|(other, _)| *other == area).map(|(_, key)| key.clone());
        assert_eq!(names(&loader, list), of_area.collect(), "{list}");
    }
}

#[tokio::test]
async fn what_was_read_is_shown_before_it_is_kept_and_then_it_is_kept() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    connect(&world, &set, &set.about().tokens.admin).await;
    let loaded = load(&world).await;
    let access = loaded.access.clone();
    let mut app = App::new(Route::Site, false, native_url, native_matches);
    app.on(Event::Loaded(Box::new(loaded)));
    world.read.take();

    let read = carry_out(&world, access.as_ref(), Effect::ReadSite { all: true }).await.expect("a reading");
    assert!(world.read.take().is_empty() && world.get(Area::Session, keys::CACHE).await == Ok(None));
    let effects = app.on(read);
    assert_eq!(app.site.status, Some(Status::NotProtected));

    for effect in effects {
        carry_out(&world, access.as_ref(), effect).await;
    }
    let cache = load(&world).await.cache.expect("a cache");
    assert_eq!(Some(cache.inventory), app.site.inventory);
}

#[tokio::test]
async fn what_one_view_keeps_takes_nothing_away_that_another_has_read_meanwhile() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut one = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let mut other = Popup::open(&world).await;
    // The other one reads flows and groups; the first one, which knows none, looks once more.
    other.send(Event::ProtectPressed).await;
    let groups = load(&world).await.cache.expect("a cache").groups;
    assert!(groups.is_some());
    one.send(Event::CheckAgain).await;
    assert_eq!(load(&world).await.cache.expect("a cache").groups, groups);
}
