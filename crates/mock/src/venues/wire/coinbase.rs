//! Frames, answers and history of a simulated Coinbase Exchange.

use super::{Reply, Subscriptions, number, page, price_text, quantity_text, time_text};
use crate::venues::tape::{Tape, TapeBook, TapeTrade};
use serde::Deserialize;

const PRODUCT: &str = "BTC-USD";

#[derive(Deserialize)]
struct Subscribe {
    r#type: String,
    product_ids: Vec<String>,
    channels: Vec<String>,
}

/// Subscriptions are confirmed; the last match follows, as the real one does it.
pub(super) fn reply(message: &str, current: Subscriptions, last: Option<TapeTrade>) -> Reply {
    let refused = |reason: &str| Reply {
        frames: vec![format!(r#"{{"type":"error","message":"Failed to subscribe","reason":"{reason}"}}"#)],
        subscriptions: current,
    };
    let Ok(request) = serde_json::from_str::<Subscribe>(message) else { return refused("malformed JSON") };
    if request.r#type != "subscribe" || request.product_ids != [PRODUCT] {
        return refused("not a valid product");
    }
    let named = |channel: &str| request.channels.iter().any(|name| name == channel);
    let subscriptions =
        Subscriptions { trades: named("matches"), books: named("ticker"), heartbeats: named("heartbeat") };
    let channels = serde_json::json!({"type": "subscriptions", "channels": request.channels});
    let last = last.filter(|_| subscriptions.trades).map(|last| trade("last_match", &last));
    Reply { frames: std::iter::once(channels.to_string()).chain(last).collect(), subscriptions }
}

pub(super) fn trade(kind: &str, trade: &TapeTrade) -> String {
    let (id, price, quantity) = (trade.id, price_text(trade.price), quantity_text(trade.quantity));
    let (at, side) = (time_text(trade.at_us), side(trade));
    format!(
        r#"{{"type":"{kind}","trade_id":{id},"sequence":{id},"time":"{at}","product_id":"{PRODUCT}","size":"{quantity}","price":"{price}","side":"{side}"}}"#
    )
}

/// The maker's side.
const fn side(trade: &TapeTrade) -> &'static str {
    if trade.buyer_made { "buy" } else { "sell" }
}

pub(super) fn book(book: &TapeBook) -> String {
    let (number, bid, ask) = (book.number, price_text(book.bid), price_text(book.ask));
    let at = time_text(book.at_us);
    format!(
        r#"{{"type":"ticker","sequence":{number},"product_id":"{PRODUCT}","price":"{bid}","best_bid":"{bid}","best_bid_size":"1","best_ask":"{ask}","best_ask_size":"1","side":"buy","time":"{at}"}}"#
    )
}

pub(super) fn heartbeat(last_id: i64, at_us: i64) -> String {
    let at = time_text(at_us);
    format!(
        r#"{{"type":"heartbeat","sequence":{last_id},"last_trade_id":0,"product_id":"{PRODUCT}","time":"{at}"}}"#
    )
}

pub(super) fn history(path: &str, query: &str, tape: &Tape) -> Option<String> {
    if path != "products/BTC-USD/trades" {
        return None;
    }
    let trades = tape.before(number(query, "after").unwrap_or(i64::MAX), page(query, "limit"));
    let rows: Vec<String> = trades.iter().map(row).collect();
    Some(format!("[{}]", rows.join(",")))
}

fn row(trade: &TapeTrade) -> String {
    let (id, price, quantity) = (trade.id, price_text(trade.price), quantity_text(trade.quantity));
    let (at, side) = (time_text(trade.at_us), side(trade));
    format!(r#"{{"time":"{at}","trade_id":{id},"price":"{price}","size":"{quantity}","side":"{side}"}}"#)
}
