//! Frames, answers and history of a simulated Kraken, version 2.

use super::{Reply, Subscriptions, number, page, price_text, quantity_text, time_text};
use crate::venues::tape::{Tape, TapeBook, TapeTrade};
use serde::Deserialize;

const SYMBOL: &str = "BTC/USD";

#[derive(Deserialize)]
struct Message {
    method: String,
    params: Option<Params>,
}

#[derive(Deserialize)]
struct Params {
    channel: String,
    symbol: Vec<String>,
}

/// Each subscription is confirmed by itself; any brings the heartbeat with it.
pub(super) fn reply(message: &str, current: Subscriptions) -> Reply {
    let only = |frame: String, subscriptions| Reply { frames: vec![frame], subscriptions };
    let refused =
        String::from(r#"{"error":"Currency pair not supported","method":"subscribe","success":false}"#);
    let Ok(request) = serde_json::from_str::<Message>(message) else { return only(refused, current) };
    if request.method == "ping" {
        return only(String::from(r#"{"method":"pong"}"#), current);
    }
    let subscriptions = match request.params {
        Some(params) if request.method == "subscribe" && params.symbol == [SYMBOL] => {
            match params.channel.as_str() {
                "trade" => Subscriptions { trades: true, heartbeats: true, ..current },
                "ticker" => Subscriptions { books: true, heartbeats: true, ..current },
                _ => return only(refused, current),
            }
        }
        _ => return only(refused, current),
    };
    only(
        format!(r#"{{"method":"subscribe","result":{{"symbol":"{SYMBOL}"}},"success":true}}"#),
        subscriptions,
    )
}

/// The venue's prices have one decimal; ours do too, as its tick is ten cents.
fn one_decimal(cents: i64) -> String {
    let text = price_text(cents);
    text.strip_suffix('0').map_or(text.clone(), str::to_owned)
}

pub(super) fn trade(trade: &TapeTrade) -> String {
    let (id, price, quantity) = (trade.id, one_decimal(trade.price), quantity_text(trade.quantity));
    let (at, side) = (time_text(trade.at_us), if trade.buyer_made { "sell" } else { "buy" });
    format!(
        r#"{{"channel":"trade","type":"update","data":[{{"symbol":"{SYMBOL}","side":"{side}","price":{price},"qty":{quantity},"ord_type":"limit","trade_id":{id},"timestamp":"{at}"}}]}}"#
    )
}

pub(super) fn book(book: &TapeBook) -> String {
    let (bid, ask, at) = (one_decimal(book.bid), one_decimal(book.ask), time_text(book.at_us));
    format!(
        r#"{{"channel":"ticker","type":"update","data":[{{"symbol":"{SYMBOL}","bid":{bid},"bid_qty":1.0,"ask":{ask},"ask_qty":1.0,"last":{bid},"timestamp":"{at}"}}]}}"#
    )
}

pub(super) fn heartbeat() -> String {
    String::from(r#"{"channel":"heartbeat"}"#)
}

pub(super) fn history(path: &str, query: &str, tape: &Tape) -> Option<String> {
    if path != "0/public/Trades" {
        return None;
    }
    let since_us = number(query, "since").unwrap_or_default() / 1_000;
    let trades = tape.since(since_us, page(query, "count"));
    let rows: Vec<String> = trades.iter().map(row).collect();
    let last = trades.last().map_or(since_us, |trade| trade.at_us);
    Some(format!(r#"{{"error":[],"result":{{"XXBTZUSD":[{}],"last":"{last}000"}}}}"#, rows.join(",")))
}

fn row(trade: &TapeTrade) -> String {
    let (id, price, quantity) = (trade.id, price_text(trade.price), quantity_text(trade.quantity));
    let (s, us) = (trade.at_us / 1_000_000, trade.at_us % 1_000_000);
    format!(r#"["{price}000","{quantity}",{s}.{us:06},"b","l","",{id}]"#)
}
