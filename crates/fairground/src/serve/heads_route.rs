//! `GET /ledger/heads`: the newest sealed block of every open stall. Whoever keeps one of these hashes can show later that nothing before it was
//! changed; docs/sealing.md says how.

use super::process::OpenStall;
use axum::Router;
use axum::routing::get;
use kernel::Refusal;
use ledger::seal;
use serde_json::{Map, Value, json};
use store::{Store, StoreError};
use web::{Data, Refused};

/// The route.
pub fn routes(stalls: &[OpenStall]) -> Router {
    let stores: Vec<Store> = stalls.iter().map(|stall| stall.opened.store.clone()).collect();
    Router::new().route("/ledger/heads", get(move || heads(stores)))
}

/// The head of each stall by its name; null before its first block.
async fn heads(stores: Vec<Store>) -> Result<Data<Value>, Refused> {
    let mut heads = Map::new();
    for store in stores {
        let head = store.read(seal::head).await.map_err(|error: StoreError| Refusal::from(error))?;
        heads.insert(store.name().to_owned(), head.map_or(Value::Null, |block| seal::json::block(&block)));
    }
    Ok(Data(json!({ "heads": heads })))
}
