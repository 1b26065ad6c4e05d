//! Why init data is not believed.

/// The first check that init data failed, in the order in which they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InitDataFault {
    /// Longer than any client sends.
    InitDataIsTooLong,
    /// No list of URL-encoded pairs, or a pair that two texts could have been joined from.
    InitDataIsMalformed,
    /// A key comes twice.
    KeyIsDuplicated,
    /// No `hash`.
    HashIsMissing,
    /// `hash` is not the hexadecimal text of 32 bytes.
    HashIsMalformed,
    /// No `signature`, which the third-party form needs.
    SignatureIsMissing,
    /// `signature` is not the base64url text of 64 bytes.
    SignatureIsMalformed,
    /// No `auth_date`.
    AuthDateIsMissing,
    /// `auth_date` is no whole number of seconds.
    AuthDateIsMalformed,
    /// No `user`.
    UserIsMissing,
    /// `user` is no JSON object with an `id` of Telegram's.
    UserIsMalformed,
    /// Not signed with this bot's token.
    HashIsWrong,
    /// Not signed by Telegram for this bot.
    SignatureIsWrong,
    /// Signed too long ago.
    AuthDateIsTooOld,
    /// Signed later than now, beyond what clocks differ.
    AuthDateIsInTheFuture,
}

impl InitDataFault {
    /// The stable name, for programs and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InitDataIsTooLong => "too_long",
            Self::InitDataIsMalformed => "malformed",
            Self::KeyIsDuplicated => "duplicate_key",
            Self::HashIsMissing => "missing_hash",
            Self::HashIsMalformed => "malformed_hash",
            Self::SignatureIsMissing => "missing_signature",
            Self::SignatureIsMalformed => "malformed_signature",
            Self::AuthDateIsMissing => "missing_auth_date",
            Self::AuthDateIsMalformed => "malformed_auth_date",
            Self::UserIsMissing => "missing_user",
            Self::UserIsMalformed => "malformed_user",
            Self::HashIsWrong => "bad_hash",
            Self::SignatureIsWrong => "bad_signature",
            Self::AuthDateIsTooOld => "expired",
            Self::AuthDateIsInTheFuture => "in_the_future",
        }
    }

    /// Whether it cannot be read at all; otherwise it was read and is not believed.
    #[must_use]
    pub const fn is_malformed(self) -> bool {
        !matches!(
            self,
            Self::HashIsWrong | Self::SignatureIsWrong | Self::AuthDateIsTooOld | Self::AuthDateIsInTheFuture
        )
    }
}
