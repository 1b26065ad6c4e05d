//! Access tokens: what they say, and whom they speak for. Sign-in, sessions, refresh tokens and API keys are not here yet.

use crate::domain::role::ROLES;
use identity::{AuthRefusal, Claims, ClaimsBuffer, Expected, ISSUER, Keyring, SigningKey, TokenFault};
use kernel::{Actor, PublicIds, Refusal, Timestamp, UserId};
use std::borrow::Cow;
use web::TokenVerifier;

/// The audience of our tokens.
const AUDIENCE: &str = "tiris";

/// Mints and reads access tokens.
pub struct Tokens {
    keyring: Keyring,
    public: PublicIds,
    lifetime_s: i64,
}

impl Tokens {
    /// Tokens signed with `secret`. Errors: a sentence for the operator.
    pub fn new(secret: &[u8], public: PublicIds, lifetime_s: i64) -> Result<Self, String> {
        let key = SigningKey::named_by_itself(secret).map_err(|error| error.to_string())?;
        let keyring = Keyring::new(key, Vec::new()).map_err(|error| error.to_string())?;
        Ok(Self { keyring, public, lifetime_s })
    }

    /// A fresh access token of `actor`.
    #[must_use]
    pub fn mint(&self, actor: Actor, email: &str, now: Timestamp) -> String {
        let id = self.public.encode(actor.user);
        self.keyring.mint(&Claims {
            iss: ISSUER,
            aud: AUDIENCE,
            sub: &id,
            user_id: &id,
            email: Cow::Borrowed(email),
            role: actor.role.as_str(),
            tenant_id: None,
            iat: now.as_secs(),
            exp: now.as_secs() + self.lifetime_s,
            nbf: Some(now.as_secs()),
            jti: None,
            sid: None,
            ep: 0,
        })
    }

    fn read(&self, token: &str, now: Timestamp) -> Result<Actor, TokenFault> {
        let mut buffer = ClaimsBuffer::default();
        let claims = self.keyring.read(token, now, Expected::of(AUDIENCE), &mut buffer)?;
        let user: Option<UserId> = self.public.decode(claims.user_id).ok();
        let (Some(user), Some(role)) = (user, ROLES.find(claims.role)) else {
            return Err(TokenFault::ClaimsAreMalformed);
        };
        Ok(Actor { user, tenant: None, role })
    }
}

impl TokenVerifier for Tokens {
    fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal> {
        self.read(token, now).map_err(|fault| Refusal::from(AuthRefusal::from(fault)))
    }
}
