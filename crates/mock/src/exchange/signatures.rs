//! Whether a request is signed by the owner of its key, in the way of Binance and of OKX.

use super::accounts::{Account, Exchange};
use super::faults::Fault;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Milliseconds for which a signed request is good, at most.
const WINDOW_MS_MAX: i64 = 60_000;

/// Why a signed request is none, with the code that Binance has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignatureFault {
    KeyIsUnknown,
    SignatureIsWrong,
    TimeIsWrong,
}

/// The account of a signed request of Binance's form: `query` with its `signature` at the end.
pub(super) fn binance(
    exchange: &Exchange,
    headers: &HeaderMap,
    query: &str,
) -> Result<(String, Account), SignatureFault> {
    let (key, account) = account(exchange, headers, "x-mbx-apikey")?;
    let (signed, signature) = query.rsplit_once("&signature=").ok_or(SignatureFault::SignatureIsWrong)?;
    let expected = mac(&account.secret, signed).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    if expected != signature {
        return Err(SignatureFault::SignatureIsWrong);
    }
    let value = |name: &str| {
        let pair = form_urlencoded::parse(signed.as_bytes()).find(|(known, _)| known == name);
        pair.and_then(|(_, value)| value.parse::<i64>().ok())
    };
    let at = value("timestamp").ok_or(SignatureFault::TimeIsWrong)?;
    let window = value("recvWindow").unwrap_or(5_000).min(WINDOW_MS_MAX);
    let is_skewed = exchange.memory.lock().fault == Fault::Skewed;
    if is_skewed || (exchange.now_ms() - at).abs() > window {
        return Err(SignatureFault::TimeIsWrong);
    }
    Ok((key, account))
}

/// The account of a signed request of OKX's form.
pub(super) fn okx(
    exchange: &Exchange,
    headers: &HeaderMap,
    path: &str,
) -> Result<(String, Account), SignatureFault> {
    let (key, account) = account(exchange, headers, "ok-access-key")?;
    let at = text(headers, "ok-access-timestamp").ok_or(SignatureFault::TimeIsWrong)?;
    let expected = STANDARD.encode(mac(&account.secret, &format!("{at}GET{path}")));
    let fits = text(headers, "ok-access-sign") == Some(expected.as_str())
        && text(headers, "ok-access-passphrase") == Some(account.passphrase.as_str());
    if !fits {
        return Err(SignatureFault::SignatureIsWrong);
    }
    let sent = kernel::Timestamp::parse_rfc3339(at).map_err(|_| SignatureFault::TimeIsWrong)?;
    let late = (exchange.now_ms() - sent.as_micros() / 1_000).abs() > 30_000;
    if late { Err(SignatureFault::TimeIsWrong) } else { Ok((key, account)) }
}

fn account(
    exchange: &Exchange,
    headers: &HeaderMap,
    name: &str,
) -> Result<(String, Account), SignatureFault> {
    let key = text(headers, name).unwrap_or_default();
    let memory = exchange.memory.lock();
    let found = memory.accounts.get(key).filter(|_| memory.fault != Fault::BadKey);
    let mut account = found.cloned().ok_or(SignatureFault::KeyIsUnknown)?;
    if memory.fault == Fault::Withdrawals {
        account.permissions.push_str(",withdraw");
    }
    Ok((key.to_owned(), account))
}

fn mac(secret: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of every length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
