//! HS256 tokens with a stall's own claims, for stalls whose clients know tokens of another shape than ours.

use super::verify::{HEADER_CHARS_MAX, Parts, decode, from_object, kid_of, parts};
use super::{ClaimsBuffer, KeyFault, SigningKey, TokenFault};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;
use kernel::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// The first part of every token that is minted, with the dot: plain, as other programs expect it.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// What every token says, whatever else a stall's own say. Times are seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// `aud`.
    pub audience: Option<&'a str>,
    /// `iat`.
    pub issued_at: i64,
    /// `exp`: at this second it is over.
    pub expires_at: i64,
}

/// The claims of a stall's tokens. A claim written twice must be refused by its reader, as serde's derived ones do.
pub trait StallClaims: Serialize + DeserializeOwned {
    /// Those of them that the codec judges.
    fn registered(&self) -> Registered<'_>;
}

/// Whose tokens for whom are believed, and for how long at most.
#[derive(Debug, Clone, Copy)]
pub struct TokenRules {
    /// The only issuer.
    pub issuer: &'static str,
    /// The only audience; none: the claim is not looked at.
    pub audience: Option<&'static str>,
    /// Seconds from `iat` to `exp` at most.
    pub lifetime_max_s: i64,
}

/// Mints and reads the tokens of one stall. The first key signs; a second one is still believed while it rotates out.
#[derive(Debug, Clone)]
pub struct TokenCodec<C> {
    keys: Vec<SigningKey>,
    rules: TokenRules,
    claims: PhantomData<fn() -> C>,
}

impl<C: StallClaims> TokenCodec<C> {
    /// A codec that signs with `current`. Whether a secret is good enough is for
    /// [`check_token_secret`](crate::check_token_secret) to say. Errors: both secrets are the same.
    pub fn new(current: &str, older: Option<&str>, rules: TokenRules) -> Result<Self, KeyFault> {
        if older == Some(current) {
            return Err(KeyFault::KidIsTaken);
        }
        let key = |(kid, secret): (&str, &str)| SigningKey::of_any_length(kid, secret.as_bytes());
        let named = std::iter::once(("current", current)).chain(older.map(|older| ("older", older)));
        Ok(Self { keys: named.map(key).collect::<Result<_, _>>()?, rules, claims: PhantomData })
    }

    /// Signs `claims`: `header.claims.signature`.
    #[must_use]
    pub fn mint(&self, claims: &C) -> String {
        let claims = serde_json::to_vec(claims).expect("claims are texts, numbers and lists of them");
        let mut token = URL_SAFE_NO_PAD.encode(HEADER) + ".";
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let mac = self.keys[0].mac.clone().chain_update(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(mac.finalize().into_bytes(), &mut token);
        token
    }

    /// Reads a token. Errors: the first check it fails, in the order of [`TokenFault`].
    pub fn read(&self, token: &str, now: Timestamp) -> Result<C, TokenFault> {
        let Parts { signed, header, payload, signature } = parts(token)?;
        // A `kid` is not looked for: other programs name keys in their own way, and there are two at most.
        kid_of(header, &mut [0; HEADER_CHARS_MAX])?;
        let is_signed = |key: &SigningKey| key.check(signed, signature).is_ok();
        if !self.keys.iter().any(is_signed) {
            return Err(TokenFault::SignatureIsWrong);
        }
        let mut buffer = ClaimsBuffer::default();
        let text = decode(payload, buffer.room()).ok_or(TokenFault::TokenIsMalformed)?;
        let claims: C = from_object(text).ok_or(TokenFault::ClaimsAreMalformed)?;
        self.check(&claims.registered(), now.as_secs())?;
        Ok(claims)
    }

    fn check(&self, claims: &Registered<'_>, now_s: i64) -> Result<(), TokenFault> {
        if claims.issuer != self.rules.issuer {
            return Err(TokenFault::IssuerIsWrong);
        }
        if self.rules.audience.is_some() && claims.audience != self.rules.audience {
            return Err(TokenFault::AudienceIsWrong);
        }
        let lifetime_s = claims.expires_at.checked_sub(claims.issued_at);
        if lifetime_s.is_none_or(|lifetime_s| lifetime_s > self.rules.lifetime_max_s) {
            return Err(TokenFault::LifetimeIsTooLong);
        }
        if now_s >= claims.expires_at { Err(TokenFault::TokenIsExpired) } else { Ok(()) }
    }
}
