//! Where authentik's own descriptions are knowingly not followed: each with its reason, and all of them here.
//!
//! Two kinds of reasons: the client does it on purpose, or a live authentik does it although its description says otherwise.
//! Besides: addresses of the seed `hostile` are none, and whatever was answered with 400 may have been sent for that.

/// What may stand in an object that doesn't know it: its component (`query` for a query), its key, the type of its value,
/// and why.
pub type Unknown = (&'static str, &'static str, &'static str, &'static str);

/// Goes to releases that don't know it, on purpose. A release that knows one is not lenient about it: there it must be as
/// described.
pub const SENT_ON_PURPOSE: [Unknown; 3] = [
    ("OAuth2ProviderRequest", "grant_types", "array", GRANT_TYPES),
    ("PatchedOAuth2ProviderRequest", "grant_types", "array", GRANT_TYPES),
    (
        "query",
        "absent",
        "string",
        "a query that changes nothing: \"no application has the slug\" is asked at an address of its own, because what stands \
         at the application's own is read again before each write (django-filter ignores what it doesn't know)",
    ),
];
const GRANT_TYPES: &str = "from 2026.5 on a provider without them refuses every login; older releases ignore what they don't \
                           know (recorded on 2026.2.2), so one body does for all";

/// Is sent only to releases that know it. Each request is held against all five descriptions; the four of which it is not
/// let these pass, its own doesn't.
pub const SENT_WHERE_KNOWN: [Unknown; 6] = [
    ("ApplicationRequest", "meta_hide", "boolean", META_HIDE),
    ("PatchedApplicationRequest", "meta_hide", "boolean", META_HIDE),
    ("ApplicationRequest", "meta_icon", "string", META_ICON),
    ("PatchedApplicationRequest", "meta_icon", "string", META_ICON),
    ("RedirectURIRequest", "redirect_uri_type", "string", "since 2026.5; entries are sent back as they were read"),
    ("RedirectURI", "redirect_uri_type", "string", "likewise"),
];
const META_HIDE: &str = "since 2026.5; an application that exists is made again with what it has";
const META_ICON: &str = "writable since 2025.12; before, `set_icon_url` does it";

/// Paths (their ends) that are asked only of releases that know them, and held only against their descriptions.
pub const ASKED_WHERE_KNOWN: [(&str, &str); 1] =
    [("/set_icon_url/", "until 2025.10; since then an application's own PATCH does it")];

/// A live authentik answered it although the description of no release tells of it.
pub const ANSWERED_ALL_THE_SAME: [Unknown; 1] = [(
    "Policy",
    "expression",
    "string",
    "the policy behind a binding comes whole, described is the part that all policies have (recorded: both)",
)];

/// In a 403 of `core/transactional/applications/` instead of `detail`: it names the entry.
pub const REFUSED_BY_ENTRY: [Unknown; 3] = [
    ("GenericError", "provider", "string", "{\"provider\": \"User lacks permission to create …\"} (recorded: both)"),
    ("GenericError", "app", "string", "likewise of the application (recorded: both)"),
    ("GenericError", "null", "string", "a binding's entry has no id (recorded: both)"),
];

/// Paths (their ends) that answer 200 with an empty object, where the description says: without a body.
pub const EMPTY_ALL_THE_SAME: [(&str, &str); 1] =
    [("/set_icon_url/", "recorded: 2025.10.3, the only release that has it here")];

/// Described as required and not nullable, and a live authentik left it out or answered with null: its components, its key,
/// the releases whose descriptions say so, and why.
pub const ABSENT_ALL_THE_SAME: [(&[&str], &str, &[&str], &str); 13] = [
    (
        &["Application"],
        "provider_obj",
        &BEFORE_2026_2,
        "an application needs no provider (recorded: 2025.10.3; nullable since 2026.2)",
    ),
    (&["PolicyBinding"], "policy_obj", &BEFORE_2026_5, A_BINDING),
    (&["PolicyBinding"], "group_obj", &BEFORE_2026_5, A_BINDING),
    (&["PolicyBinding"], "user_obj", &BEFORE_2026_5, A_BINDING),
    (&["Outpost"], "service_connection_obj", &BEFORE_2025_12, "an outpost may run by itself (recorded: 2025.10.3)"),
    (&PROVIDERS, "assigned_application_slug", &BEFORE_2025_12, A_PROVIDER),
    (&PROVIDERS, "assigned_application_name", &BEFORE_2025_12, A_PROVIDER),
    (&PROVIDERS, "assigned_backchannel_application_slug", &BEFORE_2025_12, A_PROVIDER),
    (&PROVIDERS, "assigned_backchannel_application_name", &BEFORE_2025_12, A_PROVIDER),
    (&["Settings"], "policies_buffered_access_view", &BEFORE_2026_5, A_FLAG),
    (&["Settings"], "flows_refresh_others", &BEFORE_2026_5, A_FLAG),
    (&["Settings"], "flows_continuous_login", &BEFORE_2026_5, A_FLAG),
    (&["Settings", "CurrentBrand"], "enterprise_audit_include_expanded_diff", &BEFORE_2026_5, A_FLAG),
];
const PROVIDERS: [&str; 3] = ["Provider", "ProxyProvider", "OAuth2Provider"];
const A_BINDING: &str = "a binding names one of three (recorded: both; nullable since 2026.5)";
const A_FLAG: &str =
    "admin/settings tells no flag that nobody has set; brands/current doesn't tell the last (recorded: both)";
const A_PROVIDER: &str = "a provider needs no application (recorded: 2025.10.3; nullable since 2025.12)";

const BEFORE_2025_12: [&str; 1] = ["2025.10.3"];
const BEFORE_2026_2: [&str; 2] = ["2025.10.3", "2025.12.4"];
const BEFORE_2026_5: [&str; 3] = ["2025.10.3", "2025.12.4", "2026.2.2"];
