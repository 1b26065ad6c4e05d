//! Tap under kill -9: between a tap and its payout the process ends, at drawn moments and at every point that it has a name
//! for; no bet that was acknowledged is lost, none is made twice, each is decided once and paid once.

mod audit;
mod bettor;
mod journal;
mod points;
mod round;
mod table;

use crate::counts::Counts;
use points::Points;
use round::{End, Run};
use tempfile::TempDir;

/// Short columns and short waits, so that a round sees its bets decided; Tap alone, and as many taps as come.
const SETTINGS: &str = r#"
stalls = "tap"
[http]
rate_limit_factor = 0
[store]
newest_locators = 300
[tap]
width_ms = 1000
warm_up_s = 1
recovery_s = 1
repair_s = 2
"#;

/// A folder with the configuration, and room for a database.
fn folder() -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let config = folder.path().join("tap.toml");
    std::fs::write(&config, SETTINGS).expect("a fresh folder can be written");
    let config = config.display().to_string();
    (folder, config)
}

#[test]
fn crash_at_drawn_moments_on_sqlite() {
    let (folder, config) = folder();
    let data = folder.path().join("data").display().to_string();
    run(&["--config", &config, "--data", &data], crate::seed(), Points::drawn(crate::rounds()));
}

#[test]
fn crash_at_every_named_point_on_sqlite() {
    let (folder, config) = folder();
    let data = folder.path().join("data").display().to_string();
    run(&["--config", &config, "--data", &data], crate::seed(), Points::named());
}

#[test]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
fn crash_at_some_named_points_on_postgres() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let Some(database) = runtime.block_on(testkit::FreshDatabase::create()) else { return };
    let (_folder, config) = folder();
    let rounds = usize::try_from(crate::rounds_on_postgres()).expect("rounds are few");
    let seed = crate::seed();
    let points = Points::of_money(rounds, seed);
    run(&["--config", &config, "--database", &database.url()], seed, points);
}

#[test]
fn no_crash_but_a_polite_end_under_load_keeps_every_tap() {
    let (folder, config) = folder();
    let data = folder.path().join("data").display().to_string();
    run(&["--config", &config, "--data", &data], crate::seed(), [End::Asked, End::Asked].into_iter());
}

/// One round an end, then the last audit: everything that was promised is decided and paid.
fn run(place: &[&str], seed: u64, ends: impl Iterator<Item = End>) {
    let mut run = Run::begin(place, seed);
    let (mut rounds, mut total) = (0, Counts::default());
    for (number, end) in (1_u64..).zip(ends) {
        let counts = run.round(number, &end);
        eprintln!("{} round {number}, {end}: {counts}", place[2]);
        total.add(&counts);
        rounds = number;
    }
    let outcomes = run.audit();
    eprintln!("crash test of tap: {rounds} rounds, {total}; at the end {outcomes}");
    outcomes.assert_telling();
}
