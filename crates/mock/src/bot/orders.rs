//! What a bot is told: which trading it runs, where its money lies, how it trades.

use clap::{Arg, ArgMatches};
use serde::Deserialize;

/// A bot's orders.
#[derive(Clone, Deserialize)]
pub struct Orders {
    /// Whose bot it is, a public id.
    pub user_id: String,
    /// Which trading, a public id.
    pub trading_id: String,
    /// Where the asset lies, a public id.
    pub stock_account_id: String,
    /// Where the money lies, a public id.
    pub currency_account_id: String,
    /// What is traded, in what: `ETH/USDT`.
    pub market: String,
    /// Of how much of the asset one order is, a decimal.
    pub volume: String,
    /// Milliseconds between two looks.
    pub every_ms: u64,
    /// Where the exchange is.
    pub exchange_url: String,
    /// The key at the exchange; empty: it fills its orders itself, at the price it sees.
    pub exchange_key: String,
    /// Its secret.
    pub exchange_secret: String,
}

impl std::fmt::Debug for Orders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Orders({} of {}, keys hidden)", self.market, self.trading_id)
    }
}

/// The arguments of the command line, each with its default.
const TEXTS: [(&str, &str, &str); 11] = [
    ("server", "", "Where the server is; with it, events go there over HTTP"),
    ("api-key", "", "An API key of the bot's owner"),
    ("nats", "", "Where NATS is; with it, events go there"),
    ("exchange", "http://127.0.0.1:9140", "Where the exchange is"),
    ("exchange-key", "", "The key there; none: orders are filled at the price that is seen"),
    ("exchange-secret", "", "Its secret"),
    ("user", "", "The owner's id"),
    ("trading", "", "The trading's id; none: a bot runs when its orders are posted to /bots"),
    ("stock-account", "", "The id of the sub-account of the asset"),
    ("currency-account", "", "The id of the sub-account of the money"),
    ("market", "ETH/USDT", "What is traded"),
];

/// Arguments of the command line.
pub(super) fn arguments() -> Vec<Arg> {
    let text = |(name, default, help): &(&'static str, &'static str, &'static str)| {
        Arg::new(*name).long(*name).help(*help).default_value(*default)
    };
    let volume = Arg::new("volume").long("volume").help("Of how much one order is").default_value("0.05");
    let every =
        Arg::new("every-ms").long("every-ms").help("Milliseconds between two looks").default_value("3000");
    let every = every.value_parser(clap::value_parser!(u64).range(50..));
    TEXTS.iter().map(text).chain([volume, every]).collect()
}

/// The value of a text argument.
pub(super) fn text(matches: &ArgMatches, name: &str) -> String {
    matches.get_one::<String>(name).cloned().unwrap_or_default()
}

/// The orders of the command line, where it names a trading.
pub(super) fn of_arguments(matches: &ArgMatches) -> Option<Orders> {
    let text = |name| text(matches, name);
    let orders = Orders {
        user_id: text("user"),
        trading_id: text("trading"),
        stock_account_id: text("stock-account"),
        currency_account_id: text("currency-account"),
        market: text("market"),
        volume: text("volume"),
        every_ms: matches.get_one("every-ms").copied().unwrap_or(3_000),
        exchange_url: text("exchange"),
        exchange_key: text("exchange-key"),
        exchange_secret: text("exchange-secret"),
    };
    (!orders.trading_id.is_empty()).then_some(orders)
}
