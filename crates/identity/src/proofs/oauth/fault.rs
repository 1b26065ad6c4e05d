//! What goes wrong between us, a browser and a provider. The texts are for our log; none carries a secret.

use super::id_token::IdTokenFault;

/// Why a returning browser's state is not taken. Each is the caller's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StateFault {
    /// Never handed out, or used up.
    #[error("the state is unknown or was used")]
    StateIsUnknown,
    /// Ten minutes are over.
    #[error("the state is expired")]
    StateIsExpired,
    /// It was made for another provider.
    #[error("the state belongs to another provider")]
    ProviderIsWrong,
    /// It was made for another address to return to.
    #[error("the redirect address is another than at the beginning")]
    RedirectIsWrong,
}

/// Why a provider's answer proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum OAuthFault {
    /// No answer: it is away, slow, or fails inside.
    #[error("the provider does not answer: {0}")]
    ProviderIsAway(String),
    /// It refuses the code, or us; with its own word for it.
    #[error("the provider refuses: {0}")]
    ProviderRefuses(String),
    /// It answered what nobody can read, or left something out.
    #[error("the provider's answer cannot be used: {0}")]
    AnswerIsMalformed(&'static str),
    /// It proved somebody to somebody else, or at another time.
    #[error("the identity token is not believed: {0}")]
    IdToken(#[from] IdTokenFault),
}

impl From<outbound::OutboundFault> for OAuthFault {
    fn from(fault: outbound::OutboundFault) -> Self {
        Self::ProviderIsAway(fault.to_string())
    }
}

impl OAuthFault {
    /// The stable name, for logs and metrics.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::ProviderIsAway(_) => "provider_away",
            Self::ProviderRefuses(_) => "provider_refuses",
            Self::AnswerIsMalformed(_) => "answer_malformed",
            Self::IdToken(fault) => fault.as_str(),
        }
    }
}

/// A provider's own word for a failure, shortened to what is fit for a log line.
pub(super) fn word(text: &str) -> String {
    text.chars().filter(|sign| sign.is_ascii_graphic() || *sign == ' ').take(80).collect()
}
