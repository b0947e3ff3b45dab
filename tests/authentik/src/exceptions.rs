//! Where authentik's own descriptions are knowingly not followed: each with its reason, and all of them here.
//!
//! Two kinds of reasons: the client does it on purpose, or a live authentik does it although its description says otherwise.
//! Besides: addresses of the seed `hostile` are none, and whatever was answered with 400 may have been sent for that.

/// Keys of bodies and queries that go to releases that don't know them, on purpose. A release that knows one is not lenient
/// about it: there it must be as described.
pub const SENT_ON_PURPOSE: [(&str, &str); 2] = [
    (
        "grant_types",
        "from 2026.5 on a provider without them refuses every login; older releases ignore what they don't know (recorded on \
         2026.2.2), so one body does for all",
    ),
    (
        "absent",
        "a query that changes nothing: \"no application has the slug\" is asked at an address of its own, because what stands \
         at the application's own is read again before each write (django-filter ignores what it doesn't know)",
    ),
];

/// Keys that are sent only to releases that know them. Each request is held against all five descriptions; the four of
/// which it is not let these pass, its own doesn't.
pub const SENT_WHERE_KNOWN: [(&str, &str); 3] = [
    ("meta_hide", "since 2026.5; an application that exists is made again with what it has"),
    ("meta_icon", "writable since 2025.12; before, `set_icon_url` does it"),
    ("redirect_uri_type", "since 2026.5; entries are sent back as they were read"),
];

/// Keys that a live authentik answered although the description of no release tells of them.
pub const ANSWERED_ALL_THE_SAME: [(&str, &str); 1] = [(
    "expression",
    "the policy behind a binding comes whole, described is the part that all policies have (recorded: both)",
)];

/// Keys of a 403 of `core/transactional/applications/` instead of `detail`: it names the entry.
pub const REFUSED_BY_ENTRY: [(&str, &str); 3] = [
    ("provider", "{\"provider\": \"User lacks permission to create …\"} (recorded: both)"),
    ("app", "likewise of the application (recorded: both)"),
    ("null", "a binding's entry has no id (recorded: both)"),
];

/// Paths (their ends) that answer 200 with an empty object, where the description says: without a body.
pub const EMPTY_ALL_THE_SAME: [(&str, &str); 1] =
    [("/set_icon_url/", "recorded: 2025.10.3, the only release that has it here")];

/// Keys that are described as required and not nullable, and that a live authentik left out or answered with null; and the
/// releases whose descriptions say so.
pub const ABSENT_ALL_THE_SAME: [(&str, &[&str], &str); 13] = [
    ("provider_obj", &BEFORE_2026_2, "an application needs no provider (recorded: 2025.10.3; nullable since 2026.2)"),
    ("policy_obj", &BEFORE_2026_5, A_BINDING),
    ("group_obj", &BEFORE_2026_5, A_BINDING),
    ("user_obj", &BEFORE_2026_5, A_BINDING),
    ("service_connection_obj", &BEFORE_2025_12, "an outpost may run by itself (recorded: 2025.10.3)"),
    ("assigned_application_slug", &BEFORE_2025_12, A_PROVIDER),
    ("assigned_application_name", &BEFORE_2025_12, A_PROVIDER),
    ("assigned_backchannel_application_slug", &BEFORE_2025_12, A_PROVIDER),
    ("assigned_backchannel_application_name", &BEFORE_2025_12, A_PROVIDER),
    ("policies_buffered_access_view", &BEFORE_2026_5, A_FLAG),
    ("flows_refresh_others", &BEFORE_2026_5, A_FLAG),
    ("flows_continuous_login", &BEFORE_2026_5, A_FLAG),
    ("enterprise_audit_include_expanded_diff", &BEFORE_2026_5, A_FLAG),
];
const A_BINDING: &str = "a binding names one of three (recorded: both; nullable since 2026.5)";
const A_FLAG: &str =
    "admin/settings tells no flag that nobody has set; brands/current doesn't tell the last (recorded: both)";
const A_PROVIDER: &str = "a provider needs no application (recorded: 2025.10.3; nullable since 2025.12)";

const BEFORE_2025_12: [&str; 1] = ["2025.10.3"];
const BEFORE_2026_2: [&str; 2] = ["2025.10.3", "2025.12.4"];
const BEFORE_2026_5: [&str; 3] = ["2025.10.3", "2025.12.4", "2026.2.2"];
