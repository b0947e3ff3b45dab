//! Every change that there is, interrupted at every moment there is, on both releases: afterwards it is finished, or taken
//! back, or a person is asked, and then both answers lead there. Both what authentik holds and what the person is told is
//! looked at.
//!
//! `scenarios.rs` lists the changes; a new one is a few lines there. `moments.rs` says what an interruption is, `ends.rs`
//! what may come of it.

mod ends;
mod moments;
mod scenarios;
mod theirs;

use embedded_authentik::Release;
use gatewright_it::KINDS;
use gatewright_it::company::set;

use ends::Ends;
use moments::{Moment, Stage};
use scenarios::Scenario;

/// Runs a scenario once without an interruption, and then once for each moment of that run.
async fn interrupted_everywhere(scenario: &Scenario, release: Release) {
    let set = set(release).await;
    let stage = Stage::prepare(&set, scenario).await;
    let ends = Ends::without_interruption(&stage).await;
    let moments = Moment::all(&stage).await;
    assert!(moments.len() >= 8, "{moments:?}");
    let mut asked = 0;
    for moment in &moments {
        stage.afresh();
        moment.happens(&stage).await;
        asked += usize::from(ends.are_reached(&stage, moment).await);
    }
    eprintln!("{}, {release:?}: {} moments, asked {asked} times", scenario.name, moments.len());
}

/// A test for each scenario and release.
macro_rules! each_scenario {
    ($($name:ident)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test]
            async fn fault_17_interrupted_anywhere_it_is_finished_or_taken_back_or_asked_about_on_2025_10() {
                interrupted_everywhere(&scenarios::$name(), Release::R2025_10).await;
            }

            #[tokio::test]
            async fn fault_17_interrupted_anywhere_it_is_finished_or_taken_back_or_asked_about_on_2026_8() {
                interrupted_everywhere(&scenarios::$name(), Release::R2026_8).await;
            }
        }

    )*
        const TESTED: &[&str] = &[$(stringify!($name)),*];
    };
}

each_scenario! {
    protect protect_for_groups protect_domain protect_refused finish remove authentik_host oidc oidc_with_key_and_mapping oidc_refused
    put_back add_origin move_app
    undo_put_back undo_protect undo_protect_for_groups undo_protect_domain undo_finish undo_authentik_host undo_oidc undo_oidc_with_key_and_mapping
    undo_add_origin undo_move_app
    add_application add_application_for_groups keep_one repair
    undo_add_application undo_add_application_for_groups undo_keep_one undo_repair
}

#[test]
fn every_kind_of_plan_is_among_them() {
    for kind in KINDS {
        for name in scenarios::of(kind) {
            assert!(TESTED.contains(name), "{kind:?}: {name}");
        }
    }
}
