//! Exchanges as their keys' owners see them: what a key may do, and what lies in the wallet. Each way of signing is a file;
//! which exchange speaks which is one match. Keys go to the exchange they are of and nowhere else.

mod binance;
mod okx;

use crate::domain::binding::Capabilities;
use crate::domain::decimal;
use crate::domain::sub_account::symbol;
use kernel::{AssetCode, Timestamp};
use outbound::{HttpClient, Request};
use serde_json::Value;
use std::time::Duration;
use vault::Zeroizing;

/// What one answer may take.
const TIME_MAX: Duration = Duration::from_secs(10);

/// Keys in the open, for the length of one call.
pub struct ExchangeKeys {
    /// The key.
    pub api_key: Zeroizing<String>,
    /// Its secret.
    pub api_secret: Zeroizing<String>,
    /// What some exchanges want beside them.
    pub passphrase: Option<Zeroizing<String>>,
}

impl std::fmt::Debug for ExchangeKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExchangeKeys(hidden)")
    }
}

/// What lies in a wallet in one asset, units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Funds {
    /// Of what.
    pub asset: AssetCode,
    /// May leave.
    pub free: i64,
    /// In open orders.
    pub locked: i64,
}

/// Why an exchange says nothing. No text of its answer is kept: it may repeat what we sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeFault {
    /// No whole answer in time.
    #[error("the exchange did not answer: {0}")]
    Unreachable(String),
    /// It does not take the key, its signature or its address.
    #[error("the exchange does not take the key")]
    KeyIsRefused,
    /// Another status than one of success.
    #[error("the exchange answered with status {0}")]
    Refused(u16),
    /// Not in the documented shape.
    #[error("the exchange's answer cannot be read")]
    Unreadable,
    /// Nobody taught us how this exchange signs.
    #[error("signed requests of this exchange are not spoken yet")]
    IsNotSpoken,
}

impl ExchangeFault {
    /// A word for logs and the audit.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::KeyIsRefused => "key_is_refused",
            Self::Refused(_) => "refused",
            Self::Unreadable => "unreadable",
            Self::IsNotSpoken => "is_not_spoken",
        }
    }
}

/// Which exchange is asked, with whose keys, when.
#[derive(Debug, Clone, Copy)]
pub struct Account<'k> {
    /// Its name.
    pub exchange: &'k str,
    /// Whose.
    pub keys: &'k ExchangeKeys,
    /// The present: signatures are good for seconds.
    pub now: Timestamp,
}

/// Whether somebody taught us how this exchange signs.
#[must_use]
pub fn is_spoken(exchange: &str) -> bool {
    matches!(exchange, "binance" | "okx")
}

/// Asks exchanges.
#[derive(Debug)]
pub struct ExchangeClient {
    client: HttpClient,
    binance_url: String,
    okx_url: String,
}

impl ExchangeClient {
    /// Exchanges at these addresses, without a slash at their ends.
    #[must_use]
    pub fn new(binance_url: String, okx_url: String) -> Self {
        Self { client: HttpClient::new(TIME_MAX), binance_url, okx_url }
    }

    /// What a key may do.
    pub async fn capabilities(&self, account: Account<'_>) -> Result<Capabilities, ExchangeFault> {
        match account.exchange {
            "binance" => {
                let request = binance::permissions(&self.binance_url, account);
                binance::read_permissions(&self.send(request).await?)
            }
            "okx" => {
                let request = okx::permissions(&self.okx_url, account);
                okx::read_permissions(&self.send(request).await?)
            }
            _ => Err(ExchangeFault::IsNotSpoken),
        }
    }

    /// What lies in the wallet, without what is empty.
    pub async fn wallet(&self, account: Account<'_>) -> Result<Vec<Funds>, ExchangeFault> {
        let found = match account.exchange {
            "binance" => {
                binance::read_wallet(&self.send(binance::wallet(&self.binance_url, account)).await?)?
            }
            "okx" => okx::read_wallet(&self.send(okx::wallet(&self.okx_url, account)).await?)?,
            _ => return Err(ExchangeFault::IsNotSpoken),
        };
        Ok(found.into_iter().filter(|funds| funds.free != 0 || funds.locked != 0).collect())
    }

    async fn send(&self, request: Request) -> Result<Value, ExchangeFault> {
        let answer = self.client.send(request).await;
        let answer = answer.map_err(|fault| ExchangeFault::Unreachable(fault.to_string()))?;
        match answer.status {
            200..=299 => serde_json::from_slice(&answer.body).map_err(|_| ExchangeFault::Unreadable),
            401 | 403 => Err(ExchangeFault::KeyIsRefused),
            // Binance says with a 400 that a key or a signature is none of its own.
            400 if binance::says_key_is_bad(&answer.body) => Err(ExchangeFault::KeyIsRefused),
            status => Err(ExchangeFault::Refused(status)),
        }
    }
}

/// Funds as an exchange writes them; more decimals than ours are cut. What has a code that is none of ours is passed over.
fn funds(asset: &Value, free: &Value, locked: &Value) -> Result<Option<Funds>, ExchangeFault> {
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(ExchangeFault::Unreadable);
    let Some(asset) = symbol(&text(asset)?) else { return Ok(None) };
    Ok(Some(Funds { asset, free: units(&text(free)?)?, locked: units(&text(locked)?)? }))
}

fn units(text: &str) -> Result<i64, ExchangeFault> {
    let cut = text.find('.').map_or(text, |point| &text[..text.len().min(point + 9)]);
    decimal::parse(cut).map_err(|_| ExchangeFault::Unreadable)
}
