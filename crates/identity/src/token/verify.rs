//! Verifying a token: every check in a fixed order, against a moment that is handed in, without leeway.

use super::{Claims, ISSUER, Keyring, SigningKey, TokenFault};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;
use kernel::Timestamp;
use serde::Deserialize;

/// The longest token that is looked at: three times the longest of ours (an address may have 254 bytes).
pub const TOKEN_BYTES_MAX: usize = 2048;
/// The longest header that is looked at; ours have about 70 characters.
pub(super) const HEADER_CHARS_MAX: usize = 256;
/// Seconds from `iat` to `exp` at most: a load run mints its buyers for a day, everybody else has 15 minutes.
pub const TOKEN_LIFETIME_MAX_S: i64 = 24 * 3600;

/// Where a token's claims are decoded to, so that reading allocates nothing.
pub struct ClaimsBuffer([u8; TOKEN_BYTES_MAX]);

impl Default for ClaimsBuffer {
    fn default() -> Self {
        Self([0; TOKEN_BYTES_MAX])
    }
}

impl ClaimsBuffer {
    pub(super) fn room(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// Whose tokens for whom are believed.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The only issuer.
    pub issuer: &'a str,
    /// The only audience.
    pub audience: &'a str,
}

impl<'a> Expected<'a> {
    /// Our own tokens for the stall `audience`.
    #[must_use]
    pub const fn of(audience: &'a str) -> Self {
        Self { issuer: ISSUER, audience }
    }
}

/// The fields a header may have. Any other (`jwk`, `jku`, `x5u`, `crit`…) makes the token malformed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    alg: &'a str,
    typ: Option<&'a str>,
    kid: Option<&'a str>,
}

impl Keyring {
    /// Reads a token. Errors: the first check it fails, in the order of [`TokenFault`].
    pub fn read<'r>(
        &self,
        token: &str,
        now: Timestamp,
        expected: Expected<'_>,
        buffer: &'r mut ClaimsBuffer,
    ) -> Result<Claims<'r>, TokenFault> {
        let Parts { signed, header, payload, signature } = parts(token)?;
        self.key_of(signed, header)?.check(signed, signature)?;
        let claims = decode_claims(payload, buffer)?;
        check_claims(&claims, now.as_secs(), expected)?;
        Ok(claims)
    }

    fn key_of(&self, signed: &str, header: &str) -> Result<&SigningKey, TokenFault> {
        // The header of our own tokens is always the same text: no need to decode it.
        match self.keys.iter().find(|key| signed.starts_with(&key.header)) {
            Some(key) => Ok(key),
            None => self.key_of_foreign_header(header),
        }
    }

    fn key_of_foreign_header(&self, header: &str) -> Result<&SigningKey, TokenFault> {
        let mut room = [0; HEADER_CHARS_MAX];
        let kid = kid_of(header, &mut room)?;
        self.keys.iter().find(|key| Some(key.kid.as_str()) == kid).ok_or(TokenFault::KeyIsUnknown)
    }
}

/// A token taken apart; `signed` is the text that the signature is over.
pub(super) struct Parts<'a> {
    pub(super) signed: &'a str,
    pub(super) header: &'a str,
    pub(super) payload: &'a str,
    pub(super) signature: &'a str,
}

/// Errors: too long, or not three parts.
pub(super) fn parts(token: &str) -> Result<Parts<'_>, TokenFault> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenFault::TokenIsTooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::TokenIsMalformed)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenFault::TokenIsMalformed)?;
    if payload.contains('.') {
        return Err(TokenFault::TokenIsMalformed);
    }
    Ok(Parts { signed, header, payload, signature })
}

/// Room for a decoded header.
pub(super) type HeaderRoom = [u8; HEADER_CHARS_MAX];

/// The `kid` of a header that asks for HS256 and nothing unusual.
pub(super) fn kid_of<'r>(header: &str, room: &'r mut HeaderRoom) -> Result<Option<&'r str>, TokenFault> {
    if header.len() > HEADER_CHARS_MAX {
        return Err(TokenFault::TokenIsMalformed);
    }
    let text = decode(header, room).ok_or(TokenFault::TokenIsMalformed)?;
    let header: Header<'r> = from_object(text).ok_or(TokenFault::TokenIsMalformed)?;
    if header.typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(TokenFault::TokenIsMalformed);
    }
    if header.alg != "HS256" {
        return Err(TokenFault::AlgorithmIsNotAllowed);
    }
    Ok(header.kid)
}

impl SigningKey {
    /// Compares in constant time.
    pub(super) fn check(&self, signed: &str, signature: &str) -> Result<(), TokenFault> {
        // 32 bytes are 43 characters; the decoder wants room for its estimate.
        let mut room = [0; 48];
        let given = (signature.len() == 43).then(|| decode(signature, &mut room)).flatten();
        let given = given.ok_or(TokenFault::SignatureIsWrong)?;
        let mut mac = self.mac.clone();
        mac.update(signed.as_bytes());
        mac.verify_slice(given).map_err(|_| TokenFault::SignatureIsWrong)
    }
}

pub(super) fn decode<'r>(text: &str, room: &'r mut [u8]) -> Option<&'r [u8]> {
    let length = URL_SAFE_NO_PAD.decode_slice(text, room).ok()?;
    Some(&room[..length])
}

/// A derived reader also takes an array for an object; a token's parts are objects.
pub(super) fn from_object<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Option<T> {
    text.starts_with(b"{").then(|| serde_json::from_slice(text).ok()).flatten()
}

fn decode_claims<'r>(payload: &str, buffer: &'r mut ClaimsBuffer) -> Result<Claims<'r>, TokenFault> {
    let text = decode(payload, &mut buffer.0).ok_or(TokenFault::TokenIsMalformed)?;
    from_object(text).ok_or(TokenFault::ClaimsAreMalformed)
}

fn check_claims(claims: &Claims<'_>, now_s: i64, expected: Expected<'_>) -> Result<(), TokenFault> {
    if claims.sub != claims.user_id || claims.ep < 0 {
        return Err(TokenFault::ClaimsAreMalformed);
    }
    if claims.iss != expected.issuer {
        return Err(TokenFault::IssuerIsWrong);
    }
    if claims.aud != expected.audience {
        return Err(TokenFault::AudienceIsWrong);
    }
    if claims.exp.checked_sub(claims.iat).is_none_or(|lifetime| lifetime > TOKEN_LIFETIME_MAX_S) {
        return Err(TokenFault::LifetimeIsTooLong);
    }
    if claims.nbf.is_some_and(|nbf| now_s < nbf) {
        return Err(TokenFault::TokenIsNotYetValid);
    }
    if now_s >= claims.exp { Err(TokenFault::TokenIsExpired) } else { Ok(()) }
}
