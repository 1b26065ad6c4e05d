//! What the owner of a key may ask in OKX's way: refusals come inside a 200.

use super::accounts::{Account, Exchange, SCALE};
use super::signatures;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use kernel::format_minor;
use serde_json::{Value, json};

pub(super) const CONFIG: &str = "/api/v5/account/config";
pub(super) const BALANCE: &str = "/api/v5/account/balance";

fn answer(
    exchange: &Exchange,
    headers: &HeaderMap,
    path: &str,
    data: impl FnOnce(&Account) -> Value,
) -> Response {
    match signatures::okx(exchange, headers, path) {
        Ok((_, account)) => Json(json!({"code": "0", "msg": "", "data": [data(&account)]})).into_response(),
        Err(_) => Json(json!({"code": "50113", "msg": "Invalid Sign", "data": []})).into_response(),
    }
}

pub(super) async fn config(State(exchange): State<Exchange>, headers: HeaderMap) -> Response {
    let perm =
        |account: &Account| json!({"perm": account.permissions.replace("read", "read_only"), "uid": "1"});
    answer(&exchange, &headers, CONFIG, perm)
}

pub(super) async fn balance(State(exchange): State<Exchange>, headers: HeaderMap) -> Response {
    let details = |account: &Account| {
        let row = |(asset, (free, locked)): (&String, &(i64, i64))| json!({"ccy": asset, "availBal": format_minor(*free, SCALE), "frozenBal": format_minor(*locked, SCALE)});
        json!({"details": account.wallet.iter().map(row).collect::<Vec<_>>()})
    };
    answer(&exchange, &headers, BALANCE, details)
}
