//! Writes the published vectors: `cargo run -p tap --example rate_vectors > crates/tap/vectors/rates.json`.
//! Run it only when a rule of pricing changes, and say so in the changelog: others have pinned these rows.

use std::io::Write as _;
use tap::domain::calibrator::Calibrator;
use tap::domain::pricing::{Crossing, Priced, RateInputs, price_cell};

const BOTH: [Crossing; 2] = [Crossing::Tick, Crossing::Segment];

/// The usual cell that the others vary: 60,000 dollars, 50 % a year, one row above the price.
const USUAL: RateInputs = RateInputs {
    price: 6_000_000,
    low: 6_001_000,
    high: 6_002_000,
    from_ms: 10_000,
    until_ms: 15_000,
    sigma_ppb: 89_036,
    edge_bp: 600,
    crossing: Crossing::Tick,
};

fn main() -> std::io::Result<()> {
    let rows: Vec<String> = all().iter().map(row).collect();
    std::io::stdout().lock().write_all(format!("[\n{}\n]\n", rows.join(",\n")).as_bytes())
}

fn row(inputs: &RateInputs) -> String {
    let Priced { p_ppb, rate } = price_cell(inputs, &Calibrator::identity());
    let RateInputs { price, low, high, from_ms, until_ms, sigma_ppb, edge_bp, crossing } = inputs;
    let (crossing, rate) = (crossing.as_str(), rate.map_or("null".to_owned(), |rate| rate.to_string()));
    format!(
        "{{\"price\":{price},\"low\":{low},\"high\":{high},\"from_ms\":{from_ms},\"until_ms\":{until_ms},\
         \"sigma_ppb\":{sigma_ppb},\"edge_bp\":{edge_bp},\"crossing\":\"{crossing}\",\"calibrator_version\":0,\
         \"p_ppb\":{p_ppb},\"rate\":{rate}}}"
    )
}

fn all() -> Vec<RateInputs> {
    let crossed = [golden(), columns_and_rows(), volatilities(), widths(), grace()].concat();
    let both = BOTH
        .into_iter()
        .flat_map(|crossing| crossed.iter().map(move |cell| RateInputs { crossing, ..*cell }));
    both.chain(edges()).chain(corners()).chain(unsound()).collect()
}

/// The band `rows` ten-dollar rows above the one that begins at the price.
fn at_row(rows: i64, from: RateInputs) -> RateInputs {
    let low = 6_000_000 + 1_000 * rows;
    RateInputs { low, high: low + 1_000, ..from }
}

fn golden() -> Vec<RateInputs> {
    let table = [
        (60_000, 60_010, 5_000, 10_000),
        (60_010, 60_020, 5_000, 10_000),
        (60_020, 60_030, 10_000, 15_000),
        (60_050, 60_060, 10_000, 15_000),
        (59_960, 59_970, 30_000, 35_000),
        (60_100, 60_110, 60_000, 65_000),
        (59_990, 60_000, 7_500, 12_500),
        (60_030, 60_035, 10_000, 15_000),
    ];
    let cell = |(low, high, from_ms, until_ms): (i64, i64, i64, i64)| RateInputs {
        low: low * 100,
        high: high * 100,
        from_ms,
        until_ms,
        ..USUAL
    };
    table.map(cell).to_vec()
}

fn columns_and_rows() -> Vec<RateInputs> {
    let columns = [5_001, 7_321, 28_750, 60_000, 119_999];
    let cell = |from_ms: i64, rows: i64| {
        let price = 6_000_437;
        at_row(rows, RateInputs { price, from_ms, until_ms: from_ms + 5_000, ..USUAL })
    };
    columns.iter().flat_map(|from_ms| [-11, -4, -1, 0, 1, 3, 7].map(|rows| cell(*from_ms, rows))).collect()
}

