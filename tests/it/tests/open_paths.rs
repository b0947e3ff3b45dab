//! "Paths left open": what is typed, what it is told to open, and what a stranger then gets.

use embedded_authentik::{Options, Release, Running, start};
use gatewright::plan::Phase;
use gatewright::screens::{Event, Review, ReviewField};
use gatewright_it::{Popup, World, new_client};

async fn reviewing<'a>(world: &'a World, set: &Running) -> Popup<'a> {
    let mut popup = Popup::connected(world, set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    popup
}

async fn status(url: &str) -> u16 {
    new_client().get(url).send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn what_is_typed_is_what_a_stranger_gets_and_nothing_else() {
    for release in [Release::R2025_10, Release::R2026_8] {
        let set = start(Options { release, ..Options::default() }).await.expect("an embedded authentik");
        let site = set.about().urls.site.clone();
        let world = World::at(&site, "Larder");
        let mut popup = reviewing(&world, &set).await;
        // Blank lines, which would open everything, are left out.
        let typed = "^/health$\n\n  ^/api/.*  \n^/(?!admin)\n";
        popup.send(Event::ReviewTyped(ReviewField::OpenLines, typed.into())).await;
        let opened = popup.app.of_review(Review::opened);
        let says: Vec<String> = opened.iter().map(|opened| gatewright::words::plain(&opened.says)).collect();
        assert_eq!(says[..2], ["Only /health", "Every path that begins with /api/"]);
        assert!(says[2].starts_with("Nothing"), "{says:?}");
        assert_eq!(popup.app.troubles(), []);
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done);
        set.control.set_middleware(site.trim_start_matches("http://"), true);
        for (path, is) in [("/health", 200), ("/api/x", 200), ("/", 302), ("/admin", 302), ("/health/more", 302)] {
            assert_eq!(status(&format!("{site}{path}")).await, is, "{path} on {release:?}");
        }
    }
}

#[tokio::test]
async fn what_a_line_is_told_to_open_is_told_with_its_dots() {
    let set = start(Options::default()).await.expect("an embedded authentik");
    let world = World::at(&set.about().urls.site, "Larder");
    let mut popup = reviewing(&world, &set).await;
    popup.send(Event::ReviewTyped(ReviewField::OpenLines, "^/robots.txt$\n^/.{4,}".into())).await;
    let opened = popup.app.of_review(Review::opened);
    let says: Vec<String> = opened.iter().map(|opened| gatewright::words::plain(&opened.says)).collect();
    assert_eq!(
        says,
        [
            "Only /robots.txt. A dot without a backslash before it stands for any character",
            "Too much: for example also /admin/users. Name what may stay open",
        ]
    );
    assert_eq!(opened.iter().map(|opened| opened.refused).collect::<Vec<_>>(), [false, true]);
}

#[tokio::test]
async fn a_line_that_opens_everything_keeps_apply_from_being_pressed() {
    let set = start(Options::default()).await.expect("an embedded authentik");
    let world = World::at(&set.about().urls.site, "Larder");
    let before = set.control.state();
    let mut popup = reviewing(&world, &set).await;
    let lines = [
        ".*",
        "/",
        "^/",
        "^/.*",
        "^/health$|",
        "^/[a-z]",
        "(?i)^/api",
        "[]/]",
        "[^]/]",
        r"\57",
        "^*",
        ".....",
        ".{5}",
        "^/[^_]*$",
    ];
    for line in lines {
        popup.send(Event::ReviewTyped(ReviewField::OpenLines, format!("^/health$\n{line}"))).await;
        let troubles = popup.app.troubles();
        let blocks = |trouble: &gatewright::screens::Trouble| trouble.blocks && trouble.field == ReviewField::OpenLines;
        assert!(troubles.iter().any(|trouble| blocks(trouble) && trouble.says.contains(line)), "{line}: {troubles:?}");
        popup.send(Event::ApplyPressed).await;
        assert_eq!(set.control.state(), before, "{line}");
    }
    popup.send(Event::ReviewTyped(ReviewField::OpenLines, String::new())).await;
    assert_eq!(popup.app.troubles(), []);
}
