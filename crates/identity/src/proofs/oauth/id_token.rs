//! Reading an identity token (OpenID Connect Core 3.1.3.7): signed by a published key, from this issuer, for us, for this
//! log-in, and now.

use super::key_set::{Algorithm, KeySet};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Timestamp;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

/// The longest token that is looked at; real ones have about a kilobyte.
const TOKEN_BYTES_MAX: usize = 16 << 10;
/// How far two clocks may differ, seconds.
const SKEW_S: i64 = 30;
/// The longest name of a person that a provider may use.
const SUBJECT_BYTES_MAX: usize = 255;

/// Why an identity token proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenFault {
    /// Not three parts of base64url with objects in them, or a claim is missing or of a wrong type.
    #[error("malformed")]
    IsMalformed,
    /// Not RS256 or ES256.
    #[error("its algorithm is not allowed")]
    AlgorithmIsNotAllowed,
    /// No published key has its name, also after looking again.
    #[error("its key is not published")]
    KeyIsUnknown,
    /// Not made by the key it names.
    #[error("its signature is wrong")]
    SignatureIsWrong,
    /// Of another issuer.
    #[error("its issuer is wrong")]
    IssuerIsWrong,
    /// For somebody else.
    #[error("its audience is wrong")]
    AudienceIsWrong,
    /// Over.
    #[error("it is expired")]
    IsExpired,
    /// Issued in the future.
    #[error("it is not valid yet")]
    IsNotYetValid,
    /// Of another log-in.
    #[error("its nonce is wrong")]
    NonceIsWrong,
}

impl IdTokenFault {
    /// The stable name, for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IsMalformed => "id_token_malformed",
            Self::AlgorithmIsNotAllowed => "id_token_algorithm",
            Self::KeyIsUnknown => "id_token_unknown_key",
            Self::SignatureIsWrong => "id_token_signature",
            Self::IssuerIsWrong => "id_token_issuer",
            Self::AudienceIsWrong => "id_token_audience",
            Self::IsExpired => "id_token_expired",
            Self::IsNotYetValid => "id_token_not_yet_valid",
            Self::NonceIsWrong => "id_token_nonce",
        }
    }
}

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The only issuer. One provider leaves the scheme away; that is taken for the same.
    pub issuer: &'a str,
    /// We.
    pub client_id: &'a str,
    /// Of this log-in.
    pub nonce: &'a str,
    /// The present.
    pub now: Timestamp,
}

/// The key a token names, before anything of it is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedKey {
    /// Its name.
    pub kid: Option<String>,
    /// Its kind.
    pub algorithm: Algorithm,
}

/// What is taken from a believed token.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
pub struct IdClaims {
    /// The issuer.
    iss: String,
    /// The person.
    pub sub: String,
    /// For whom: one or several.
    aud: Audience,
    /// Of several: to whom it was given.
    azp: Option<String>,
    /// When it ends, seconds since 1970.
    exp: i64,
    /// When it was made.
    iat: i64,
    /// The log-in's.
    nonce: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// Whether it was proved: a truth value, or a text that says so.
    #[serde(default)]
    email_verified: Truth,
    /// The name.
    pub name: Option<String>,
    /// The picture.
    pub picture: Option<String>,
}

#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Clone, Deserialize, PartialEq, Eq, Default)]
#[serde(untagged)]
enum Truth {
    Plain(bool),
    Text(String),
    #[default]
    Unsaid,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

impl IdClaims {
    /// Whether the provider has proved the address.
    #[must_use]
    pub fn email_is_verified(&self) -> bool {
        match &self.email_verified {
            Truth::Plain(truth) => *truth,
            Truth::Text(text) => text == "true",
            Truth::Unsaid => false,
        }
    }
}

/// The key that `token` names. Errors: it is malformed, or asks for an algorithm that is not believed.
pub fn named_key(token: &str) -> Result<NamedKey, IdTokenFault> {
    let (header, ..) = split(token)?;
    let header: Header = object(header)?;
    if header.crit.is_some() {
        return Err(IdTokenFault::IsMalformed);
    }
    let algorithm = Algorithm::named(&header.alg).ok_or(IdTokenFault::AlgorithmIsNotAllowed)?;
    Ok(NamedKey { kid: header.kid, algorithm })
}

/// Verifies `token`. Errors: the first check it fails.
pub fn verify(token: &str, keys: &KeySet, expected: Expected<'_>) -> Result<IdClaims, IdTokenFault> {
    let named = named_key(token)?;
    let (header, payload, signature) = split(token)?;
    let signed = &token.as_bytes()[..header.len() + 1 + payload.len()];
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| IdTokenFault::IsMalformed)?;
    match keys.verify(named.kid.as_deref(), named.algorithm, signed, &signature) {
        None => return Err(IdTokenFault::KeyIsUnknown),
        Some(false) => return Err(IdTokenFault::SignatureIsWrong),
        Some(true) => {}
    }
    let claims: IdClaims = object(payload)?;
    check(&claims, expected)?;
    Ok(claims)
}

fn split(token: &str) -> Result<(&str, &str, &str), IdTokenFault> {
    let mut parts = token.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(header), Some(payload), Some(signature), None) if token.len() <= TOKEN_BYTES_MAX => {
            Ok((header, payload, signature))
        }
        _ => Err(IdTokenFault::IsMalformed),
    }
}

/// A derived reader also takes an array for an object; a token's parts are objects.
fn object<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, IdTokenFault> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| IdTokenFault::IsMalformed)?;
    let read = || serde_json::from_slice(&bytes).ok();
    bytes.starts_with(b"{").then(read).flatten().ok_or(IdTokenFault::IsMalformed)
}

fn check(claims: &IdClaims, expected: Expected<'_>) -> Result<(), IdTokenFault> {
    if claims.sub.is_empty() || claims.sub.len() > SUBJECT_BYTES_MAX || claims.sub.contains(char::is_control)
    {
        return Err(IdTokenFault::IsMalformed);
    }
    let bare = expected.issuer.strip_prefix("https://");
    if claims.iss != expected.issuer && Some(claims.iss.as_str()) != bare {
        return Err(IdTokenFault::IssuerIsWrong);
    }
    if !is_for(claims, expected.client_id) {
        return Err(IdTokenFault::AudienceIsWrong);
    }
    let now = expected.now.as_secs();
    if now >= claims.exp.saturating_add(SKEW_S) {
        return Err(IdTokenFault::IsExpired);
    }
    if claims.iat > now.saturating_add(SKEW_S) {
        return Err(IdTokenFault::IsNotYetValid);
    }
    let nonce = claims.nonce.as_deref().unwrap_or_default();
    let is_same = nonce.as_bytes().ct_eq(expected.nonce.as_bytes());
    if bool::from(is_same) { Ok(()) } else { Err(IdTokenFault::NonceIsWrong) }
}

/// For us: alone, or among several and given to us.
fn is_for(claims: &IdClaims, client_id: &str) -> bool {
    let (listed, alone) = match &claims.aud {
        Audience::One(one) => (one == client_id, true),
        Audience::Several(all) => (all.iter().any(|one| one == client_id), all.len() == 1),
    };
    let given = claims.azp.as_deref();
    listed && given.map_or(alone, |azp| azp == client_id)
}
