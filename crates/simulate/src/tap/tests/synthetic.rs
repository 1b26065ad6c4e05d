//! Synthetic prices: the same seed is the same world, and whatever happens in it the books and the proofs hold.

use super::super::args::Strategy;
use super::super::report::Report;
use super::super::run::play;
use super::{assert_books, plan};
use std::collections::BTreeMap;

/// What of a report must be the same: bets, how many, stakes and payouts, refusals by code.
type Repeatable = (String, u64, Option<(i64, i64)>, BTreeMap<&'static str, u64>);

fn repeatable(report: &Report) -> Repeatable {
    let sums = report.house.as_ref().map(|sums| (sums.stakes, sums.payouts));
    (report.fingerprint.clone(), report.bets, sums, report.refused.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_bets_outcomes_and_margin() {
    let plan = plan(7);
    let mut both = Vec::new();
    for _ in 0..2 {
        let folder = tempfile::tempdir().unwrap();
        let (report, target) = play(&plan, folder.path()).await.unwrap();
        assert_books(target).await;
        assert_eq!(report.proofs.failed, Vec::<String>::new());
        both.push(report);
    }
    assert_eq!(repeatable(&both[0]), repeatable(&both[1]));
    let report = &both[0];
    assert!(report.bets > 500, "{} bets", report.bets);
    assert!(report.proofs.hold["won"] >= 10 && report.proofs.hold["lost"] >= 10, "{:?}", report.proofs);
    assert!(report.outcomes["void"] == 0 && report.buckets.len() > 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_in_a_silence_are_void_and_their_proofs_hold() {
    let plan = super::Plan { outages_per_hour: 60, strategy: Strategy::Even, ..plan(3) };
    let folder = tempfile::tempdir().unwrap();
    let (report, target) = play(&plan, folder.path()).await.unwrap();
    assert_books(target).await;
    assert_eq!(report.proofs.failed, Vec::<String>::new());
    assert!(
        ["won", "lost", "void"].iter().all(|outcome| report.proofs.hold[outcome] >= 10),
        "{:?}",
        report.proofs
    );
    assert!(report.refunds > 0);
}
