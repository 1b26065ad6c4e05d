//! Every way in which a log-in by wallet is refused, and the one map to names and codes.

use super::signature::SignatureFault;
use super::siwe::SiweFault;

/// Why a wallet was not believed: the first check that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiweRefusal {
    /// The text is no message of EIP-4361.
    MessageIsMalformed(SiweFault),
    /// Written for another site.
    DomainIsNotOurs,
    /// For an address that is not below our origin, or with another scheme.
    UriIsNotOurs,
    /// Its owner read something else than what we ask.
    StatementIsNotOurs,
    /// For a chain that is not on the list.
    ChainIsNotAllowed,
    /// No nonce of ours: too short, never given out, or given to another wallet or network.
    NonceIsNotOurs,
    /// The nonce was ours and its time is over.
    NonceIsExpired,
    /// Written too long ago.
    IssuedTooLongAgo,
    /// Written later than now.
    IssuedInTheFuture,
    /// Its own end has passed.
    MessageIsExpired,
    /// Its own beginning has not come.
    MessageIsNotYetValid,
    /// The first resource names no session key.
    SessionKeyIsMissing,
    /// The signature cannot be one.
    SignatureIsUnusable(SignatureFault),
    /// Signed by another account than the message names.
    SignerIsAnother,
}

impl SiweRefusal {
    /// The stable name, for programs and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessageIsMalformed(SiweFault::DomainIsMalformed) | Self::DomainIsNotOurs => "wrong_domain",
            Self::MessageIsMalformed(SiweFault::MessageIsTooLong) => "too_long",
            Self::MessageIsMalformed(_) => "malformed",
            Self::UriIsNotOurs => "wrong_uri",
            Self::StatementIsNotOurs => "wrong_statement",
            Self::ChainIsNotAllowed => "wrong_chain",
            Self::NonceIsNotOurs => "wrong_nonce",
            Self::NonceIsExpired => "nonce_expired",
            Self::IssuedTooLongAgo => "issued_too_long_ago",
            Self::IssuedInTheFuture => "issued_in_the_future",
            Self::MessageIsExpired => "expired",
            Self::MessageIsNotYetValid => "not_yet_valid",
            Self::SessionKeyIsMissing => "no_session_key",
            Self::SignatureIsUnusable(fault) => fault.as_str(),
            Self::SignerIsAnother => "invalid_signature",
        }
    }

    /// The code of the API. Each is 401 but `bad_request`, which is 400.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MessageIsMalformed(SiweFault::MessageIsTooLong) => "bad_request",
            Self::MessageIsMalformed(SiweFault::DomainIsMalformed)
            | Self::DomainIsNotOurs
            | Self::UriIsNotOurs => "wrong_domain",
            Self::MessageIsMalformed(_) | Self::StatementIsNotOurs | Self::SessionKeyIsMissing => {
                "tampered_payload"
            }
            Self::ChainIsNotAllowed => "wrong_chain",
            Self::NonceIsNotOurs => "replay_detected",
            Self::NonceIsExpired
            | Self::IssuedTooLongAgo
            | Self::IssuedInTheFuture
            | Self::MessageIsExpired
            | Self::MessageIsNotYetValid => "signature_expired",
            Self::SignatureIsUnusable(fault) => fault.code(),
            Self::SignerIsAnother => "invalid_signature",
        }
    }
}

impl SignatureFault {
    /// The code of the API; 401.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WalletIsAContract => "contract_wallet_unsupported",
            Self::SignatureIsMalformed
            | Self::RecoveryIdIsUnknown
            | Self::ScalarIsOutOfRange
            | Self::ScalarIsHigh
            | Self::SignatureIsWrong => "invalid_signature",
        }
    }
}
