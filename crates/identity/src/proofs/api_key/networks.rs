//! From where a key may be used: addresses and networks (`192.0.2.7`, `198.51.100.0/24`, `2001:db8::/32`).

use std::net::IpAddr;

/// The most entries of one list.
const NETWORKS_MAX: usize = 32;

/// One network: its first address as bits of the wider kind, and how many of them count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u32,
}

/// A list of networks; the empty one means everywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<Network>);

impl Networks {
    /// Reads a list. Errors: the first entry that is no address or network, or the length of a list that is too long.
    pub fn parse<'t>(entries: impl IntoIterator<Item = &'t str>) -> Result<Self, String> {
        let mut list = Vec::new();
        for entry in entries {
            list.push(read(entry.trim()).ok_or_else(|| format!("{entry} is no address or network"))?);
        }
        if list.len() > NETWORKS_MAX {
            Err(format!("at most {NETWORKS_MAX} networks"))
        } else {
            Ok(Self(list))
        }
    }

    /// Whether `ip` is in one of them, or there are none.
    #[must_use]
    pub fn allow(&self, ip: IpAddr) -> bool {
        self.0.is_empty() || self.0.iter().any(|network| network.contains(ip.to_canonical()))
    }
}

impl Network {
    fn contains(self, ip: IpAddr) -> bool {
        match (self.address, ip) {
            (IpAddr::V4(own), IpAddr::V4(ip)) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                own.to_bits() & mask == ip.to_bits() & mask
            }
            (IpAddr::V6(own), IpAddr::V6(ip)) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                own.to_bits() & mask == ip.to_bits() & mask
            }
            _ => false,
        }
    }
}

fn read(entry: &str) -> Option<Network> {
    let (address, prefix) =
        entry.split_once('/').map_or((entry, None), |(address, prefix)| (address, Some(prefix)));
    let address: IpAddr = address.parse().ok()?;
    let widest = if address.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.map_or(Some(widest), |prefix| prefix.parse().ok())?;
    (prefix <= widest).then_some(Network { address, prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_within_their_network_and_kind() {
        let list = Networks::parse(["192.0.2.7", "198.51.100.0/24", "2001:db8::/32"]).unwrap();
        let allows = |ip: &str| list.allow(ip.parse().unwrap());
        assert!(allows("192.0.2.7") && allows("198.51.100.255") && allows("2001:db8:ffff::1"));
        assert!(allows("::ffff:192.0.2.7"), "an address in the wider writing is the same");
        assert!(!allows("192.0.2.8") && !allows("198.51.101.0") && !allows("2001:db9::"));
        assert!(Networks::default().allow("203.0.113.9".parse().unwrap()));
        assert!(Networks::parse(["0.0.0.0/0"]).unwrap().allow("203.0.113.9".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_refused_by_name() {
        for bad in ["", "x", "192.0.2.7/33", "192.0.2/24", "2001:db8::/129", "192.0.2.7/-1"] {
            assert!(Networks::parse([bad]).unwrap_err().contains("is no address"), "{bad}");
        }
        assert!(Networks::parse(["192.0.2.7"; 33]).is_err());
    }
}
