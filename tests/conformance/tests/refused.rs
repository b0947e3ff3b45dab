//! A server or a token that can't be used: what is said then, and that nothing was sent or changed.

use embedded_authentik::{Release, TokenOrder};
use gatewright_conformance::{Target, Trouble};
use gatewright_it::new_client;

async fn said(url: &str, token: &str) -> String {
    let trouble: Trouble = Target::of(url, token, new_client()).await.expect_err("it can't be judged");
    let said = format!("{trouble:?}");
    assert!(token.is_empty() || !said.contains(token), "{said}");
    said
}

#[tokio::test]
async fn an_address_or_a_token_that_is_none_is_said_in_a_sentence() {
    let set = Target::start_embedded(Release::default()).await.expect("an embedded authentik");
    let url = set.about().urls.authentik.clone();
    let token = set.about().tokens.admin.clone();
    assert!(said("not an address", &token).await.contains("AUTHENTIK_URL is no address"));
    assert!(said(&url, "two words").await.contains("AUTHENTIK_TOKEN is no API token"));
    assert!(said(&url, "nobodyhasthistoken").await.contains("AUTHENTIK_TOKEN opens nothing"));
    set.control.clear_requests();
    let elsewhere = said(&set.about().urls.elsewhere, &token).await;
    assert!(elsewhere.contains("There is no authentik") && elsewhere.contains("The token was not sent"), "{elsewhere}");
    assert!(set.control.requests().iter().all(|request| !request.bearer), "the token went elsewhere");
    assert!(said("http://127.0.0.1:1", &token).await.contains("Nothing answers at http://127.0.0.1:1"));
}

#[tokio::test]
async fn a_token_without_all_rights_is_refused_before_anything_is_made() {
    let set = Target::start_embedded(Release::default()).await.expect("an embedded authentik");
    let made = set.control.make_token(&TokenOrder::default());
    for token in [set.about().tokens.reader.clone(), set.about().tokens.protector.clone(), made.token] {
        let words = said(&set.about().urls.authentik, &token).await;
        assert!(words.contains("is no superuser"), "{words}");
    }
    assert!(set.control.requests().iter().all(|request| request.method == "GET"));
}
