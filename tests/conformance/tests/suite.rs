//! The suite, over the server that `AUTHENTIK_URL` and `AUTHENTIK_TOKEN` name; without them over the embedded authentik, as
//! each release that it knows.

#![allow(clippy::print_stdout, reason = "the summary is what a person reads")]

use embedded_authentik::Release;
use gatewright_conformance::{CheckResult, Report, Target, Trouble, run};

#[tokio::test]
async fn authentik_is_what_gatewright_takes_it_to_be() -> Result<(), Trouble> {
    if let Some(target) = Target::from_environment().await? {
        println!("authentik {} at {}", target.release.text(), target.access.base);
        let stop = async {
            let _ = tokio::signal::ctrl_c().await;
            println!("stopped: cleaning up");
        };
        return judged(&run(target, stop, say).await?);
    }
    for release in Release::ALL {
        let set = Target::start_embedded(release).await?;
        let before = set.control.state();
        let report = run(Target::embedded(&set).await?, std::future::pending(), |_, _| {}).await?;
        judged(&report)?;
        assert_eq!(report.others, [""; 0], "nobody else is there");
        assert_eq!(set.control.state(), before, "{release:?} is as it was");
    }
    Ok(())
}

fn say(check: &str, end: &CheckResult) {
    match end {
        CheckResult::Passed => println!("check {check} ... ok"),
        CheckResult::NotHere(why) => println!("check {check} ... not applicable: {why}"),
        CheckResult::Failed(_) => println!("check {check} ... FAILED"),
    }
}

fn judged(report: &Report) -> Result<(), Trouble> {
    if report.is_good() {
        println!("{}", report.summary());
        return Ok(());
    }
    Err(Trouble(format!("{}\n{}", report.bad(), report.summary())))
}
