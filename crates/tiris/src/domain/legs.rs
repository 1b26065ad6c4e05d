//! The legs of a posting: which sub-account gets or gives how much, and why. Exact, rounded once.

use super::decimal::product;
use super::ids::SubAccountId;
use super::log_info::{FeePlace, Movement, Posting, Trade};
use super::log_type::BusinessType;
use super::transaction::Direction;
use kernel::AssetCode;

/// One change of one balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Whose balance.
    pub account: SubAccountId,
    /// In what; none: whatever the account holds.
    pub symbol: Option<AssetCode>,
    /// Comes or leaves.
    pub direction: Direction,
    /// Units; more than 0.
    pub amount: i64,
    /// Why.
    pub reason: String,
    /// The price of the trade, units of the quote.
    pub price: Option<i64>,
    /// In what the price is; none with a price: the account's own asset.
    pub quote: Option<AssetCode>,
}

/// Why a posting has no legs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountRefusal {
    /// Price times volume rounds to nothing.
    AmountIsTooSmall,
    /// The fee takes all that a sale brings, or more.
    FeeExceedsProceeds {
        /// Price times volume, units.
        proceeds: i64,
        /// Units.
        fee: i64,
    },
    /// More than the ledger can count.
    AmountIsTooLarge,
}

/// Why a fee has a leg of its own.
pub const FEE: &str = "fee";
/// The price of money that comes or leaves: one for one.
const PAR: i64 = super::decimal::ONE;

/// The legs of a posting, in the order in which they are written. The currency leg of a trade is the second.
pub fn legs(posting: &Posting) -> Result<Vec<Leg>, AmountRefusal> {
    match posting {
        Posting::Trade(trade) => trade_legs(trade),
        Posting::Movement(movement) => Ok(vec![movement_leg(movement)]),
    }
}

fn trade_legs(trade: &Trade) -> Result<Vec<Leg>, AmountRefusal> {
    let notional = product(trade.price, trade.volume).ok_or(AmountRefusal::AmountIsTooLarge)?;
    if notional == 0 {
        return Err(AmountRefusal::AmountIsTooSmall);
    }
    let quote_fee = if trade.fee_place == FeePlace::Quote { trade.fee } else { 0 };
    let is_buy = trade.kind == BusinessType::Long;
    let paid = if is_buy { notional.checked_add(quote_fee) } else { notional.checked_sub(quote_fee) };
    let paid = paid.ok_or(AmountRefusal::AmountIsTooLarge)?;
    if paid <= 0 {
        return Err(AmountRefusal::FeeExceedsProceeds { proceeds: notional, fee: quote_fee });
    }
    let (stock, currency) = match is_buy {
        true => (Direction::Credit, Direction::Debit),
        false => (Direction::Debit, Direction::Credit),
    };
    let mut legs = vec![
        leg(trade, (trade.stock_account, trade.stock), stock, trade.volume),
        leg(trade, (trade.currency_account, trade.currency), currency, paid),
    ];
    legs.extend(fee_leg(trade));
    Ok(legs)
}

fn leg(
    trade: &Trade,
    (account, symbol): (SubAccountId, AssetCode),
    direction: Direction,
    amount: i64,
) -> Leg {
    Leg {
        account,
        symbol: Some(symbol),
        direction,
        amount,
        reason: trade.kind.as_str().to_owned(),
        price: Some(trade.price),
        quote: Some(trade.currency),
    }
}

fn fee_leg(trade: &Trade) -> Option<Leg> {
    let FeePlace::Account { account, symbol } = trade.fee_place else { return None };
    let leg = leg(trade, (account, symbol), Direction::Debit, trade.fee);
    (trade.fee > 0).then(|| Leg { reason: FEE.to_owned(), ..leg })
}

fn movement_leg(movement: &Movement) -> Leg {
    let direction = match movement.kind {
        BusinessType::Withdraw => Direction::Debit,
        _ => Direction::Credit,
    };
    let reason = movement.reason.clone().unwrap_or_else(|| movement.kind.as_str().to_owned());
    Leg {
        account: movement.account,
        symbol: movement.currency,
        direction,
        amount: movement.amount,
        reason,
        price: Some(PAR),
        quote: movement.currency,
    }
}

#[cfg(test)]
mod tests {
    use super::super::decimal::ONE;
    use super::*;

    fn trade(kind: BusinessType, price: i64, volume: i64, fee: i64) -> Trade {
        let code = |text| AssetCode::new(text).expect("a code");
        Trade {
            kind,
            stock_account: SubAccountId(1),
            currency_account: SubAccountId(2),
            stock: code("ETH"),
            currency: code("USDT"),
            price,
            volume,
            fee,
            fee_place: FeePlace::Quote,
            fill: None,
        }
    }

    fn amounts(trade: Trade) -> Result<Vec<i64>, AmountRefusal> {
        let legs = legs(&Posting::Trade(trade))?;
        Ok(legs.iter().map(|leg| leg.direction.signed(leg.amount)).collect())
    }

    #[test]
    fn the_documented_examples_give_their_figures() {
        let long = trade(BusinessType::Long, 3_000 * ONE, 2 * ONE, 12 * ONE);
        assert_eq!(amounts(long), Ok(vec![2 * ONE, -6_012 * ONE]));
        let short = trade(BusinessType::Short, 3_000 * ONE, 3 * ONE / 2, 9 * ONE);
        assert_eq!(amounts(short), Ok(vec![-3 * ONE / 2, 4_491 * ONE]));
        let stop = trade(BusinessType::StopLoss, 2_500 * ONE, ONE, 5 * ONE);
        assert_eq!(amounts(stop), Ok(vec![-ONE, 2_495 * ONE]));
    }

    #[test]
    fn a_buy_and_a_sale_at_one_price_cost_exactly_the_two_fees() {
        let (price, volume) = (333_333_333, 7);
        let bought = amounts(trade(BusinessType::Long, price, volume, 5)).expect("legs");
        let sold = amounts(trade(BusinessType::Short, price, volume, 5)).expect("legs");
        assert_eq!(bought[1] + sold[1], -10);
    }

    #[test]
    fn nothing_and_less_than_nothing_are_refused() {
        let small = amounts(trade(BusinessType::Long, 1, ONE / 2 - 1, 0));
        assert_eq!(small, Err(AmountRefusal::AmountIsTooSmall));
        let fee = amounts(trade(BusinessType::Short, ONE, ONE, ONE));
        assert_eq!(fee, Err(AmountRefusal::FeeExceedsProceeds { proceeds: ONE, fee: ONE }));
        let large = amounts(trade(BusinessType::Long, i64::MAX, 2 * ONE, 0));
        assert_eq!(large, Err(AmountRefusal::AmountIsTooLarge));
        let large = amounts(trade(BusinessType::Long, i64::MAX, ONE, 1));
        assert_eq!(large, Err(AmountRefusal::AmountIsTooLarge));
    }

    #[test]
    fn a_fee_in_another_asset_is_a_leg_of_its_own() {
        let symbol = AssetCode::new("BNB").expect("a code");
        let place = FeePlace::Account { account: SubAccountId(3), symbol };
        let mut bought = trade(BusinessType::Long, ONE, ONE, 7);
        bought.fee_place = place;
        assert_eq!(amounts(bought.clone()), Ok(vec![ONE, -ONE, -7]));
        bought.fee = 0;
        assert_eq!(amounts(bought), Ok(vec![ONE, -ONE]));
    }
}
