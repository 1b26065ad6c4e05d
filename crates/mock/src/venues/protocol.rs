//! The protocols that the simulated venues speak.

/// Which protocol a venue speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Binance Spot, combined streams.
    Binance,
    /// Coinbase Exchange.
    Coinbase,
    /// Kraken, version 2.
    Kraken,
}

impl Protocol {
    /// Every protocol.
    pub const ALL: [Self; 3] = [Self::Binance, Self::Coinbase, Self::Kraken];

    /// Its name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binance => "binance",
            Self::Coinbase => "coinbase",
            Self::Kraken => "kraken",
        }
    }

    /// The protocol of that name; `None` when there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.name() == name)
    }

    /// Under which keys a server is configured with its socket and its history.
    pub(super) const fn configuration_keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Binance => ("tap.binance_urls", "tap.binance_history_url"),
            Self::Coinbase => ("tap.coinbase_urls", "tap.coinbase_history_url"),
            Self::Kraken => ("tap.kraken_urls", "tap.kraken_history_url"),
        }
    }
}
