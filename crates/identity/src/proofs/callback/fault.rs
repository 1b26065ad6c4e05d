//! Why a signed call is not believed.

/// The first check that a call failed, in the order in which they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallbackFault {
    /// A header of the signature is missing.
    HeaderIsMissing,
    /// A part of the signed text has a line break or another control character, so that it could be read in two ways.
    CallIsMalformed,
    /// The timestamp is no whole number of seconds.
    TimestampIsMalformed,
    /// Signed too long ago, or later than now, beyond what is allowed.
    TimestampIsOutsideTheSkew,
    /// The worker has no key of that name.
    KeyIsUnknown,
    /// The signature is not the hexadecimal text of 32 bytes.
    SignatureIsMalformed,
    /// Not signed with that key.
    SignatureIsWrong,
}

impl CallbackFault {
    /// The stable name, for programs and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HeaderIsMissing => "missing_header",
            Self::CallIsMalformed => "malformed",
            Self::TimestampIsMalformed => "malformed_timestamp",
            Self::TimestampIsOutsideTheSkew => "outside_skew",
            Self::KeyIsUnknown => "unknown_key",
            Self::SignatureIsMalformed => "malformed_signature",
            Self::SignatureIsWrong => "bad_signature",
        }
    }
}
