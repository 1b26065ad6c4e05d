//! A calibrator that is in force: quotes say its version, it only ever raises probabilities, and proofs of its bets hold.

use super::super::run::DATABASE;
use super::super::world::World;
use super::super::{proofs, tally};
use super::plan;
use std::sync::Arc;
use tap::domain::calibrator::{Calibrator, Key, Observation};
use tap::domain::pricing::PPB;

/// Every second cell of every bucket was touched, whatever was predicted.
fn pessimist() -> Calibrator {
    let of_bucket = |(moneyness, ahead)| {
        (0..1_000).map(move |at| Observation {
            key: Key { moneyness, ahead },
            predicted_ppb: at % 10 * (PPB / 10),
            touched: at % 2 == 0,
        })
    };
    let keys = (0..6).flat_map(|moneyness| (0..5).map(move |ahead| (moneyness, ahead)));
    Calibrator::fit(3, &keys.flat_map(of_bucket).collect::<Vec<_>>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calibrator_that_is_published_prices_the_next_quote_and_its_proofs_hold() {
    let folder = tempfile::tempdir().unwrap();
    let plan = super::Plan { hours: 0.01, ..plan(5) };
    let mut world = World::open(&plan, &folder.path().join(DATABASE)).await.unwrap();
    world.app.calibrator.store(Arc::new(pessimist()));
    let played = world.play().await.unwrap();
    assert!(played.bets.len() > 50, "{} bets", played.bets.len());
    // Half of the billion, less a rounding of pooled means.
    assert!(played.bets.iter().all(|bet| bet.p_ppb >= PPB / 2 - 1 && bet.p_ppb >= bet.at_quote_ppb));
    assert!(world.app.market_state.view().snapshots.iter().all(|quote| quote.facts.calibrator_version == 3));
    let bets = tally::decided(&world.app, &played.bets).await.unwrap();
    let verified = proofs::verify_sample(&world.app, &bets).await.unwrap();
    assert_eq!(verified.failed, Vec::<String>::new());
    assert!(verified.hold.values().sum::<u64>() >= 20, "{verified:?}");
}
