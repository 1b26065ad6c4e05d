//! Random histories in chunks: each chunk is one transaction that loads what it needs, decides, and saves.

use crate::common::chance::{number, seed};
use crate::common::mirror::{account_of, compare, name_of, same_fact, transfer_of};
use crate::common::world::{Step, World};
use kernel::Timestamp;
use ledger::book::MIGRATIONS;
use ledger::{Book, Recorded};
use store::{Store, StoreError, Tx};
use testkit::oracle::{Act, Fact, Oracle, Order};

testkit::on_both_backends! {
    histories_through_tables_agree_with_the_oracle with [MIGRATIONS];
}

/// Histories of one run unless the environment says otherwise; each chunk of one is a commit.
const HISTORIES: u64 = 200;
/// Numbers of one history; more than any history uses.
const NUMBERS: i64 = 1000;
/// Steps that share a transaction at most.
const CHUNK_MAX: i64 = 5;

/// What the oracle said to a step.
#[derive(Debug, Clone)]
enum Verdict {
    One(Result<Fact, &'static str>),
    Chain(Result<Vec<Fact>, (usize, &'static str)>),
    Opened(bool),
    Changed,
}

type StepResult = (Step, i64, Verdict);

async fn histories_through_tables_agree_with_the_oracle(store: Store) {
    let (seed, histories) = (seed(), number("FAIRGROUND_HISTORIES").unwrap_or(HISTORIES).min(HISTORIES));
    for (history, base) in (0..histories).zip((1_i64..).map(|n| n * NUMBERS)) {
        let own = seed.wrapping_add(history);
        if let Err(problem) = retell(&store, own, base).await {
            panic!("{problem}\nsee it again: FAIRGROUND_SEED={own} FAIRGROUND_HISTORIES=1");
        }
    }
    eprintln!("seed {seed}, {histories} histories through tables");
}

async fn retell(store: &Store, seed: u64, base: i64) -> Result<(), String> {
    let (mut world, mut oracle) = (World::based(seed, base), Oracle::default());
    let mut first: Vec<StepResult> = Vec::new();
    for place in world.first_places() {
        oracle.open(place.clone());
        first.push((Step::Open(place), world.now, Verdict::Opened(true)));
    }
    apply(store, first).await?;
    for _ in 0..world.chance.between(1, 6) {
        let mut chunk = Vec::new();
        for _ in 0..world.chance.between(1, CHUNK_MAX) {
            let step = world.step(&oracle);
            let verdict = ask(&mut oracle, &step, world.now);
            chunk.push((step, world.now, verdict));
        }
        apply(store, chunk.clone()).await.map_err(|problem| format!("{problem}\nin {chunk:#?}"))?;
        look(store, &oracle).await.map_err(|problem| format!("{problem}\nafter {chunk:#?}"))?;
    }
    Ok(())
}

fn ask(oracle: &mut Oracle, step: &Step, now: i64) -> Verdict {
    match step {
        Step::Submit(order) => Verdict::One(oracle.submit(*order, now)),
        Step::SubmitAll(orders) => Verdict::Chain(oracle.submit_all(orders, now)),
        Step::OpenAndSubmit(place, order) => Verdict::One(oracle.open_and_submit(place.clone(), *order, now)),
        Step::Open(place) => Verdict::Opened(oracle.open(place.clone())),
        Step::SetMost(id, most) => {
            oracle.set_most(*id, *most);
            Verdict::Changed
        }
    }
}

/// Runs a chunk as one transaction.
async fn apply(store: &Store, chunk: Vec<StepResult>) -> Result<(), String> {
    let done = store.write(move |tx| {
        let mut book = load(tx, &chunk)?;
        for (step, now, verdict) in &chunk {
            take(&mut book, step, *now, verdict).map_err(StoreError::Corrupt)?;
        }
        book.save(tx)
    });
    done.await.map_err(|error| error.to_string())
}

fn orders(step: &Step) -> Vec<Order> {
    match step {
        Step::Submit(order) | Step::OpenAndSubmit(_, order) => vec![*order],
        Step::SubmitAll(orders) => orders.clone(),
        Step::Open(_) | Step::SetMost(..) => Vec::new(),
    }
}

fn load(tx: &mut Tx<'_>, chunk: &[StepResult]) -> Result<Book, StoreError> {
    let all: Vec<Order> = chunk.iter().flat_map(|(step, ..)| orders(step)).collect();
    let mut accounts: Vec<i64> = all.iter().flat_map(|order| [order.from, order.to]).collect();
    accounts.extend(chunk.iter().filter_map(|(step, ..)| match step {
        Step::SetMost(id, _) => Some(*id),
        Step::Open(place) | Step::OpenAndSubmit(place, _) => Some(place.id),
        Step::Submit(_) | Step::SubmitAll(_) => None,
    }));
    let holds = all.iter().filter_map(|order| match order.act {
        Act::Take { hold } | Act::Return { hold } => Some(hold),
        Act::Move | Act::Hold { .. } => None,
    });
    let mut book = Book::load(tx, &accounts)?;
    book.load_holds(tx, &holds.collect::<Vec<_>>())?;
    book.load_transfers(tx, &all.iter().map(|order| order.name).collect::<Vec<_>>())?;
    Ok(book)
}

fn take(book: &mut Book, step: &Step, now: i64, verdict: &Verdict) -> Result<(), String> {
    let at = Timestamp::from_micros(now);
    let same = match (step, verdict) {
        (Step::Submit(order), Verdict::One(theirs)) => {
            same_one(&book.transfer(&transfer_of(order), at).map_err(name_of), theirs)
        }
        (Step::OpenAndSubmit(place, order), Verdict::One(theirs)) => {
            let ours = book.open_and_transfer(account_of(place), &transfer_of(order), at);
            same_one(&ours.map_err(name_of), theirs)
        }
        (Step::SubmitAll(orders), Verdict::Chain(theirs)) => {
            let chain: Vec<_> = orders.iter().map(transfer_of).collect();
            let ours = book.linked(&chain, at).map_err(|refused| (refused.index, name_of(refused.refusal)));
            match (&ours, theirs) {
                (Ok(ours), Ok(theirs)) => {
                    ours.iter().zip(theirs).all(|(ours, theirs)| same_fact(ours, theirs))
                }
                (Err(ours), Err(theirs)) => ours == theirs,
                _ => false,
            }
        }
        (Step::Open(place), Verdict::Opened(theirs)) => book.open(account_of(place)) == *theirs,
        (Step::SetMost(id, most), Verdict::Changed) => {
            book.set_ceiling(*id, *most);
            true
        }
        _ => false,
    };
    if same { Ok(()) } else { Err(format!("{step:?}: not {verdict:?}")) }
}

fn same_one(ours: &Result<Recorded, &'static str>, theirs: &Result<Fact, &'static str>) -> bool {
    match (ours, theirs) {
        (Ok(recorded), Ok(fact)) => same_fact(recorded, fact),
        (Err(ours), Err(theirs)) => ours == theirs,
        _ => false,
    }
}

/// Loads everything afresh and compares it with the oracle.
async fn look(store: &Store, oracle: &Oracle) -> Result<(), String> {
    let accounts: Vec<i64> = oracle.places().iter().map(|place| place.id).collect();
    let names: Vec<i64> = oracle.facts().iter().map(|fact| fact.order.name).collect();
    let holds: Vec<i64> = names.iter().copied().filter(|name| oracle.hold(*name).is_some()).collect();
    let (first, last) = (accounts[0], accounts[0] + NUMBERS - 1);
    let (open, all) = (holds.iter().filter(|name| oracle.is_open(**name)).count(), names.len());
    let loaded = store.write(move |tx| {
        let mut book = Book::load(tx, &accounts)?;
        book.load_holds(tx, &holds)?;
        book.load_transfers(tx, &names)?;
        let mut count = |sql| tx.query_one(sql, store::params![first, last], |row| row.int(0));
        let rows = (
            count("SELECT COUNT(*) FROM accounts WHERE id BETWEEN $1 AND $2")?,
            count("SELECT COUNT(*) FROM holds WHERE id BETWEEN $1 AND $2")?,
            count("SELECT COUNT(*) FROM transfers WHERE id BETWEEN $1 AND $2")?,
        );
        Ok::<_, StoreError>((book, rows))
    });
    let (book, rows) = loaded.await.map_err(|error| error.to_string())?;
    compare(book.state(), oracle)?;
    let whole = |count: usize| i64::try_from(count).unwrap();
    let expected = (whole(oracle.places().len()), whole(open), whole(all));
    if rows == expected { Ok(()) } else { Err(format!("{rows:?} rows, not {expected:?}")) }
}
