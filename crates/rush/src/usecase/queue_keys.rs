//! The keys of waiting rooms: they grow from the stall's signing keys, each for one purpose.

use crate::domain::ids::EventId;
use crate::domain::queue::{PassRefusal, PresentedPass};
use hmac::{Hmac, KeyInit as _, Mac as _};
use identity::{ISSUER, Keyring, Registered, StallClaims, TokenCodec, TokenFault, TokenRules};
use kernel::{PublicIds, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt::Write as _;

/// The header in which a pass is carried.
pub const QUEUE_PASS: &str = "x-queue-pass";
/// What a pass is for; no other token of ours has it.
const PURPOSE: &str = "queue_pass";
const RULES: TokenRules = TokenRules { issuer: ISSUER, audience: None, lifetime_max_s: 3_600 };

/// What a pass says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PassClaims {
    user_id: String,
    event_id: String,
    purpose: String,
    iss: String,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

impl StallClaims for PassClaims {
    fn registered(&self) -> Registered<'_> {
        Registered { issuer: &self.iss, audience: None, issued_at: self.iat, expires_at: self.exp }
    }
}

/// The keys.
pub struct QueueKeys {
    passes: TokenCodec<PassClaims>,
    places: [u8; 32],
    addresses: [u8; 32],
}

/// A pass that was given out.
#[derive(Debug, Clone, Copy)]
pub struct GivenPass {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub user: UserId,
    /// For what.
    pub event: EventId,
    /// When it ends.
    pub until: Timestamp,
}

impl QueueKeys {
    /// The keys that grow from a keyring.
    #[must_use]
    pub fn new(keyring: &Keyring) -> Self {
        let passes: Vec<_> = keyring.derive("rush queue passes").iter().map(|seed| hex(seed)).collect();
        let codec = TokenCodec::new(&passes[0], passes.get(1).map(String::as_str), RULES);
        Self {
            passes: codec.expect("keys that grow from two keys differ"),
            places: keyring.derive("rush queue places")[0],
            addresses: keyring.derive("rush queue addresses")[0],
        }
    }

    /// The text of a pass.
    #[must_use]
    pub fn write_pass(&self, public: &PublicIds, pass: GivenPass, now: Timestamp) -> String {
        let user = public.encode(pass.user);
        let exp = pass.until.as_secs();
        // It may be written again and again while it is good; what it says stays in its lifetime.
        let iat = now.as_secs().min(exp);
        self.passes.mint(&PassClaims {
            user_id: user.clone(),
            event_id: public.encode(pass.event),
            purpose: PURPOSE.to_owned(),
            iss: ISSUER.to_owned(),
            sub: user,
            iat,
            nbf: iat,
            exp,
            jti: pass.id.to_string(),
        })
    }

    /// What a pass's text is worth to `user` at `event`.
    #[must_use]
    pub fn read_pass(
        &self,
        public: &PublicIds,
        text: &str,
        (user, event): (UserId, EventId),
        now: Timestamp,
    ) -> PresentedPass {
        match self.open_pass(public, text, now) {
            Err(refusal) => PresentedPass::Refused(refusal),
            Ok((owner, of, id)) if (owner, of) == (user, event) => PresentedPass::Signed(id),
            Ok(_) => PresentedPass::Refused(PassRefusal::PassIsForAnother),
        }
    }

    /// Whose a pass is, for which event, and its number. Errors: it is not ours, or has run out.
    pub fn open_pass(
        &self,
        public: &PublicIds,
        text: &str,
        now: Timestamp,
    ) -> Result<(UserId, EventId, i64), PassRefusal> {
        let claims = match self.passes.read(text, now) {
            Ok(claims) if claims.purpose == PURPOSE => claims,
            Err(TokenFault::TokenIsExpired) => return Err(PassRefusal::PassHasRunOut),
            Ok(_) | Err(_) => return Err(PassRefusal::PassIsNotOurs),
        };
        let read = || {
            let user = public.decode(&claims.user_id).ok()?;
            Some((user, public.decode(&claims.event_id).ok()?, claims.jti.parse().ok()?))
        };
        read().ok_or(PassRefusal::PassIsNotOurs)
    }

    /// What must be shown to give a place back: 16 bytes in hexadecimal.
    #[must_use]
    pub fn leave_token(&self, event: EventId, user: UserId, place: i64) -> String {
        hex(&mac(&self.places, &[event.0, user.0, place], b"")[..16])
    }

    /// What stands for an address in a room.
    #[must_use]
    pub fn address(&self, event: EventId, address: &str) -> i64 {
        let mac = mac(&self.addresses, &[event.0], address.as_bytes());
        i64::from_be_bytes(mac[..8].try_into().expect("a MAC is longer than eight bytes"))
    }
}

fn mac(key: &[u8; 32], numbers: &[i64], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a MAC takes keys of any length");
    numbers.iter().for_each(|number| mac.update(&number.to_be_bytes()));
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
