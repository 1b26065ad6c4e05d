//! Why a token is not believed.

/// The first check a token failed, in the order in which they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenFault {
    /// Longer than any token of ours.
    TokenIsTooLong,
    /// Not three parts of base64url, or a header that is no plain JWT header.
    TokenIsMalformed,
    /// Its header asks for anything but HS256.
    AlgorithmIsNotAllowed,
    /// Its `kid` names no key of ours.
    KeyIsUnknown,
    /// Not signed by that key.
    SignatureIsWrong,
    /// Signed by us, but the claims are not ours: missing, doubled, of a wrong type, or contradicting each other.
    ClaimsAreMalformed,
    /// Minted by another.
    IssuerIsWrong,
    /// Minted for another stall.
    AudienceIsWrong,
    /// Good for longer than any token of ours.
    LifetimeIsTooLong,
    /// Its time has not come.
    TokenIsNotYetValid,
    /// Its time is over.
    TokenIsExpired,
    /// Its user's sessions were ended since.
    TokenWasRevoked,
    /// Its user was switched off.
    UserIsInactive,
}

impl TokenFault {
    /// The stable name, for programs and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TokenIsTooLong => "too_long",
            Self::TokenIsMalformed => "malformed",
            Self::AlgorithmIsNotAllowed => "algorithm_not_allowed",
            Self::KeyIsUnknown => "unknown_key",
            Self::SignatureIsWrong => "bad_signature",
            Self::ClaimsAreMalformed => "bad_claims",
            Self::IssuerIsWrong => "wrong_issuer",
            Self::AudienceIsWrong => "wrong_audience",
            Self::LifetimeIsTooLong => "lifetime_too_long",
            Self::TokenIsNotYetValid => "not_yet_valid",
            Self::TokenIsExpired => "expired",
            Self::TokenWasRevoked => "revoked",
            Self::UserIsInactive => "user_inactive",
        }
    }
}
