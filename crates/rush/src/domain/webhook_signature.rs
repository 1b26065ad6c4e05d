//! Signatures of webhooks: HMAC-SHA256 over `time.body`, with a tolerance in time. Pure, so that anybody's tests can ask
//! for the server's own reading of one (`webhook_credential.rs`).

use hmac::{Hmac, KeyInit, Mac};
use kernel::Timestamp;
use sha2::Sha256;

/// Seconds a signature is good for, either way: clocks differ, and a recorded request must not stay good.
pub const TOLERANCE_S: i64 = 300;
/// Signatures one header may carry, so that secrets can be changed without a gap.
const SIGNATURES_MAX: usize = 4;

/// Why a webhook is not believed. In the order of the guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum WebhookFault {
    /// No header, or not `t=SECONDS,v1=HEX`.
    #[error("the signature header is missing or malformed")]
    Malformed,
    /// Made with another secret, over another body or another time.
    #[error("the signature is not ours")]
    BadSignature,
    /// Good once, but not now.
    #[error("the signature is too old or from the future")]
    OutsideTolerance,
    /// Signed by the gateway, but not an event.
    #[error("the body is not an event")]
    NotAnEvent,
}

impl WebhookFault {
    /// As the verification door answers it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::BadSignature => "bad_signature",
            Self::OutsideTolerance => "outside_tolerance",
            Self::NotAnEvent => "not_an_event",
        }
    }
}

/// The header of `body` sent at `at`: `t=SECONDS,v1=HEX`.
#[must_use]
pub fn sign(secret: &[u8], body: &[u8], at: Timestamp) -> String {
    let digest = mac(secret, at.as_secs(), body).finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={},v1={hex}", at.as_secs())
}

/// Whether `header` is the signature of `body` under `secret` and was made within the tolerance of `now`. The
/// comparison takes the same time whatever the digits are.
pub fn check(secret: &[u8], header: &str, body: &[u8], now: Timestamp) -> Result<(), WebhookFault> {
    let (at, signatures) = parse(header).ok_or(WebhookFault::Malformed)?;
    let ours = |signature: &Vec<u8>| mac(secret, at, body).verify_slice(signature).is_ok();
    if !signatures.iter().any(ours) {
        return Err(WebhookFault::BadSignature);
    }
    if at.abs_diff(now.as_secs()) > TOLERANCE_S.unsigned_abs() {
        return Err(WebhookFault::OutsideTolerance);
    }
    Ok(())
}

fn mac(secret: &[u8], at: i64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a secret of any length");
    mac.update(at.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

fn parse(header: &str) -> Option<(i64, Vec<Vec<u8>>)> {
    let (mut at, mut signatures) = (None, Vec::new());
    for part in header.split(',') {
        match part.trim().split_once('=')? {
            ("t", seconds) => at = Some(seconds.parse::<i64>().ok()?),
            ("v1", hex) if signatures.len() < SIGNATURES_MAX => signatures.push(bytes_of(hex)?),
            // Schemes to come are not ours to read.
            _ => {}
        }
    }
    (!signatures.is_empty()).then_some((at?, signatures))
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_893_456_000);
    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    #[test]
    fn a_signature_is_believed_within_five_minutes_either_way() {
        let header = sign(b"secret", BODY, NOW);
        for (seconds, expected) in [
            (0, Ok(())),
            (300, Ok(())),
            (-300, Ok(())),
            (301, Err(WebhookFault::OutsideTolerance)),
            (-301, Err(WebhookFault::OutsideTolerance)),
        ] {
            assert_eq!(check(b"secret", &header, BODY, NOW.plus_secs(seconds)), expected, "{seconds}");
        }
    }

    #[test]
    fn another_secret_body_or_time_is_refused() {
        let header = sign(b"secret", BODY, NOW);
        let moved = header.replace("t=1893456000", "t=1893456001");
        let cases: [(&[u8], &str, &[u8]); 3] =
            [(b"other", &header, BODY), (b"secret", &header, b"{}"), (b"secret", &moved, BODY)];
        for (secret, header, body) in cases {
            assert_eq!(check(secret, header, body, NOW), Err(WebhookFault::BadSignature));
        }
    }

    #[test]
    fn a_second_signature_serves_while_secrets_change() {
        let old = sign(b"old", BODY, NOW);
        let new = sign(b"new", BODY, NOW);
        let both = format!("{new}, {}, v2=later", &old[old.find("v1").expect("there")..]);
        assert_eq!(check(b"old", &both, BODY, NOW), Ok(()));
        assert_eq!(check(b"new", &both, BODY, NOW), Ok(()));
    }

    #[test]
    fn junk_is_malformed() {
        for header in
            ["", "x", "t=1", "v1=00", "t=x,v1=00", "t=1,v1=0", "t=1,v1=zz", "t=1,v1=é0", ",", "t=,v1="]
        {
            assert_eq!(check(b"secret", header, BODY, NOW), Err(WebhookFault::Malformed), "{header}");
        }
    }

    #[test]
    fn the_digest_is_that_of_any_other_program() {
        // printf '1893456000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac secret
        let expected = "6476ebb48afc03a122ea01f06ab5a6a121f514e7175fe4d6796202cdd2af88ab";
        assert_eq!(sign(b"secret", BODY, NOW), format!("t=1893456000,v1={expected}"));
    }
}
