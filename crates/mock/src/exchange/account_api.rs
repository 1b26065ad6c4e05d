//! What the owner of a key may ask in Binance's way: what the key may do, what lies in the wallet, a market order.

use super::accounts::{Account, Exchange, SCALE};
use super::faults::Fault;
use super::prices::{Market, written};
use super::public_api::refused;
use super::signatures::{self, SignatureFault};
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use kernel::{format_minor, parse_minor};
use serde_json::{Value, json};
use std::collections::HashMap;

fn signed(exchange: &Exchange, headers: &HeaderMap, query: &str) -> Result<(String, Account), Box<Response>> {
    signatures::binance(exchange, headers, query).map_err(|fault| {
        let told = if exchange.memory.lock().fault == Fault::Leaky {
            format!(" {headers:?} {query}")
        } else {
            String::new()
        };
        let (status, code, text) = match fault {
            SignatureFault::KeyIsUnknown => {
                (StatusCode::UNAUTHORIZED, -2015, "Invalid API-key, IP, or permissions for action.")
            }
            SignatureFault::SignatureIsWrong => {
                (StatusCode::BAD_REQUEST, -1022, "Signature for this request is not valid.")
            }
            SignatureFault::TimeIsWrong => {
                (StatusCode::BAD_REQUEST, -1021, "Timestamp for this request is outside of the recvWindow.")
            }
        };
        Box::new(refused(status, code, &format!("{text}{told}")))
    })
}

pub(super) async fn restrictions(
    State(exchange): State<Exchange>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    match signed(&exchange, &headers, &query.unwrap_or_default()) {
        Err(refusal) => *refusal,
        Ok((_, account)) => Json(json!({
            "ipRestrict": false, "createTime": 1_700_000_000_000_i64, "enableReading": account.may("read"),
            "enableSpotAndMarginTrading": account.may("trade"), "enableWithdrawals": account.may("withdraw"),
            "enableInternalTransfer": false, "permitsUniversalTransfer": false, "enableMargin": false,
            "enableFutures": false,
        }))
        .into_response(),
    }
}

pub(super) async fn wallet(
    State(exchange): State<Exchange>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let (_, account) = match signed(&exchange, &headers, &query.unwrap_or_default()) {
        Ok(found) => found,
        Err(refusal) => return *refusal,
    };
    let balance = |(asset, (free, locked)): (&String, &(i64, i64))| json!({"asset": asset, "free": format_minor(*free, SCALE), "locked": format_minor(*locked, SCALE)});
    let balances: Vec<Value> = account.wallet.iter().map(balance).collect();
    Json(json!({"accountType": "SPOT", "canTrade": account.may("trade"), "canWithdraw": account.may("withdraw"),
                "makerCommission": 10, "takerCommission": 10, "balances": balances}))
    .into_response()
}

/// A market order: `symbol`, `side`, `type=MARKET`, `quantity`, signed like the rest.
pub(super) async fn order(State(exchange): State<Exchange>, headers: HeaderMap, body: String) -> Response {
    let (key, account) = match signed(&exchange, &headers, &body) {
        Ok(found) => found,
        Err(refusal) => return *refusal,
    };
    if !account.may("trade") {
        return refused(StatusCode::UNAUTHORIZED, -2015, "Invalid API-key, IP, or permissions for action.");
    }
    let form: HashMap<_, _> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let value = |name: &str| form.get(name).map_or("", String::as_str);
    let Some(market) = Market::of(value("symbol")) else {
        return refused(StatusCode::BAD_REQUEST, -1121, "Invalid symbol.");
    };
    let is_buy = value("side") == "BUY";
    let volume = parse_minor(value("quantity"), SCALE).ok().filter(|volume| *volume > 0);
    let (Some(volume), "MARKET", true) = (volume, value("type"), is_buy || value("side") == "SELL") else {
        return refused(StatusCode::BAD_REQUEST, -1102, "A mandatory parameter was not sent or malformed.");
    };
    let price = written(market.price(exchange.seed, exchange.now_ms()));
    let units = parse_minor(&price, SCALE).unwrap_or(0);
    let Some(filled) = exchange.fill(&key, &market, is_buy, volume, units) else {
        return refused(
            StatusCode::BAD_REQUEST,
            -2010,
            "Account has insufficient balance for requested action.",
        );
    };
    let text = |units| format_minor(units, SCALE);
    Json(json!({
        "symbol": value("symbol"), "orderId": filled.order, "clientOrderId": value("newClientOrderId"),
        "transactTime": exchange.now_ms(), "status": "FILLED", "type": "MARKET", "side": value("side"),
        "executedQty": text(volume), "cummulativeQuoteQty": text(filled.quote),
        "fills": [{"price": text(filled.price), "qty": text(volume), "commission": text(filled.commission),
                   "commissionAsset": market.quote, "tradeId": filled.order}],
    }))
    .into_response()
}
