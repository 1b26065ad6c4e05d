//! The keys of the simulated Google: RS256 and ES256 in turn, the newest signs, the one before it stays published.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};

/// RSA keys cannot be drawn here, so that these two take turns. They sign for a provider that does not exist.
const RSA_KEYS: [&[u8]; 2] = [
    include_bytes!("../../assets/oauth_rsa_1.pkcs8.der"),
    include_bytes!("../../assets/oauth_rsa_2.pkcs8.der"),
];

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

/// One key and its name.
pub(super) struct TokenKey {
    kid: String,
    pair: Pair,
}

impl TokenKey {
    /// The key number `turn`.
    pub(super) fn of_turn(turn: usize) -> Self {
        let pair = if turn.is_multiple_of(2) {
            let der = RSA_KEYS[(turn / 2) % RSA_KEYS.len()];
            Pair::Rsa(RsaKeyPair::from_pkcs8(der).expect("the key is part of the program"))
        } else {
            Pair::P256(fresh_p256())
        };
        Self { kid: format!("key-{turn}"), pair }
    }

    /// As it is published.
    pub(super) fn published(&self) -> Value {
        match &self.pair {
            Pair::Rsa(pair) => {
                let parts = PublicKeyComponents::<Vec<u8>>::from(pair.public());
                let (n, e) = (URL_SAFE_NO_PAD.encode(parts.n), URL_SAFE_NO_PAD.encode(parts.e));
                json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": n, "e": e})
            }
            Pair::P256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
                json!({"kty": "EC", "use": "sig", "alg": "ES256", "kid": self.kid, "crv": "P-256", "x": x, "y": y})
            }
        }
    }

    /// `header.claims.signature`.
    pub(super) fn token(&self, claims: &Value) -> String {
        let alg = match &self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::P256(_) => "ES256",
        };
        let signed = unsigned(&json!({"alg": alg, "typ": "JWT", "kid": self.kid}), claims);
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes())))
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .expect("the room fits the key");
                signature
            }
            Pair::P256(pair) => {
                let signature = pair.sign(&random, message).expect("the system has entropy");
                signature.as_ref().to_vec()
            }
        }
    }
}

/// `header.claims.` of a token that nobody signed.
pub(super) fn without_signature(claims: &Value) -> String {
    format!("{}.", unsigned(&json!({"alg": "none", "typ": "JWT"}), claims))
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

fn fresh_p256() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("the system has entropy");
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("it was just made")
}
