//! How much the house may owe (spec §6): per bet, player and column, cell, column, and all open columns together.

use super::column_book::ColumnBook;

/// The limits, in cents and basis points of the bankroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most one bet may pay.
    pub payout_max: i64,
    /// The most one player may be owed in one column.
    pub player_column_max: i64,
    /// The most one cell may owe.
    pub cell_max: i64,
    /// The worst case of one column, basis points of the bankroll.
    pub column_bp: i64,
    /// The worst cases of all open columns, basis points of the bankroll.
    pub total_bp: i64,
    /// Below this bankroll nothing is taken.
    pub bankroll_floor: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            payout_max: 500_000,
            player_column_max: 1_000_000,
            cell_max: 2_000_000,
            column_bp: 200,
            total_bp: 1_500,
            bankroll_floor: 1_000_000,
        }
    }
}

impl Limits {
    /// The most a column may owe at `bankroll`.
    #[must_use]
    pub fn column_max(&self, bankroll: i64) -> i64 {
        share(bankroll, self.column_bp)
    }

    /// The most all open columns may owe at `bankroll`.
    #[must_use]
    pub fn total_max(&self, bankroll: i64) -> i64 {
        share(bankroll, self.total_bp)
    }
}

fn share(bankroll: i64, bp: i64) -> i64 {
    let part = i128::from(bankroll.max(0)) * i128::from(bp) / 10_000;
    i64::try_from(part).unwrap_or(i64::MAX)
}

/// What the house owes as seen from one bet.
#[derive(Debug, Clone, Copy)]
pub struct Exposure<'b> {
    /// The house's money, what is reserved for columns counted in.
    pub bankroll: i64,
    /// What all other open columns have reserved.
    pub others: i64,
    /// The bet's column.
    pub book: &'b ColumnBook,
    /// What is reserved for it already.
    pub reserved: i64,
    /// Neighbouring rows the price can pass through.
    pub reach: i64,
    /// Row height in cents.
    pub height: i64,
    /// What the player is owed in this column already.
    pub player: i64,
}

/// Which limit said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LimitRefusal {
    /// The bankroll is below its floor: nothing is taken at all.
    #[error("the bankroll is below its floor")]
    BankrollIsBelowItsFloor,
    /// The bet alone would pay too much.
    #[error("the bet would pay more than one bet may")]
    BetWouldPayTooMuch,
    /// The player would be owed too much in this column.
    #[error("the player would be owed more than one player may be in one column")]
    PlayerWouldBeOwedTooMuch,
    /// The cell would owe too much.
    #[error("the cell would owe more than one cell may")]
    CellWouldOweTooMuch,
    /// The column's worst case would be too dear.
    #[error("the column's worst case would exceed its share of the bankroll")]
    ColumnWouldOweTooMuch,
    /// All open columns together would be too dear.
    #[error("all open columns together would exceed their share of the bankroll")]
    AllColumnsWouldOweTooMuch,
}

/// Whether a bet of `payout` on the row at `low` fits; what must then be reserved for the column.
///
/// Errors: the first limit in the order of [`LimitRefusal`] that it would break.
pub fn admit(limits: &Limits, exposure: &Exposure<'_>, low: i64, payout: i64) -> Result<i64, LimitRefusal> {
    if exposure.bankroll < limits.bankroll_floor {
        return Err(LimitRefusal::BankrollIsBelowItsFloor);
    }
    if payout > limits.payout_max {
        return Err(LimitRefusal::BetWouldPayTooMuch);
    }
    if exposure.player.saturating_add(payout) > limits.player_column_max {
        return Err(LimitRefusal::PlayerWouldBeOwedTooMuch);
    }
    if exposure.book.row(low).payout.saturating_add(payout) > limits.cell_max {
        return Err(LimitRefusal::CellWouldOweTooMuch);
    }
    let worst = exposure.book.worst_with(low, payout, exposure.height, exposure.reach);
    let reserved = worst.max(exposure.reserved);
    if worst > limits.column_max(exposure.bankroll) {
        return Err(LimitRefusal::ColumnWouldOweTooMuch);
    }
    if exposure.others.saturating_add(reserved) > limits.total_max(exposure.bankroll) {
        return Err(LimitRefusal::AllColumnsWouldOweTooMuch);
    }
    Ok(reserved)
}

