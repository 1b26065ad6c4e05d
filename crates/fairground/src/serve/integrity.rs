//! The daily look at the books: every invariant of every open stall, from the raw tables, beside the running server. What is
//! wrong is told, loudly, and never corrected: that is an operator's decision.

use crate::config::{Config, keys};
use crate::tables;
use check::Target;
use kernel::{Clock, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use web::Closing;

/// When the day's check begins: 02:00 UTC, the quietest hour of most shops.
const FIRST_S: i64 = 2 * 3_600;
const HOUR_S: i64 = 3_600;

/// Checks until the server closes.
pub fn run(config: &Config, clock: &Arc<dyn Clock>, closing: Closing) -> impl Future<Output = ()> + use<> {
    let hours = config.get(&keys::CHECK_EVERY_H);
    let open = config.open_stalls().into_iter().map(|manifest| manifest.name);
    let targets = open.map(|stall| (stall, tables::target(config, stall))).collect();
    check_daily(hours, targets, Arc::clone(clock), closing)
}

async fn check_daily(
    hours: i64,
    targets: Vec<(&'static str, Target)>,
    clock: Arc<dyn Clock>,
    mut closing: Closing,
) {
    if hours == 0 {
        return closing.wait().await;
    }
    loop {
        let rest = until_next(clock.now(), hours * HOUR_S);
        tokio::select! {
            () = closing.wait() => return,
            () = tokio::time::sleep(rest) => {}
        }
        for (stall, target) in &targets {
            tokio::select! {
                () = closing.wait() => return,
                () = look(stall, target.clone()) => {}
            }
        }
    }
}

/// From `now` to the next moment that lies a multiple of `every_s` after 02:00 UTC.
fn until_next(now: Timestamp, every_s: i64) -> Duration {
    let since = (now.as_secs() - FIRST_S).rem_euclid(every_s);
    Duration::from_secs((every_s - since).unsigned_abs())
}

async fn look(stall: &'static str, target: Target) {
    let broken = match check::check(stall, target).await {
        Ok(lines) => {
            let broken: Vec<_> = lines.iter().filter(|line| !line.ok).map(ToString::to_string).collect();
            tracing::info!(stall, invariants = lines.len(), broken = broken.len(), "the books were checked");
            broken
        }
        Err(fault) => vec![fault.to_string()],
    };
    for line in &broken {
        tracing::error!(stall, %line, "an invariant does not hold; nothing was corrected");
    }
    metrics::counter!("integrity_drift_total", "stall" => stall).increment(broken.len() as u64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_at_two() {
        let at = |text| Timestamp::parse_rfc3339(text).expect("a moment");
        let hours = |text, every| until_next(at(text), every * HOUR_S).as_secs() as f64 / 3_600.0;
        assert_eq!(hours("2026-11-26T01:00:00Z", 24), 1.0);
        assert_eq!(hours("2026-11-26T02:00:00Z", 24), 24.0);
        assert_eq!(hours("2026-11-26T03:30:00Z", 24), 22.5);
        assert_eq!(hours("2026-11-26T03:30:00Z", 6), 4.5);
    }
}
