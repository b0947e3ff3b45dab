//! Plans and what exists as Terraform, blueprint and shell script: the script run for real, the other two read by parsers
//! that somebody else wrote.

mod existing;
mod hostile;
mod parsed;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../interruptions/scenarios.rs"]
mod scenarios;
mod scripts;
mod support;
mod terraform;
