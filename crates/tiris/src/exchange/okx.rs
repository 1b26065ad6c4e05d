//! OKX's way: moment, method and path are signed with the secret, and a passphrase stands beside the key.

use super::{Account, ExchangeFault, Funds, funds};
use crate::domain::binding::Capabilities;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use outbound::Request;
use serde_json::Value;
use sha2::Sha256;

fn signed(url: &str, path: &str, account: Account<'_>) -> Request {
    let at = moment(account);
    let mut mac = Hmac::<Sha256>::new_from_slice(account.keys.api_secret.as_bytes())
        .expect("HMAC takes keys of every length");
    mac.update(format!("{at}GET{path}").as_bytes());
    let passphrase = account.keys.passphrase.as_ref().map_or("", |text| text.as_str());
    Request::get(format!("{url}{path}"))
        .header("ok-access-key", account.keys.api_key.as_str())
        .header("ok-access-sign", STANDARD.encode(mac.finalize().into_bytes()))
        .header("ok-access-timestamp", at)
        .header("ok-access-passphrase", passphrase)
}

/// As OKX writes it: RFC 3339 with milliseconds.
fn moment(account: Account<'_>) -> String {
    let whole = account.now.as_secs();
    let ms = (account.now.as_micros() - whole * 1_000_000) / 1_000;
    let text = kernel::Timestamp::from_secs(whole).rfc3339();
    let seconds = text.trim_end_matches('Z').split('.').next().unwrap_or_default().to_owned();
    format!("{seconds}.{ms:03}Z")
}

pub(super) fn permissions(url: &str, account: Account<'_>) -> Request {
    signed(url, "/api/v5/account/config", account)
}

pub(super) fn wallet(url: &str, account: Account<'_>) -> Request {
    signed(url, "/api/v5/account/balance", account)
}

/// The rows of `{"code": "0", "data": [{…}]}`; another code is a refusal inside a 200.
fn data(body: &Value) -> Result<&Value, ExchangeFault> {
    match body["code"].as_str() {
        Some("0") => Ok(&body["data"][0]),
        // Codes of 50100 to 50119 are about key, passphrase and signature.
        Some(code) if code.starts_with("501") => Err(ExchangeFault::KeyIsRefused),
        Some(_) => Err(ExchangeFault::Refused(200)),
        None => Err(ExchangeFault::Unreadable),
    }
}

/// Reads `{"code": "0", "data": [{"perm": "read_only,trade"}]}`.
pub(super) fn read_permissions(body: &Value) -> Result<Capabilities, ExchangeFault> {
    let perm = data(body)?["perm"].as_str().ok_or(ExchangeFault::Unreadable)?;
    let has = |name: &str| perm.split(',').any(|word| word.trim() == name);
    Ok(Capabilities {
        can_read: has("read_only") || has("trade"),
        can_trade: has("trade"),
        can_withdraw: has("withdraw"),
    })
}

/// Reads `{"code": "0", "data": [{"details": [{"ccy": "USDT", "availBal": "1", "frozenBal": "0"}, …]}]}`.
pub(super) fn read_wallet(body: &Value) -> Result<Vec<Funds>, ExchangeFault> {
    let rows = data(body)?["details"].as_array().ok_or(ExchangeFault::Unreadable)?;
    let read = |row: &Value| funds(&row["ccy"], &row["availBal"], &row["frozenBal"]).transpose();
    rows.iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::ExchangeKeys;
    use kernel::Timestamp;
    use serde_json::json;

    #[test]
    fn moment_method_and_path_are_signed_beside_the_passphrase() {
        let keys = ExchangeKeys {
            api_key: "key".to_owned().into(),
            api_secret: "secret".to_owned().into(),
            passphrase: Some("phrase".to_owned().into()),
        };
        let now = Timestamp::from_micros(1_700_000_000_123_456);
        let request = wallet("https://okx.example", Account { exchange: "okx", keys: &keys, now });
        let header =
            |name| request.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        assert_eq!(header("ok-access-timestamp"), Some("2023-11-14T22:13:20.123Z"));
        assert_eq!(header("ok-access-passphrase"), Some("phrase"));
        assert_eq!(header("ok-access-sign").map(str::len), Some(44));
    }

    #[test]
    fn a_refusal_inside_a_200_is_a_refusal() {
        let perm = json!({"code": "0", "data": [{"perm": "read_only,withdraw"}]});
        let read = read_permissions(&perm).expect("names");
        assert_eq!(read, Capabilities { can_read: true, can_trade: false, can_withdraw: true });
        assert_eq!(read_permissions(&json!({"code": "50111", "data": []})), Err(ExchangeFault::KeyIsRefused));
        assert_eq!(read_wallet(&json!({"code": "51000", "data": []})), Err(ExchangeFault::Refused(200)));
        assert_eq!(read_wallet(&json!({"code": "0", "data": [{}]})), Err(ExchangeFault::Unreadable));
    }
}
