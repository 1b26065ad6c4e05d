//! Why an API key is not taken.

/// The first check a key failed, in the order in which they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ApiKeyFault {
    /// Not of our form.
    #[error("malformed")]
    KeyIsMalformed,
    /// Its check digits are not ours: mistyped, or invented.
    #[error("bad_check")]
    CheckIsWrong,
    /// Well formed, and in no table.
    #[error("unknown")]
    KeyIsUnknown,
    /// Taken back, or replaced by another.
    #[error("revoked")]
    KeyIsRevoked,
    /// Its time is over.
    #[error("expired")]
    KeyIsExpired,
    /// Not from this address.
    #[error("address_not_allowed")]
    AddressIsNotAllowed,
    /// It may not do this.
    #[error("scope_missing")]
    ScopeIsMissing,
}

impl ApiKeyFault {
    /// The stable name, for programs and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KeyIsMalformed => "malformed",
            Self::CheckIsWrong => "bad_check",
            Self::KeyIsUnknown => "unknown",
            Self::KeyIsRevoked => "revoked",
            Self::KeyIsExpired => "expired",
            Self::AddressIsNotAllowed => "address_not_allowed",
            Self::ScopeIsMissing => "scope_missing",
        }
    }
}
