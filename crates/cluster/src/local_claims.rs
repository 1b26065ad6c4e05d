//! The in-process form of claims: sharded sets, a few generations each, of which the oldest is dropped whole.

use crate::{Claim, Claims, TooManyClaims};
use kernel::Timestamp;
use parking_lot::Mutex;
use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

/// Locks the claims are spread over: enough that the cores of one machine rarely meet on one.
const SHARDS: usize = 16;
/// Generations of a claim's life. A claim is remembered for its life and at most a third of it more.
const GENERATIONS: i64 = 3;
/// Claims alive at once, about 30 MB: 3,000 a second for 90 seconds are 270,000.
const CLAIMS_MAX: usize = 1_000_000;

/// The in-process [`Claims`].
#[derive(Debug)]
pub struct LocalClaims {
    keys: [RandomState; 2],
    generation_micros: i64,
    shard_claims_max: usize,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Debug, Default)]
struct Shard {
    /// Oldest first, each with its number.
    generations: VecDeque<(i64, HashSet<u128>)>,
}

impl LocalClaims {
    /// None yet, with room for a million. A claim lives for `lifetime_s` seconds, which is at least one.
    #[must_use]
    pub fn new(lifetime_s: u32) -> Self {
        Self::with_room(lifetime_s, CLAIMS_MAX)
    }

    /// As [`Self::new`], with room for about `claims_max`.
    #[must_use]
    pub fn with_room(lifetime_s: u32, claims_max: usize) -> Self {
        let generation_micros = i64::from(lifetime_s.max(1)) * 1_000_000 / GENERATIONS;
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self {
            keys: Default::default(),
            generation_micros,
            shard_claims_max: claims_max.div_ceil(SHARDS),
            shards,
        }
    }

    /// Claims that are kept at present, for metrics and tests.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// 128 keyed bits stand for a name, so that its length costs no memory and two never meet.
    fn key(&self, scope: &'static str, name: &str) -> u128 {
        let half = |state: &RandomState| u128::from(state.hash_one((scope, name)));
        half(&self.keys[0]) << 64 | half(&self.keys[1])
    }
}

impl Claims for LocalClaims {
    fn claim(&self, scope: &'static str, name: &str, now: Timestamp) -> Result<Claim, TooManyClaims> {
        let key = self.key(scope, name);
        let generation = now.as_micros().div_euclid(self.generation_micros);
        let shard = usize::try_from(key % SHARDS as u128).unwrap_or(0);
        self.shards[shard].lock().claim(key, generation, self.shard_claims_max)
    }
}

impl Shard {
    fn claim(&mut self, key: u128, generation: i64, claims_max: usize) -> Result<Claim, TooManyClaims> {
        let generation = self.move_to(generation);
        if self.generations.iter().any(|(_, claims)| claims.contains(&key)) {
            return Ok(Claim::Repeated);
        }
        if self.len() >= claims_max {
            return Err(TooManyClaims);
        }
        match self.generations.back_mut() {
            Some((number, claims)) if *number == generation => {
                claims.insert(key);
            }
            _ => self.generations.push_back((generation, HashSet::from([key]))),
        }
        Ok(Claim::First)
    }

    /// Forgets generations that are over; the present one, which never steps back behind one that has claims.
    fn move_to(&mut self, generation: i64) -> i64 {
        let newest = self.generations.back().map_or(generation, |(number, _)| generation.max(*number));
        while self.generations.front().is_some_and(|(number, _)| *number < newest - GENERATIONS) {
            self.generations.pop_front();
        }
        newest
    }

    fn len(&self) -> usize {
        self.generations.iter().map(|(_, claims)| claims.len()).sum()
    }
}
