//! Opening a view: what `boot.js` reads while the module is on its way is what the module asks for before it draws.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gatewright::authentik::{ApiToken, BaseUrl};
use gatewright::ports::Area;
use gatewright::screens::load;
use gatewright::session::{Keep, save_connection};
use gatewright_it::World;

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