/// The largest of `presets` that would still fit at `rate`; `None` when none would.
#[must_use]
pub fn largest_allowed(
    limits: &Limits,
    exposure: &Exposure<'_>,
    low: i64,
    rate: u32,
    presets: &[i64],
) -> Option<i64> {
    let fits = |stake: &&i64| admit(limits, exposure, low, payout_of(**stake, rate)).is_ok();
    presets.iter().filter(fits).max().copied()
}

/// `floor(amount * rate / 100)` (spec §4); saturates, though no preset comes near.
#[must_use]
pub fn payout_of(amount: i64, rate: u32) -> i64 {
    i64::try_from(i128::from(amount) * i128::from(rate) / 100).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposure(book: &ColumnBook) -> Exposure<'_> {
        Exposure { bankroll: 100_000_000, others: 0, book, reserved: 0, reach: 3, height: 1000, player: 0 }
    }

    fn refused(edit: impl Fn(&mut Exposure<'_>), payout: i64) -> Option<LimitRefusal> {
        let mut book = ColumnBook::default();
        book.add(5000, 1, 1_900_000);
        let mut exposure = exposure(&book);
        edit(&mut exposure);
        admit(&Limits::default(), &exposure, 5000, payout).err()
    }

    #[test]
    fn each_limit_refuses_in_its_order() {
        assert_eq!(refused(|_| {}, 100_000), None);
        assert_eq!(refused(|e| e.bankroll = 999_999, 1), Some(LimitRefusal::BankrollIsBelowItsFloor));
        assert_eq!(refused(|_| {}, 500_001), Some(LimitRefusal::BetWouldPayTooMuch));
        assert_eq!(refused(|e| e.player = 950_000, 50_001), Some(LimitRefusal::PlayerWouldBeOwedTooMuch));
        assert_eq!(refused(|_| {}, 100_001), Some(LimitRefusal::CellWouldOweTooMuch));
        assert_eq!(refused(|e| e.bankroll = 95_000_000, 1), Some(LimitRefusal::ColumnWouldOweTooMuch));
        assert_eq!(refused(|e| e.others = 13_100_000, 1), Some(LimitRefusal::AllColumnsWouldOweTooMuch));
    }

    #[test]
    fn what_is_reserved_never_falls_while_a_column_is_open() {
        let book = ColumnBook::default();
        let exposure = Exposure { reserved: 700, ..exposure(&book) };
        assert_eq!(admit(&Limits::default(), &exposure, 0, 100), Ok(700));
        assert_eq!(admit(&Limits::default(), &exposure, 0, 900), Ok(900));
    }

    #[test]
    fn the_largest_preset_that_fits_is_named() {
        let book = ColumnBook::default();
        let exposure = exposure(&book);
        let presets = [100, 500, 1000, 2500, 5000, 10_000];
        assert_eq!(largest_allowed(&Limits::default(), &exposure, 0, 5000, &presets), Some(10_000));
        let owed = Exposure { player: 900_000, ..exposure };
        assert_eq!(largest_allowed(&Limits::default(), &owed, 0, 5000, &presets), Some(1000));
        let broke = Exposure { bankroll: 0, ..exposure };
        assert_eq!(largest_allowed(&Limits::default(), &broke, 0, 5000, &presets), None);
    }

    #[test]
    fn a_payout_is_rounded_down_and_never_overflows() {
        assert_eq!(payout_of(333, 235), 782);
        assert_eq!(payout_of(i64::MAX, u32::MAX), i64::MAX);
    }
}
