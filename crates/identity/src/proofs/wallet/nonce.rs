//! Nonces of log-ins: made here, remembered by whoever keeps nonces for the stall, and bound to whom they were given.

use crate::Chance;
use kernel::WalletAddress;
use std::net::IpAddr;

/// Seconds a nonce is good for.
pub const NONCE_LIFETIME_S: i64 = 90;
/// The fewest characters of a nonce: 17 of 62 kinds are over 101 bits.
pub const NONCE_CHARS_MIN: usize = 17;
/// Characters of a nonce of ours: 128 bits in base 62.
const NONCE_CHARS: usize = 22;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 128 random bits as 22 letters and digits. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginNonce(String);

impl LoginNonce {
    /// A fresh one.
    #[must_use]
    pub fn draw(chance: &dyn Chance) -> Self {
        let mut bytes = [0; 16];
        chance.fill(&mut bytes);
        let mut left = u128::from_le_bytes(bytes);
        let mut digits = [0; NONCE_CHARS];
        for digit in digits.iter_mut().rev() {
            *digit = BASE62[usize::try_from(left % 62).expect("a digit is below 62")];
            left /= 62;
        }
        Self(digits.iter().map(|digit| char::from(*digit)).collect())
    }

    /// As it is told and signed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for LoginNonce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoginNonce(hidden)")
    }
}

/// To whom a nonce was given: what must be the same when it comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonceBinding<'b> {
    /// The wallet that asked.
    pub wallet: WalletAddress,
    /// From where; its network counts.
    pub ip: IpAddr,
    /// For which site.
    pub domain: &'b str,
}

impl NonceBinding<'_> {
    /// The text under which a keeper of nonces remembers `nonce`: another wallet, network or site has another text, so
    /// it finds nothing and uses nothing up. Secret as long as the nonce is good.
    #[must_use]
    pub fn key(&self, nonce: &str) -> String {
        format!("{nonce}|{}|{}|{}", self.wallet.lower(), network(self.ip), self.domain)
    }
}

/// The network of an address: /24 of IPv4, /48 of IPv6, which a phone keeps when it changes its address a little.
#[must_use]
pub fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proofs::wallet::parse_address;

    fn nonce(byte: u8) -> LoginNonce {
        LoginNonce::draw(&move |room: &mut [u8]| room.fill(byte))
    }

    #[test]
    fn a_nonce_carries_all_its_bits_in_letters_and_digits() {
        assert_eq!(nonce(0).as_str(), "0".repeat(22));
        assert_eq!(nonce(0xff).as_str(), "7n42DGM5Tflk9n8mt7Fhc7", "2^128 - 1 in base 62");
        assert!(nonce(7).as_str().len() >= NONCE_CHARS_MIN);
        assert_ne!(nonce(1), nonce(2));
        assert_eq!(format!("{:?}", nonce(1)), "LoginNonce(hidden)");
    }

    #[test]
    fn a_nonce_is_found_by_its_wallet_network_and_site_alone() {
        let wallet = parse_address("0x27b1fdb04752bbc536007a920d24acb045561c26").unwrap();
        let other = parse_address("0xde709f2102306220921060314715629080e2fb77").unwrap();
        let key =
            |wallet, ip: &str, domain| NonceBinding { wallet, ip: ip.parse().unwrap(), domain }.key("n");
        let mine = key(wallet, "192.0.2.7", "fair.example");
        assert_eq!(mine, key(wallet, "192.0.2.200", "fair.example"));
        assert_eq!(mine, key(wallet, "::ffff:192.0.2.9", "fair.example"));
        let foreign = [
            key(other, "192.0.2.7", "fair.example"),
            key(wallet, "192.0.3.7", "fair.example"),
            key(wallet, "192.0.2.7", "fair.example:80"),
            key(wallet, "2001:db8:1::1", "fair.example"),
        ];
        assert!(foreign.iter().all(|key| *key != mine));
        assert_eq!(
            network("2001:db8:1:2::3".parse().unwrap()),
            network("2001:db8:1:ffff::".parse().unwrap())
        );
        assert_ne!(network("2001:db8:1::".parse().unwrap()), network("2001:db8:2::".parse().unwrap()));
    }
}
