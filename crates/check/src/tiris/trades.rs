//! Trades: the arithmetic of each once more, from the digits of its log.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;
use serde_json::Value;

/// Units of one whole.
const ONE: i128 = 100_000_000;

/// The currency leg of each trade is price times volume, rounded once half away from zero, with the fee where it is in the quote.
pub(super) fn claim(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every trade moves price times volume with its fee, to the last unit");
    let sql = "SELECT l.id, l.type, l.info, v.amount, v.price, c.amount FROM trading_logs l
               JOIN transactions c ON c.id = l.transaction_id
               JOIN transactions v ON v.log_id = l.id AND v.sub_account_id <> c.sub_account_id AND v.reason = l.type
               WHERE l.type IN ('long', 'short', 'stop_loss') ORDER BY l.id";
    source.for_each(sql, |row| {
        let (id, is_buy) = (row.int(0)?, row.text(1)? == "long");
        let info: Value = serde_json::from_str(row.text(2)?).unwrap_or_default();
        let (volume, price, paid) = (row.int(3)?, row.opt_int(4)?.unwrap_or(0), row.int(5)?);
        let notional = rounded(i128::from(volume) * i128::from(price));
        let fee = if has_own_leg(&info) { Some(0) } else { units(&info["fee"]) };
        let expected = fee.map(|fee| if is_buy { notional + fee } else { notional - fee });
        claim.check(expected == Some(i128::from(paid)), || {
            format!("log {id}: {volume} at {price} with fee {fee:?} moves {expected:?}, not {paid}")
        });
        Ok(())
    })?;
    Ok(claim)
}

/// Whether the fee is in another asset than the quote.
fn has_own_leg(info: &Value) -> bool {
    let upper = |value: &Value| value.as_str().map(str::to_ascii_uppercase);
    upper(&info["fee_currency"]).is_some_and(|fee| Some(fee) != upper(&info["currency"]))
}

/// Of a product of two amounts; neither is negative.
fn rounded(product: i128) -> i128 {
    (product + ONE / 2) / ONE
}

/// The units of a JSON number or text, by its digits alone.
fn units(value: &Value) -> Option<i128> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text.as_str(), 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let shift = 8 + exponent - i32::try_from(fraction.len()).ok()?;
    let power = 10_i128.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 { digits.checked_mul(power) } else { (digits % power == 0).then_some(digits / power) }
}
