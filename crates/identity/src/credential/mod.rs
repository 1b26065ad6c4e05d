//! The verification doors of this crate: one line in, one line out, nothing read but the line.

mod address;
mod api_key;
mod jwt;
mod siwe;
mod telegram;
mod worker;

pub use address::{ADDRESS_HELP, address};
pub use api_key::{API_KEY_HELP, api_key};
pub use jwt::{JWT_HELP, jwt};
pub use siwe::{SIWE_HELP, siwe};
pub use telegram::{TELEGRAM_HELP, telegram};
pub use worker::{WORKER_HELP, worker};

use kernel::Timestamp;
use serde_json::Value;

/// Seconds since 1970, or RFC 3339.
fn moment(now: &Value) -> Option<Timestamp> {
    match now {
        Value::Number(seconds) => seconds.as_i64().map(Timestamp::from_secs),
        Value::String(text) => Timestamp::parse_rfc3339(text).ok(),
        _ => None,
    }
}
