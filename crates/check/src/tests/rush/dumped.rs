//! The dump: every row, none of the secrets.

use super::ground::make_sound;
use crate::dump::write_rows;
use crate::source::{Source, Target};
use serde_json::Value;

#[test]
fn every_row_of_the_ledger_and_of_rush_is_dumped_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let path = make_sound(folder.path());
    let mut out = Vec::new();
    let written = write_rows("rush", &mut Source::open(&Target::Sqlite(path)).unwrap(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |word: &str| rows.iter().filter(|row| row["type"] == word).count();
    assert_eq!(rows.len() as u64, written);
    assert_eq!((count("account"), count("transfer"), count("hold"), count("booking")), (8, 17, 1, 6));
    assert!(text.lines().all(|line| line.starts_with("{\"type\":\"")), "the type comes first");
    assert!(!text.contains("request_hash"), "a hash of what somebody sent is nobody's business");
    let late = rows.iter().find(|row| row["type"] == "booking" && row["id"] == 5004).unwrap();
    assert_eq!((&late["quantity"], &late["status"]), (&Value::from(1), &Value::from("confirmed")));
    assert_eq!(late["acknowledged"], Value::from(false));
}
