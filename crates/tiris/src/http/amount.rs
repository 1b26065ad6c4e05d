//! Amounts in bodies and query strings: numbers or texts in, decimal texts out.

use crate::domain::decimal;
use crate::refusals::of_amount_field;
use kernel::Refusal;
use serde_json::value::RawValue;

/// An amount of more than 0 that must be there. Errors: 400 `MISSING_FIELD`, `INVALID_VALUE`, `AMOUNT_TOO_LARGE`.
pub fn positive(field: &'static str, sent: Option<&RawValue>) -> Result<i64, Refusal> {
    let sent = sent.filter(|raw| raw.get() != "null");
    let sent = sent.ok_or_else(|| {
        let mut refusal = Refusal::field(field, "is needed");
        refusal.code = "MISSING_FIELD";
        refusal
    })?;
    match decimal::parse_json(sent.get()).map_err(|fault| of_amount_field(field, fault))? {
        0 => Err(Refusal::field(field, "must be more than 0")),
        units => Ok(units),
    }
}

/// An amount in a query string.
pub fn in_query(field: &'static str, text: Option<&str>) -> Result<Option<i64>, Refusal> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| decimal::parse(text).map_err(|fault| of_amount_field(field, fault))).transpose()
}
