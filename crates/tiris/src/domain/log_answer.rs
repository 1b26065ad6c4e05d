//! What we add to the `info` of a log: for what moves money the ids of what it moved, for the rest where it came from. The
//! writer's fields stay as they were written, to the last digit.

use super::log_post::Posted;
use super::trading::TradingType;
use super::transaction::Transaction;
use kernel::PublicIds;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The `info` of a log as it is stored.
#[must_use]
pub fn stored_info(posted: &Posted, public: &PublicIds) -> String {
    let added = if posted.transactions.is_empty() {
        origin(posted.trading_kind)
    } else {
        moved(&posted.transactions, public)
    };
    let added = match posted.log.reverses {
        None => added,
        Some(log) => with(added, "reverses", public.encode(log).into()),
    };
    merged(&posted.log.info, &added)
}

fn with(mut added: Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    added.insert(name.to_owned(), value);
    added
}

fn origin(kind: TradingType) -> Map<String, Value> {
    let origin = json!({ "created_by": "api", "api_version": "v1", "trading_type": kind.as_str() });
    origin.as_object().cloned().unwrap_or_default()
}

fn moved(transactions: &[Transaction], public: &PublicIds) -> Map<String, Value> {
    let mut accounts: Vec<_> = transactions.iter().map(|one| one.sub_account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let accounts: Vec<_> = accounts.into_iter().map(|id| public.encode(id)).collect();
    let ids: Vec<_> = transactions.iter().map(|one| public.encode(one.id)).collect();
    let moved = json!({
        "processed_transactions": transactions.len(),
        "updated_accounts": accounts,
        "transaction_ids": ids,
    });
    moved.as_object().cloned().unwrap_or_default()
}

/// The object `text` with the fields of `added` in the place of its own of the same names.
fn merged(text: &str, added: &Map<String, Value>) -> String {
    let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
    for (name, value) in added {
        if let Ok(raw) = serde_json::value::to_raw_value(value) {
            fields.insert(name.clone(), raw);
        }
    }
    serde_json::to_string(&fields).unwrap_or_else(|_| "{}".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writers_digits_stay_and_their_claims_of_ours_do_not() {
        let added = json!({ "transaction_ids": ["x"] }).as_object().cloned().expect("an object");
        let text = r#"{"volume": 0.10000000, "price":1e-8, "transaction_ids":["forged"]}"#;
        let merged = merged(text, &added);
        assert_eq!(merged, r#"{"price":1e-8,"transaction_ids":["x"],"volume":0.10000000}"#);
    }
}
