//! From a probability to a rate: integers alone.

use super::{BASIS_POINTS, PPB};

/// The lowest rate, in hundredths: below it a bet is not worth a tap.
pub const RATE_MIN: u32 = 105;
/// The highest rate, in hundredths: 50 to 1.
pub const RATE_MAX: u32 = 5_000;
/// A fair price beyond this many hundredths is not offered, so that [`RATE_MAX`] never hides an edge above some 22 %.
const OFFERED_MAX: i128 = 6_000;

/// The rate in hundredths, `floor(100 (1 - edge) / p)`, for a probability in ppb and an edge in basis points.
/// `None`: not offered, for (1 - edge) / p is below 1.05 or above 60, or an argument is out of its range.
#[must_use]
pub fn rate(p_ppb: i64, edge_bp: i64) -> Option<u32> {
    if !(1..=PPB).contains(&p_ppb) || !(0..BASIS_POINTS).contains(&edge_bp) {
        return None;
    }
    let over = 100 * i128::from(BASIS_POINTS - edge_bp) * i128::from(PPB);
    let under = i128::from(BASIS_POINTS) * i128::from(p_ppb);
    if over < i128::from(RATE_MIN) * under || over > OFFERED_MAX * under {
        return None;
    }
    let hundredths = u32::try_from(over / under).ok()?;
    Some(hundredths.clamp(RATE_MIN, RATE_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_fair_price_less_the_edge_rounded_down() {
        for (p_ppb, edge_bp, expected) in [
            (400_000_000, 600, Some(235)),
            (433_154_321, 600, Some(217)),
            (500_000_000, 0, Some(200)),
            (500_000_000, 800, Some(184)),
            (333_333_333, 600, Some(282)),
            (20_000_000, 600, Some(4_700)),
        ] {
            assert_eq!(rate(p_ppb, edge_bp), expected, "{p_ppb} at {edge_bp}");
        }
    }

    #[test]
    fn a_cell_is_offered_between_1_05_and_60_and_pays_at_most_50() {
        for (p_ppb, expected) in [
            (895_238_095, Some(105)),
            (895_238_096, None),
            (15_666_666, None),
            (15_666_667, Some(RATE_MAX)),
            (18_800_000, Some(RATE_MAX)),
            (18_800_001, Some(4_999)),
        ] {
            assert_eq!(rate(p_ppb, 600), expected, "{p_ppb}");
        }
    }

    #[test]
    fn nonsense_is_not_offered() {
        for (p_ppb, edge_bp) in [
            (0, 600),
            (-1, 600),
            (PPB + 1, 0),
            (i64::MAX, 0),
            (i64::MIN, 0),
            (PPB / 2, -1),
            (PPB / 2, 10_000),
        ] {
            assert_eq!(rate(p_ppb, edge_bp), None);
        }
    }
}
