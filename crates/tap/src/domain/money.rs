//! Money on the ledger: which accounts there are, what their numbers are, why transfers between them happen.
//!
//! Every cent that players have came from `cash`; every stake lies in its column until the column is decided; the house
//! reserves the worst case of a column before it takes the bet, and pays from the column what is due, to the cent.

use kernel::{AssetCode, UserId};
use ledger::rules::Account;
use ledger::rules::cash::Cash;

/// Account codes of this stall; written in tables, never reused.
pub mod account_code {
    /// Where deposits come from; may go below zero by as much as was ever paid in.
    pub const CASH: i64 = 1;
    /// The house's bankroll, less what is reserved for columns.
    pub const HOUSE: i64 = 2;
    /// A player's balance.
    pub const PLAYER: i64 = 3;
    /// The stakes of a column; while it pays, what is still due.
    pub const STAKES: i64 = 4;
    /// What the house has reserved for a column.
    pub const RESERVE: i64 = 5;
}

/// Why money moves; written in tables, never reused.
pub mod transfer_code {
    /// Cash to player.
    pub const DEPOSIT: i64 = 1;
    /// Cash to house.
    pub const BANKROLL: i64 = 2;
    /// Player to the stakes of a column.
    pub const BET: i64 = 3;
    /// House to the reserve of a column: the worst case rose.
    pub const RESERVE: i64 = 4;
    /// Reserve of a column to house: the column is decided.
    pub const RELEASE: i64 = 5;
    /// Stakes of a column to house: more was staked than is due.
    pub const HOUSE_WINS: i64 = 6;
    /// House to the stakes of a column: more is due than was staked.
    pub const HOUSE_PAYS: i64 = 7;
    /// Stakes of a column to player: a bet won.
    pub const PAYOUT: i64 = 8;
    /// Stakes of a column to player: the column is void.
    pub const REFUND: i64 = 9;
    /// Player to cash: pending until an operator posts or voids it.
    pub const WITHDRAWAL: i64 = 10;
}

/// Kinds of locators of this stall; written in tables, never reused. 3 was what a column owes a player.
pub mod locator_kind {
    /// (user, hash of the nonce) to the bet: a nonce is spent for ever.
    pub const NONCE: i64 = 1;
    /// (user, cell) to the bet: one live bet per user and cell.
    pub const CELL: i64 = 2;
    /// (user, 0) to the number of the user's last event.
    pub const SEQUENCE: i64 = 4;
    /// (user, bet) to its payout or refund: at most one for ever.
    pub const PAYOUT: i64 = 5;
    /// (user, day) to the transfer of that day's faucet.
    pub const FAUCET: i64 = 6;
    /// (user, deposit) to its transfer.
    pub const DEPOSIT: i64 = 7;
    /// (user, withdrawal) to the transfer with which the money left.
    pub const WITHDRAWAL: i64 = 8;
}

/// The account deposits come from.
pub const CASH: i64 = 1;
/// The account of the house.
pub const HOUSE: i64 = 2;

/// The asset of every account here: US cents.
#[must_use]
pub fn usd() -> AssetCode {
    const USD: Option<AssetCode> = AssetCode::new("USD");
    USD.expect("three capital letters are a code")
}

/// The account deposits come from: it may go below zero.
#[must_use]
pub fn cash_account() -> Account {
    Account::new(CASH, usd(), account_code::CASH, 0, 0)
}

/// Where players' money comes from and goes to.
#[must_use]
pub fn cash() -> Cash {
    let (deposit_code, withdrawal_code) = (transfer_code::DEPOSIT, transfer_code::WITHDRAWAL);
    Cash { account: cash_account(), deposit_code, withdrawal_code }
}

/// The house. It has no floor: a payout that is due is paid, and the check tells when it could not have been.
#[must_use]
pub fn house_account() -> Account {
    Account::new(HOUSE, usd(), account_code::HOUSE, 0, 0)
}

/// A player's balance; its number is the user's.
#[must_use]
pub fn player_account(user: UserId) -> Account {
    Account::new(user.0, usd(), account_code::PLAYER, user.0, 0).with_floor(0)
}

/// The stakes of a column; its number is the column's.
#[must_use]
pub fn stakes_account(column: i64) -> Account {
    Account::new(column, usd(), account_code::STAKES, column, column).with_floor(0)
}

/// The number of a column's reserve account.
#[must_use]
pub const fn reserve_of(column: i64) -> i64 {
    column + 1
}

/// What the house reserved for a column, at most `ceiling` cents.
#[must_use]
pub fn reserve_account(column: i64, ceiling: i64) -> Account {
    Account::new(reserve_of(column), usd(), account_code::RESERVE, column, column)
        .with_floor(0)
        .with_ceiling(ceiling)
}

/// The number of a column and of the account of its stakes: its start, its width, and an even last bit, so that the
/// reserve account has the odd number beside it. Far below every id made from a clock.
#[must_use]
pub const fn column_id(t0_ms: i64, width_ms: i64) -> i64 {
    let width = match width_ms {
        1_000 => 0,
        2_000 => 1,
        5_000 => 2,
        10_000 => 3,
        30_000 => 4,
        _ => 5,
    };
    t0_ms * 16 + width * 2
}

/// The key under which a user's bet on a cell is found: one number per (column, width, low), because a column is offered
/// in one epoch only and rows begin at whole dollars.
#[must_use]
pub const fn cell_key(column: i64, width_ms: i64, low: i64) -> i64 {
    let width = column_id(0, width_ms) / 2;
    (column << 28) ^ ((low / 100) << 4) ^ width
}

/// The keys of all cells of a column lie in this range, both ends included. The last one is no cell's: rows begin at prices below
/// ten million dollars, and no width has the number 15.
#[must_use]
pub const fn cell_keys(column: i64) -> (i64, i64) {
    (column << 28, (column << 28) | 0xFFF_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn columns_and_cells_have_numbers_of_their_own() {
        let mut columns = HashSet::new();
        let mut cells = HashSet::new();
        for width in [1_000, 2_000, 5_000, 10_000, 30_000, 60_000] {
            let first = 1_795_000_000_000 / width;
            for column in first..first + 40 {
                let id = column_id(column * width, width);
                assert!(columns.insert(id) && columns.insert(reserve_of(id)));
                for low in (5_900_000..6_100_000).step_by(500) {
                    assert!(cells.insert(cell_key(column, width, low)), "{width} {column} {low}");
                }
            }
        }
    }

    #[test]
    fn the_cells_of_a_column_lie_in_its_range_and_the_end_of_it_is_none() {
        for column in [1, 378_691_220, 1 << 32] {
            let (first, last) = cell_keys(column);
            for (width, low) in [(1_000, 0), (5_000, 6_000_000), (60_000, 1_000_000_000)] {
                let key = cell_key(column, width, low);
                assert!((first..last).contains(&key), "{column} {width} {low}");
                assert!(key > cell_keys(column - 1).1);
            }
        }
    }

    #[test]
    fn the_farthest_cell_still_has_a_key() {
        // Column 2^32 of one second is the year 2106; ten million dollars is the highest row.
        assert!(cell_key(1 << 32, 1_000, 1_000_000_000) > 0);
    }
}
