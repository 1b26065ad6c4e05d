//! The browser's module computes the same rates, run by node. A machine without node skips this loudly.

use crate::random::Chance;
use crate::{PRICE, grid};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};
use tap::domain::calibrator::Calibrator;
use tap::domain::pricing::{Crossing, RateInputs, price_cell, touch_probability};

const SEED: u64 = 5_826;

/// Runs the module on `rows`; what it says, and whether all were the same.
fn run(calibrator: &Value, rows: &Value) -> (bool, String) {
    let here = env!("CARGO_MANIFEST_DIR");
    let mut node = Command::new("node")
        .args([format!("{here}/tests/pricing_check.mjs"), format!("{here}/assets/pricing.js")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node was there a moment ago");
    let text = json!({"calibrator": calibrator, "rows": rows}).to_string();
    node.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("node reads its input");
    let output = node.wait_with_output().expect("node ends");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn has_node() -> bool {
    let asked = Command::new("node").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Cells of every kind, priced here.
fn priced_rows(chance: &mut Chance, count: usize, calibrator: &Calibrator) -> Value {
    let rows = (0..count).map(|_| row(&any_cell(chance), calibrator));
    Value::Array(rows.collect())
}

fn any_cell(chance: &mut Chance) -> RateInputs {
    let price = PRICE + chance.between(-3_000_000, 3_000_000);
    let low = price + chance.between(-15_000, 15_000);
    let from_ms = chance.between(-1_000, 120_000);
    RateInputs {
        price,
        low,
        high: low + chance.between(1, 5_000),
        from_ms,
        until_ms: from_ms.max(0) + chance.between(1, 20_000),
        sigma_ppb: chance.between(10_000, 800_000),
        edge_bp: chance.between(0, 1_200),
        crossing: if chance.below(2) == 0 { Crossing::Tick } else { Crossing::Segment },
    }
}

fn row(inputs: &RateInputs, calibrator: &Calibrator) -> Value {
    let priced = price_cell(inputs, calibrator);
    json!({
        "price": inputs.price, "low": inputs.low, "high": inputs.high,
        "from_ms": inputs.from_ms, "until_ms": inputs.until_ms, "sigma_ppb": inputs.sigma_ppb,
        "edge_bp": inputs.edge_bp, "crossing": inputs.crossing,
        "p_ppb": priced.p_ppb, "rate": priced.rate, "p": touch_probability(inputs, 1.0),
    })
}

#[test]
fn the_module_of_the_pages_computes_the_same_rates() {
    if !has_node() {
        testkit::skip("no node on this machine");
        return;
    }
    let vectors: Value =
        serde_json::from_str(include_str!("../../vectors/rates.json")).expect("a list of rows");
    let mut chance = Chance::new(SEED);
    let random = priced_rows(&mut chance, 1_500, &Calibrator::identity());
    let lifting = grid::lifting();
    let calibrated = priced_rows(&mut chance, 500, &lifting);
    let both_ways = lifting.clone().in_both_directions();
    let lowered = priced_rows(&mut chance, 500, &both_ways);
    let published = |calibrator: &Calibrator| serde_json::to_value(calibrator).expect("integers are JSON");
    for (calibrator, rows) in [
        (Value::Null, vectors),
        (Value::Null, random),
        (published(&lifting), calibrated),
        (published(&both_ways), lowered),
    ] {
        let (all_same, said) = run(&calibrator, &rows);
        assert!(all_same, "seed {SEED}: {said}");
    }
}

#[test]
fn a_vector_that_is_off_by_one_is_noticed() {
    if !has_node() {
        testkit::skip("no node on this machine");
        return;
    }
    let mut rows = priced_rows(&mut Chance::new(SEED), 3, &Calibrator::identity());
    rows[1]["p_ppb"] = json!(rows[1]["p_ppb"].as_i64().expect("a number") + 1);
    let (all_same, said) = run(&Value::Null, &rows);
    assert!(!all_same && said.contains("2 of 3 rows are the same"), "{said}");
}
