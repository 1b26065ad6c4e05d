//! FunPot under kill -9: between a vote and its payout the process ends at drawn moments; no vote that was acknowledged is lost, none is
//! cast twice, and each is paid once.

mod pot;

use crate::counts::{Answer as _, Counts};
use crate::site::{Load, Site, second_kill};
use pot::{Pot, Vote, VoteResponse};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Connections that vote at once.
const CALLERS: usize = 8;
/// Votes on the event of a round: a settlement of several transactions.
const VOTES: usize = 1_600;
/// The end comes so long after the voting began, or after the winner was named.
const KILL_MS: RangeInclusive<u64> = 0..=700;
/// A second kill comes this soon after a restart.
const SECOND_KILL_MS: RangeInclusive<u64> = 0..=800;
/// Every vote has its outcome within this after a start.
const SETTLED: Duration = Duration::from_secs(90);

#[test]
fn crash_between_vote_and_payout_on_sqlite() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let config = configuration(folder.path());
    let data = folder.path().join("data").display().to_string();
    run(&["--config", &config, "--data", &data], crate::seed(), crate::rounds());
}

/// FunPot alone, and as many votes as come.
fn configuration(folder: &std::path::Path) -> String {
    let config = folder.join("funpot.toml");
    let text = "stalls = \"funpot\"\n[http]\nrate_limit_factor = 0\n";
    std::fs::write(&config, text).expect("a fresh folder can be written");
    config.display().to_string()
}

/// Two ends a round: while votes are cast, and while they are paid.
fn run(place: &[&str], seed: u64, rounds: u64) {
    let mut site = Site::open(place);
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut total = Counts::default();
    for number in 1..=rounds {
        let pot = Arc::new(Pot::open(site.address(), VOTES, number));
        let mut journal = vote_until_killed(&mut site, &pot, &mut rng);
        let ready_ms = site.restart(second_kill(number, &mut rng, SECOND_KILL_MS));
        let mut counts = Counts::of(journal.iter().map(|vote| &vote.response), ready_ms);
        for vote in &mut journal {
            if vote.response == VoteResponse::UNKNOWN {
                let (pot, asked) = (Arc::clone(&pot), vote.clone());
                vote.response = counts.settle(&vote.voter, || pot.cast(&asked));
            }
        }
        pot.hold_to(&journal);
        site.check();
        pot.cast_the_rest(&mut journal);
        pot.decide();
        std::thread::sleep(Duration::from_millis(rng.random_range(KILL_MS)));
        site.kill();
        site.restart(second_kill(number + 2, &mut rng, SECOND_KILL_MS));
        let deadline = Instant::now() + SETTLED;
        while !pot.is_settled(&journal) {
            assert!(Instant::now() < deadline, "votes without an outcome after {SETTLED:?}");
            std::thread::sleep(Duration::from_millis(100));
        }
        // The check computes every payout once more, and that each was paid once.
        site.check();
        eprintln!("{} round {number}: {counts}", place[2]);
        total.add(&counts);
    }
    eprintln!("crash test of funpot: {rounds} rounds, {total}");
}

fn vote_until_killed(site: &mut Site, pot: &Arc<Pot>, rng: &mut SmallRng) -> Vec<Vote> {
    let callers = (0..CALLERS).map(|caller| {
        let pot = Arc::clone(pot);
        move |over: &std::sync::atomic::AtomicBool| pot.vote(caller, CALLERS, over)
    });
    let load = Load::begin(callers.collect());
    std::thread::sleep(Duration::from_millis(rng.random_range(KILL_MS)));
    site.kill();
    load.end()
}
