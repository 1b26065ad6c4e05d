//! Who agrees with whom: the median, and which values stand beside it.

use crate::domain::venue_update::PriceE8;

/// Half a percent, in millionths: further apart is not the same market.
const APART_PPM: i128 = 5_000;

/// What a live source says, in dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) slot: usize,
    pub(super) price: PriceE8,
}

/// The values that are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Agreement {
    pub(super) standing: Vec<Value>,
    /// Whether they are a quorum and more than half of all.
    pub(super) by_quorum: bool,
}

impl Agreement {
    pub(super) fn has(&self, slot: usize) -> bool {
        self.standing.iter().any(|value| value.slot == slot)
    }
}

/// Finds whom to believe; `last` is the index a moment ago.
pub(super) fn of(values: &[Value], last: Option<PriceE8>, quorum: usize) -> Agreement {
    let mut standing = values.to_vec();
    while let Some(outlier) = outlier(&standing, last) {
        standing.remove(outlier);
    }
    if standing.len() >= quorum && standing.len() * 2 > values.len() {
        return Agreement { standing, by_quorum: true };
    }
    // Too few to move the index: only what has not moved counts, and only if it is not contradictory itself.
    let stayed = |value: &&Value| last.is_some_and(|last| !are_apart(value.price, last));
    let standing: Vec<Value> = values.iter().filter(stayed).copied().collect();
    let standing = if outlier(&standing, last).is_some() { Vec::new() } else { standing };
    Agreement { standing, by_quorum: false }
}

/// The place of the value that least belongs to the others, if any stands apart from the median of the others. The one
/// farthest from all goes first: a wild value moves the others' medians, too. Of equals the one farther from the last
/// index goes, then the higher slot.
fn outlier(values: &[Value], last: Option<PriceE8>) -> Option<usize> {
    let middle = median(values)?;
    let is_apart = |at: &usize| {
        let others: Vec<Value> =
            values.iter().filter(|value| value.slot != values[*at].slot).copied().collect();
        median(&others).is_some_and(|median| are_apart(values[*at].price, median))
    };
    let strangeness = |at: &usize| {
        let price = values[*at].price;
        (price.abs_diff(middle), last.map_or(0, |last| price.abs_diff(last)), values[*at].slot)
    };
    (0..values.len()).filter(is_apart).max_by_key(strangeness)
}

/// Whether `price` is more than half a percent away from `from`.
fn are_apart(price: PriceE8, from: PriceE8) -> bool {
    i128::from(price.abs_diff(from)) * 1_000_000 > i128::from(from) * APART_PPM
}

/// The median; of an even number the mean of the two in the middle, rounded down.
pub(super) fn median(values: &[Value]) -> Option<PriceE8> {
    let mut prices: Vec<PriceE8> = values.iter().map(|value| value.price).collect();
    prices.sort_unstable();
    let middle = prices.len() / 2;
    match prices.len() {
        0 => None,
        len if len % 2 == 1 => Some(prices[middle]),
        _ => Some((prices[middle - 1] + prices[middle]) / 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(prices: &[PriceE8]) -> Vec<Value> {
        prices.iter().enumerate().map(|(slot, price)| Value { slot, price: *price }).collect()
    }

    fn check(prices: &[PriceE8], last: Option<PriceE8>, standing: &[PriceE8], by_quorum: bool) {
        let found = of(&values(prices), last, 2);
        let prices_left: Vec<PriceE8> = found.standing.iter().map(|value| value.price).collect();
        assert_eq!((prices_left.as_slice(), found.by_quorum), (standing, by_quorum), "{prices:?} {last:?}");
    }

    #[test]
    fn a_wild_value_does_not_take_the_honest_ones_with_it() {
        check(&[10_000, 10_000, 100_000], None, &[10_000, 10_000], true);
        check(&[100_000, 10_000, 10_001], None, &[10_000, 10_001], true);
        check(&[10_000, 1, 10_000], None, &[10_000, 10_000], true);
        check(&[10_000, 10_010, 10_020, 99_999, 1], None, &[10_000, 10_010, 10_020], true);
    }

    #[test]
    fn half_a_percent_exactly_still_agrees() {
        check(&[10_000, 10_050], None, &[10_000, 10_050], true);
        check(&[10_000, 10_051], None, &[], false);
    }

    #[test]
    fn of_two_that_disagree_the_one_that_stayed_stands_alone() {
        check(&[10_000, 100_000], Some(10_001), &[10_000], false);
        check(&[100_000, 10_000], Some(10_001), &[10_000], false);
        check(&[10_000, 100_000], None, &[], false);
        check(&[20_000, 100_000], Some(10_000), &[], false);
        check(&[9_970, 10_030], Some(10_000), &[], false);
    }

    #[test]
    fn half_of_the_sources_is_no_majority() {
        check(&[10_000, 10_000, 100_000, 100_000], None, &[], false);
        check(&[10_000, 10_000, 100_000, 100_000], Some(10_000), &[10_000, 10_000], false);
    }

    #[test]
    fn one_source_continues_an_index_but_begins_none() {
        check(&[10_000], None, &[], false);
        check(&[10_000], Some(10_010), &[10_000], false);
        check(&[10_000], Some(1_000), &[], false);
        check(&[], Some(1_000), &[], false);
    }

    #[test]
    fn the_median_of_two_is_rounded_down() {
        assert_eq!(median(&values(&[3, 4])), Some(3));
        assert_eq!(median(&values(&[9, 1, 5])), Some(5));
        assert_eq!(median(&[]), None);
    }
}
