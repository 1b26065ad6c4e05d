//! `--url`: the server that is put under load, on this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where the server listens: a loopback address, because load is for one's own machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The address to connect to.
    pub address: SocketAddr,
    /// The text of the `host` header.
    pub host: String,
}

impl Target {
    /// Reads `http://HOST:PORT` with a loopback host. Errors: a sentence saying what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("http://").ok_or("the URL must begin with http://")?;
        let host = rest.strip_suffix('/').unwrap_or(rest);
        if host.contains(['/', '?', '#', '@']) {
            return Err(String::from("the URL must be no more than http://HOST:PORT"));
        }
        let address =
            socket_address(host).ok_or("the URL needs a loopback host: 127.0.0.1, [::1] or localhost")?;
        if !address.ip().is_loopback() {
            return Err(format!("{} is not this machine; load is only for one's own", address.ip()));
        }
        Ok(Self { address, host: String::from(host) })
    }
}

/// Reads `HOST` or `HOST:PORT` without asking a name server; port 80 unless told.
fn socket_address(host: &str) -> Option<SocketAddr> {
    if let Ok(address) = host.parse() {
        return Some(address);
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !name.ends_with(':') && !port.ends_with(']') => (name, port.parse().ok()?),
        _ => (host, 80),
    };
    let ip = match name {
        "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        "[::1]" => IpAddr::V6(Ipv6Addr::LOCALHOST),
        other => other.parse().ok()?,
    };
    Some(SocketAddr::new(ip, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_be_loaded() {
        for good in ["http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:9", "http://127.9.9.9"] {
            assert!(Target::parse(good).is_ok(), "{good}");
        }
        let bad = [
            "https://127.0.0.1",
            "http://10.0.0.1:80",
            "http://example.com",
            "http://127.0.0.1/x",
            "ftp",
            "",
        ];
        for bad in bad {
            assert!(Target::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_host_header_keeps_the_port() {
        let target = Target::parse("http://localhost:8123/").unwrap();
        assert_eq!((target.host.as_str(), target.address.port()), ("localhost:8123", 8123));
    }
}
