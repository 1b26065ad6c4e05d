//! kill -9 while locators are made, rolled back, moved, deleted from their log and read again: what was acknowledged is there,
//! and an entry is there exactly when what was written with it is.
//!
//! The test starts itself as a child that writes, and kills it: at every named point, and at drawn moments (`FAIRGROUND_KILLS`
//! says how many, 12 unless asked).

use super::{NOTES, note};
use rand::Rng as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use store::locator::{self, Locators};
use store::stop::{self, Point};
use store::{Location, MigrationSet, Store, StoreConfig, StoreError, Tx, migrations_of_the_ground, sequence};

const OWNERS: i64 = 23;
/// How many entries a child makes at most, if nobody kills it.
const ENTRIES: i64 = 3_000;

/// A migration that the child of the last point has not had yet.
const LATER: MigrationSet = MigrationSet {
    name: "later",
    sqlite: &[("0001_nothing", "SELECT 1;\n-- down\nSELECT 1;")],
    postgres: &[("0001_nothing", "SELECT 1;\n-- down\nSELECT 1;")],
};

fn config(path: &Path) -> StoreConfig {
    let mut config = StoreConfig::new("test", Location::Sqlite(path.to_owned()));
    config.newest_locators = 60;
    config.checkpoint_pages = 40;
    config
}

async fn open(path: &Path, has_later: bool) -> Store {
    let mut sets = vec![migrations_of_the_ground(), NOTES];
    sets.extend(has_later.then_some(LATER));
    Store::open(&config(path), &sets).await.unwrap()
}

/// Entry, number of its owner, and a note beside them; every fifth is undone.
fn make(tx: &mut Tx<'_>, number: i64) -> Result<(), StoreError> {
    let owner = number % OWNERS;
    sequence::take(tx, 2, owner)?;
    locator::insert(tx, owner, 1, number, number * 10)?;
    note(tx, number, &format!("{number}"))?;
    // An entry that comes and goes.
    let mut passing = Locators::default();
    passing.add(owner, 3, 0, number);
    if number % 2 == 0 {
        passing.put(tx)?
    } else {
        passing.remove(tx)?
    }
    if number % 5 == 0 { Err(StoreError::Corrupt("on purpose".into())) } else { Ok(()) }
}

/// The child: writes and says what was acknowledged, until it is killed.
#[test]
#[ignore = "the half of the tests below that is killed"]
fn a_child_that_writes() {
    let Ok(path) = std::env::var("FAIRGROUND_KILLED_AT") else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<usize>().ok());
    if let Some(point) = number("FAIRGROUND_KILLED_POINT") {
        stop::arm(stop::ALL[point], u32::try_from(number("FAIRGROUND_KILLED_TIMES").unwrap()).unwrap());
    }
    let from = i64::try_from(number("FAIRGROUND_KILLED_FROM").unwrap()).unwrap();
    testkit::block_on(async move {
        let store = open(&PathBuf::from(path), number("FAIRGROUND_KILLED_LATER").is_some()).await;
        let mut first = from;
        while first < from + ENTRIES {
            // Some at once, so that a group has several, and one that fails among them.
            let writers = (first..first + 7).map(|number| {
                let store = store.clone();
                tokio::spawn(async move { (number, store.write(move |tx| make(tx, number)).await.is_ok()) })
            });
            for writer in writers.collect::<Vec<_>>() {
                let (number, is_kept) = writer.await.unwrap();
                assert_eq!(is_kept, number % 5 != 0);
                println!("kept {number} {is_kept}");
            }
            first += 7;
        }
    });
}

fn start(path: &Path, from: i64, point: Option<(usize, u32)>, has_later: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["memtable_kill::a_child_that_writes", "--exact", "--ignored", "--nocapture"]);
    command.env("FAIRGROUND_KILLED_AT", path).env("FAIRGROUND_KILLED_FROM", from.to_string());
    if let Some((at, times)) = point {
        command.env("FAIRGROUND_KILLED_POINT", at.to_string());
        command.env("FAIRGROUND_KILLED_TIMES", times.to_string());
    }
    if has_later {
        command.env("FAIRGROUND_KILLED_LATER", "1");
    }
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// The numbers that were acknowledged as kept, until the child is gone.
fn acknowledged(child: &mut Child, kill_after: Option<usize>) -> Vec<i64> {
    let mut kept = Vec::new();
    let output = BufReader::new(child.stdout.take().unwrap());
    for (line, at) in output.lines().map_while(Result::ok).zip(0..) {
        if let Some(rest) = line.split("kept ").nth(1).and_then(|rest| rest.strip_suffix(" true")) {
            kept.push(rest.parse().unwrap());
        }
        if kill_after.is_some_and(|lines| at >= lines) {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    kept
}

/// What there is must be whole, with everything that was promised; the next number.
async fn verify(path: &Path, promised: &[i64], has_later: bool) -> i64 {
    let store = open(path, has_later).await;
    let promised = promised.to_vec();
    let look = move |tx: &mut Tx<'_>| {
        let notes = tx.query("SELECT id FROM notes ORDER BY id", &[], |row| row.int(0))?;
        assert!(
            promised.iter().all(|number| notes.binary_search(number).is_ok()),
            "something promised is lost"
        );
        let places = locator::after(tx, (i64::MIN, 0, 0), 1_000_000)?;
        let found: Vec<_> = places.iter().filter(|(_, kind, _)| *kind == 1).map(|(_, _, key)| *key).collect();
        assert_eq!(found.len(), notes.len(), "entries and what was written with them");
        for owner in 0..OWNERS {
            let own: Vec<_> = notes.iter().filter(|number| **number % OWNERS == owner).collect();
            let entries = locator::entries(tx, owner, 1, i64::MIN..=i64::MAX)?;
            assert_eq!(entries, own.iter().map(|number| (**number, **number * 10)).collect::<Vec<_>>());
            assert_eq!(sequence::last(tx, 2, owner)?, i64::try_from(own.len()).unwrap());
            let passing = own.last().filter(|number| ***number % 2 == 0).map(|number| **number);
            assert!(locator::find(tx, owner, 3, 0)? == passing, "owner {owner}");
        }
        Ok::<_, StoreError>(notes.last().copied().unwrap_or(0))
    };
    let last = store.read(look.clone()).await.unwrap();
    assert_eq!(store.write(look).await.unwrap(), last);
    store.close().await;
    last + 10
}

fn kill(path: &Path, from: i64, point: Option<(usize, u32)>, lines: Option<usize>, has_later: bool) -> i64 {
    let mut child = start(path, from, point, has_later);
    let kept = acknowledged(&mut child, lines);
    testkit::block_on(verify(path, &kept, has_later))
}

#[test]
fn killed_at_every_named_point_it_keeps_what_it_promised() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let mut from = kill(&path, 1, None, Some(400), false);
    for (at, point) in stop::ALL.iter().enumerate() {
        // At start there is one occasion alone; of the others the second of many, and a late one.
        let times: &[u32] = if matches!(point, Point::Reloaded | Point::Folded) { &[1] } else { &[2, 9] };
        for times in times {
            let is_folded = *point == Point::Folded;
            let before = from;
            from = kill(&path, from, Some((at, *times)), None, is_folded);
            assert!(from < before + ENTRIES, "{point:?} was never reached");
        }
    }
}

#[test]
fn killed_at_drawn_moments_it_keeps_what_it_promised() {
    let kills = std::env::var("FAIRGROUND_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let mut from = 1;
    for _ in 0..kills {
        let lines = rand::rng().random_range(0..600);
        from = kill(&path, from, None, Some(lines), false);
    }
}
