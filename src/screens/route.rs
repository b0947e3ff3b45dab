//! The address of a screen, in the location's hash. It may fill a form in, and never applies anything.

/// A screen.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Route {
    /// The tab's site.
    #[default]
    Site,
    /// The tab's site, with the review of "Protect this site" open.
    Protect,
    /// The tab's site; what leads to an OIDC app.
    Oidc,
    /// Whether the gate of the tab's site holds.
    Verify,
    /// A reviewed change, or what the tab's site has, as code.
    Code,
    /// People, with a search.
    People(String),
    /// One person.
    Person(i64),
    /// Settings.
    More,
    /// The form that connects to an authentik.
    Connect,
}

/// The tabs of the popup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The tab's site.
    Site,
    /// People.
    People,
    /// Settings.
    More,
}

impl Route {
    /// Reads a hash: `#/people?q=ada`. Anything unknown is the site.
    pub fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        match path {
            "protect" => Self::Protect,
            "oidc" => Self::Oidc,
            "verify" => Self::Verify,
            "code" => Self::Code,
            "connect" => Self::Connect,
            "more" | "settings" => Self::More,
            "people" => Self::People(query.strip_prefix("q=").map(decode).unwrap_or_default()),
            _ => path.strip_prefix("people/").and_then(|pk| pk.parse().ok()).map_or(Self::Site, Self::Person),
        }
    }

    /// The hash of this screen.
    pub fn hash(&self) -> String {
        match self {
            Self::Site => "#/site".into(),
            Self::Protect => "#/protect".into(),
            Self::Oidc => "#/oidc".into(),
            Self::Verify => "#/verify".into(),
            Self::Code => "#/code".into(),
            Self::People(words) if words.is_empty() => "#/people".into(),
            Self::People(words) => format!("#/people?q={}", crate::authentik::request::encode(words)),
            Self::Person(pk) => format!("#/people/{pk}"),
            Self::More => "#/more".into(),
            Self::Connect => "#/connect".into(),
        }
    }

    /// The tab that it stands under; none for the form that connects.
    pub fn tab(&self) -> Option<Tab> {
        match self {
            Self::Site | Self::Protect | Self::Oidc | Self::Verify | Self::Code => Some(Tab::Site),
            Self::People(_) | Self::Person(_) => Some(Tab::People),
            Self::More => Some(Tab::More),
            Self::Connect => None,
        }
    }
}

/// Undoes percent-encoding; it is cut to 200 characters.
fn decode(text: &str) -> String {
    crate::authentik::request::decode(text).chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_survives_its_hash() {
        for route in [
            Route::Site,
            Route::Protect,
            Route::Verify,
            Route::Code,
            Route::People("jörg & co%".into()),
            Route::Person(7),
            Route::More,
            Route::Connect,
        ] {
            assert_eq!(Route::parse(&route.hash()), route);
        }
        assert_eq!(Route::parse("#/nonsense"), Route::Site);
        assert_eq!(Route::parse("#/people?q=%zz+%e4"), Route::People("%zz \u{fffd}".into()));
    }
}
