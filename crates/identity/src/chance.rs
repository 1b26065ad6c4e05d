//! Where unguessable bytes come from. Handed in, so that a test can draw the same bytes twice.

/// A source of random bytes.
pub trait Chance: Send + Sync {
    /// Overwrites all of `room`.
    fn fill(&self, room: &mut [u8]);
}

/// The operating system's source; the only one fit for production.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, room: &mut [u8]) {
        getrandom::fill(room).expect("an operating system without entropy cannot keep anybody's secret");
    }
}

/// A closure is a source too: what tests hand in.
impl<F: Fn(&mut [u8]) + Send + Sync> Chance for F {
    fn fill(&self, room: &mut [u8]) {
        self(room);
    }
}
