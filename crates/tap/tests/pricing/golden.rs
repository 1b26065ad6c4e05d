//! The closed form against the golden table, the independent integral, its limits and its symmetries.

use crate::{SIGMA_50, cell, oracle};
use tap::domain::calibrator::Calibrator;
use tap::domain::pricing::normal::cdf;
use tap::domain::pricing::{Crossing, Priced, RateInputs, price_cell, touch_probability};

/// A row of the table: bounds in dollars, window in milliseconds, P continuous, P with the discrete shift.
pub type Row = (i64, i64, i64, i64, f64, f64);

/// The price is 60,000 dollars, the volatility 50 % a year.
pub const TABLE: [Row; 8] = [
    (60_000, 60_010, 5_000, 10_000, 0.6733, 0.6400),
    (60_010, 60_020, 5_000, 10_000, 0.4632, 0.4332),
    (60_020, 60_030, 10_000, 15_000, 0.2674, 0.2481),
    (60_050, 60_060, 10_000, 15_000, 0.0152, 0.0134),
    (59_960, 59_970, 30_000, 35_000, 0.1983, 0.1851),
    (60_100, 60_110, 60_000, 65_000, 0.0136, 0.0126),
    (59_990, 60_000, 7_500, 12_500, 0.6042, 0.5722),
    (60_030, 60_035, 10_000, 15_000, 0.1261, 0.1143),
];

const BOTH: [Crossing; 2] = [Crossing::Tick, Crossing::Segment];

fn p(inputs: &RateInputs) -> f64 {
    touch_probability(inputs, 1.0)
}

#[test]
fn the_closed_form_is_the_golden_table() {
    for (low, high, from, until, continuous, with_shift) in TABLE {
        for (crossing, expected) in [(Crossing::Segment, continuous), (Crossing::Tick, with_shift)] {
            let ours = p(&cell(low, high, from, until, crossing));
            assert!((ours - expected).abs() <= 1e-4, "{low}-{high} {crossing:?}: {ours} not {expected}");
        }
    }
}

#[test]
fn the_closed_form_is_the_integral_to_1e_12() {
    for (low, high, from, until, ..) in TABLE {
        for crossing in BOTH {
            let inputs = cell(low, high, from, until, crossing);
            for factor in [0.85, 1.0, 1.25] {
                let (ours, integral) = (touch_probability(&inputs, factor), oracle::touch(&inputs, factor));
                assert!((ours - integral).abs() < 1e-12, "{inputs:?}: {ours} not {integral}");
            }
        }
    }
}

#[test]
fn as_the_window_opens_it_becomes_a_plain_one_touch() {
    for (low, high) in [(60_010, 60_020), (59_950, 59_990)] {
        let open = cell(low, high, 0, 5_000, Crossing::Segment);
        let edge = if low > 60_000 { low } else { high };
        let distance = (edge as f64 / 60_000.0).ln().abs();
        let expected = 2.0 * cdf(-distance / (89_036e-9 * 5.0_f64.sqrt()));
        assert!((p(&open) - expected).abs() < 1e-12);
        for crossing in BOTH {
            let at = |from_ms: i64| p(&RateInputs { from_ms, crossing, ..open });
            assert!((at(1) - at(0)).abs() < 2e-3, "{} {}", at(1), at(0));
            assert_eq!(at(-3_000), at(0), "of an open window only the rest counts");
        }
    }
}

#[test]
fn a_price_in_the_band_of_an_open_window_is_certain_and_never_offered() {
    for (low, high) in [(60_000, 60_010), (59_990, 60_000), (59_995, 60_005)] {
        let inputs = cell(low, high, 0, 5_000, Crossing::Tick);
        assert_eq!(price_cell(&inputs, &Calibrator::identity()), Priced { p_ppb: 1_000_000_000, rate: None });
    }
}

#[test]
fn a_wider_band_is_touched_more_often() {
    for crossing in BOTH {
        for (from, until) in [(5_000, 10_000), (60_000, 65_000), (0, 5_000)] {
            let at = |low, high| p(&cell(low, high, from, until, crossing));
            let up: Vec<f64> = (1..40).map(|n| at(60_010, 60_010 + 5 * n)).collect();
            let both: Vec<f64> = (1..40).map(|n| at(60_000 - 5 * n, 60_000 + 5 * n)).collect();
            for widths in [up, both] {
                assert!(widths.windows(2).all(|pair| pair[0] <= pair[1] + 1e-15), "{crossing:?} {widths:?}");
            }
        }
    }
}

