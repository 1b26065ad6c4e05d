//! Access tokens of this stall: HS256, claims of its own, and whose tokens are over before their time.

use crate::domain::role::HeldRoles;
use crate::domain::user::User;
use identity::{KeyFault, Registered, Revocations, StallClaims, TokenCodec, TokenFault, TokenRules};
use kernel::{Actor, Meaning, PublicIds, Refusal, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::sync::Arc;
use web::TokenVerifier;

/// Who mints our tokens.
pub const ISSUER: &str = "fairground";
/// For whom.
pub const AUDIENCE: &str = "funpot";

/// What a token says. Ids are public UUIDs, times seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PotClaims {
    /// The user.
    pub sub: String,
    /// The user, again.
    pub uid: String,
    /// The user's number at Telegram.
    pub tid: i64,
    /// The roles held when it was minted.
    pub roles: Vec<String>,
    /// The session it belongs to; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The user's token version.
    pub tv: i64,
    /// Who minted it.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// Its own name.
    pub jti: String,
    /// When it was minted.
    pub iat: i64,
    /// When it ends; at this second it is over.
    pub exp: i64,
}

impl StallClaims for PotClaims {
    fn registered(&self) -> Registered<'_> {
        Registered { issuer: &self.iss, audience: Some(&self.aud), issued_at: self.iat, expires_at: self.exp }
    }
}

/// Mints and verifies.
pub struct Tokens {
    codec: TokenCodec<PotClaims>,
    public: PublicIds,
    ttl_s: i64,
    /// Whose tokens are over: blocked users, and token versions that were raised.
    pub revocations: Revocations,
}

/// A token that was just minted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minted {
    /// The text.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who.
    pub actor: Actor,
    /// The session it belongs to.
    pub session: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Tokens {
    /// Tokens signed with `current`, good for `ttl_s` seconds; those signed with `older` are accepted too.
    /// Errors: both secrets are the same.
    pub fn new(
        (current, older): (&str, Option<&str>),
        public: PublicIds,
        ttl_s: i64,
    ) -> Result<Self, KeyFault> {
        let rules = TokenRules { issuer: ISSUER, audience: Some(AUDIENCE), lifetime_max_s: ttl_s };
        let codec = TokenCodec::new(current, older, rules)?;
        Ok(Self { codec, public, ttl_s, revocations: Revocations::default() })
    }

    /// A token of `user` in session `sid`; `jti` is its own name.
    #[must_use]
    pub fn mint(&self, user: &User, sid: Option<&str>, jti: &str, now: Timestamp) -> Minted {
        let id = self.public.encode(user.id);
        let iat = now.as_secs();
        let claims = PotClaims {
            sub: id.clone(),
            uid: id,
            tid: user.tg_user_id,
            roles: user.roles.names().into_iter().map(str::to_owned).collect(),
            sid: sid.map(str::to_owned),
            tv: user.token_version,
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            jti: jti.to_owned(),
            iat,
            exp: iat + self.ttl_s,
        };
        Minted { token: self.codec.mint(&claims), expires_at: Timestamp::from_secs(claims.exp) }
    }

    /// What a token says at `now`. Errors: the first check it fails.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Verified, TokenFault> {
        let claims = self.codec.read(token, now)?;
        if claims.sub != claims.uid {
            return Err(TokenFault::ClaimsAreMalformed);
        }
        let user: UserId = self.public.decode(&claims.uid).map_err(|_| TokenFault::ClaimsAreMalformed)?;
        let held = HeldRoles::parse(claims.roles.iter().map(String::as_str));
        let role = held.ok_or(TokenFault::ClaimsAreMalformed)?.highest();
        self.revocations.check(user, claims.tv)?;
        let expires_at = Timestamp::from_secs(claims.exp);
        Ok(Verified { actor: Actor { user, tenant: None, role }, session: claims.sid, expires_at })
    }
}

/// The secret of stalls that have none of their own: the platform's key, as text.
#[must_use]
pub fn platform_secret(key: &[u8]) -> String {
    key.iter().fold(String::with_capacity(2 * key.len()), |mut text, byte| {
        // Writing into a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What the edge asks on every request.
pub struct PotVerifier(pub Arc<Tokens>);

impl TokenVerifier for PotVerifier {
    fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal> {
        self.0.read(token, now).map(|verified| verified.actor).map_err(refusal)
    }
}

/// The refusal of a token.
#[must_use]
pub fn refusal(fault: TokenFault) -> Refusal {
    let refused = |code, text| Refusal::new(Meaning::Unauthenticated, code, text);
    match fault {
        TokenFault::TokenIsExpired => refused("TOKEN_EXPIRED", "This token is over. Renew it."),
        TokenFault::UserIsInactive => {
            Refusal::new(Meaning::Forbidden, "FORBIDDEN", "This account is blocked.")
        }
        TokenFault::TokenIsTooLong
        | TokenFault::TokenIsMalformed
        | TokenFault::AlgorithmIsNotAllowed
        | TokenFault::KeyIsUnknown
        | TokenFault::SignatureIsWrong
        | TokenFault::ClaimsAreMalformed
        | TokenFault::IssuerIsWrong
        | TokenFault::AudienceIsWrong
        | TokenFault::LifetimeIsTooLong
        | TokenFault::TokenIsNotYetValid
        | TokenFault::TokenWasRevoked => {
            refused("INVALID_TOKEN", "This token is not one of ours. Log in again.")
        }
    }
}
