//! Access tokens of minted buyers: HS256, as the server's own, without a log-in for each.
//! What does not live here: the verification, which is the server's.

use crate::keys::SigningKeys;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Seconds a minted token lives: longer than the longest run, and the most the server believes.
const LIFETIME_S: i64 = identity::TOKEN_LIFETIME_MAX_S;

/// Mints tokens that differ in the buyer alone, so that most of each is encoded and signed only once.
#[derive(Clone)]
pub struct Minter {
    /// `base64(header).base64(the claims all buyers share)`.
    shared: Vec<u8>,
    /// The signature's state after `shared`.
    signed: Hmac<Sha256>,
}

impl std::fmt::Debug for Minter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Minter(key hidden)")
    }
}

impl Minter {
    /// A minter of customers' tokens under `keys`, in `tenant` (public id) or global, issued at `now_s`.
    #[must_use]
    pub fn new(keys: &SigningKeys, tenant: Option<&str>, now_s: i64) -> Self {
        let mut claims = shared_claims(tenant, now_s);
        // Base64 turns three bytes into four characters: padded to threes, the shared part stands alone.
        while !claims.len().is_multiple_of(3) {
            claims.push(' ');
        }
        // The very text the server writes: a header it knows by heart need not be decoded.
        let header = format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{}"}}"#, keys.kid);
        let shared = [URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims)].join(".").into_bytes();
        let mut signed =
            Hmac::<Sha256>::new_from_slice(&keys.signing_key).expect("HMAC takes keys of every length");
        signed.update(&shared);
        Self { shared, signed }
    }

    /// Appends the token of the buyer with public id `user` to `out`.
    pub fn mint(&self, user: &str, out: &mut Vec<u8>) {
        let mut claims = [0_u8; 160];
        let length = own_claims(user, &mut claims);
        out.extend_from_slice(&self.shared);
        let own = out.len();
        append_base64(&claims[..length], out);
        let mut signature = self.signed.clone();
        signature.update(&out[own..]);
        out.push(b'.');
        append_base64(&signature.finalize().into_bytes(), out);
    }
}

fn shared_claims(tenant: Option<&str>, now_s: i64) -> String {
    let tenant = tenant.map_or_else(|| String::from("null"), |id| format!("\"{id}\""));
    let exp = now_s + LIFETIME_S;
    format!(
        r#"{{"iss":"fairground","aud":"rush","iat":{now_s},"exp":{exp},"email":"load@fairground.invalid","role":"customer","tenant_id":{tenant},"#
    )
}

/// Writes the claims that name the buyer, and the closing brace. Returns their length.
fn own_claims(user: &str, room: &mut [u8; 160]) -> usize {
    let mut at = 0;
    for part in [r#""user_id":""#, user, r#"","sub":""#, user, r#""}"#] {
        room[at..at + part.len()].copy_from_slice(part.as_bytes());
        at += part.len();
    }
    at
}

fn append_base64(bytes: &[u8], out: &mut Vec<u8>) {
    let begin = out.len();
    out.resize(begin + bytes.len().div_ceil(3) * 4, 0);
    let written = URL_SAFE_NO_PAD.encode_slice(bytes, &mut out[begin..]).expect("the room was made above");
    out.truncate(begin + written);
}

#[cfg(test)]
mod tests {
    use super::*;
    use identity::{ClaimsBuffer, Expected, Keyring, SigningKey};
    use kernel::Timestamp;

    const KEY: &[u8] = b"a key of thirty-two bytes or more";
    const USER: &str = "00000000-0000-8000-8000-000000000001";
    const NOW_S: i64 = 1_800_000_000;

    #[test]
    fn the_servers_own_reader_believes_a_minted_token() {
        let keys = SigningKeys::new(KEY, [0; 16]).unwrap();
        let ring = Keyring::new(SigningKey::named_by_itself(KEY).unwrap(), Vec::new()).unwrap();
        for tenant in [None, Some("t1"), Some("t12"), Some("t123")] {
            let mut token = Vec::new();
            Minter::new(&keys, tenant, NOW_S).mint(USER, &mut token);
            let (token, mut room) = (String::from_utf8(token).unwrap(), ClaimsBuffer::default());
            let claims =
                ring.read(&token, Timestamp::from_secs(NOW_S + 5), Expected::of("rush"), &mut room).unwrap();
            assert_eq!((claims.user_id, claims.tenant_id, claims.role), (USER, tenant, "customer"));
        }
    }

    #[test]
    fn another_key_signs_something_else() {
        let minted = |key: &[u8]| {
            let mut token = Vec::new();
            Minter::new(&SigningKeys::new(key, [0; 16]).unwrap(), None, NOW_S).mint(USER, &mut token);
            token
        };
        assert_ne!(minted(KEY), minted(b"another key of thirty-two bytes.."));
    }
}
