//! What a statement says, read from its text.

use serde::Deserialize;
use serde_json::Value;

/// How a file names this kind.
pub(super) const FORMAT: &str = "fairground-statement-1";
/// A hundred thousand entries and more.
pub(super) const BYTES_MAX: usize = 64 << 20;

/// The file.
#[derive(Deserialize)]
pub(super) struct Statement {
    pub(super) from: Option<String>,
    pub(super) accounts: Vec<Account>,
    pub(super) entries: Vec<Entry>,
    pub(super) gains: Gains,
    pub(super) chain: Chain,
    pub(super) seals: Vec<Seal>,
}

/// A sub-account.
#[derive(Deserialize)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) symbol: String,
    pub(super) opening: String,
    pub(super) closing: String,
}

/// One change of a balance.
#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) account: String,
    pub(super) symbol: String,
    pub(super) log: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) undone: bool,
    pub(super) at: String,
    pub(super) event_time: String,
    pub(super) direction: String,
    pub(super) reason: String,
    pub(super) amount: String,
    pub(super) closing: String,
    pub(super) quote: Option<String>,
}

/// What was gained.
#[derive(Deserialize)]
pub(super) struct Gains {
    pub(super) realised: String,
    pub(super) sales: Vec<Sale>,
}

/// A sale.
#[derive(Deserialize)]
pub(super) struct Sale {
    pub(super) log: String,
    pub(super) proceeds: String,
    pub(super) cost: String,
    pub(super) gain: Option<String>,
    pub(super) lots: Vec<Lot>,
}

/// A part of a lot.
#[derive(Deserialize)]
pub(super) struct Lot {
    pub(super) log: String,
    pub(super) quantity: String,
}

/// The chain's end.
#[derive(Deserialize)]
pub(super) struct Chain {
    pub(super) entries: usize,
    pub(super) head: String,
}

/// An entry whose transfer is sealed.
#[derive(Deserialize)]
pub(super) struct Seal {
    pub(super) entry: String,
    pub(super) proof: Value,
}

impl Statement {
    /// Reads the text. Errors: a sentence that says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("it cannot be read: {error}"))
    }
}

impl Entry {
    /// Units with their sign. Errors: a sentence.
    pub(super) fn signed(&self) -> Result<i128, String> {
        let amount = units(&self.amount)?;
        match self.direction.as_str() {
            "credit" => Ok(amount),
            "debit" => Ok(-amount),
            other => Err(format!("entry {} goes {other:?}", self.id)),
        }
    }
}

/// Units of the eighth decimal. Errors: a sentence.
pub(super) fn units(text: &str) -> Result<i128, String> {
    let wrong = || format!("{text:?} is no amount with eight decimals");
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').ok_or_else(wrong)?;
    let is_plain = fraction.len() == 8 && !whole.is_empty() && whole.len() <= 20;
    if !is_plain || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(wrong());
    }
    format!("{whole}{fraction}").parse::<i128>().map(|units| sign * units).map_err(|_| wrong())
}