fn volatilities() -> Vec<RateInputs> {
    let sigmas = [1, 700, 26_711, 320_000, 712_290, 1_000_000_000];
    let cell = |sigma_ppb: i64, rows: i64| at_row(rows, RateInputs { price: 6_000_437, sigma_ppb, ..USUAL });
    sigmas.iter().flat_map(|sigma_ppb| [0, 2, -9].map(|rows| cell(*sigma_ppb, rows))).collect()
}

fn widths() -> Vec<RateInputs> {
    let widths = [1_000, 2_000, 10_000, 30_000, 60_000];
    let cell = |width_ms: i64, rows: i64| {
        let from_ms = 2 * width_ms - 333;
        at_row(rows, RateInputs { from_ms, until_ms: from_ms + width_ms, ..USUAL })
    };
    widths.iter().flat_map(|width_ms| [-1, 2].map(|rows| cell(*width_ms, rows))).collect()
}

fn grace() -> Vec<RateInputs> {
    let cell = |columns: i64| at_row(5, RateInputs { until_ms: 15_000 + 5_000 * columns, ..USUAL });
    [1, 2, 3].map(cell).to_vec()
}

fn edges() -> Vec<RateInputs> {
    let edges = [0, 1, 800, 1_000, 9_999];
    edges
        .iter()
        .flat_map(|edge_bp| [0, 1, 4, 6].map(|rows| at_row(rows, RateInputs { edge_bp: *edge_bp, ..USUAL })))
        .collect()
}

fn corners() -> Vec<RateInputs> {
    let open = RateInputs { from_ms: 0, until_ms: 5_000, ..USUAL };
    vec![
        open,
        RateInputs { crossing: Crossing::Segment, ..open },
        RateInputs { from_ms: -2_500, until_ms: 2_500, ..open },
        RateInputs { low: 5_998_000, high: 5_999_000, ..open },
        RateInputs { price: 6_001_000, ..open },
        RateInputs { price: 6_002_000, ..open },
        RateInputs { price: 6_000_999, ..open },
        RateInputs { from_ms: 1, until_ms: 2, ..USUAL },
        RateInputs { from_ms: 1, until_ms: 60_000, ..USUAL },
        RateInputs { price: 6_001_000, ..USUAL },
        RateInputs { price: 6_002_000, ..USUAL },
        RateInputs { price: 6_001_500, ..USUAL },
        RateInputs { from_ms: 86_395_000, until_ms: 86_400_000, ..USUAL },
        RateInputs { price: 1, low: 1, high: 2, sigma_ppb: 200_000_000, ..USUAL },
        RateInputs { price: 1_000_000_000, low: 999_990_000, high: 1_000_000_000, ..USUAL },
        RateInputs { price: 1_000_000_000, low: 1, high: 2, ..USUAL },
        RateInputs { price: 3_000, low: 3_100, high: 3_200, sigma_ppb: 9_000_000, ..USUAL },
        RateInputs { low: 1, high: 1_000_000_000, ..USUAL },
        RateInputs { price: 6_000_000, low: 6_003_370, high: 6_004_370, ..USUAL },
        RateInputs { price: 6_000_000, low: 6_006_100, high: 6_007_100, ..USUAL },
        RateInputs { price: 6_000_000, low: 6_006_120, high: 6_007_120, ..USUAL },
        RateInputs {
            price: 6_000_000,
            low: 5_993_000,
            high: 5_994_000,
            from_ms: 14_000,
            until_ms: 19_000,
            ..USUAL
        },
    ]
}

fn unsound() -> Vec<RateInputs> {
    vec![
        RateInputs { price: 0, ..USUAL },
        RateInputs { price: 1_000_000_001, ..USUAL },
        RateInputs { low: 0, ..USUAL },
        RateInputs { low: 6_002_000, ..USUAL },
        RateInputs { high: 1_000_000_001, ..USUAL },
        RateInputs { from_ms: 15_000, ..USUAL },
        RateInputs { from_ms: -5_000, until_ms: 0, ..USUAL },
        RateInputs { until_ms: 86_400_001, ..USUAL },
        RateInputs { sigma_ppb: 0, ..USUAL },
        RateInputs { edge_bp: 10_000, ..USUAL },
    ]
}
