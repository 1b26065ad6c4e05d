//! Rush under kill -9: no booking that was acknowledged is lost, none is made twice.

mod buyer;
mod journal;
mod round;
mod shop;

use round::{Counts, End, Run};
use tempfile::TempDir;

/// So few locators are kept in memory that they are moved into their tree all the time.
fn settings(folder: &TempDir) -> String {
    let path = folder.path().join("rush.toml");
    std::fs::write(&path, "[store]\nnewest_locators = 300\n").expect("a fresh folder can be written");
    path.display().to_string()
}

#[test]
fn crash_on_sqlite() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    let config = settings(&folder);
    kill_and_check(&["--data", &data, "--config", &config], crate::rounds());
}

#[test]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
fn crash_on_postgres() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let Some(database) = runtime.block_on(testkit::FreshDatabase::create()) else { return };
    kill_and_check(&["--database", &database.url()], crate::rounds_on_postgres());
}

#[test]
fn no_crash_but_a_polite_end_under_load_loses_nothing() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().join("data").display().to_string();
    let mut run = Run::begin(&["--data", &data], crate::fresh_seed());
    // Round 4 would begin with a second kill; these end before it.
    for round in 1..=3 {
        eprintln!("polite end {round}: {}", run.round(round, End::Asked));
    }
    run.verify_everything();
}

fn kill_and_check(database: &[&str], rounds: u64) {
    let mut run = Run::begin(database, crate::seed());
    let mut total = Counts::default();
    for round in 1..=rounds {
        let counts = run.round(round, End::Killed);
        eprintln!("{} round {round}: {counts}", database[0]);
        total.add(&counts);
    }
    let remembered = run.verify_everything();
    eprintln!("crash test: {rounds} rounds, {total}; at the end all {remembered} bookings were as promised");
    let met = [total.reserves.acknowledged, total.confirmed, total.cancelled];
    assert!(
        met.iter().all(|count| *count > 0),
        "a crash test that never paid or released proves little: {total}"
    );
}
