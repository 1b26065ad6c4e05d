//! Whom a provider proved.

use std::fmt;

/// Somebody whom a provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedIdentity {
    /// The provider's names for them, the strongest first; each is enough to know them again.
    pub subjects: Vec<String>,
    /// Their address, if the provider tells one.
    pub email: Option<String>,
    /// Whether the provider has proved that it is theirs. An unverified one must link to no account.
    pub email_verified: bool,
    /// What they call themselves.
    pub name: Option<String>,
    /// Where their picture lies.
    pub avatar: Option<String>,
    /// What we may do at the provider in their name.
    pub grant: ProviderGrant,
}

/// A provider's tokens; to be sealed at once. Their `Debug` form hides them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ProviderGrant {
    /// For calls in their name.
    pub access_token: String,
    /// For the next access token, if there is one.
    pub refresh_token: Option<String>,
    /// Seconds until the access token is over.
    pub expires_in_s: i64,
    /// What it is good for.
    pub scope: String,
}

impl fmt::Debug for ProviderGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderGrant(tokens hidden, {} s, {})", self.expires_in_s, self.scope)
    }
}
