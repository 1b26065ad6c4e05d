//! What may be wrong with a provider, one fault at a time for each.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Identity tokens are made for somebody else.
    WrongAudience,
    /// Identity tokens name another issuer.
    WrongIssuer,
    /// Identity tokens repeat another nonce.
    WrongNonce,
    /// Identity tokens were over an hour ago.
    Expired,
    /// Identity tokens are signed with a key that is not published.
    UnknownKey,
    /// Identity tokens say that their algorithm is none.
    NoAlgorithm,
    /// Addresses are not verified.
    UnverifiedMail,
    /// Every answer takes half a minute.
    Slow,
    /// Every answer is a 503.
    Away,
    /// The token endpoint redirects elsewhere.
    Redirect,
    /// WeChat: failures inside a 200.
    Errcode,
    /// WeChat: no name that all applications share.
    NoUnion,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 13] = [
        Self::None,
        Self::WrongAudience,
        Self::WrongIssuer,
        Self::WrongNonce,
        Self::Expired,
        Self::UnknownKey,
        Self::NoAlgorithm,
        Self::UnverifiedMail,
        Self::Slow,
        Self::Away,
        Self::Redirect,
        Self::Errcode,
        Self::NoUnion,
    ];

    /// Its name at the control endpoint.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::WrongAudience => "wrong_audience",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongNonce => "wrong_nonce",
            Self::Expired => "expired",
            Self::UnknownKey => "unknown_key",
            Self::NoAlgorithm => "no_algorithm",
            Self::UnverifiedMail => "unverified_mail",
            Self::Slow => "slow",
            Self::Away => "away",
            Self::Redirect => "redirect",
            Self::Errcode => "errcode",
            Self::NoUnion => "no_union",
        }
    }

    /// The fault of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}
