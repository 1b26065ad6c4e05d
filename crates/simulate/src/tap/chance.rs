//! Secrets of a simulation: drawn from its seed, so that a run can be repeated to the last byte. Worth nothing elsewhere.

use identity::Chance;
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};

/// Seeded bytes.
pub(super) struct SeededChance(Mutex<SmallRng>);

impl SeededChance {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(SmallRng::seed_from_u64(seed)))
    }
}

impl Chance for SeededChance {
    fn fill(&self, room: &mut [u8]) {
        self.0.lock().fill_bytes(room);
    }
}
