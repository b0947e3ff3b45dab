//! Which server is judged, and whether it can be: address, token, superuser.

use std::sync::Arc;

use embedded_authentik::{Options, Running, start};
use gatewright::authentik::{Access, ApiToken, BaseUrl, Release, admin, users};
use gatewright::ports::{ask, native_url};
use gatewright::words::error_text;
use gatewright_it::{Line, World, client_for_elsewhere, new_client};
use reqwest::Client;

use crate::{Ledger, Prefix, Trouble};

/// A server, and the right to use it.
#[derive(Debug)]
pub struct Target {
    /// Address and token.
    pub access: Access,
    /// Its release.
    pub release: Release,
    /// The caller's key.
    pub me: i64,
    /// Whether gates may go into the embedded outpost, rather than into outposts that the run makes.
    pub may_change_outpost: bool,
    /// Who sends.
    pub client: Client,
}

impl Target {
    /// The server that `AUTHENTIK_URL` and `AUTHENTIK_TOKEN` name; none where neither is set.
    pub async fn from_environment() -> Result<Option<Self>, Trouble> {
        let variable = |name| std::env::var(name).ok().filter(|text| !text.trim().is_empty());
        match (variable("AUTHENTIK_URL"), variable("AUTHENTIK_TOKEN")) {
            (None, None) => Ok(None),
            (Some(url), Some(token)) => {
                let client = client_for_elsewhere();
                let client = client.map_err(|error| Trouble(format!("TLS can't be set up here: {error}")))?;
                let target = Self::of(&url, &token, client).await?;
                Ok(Some(Self { may_change_outpost: variable("AUTHENTIK_MAY_CHANGE_OUTPOST").is_some(), ..target }))
            }
            (Some(_), None) => {
                Err(Trouble("AUTHENTIK_URL is set, and AUTHENTIK_TOKEN is not: nothing was sent.".into()))
            }
            (None, Some(_)) => {
                Err(Trouble("AUTHENTIK_TOKEN is set, and AUTHENTIK_URL is not: nothing was sent.".into()))
            }
        }
    }

    /// Starts an embedded one: the only place where the suite does.
    pub async fn start_embedded(release: embedded_authentik::Release) -> Result<Running, Trouble> {
        // What is refused is sent on purpose.
        let options = Options { release, only_answers_are_checked: true, ..Options::default() };
        start(options).await.map_err(|error| Trouble(format!("The embedded authentik can't be started: {error}")))
    }

    /// An embedded one.
    pub async fn embedded(set: &Running) -> Result<Self, Trouble> {
        let target = Self::of(&set.about().urls.authentik, &set.about().tokens.admin, new_client()).await?;
        Ok(Self { may_change_outpost: true, ..target })
    }

    /// Looks whether there is an authentik that can be judged with this token.
    pub async fn of(url: &str, token: &str, client: Client) -> Result<Self, Trouble> {
        let base = BaseUrl::from_typed(url, native_url, true).map_err(|_| {
            Trouble(format!("AUTHENTIK_URL is no address of a server: {url:?}. It looks like https://auth.example.com"))
        })?;
        let token = ApiToken::parse(token).ok_or_else(|| {
            Trouble("AUTHENTIK_TOKEN is no API token: it has to be one word of letters and digits.".into())
        })?;
        let world = World::over(Line::watched(client.clone(), Arc::new(Ledger::new(Prefix::new()))));
        let open = client.get(base.api("root/config/")).send().await;
        open.map_err(|error| Trouble(format!("Nothing answers at {base} (AUTHENTIK_URL): {}", causes(&error))))?;
        let nobody = Access { base: base.clone(), token: None };
        ask(&world, &nobody, &admin::root_config()).await.map_err(|error| {
            Trouble(format!(
                "There is no authentik at {base} (AUTHENTIK_URL): {} The token was not sent.",
                error_text(&error)
            ))
        })?;
        let access = Access { base, token: Some(token) };
        let me = ask(&world, &access, &users::me()).await;
        let me = me.map_err(|error| {
            Trouble(format!("AUTHENTIK_TOKEN opens nothing at {}: {}", access.base, error_text(&error)))
        })?;
        if !me.is_superuser {
            let who = &me.username;
            return Err(Trouble(format!(
                "AUTHENTIK_TOKEN belongs to {who}, who is no superuser. The suite needs a superuser's, to see that it left \
                 everything as it was. Nothing was changed."
            )));
        }
        let release = ask(&world, &access, &admin::version()).await;
        let release =
            release.map_err(|error| Trouble(format!("{} tells no release: {}", access.base, error_text(&error))))?;
        if !release.at_least(2025, 10) {
            return Err(Trouble(format!("This is authentik {}; Gatewright needs 2025.10 or later.", release.text())));
        }
        Ok(Self { access, release, me: me.pk, may_change_outpost: false, client })
    }
}

/// An error with what is behind it, which is what tells: a name that nobody knows, a certificate that nobody trusts.
fn causes(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = next {
        causes.push(error.to_string());
        next = error.source();
    }
    causes.join(": ")
}
