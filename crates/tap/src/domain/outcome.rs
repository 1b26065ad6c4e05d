//! What one bet got from its column: won, lost or void. Bounds are inclusive; a price on a line wins both its rows; a
//! touch that is proven wins in a void column, too, and everything else there is refunded.

use super::evidence::{Evidence, Rules, Verdict};

/// The band of a bet in cents, both bounds included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Band {
    /// Lower bound.
    pub low: i64,
    /// Upper bound.
    pub high: i64,
}

/// What a bet got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The price was in its band: paid.
    Won,
    /// It was not: the house keeps the stake.
    Lost,
    /// Nobody can say: the stake goes back.
    Void,
}

impl Outcome {
    /// As written in proofs, tables and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Void => "void",
        }
    }

    /// What the player gets back in cents, stake included: the payout, nothing, or the stake.
    #[must_use]
    pub const fn pays(self, amount: i64, payout: i64) -> i64 {
        match self {
            Self::Won => payout,
            Self::Lost => 0,
            Self::Void => amount,
        }
    }
}

/// Decides a bet on the column that `evidence` tells of.
#[must_use]
pub fn decide(band: Band, evidence: &Evidence, rules: &Rules) -> Outcome {
    match evidence.verdict {
        _ if evidence.visits(band.low, band.high, rules.crossing) => Outcome::Won,
        Verdict::Valid => Outcome::Lost,
        Verdict::Void => Outcome::Void,
    }
}

/// floor(amount * rate / 100) in cents: what a bet pays if it wins, stake included. `None` if that is no amount of money.
#[must_use]
pub fn payout(amount: i64, rate: u32) -> Option<i64> {
    i64::try_from((i128::from(amount) * i128::from(rate)).div_euclid(100)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payout_is_rounded_down_to_a_cent() {
        for (amount, rate, expected) in
            [(500, 235, Some(1_175)), (101, 105, Some(106)), (1, 199, Some(1)), (0, 5_000, Some(0))]
        {
            assert_eq!(payout(amount, rate), expected);
        }
        assert_eq!(payout(i64::MAX, 100), Some(i64::MAX));
        assert_eq!(payout(i64::MAX, 101), None);
    }

    #[test]
    fn a_win_pays_a_loss_keeps_and_a_void_gives_back() {
        assert_eq!(
            [Outcome::Won, Outcome::Lost, Outcome::Void].map(|it| it.pays(500, 1_175)),
            [1_175, 0, 500]
        );
    }
}
