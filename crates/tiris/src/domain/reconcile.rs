//! Reconciliation: what an exchange's wallet holds is the sum of the slices, what is declared outside, and what nothing
//! explains. Each unexplained amount gets its most likely cause and the smallest entry that would mend it; nothing is
//! overwritten.

use super::ids::SubAccountId;
use kernel::AssetCode;
use std::collections::BTreeMap;

/// Units below which a difference is one of rounding.
const ROUNDING_MAX: i64 = 100;
/// A fee is at most so many hundredths of what lies in the wallet.
const FEE_SHARE_DIVISOR: i64 = 100;

/// Why an amount is unexplained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// An event of a bot was lost, waits, or is dead.
    MissedEvent,
    /// The exchange took a fee in a coin that no log names.
    FeeInOtherCoin,
    /// Somebody traded at the exchange by hand: one asset came, another left.
    ManualTrade,
    /// Somebody moved money at the exchange by hand.
    ManualTransfer,
    /// The wallet holds more than the slices, and nobody said what the rest is.
    UndeclaredOutside,
    /// The last decimals.
    Rounding,
}

impl Cause {
    const ALL: [Self; 6] = [
        Self::MissedEvent,
        Self::FeeInOtherCoin,
        Self::ManualTrade,
        Self::ManualTransfer,
        Self::UndeclaredOutside,
        Self::Rounding,
    ];

    /// As written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissedEvent => "missed_event",
            Self::FeeInOtherCoin => "fee_in_other_coin",
            Self::ManualTrade => "manual_trade",
            Self::ManualTransfer => "manual_transfer",
            Self::UndeclaredOutside => "undeclared_outside",
            Self::Rounding => "rounding",
        }
    }

    /// The cause of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == word)
    }

    /// For people: what probably happened.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::MissedEvent => {
                "A bot's event did not arrive or could not be applied, so the ledger lacks a movement that the exchange has."
            }
            Self::FeeInOtherCoin => {
                "The exchange seems to have taken a fee in this coin, and no log names it."
            }
            Self::ManualTrade => {
                "One asset came while another left: somebody seems to have traded at the exchange by hand."
            }
            Self::ManualTransfer => {
                "Money came or left at the exchange without a log: somebody seems to have moved it by hand."
            }
            Self::UndeclaredOutside => {
                "The wallet holds more than the slices do. Declare how much of it is meant to lie outside."
            }
            Self::Rounding => "The difference lies in the last decimals.",
        }
    }
}

/// The smallest entry that would mend a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposal {
    /// Money comes to a slice.
    Deposit(SubAccountId),
    /// Money leaves a slice.
    Withdraw(SubAccountId),
    /// The declared outside becomes this many units.
    DeclareOutside(i64),
}

/// What is known of one asset of a binding, units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssetState {
    /// What the exchange says lies in the wallet.
    pub wallet: i64,
    /// What the slices hold, each; of real live tradings on this binding.
    pub slices: Vec<(SubAccountId, i64)>,
    /// What is declared to be nobody's slice; none: nothing was ever declared.
    pub outside: Option<i64>,
    /// Whether an event of this asset's slices waits or is dead.
    pub has_open_events: bool,
    /// Whether a trade of this binding's tradings was made in the asset.
    pub is_traded: bool,
}

impl AssetState {
    /// What the slices hold together.
    #[must_use]
    pub fn allocated(&self) -> i64 {
        self.slices.iter().fold(0, |sum, (_, held)| sum.saturating_add(*held))
    }

    /// What nothing explains: more than 0 where the exchange has more.
    #[must_use]
    pub fn unexplained(&self) -> i64 {
        self.wallet.saturating_sub(self.allocated()).saturating_sub(self.outside.unwrap_or(0))
    }
}

/// An amount that nothing explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub asset: AssetCode,
    /// Units; above 0 where the exchange has more.
    pub amount: i64,
    /// Why, most likely.
    pub cause: Cause,
    /// What would mend it.
    pub proposal: Proposal,
}

/// Every difference of a binding, in the order of assets.
#[must_use]
pub fn differences(assets: &BTreeMap<AssetCode, AssetState>) -> Vec<Difference> {
    let signs: Vec<i64> = assets.values().map(|state| state.unexplained().signum()).collect();
    let is_two_sided = signs.contains(&1) && signs.contains(&-1);
    let of_asset = |(asset, state): (&AssetCode, &AssetState)| {
        let amount = state.unexplained();
        let cause = cause(state, amount, is_two_sided);
        (amount != 0).then(|| Difference {
            asset: *asset,
            amount,
            cause,
            proposal: proposal(state, amount, cause),
        })
    };
    assets.iter().filter_map(of_asset).collect()
}

fn cause(state: &AssetState, amount: i64, is_two_sided: bool) -> Cause {
    if amount.saturating_abs() <= ROUNDING_MAX {
        return Cause::Rounding;
    }
    if state.has_open_events {
        return Cause::MissedEvent;
    }
    if amount > 0 && state.outside.is_none() {
        return Cause::UndeclaredOutside;
    }
    let is_small = amount.saturating_abs() <= state.wallet.saturating_sub(amount) / FEE_SHARE_DIVISOR;
    if amount < 0 && is_small && !state.is_traded {
        return Cause::FeeInOtherCoin;
    }
    if is_two_sided { Cause::ManualTrade } else { Cause::ManualTransfer }
}

