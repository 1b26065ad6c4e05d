//! Numbers below the cursor that were not there when it passed them: taken by a transaction that commits later, or never.

/// A range of such numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    /// Its first number.
    pub first: i64,
    /// Its last number.
    pub last: i64,
    /// Whoever took one of them has a transaction number below this.
    pub horizon: i64,
}

/// What is left of `gap` when the `published` numbers, in ascending order, are taken out of it.
pub(super) fn without(gap: Gap, published: &[i64]) -> Vec<Gap> {
    let mut left = Vec::new();
    let mut next = gap.first;
    let from = published.partition_point(|seq| *seq < gap.first);
    for seq in published[from..].iter().copied().take_while(|seq| *seq <= gap.last) {
        if next < seq {
            left.push(Gap { first: next, last: seq - 1, ..gap });
        }
        next = seq + 1;
    }
    if next <= gap.last {
        left.push(Gap { first: next, ..gap });
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_published_is_taken_out_and_every_other_number_stays() {
        let gap = |first, last| Gap { first, last, horizon: 7 };
        assert_eq!(without(gap(3, 9), &[]), [gap(3, 9)]);
        assert_eq!(without(gap(3, 9), &[1, 2, 10, 11]), [gap(3, 9)]);
        assert_eq!(without(gap(3, 9), &[1, 3, 5, 6, 9, 12]), [gap(4, 4), gap(7, 8)]);
        assert_eq!(without(gap(3, 9), &[3, 4, 5, 6, 7, 8, 9]), []);
        assert_eq!(without(gap(3, 3), &[3]), []);
        assert_eq!(without(gap(5, 4), &[]), [], "a range of nothing");
    }
}
