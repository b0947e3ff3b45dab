//! Connecting: the form, and what came of trying.

use crate::authentik::{Access, AddressError, ApiError, ApiToken, BaseUrl, WebUrl};
use crate::session::{Keep, Who};
use crate::words::{error_text, fill, words, work_words};

/// The form.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own, and they combine freely")]
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Connect {
    /// As typed.
    pub address: String,
    /// As typed. It stands nowhere but in the field and here until it is kept or the view closes.
    pub token: Secret,
    /// Where the token will be kept.
    pub keep: Keep,
    /// The person's word that plain http may be used.
    pub readable_is_fine: bool,
    /// How far it is.
    pub step: Step,
    /// An error beside the address.
    pub address_error: Option<String>,
    /// Whether the confirmation for plain http is asked for.
    pub asks_for_readable: bool,
    /// The address was tried and did not lead to an authentik: opening it in a tab shows more.
    pub can_be_opened: bool,
    /// An error beside the token.
    pub token_error: Option<String>,
    /// The token that worked until now has stopped working.
    pub stopped: bool,
}

/// A text that doesn't print.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// How far connecting is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Step {
    /// The form is open.
    #[default]
    Form,
    /// The browser asks the person for the host.
    AskingForHost,
    /// The instance is asked.
    Trying,
}

/// What connecting brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Established {
    /// The base.
    pub base: BaseUrl,
    /// The token.
    pub token: ApiToken,
    /// Who it is.
    pub who: Who,
}

/// Why connecting failed, and beside which field that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectFailure {
    /// The address doesn't lead to an authentik.
    Address(ApiError),
    /// authentik is there and doesn't take the token.
    Token(ApiError),
    /// The browser could not keep it.
    Storage,
}

impl Connect {
    /// The form, with what is known of an earlier connection.
    pub fn with_address(address: &str, keep: Keep) -> Self {
        Self { address: address.to_owned(), keep, ..Self::default() }
    }

    /// Reads the fields. Errors stand beside them afterwards. A token that is left out is the one that is kept, if that one
    /// is for this very base.
    pub fn read(
        &mut self,
        parse: impl Fn(&str) -> Option<WebUrl>,
        kept: Option<&Access>,
    ) -> Option<(BaseUrl, ApiToken)> {
        let words = words();
        self.asks_for_readable = false;
        self.can_be_opened = false;
        let base = BaseUrl::from_typed(&self.address, parse, self.readable_is_fine);
        self.address_error = base.as_ref().err().map(|error| {
            match error {
                AddressError::Empty => words.address_empty,
                AddressError::NotAnAddress => words.address_not_one,
                AddressError::OtherScheme => words.address_other_scheme,
                AddressError::Credentials => words.address_credentials,
                AddressError::Readable => {
                    self.asks_for_readable = true;
                    words.address_readable
                }
            }
            .to_owned()
        });
        let left_out = self.token.0.trim().is_empty();
        let kept = kept.filter(|kept| left_out && base.as_ref().is_ok_and(|base| *base == kept.base));
        let token = kept.and_then(|kept| kept.token.clone()).or_else(|| ApiToken::parse(&self.token.0));
        self.token_error = match (&token, left_out) {
            (Some(_), _) => None,
            (None, true) => Some(words.token_empty.to_owned()),
            (None, false) => Some(words.token_not_one.to_owned()),
        };
        base.ok().zip(token)
    }

    /// Puts a failure beside what caused it.
    pub fn fail(&mut self, failure: &ConnectFailure) {
        self.step = Step::Form;
        match failure {
            ConnectFailure::Address(error) => {
                self.address_error = Some(fill(words().connect_not_sent, &[("why", &error_text(error))]));
                self.can_be_opened = true;
            }
            ConnectFailure::Token(error) if error.is_bad_token() => {
                self.token_error = Some(words().token_refused.to_owned());
            }
            ConnectFailure::Token(error) => self.token_error = Some(error_text(error)),
            ConnectFailure::Storage => self.token_error = Some(work_words().error_storage.to_owned()),
        }
    }

    /// The address, where it was tried in vain.
    pub fn page_to_open(&self, parse: impl Fn(&str) -> Option<WebUrl>) -> Option<String> {
        let base = BaseUrl::from_typed(&self.address, parse, true).ok().filter(|_| self.can_be_opened)?;
        Some(base.page(""))
    }

    /// The page of authentik where a token is made, once the address is one.
    pub fn token_page(&self, parse: impl Fn(&str) -> Option<WebUrl>) -> Option<String> {
        let base = BaseUrl::from_typed(&self.address, parse, true).ok()?;
        Some(base.page("if/admin/#/core/tokens"))
    }
}
