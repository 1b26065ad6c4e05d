//! The words of the command line, checked before anything is sent.

use super::rush::Mix;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

/// Most connections of one run: well below the usual limit of open files on both sides.
const CONNECTIONS_MAX: i64 = 512;
/// Longest run in seconds: tokens are minted for one day.
const DURATION_S_MAX: u64 = 12 * 3600;
/// Highest timetable in requests a second: ten times what a loopback on this kind of machine answers.
const RATE_MAX: u64 = 1_000_000;
/// Longest climb of a spike in seconds; what climbs longer is no spike.
const SPIKE_S_MAX: u64 = 300;

/// How to put load on a stall, whichever.
#[derive(Debug, Clone, clap::Args)]
pub struct Common {
    /// The server, e.g. http://127.0.0.1:8080 (loopback only; started with `--profile load`).
    #[arg(long, value_parser = Target::parse)]
    pub url: Target,
    /// Seconds to measure, after a warm-up of at most 2 seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=DURATION_S_MAX))]
    pub duration: u64,
    /// Keep-alive connections, each with one request in flight.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=CONNECTIONS_MAX))]
    pub connections: u32,
    /// Requests a second on a fixed timetable (open loop); without it every connection sends as soon as it can.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=RATE_MAX))]
    pub rate: Option<u64>,
    /// After the measurement the timetable climbs from nothing to RPS within SECONDS, and falls back to `--rate`: how long until
    /// p99 is what it was.
    #[arg(long, value_name = "RPS,SECONDS", requires = "rate", value_parser = Spike::parse)]
    pub spike: Option<Spike>,
    /// Also writes the report as JSON to this file.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Also measures, before and after, an endpoint that only authenticates, parses and answers: the ceiling.
    #[arg(long)]
    pub ceiling: bool,
    /// First brings the database to this many bookings or bets, through the server's own rules.
    #[arg(long, value_name = "N")]
    pub fill: Option<u64>,
    /// Decides what is drawn: who, what, which kinds of requests. The same seed draws the same.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// A crowd that comes within seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spike {
    /// Starts a second at its height.
    pub rate: u64,
    /// Seconds of the climb.
    pub climb_s: u64,
}

impl Spike {
    /// Reads `RPS,SECONDS`. Errors: a sentence saying what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let numbers = text.split_once(',').and_then(|(rate, climb_s)| {
            Some((rate.trim().parse::<u64>().ok()?, climb_s.trim().parse::<u64>().ok()?))
        });
        let (rate, climb_s) = numbers.ok_or("two numbers are needed, e.g. 5000,10")?;
        if !(1..=RATE_MAX).contains(&rate) || !(1..=SPIKE_S_MAX).contains(&climb_s) {
            return Err(format!("at most {RATE_MAX} a second, within 1 to {SPIKE_S_MAX} seconds"));
        }
        Ok(Self { rate, climb_s })
    }
}

/// How to put load on Rush.
#[derive(Debug, Clone, clap::Args)]
pub struct RushArgs {
    /// What every stall is asked.
    #[command(flatten)]
    pub common: Common,
    /// Weights of the kinds of requests; kinds left out get none.
    #[arg(long, default_value_t = Mix::default(), value_parser = Mix::parse, value_name = "KIND=WEIGHT,...")]
    pub mix: Mix,
    /// Zones of the event on sale, a tenth of them (at least one) sold out.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub zones: u32,
    /// Events the zones are spread over.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub events: u32,
}

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
    fn a_spike_is_a_height_and_a_time() {
        assert_eq!(Spike::parse("5000,10"), Ok(Spike { rate: 5_000, climb_s: 10 }));
        for bad in ["", "5000", "5000,", "0,10", "5000,0", "5000,301", "1000001,10", "-1,10", "a,b", "1,2,3"]
        {
            assert!(Spike::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_host_header_keeps_the_port() {
        let target = Target::parse("http://localhost:8123/").unwrap();
        assert_eq!((target.host.as_str(), target.address.port()), ("localhost:8123", 8123));
    }
}
