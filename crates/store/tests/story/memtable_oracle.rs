//! Random histories of locators against a plain map: made, replaced, removed, rolled back, moved, opened anew. The seed is printed;
//! `FAIRGROUND_SEED` repeats it.

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use std::collections::BTreeMap;
use store::locator::{self, Locators, Place};
use store::{Location, Store, StoreConfig, StoreError, Tx, migrations_of_the_ground};

type Oracle = BTreeMap<Place, i64>;

/// What one transaction does.
#[derive(Debug, Clone, Copy)]
enum Act {
    Insert(Place, i64),
    Put(Place, i64),
    Remove(Place),
}

fn draw_place(chance: &mut SmallRng) -> Place {
    (chance.random_range(0..6), chance.random_range(1..4), chance.random_range(-20..20))
}

fn draw_act(chance: &mut SmallRng, number: i64) -> Act {
    let place = draw_place(chance);
    match chance.random_range(0..10) {
        0..6 => Act::Insert(place, number),
        6..9 => Act::Put(place, number),
        _ => Act::Remove(place),
    }
}

fn run(tx: &mut Tx<'_>, act: Act) -> Result<(), StoreError> {
    let mut one = Locators::default();
    match act {
        Act::Insert((owner, kind, key), id) => locator::insert(tx, owner, kind, key, id),
        Act::Put((owner, kind, key), id) => {
            one.add(owner, kind, key, id);
            one.put(tx)
        }
        Act::Remove((owner, kind, key)) => {
            one.ask(owner, kind, key);
            one.remove(tx)
        }
    }
}

/// False: the place is taken, and nothing is done.
fn apply(oracle: &mut Oracle, act: Act) -> bool {
    match act {
        Act::Insert(place, _) if oracle.contains_key(&place) => return false,
        Act::Insert(place, id) | Act::Put(place, id) => drop(oracle.insert(place, id)),
        Act::Remove(place) => drop(oracle.remove(&place)),
    }
    true
}

/// A transaction of several acts; the first that is refused, or chance, rolls all of it back.
async fn transact(store: &Store, oracle: &mut Oracle, chance: &mut SmallRng, number: i64) {
    let count = chance.random_range(1..12);
    let acts: Vec<_> = (0..count).map(|at| draw_act(chance, number * 100 + at)).collect();
    let fails = chance.random_bool(0.15);
    let mut after = oracle.clone();
    let is_kept = acts.iter().all(|act| apply(&mut after, *act)) && !fails;
    let written = store.write(move |tx| {
        acts.iter().try_for_each(|act| run(tx, *act))?;
        if fails { Err(StoreError::Corrupt("on purpose".into())) } else { Ok(()) }
    });
    // Another of the same group, so that one that fails has somebody beside it.
    let beside = (99, 1, number);
    let neighbour = store.write(move |tx| locator::insert(tx, beside.0, beside.1, beside.2, number));
    let (written, neighbour) = tokio::join!(written, neighbour);
    assert_eq!(written.is_ok(), is_kept, "{written:?}");
    neighbour.unwrap();
    if is_kept {
        *oracle = after;
    }
    oracle.insert(beside, number);
}

fn compare(tx: &mut Tx<'_>, oracle: &Oracle, asked: &[Place]) -> Result<(), StoreError> {
    let mut questions = Locators::default();
    asked.iter().for_each(|(owner, kind, key)| questions.ask(*owner, *kind, *key));
    let expected: Vec<_> = asked.iter().map(|place| oracle.get(place).copied()).collect();
    assert_eq!(questions.find(tx)?, expected);
    let (owner, kind, _) = asked[0];
    let of = |first: i64, last: i64| {
        oracle
            .range((owner, kind, first)..=(owner, kind, last))
            .map(|((_, _, key), id)| (*key, *id))
            .collect::<Vec<_>>()
    };
    assert_eq!(locator::entries(tx, owner, kind, -5..=9)?, of(-5, 9));
    let mut largest = of(i64::MIN, 4);
    largest.reverse();
    largest.truncate(3);
    assert_eq!(locator::last_entries(tx, owner, kind, 4, 3)?, largest);
    let mut ids: Vec<_> = of(i64::MIN, i64::MAX).into_iter().map(|(_, id)| id).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.truncate(4);
    assert_eq!(locator::newest(tx, owner, kind, 4)?, ids);
    let places = locator::after(tx, asked[1], 10)?;
    assert!(places.is_sorted() && places.iter().all(|place| *place > asked[1]));
    let next = oracle.range((std::ops::Bound::Excluded(asked[1]), std::ops::Bound::Unbounded));
    // Some that were removed may be among them; none that is there is passed over.
    let until = if places.len() < 10 { None } else { places.last() };
    for (place, _) in next.take_while(|(place, _)| until.is_none_or(|until| *place <= until)) {
        assert!(places.contains(place), "{place:?} is passed over");
    }
    Ok(())
}

async fn history(seed: u64, transactions: i64) {
    let mut chance = SmallRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let mut config = StoreConfig::new("test", Location::Sqlite(folder.path().join("test.db")));
    config.newest_locators = chance.random_range(1..120);
    let sets = [migrations_of_the_ground()];
    let mut store = Store::open(&config, &sets).await.unwrap();
    let mut oracle = Oracle::new();
    for number in 0..transactions {
        transact(&store, &mut oracle, &mut chance, number).await;
        let asked: Vec<_> = (0..8).map(|_| draw_place(&mut chance)).collect();
        let known = oracle.clone();
        let look = move |tx: &mut Tx<'_>| compare(tx, &known, &asked);
        if chance.random_bool(0.5) {
            store.read(look).await.unwrap()
        } else {
            store.write(look).await.unwrap()
        }
        if chance.random_bool(0.02) {
            store.close().await;
            store = Store::open(&config, &sets).await.unwrap();
        }
    }
    store.close().await;
}

#[tokio::test]
async fn locators_are_a_map_whatever_happens() {
    let seed = std::env::var("FAIRGROUND_SEED").ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(rand::random::<u64>);
    eprintln!("FAIRGROUND_SEED={seed}");
    for history_number in 0..6 {
        history(seed.wrapping_add(history_number), 150).await;
    }
}
