//! What everybody may ask: the time, the last price, candles.

use super::accounts::Exchange;
use super::prices::{Market, candle, step_ms, written};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// Candles of one answer at most.
const CANDLES_MAX: i64 = 1_000;

/// A refusal as Binance writes it.
pub(super) fn refused(status: StatusCode, code: i64, text: &str) -> Response {
    (status, Json(json!({"code": code, "msg": text}))).into_response()
}

fn unknown_symbol() -> Response {
    refused(StatusCode::BAD_REQUEST, -1121, "Invalid symbol.")
}

pub(super) async fn time(State(exchange): State<Exchange>) -> Json<Value> {
    Json(json!({"serverTime": exchange.now_ms()}))
}

#[derive(Deserialize)]
pub(super) struct TickerQuery {
    symbol: String,
}

pub(super) async fn ticker(State(exchange): State<Exchange>, Query(asked): Query<TickerQuery>) -> Response {
    let Some(market) = Market::of(&asked.symbol) else { return unknown_symbol() };
    let price = written(market.price(exchange.seed, exchange.now_ms()));
    Json(json!({"symbol": asked.symbol.to_ascii_uppercase(), "price": price})).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KlinesQuery {
    symbol: String,
    interval: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
    limit: Option<i64>,
}

pub(super) async fn klines(State(exchange): State<Exchange>, Query(asked): Query<KlinesQuery>) -> Response {
    let Some(market) = Market::of(&asked.symbol) else { return unknown_symbol() };
    let Some(step) = step_ms(&asked.interval) else {
        return refused(StatusCode::BAD_REQUEST, -1120, "Invalid interval.");
    };
    let limit = asked.limit.unwrap_or(500).clamp(1, CANDLES_MAX);
    let now = exchange.now_ms();
    let end = asked.end_time.unwrap_or(now).min(now);
    let first = asked.start_time.unwrap_or(end - step * (limit - 1));
    let first = first.div_euclid(step) * step + if first.rem_euclid(step) == 0 { 0 } else { step };
    let starts = (0..limit).map(|number| first + number * step).take_while(|start| *start <= end);
    let row = |start: i64| {
        // A candle that is not over ends with the price of now.
        let length = step.min(now - start + 1);
        let [open, high, low, close] = candle(&market, exchange.seed, start, length).map(written);
        let volume = written(40.0 + (start / step % 97) as f64);
        json!([start, open, high, low, close, volume, start + step - 1, "0", 100, "0", "0", "0"])
    };
    Json(starts.map(row).collect::<Vec<Value>>()).into_response()
}
