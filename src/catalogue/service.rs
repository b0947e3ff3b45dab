//! A service of the catalogue, as plain data. Texts with `{{name}}` are templates: `fill.rs` fills them in.

/// What we know of one service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Stable and unique, such as `grafana`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Other names that people search by.
    pub also: Vec<String>,
    /// Where authentik's integration page is, below `https://integrations.goauthentik.io/`.
    pub docs: String,
    /// What it can be connected by, what we would do first.
    pub speaks: Vec<Speaks>,
    /// Where it runs.
    pub deployment: Deployment,
    /// How a page of it is recognised.
    pub recognise: Recognise,
    /// What authentik must know for OIDC.
    pub oidc: Option<Oidc>,
    /// What is known for protecting it by forward auth. An OIDC service may have it too, for its open paths.
    pub forward_auth: Option<ForwardAuth>,
    /// What only a person can tell.
    pub ask: Vec<Ask>,
    /// What goes into the service; several are alternatives or parts, in order.
    pub settings: Vec<Settings>,
    /// Where in the service single sign-on is set up, below its address, where a source says so.
    pub settings_page: Option<String>,
    /// Groups that the settings mention; their names are free.
    pub groups: Vec<String>,
    /// What else a person should know.
    pub notes: Vec<String>,
}

impl Service {
    /// Name, other names and id.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str(), self.id.as_str()].into_iter().chain(self.also.iter().map(String::as_str))
    }

    /// The address of authentik's own page about it.
    pub fn docs_url(&self) -> String {
        format!("https://integrations.goauthentik.io/{}/", self.docs)
    }
}

/// A way to connect a service to authentik.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// `OpenID` Connect.
    Oidc,
    /// Nothing of its own: authentik's proxy stands in front of it.
    ForwardAuth,
    /// SAML.
    Saml,
    /// LDAP, by an LDAP outpost.
    Ldap,
    /// Another, by its name in the catalogue.
    Other(String),
}

impl Speaks {
    /// The protocol's own name.
    pub fn name(&self) -> &str {
        match self {
            Self::Oidc => "OIDC",
            Self::ForwardAuth => "forward auth",
            Self::Saml => "SAML",
            Self::Ldap => "LDAP",
            Self::Other(name) => name,
        }
    }
}

/// Where a service runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Deployment {
    /// At an address of one's own.
    #[default]
    SelfHosted,
    /// At its vendor's.
    Saas,
    /// On a device, without an address.
    Native,
}

/// How a page of a service is recognised; see `recognise.rs` for what counts how much.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Recognise {
    /// Regular expression for the part of a title that names the service.
    pub title: Option<String>,
    /// Beginnings of paths that it has.
    pub paths: Vec<String>,
    /// Hosts of the vendor, where it runs there: `chatgpt.com`, `*.zendesk.com`.
    pub hosts: Vec<String>,
    /// `<meta>` elements: name or property, and a regular expression for its content.
    pub meta: Vec<(String, String)>,
    /// Selectors of elements that no other service has.
    pub elements: Vec<String>,
    /// How far the rule is to be trusted.
    pub sure: Rule,
}

/// How far a rule is to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Rule {
    /// Looked up in the service's source.
    Checked,
    /// From its documentation or common knowledge.
    #[default]
    Known,
    /// A name that is a word of daily life, or one that nobody checked.
    Weak,
}

/// What authentik must know for OIDC.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Oidc {
    /// Templates: a path is below the service's own address; with a scheme it is whole; with `^` a regular expression.
    pub redirect_uris: Vec<String>,
    /// Further ones that some installations need; the notes say which.
    pub other_redirect_uris: Vec<String>,
    /// The service itself shows the redirect URI, and that one counts.
    pub redirect_uri_from_service: bool,
    /// Where authentik may send people after the logout.
    pub post_logout_uris: Vec<String>,
    /// Confidential or public.
    pub client: Client,
    /// Names of the scopes, `openid` included.
    pub scopes: Vec<String>,
    /// Grants beyond `authorization_code` and `refresh_token`.
    pub grants: Vec<String>,
    /// authentik's `sub_mode`, where it isn't the default: `user_username`, `user_email`, …
    pub subject: Option<String>,
    /// Where its login starts, if not at its address.
    pub launch: Option<String>,
    /// How authentik tells it that a session has ended.
    pub logout: Option<Logout>,
    /// It refuses an e-mail address that isn't verified; `mappings` holds what helps.
    pub verified_email: bool,
    /// Validity of an access code, where the default is too short: `minutes=10`.
    pub access_code_validity: Option<String>,
    /// Scope mappings beyond authentik's own.
    pub mappings: Vec<Mapping>,
}

/// The kind of an OAuth2 client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Client {
    /// It keeps a secret.
    #[default]
    Confidential,
    /// It can't.
    Public,
}

/// A logout address, as a template like a redirect URI.
#[derive(Clone, Debug, PartialEq)]
pub struct Logout {
    /// The address.
    pub uri: String,
    /// Who calls it.
    pub method: LogoutMethod,
}

/// Who calls a logout address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutMethod {
    /// authentik itself.
    Backchannel,
    /// The person's browser.
    Frontchannel,
}

/// A scope mapping that the service needs or can use.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// The scope it belongs to.
    pub scope: String,
    /// What for.
    pub why: String,
    /// Without it the login fails.
    pub required: bool,
    /// It stands in for authentik's own mapping of that scope, rather than beside it.
    pub replaces_default: bool,
    /// Python, correct for authentik 2025.10 to 2026.8.
    pub expression: String,
}

/// What is known for protecting a service by forward auth.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ForwardAuth {
    /// authentik's modes that fit, best first: `forward_single`, `proxy`.
    pub modes: Vec<String>,
    /// What must stay reachable without a login, where that is wanted.
    pub open_paths: Vec<OpenPath>,
    /// An example of the address behind the proxy, for mode `proxy`.
    pub internal_host: Option<String>,
    /// Where the login starts, if not at its address.
    pub launch: Option<String>,
    /// Attributes of a group or person that hold what the service's own basic authentication wants.
    pub basic_auth: Option<BasicAuth>,
    /// Headers of authentik's that the service reads.
    pub headers: Vec<String>,
}

/// A path that must stay reachable without a login.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenPath {
    /// Regular expression for `skip_path_regex`.
    pub path: String,
    /// What uses it.
    pub what: String,
    /// The page that says so.
    pub source: Option<String>,
}

/// Names of attributes for basic authentication.
#[derive(Clone, Debug, PartialEq)]
pub struct BasicAuth {
    /// Holds the username.
    pub user_attribute: String,
    /// Holds the password.
    pub password_attribute: String,
}

/// What only a person can tell; `{{name}}` in templates.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The name in templates.
    pub name: String,
    /// What it usually is.
    pub default: Option<String>,
    /// What it is, for a person.
    pub what: String,
}

/// What goes into the service, as a template or filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The kind of it.
    pub kind: Kind,
    /// The name of the file, or the place in the service's interface; may be empty.
    pub place: String,
    /// The text; empty for fields.
    pub text: String,
    /// The fields: label and value; empty for the others.
    pub fields: Vec<(String, String)>,
}

/// The kind of a block of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Environment variables, as a `.env` file or a shell takes them.
    Env,
    /// A piece of a file.
    File,
    /// Fields of a form.
    Fields,
    /// A command to run.
    Command,
}
