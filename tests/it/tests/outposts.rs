//! Outposts of every kind: with many providers, none at all, several, one that is not connected.

use embedded_authentik::Release;
use gatewright::plan::Phase;
use gatewright::screens::{Event, ReviewField};
use gatewright::site::Status;
use gatewright_it::Popup;
use gatewright_it::company::{set, site};
use gatewright_it::somebody::{embedded, list_of, outposts, provider_named, second_outpost};

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

#[tokio::test]
async fn fault_22_a_site_joins_an_outpost_with_more_than_a_hundred_providers() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.change(|world| {
            let model = world.providers.iter().find(|provider| provider.name == "Sonarr").expect("a proxy").clone();
            for number in 0..150 {
                let mut provider = model.clone();
                world.last_provider_pk += 1;
                provider.pk = world.last_provider_pk;
                provider.name = format!("many-{number}");
                provider.oauth.client_id = format!("many-{number}");
                if let Some(proxy) = &mut provider.proxy {
                    proxy.external_host = format!("https://many-{number}.example.com");
                }
                world.outposts[0].providers.push(provider.pk);
                world.providers.push(provider);
            }
        });
        let before = list_of(&embedded(&set));
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        assert_eq!(popup.app.inventory().proxies.len(), before.len() + 1, "every page was read");
        popup.protect().await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(matches!(popup.app.site.status, Some(Status::Protected(_))));
        let after = list_of(&embedded(&set));
        assert!(before.iter().all(|pk| after.contains(pk)) && after.len() == before.len() + 1);
        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        assert_eq!(list_of(&embedded(&set)), before);
    }
}

#[tokio::test]
async fn fault_22_without_any_outpost_nothing_is_sent_and_with_only_a_standalone_one_it_is_taken() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.change(|world| world.outposts.clear());
        let before = set.control.state();
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        let says: Vec<String> = popup.app.troubles().into_iter().map(|trouble| trouble.says).collect();
        assert!(says.iter().any(|says| says.contains("no outpost of type proxy")), "{says:?}");
        popup.send(Event::ApplyPressed).await;
        assert_eq!(set.control.state(), before);
        set.control.reset(None, None);
        let outpost = second_outpost(&set);
        set.control.change(|world| world.outposts.retain(|outpost| outpost.managed.is_none()));
        popup.send(Event::CancelPressed).await;
        popup.send(Event::CheckAgain).await;
        popup.protect().await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let now = outposts(&set);
        assert_eq!((now.len(), &now[0]["pk"]), (1, &outpost["pk"]));
        assert!(list_of(&now[0]).contains(&provider_named(&set, "Larder")));
    }
}

#[tokio::test]
async fn fault_22_of_several_outposts_the_chosen_one_is_written_and_no_other() {
    for release in RELEASES {
        let set = set(release).await;
        let outpost = second_outpost(&set);
        let untouched = embedded(&set);
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        assert_eq!(popup.app.review.as_ref().expect("a review").outpost, untouched["pk"], "the embedded one first");
        let key = outpost["pk"].as_str().expect("a key").to_owned();
        popup.send(Event::ReviewTyped(ReviewField::Outpost, key.clone())).await;
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert_eq!(embedded(&set), untouched);
        let pk = provider_named(&set, "Larder");
        let chosen = outposts(&set).into_iter().find(|outpost| outpost["pk"] == key.as_str()).expect("it is there");
        assert_eq!(list_of(&chosen), [list_of(&outpost), vec![pk]].concat());
    }
}

#[tokio::test]
async fn fault_22_an_outpost_that_is_not_connected_takes_the_site_all_the_same() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.set_outpost_connected(false);
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.protect().await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(list_of(&embedded(&set)).contains(&provider_named(&set, "Larder")));
        assert_eq!(popup.journal().later_said, None);
    }
}
