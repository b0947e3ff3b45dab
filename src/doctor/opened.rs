//! Whether a line of `skip_path_regex` opens everything.

/// A path that nobody leaves open on purpose.
const NEVER_OPEN: &str = "/gatewright-5f0c/closed-unless-everything-is-open";

/// Whether a line lets everybody in everywhere. The outpost looks for it anywhere in the path; for a domain in the whole
/// address (internal/outpost/proxyv2/application/utils.go `IsAllowlisted`, 2025.10). One that does not compile it skips.
pub fn opens_everything(line: &str, domain_level: bool, matches: &dyn Fn(&str, &str) -> bool) -> bool {
    let subject = if domain_level { format!("https://gatewright-5f0c.invalid{NEVER_OPEN}") } else { NEVER_OPEN.into() };
    !line.trim().is_empty() && matches(line, &subject)
}
