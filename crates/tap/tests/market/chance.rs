//! Seeded chance: the same seed gives the same history on every machine.

/// SplitMix64.
pub struct Chance(u64);

impl Chance {
    /// From `FAIRGROUND_SEED`, else a fresh seed; it is printed, so that a failure can be seen again.
    pub fn announced(what: &str) -> Self {
        let fresh = || u64::try_from(std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_micros());
        let seed = match std::env::var("FAIRGROUND_SEED") {
            Ok(text) => text.parse().expect("FAIRGROUND_SEED is a whole number"),
            Err(_) => fresh().expect("not before the year 500,000"),
        };
        eprintln!("{what}: FAIRGROUND_SEED={seed}");
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).expect("low is not above high");
        low + i64::try_from(self.next() % span).expect("smaller than the span")
    }

    pub fn percent(&mut self, share: u64) -> bool {
        self.next() % 100 < share
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.next() % from.len() as u64).expect("smaller than the length")]
    }
}
