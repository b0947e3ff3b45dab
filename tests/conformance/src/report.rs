//! What a run found.

use gatewright::authentik::Request;
use gatewright::plan::Plan;

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Result {
    /// It is so.
    Passed,
    /// It can't be asked of this server; why.
    NotHere(String),
    /// It is not so; what was found.
    Failed(String),
}

/// A run, as it ended.
#[derive(Debug)]
pub struct Report {
    /// The release of the server.
    pub release: String,
    /// The checks: sentence, source, and how it ended.
    pub checks: Vec<(&'static str, &'static str, Result)>,
    /// What is left behind, or was lost: failures too.
    pub troubles: Vec<String>,
    /// What somebody else changed meanwhile.
    pub others: Vec<String>,
    /// Every request that was answered, with its status.
    pub sent: Vec<(Request, u16)>,
    /// Every plan that was carried out.
    pub plans: Vec<Plan>,
}

impl Report {
    /// How many checks ended so.
    fn count(&self, ends: fn(&Result) -> bool) -> usize {
        self.checks.iter().filter(|(_, _, end)| ends(end)).count()
    }

    /// How many passed, can't be asked here, failed.
    pub fn counts(&self) -> (usize, usize, usize) {
        let not_here = |end: &Result| matches!(end, Result::NotHere(_));
        let failed = |end: &Result| matches!(end, Result::Failed(_));
        (self.count(|end| *end == Result::Passed), self.count(not_here), self.count(failed))
    }

    /// Whether everything is as it should be.
    pub fn is_good(&self) -> bool {
        self.counts().2 == 0 && self.troubles.is_empty()
    }
}

impl Report {
    /// What is not as it should be, a line each.
    pub fn bad(&self) -> String {
        let failed = self.checks.iter().filter_map(|(says, source, end)| match end {
            Result::Failed(what) => Some(format!("check {says} ... FAILED\n      {what}\n      known from: {source}")),
            _ => None,
        });
        let troubles = self.troubles.iter().map(|trouble| format!("TROUBLE {trouble}"));
        failed.chain(troubles).collect::<Vec<_>>().join("\n")
    }

    /// The last lines: what couldn't be asked and why, what somebody else did, and the counts.
    pub fn summary(&self) -> String {
        let not_here = self.checks.iter().filter_map(|(says, _, end)| match end {
            Result::NotHere(why) => Some(format!("not applicable: {says}: {why}")),
            _ => None,
        });
        let others = self.others.iter().map(|other| format!("changed meanwhile, and not by the suite: {other}"));
        let (passed, asked_elsewhere, failed) = self.counts();
        let requests = self.sent.len();
        let release = &self.release;
        let counts = format!(
            "authentik {release}: {passed} passed, {asked_elsewhere} not applicable, {failed} failed; {requests} requests"
        );
        not_here.chain(others).chain([counts]).collect::<Vec<_>>().join("\n")
    }
}
