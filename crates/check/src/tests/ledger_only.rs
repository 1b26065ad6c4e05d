//! A stall without a row of its own is checked and dumped as a ledger, whatever other tables lie beside it.

use super::rush::ground::make_sound;
use super::{AUDITED, OF_BLOCKS, TAKEN_ONCE, check_file};
use crate::dump::write_rows;
use crate::source::{Source, Target};
use std::collections::BTreeSet;

const STALL: &str = "counter";
/// The claims about any ledger, in their order.
const LEDGER: [&str; 12] = [
    "each asset sums to zero",
    "every balance equals its transfers",
    "no floor and no ceiling is crossed",
    "the balances after every transfer follow from one another",
    "every transfer is well formed and between accounts of one asset",
    "every post and every void fits its pending transfer",
    "every pending transfer is posted or voided at most once",
    "the holds are exactly the open pending transfers",
    OF_BLOCKS[0],
    OF_BLOCKS[1],
    AUDITED,
    TAKEN_ONCE,
];

#[test]
fn a_stall_without_observers_is_checked_with_the_ledgers_claims_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = make_sound(folder.path());
    let results = check_file(STALL, &path);
    assert_eq!(results.iter().map(|result| result.name).collect::<Vec<_>>(), LEDGER);
    assert!(
        results.iter().all(|result| result.ok
            && (result.count > 0 || [OF_BLOCKS[1], AUDITED, TAKEN_ONCE].contains(&result.name))),
        "{results:#?}"
    );
    let of_rush = check_file("rush", &path);
    assert!(of_rush.len() > LEDGER.len() && of_rush.starts_with(&results), "{of_rush:#?}");
}

#[test]
fn a_broken_ledger_of_a_stall_without_observers_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = make_sound(folder.path());
    let conn = rusqlite::Connection::open(&path).unwrap();
    // The second is no business of a ledger.
    let sql = "DELETE FROM holds WHERE id = 5001; DELETE FROM bookings WHERE id = 5006";
    conn.execute_batch(sql).unwrap();
    let broken: Vec<_> = check_file(STALL, &path).into_iter().filter(|result| !result.ok).collect();
    assert_eq!(broken.iter().map(|result| result.name).collect::<Vec<_>>(), [LEDGER[7]]);
    assert_eq!(broken[0].detail, "1 wrong, first: pending transfer 5001 is open and has no hold");
}

#[test]
fn a_stall_without_a_row_is_dumped_as_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let path = make_sound(folder.path());
    let mut out = Vec::new();
    write_rows(STALL, &mut Source::open(&Target::Sqlite(path)).unwrap(), &mut out).unwrap();
    let word = |line: &[u8]| {
        let row: serde_json::Value = serde_json::from_slice(line).unwrap();
        row["type"].as_str().unwrap().to_owned()
    };
    let words: BTreeSet<String> =
        out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(word).collect();
    assert_eq!(words, ["account", "hold", "outbox_event", "transfer"].map(str::to_owned).into());
}
