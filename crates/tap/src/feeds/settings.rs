//! Which venues are listened to, where they live, and how long we wait for them.

use super::adapters::Protocol;
use super::backoff::Backoff;
use crate::domain::venue_update::Quote;
use std::time::Duration;

/// All venues and the timeouts of their connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSettings {
    /// The slots, in order: the place in this list is the update's `Venue`. A disabled one keeps its place.
    pub venues: Vec<VenueSettings>,
    /// How long we wait.
    pub timeouts: Timeouts,
}

/// One slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueSettings {
    /// Its name in metrics, logs and health pages.
    pub name: String,
    /// What it speaks.
    pub protocol: Protocol,
    /// The market, as the venue writes it.
    pub symbol: String,
    /// What its prices are in.
    pub quote: Quote,
    /// Where its socket is, `ws://` or `wss://`; further ones are taken in turn. At least one.
    pub socket_urls: Vec<String>,
    /// Where its history is, `http://` or `https://`; `None` leaves holes open.
    pub history_url: Option<String>,
    /// Whether it is listened to.
    pub is_enabled: bool,
    /// How many connections are held at once, 1 to [`CONNECTIONS_MAX`].
    pub connections: usize,
}

/// More parallel connections to one venue only cost its goodwill.
pub const CONNECTIONS_MAX: usize = 4;
/// Slots that a `Venue` can number, and more than any index needs.
pub const VENUES_MAX: usize = 32;

/// How long we wait, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection to stand, handshakes included.
    pub connect: Duration,
    /// For anything valid on an open socket; protocol pings do not count.
    pub idle: Duration,
    /// For a trade or a book while only heartbeats come: a socket that pings fine may have stopped to tell.
    pub dataless: Duration,
    /// The age at which a connection is replaced by a fresh one before it ends; venues end it at 24 h.
    pub rotate: Duration,
    /// How long both connections are held once the fresh one brings data: the old one may still bring what is on its way.
    pub overlap: Duration,
    /// Pauses between connections.
    pub backoff: Backoff,
    /// From a hole to the request for it: a parallel connection may bring the trades meanwhile.
    pub backfill: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            idle: Duration::from_secs(15),
            dataless: Duration::from_secs(60),
            rotate: Duration::from_secs(23 * 3_600),
            overlap: Duration::from_secs(2),
            backoff: Backoff::default(),
            backfill: Duration::from_millis(500),
        }
    }
}

/// Why settings are refused at the start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// A venue without an address.
    #[error("venue {0} has no socket address")]
    VenueHasNoAddress(String),
    /// An address that is neither of the four kinds.
    #[error("venue {0}: {1} is not an address with one of the schemes ws, wss, http, https")]
    AddressIsNotOne(String, String),
    /// None, or too many.
    #[error("venue {0} wants {1} connections; 1 to {CONNECTIONS_MAX} are held")]
    ConnectionsOutOfRange(String, usize),
    /// More slots than can be numbered.
    #[error("{0} venues are more than {VENUES_MAX}")]
    TooManyVenues(usize),
    /// Two slots of one name could not be told apart.
    #[error("two venues are named {0}")]
    NameIsTaken(String),
}

impl FeedSettings {
    /// The public venues: Binance on two connections, Coinbase, Kraken.
    #[must_use]
    pub fn public() -> Self {
        let binance = VenueSettings {
            socket_urls: vec![
                String::from("wss://stream.binance.com:9443"),
                String::from("wss://data-stream.binance.vision"),
            ],
            history_url: Some(String::from("https://api.binance.com")),
            connections: 2,
            ..VenueSettings::of(Protocol::Binance)
        };
        let coinbase = VenueSettings {
            socket_urls: vec![String::from("wss://ws-feed.exchange.coinbase.com")],
            history_url: Some(String::from("https://api.exchange.coinbase.com")),
            ..VenueSettings::of(Protocol::Coinbase)
        };
        let kraken = VenueSettings {
            socket_urls: vec![String::from("wss://ws.kraken.com/v2")],
            history_url: Some(String::from("https://api.kraken.com")),
            ..VenueSettings::of(Protocol::Kraken)
        };
        Self { venues: vec![binance, coinbase, kraken], timeouts: Timeouts::default() }
    }

    /// Checks what can be checked without the network. Errors: the first fault.
    pub fn check(&self) -> Result<(), SettingsFault> {
        if self.venues.len() > VENUES_MAX {
            return Err(SettingsFault::TooManyVenues(self.venues.len()));
        }
        for (at, venue) in self.venues.iter().enumerate() {
            if self.venues[..at].iter().any(|earlier| earlier.name == venue.name) {
                return Err(SettingsFault::NameIsTaken(venue.name.clone()));
            }
            venue.check()?;
        }
        Ok(())
    }
}

impl VenueSettings {
    /// The slot of a protocol's usual BTC market, without addresses.
    #[must_use]
    pub fn of(protocol: Protocol) -> Self {
        let (symbol, quote) = match protocol {
            Protocol::Binance => ("BTCUSDT", Quote::Usdt),
            Protocol::Coinbase => ("BTC-USD", Quote::Usd),
            Protocol::Kraken => ("BTC/USD", Quote::Usd),
        };
        Self {
            name: protocol.name().to_owned(),
            protocol,
            symbol: symbol.to_owned(),
            quote,
            socket_urls: Vec::new(),
            history_url: None,
            is_enabled: true,
            connections: 1,
        }
    }

    fn check(&self) -> Result<(), SettingsFault> {
        if self.socket_urls.is_empty() {
            return Err(SettingsFault::VenueHasNoAddress(self.name.clone()));
        }
        if !(1..=CONNECTIONS_MAX).contains(&self.connections) {
            return Err(SettingsFault::ConnectionsOutOfRange(self.name.clone(), self.connections));
        }
        let strange = |url: &&String, plain: &str, secret: &str| {
            super::connect::Target::parse(url).is_none_or(|to| to.scheme != plain && to.scheme != secret)
        };
        let socket = self.socket_urls.iter().find(|url| strange(url, "ws", "wss"));
        let history = self.history_url.iter().find(|url| strange(url, "http", "https"));
        match socket.or(history) {
            Some(url) => Err(SettingsFault::AddressIsNotOne(self.name.clone(), url.clone())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_venues_are_well_formed() {
        assert_eq!(FeedSettings::public().check(), Ok(()));
    }

    #[test]
    fn each_bad_setting_is_refused_by_name() {
        let broken = |change: fn(&mut VenueSettings)| {
            let mut settings = FeedSettings::public();
            change(&mut settings.venues[1]);
            settings.check().unwrap_err().to_string()
        };
        for (change, sentence) in [
            ((|venue| venue.socket_urls.clear()) as fn(&mut VenueSettings), "no socket address"),
            (|venue| venue.connections = 0, "wants 0 connections"),
            (|venue| venue.connections = 5, "wants 5 connections"),
            (|venue| venue.name = String::from("binance"), "two venues are named binance"),
            (|venue| venue.socket_urls[0] = String::from("https://a.example"), "schemes"),
            (|venue| venue.socket_urls[0] = String::from("nonsense"), "schemes"),
            (|venue| venue.history_url = Some(String::from("ftp://a.example")), "schemes"),
        ] {
            let text = broken(change);
            assert!(text.contains(sentence), "{text} does not say {sentence}");
        }
    }
}
