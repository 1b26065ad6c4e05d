//! The last word: what the API says of every player's bets and money against the journal, and proofs for strangers.

use super::journal::Promise;
use super::table::Table;
use serde_json::Value;
use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, Instant};

/// Proofs that are verified of each outcome.
const PROOFS: usize = 3;
/// A proof is there once the minute of its last tick is sealed.
const SEALED: Duration = Duration::from_secs(75);

/// What became of the bets.
#[derive(Debug, Default)]
pub struct Outcomes {
    bets: usize,
    counts: HashMap<String, usize>,
    /// Cents that were staked and that were paid.
    staked: i64,
    paid: i64,
    /// Proofs that `fairground verify` accepted.
    pub proofs: usize,
}

impl fmt::Display for Outcomes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bets, staked, paid, proofs, .. } = self;
        let [won, lost, void] = ["won", "lost", "void"].map(|outcome| self.count(outcome));
        write!(
            out,
            "{bets} bets decided once and paid once ({won} won, {lost} lost, {void} void), {staked} cents staked and \
             {paid} paid, {proofs} proofs verified"
        )
    }
}

impl Outcomes {
    fn count(&self, outcome: &str) -> usize {
        self.counts.get(outcome).copied().unwrap_or(0)
    }

    /// Panics when the run proved little: an outcome never came up, or no proof was there.
    pub fn assert_telling(&self) {
        let all = ["won", "lost", "void"].iter().all(|outcome| self.count(outcome) > 0);
        assert!(all && self.proofs > 0, "{self}");
    }
}

/// Holds every player's bets, ledger and balance against `promises`, all of them decided.
pub fn money(table: &Table, promises: &[Promise], money: i64) -> Outcomes {
    let mut outcomes = Outcomes { bets: promises.len(), ..Outcomes::default() };
    for promise in promises {
        let outcome = promise.outcome.clone().unwrap_or_default();
        *outcomes.counts.entry(outcome).or_default() += 1;
        outcomes.staked += promise.amount;
        outcomes.paid += promise.pays();
    }
    for player in 0..table.players.len() {
        let own: HashMap<&str, &Promise> = promises
            .iter()
            .filter(|promise| promise.player == player)
            .map(|promise| (promise.bet.as_str(), promise))
            .collect();
        bets_are(table, player, &own);
        let left = entries_are(table, player, &own, money);
        let has = table.balance(player);
        assert_eq!((&has["balance"], &has["open_stake"]), (&left.into(), &0.into()), "player {player}");
    }
    outcomes
}

/// The player's bets are the promised ones, no more and no fewer, with their outcomes and payouts.
fn bets_are(table: &Table, player: usize, own: &HashMap<&str, &Promise>) {
    let bets = table.all(player, "bets", "bets");
    assert_eq!(bets.len(), own.len(), "the bets of player {player}");
    for bet in bets {
        let promise = own[bet["bet_id"].as_str().unwrap_or_default()];
        let same = bet["status"].as_str() == promise.outcome.as_deref()
            && bet["payout_amount"] == promise.pays()
            && bet["amount"] == promise.amount;
        assert!(same, "{promise:?} is listed as {bet}");
    }
}

/// The player's entries are one deposit, one stake a bet, one payout or refund a bet that got money; what is left.
fn entries_are(table: &Table, player: usize, own: &HashMap<&str, &Promise>, money: i64) -> i64 {
    let mut wanted: HashMap<(String, String), i64> = HashMap::new();
    wanted.insert(("DEPOSIT".to_owned(), String::new()), money);
    for (bet, promise) in own {
        wanted.insert(("BET".to_owned(), (*bet).to_owned()), -promise.amount);
        let kind = if promise.outcome.as_deref() == Some("won") { "PAYOUT" } else { "REFUND" };
        if promise.pays() > 0 {
            wanted.insert((kind.to_owned(), (*bet).to_owned()), promise.pays());
        }
    }
    let mut has = 0;
    for entry in table.all(player, "ledger", "entries").iter().rev() {
        let part = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let amount = wanted.remove(&(part("ref_type"), part("ref_id")));
        assert_eq!(amount.map(Value::from).as_ref(), Some(&entry["amount"]), "{entry} of player {player}");
        has += amount.unwrap_or_default();
        assert_eq!(entry["balance_after"], has, "{entry} of player {player}");
    }
    assert!(wanted.is_empty(), "player {player} has no entry for {wanted:?}");
    has
}

/// Verifies the proofs, if they are there already, of a few bets of each outcome and of the last ones before each end, or waits for the first; how many.
pub fn proofs(table: &Table, promises: &[Promise]) -> usize {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let file = folder.path().join("proof.json");
    let of = |outcome: &'static str| {
        let is = move |promise: &&Promise| promise.outcome.as_deref() == Some(outcome);
        let of: Vec<_> = promises.iter().filter(is).collect();
        let step = (of.len() / PROOFS).max(1);
        of.into_iter().step_by(step).take(PROOFS)
    };
    let last = promises.iter().filter(|promise| promise.is_last);
    let some: Vec<_> = ["won", "lost", "void"].into_iter().flat_map(of).chain(last).collect();
    let deadline = Instant::now() + SEALED;
    loop {
        let found =
            some.iter().filter_map(|promise| Some((promise, table.proof(promise.player, &promise.bet)?)));
        let verified = found.map(|(promise, proof)| {
            std::fs::write(&file, proof).expect("a fresh folder can be written");
            crate::site::verifies(&file).unwrap_or_else(|why| panic!("the proof of {promise:?}: {why}"));
        });
        match verified.count() {
            0 => assert!(Instant::now() < deadline, "no proof after {SEALED:?}"),
            count => return count,
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}
