//! The parts of identity in one place: what the edge asks on every request, and what the verbs draw from.

use crate::proofs::password::Passwords;
use crate::proofs::password::device;
use crate::proofs::password::lockout::{LockoutRules, Scope};
use crate::token::{Claims, ClaimsBuffer, Expected, ISSUER, Keyring, Revocations, TokenFault};
use crate::{AuthRefusal, Chance, Secret, SessionId, User};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Actor, PublicIds, Refusal, RoleSet, TenantId, Timestamp, UserId};
use std::borrow::Cow;
use std::sync::Arc;

/// Seconds an access token is good for: fifteen minutes.
pub const ACCESS_LIFETIME_S: i64 = 15 * 60;
/// Seconds for which an ended epoch is kept in memory: as long as any token may live, and an hour for clocks that differ.
pub const FLOORS_KEPT_S: i64 = crate::TOKEN_LIFETIME_MAX_S + 3600;
/// Random bytes of a token's own name.
const JTI_BYTES: usize = 12;

/// What identity is made of.
pub struct IdentityParts {
    /// Signs and believes access tokens.
    pub keyring: Keyring,
    /// The codec of the ids inside tokens.
    pub public: PublicIds,
    /// The stall the tokens are for, by its name.
    pub audience: &'static str,
    /// The roles of that stall; a token that names another is not believed.
    pub roles: RoleSet,
    /// The pool that hashes passwords.
    pub passwords: Passwords,
    /// How many failures to log in close an account or an address.
    pub lockout: LockoutRules,
    /// Where secrets come from.
    pub chance: Arc<dyn Chance>,
    /// Where people reach the pages, without a slash at its end (`https://tickets.example`). Links in mails begin with
    /// it; what a request calls its host is never used for that.
    pub public_url: String,
}

/// Who somebody is, and how that is proved. Cloning shares everything.
#[derive(Clone)]
pub struct Identity {
    parts: Arc<IdentityParts>,
    revocations: Arc<Revocations>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({}, {:?})", self.parts.audience, self.parts.keyring)
    }
}

/// A believed access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who it speaks for.
    pub actor: Actor,
    /// Their address when it was minted.
    pub email: String,
    /// When it was minted.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Identity {
    /// Puts the parts together. No token is revoked until the verbs say so.
    #[must_use]
    pub fn new(parts: IdentityParts) -> Self {
        Self { parts: Arc::new(parts), revocations: Arc::default() }
    }

    /// The actor an access token speaks for at `now`. No I/O, no allocation.
    ///
    /// Errors: 401 `INVALID_TOKEN`, 401 `TOKEN_EXPIRED`, 403 `USER_INACTIVE`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal> {
        let mut buffer = ClaimsBuffer::default();
        self.verify_claims(token, now, &mut buffer).map(|(actor, _)| actor).map_err(|fault| {
            let mut refusal = Refusal::from(AuthRefusal::from(fault));
            // Tokens end every day; anything else that is wrong with one is worth a line.
            if fault != TokenFault::TokenIsExpired {
                refusal.internal = Some(format!("access token: {}", fault.as_str()));
            }
            refusal
        })
    }

    /// An access token with all it says.
    pub fn introspect(&self, token: &str, now: Timestamp) -> Result<Access, TokenFault> {
        let mut buffer = ClaimsBuffer::default();
        let (actor, claims) = self.verify_claims(token, now, &mut buffer)?;
        Ok(Access {
            actor,
            email: claims.email.into_owned(),
            issued_at: Timestamp::from_secs(claims.iat),
            expires_at: Timestamp::from_secs(claims.exp),
        })
    }

    fn verify_claims<'r>(
        &self,
        token: &str,
        now: Timestamp,
        buffer: &'r mut ClaimsBuffer,
    ) -> Result<(Actor, Claims<'r>), TokenFault> {
        let claims = self.parts.keyring.read(token, now, Expected::of(self.parts.audience), buffer)?;
        let actor = self.actor_of(&claims).ok_or(TokenFault::ClaimsAreMalformed)?;
        self.revocations.check(actor.user, claims.ep)?;
        if let Some(sid) = claims.sid {
            let family: SessionId =
                self.parts.public.decode(sid).map_err(|_| TokenFault::ClaimsAreMalformed)?;
            self.revocations.check_family(family)?;
        }
        Ok((actor, claims))
    }

    fn actor_of(&self, claims: &Claims<'_>) -> Option<Actor> {
        let user: UserId = self.parts.public.decode(claims.user_id).ok()?;
        let tenant: Option<TenantId> =
            claims.tenant_id.map(|id| self.parts.public.decode(id)).transpose().ok()?;
        Some(Actor { user, tenant, role: self.parts.roles.find(claims.role)? })
    }

    /// A fresh access token of `user` in a session of `family`, good for [`ACCESS_LIFETIME_S`] unless the family ends before.
    #[must_use]
    pub fn access_token(&self, user: &User, family: SessionId, now: Timestamp) -> String {
        let sid = self.parts.public.encode(family);
        let id = self.parts.public.encode(user.id);
        let tenant = user.tenant.map(|tenant| self.parts.public.encode(tenant));
        let mut jti = [0; JTI_BYTES];
        self.parts.chance.fill(&mut jti);
        let jti = URL_SAFE_NO_PAD.encode(jti);
        self.parts.keyring.mint(&Claims {
            iss: ISSUER,
            aud: self.parts.audience,
            sub: &id,
            user_id: &id,
            email: Cow::Borrowed(&user.email),
            role: user.role.as_str(),
            tenant_id: tenant.as_deref(),
            iat: now.as_secs(),
            exp: now.as_secs() + ACCESS_LIFETIME_S,
            nbf: None,
            jti: Some(&jti),
            sid: Some(&sid),
            ep: user.token_epoch,
        })
    }

    /// A fresh secret.
    #[must_use]
    pub fn draw_secret(&self) -> Secret {
        Secret::draw(&*self.parts.chance)
    }

    /// The budget of guesses at the account of `email_key`: a stranger's, or its own for a device that logged in to it before.
    #[must_use]
    pub fn guesses_at(&self, email_key: &str, device: Option<&str>) -> Scope {
        let (keys, audience) = (&self.parts.keyring, self.parts.audience);
        let nonce = device.and_then(|shown| device::nonce_of(keys, audience, email_key, shown));
        match nonce {
            Some(nonce) => self.parts.lockout.device(email_key, &nonce),
            None => self.parts.lockout.account(email_key),
        }
    }

    /// What a device is given that has just logged in to the account of `email_key`.
    #[must_use]
    pub fn device_text(&self, email_key: &str) -> String {
        device::text(&self.parts.keyring, self.parts.audience, email_key, &self.draw_secret())
    }

    /// How many failures to log in close an account or an address.
    #[must_use]
    pub fn lockout(&self) -> LockoutRules {
        self.parts.lockout
    }

    /// The pool that hashes passwords.
    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.parts.passwords
    }

    /// Whose tokens are over before their time.
    #[must_use]
    pub fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    /// Where people reach the pages, without a slash at its end.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.parts.public_url
    }

    /// The keys, for those who mint tokens of their own (a load run, a service).
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.parts.keyring
    }
}
