//! The house's rules as numbers, and how people read them.

use crate::domain::quote::{TOLERANCE_DEFAULT_PERCENT, TOLERANCES_PERCENT};

/// The rules as configured. Money in cents, times in milliseconds, edge in basis points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseRules {
    /// Width of a column.
    pub width_ms: i64,
    /// Columns ahead of the current one that take no bets.
    pub lock_columns: i64,
    /// Stakes that are taken, ascending.
    pub presets: Vec<i64>,
    /// What the house keeps on average.
    pub edge_bp: i64,
    /// How long a price stands in for missing ones; a longer hole voids the column.
    pub gap_max_ms: i64,
    /// Whether a jump across a cell counts as a touch (`segment`) or only a price inside it (`tick`).
    pub jumps_touch: bool,
    /// Seconds of steady prices before betting opens again.
    pub recovery_s: i64,
    /// Seconds of prices before the first rate.
    pub warm_up_s: i64,
    /// Columns after its own in which a cell can still be touched.
    pub touch_grace_columns: i64,
    /// Highest rate, hundredths.
    pub rate_max: u32,
    /// Whether balances are play money that anybody gets for asking.
    pub play_money: bool,
}

impl Default for HouseRules {
    fn default() -> Self {
        Self {
            width_ms: 5000,
            lock_columns: 1,
            presets: vec![100, 500, 1000, 2500, 5000, 10_000],
            edge_bp: 600,
            gap_max_ms: 3000,
            recovery_s: 30,
            warm_up_s: 300,
            jumps_touch: false,
            touch_grace_columns: 0,
            rate_max: 5000,
            play_money: true,
        }
    }
}

impl HouseRules {
    /// The stake that is chosen first: the second smallest, so that nobody starts with the most or the least.
    fn first_stake(&self) -> i64 {
        self.presets.get(1).or(self.presets.first()).copied().unwrap_or_default()
    }

    /// Width of a column in words.
    #[must_use]
    pub fn width(&self) -> String {
        seconds(self.width_ms)
    }

    /// Shortest time between a tap and the start of its column, in words.
    #[must_use]
    pub fn lead(&self) -> String {
        seconds(self.width_ms * self.lock_columns)
    }

    /// The hole that voids a column, in words.
    #[must_use]
    pub fn gap(&self) -> String {
        seconds(self.gap_max_ms)
    }

    /// How long prices must be steady before betting opens again, in words.
    #[must_use]
    pub fn recovery(&self) -> String {
        seconds(self.recovery_s.saturating_mul(1_000))
    }

    /// How long prices are watched before the first rate, in words.
    #[must_use]
    pub fn warm_up(&self) -> String {
        match self.warm_up_s {
            60 => "a minute".to_owned(),
            whole if whole % 60 == 0 => format!("{} minutes", whole / 60),
            other => seconds(other.saturating_mul(1_000)),
        }
    }

    /// What the house keeps on average, per cent.
    #[must_use]
    pub fn edge(&self) -> String {
        format!("{} %", trimmed(self.edge_bp, 2))
    }

    /// The highest rate, in words.
    #[must_use]
    pub fn highest_rate(&self) -> String {
        format!("{} times", trimmed(i64::from(self.rate_max), 2))
    }

    /// The stakes to choose from, in order.
    #[must_use]
    pub fn stakes(&self) -> Vec<Stake> {
        let first = self.first_stake();
        let stake = |cents: &i64| Stake { cents: *cents, text: dollars(*cents), chosen: *cents == first };
        self.presets.iter().map(stake).collect()
    }

    /// The stake that is chosen first, in words.
    #[must_use]
    pub fn first_stake_text(&self) -> String {
        dollars(self.first_stake())
    }

    /// How much less than the shown rate a tap may be booked, to choose from.
    #[must_use]
    pub fn tolerances(&self) -> Vec<Tolerance> {
        let tolerance = |percent: u32| Tolerance {
            percent,
            text: if percent == 0 {
                "exactly this rate".to_owned()
            } else {
                format!("up to {percent} % less")
            },
            chosen: percent == TOLERANCE_DEFAULT_PERCENT,
        };
        TOLERANCES_PERCENT.map(tolerance).to_vec()
    }

    /// What is used until somebody chooses, in words.
    #[must_use]
    pub fn tolerance_default(&self) -> String {
        format!("{TOLERANCE_DEFAULT_PERCENT} %")
    }

    /// All stakes in one sentence's part: `$1, $5 and $10`.
    #[must_use]
    pub fn stakes_text(&self) -> String {
        let all: Vec<String> = self.presets.iter().copied().map(dollars).collect();
        match all.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            Some((only, _)) => only.clone(),
            None => String::new(),
        }
    }
}

/// One stake to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stake {
    /// Cents.
    pub cents: i64,
    /// As locals write it, without empty cents.
    pub text: String,
    /// Whether it is chosen first.
    pub chosen: bool,
}

/// One limit to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tolerance {
    /// Percent below the shown rate.
    pub percent: u32,
    /// In words.
    pub text: String,
    /// Whether it is chosen first.
    pub chosen: bool,
}

fn dollars(cents: i64) -> String {
    let text = kernel::format_minor(cents, 2);
    format!("${}", text.strip_suffix(".00").unwrap_or(&text))
}

fn seconds(ms: i64) -> String {
    match trimmed(ms, 3).as_str() {
        "1" => "1 second".to_owned(),
        number => format!("{number} seconds"),
    }
}

/// `value` with `decimals` places, without zeros at the end: 600 with 2 is `6`, 1500 with 3 is `1.5`.
fn trimmed(value: i64, decimals: u8) -> String {
    let text = kernel::format_minor(value, decimals);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_empty_places() {
        let rules = HouseRules { width_ms: 1000, edge_bp: 650, gap_max_ms: 2500, ..HouseRules::default() };
        assert_eq!(
            (rules.width(), rules.edge(), rules.gap()),
            ("1 second".into(), "6.5 %".into(), "2.5 seconds".into())
        );
        assert_eq!((dollars(500), dollars(1050)), ("$5".into(), "$10.50".into()));
        assert_eq!(HouseRules::default().highest_rate(), "50 times");
        let quick = HouseRules { warm_up_s: 10, recovery_s: 1, ..HouseRules::default() };
        assert_eq!((quick.warm_up(), quick.recovery()), ("10 seconds".into(), "1 second".into()));
        assert_eq!(HouseRules::default().warm_up(), "5 minutes");
        assert_eq!(HouseRules::default().stakes_text(), "$1, $5, $10, $25, $50 and $100");
    }

    #[test]
    fn the_first_stake_is_one_that_is_taken() {
        assert_eq!(HouseRules::default().first_stake(), 500);
        assert_eq!(HouseRules { presets: vec![100], ..HouseRules::default() }.first_stake(), 100);
        assert_eq!(HouseRules { presets: vec![], ..HouseRules::default() }.first_stake(), 0);
    }
}
