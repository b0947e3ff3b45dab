//! The texts of "As code": what stands in the files, and what is said when they can't be made.

use super::en::words;

words! {
    /// The texts of the screen "As code", by name.
    CodeWords, CODE_EN, ALL_CODE;

    as_code: "As code",
    forms: "Form",
    terraform: "Terraform",
    blueprint: "Blueprint",
    shell: "Shell script",
    of_change: "The change as it was reviewed; nothing is applied by this.",
    of_site: "What this site has in authentik, to keep or to make again elsewhere.",
    no_secret: "No secret is in it: where one is needed, it asks.",
    writing: "Reading what it refers to…",
    nothing: "authentik has no application for the site in this tab, so there is nothing to write down.",
    not_loaded: "The part of Gatewright that writes this could not be loaded. Nothing was changed. Try again; if it stays so, install Gatewright again.",
}

words! {
    /// The texts in the exports, by name. Only the module that writes them has them.
    ExportWords, EXPORT_EN, ALL_EXPORT;

    // Terraform
    terraform_planned: "Made by Gatewright from a change that was planned, not applied. The provider takes AUTHENTIK_URL and AUTHENTIK_TOKEN from the environment.",
    terraform_there: "Made by Gatewright from what exists. The import blocks let Terraform take it over instead of making it again; remove them afterwards. The provider takes AUTHENTIK_URL and AUTHENTIK_TOKEN from the environment.",
    terraform_folder: "This block is needed once in a folder: where another file has it, that one gets what it lacks, and this one goes.",
    terraform_version: "The provider's releases go with authentik's, which is {release} here: newer and older ones don't read each other's answers.",
    terraform_any_version: "The provider's releases go with authentik's: newer and older ones don't read each other's answers. The release of authentik could not be read, so put it here; apart from grant_types (2026.5), nothing is in here that only newer ones have.",
    terraform_attachment: "Only this one place in the outpost: authentik_outpost would own the whole list, and take out everything else.",
    terraform_no_attachment: "The place in the outpost is not in here: this release of the provider is not known to have authentik_outpost_provider_attachment, and authentik_outpost would own the whole list. Add the provider to the outpost by hand, or with the shell script.",
    terraform_policy: "The UUID of the policy {name}: nothing in this release of Terraform's provider finds it by its name.",
    terraform_certificate: "This provider has a TLS certificate of its own, for which Terraform's provider has no attribute: it is set by hand.",
    terraform_kept: "Something stands there that is not in here: an apply leaves it as it is.",
    terraform_change: "This change has no Terraform of its own, because Terraform describes what is there rather than what is changed. Apply the change, then press “As code” on the site's screen: the application as it is by then is what belongs into git.",

    // Blueprint
    blueprint_what: "Made by Gatewright. What it finds by name must be there; an application of this slug is brought to what stands here.",
    blueprint_outpost: "The place in the outpost is not in here: a blueprint would replace the outpost's whole list of providers, each time it is applied. Add the provider to the outpost by hand, or with the shell script or Terraform.",
    blueprint_icon: "Up to 2025.10 authentik takes no icon from a blueprint, and says nothing: set it by hand there.",
    blueprint_asked: "{name} comes from the environment of authentik's worker. {says}",
    blueprint_key: "A blueprint can't generate a key. Make one named {name} first: System, Certificates, Generate.",
    blueprint_change: "This change has no blueprint of its own, because a blueprint describes what is there rather than what is changed. Apply the change, then press “As code” on the site's screen: the application as it is by then is what belongs into git.",

    // Shell
    shell_what: "Made by Gatewright. Needs bash, curl and jq. Set AUTHENTIK_TOKEN to an API token; AUTHENTIK_URL, if it is for another authentik.",
    shell_once: "It makes things, and stops where they are there already. It stops at the first failure, takes nothing back, and says how to go on from there.",
    shell_ids: "Keys and ids in here are those of {base}. It is for no other authentik.",
    shell_done: "Done.",
    shell_applied: "authentik applied nothing of it. Does an application of this name or slug exist already?",
    shell_unexpected: "something is not as it was when this was made, or did not become as it should.",

    // What has to be said
    asked_secret: "The client secret, which the service has to know too.",
    asked_address: "The field {field}, whose address has a password in it.",
    asked_flow: "The UUID of a flow. It could not be read; here it is {id}.",
    asked_group: "The UUID of a group. It could not be read; here it is {id}.",
    asked_user: "The number of a user. It could not be read; here it is {id}.",
    asked_policy: "The UUID of a policy. It could not be read; here it is {id}.",
    asked_certificate: "The UUID of a certificate. It could not be read; here it is {id}.",
    asked_scope: "The UUID of a scope mapping. It could not be read; here it is {id}.",
    asked_outpost: "The UUID of an outpost. It could not be read; here it is {id}.",

    // What is not in it
    note_icon: "The icon is a file inside this authentik, and not in here.",
    note_backchannel: "The application has backchannel providers, which are not in here.",
    note_federation: "The provider takes tokens of other sources or providers, which are not in here.",
    note_nul: "A NUL character was left out: authentik can't store one.",

    // When it can't be made
    failed_read: "What is needed for this could not be read. {why}",
    failed_instance: "This view is not connected with the same authentik any more. Close it, and open it again.",
    failed_ask: "Gatewright does not know what to write. Close this view, and open it again.",
}

/// The script's fixed part.
pub static SCRIPT: &str = include_str!("en_script.sh");
