//! The text that a worker signs, and verifying it.
//!
//! Five lines joined by line feeds, none at the end: the timestamp as sent, the method in capital letters, the path with its
//! query as sent, the idempotency key, and the hexadecimal SHA-256 of the body.

use super::CallbackFault;
use crate::proofs::hex;
use hmac::{Hmac, KeyInit, Mac};
use kernel::Timestamp;
use sha2::{Digest, Sha256};

/// Seconds that a call's timestamp may differ from our clock.
pub const CALLBACK_SKEW_MAX_S: i64 = 300;
/// Digits of a timestamp that are read at most: enough for any second that has microseconds.
const TIMESTAMP_DIGITS_MAX: usize = 13;

/// What of a request is signed.
#[derive(Debug, Clone, Copy)]
pub struct SignedCall<'a> {
    /// `X-Worker-Timestamp`: seconds since 1970, as sent.
    pub timestamp: &'a str,
    /// The method, in either case.
    pub method: &'a str,
    /// Path and query, as sent.
    pub path: &'a str,
    /// `X-Idempotency-Key`; empty for a request that changes nothing.
    pub idempotency_key: &'a str,
    /// The body's very bytes.
    pub body: &'a [u8],
}

impl SignedCall<'_> {
    fn text(&self) -> String {
        let (method, digest) = (self.method.to_ascii_uppercase(), hex::encode(&Sha256::digest(self.body)));
        [self.timestamp, &method, self.path, self.idempotency_key, &digest].join("\n")
    }

    fn is_unambiguous(&self) -> bool {
        let parts = [self.timestamp, self.method, self.path, self.idempotency_key];
        parts.iter().all(|part| !part.chars().any(char::is_control))
    }

    fn mac(&self, secret: &[u8]) -> Hmac<Sha256> {
        let mac: Hmac<Sha256> = Hmac::new_from_slice(secret).expect("HMAC takes keys of every length");
        mac.chain_update(self.text())
    }
}

/// The signature of a call: 64 hexadecimal digits.
#[must_use]
pub fn sign(secret: &[u8], call: &SignedCall<'_>) -> String {
    hex::encode(&call.mac(secret).finalize().into_bytes())
}

/// Verifies the `signature` of a call with the secret of the key that it names; none: there is no such key.
///
/// Errors: the first check it fails, in the order of [`CallbackFault`].
pub fn verify(
    secret: Option<&[u8]>,
    call: &SignedCall<'_>,
    signature: &str,
    now: Timestamp,
    skew_max_s: i64,
) -> Result<(), CallbackFault> {
    if !call.is_unambiguous() {
        return Err(CallbackFault::CallIsMalformed);
    }
    let at_s = seconds(call.timestamp).ok_or(CallbackFault::TimestampIsMalformed)?;
    if now.as_secs().saturating_sub(at_s).saturating_abs() > skew_max_s {
        return Err(CallbackFault::TimestampIsOutsideTheSkew);
    }
    let secret = secret.ok_or(CallbackFault::KeyIsUnknown)?;
    let given: [u8; 32] = hex::decode_digits(signature).ok_or(CallbackFault::SignatureIsMalformed)?;
    call.mac(secret).verify_slice(&given).map_err(|_| CallbackFault::SignatureIsWrong)
}

fn seconds(text: &str) -> Option<i64> {
    let is_number =
        (1..=TIMESTAMP_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"worker-secret-1";
    const NOW_S: i64 = 1_760_000_000;

    fn call() -> SignedCall<'static> {
        SignedCall {
            timestamp: "1760000000",
            method: "POST",
            path: "/internal/worker/events",
            idempotency_key: "k-1",
            body: br#"{"a":1}"#,
        }
    }

    fn judged(call: &SignedCall<'_>, signature: &str, now_s: i64) -> Result<(), CallbackFault> {
        verify(Some(SECRET), call, signature, Timestamp::from_secs(now_s), CALLBACK_SKEW_MAX_S)
    }

    #[test]
    fn the_published_vector_is_signed_and_accepted() {
        let expected = "fbf60e657b36edb7aeac65fe3711449f5e31a58b55504a07482037d77d453d98";
        assert_eq!(sign(SECRET, &call()), expected);
        assert_eq!(judged(&call(), expected, NOW_S), Ok(()));
        assert_eq!(judged(&call(), &expected.to_uppercase(), NOW_S), Ok(()));
        let lower_case = SignedCall { method: "post", ..call() };
        assert_eq!(judged(&lower_case, expected, NOW_S), Ok(()));
    }

    #[test]
    fn every_altered_part_and_digit_is_refused() {
        let signature = sign(SECRET, &call());
        for altered in [
            SignedCall { timestamp: "1760000001", ..call() },
            SignedCall { method: "PUT", ..call() },
            SignedCall { path: "/internal/worker/events?a=1", ..call() },
            SignedCall { path: "/stall/internal/worker/events", ..call() },
            SignedCall { idempotency_key: "k-2", ..call() },
            SignedCall { idempotency_key: "", ..call() },
            SignedCall { body: br#"{"a":2}"#, ..call() },
            SignedCall { body: b"", ..call() },
        ] {
            assert_eq!(
                judged(&altered, &signature, NOW_S),
                Err(CallbackFault::SignatureIsWrong),
                "{altered:?}"
            );
        }
        for at in 0..signature.len() {
            let mut other = signature.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(judged(&call(), &other, NOW_S), Err(CallbackFault::SignatureIsWrong), "digit {at}");
        }
        for bad in ["", "ff", &signature[1..], &format!("{signature}0"), &signature.replace('f', "g")] {
            assert_eq!(judged(&call(), bad, NOW_S), Err(CallbackFault::SignatureIsMalformed), "{bad}");
        }
    }

    #[test]
    fn the_skew_is_allowed_to_the_second_in_both_directions() {
        let signature = sign(SECRET, &call());
        for (now_s, expected) in [
            (NOW_S + 300, Ok(())),
            (NOW_S - 300, Ok(())),
            (NOW_S + 301, Err(CallbackFault::TimestampIsOutsideTheSkew)),
            (NOW_S - 301, Err(CallbackFault::TimestampIsOutsideTheSkew)),
        ] {
            assert_eq!(judged(&call(), &signature, now_s), expected, "{now_s}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_or_not_at_all_is_refused_by_name() {
        for odd in [
            SignedCall { idempotency_key: "k\n1", ..call() },
            SignedCall { path: "/a\nb", ..call() },
            SignedCall { method: "PO\rST", ..call() },
        ] {
            let signature = sign(SECRET, &odd);
            assert_eq!(judged(&odd, &signature, NOW_S), Err(CallbackFault::CallIsMalformed), "{odd:?}");
        }
        for timestamp in ["", "+1760000000", "1760000000.0", "17600000000000", "now"] {
            let odd = SignedCall { timestamp, ..call() };
            let fault = judged(&odd, &sign(SECRET, &odd), NOW_S);
            assert_eq!(fault, Err(CallbackFault::TimestampIsMalformed), "{timestamp}");
        }
        let unknown = verify(None, &call(), "", Timestamp::from_secs(NOW_S), CALLBACK_SKEW_MAX_S);
        assert_eq!(unknown, Err(CallbackFault::KeyIsUnknown));
    }
}
