//! Numbers as people read them: grouped, with their asset, no digit lost that matters.

use crate::domain::decimal;
use kernel::Timestamp;

/// Assets that are written like dollars.
const DOLLARS: [&str; 4] = ["USDT", "USDC", "USD", "DAI"];

/// An amount with its asset: dollars to the cent, the rest to its last digit.
#[must_use]
pub fn money(units: i64, asset: &str) -> String {
    format!("{} {asset}", amount(units, asset))
}

/// The same without the asset.
#[must_use]
pub fn amount(units: i64, asset: &str) -> String {
    let exact = decimal::format(units.saturating_abs());
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    let fraction = if DOLLARS.contains(&asset) {
        &fraction[..fraction.len().min(2)]
    } else {
        fraction.trim_end_matches('0')
    };
    let sign = if units < 0 { "−" } else { "" };
    let whole = grouped(whole);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// With a plus where it is more than nothing.
#[must_use]
pub fn signed(units: i64, asset: &str) -> String {
    let plus = if units > 0 { "+" } else { "" };
    format!("{plus}{}", money(units, asset))
}

/// A change as hundredths of a base, with its sign: `+1.25 %`.
#[must_use]
pub fn percent(change: i64, base: i64) -> String {
    let Some(hundredths) = decimal::ratio(i128::from(change) * 10_000, i128::from(base)) else {
        return "–".to_owned();
    };
    let sign = if hundredths < 0 { "−" } else { "+" };
    let size = hundredths.unsigned_abs();
    format!("{sign}{}.{:02} %", size / 100, size % 100)
}

/// `2026-12-01 09:30:05`, in UTC.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    let text = at.rfc3339();
    text.get(..19).map_or_else(|| text.clone(), |text| text.replace('T', " "))
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_lose_nothing_that_matters() {
        assert_eq!(money(1_234_567_891_234_567, "USDT"), "12,345,678.91 USDT");
        assert_eq!(money(-5_000_000, "ETH"), "−0.05 ETH");
        assert_eq!(money(1, "BTC"), "0.00000001 BTC");
        assert_eq!(signed(100_000_000, "BTC"), "+1 BTC");
        assert_eq!((percent(125, 10_000), percent(-1, 0)), ("+1.25 %".to_owned(), "–".to_owned()));
        assert_eq!(moment(Timestamp::from_secs(1_700_000_000)), "2023-11-14 22:13:20");
    }
}
