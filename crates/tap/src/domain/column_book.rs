//! What the rows of one column owe, and the worst that the price could make of it.

use super::grid::Geometry;
use super::quote_facts::QuoteFacts;
use std::fmt::Write as _;

/// What one row of a column owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowBook {
    /// Sum of payouts if the row is touched, cents.
    pub payout: i64,
    /// Sum of stakes, cents.
    pub stake: i64,
    /// How many bets.
    pub bets: i64,
}

/// The rows of a column by their lower bound in cents, lowest first: a few dozen, so that a sorted list beats a tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ColumnBook {
    rows: Vec<(i64, RowBook)>,
}

impl ColumnBook {
    /// The row that begins at `low`.
    #[must_use]
    pub fn row(&self, low: i64) -> RowBook {
        self.find(low).map_or_else(|_| RowBook::default(), |at| self.rows[at].1)
    }

    /// All rows, lowest first.
    pub fn rows(&self) -> impl Iterator<Item = (i64, RowBook)> {
        self.rows.iter().copied()
    }

    /// Adds a bet.
    pub fn add(&mut self, low: i64, stake: i64, payout: i64) {
        let at = self.find(low).unwrap_or_else(|at| {
            self.rows.insert(at, (low, RowBook::default()));
            at
        });
        let row = &mut self.rows[at].1;
        row.payout += payout;
        row.stake += stake;
        row.bets += 1;
    }

    fn find(&self, low: i64) -> Result<usize, usize> {
        self.rows.binary_search_by_key(&low, |(low, _)| *low)
    }

    /// The largest sum of payouts over `reach` neighbouring rows of `height` cents: the price can pass through no more
    /// than that in one column (spec §6: contiguous rows within four sigma).
    #[must_use]
    pub fn worst(&self, height: i64, reach: i64) -> i64 {
        let payouts = self.rows.iter().map(|(low, row)| (*low, row.payout));
        dearest(payouts.clone(), payouts, height.saturating_mul(reach))
    }

    /// The worst case as it would be with one more bet on the row at `low`.
    #[must_use]
    pub fn worst_with(&self, low: i64, payout: i64, height: i64, reach: i64) -> i64 {
        let at = self.find(low).unwrap_or_else(|at| at);
        let (below, rest) = self.rows.split_at(at);
        let above = rest.split_at(usize::from(rest.first().is_some_and(|(first, _)| *first == low))).1;
        let row = (low, self.row(low).payout.saturating_add(payout));
        let payouts = below.iter().map(|(low, row)| (*low, row.payout));
        let payouts = payouts.chain([row]).chain(above.iter().map(|(low, row)| (*low, row.payout)));
        dearest(payouts.clone(), payouts, height.saturating_mul(reach))
    }

    /// As it is stored: `[[low, payout, stake, bets], ...]`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = String::with_capacity(2 + 40 * self.rows.len());
        let mut before = '[';
        for (low, RowBook { payout, stake, bets }) in &self.rows {
            // Writing to memory cannot fail.
            let _ = write!(text, "{before}[{low},{payout},{stake},{bets}]");
            before = ',';
        }
        text.push_str(if self.rows.is_empty() { "[]" } else { "]" });
        text
    }

    /// Reads what [`to_json`](Self::to_json) wrote; `None` for anything else.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        let rows: Vec<[i64; 4]> = serde_json::from_str(text).ok()?;
        let rows = rows.into_iter().map(|[low, payout, stake, bets]| (low, RowBook { payout, stake, bets }));
        let rows: Vec<_> = rows.collect();
        rows.is_sorted_by(|(one, _), (next, _)| one < next).then_some(Self { rows })
    }
}

/// The dearest sum of rows whose bounds lie within `span` cents, a window that slides up once: `heads` and `tails` are the
/// same rows, (lower bound, payout), lowest first.
fn dearest(
    heads: impl Iterator<Item = (i64, i64)>,
    mut tails: impl Iterator<Item = (i64, i64)>,
    span: i64,
) -> i64 {
    let (mut sum, mut worst) = (0_i64, 0);
    let mut tail = tails.next();
    for (low, payout) in heads {
        sum = sum.saturating_add(payout);
        while let Some((_, left)) = tail.filter(|(bound, _)| low >= bound.saturating_add(span)) {
            sum -= left;
            tail = tails.next();
        }
        worst = worst.max(sum);
    }
    worst
}

/// How many neighbouring rows the price of a quote can pass through while a column of the grid counts touches, its grace
/// included.
#[must_use]
pub fn reach(quote: &QuoteFacts, geometry: &Geometry) -> i64 {
    let window_ms = geometry.width_ms().saturating_mul(1 + quote.touch_grace_columns);
    rows_within(quote.price, quote.sigma_ppb, window_ms, geometry.height_cents())
}

/// Rows of `height` cents that a price of `price` cents can pass through within `window_ms`: four sigma up and four down, and
/// the rows at both ends.
fn rows_within(price: i64, sigma_ppb: i64, window_ms: i64, height: i64) -> i64 {
    // Exposure is a limit, not a balance: a float decides how cautious we are, never who gets what.
    let spread = 4.0 * (price as f64) * (sigma_ppb as f64 * 1e-9) * (window_ms as f64 / 1000.0).sqrt();
    let rows = (2.0 * spread / (height.max(1) as f64)).ceil();
    if rows.is_finite() && rows < 1e6 { rows as i64 + 2 } else { i64::from(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_case_is_the_dearest_window_of_neighbours() {
        let mut book = ColumnBook::default();
        for (low, payout) in [(0, 100), (1000, 50), (2000, 70), (9000, 150)] {
            book.add(low, 10, payout);
        }
        assert_eq!(book.worst(1000, 1), 150);
        assert_eq!(book.worst(1000, 3), 220);
        assert_eq!(book.worst(1000, 10), 370);
        assert_eq!(ColumnBook::default().worst(1000, 5), 0);
    }

    #[test]
    fn the_worst_case_with_a_bet_is_the_worst_case_after_adding_it() {
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((state >> 33) % below).expect("small")
        };
        for _ in 0..2_000 {
            let mut book = ColumnBook::default();
            for _ in 0..next(8) {
                book.add(next(12) * 1000, 1, next(500));
            }
            let (low, payout, reach) = (next(12) * 1000, next(500), next(6) + 1);
            let with_bet = book.worst_with(low, payout, 1000, reach);
            book.add(low, 1, payout);
            assert_eq!(with_bet, book.worst(1000, reach), "{book:?} {low} {payout} {reach}");
        }
    }

    #[test]
    fn a_book_is_read_as_it_was_written() {
        let mut book = ColumnBook::default();
        book.add(5000, 100, 235);
        book.add(5000, 500, 1175);
        book.add(-7000, 1, 1);
        assert_eq!(ColumnBook::from_json(&book.to_json()), Some(book));
        assert_eq!(ColumnBook::from_json("[]"), Some(ColumnBook::default()));
        assert_eq!(ColumnBook::default().to_json(), "[]");
        assert_eq!(ColumnBook::from_json("[[2,1,1,1],[1,1,1,1]]"), None);
        assert_eq!(ColumnBook::from_json("{}"), None);
        assert_eq!(ColumnBook::from_json("[[1,2]]"), None);
    }

    #[test]
    fn a_calm_price_reaches_few_rows_and_a_broken_sigma_reaches_all() {
        assert_eq!(rows_within(6_000_000, 89_036, 5_000, 2_000), 7);
        assert!(rows_within(6_000_000, i64::MAX, 60_000, 1) > 1_000_000);
    }
}
