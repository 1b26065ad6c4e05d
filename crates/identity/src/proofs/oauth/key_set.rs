//! The keys a provider publishes (RFC 7517): RSA for RS256, P-256 for ES256, everything else is passed over.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

/// Keys of one provider that are looked at; more is no key set.
const KEYS_MAX: usize = 32;
/// The most bits a modulus may have is 8,192, as bytes; longer ones would cost a long time.
const MODULUS_BYTES_MAX: usize = 1024;

/// What a signature is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA, PKCS #1 v1.5, SHA-256, 2048 bits at least.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl Algorithm {
    /// The algorithms that are believed; a token cannot ask for another.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// One published key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256 { point: Vec<u8> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct PublishedKey {
    kid: Option<String>,
    material: Material,
}

/// All usable keys of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeySet(Vec<PublishedKey>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Reads a published set; keys that are not for signing, or of another kind, are passed over. `None`: no key set.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let document: Document = serde_json::from_slice(text).ok()?;
        let read = |value| serde_json::from_value(value).ok().and_then(usable);
        (document.keys.len() <= KEYS_MAX).then(|| Self(document.keys.into_iter().filter_map(read).collect()))
    }

    /// Whether there is a key that a header with this `kid` can mean.
    #[must_use]
    pub fn has(&self, kid: Option<&str>, algorithm: Algorithm) -> bool {
        self.find(kid, algorithm).is_some()
    }

    /// Whether `signature` is that of `message` by the key `kid`. `None`: there is no such key.
    #[must_use]
    pub fn verify(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Option<bool> {
        Some(match self.find(kid, algorithm)? {
            Material::Rsa { modulus, exponent } => {
                let key = RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            Material::P256 { point } => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
        })
    }

    /// The key of that name and kind; without a name the only one of its kind.
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&Material> {
        let of_kind = |key: &&PublishedKey| match key.material {
            Material::Rsa { .. } => algorithm == Algorithm::Rs256,
            Material::P256 { .. } => algorithm == Algorithm::Es256,
        };
        let mut fit = self.0.iter().filter(of_kind).filter(|key| kid.is_none() || key.kid.as_deref() == kid);
        let first = fit.next()?;
        (kid.is_some() || fit.next().is_none()).then_some(&first.material)
    }
}

fn usable(key: Jwk) -> Option<PublishedKey> {
    if key.usage.as_deref().is_some_and(|usage| usage != "sig") {
        return None;
    }
    let says = |name: &str| key.alg.as_deref().is_none_or(|alg| alg == name);
    let material = match key.kty.as_str() {
        "RSA" if says("RS256") => {
            let (modulus, exponent) = (decode(key.n.as_deref()?)?, decode(key.e.as_deref()?)?);
            (modulus.len() <= MODULUS_BYTES_MAX).then_some(Material::Rsa { modulus, exponent })?
        }
        "EC" if says("ES256") && key.crv.as_deref() == Some("P-256") => {
            let (x, y) = (decode(key.x.as_deref()?)?, decode(key.y.as_deref()?)?);
            let point = [&[4], x.as_slice(), y.as_slice()].concat();
            (x.len() == 32 && y.len() == 32).then_some(Material::P256 { point })?
        }
        _ => return None,
    };
    Some(PublishedKey { kid: key.kid, material })
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