/// Bands that lie on a logarithmic scale as mirror images: [x, 2x] and [x/4, x/2] around x.
#[test]
fn mirrored_bands_have_the_same_probability() {
    for crossing in BOTH {
        for (from_ms, until_ms, sigma_ppb) in [(5_000, 10_000, 300_000_000), (60_000, 65_000, 90_000_000)] {
            let up = RateInputs { from_ms, until_ms, sigma_ppb, ..cell(1, 2, 1, 2, crossing) };
            let up = RateInputs { price: 40_000, low: 80_000, high: 160_000, ..up };
            let down = RateInputs { low: 10_000, high: 20_000, ..up };
            assert!((p(&up) - p(&down)).abs() < 1e-15 && p(&up) > 0.001, "{} {}", p(&up), p(&down));
        }
    }
}

#[test]
fn a_probability_never_leaves_the_unit_interval() {
    for crossing in BOTH {
        for sigma_ppb in [1, 100, 26_711, SIGMA_50, 712_290, 1_000_000_000] {
            for (from, until) in
                [(1, 2), (1, 60_000), (5_000, 10_000), (115_000, 120_000), (86_399_999, 86_400_000)]
            {
                for dollars in [1, 30_000, 59_990, 60_000, 60_010, 61_000, 9_000_000] {
                    let inputs = cell(dollars, dollars + 10, from, until, crossing);
                    let probability = p(&RateInputs { sigma_ppb, ..inputs });
                    assert!((0.0..=1.0).contains(&probability), "{inputs:?} {sigma_ppb}: {probability}");
                }
            }
        }
    }
}

#[test]
fn a_band_that_holds_all_prices_is_touched_for_certain() {
    let inputs = RateInputs { low: 1, high: 1_000_000_000, ..cell(0, 0, 5_000, 10_000, Crossing::Segment) };
    assert!((p(&inputs) - 1.0).abs() < 1e-15);
}

#[test]
fn ticks_see_less_than_the_continuous_price() {
    for (low, high, from, until, ..) in TABLE {
        let [tick, segment] = BOTH.map(|crossing| p(&cell(low, high, from, until, crossing)));
        let overstated = segment / tick - 1.0;
        assert!((0.04..0.15).contains(&overstated), "{low}-{high}: {overstated}");
    }
}

/// Model risk: out of the money the higher volatility decides, at the money the lower one.
#[test]
fn the_quoted_probability_is_the_worst_of_three_volatilities() {
    for (low, high, from, until, ..) in TABLE {
        let inputs = cell(low, high, from, until, Crossing::Tick);
        let quoted = price_cell(&inputs, &Calibrator::identity()).p_ppb;
        let worst = [0.85, 1.0, 1.25]
            .map(|factor| touch_probability(&inputs, factor))
            .into_iter()
            .fold(0.0, f64::max);
        assert!((quoted as f64 - worst * 1e9).abs() <= 0.5 + 1e-6);
    }
    let at = |low, factor| touch_probability(&cell(low, low + 10, 10_000, 15_000, Crossing::Tick), factor);
    assert!(at(60_050, 1.25) > at(60_050, 1.0) && at(60_000, 0.85) > at(60_000, 1.0));
}

#[test]
fn columns_of_grace_only_lengthen_the_window() {
    let graced = |columns: i64| {
        let inputs = cell(60_030, 60_040, 10_000, 15_000 + 5_000 * columns, Crossing::Tick);
        (p(&inputs) - oracle::touch(&inputs, 1.0)).abs() < 1e-12 && p(&inputs) > 0.0
    };
    assert!((0..=3).all(graced));
    let at = |until| p(&cell(60_030, 60_040, 10_000, until, Crossing::Tick));
    assert!(at(15_000) < at(20_000) && at(20_000) < at(30_000));
}

#[test]
fn unsound_inputs_are_not_offered() {
    let sound = cell(60_010, 60_020, 5_000, 10_000, Crossing::Tick);
    assert!(price_cell(&sound, &Calibrator::identity()).rate.is_some());
    for broken in [
        RateInputs { price: 0, ..sound },
        RateInputs { price: i64::MAX, ..sound },
        RateInputs { low: 0, ..sound },
        RateInputs { low: sound.high, ..sound },
        RateInputs { high: i64::MAX, ..sound },
        RateInputs { from_ms: sound.until_ms, ..sound },
        RateInputs { from_ms: i64::MIN, ..sound },
        RateInputs { until_ms: 0, from_ms: -5_000, ..sound },
        RateInputs { until_ms: i64::MAX, ..sound },
        RateInputs { sigma_ppb: 0, ..sound },
        RateInputs { sigma_ppb: i64::MAX, ..sound },
        RateInputs { edge_bp: -1, ..sound },
        RateInputs { edge_bp: 10_000, ..sound },
    ] {
        assert_eq!(price_cell(&broken, &Calibrator::identity()), Priced::UNSOUND, "{broken:?}");
    }
}
