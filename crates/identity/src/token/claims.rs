//! What a token says: the claims, as they are written and read.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Who mints our tokens.
pub const ISSUER: &str = "fairground";

/// The claims of an access token. Ids are public UUIDs; times are seconds since 1970.
///
/// Reading borrows from the decoded text; a claim written twice is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims<'a> {
    /// Who minted it: [`ISSUER`].
    pub iss: &'a str,
    /// The stall it is for, by its name.
    pub aud: &'a str,
    /// The user, again, as the standard names it; equal to `user_id`.
    pub sub: &'a str,
    /// The user.
    pub user_id: &'a str,
    /// The user's address, as its owner writes it.
    #[serde(borrow)]
    pub email: Cow<'a, str>,
    /// What the user may do.
    pub role: &'a str,
    /// The user's tenant; none for a global account.
    pub tenant_id: Option<&'a str>,
    /// When it was minted.
    pub iat: i64,
    /// When it ends; at this second it is over.
    pub exp: i64,
    /// Before this second it is not yet good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Its own name, for logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<&'a str>,
    /// The session it was minted in; over when that was ended. None: a token of no session, say a service's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<&'a str>,
    /// The user's token epoch when it was minted; tokens of an earlier epoch are over.
    #[serde(default)]
    pub ep: i64,
}