/// Into the only slice where there is one, or the largest that can bear it; otherwise the outside is declared anew.
fn proposal(state: &AssetState, amount: i64, cause: Cause) -> Proposal {
    let outside = state.outside.unwrap_or(0);
    let anew = outside.saturating_add(amount);
    if cause == Cause::UndeclaredOutside || (cause == Cause::ManualTransfer && anew >= 0) {
        return Proposal::DeclareOutside(anew);
    }
    let bears = |held: &&(SubAccountId, i64)| amount > 0 || held.1 >= amount.saturating_neg();
    match state.slices.iter().filter(bears).max_by_key(|(_, held)| *held) {
        Some((slice, _)) if amount > 0 => Proposal::Deposit(*slice),
        Some((slice, _)) => Proposal::Withdraw(*slice),
        None => Proposal::DeclareOutside(anew.max(0)),
    }
}

/// Whether `amount` more may be promised of an asset. Errors: units that are still free.
pub fn may_allocate(state: &AssetState, amount: i64) -> Result<(), i64> {
    let free = state.wallet.saturating_sub(state.outside.unwrap_or(0)).saturating_sub(state.allocated());
    if amount <= free { Ok(()) } else { Err(free.max(0)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decimal::ONE;

    const USDT: &str = "USDT";

    fn asset(code: &str) -> AssetCode {
        AssetCode::new(code).expect("a code")
    }

    fn state(wallet: i64, slices: &[i64], outside: Option<i64>) -> AssetState {
        let slices = (1..).map(SubAccountId).zip(slices.iter().map(|held| held * ONE)).collect();
        let outside = outside.map(|units| units * ONE);
        AssetState { wallet: wallet * ONE, slices, outside, has_open_events: false, is_traded: true }
    }

    fn only(code: &str, state: AssetState) -> Vec<Difference> {
        differences(&BTreeMap::from([(asset(code), state)]))
    }

    #[test]
    fn a_wallet_that_is_slices_and_outside_has_no_difference() {
        assert_eq!(only(USDT, state(10_000, &[5_000, 3_000], Some(2_000))), []);
        assert_eq!(only(USDT, state(0, &[], None)), []);
    }

    #[test]
    fn each_cause_is_named_with_the_smallest_entry() {
        let one = |state: AssetState| only(USDT, state)[0];
        let undeclared = one(state(10_000, &[5_000, 3_000], None));
        assert_eq!(
            (undeclared.cause, undeclared.proposal),
            (Cause::UndeclaredOutside, Proposal::DeclareOutside(2_000 * ONE))
        );
        let transfer = one(state(9_500, &[8_000], Some(2_000)));
        assert_eq!(
            (transfer.amount, transfer.cause, transfer.proposal),
            (-500 * ONE, Cause::ManualTransfer, Proposal::DeclareOutside(1_500 * ONE))
        );
        let beyond = one(state(100, &[5_000], Some(0)));
        assert_eq!(beyond.proposal, Proposal::Withdraw(SubAccountId(1)));
        let missed = one(AssetState { has_open_events: true, ..state(5_500, &[5_000], Some(0)) });
        assert_eq!((missed.cause, missed.proposal), (Cause::MissedEvent, Proposal::Deposit(SubAccountId(1))));
        let rounding = one(AssetState { wallet: 5_000 * ONE - 3, ..state(5_000, &[5_000], Some(0)) });
        assert_eq!((rounding.amount, rounding.cause), (-3, Cause::Rounding));
        let fee = AssetState { is_traded: false, ..state(999, &[1_000], Some(0)) };
        assert_eq!(only("BNB", fee)[0].cause, Cause::FeeInOtherCoin);
    }

    #[test]
    fn one_asset_that_came_while_another_left_was_traded_by_hand() {
        let both = differences(&BTreeMap::from([
            (asset("ETH"), state(3, &[2], Some(0))),
            (asset(USDT), state(2_000, &[5_000], Some(0))),
        ]));
        assert_eq!(both.iter().map(|one| one.cause).collect::<Vec<_>>(), [Cause::ManualTrade; 2]);
        assert_eq!(both[0].proposal, Proposal::Deposit(SubAccountId(1)));
    }

    #[test]
    fn no_more_is_promised_than_lies_there() {
        let wallet = state(10_000, &[5_000, 3_000], Some(1_000));
        assert_eq!(may_allocate(&wallet, 1_000 * ONE), Ok(()));
        assert_eq!(may_allocate(&wallet, 1_000 * ONE + 1), Err(1_000 * ONE));
        assert_eq!(may_allocate(&state(1, &[2], None), 1), Err(0));
    }

    #[test]
    fn every_cause_is_read_as_it_is_written() {
        assert!(Cause::ALL.into_iter().all(|cause| Cause::parse(cause.as_str()) == Some(cause)));
        assert_eq!(Cause::parse("weather"), None);
    }
}
