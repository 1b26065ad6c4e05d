//! Binance's way: the query is signed with the secret, the key stands in a header.

use super::{Account, ExchangeFault, Funds, funds};
use crate::domain::binding::Capabilities;
use hmac::{Hmac, KeyInit as _, Mac as _};
use outbound::Request;
use serde_json::Value;
use sha2::Sha256;
use std::fmt::Write as _;

/// Milliseconds for which a signed request is good.
const RECEIVE_WINDOW_MS: i64 = 5_000;
/// What Binance says of a key it does not know, of one it does not let in, and of a wrong signature.
const KEY_IS_BAD: [i64; 3] = [-2014, -2015, -1022];

fn signed(url: &str, path: &str, account: Account<'_>) -> Request {
    let at = account.now.as_micros() / 1_000;
    let query = format!("recvWindow={RECEIVE_WINDOW_MS}&timestamp={at}");
    let mut mac = Hmac::<Sha256>::new_from_slice(account.keys.api_secret.as_bytes())
        .expect("HMAC takes keys of every length");
    mac.update(query.as_bytes());
    let signature = mac.finalize().into_bytes().iter().fold(String::new(), |mut hex, byte| {
        // Writing into a `String` cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Request::get(format!("{url}{path}?{query}&signature={signature}"))
        .header("x-mbx-apikey", account.keys.api_key.as_str())
}

pub(super) fn permissions(url: &str, account: Account<'_>) -> Request {
    signed(url, "/sapi/v1/account/apiRestrictions", account)
}

pub(super) fn wallet(url: &str, account: Account<'_>) -> Request {
    signed(url, "/api/v3/account", account)
}

/// Reads `{"enableReading": true, "enableSpotAndMarginTrading": true, "enableWithdrawals": false, …}`.
pub(super) fn read_permissions(body: &Value) -> Result<Capabilities, ExchangeFault> {
    let flag = |name: &str| body[name].as_bool();
    let can_read = flag("enableReading").ok_or(ExchangeFault::Unreadable)?;
    // What is not said is taken for what must not be.
    let can_withdraw = flag("enableWithdrawals").unwrap_or(true)
        || flag("enableInternalTransfer").unwrap_or(false)
        || flag("permitsUniversalTransfer").unwrap_or(false);
    Ok(Capabilities {
        can_read,
        can_trade: flag("enableSpotAndMarginTrading").unwrap_or(false),
        can_withdraw,
    })
}

/// Reads `{"balances": [{"asset": "USDT", "free": "1.0", "locked": "0"}, …]}`.
pub(super) fn read_wallet(body: &Value) -> Result<Vec<Funds>, ExchangeFault> {
    let rows = body["balances"].as_array().ok_or(ExchangeFault::Unreadable)?;
    let read = |row: &Value| funds(&row["asset"], &row["free"], &row["locked"]).transpose();
    rows.iter().filter_map(read).collect()
}

pub(super) fn says_key_is_bad(body: &[u8]) -> bool {
    let code = serde_json::from_slice::<Value>(body).ok().and_then(|body| body["code"].as_i64());
    code.is_some_and(|code| KEY_IS_BAD.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::ExchangeKeys;
    use kernel::Timestamp;
    use serde_json::json;

    #[test]
    fn a_request_is_signed_as_binance_documents_it() {
        let keys = ExchangeKeys {
            api_key: "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A".to_owned().into(),
            api_secret: "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j".to_owned().into(),
            passphrase: None,
        };
        let now = Timestamp::from_micros(1_499_827_319_559_000);
        let request = wallet("https://api.example", Account { exchange: "binance", keys: &keys, now });
        let (head, signature) = request.url.split_once("&signature=").expect("a signature");
        assert_eq!(head, "https://api.example/api/v3/account?recvWindow=5000&timestamp=1499827319559");
        assert_eq!(signature.len(), 64);
        assert_eq!(request.headers[0].0, "x-mbx-apikey");
        assert!(!format!("{request:?}").contains("vmPUZE") && !request.url.contains("NhqPtm"));
    }

    #[test]
    fn what_is_not_said_of_a_key_is_taken_for_the_worst() {
        let full =
            json!({"enableReading": true, "enableSpotAndMarginTrading": true, "enableWithdrawals": false});
        let read = read_permissions(&full).expect("flags");
        assert_eq!(read, Capabilities { can_read: true, can_trade: true, can_withdraw: false });
        assert!(read_permissions(&json!({"enableReading": true})).expect("flags").can_withdraw);
        assert_eq!(read_permissions(&json!({"msg": "x"})), Err(ExchangeFault::Unreadable));
    }

    #[test]
    fn a_wallet_is_read_to_the_eighth_decimal() {
        let body = json!({"balances": [{"asset": "USDT", "free": "10.123456789", "locked": "1"},
                                       {"asset": "not a code", "free": "1", "locked": "0"}]});
        let read = read_wallet(&body).expect("funds");
        assert_eq!((read.len(), read[0].free, read[0].locked), (1, 1_012_345_678, 100_000_000));
        assert_eq!(read_wallet(&json!([])), Err(ExchangeFault::Unreadable));
        assert!(says_key_is_bad(br#"{"code":-2015,"msg":"Invalid API-key"}"#) && !says_key_is_bad(b"<html>"));
    }
}
