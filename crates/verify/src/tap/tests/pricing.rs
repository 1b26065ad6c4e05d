//! Our own pricing against what is known.

use super::sample::Sample;
use crate::tap::normal::{below, erfc};
use crate::tap::proof::{Crossing, Quote};
use crate::tap::quote::rate;
use crate::tap::touch::{p_star_ppb, touch};

fn quote(from_ms: i64, until_ms: i64, crossing: Crossing) -> Quote {
    Quote { price: 6_000_000, sigma_ppb: 89_036, from_ms, until_ms, crossing, ..Sample::won().proof().quote }
}

#[test]
fn the_error_function_is_the_known_one() {
    for (x, known) in [
        (0.0, 1.0),
        (0.5, 0.479_500_122_186_953_5),
        (1.0, 0.157_299_207_050_285_13),
        (2.0, 4.677_734_981_047_266e-3),
        (3.0, 2.209_049_699_858_544e-5),
        (-1.0, 1.842_700_792_949_715),
        (-3.0, 1.999_977_909_503_001_4),
        (6.0, 2.151_973_671_249_891_3e-17),
    ] {
        assert!(
            (erfc(x) - known).abs() < 1e-14 && (erfc(x) / known - 1.0).abs() < 1e-12,
            "erfc({x}) {}",
            erfc(x)
        );
    }
    // Where series and fraction meet, and far out, where nothing may be infinite.
    assert!((erfc(2.0) - erfc(2.0 + 1e-15)).abs() < 1e-15);
    assert_eq!((below(40.0), below(-40.0)), (1.0, 0.0));
    assert!((below(1.96) - 0.975_002_104_851_779_5).abs() < 1e-14);
}

/// The table of the specification: closed form and Monte Carlo of 400,000 paths.
#[test]
fn the_golden_table_comes_out() {
    for (low, high, from_ms, until_ms, continuous, on_ticks) in [
        (60_000, 60_010, 5_000, 10_000, 0.6733, 0.6400),
        (60_010, 60_020, 5_000, 10_000, 0.4632, 0.4332),
        (60_020, 60_030, 10_000, 15_000, 0.2674, 0.2481),
        (60_050, 60_060, 10_000, 15_000, 0.0152, 0.0134),
        (59_960, 59_970, 30_000, 35_000, 0.1983, 0.1851),
        (60_100, 60_110, 60_000, 65_000, 0.0136, 0.0126),
        (59_990, 60_000, 7_500, 12_500, 0.6042, 0.5722),
        (60_030, 60_035, 10_000, 15_000, 0.1261, 0.1143),
    ] {
        let band = (low * 100, high * 100);
        for (crossing, known) in [(Crossing::Segment, continuous), (Crossing::Tick, on_ticks)] {
            let p = touch(&quote(from_ms, until_ms, crossing), band, 1.0);
            assert!((p - known).abs() < 1e-4, "{low} {from_ms} {crossing:?}: {p} not {known}");
        }
    }
}

/// As the window's start comes near, only reaching the near edge is left: 2 P(Z > distance / deviation).
#[test]
fn an_open_window_is_a_plain_one_touch() {
    let p = touch(&quote(1, 9_000, Crossing::Segment), (6_003_000, 6_004_000), 1.0);
    let plain = 2.0 * below(-(6_003_000_f64 / 6_000_000.0).ln() / (89_036e-9 * 3.0));
    assert!((p - plain).abs() < 1e-8, "{p} {plain}");
}

#[test]
fn a_wider_band_is_likelier_and_a_probability_is_one() {
    let mut before = 0.0;
    for width in (1_000..60_000).step_by(5_000) {
        let p = touch(&quote(8_000, 13_000, Crossing::Tick), (6_002_000, 6_002_000 + width), 1.0);
        assert!((before..=1.0).contains(&p), "{width}: {p}");
        before = p;
    }
}

/// The corners of what a file may hold: finite, and soon done.
#[test]
fn the_wildest_quote_that_can_be_read_has_a_probability() {
    for sigma_ppb in [1, 1_000, 1_000_000_000] {
        for (from_ms, until_ms) in [(1, 2), (1, 86_400_000), (86_399_999, 86_400_000)] {
            for (low, high) in
                [(1, 2), (1, 1_000_000_000), (999_999_999, 1_000_000_000), (5_999_999, 6_000_000)]
            {
                for crossing in [Crossing::Tick, Crossing::Segment] {
                    let quote = Quote { sigma_ppb, ..quote(from_ms, until_ms, crossing) };
                    let p = p_star_ppb(&quote, low, high);
                    assert!((0..=1_000_000_000).contains(&p), "{sigma_ppb} {from_ms} {low} {high}: {p}");
                }
            }
        }
    }
}

#[test]
fn a_rate_is_rounded_down_and_a_cell_is_offered_between_1_05_and_60() {
    for (p_ppb, edge_bp, expected) in [
        (400_000_000, 600, Some(235)),
        (433_154_321, 600, Some(217)),
        (500_000_000, 0, Some(200)),
        (895_238_095, 600, Some(105)),
        (895_238_096, 600, None),
        (15_666_666, 600, None),
        (15_666_667, 600, Some(5_000)),
        (18_800_001, 600, Some(4_999)),
        (1, 9_999, None),
    ] {
        let quote = Quote { p_ppb, edge_bp, ..quote(8_000, 13_000, Crossing::Tick) };
        assert_eq!(rate(&quote), expected, "{p_ppb} at {edge_bp}");
    }
}

/// A row of the golden vectors that server and browser are tested with.
#[derive(serde::Deserialize)]
struct Row {
    price: i64,
    low: i64,
    high: i64,
    from_ms: i64,
    until_ms: i64,
    sigma_ppb: i64,
    edge_bp: i64,
    crossing: Crossing,
    calibrator_version: i64,
    p_ppb: i64,
    rate: Option<i64>,
}

impl Row {
    fn is_readable(&self) -> bool {
        let window = 0 < self.from_ms && self.from_ms < self.until_ms && self.until_ms <= 86_400_000;
        let band = 0 < self.low && self.low < self.high && self.high <= 1_000_000_000;
        let market =
            (1..=1_000_000_000).contains(&self.price) && (1..=1_000_000_000).contains(&self.sigma_ppb);
        window && band && market && (0..10_000).contains(&self.edge_bp)
    }
}

/// Nothing but numbers is shared: the rows are read, the method is ours.
#[test]
fn the_servers_golden_vectors_come_out_within_the_tolerance() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tap/vectors/rates.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("not run: there are no vectors at {}", file.display());
        return;
    };
    let rows: Vec<Row> = serde_json::from_str(&text).unwrap();
    // No bet is placed on a window that is open, and no proof holds numbers outside their ranges.
    let ahead = rows.iter().filter(|row| row.calibrator_version == 0 && row.is_readable());
    let mut seen = 0;
    for row in ahead {
        let base = quote(row.from_ms, row.until_ms, row.crossing);
        let own = Quote { price: row.price, sigma_ppb: row.sigma_ppb, edge_bp: row.edge_bp, ..base };
        let p_ppb = p_star_ppb(&own, row.low, row.high);
        assert!((p_ppb - row.p_ppb).abs() <= 1, "{p_ppb} not {}", row.p_ppb);
        let published = Quote { p_ppb: row.p_ppb, ..own };
        assert_eq!(rate(&published), row.rate.filter(|rate| *rate > 0));
        seen += 1;
    }
    assert!(seen >= 100, "only {seen} rows");
}
