//! The published vectors: 200 rows that every implementation must reproduce.

use crate::oracle;
use serde::Deserialize;
use tap::domain::calibrator::Calibrator;
use tap::domain::pricing::{Crossing, Priced, RateInputs, price_cell};

/// A row of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    price: i64,
    low: i64,
    high: i64,
    from_ms: i64,
    until_ms: i64,
    sigma_ppb: i64,
    edge_bp: i64,
    crossing: Crossing,
    calibrator_version: u32,
    p_ppb: i64,
    rate: Option<u32>,
}

impl Row {
    fn inputs(&self) -> RateInputs {
        let Self { price, low, high, from_ms, until_ms, sigma_ppb, edge_bp, crossing, .. } = *self;
        RateInputs { price, low, high, from_ms, until_ms, sigma_ppb, edge_bp, crossing }
    }
}

fn rows() -> Vec<Row> {
    serde_json::from_str(include_str!("../../vectors/rates.json")).expect("a list of rows")
}

#[test]
fn the_published_vectors_come_out_to_the_last_digit() {
    let rows = rows();
    assert_eq!(rows.len(), 200);
    for row in rows {
        assert_eq!(row.calibrator_version, 0);
        let expected = Priced { p_ppb: row.p_ppb, rate: row.rate };
        assert_eq!(price_cell(&row.inputs(), &Calibrator::identity()), expected, "{row:?}");
    }
}

/// The file was written by the pricer; this says that it is right.
#[test]
fn the_published_vectors_agree_with_the_independent_integral() {
    for row in rows() {
        let inputs = row.inputs();
        if !inputs.are_sound() {
            assert_eq!((row.p_ppb, row.rate), (1_000_000_000, None), "{row:?}");
            continue;
        }
        let worst =
            [0.85, 1.0, 1.25].map(|factor| oracle::touch(&inputs, factor)).into_iter().fold(0.0, f64::max);
        assert!((row.p_ppb as f64 - worst * 1e9).abs() < 0.501, "{row:?}: {worst}");
        assert_eq!(row.rate, rate_in_plain_words(&row), "{row:?}");
    }
}

/// The rate from `p_ppb`, written down again from the specification.
fn rate_in_plain_words(row: &Row) -> Option<u32> {
    if row.p_ppb == 0 {
        return None;
    }
    let kept = u128::try_from(10_000 - row.edge_bp).expect("an edge below all");
    // Millionths of the fair price, so that the bounds are compared without rounding the rate first.
    let (over, under) = (kept * 1_000_000_000, 10_000 * u128::try_from(row.p_ppb).expect("above 0"));
    let is_offered = over * 100 >= 105 * under && over <= 60 * under;
    is_offered.then(|| u32::try_from((over * 100 / under).clamp(105, 5_000)).expect("at most 5000"))
}

#[test]
fn the_vectors_cover_the_whole_range() {
    let rows = rows();
    let count = |which: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| which(row)).count();
    let inside = |row: &Row| row.low <= row.price && row.price <= row.high;
    for (what, found, least) in [
        ("ticks", count(&|row| row.crossing == Crossing::Tick), 70),
        ("segments", count(&|row| row.crossing == Crossing::Segment), 70),
        ("offered", count(&|row| row.rate.is_some()), 100),
        ("not offered", count(&|row| row.rate.is_none()), 30),
        ("capped", count(&|row| row.rate == Some(5_000)), 2),
        ("in the band", count(&|row| inside(row)), 20),
        ("above the price", count(&|row| row.low > row.price), 40),
        ("below the price", count(&|row| row.high < row.price), 20),
        ("on a line", count(&|row| row.low == row.price || row.high == row.price), 4),
        ("far columns", count(&|row| row.from_ms >= 60_000), 20),
        ("open windows", count(&|row| row.from_ms <= 0), 6),
        ("tiny volatility", count(&|row| row.sigma_ppb < 1_000), 4),
        ("huge volatility", count(&|row| row.sigma_ppb > 700_000), 4),
        ("other edges", count(&|row| row.edge_bp != 600), 15),
        ("unsound", count(&|row| !row.inputs().are_sound()), 10),
    ] {
        assert!(found >= least, "{what}: {found}, at least {least}");
    }
}
