//! Recorded frames and trades from begin to end: adapter, market, lattice, evidence, proofs. The recordings are not part of the
//! project; a test that lacks them says so.

use super::super::run::play;
use super::{Plan, assert_books, plan};
use std::path::PathBuf;

const FRAMES: &str = "binance_spot_btcusdt_raw_ws_20240808.gz";
const TRADES: &str = "binance_spot_btcusdt_trades_20240808_09.csv";
/// Names another folder with recordings.
const FOLDER_VARIABLE: &str = "FAIRGROUND_RECORDINGS";

fn recorded(name: &str) -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = ["../../../shared/data/btc", "../../../../shared/data/btc"].map(|folder| here.join(folder));
    let folders =
        std::env::var_os(FOLDER_VARIABLE).map_or(beside.to_vec(), |named| vec![PathBuf::from(named)]);
    let found = folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        testkit::skip(&format!("no recording {name}; {FOLDER_VARIABLE} names a folder"));
    }
    found
}

async fn replay(name: &str, hours: f64) {
    let Some(path) = recorded(name) else { return };
    let plan = Plan { recording: Some(path), hours, ..plan(1) };
    let folder = tempfile::tempdir().unwrap();
    let (report, target) = play(&plan, folder.path()).await.unwrap();
    assert_books(target).await;
    assert_eq!(report.proofs.failed, Vec::<String>::new());
    assert!(report.bets > 300, "{} bets, refused {:?}", report.bets, report.refused);
    assert!(report.proofs.hold["won"] >= 10 && report.proofs.hold["lost"] >= 10, "{:?}", report.proofs);
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_frames_are_bet_on_and_settled() {
    replay(FRAMES, 1.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_trades_are_bet_on_and_settled() {
    replay(TRADES, 0.05).await;
}
