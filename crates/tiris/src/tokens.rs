//! Access and refresh tokens: what they say, and whom they speak for. Whether their session still stands is asked of the
//! database by `usecase::auth_check`.

use crate::domain::role::ROLES;
use identity::{
    AuthRefusal, KeyFault, Registered, SessionId, StallClaims, TokenCodec, TokenFault, TokenRules,
};
use kernel::{Actor, PublicIds, Refusal, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use web::TokenVerifier;

/// Who issues our tokens.
const ISSUER: &str = "tiris-backend";
/// Seconds for which a refresh token is good, unless it is said otherwise.
const REFRESH_LIFETIME_S: i64 = 604_800;

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessClaims {
    user_id: String,
    username: String,
    email: String,
    role: String,
    exp: i64,
    iat: i64,
    nbf: i64,
    iss: String,
    sub: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

/// What a refresh token says: whose, and of which session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshClaims {
    sub: String,
    jti: String,
    iss: String,
    iat: i64,
    exp: i64,
}

impl StallClaims for AccessClaims {
    fn registered(&self) -> Registered<'_> {
        Registered { issuer: &self.iss, audience: None, issued_at: self.iat, expires_at: self.exp }
    }
}

impl StallClaims for RefreshClaims {
    fn registered(&self) -> Registered<'_> {
        Registered { issuer: &self.iss, audience: None, issued_at: self.iat, expires_at: self.exp }
    }
}

/// Whom an access token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    /// Who, with the role of when it was minted.
    pub actor: Actor,
    /// The session it belongs to; none for one that was minted outside of a sign-in.
    pub session: Option<SessionId>,
}

/// Whom a token is minted for.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'h> {
    /// Who.
    pub actor: Actor,
    /// Their name.
    pub username: &'h str,
    /// Their address; empty for none.
    pub email: &'h str,
    /// The session.
    pub session: Option<SessionId>,
}

/// Mints and reads tokens.
pub struct Tokens {
    access: TokenCodec<AccessClaims>,
    refresh: TokenCodec<RefreshClaims>,
    public: PublicIds,
    lifetime_s: i64,
    refresh_lifetime_s: i64,
}

impl Tokens {
    /// Tokens signed with `secret`; refresh tokens with a secret that follows from it. Errors: a sentence for the operator.
    pub fn new(secret: &[u8], public: PublicIds, lifetime_s: i64) -> Result<Self, String> {
        let secret = text(secret);
        let refresh = format!("{secret} refresh");
        Self::with_refresh(&secret, (&refresh, REFRESH_LIFETIME_S), public, lifetime_s)
    }

    /// Tokens with a secret for each kind. Errors: a sentence for the operator.
    pub fn with_refresh(
        secret: &str,
        (refresh, refresh_lifetime_s): (&str, i64),
        public: PublicIds,
        lifetime_s: i64,
    ) -> Result<Self, String> {
        let rules = |lifetime_max_s| TokenRules { issuer: ISSUER, audience: None, lifetime_max_s };
        let fault = |fault: KeyFault| fault.to_string();
        Ok(Self {
            access: TokenCodec::new(secret, None, rules(identity::TOKEN_LIFETIME_MAX_S)).map_err(fault)?,
            refresh: TokenCodec::new(refresh, None, rules(refresh_lifetime_s)).map_err(fault)?,
            public,
            lifetime_s,
            refresh_lifetime_s,
        })
    }

    /// Seconds for which an access token is good.
    #[must_use]
    pub const fn lifetime_s(&self) -> i64 {
        self.lifetime_s
    }

    /// Seconds for which a refresh token is good.
    #[must_use]
    pub const fn refresh_lifetime_s(&self) -> i64 {
        self.refresh_lifetime_s
    }

    /// A fresh access token of `actor` outside of any session.
    #[must_use]
    pub fn mint(&self, actor: Actor, email: &str, now: Timestamp) -> String {
        self.mint_for(Holder { actor, username: "", email, session: None }, now)
    }

    /// A fresh access token.
    #[must_use]
    pub fn mint_for(&self, holder: Holder<'_>, now: Timestamp) -> String {
        let id = self.public.encode(holder.actor.user);
        self.access.mint(&AccessClaims {
            user_id: id.clone(),
            username: holder.username.to_owned(),
            email: holder.email.to_owned(),
            role: holder.actor.role.as_str().to_owned(),
            exp: now.as_secs() + self.lifetime_s,
            iat: now.as_secs(),
            nbf: now.as_secs(),
            iss: ISSUER.to_owned(),
            sub: id,
            jti: holder.session.map(|session| self.public.encode(session)),
        })
    }

    /// The refresh token of a session.
    #[must_use]
    pub fn mint_refresh(&self, user: UserId, session: SessionId, now: Timestamp) -> String {
        self.refresh.mint(&RefreshClaims {
            sub: self.public.encode(user),
            jti: self.public.encode(session),
            iss: ISSUER.to_owned(),
            iat: now.as_secs(),
            exp: now.as_secs() + self.refresh_lifetime_s,
        })
    }

    /// Whom an access token speaks for. Errors: it is not ours, or over.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Bearer, TokenFault> {
        let claims = self.access.read(token, now)?;
        let user: Option<UserId> = self.public.decode(&claims.user_id).ok();
        let (Some(user), Some(role)) =
            (user.filter(|_| claims.sub == claims.user_id), ROLES.find(&claims.role))
        else {
            return Err(TokenFault::ClaimsAreMalformed);
        };
        let session = claims.jti.map(|jti| self.public.decode(&jti)).transpose();
        let session = session.map_err(|_| TokenFault::ClaimsAreMalformed)?;
        Ok(Bearer { actor: Actor { user, tenant: None, role }, session })
    }

    /// The session of a refresh token. Errors: it is not ours, or over.
    pub fn read_refresh(&self, token: &str, now: Timestamp) -> Result<(UserId, SessionId), TokenFault> {
        let claims = self.refresh.read(token, now)?;
        let ids = (self.public.decode(&claims.sub).ok(), self.public.decode(&claims.jti).ok());
        match ids {
            (Some(user), Some(session)) => Ok((user, session)),
            _ => Err(TokenFault::ClaimsAreMalformed),
        }
    }
}

impl TokenVerifier for Tokens {
    fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal> {
        let bearer = self.read(token, now).map_err(|fault| Refusal::from(AuthRefusal::from(fault)))?;
        Ok(bearer.actor)
    }
}

/// A key as a text; the site's may be any bytes.
#[must_use]
pub fn text(secret: &[u8]) -> String {
    let hex = || secret.iter().map(|byte| format!("{byte:02x}")).collect();
    std::str::from_utf8(secret).map_or_else(|_| hex(), str::to_owned)
}
