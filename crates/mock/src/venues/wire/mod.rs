//! How each simulated venue says things: frames, answers to what a client sends, pages of history.

mod binance;
mod coinbase;
mod kraken;

use super::Protocol;
use super::tape::{Tape, TapeBook, TapeEvent, TapeTrade};

/// What a socket has asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Subscriptions {
    pub(super) trades: bool,
    pub(super) books: bool,
    pub(super) heartbeats: bool,
}

/// What a venue answers to a message, at once, and what it will tell from now on.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) frames: Vec<String>,
    pub(super) subscriptions: Subscriptions,
}

/// Prices of a frame, in cents, turned into what the fault makes of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct PriceFactor(pub(super) i64);

/// What a socket wants before it said anything: Binance is asked in the address.
pub(super) fn subscriptions_in_url(protocol: Protocol, query: &str) -> Subscriptions {
    match protocol {
        Protocol::Binance => binance::subscriptions(query),
        Protocol::Coinbase | Protocol::Kraken => Subscriptions::default(),
    }
}

/// The answer to a client's message; silence for what is not understood.
pub(super) fn reply(
    protocol: Protocol,
    message: &str,
    current: Subscriptions,
    last: Option<TapeTrade>,
) -> Reply {
    match protocol {
        Protocol::Binance => Reply { frames: Vec::new(), subscriptions: current },
        Protocol::Coinbase => coinbase::reply(message, current, last),
        Protocol::Kraken => kraken::reply(message, current),
    }
}

/// The frame of an event; `None` when the socket did not ask for its kind.
pub(super) fn frame(
    protocol: Protocol,
    event: &TapeEvent,
    subscriptions: Subscriptions,
    factor: PriceFactor,
) -> Option<String> {
    match event {
        TapeEvent::Trade(trade) if subscriptions.trades => {
            let trade = TapeTrade { price: trade.price * factor.0, ..*trade };
            Some(match protocol {
                Protocol::Binance => binance::trade(&trade),
                Protocol::Coinbase => coinbase::trade("match", &trade),
                Protocol::Kraken => kraken::trade(&trade),
            })
        }
        TapeEvent::Book(book) if subscriptions.books => {
            // A negative book stays one whose bid is not above its ask.
            let (one, other) = (book.bid * factor.0, book.ask * factor.0);
            let book = TapeBook { bid: one.min(other), ask: one.max(other), ..*book };
            Some(match protocol {
                Protocol::Binance => binance::book(&book),
                Protocol::Coinbase => coinbase::book(&book),
                Protocol::Kraken => kraken::book(&book),
            })
        }
        _ => None,
    }
}

/// The frame of a heartbeat; `None` where the venue has none or it was not asked for.
pub(super) fn heartbeat(
    protocol: Protocol,
    subscriptions: Subscriptions,
    last_id: i64,
    at_us: i64,
) -> Option<String> {
    match protocol {
        Protocol::Coinbase if subscriptions.heartbeats => Some(coinbase::heartbeat(last_id, at_us)),
        Protocol::Kraken if subscriptions.heartbeats => Some(kraken::heartbeat()),
        _ => None,
    }
}

/// The page of history that `path` and `query` ask for; `None` when they ask for nothing that exists.
pub(super) fn history(protocol: Protocol, path: &str, query: &str, tape: &Tape) -> Option<String> {
    match protocol {
        Protocol::Binance => binance::history(path, query, tape),
        Protocol::Coinbase => coinbase::history(path, query, tape),
        Protocol::Kraken => kraken::history(path, query, tape),
    }
}

/// Cents as decimal text with two decimals.
fn price_text(cents: i64) -> String {
    kernel::format_minor(cents, 2)
}

/// Hundred-millionths as decimal text with eight decimals.
fn quantity_text(quantity: i64) -> String {
    kernel::format_minor(quantity, 8)
}

/// Unix microseconds as RFC 3339.
fn time_text(at_us: i64) -> String {
    kernel::Timestamp::from_micros(at_us).rfc3339()
}

/// A whole number of a query.
fn number(query: &str, name: &str) -> Option<i64> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    value.parse().ok()
}

/// How many trades a page has.
fn page(query: &str, name: &str) -> usize {
    let asked = number(query, name).and_then(|count| usize::try_from(count).ok());
    asked.unwrap_or(500).min(1_000)
}
