//! Where a request comes from: the peer, or what our own proxies say about it. Nobody else's word counts.

use axum::http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// Entries of `X-Forwarded-For` that are looked at; longer chains than this are somebody's game.
const FORWARDED_MAX: usize = 16;

/// Addresses that share a prefix (`10.0.0.0/8`), or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IpRange {
    base: u128,
    mask: u128,
}

impl IpRange {
    fn contains(self, ip: IpAddr) -> bool {
        as_bits(ip) & self.mask == self.base
    }
}

impl FromStr for IpRange {
    type Err = String;

    /// Reads `address` or `address/prefix bits`. Errors: a sentence naming the text.
    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is neither an address nor a range such as 10.0.0.0/8");
        let (address, bits) = text.split_once('/').map_or((text, None), |(ip, bits)| (ip, Some(bits)));
        let ip: IpAddr = address.parse().map_err(|_| bad())?;
        let width: u32 = if ip.is_ipv4() { 32 } else { 128 };
        let bits: u32 = bits.map_or(Ok(width), str::parse).map_err(|_| bad())?;
        if bits > width {
            return Err(bad());
        }
        let mask = u128::MAX.checked_shl(width - bits).unwrap_or(0);
        Ok(Self { base: as_bits(ip) & mask, mask })
    }
}

/// IPv4 addresses count as their IPv6 forms, so that one that arrives either way is the same.
fn as_bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

/// The client: the peer, or, while the peer is one of our proxies, the address it names, from right to left.
pub(crate) fn client_ip(peer: IpAddr, headers: &HeaderMap, trusted: &[IpRange]) -> IpAddr {
    let is_ours = |ip: IpAddr| is_within(ip, trusted);
    if !is_ours(peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().rev().filter_map(|line| line.to_str().ok());
    let named = lines.flat_map(|line| line.rsplit(',')).take(FORWARDED_MAX);
    let mut client = peer;
    for text in named {
        let Some(ip) = named_address(text.trim()) else { break };
        client = ip;
        if !is_ours(ip) {
            break;
        }
    }
    client
}

/// An address as proxies write it: bare, in brackets, or with the port that the connection had.
fn named_address(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    text.parse().ok().or_else(with_port).or_else(bracketed)
}

/// Whether `ip` lies in one of `ranges`.
pub(crate) fn is_within(ip: IpAddr, ranges: &[IpRange]) -> bool {
    ranges.iter().any(|range| range.contains(ip))
}

/// What the hosts of one connection share: an IPv4 address, or the first 64 bits of an IPv6 one (any host has 2^64 addresses of those).
pub(crate) fn address_group(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(ip) if ip.to_ipv4_mapped().is_none() => {
            IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)))
        }
        ip => ip.to_canonical(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let trusted: Vec<IpRange> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        client_ip(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_our_own_proxies_may_name_the_client() {
        assert_eq!(seen("9.9.9.9", "1.2.3.4", &[]), "9.9.9.9");
        assert_eq!(seen("9.9.9.9", "1.2.3.4", &["10.0.0.0/8"]), "9.9.9.9");
        assert_eq!(seen("10.1.2.3", "1.2.3.4", &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(seen("10.1.2.3", "6.6.6.6, 1.2.3.4, 10.9.9.9", &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(seen("10.1.2.3", "garbage", &["10.0.0.0/8"]), "10.1.2.3");
        assert_eq!(seen("::ffff:10.1.2.3", "1.2.3.4", &["10.0.0.0/8"]), "1.2.3.4");
    }

    #[test]
    fn a_port_beside_an_address_is_passed_over() {
        let of = |forwarded| seen("10.1.2.3", forwarded, &["10.0.0.0/8"]);
        assert_eq!(of("1.2.3.4:5678"), "1.2.3.4");
        assert_eq!(of("[2001:db8::7]:5"), "2001:db8::7");
        assert_eq!(of("[2001:db8::7]"), "2001:db8::7");
        assert_eq!(of("6.6.6.6:1, 1.2.3.4:5678, 10.9.9.9:80"), "1.2.3.4");
        for nobody in ["1.2.3.4:", "1.2.3.4:x", "[1.2.3.4]:5:6", "unknown", "_hidden"] {
            assert_eq!(of(nobody), "10.1.2.3", "{nobody}");
        }
    }

    #[test]
    fn ranges_are_read_or_refused() {
        for good in ["10.0.0.0/8", "::1", "0.0.0.0/0", "fd00::/8", "127.0.0.1"] {
            assert!(good.parse::<IpRange>().is_ok(), "{good}");
        }
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "host"] {
            assert!(bad.parse::<IpRange>().is_err(), "{bad}");
        }
    }

    #[test]
    fn neighbours_of_one_ipv6_prefix_are_one_household() {
        let of = |text: &str| address_group(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("1.2.3.4"), of("1.2.3.5"));
        assert_eq!(of("::ffff:1.2.3.4"), of("1.2.3.4"));
    }
}
