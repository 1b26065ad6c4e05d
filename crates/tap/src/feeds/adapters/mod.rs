//! The protocols that are spoken, a file each. A new one implements [`Adapter`](super::adapter::Adapter), gets a
//! variant in [`Protocol`], and its frames a place in `tests/feeds/`.

mod binance;
mod coinbase;
mod kraken;

use super::adapter::Adapter;
use std::sync::Arc;

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

    /// Its name in configuration.
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

    /// The adapter for one symbol, written as the venue writes it (`BTCUSDT`, `BTC-USD`, `BTC/USD`).
    #[must_use]
    pub fn adapter(self, symbol: &str) -> Arc<dyn Adapter> {
        match self {
            Self::Binance => Arc::new(binance::Binance::new(symbol)),
            Self::Coinbase => Arc::new(coinbase::Coinbase::new(symbol)),
            Self::Kraken => Arc::new(kraken::Kraken::new(symbol)),
        }
    }
}
