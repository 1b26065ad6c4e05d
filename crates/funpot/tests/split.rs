//! The split against an oracle that shares no code with it: it hands out a pot unit by unit. The seed is printed.

use funpot::domain::event::{Kind, Tally};
use funpot::domain::split::{RefundReason, Split, Stake, Verdict, VoteOutcome, pays, split};
use kernel::Timestamp;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

const DECIDED: Timestamp = Timestamp::from_secs(1_000);

fn votes(chance: &mut SmallRng, options: usize) -> Vec<Stake> {
    let count = chance.random_range(0..60);
    let vote = |chance: &mut SmallRng| Stake {
        option: chance.random_range(0..options),
        amount: if chance.random_bool(0.3) { chance.random_range(1..1_000_000_000) } else { 100 },
        accepted_at: DECIDED.plus_secs(chance.random_range(-20..5)),
    };
    (0..count).map(|_| vote(chance)).collect()
}

fn tallies(votes: &[Stake], options: usize) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); options];
    for vote in votes.iter().filter(|vote| vote.accepted_at <= DECIDED) {
        tallies[vote.option].votes += 1;
        tallies[vote.option].stake += vote.amount;
    }
    tallies
}

/// The largest share that leaves nobody with more than the proportion: found by halving, not by division.
fn share(stake: i64, shared: i64, winning: i64) -> i64 {
    let fits = |share: i64| i128::from(share) * i128::from(winning) <= i128::from(stake) * i128::from(shared);
    let (mut low, mut high) = (0, shared);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if fits(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

#[test]
fn what_is_staked_is_paid_raked_or_rounded_and_no_winner_loses() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut chance = SmallRng::seed_from_u64(seed);
    for _ in 0..20_000 {
        let options = chance.random_range(2..=10);
        let (votes, won) = (votes(&mut chance, options), chance.random_range(0..options));
        let rake_bps = chance.random_range(0..=10_000);
        let found = split(Kind::Prediction, Verdict::Won(won), &tallies(&votes, options), rake_bps);
        let paid: Vec<(VoteOutcome, i64)> = votes.iter().map(|vote| pays(&found, vote, DECIDED)).collect();
        let (staked, out): (i64, i64) =
            (votes.iter().map(|vote| vote.amount).sum(), paid.iter().map(|(_, amount)| amount).sum());
        let on_time = |vote: &&Stake| vote.accepted_at <= DECIDED;
        let winning: i64 =
            votes.iter().filter(on_time).filter(|vote| vote.option == won).map(|vote| vote.amount).sum();
        let losing: i64 = votes.iter().filter(on_time).map(|vote| vote.amount).sum::<i64>() - winning;
        let rake = match found {
            Split::Refund { reason, .. } => {
                assert!(winning == 0 || losing == 0, "seed {seed}: {reason:?}");
                assert_eq!(out, staked, "seed {seed}");
                continue;
            }
            Split::Share { rake, .. } => rake,
        };
        assert!(winning > 0 && losing > 0, "seed {seed}");
        assert!(i128::from(rake) * 10_000 <= i128::from(losing) * i128::from(rake_bps), "seed {seed}");
        assert!((i128::from(rake) + 1) * 10_000 > i128::from(losing) * i128::from(rake_bps), "seed {seed}");
        let winners = votes.iter().filter(on_time).filter(|vote| vote.option == won).count();
        let rounding = staked - out - rake;
        assert!(
            (0..=i64::try_from(winners).expect("few")).contains(&rounding),
            "seed {seed}: rounding {rounding}"
        );
        for (vote, (outcome, amount)) in votes.iter().zip(&paid) {
            let expected = match (vote.accepted_at <= DECIDED, vote.option == won) {
                (false, _) => (VoteOutcome::Refunded, vote.amount),
                (true, false) => (VoteOutcome::Lost, 0),
                (true, true) => (VoteOutcome::Won, vote.amount + share(vote.amount, losing - rake, winning)),
            };
            assert_eq!((*outcome, *amount), expected, "seed {seed}");
            assert!(*outcome == VoteOutcome::Lost || *amount >= vote.amount, "seed {seed}: a winner lost");
        }
    }
}

#[test]
fn a_poll_is_won_by_the_most_votes_and_a_tie_goes_back() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut chance = SmallRng::seed_from_u64(seed);
    for _ in 0..5_000 {
        let options = chance.random_range(2..=10);
        let tallies = tallies(&votes(&mut chance, options), options);
        let mut counts: Vec<i64> = tallies.iter().map(|tally| tally.votes).collect();
        let found = split(Kind::Poll, Verdict::Votes, &tallies, 500);
        counts.sort_unstable();
        let is_tied = counts[options - 1] == counts[options - 2];
        let said_tied = matches!(found, Split::Refund { reason: RefundReason::Tie, .. });
        assert_eq!(said_tied, is_tied, "seed {seed}");
        if let Split::Share { option, .. } = found {
            assert_eq!(tallies[option].votes, counts[options - 1], "seed {seed}");
        }
    }
}
