//! Frames and history of a simulated Binance.

use super::{Subscriptions, number, page, price_text, quantity_text};
use crate::venues::tape::{Tape, TapeBook, TapeTrade};

const SYMBOL: &str = "BTCUSDT";

/// Streams named in the address. Binance has no heartbeat but its pings.
pub(super) fn subscriptions(query: &str) -> Subscriptions {
    let named = |stream: &str| query.contains(&format!("btcusdt@{stream}"));
    Subscriptions { trades: named("trade"), books: named("bookTicker"), heartbeats: false }
}

pub(super) fn trade(trade: &TapeTrade) -> String {
    let (id, price, quantity) = (trade.id, price_text(trade.price), quantity_text(trade.quantity));
    let (at_ms, maker) = (trade.at_us / 1_000, trade.buyer_made);
    format!(
        r#"{{"stream":"btcusdt@trade","data":{{"e":"trade","E":{at_ms},"s":"{SYMBOL}","t":{id},"p":"{price}000000","q":"{quantity}","T":{at_ms},"m":{maker},"M":true}}}}"#
    )
}

pub(super) fn book(book: &TapeBook) -> String {
    let (number, bid, ask) = (book.number, price_text(book.bid), price_text(book.ask));
    format!(
        r#"{{"stream":"btcusdt@bookTicker","data":{{"u":{number},"s":"{SYMBOL}","b":"{bid}000000","B":"1.00000000","a":"{ask}000000","A":"1.00000000"}}}}"#
    )
}

pub(super) fn history(path: &str, query: &str, tape: &Tape) -> Option<String> {
    if path != "api/v3/historicalTrades" || !query.contains(SYMBOL) {
        return None;
    }
    let count = page(query, "limit");
    let trades = match number(query, "fromId") {
        Some(first_id) => tape.from(first_id, count),
        None => tape.before(i64::MAX, count).into_iter().rev().collect(),
    };
    let rows: Vec<String> = trades.iter().map(row).collect();
    Some(format!("[{}]", rows.join(",")))
}

fn row(trade: &TapeTrade) -> String {
    let (id, price, quantity) = (trade.id, price_text(trade.price), quantity_text(trade.quantity));
    let (at_ms, maker) = (trade.at_us / 1_000, trade.buyer_made);
    format!(
        r#"{{"id":{id},"price":"{price}000000","qty":"{quantity}","quoteQty":"0","time":{at_ms},"isBuyerMaker":{maker},"isBestMatch":true}}"#
    )
}
