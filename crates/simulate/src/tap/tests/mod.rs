//! A short world, played twice and judged; outages; recordings.

mod calibrated;
mod recorded;
mod synthetic;

use super::args::{Plan, Strategy};

/// Three minutes of forty players who need not wait long for the first quote; without optimisation a minute takes seconds.
fn plan(seed: u64) -> Plan {
    Plan {
        seed,
        hours: 0.05,
        volatility: 50.0,
        players: 40,
        strategy: Strategy::Near,
        recording: None,
        outages_per_hour: 0,
        tolerance_percent: Some(10),
        rhythm_ms: 100,
        delay_ms: 300,
        strays: false,
        is_calibrated: false,
        warm_up_s: 20,
        recovery_s: 5,
    }
}

/// Every invariant of the books, and that there were some.
async fn assert_books(target: check::Target) {
    let lines = check::check("tap", target).await.expect("a database that can be read");
    assert!(lines.len() > 15);
    assert_eq!(
        lines.iter().filter(|line| !line.ok).map(ToString::to_string).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
}
