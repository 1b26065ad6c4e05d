//! Keeping passwords: bcrypt on a small pool of its own, so that logging in never crowds out selling.
//! Which passwords are taken is `rules`'s.

use super::PASSWORD_BYTES_MAX;
use super::fair_queue::FairQueue;
use crate::Chance;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The cost in production: 2^12 rounds, about a quarter of a second of one core.
pub const PASSWORD_COST: u32 = 12;
/// The least that bcrypt can do; for tests.
pub const PASSWORD_COST_MIN: u32 = 4;
/// Callers that may wait for one worker: at four hashes a second the last one waits four seconds, less than the ten
/// after which a client gives up.
const WAITING_PER_WORKER: usize = 16;
/// Callers of one address that may wait: a quarter of the places of one worker, so that no address fills the queue.
const WAITING_PER_ADDRESS: usize = 4;
/// The highest cost that a stored hash may name; bcrypt takes no more.
const COST_MAX: u32 = 31;

/// A password as it is stored: bcrypt's own text, which names scheme, cost and salt. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// From a table.
    #[must_use]
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// For a table.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The cost it was made with; none for a text that is no hash of ours.
    fn cost(&self) -> Option<u32> {
        let cost = self.0.strip_prefix("$2")?.get(2..4)?.parse().ok()?;
        (self.0.len() == 60 && (PASSWORD_COST_MIN..=COST_MAX).contains(&cost)).then_some(cost)
    }

    /// Whether it was made with bcrypt at `cost`, as new ones are.
    fn is_current(&self, cost: u32) -> bool {
        self.0.starts_with(&format!("$2b${cost:02}$"))
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}

/// The workers are busy and enough callers wait already: answer 503.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password workers are saturated")]
pub struct Saturated;

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// Not this password; or nobody has one to compare with.
    Wrong,
    /// This password.
    Right {
        /// The same password hashed as we hash today, when the stored hash is of another cost or scheme.
        rehashed: Option<PasswordHash>,
    },
}

/// The pool. Cloning shares it.
#[derive(Clone)]
pub struct Passwords {
    cost: u32,
    chance: Arc<dyn Chance>,
    /// The highest cost that any stored hash is known to have: nobody's comparison takes less.
    cost_seen: Arc<AtomicU32>,
    queue: FairQueue,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Passwords(cost {}, {} workers free)", self.cost, self.queue.free())
    }
}

impl Passwords {
    /// A pool that computes at most `workers` hashes at once, at `cost` (4..=31; [`PASSWORD_COST`] in production).
    #[must_use]
    pub fn new(cost: u32, workers: usize, chance: Arc<dyn Chance>) -> Self {
        let workers = workers.max(1);
        let cost = cost.clamp(PASSWORD_COST_MIN, COST_MAX);
        Self {
            cost,
            chance,
            cost_seen: Arc::new(AtomicU32::new(cost)),
            queue: FairQueue::new(workers, workers * WAITING_PER_WORKER, workers * WAITING_PER_ADDRESS),
        }
    }

    /// Says that a stored hash has this cost: from now on a comparison with nobody's takes as long.
    pub fn track_cost(&self, cost: u32) {
        self.cost_seen.fetch_max(cost.min(COST_MAX), Ordering::Relaxed);
    }

    /// Hashes a password that the rules have taken. `from` is the address that asks; empty for the house's own work.
    pub async fn hash(&self, password: &str, from: &str) -> Result<PasswordHash, Saturated> {
        let (password, salt, cost) = (password.to_owned(), self.salt(), self.cost);
        self.run(from, move || hash_now(&password, cost, salt)).await
    }

    /// Compares. Takes as long for nobody (`None`) and for a password that cannot be right as for a wrong one, whatever cost the
    /// stored hash has.
    pub async fn check(
        &self,
        password: &str,
        stored: Option<&PasswordHash>,
        from: &str,
    ) -> Result<Checked, Saturated> {
        if let Some(cost) = stored.and_then(PasswordHash::cost) {
            self.track_cost(cost);
        }
        let ceiling = self.cost_seen.load(Ordering::Relaxed);
        let (password, stored) = (password.to_owned(), stored.cloned());
        let (salt, cost) = (self.salt(), self.cost);
        let check = move || match compare(&password, stored.as_ref(), ceiling) {
            Some(hash) => {
                let rehashed = (!hash.is_current(cost)).then(|| hash_now(&password, cost, salt));
                Checked::Right { rehashed }
            }
            None => Checked::Wrong,
        };
        self.run(from, check).await
    }

    fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.chance.fill(&mut salt);
        salt
    }

    async fn run<T: Send + 'static>(
        &self,
        from: &str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Saturated> {
        let turn = self.queue.turn(from).await.map_err(|_| Saturated)?;
        // The turn goes with the work: a caller that hangs up does not free a worker that is still busy.
        let job = move || {
            let result = work();
            drop(turn);
            result
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| Saturated)
    }
}

fn hash_now(password: &str, cost: u32, salt: [u8; 16]) -> PasswordHash {
    let parts = bcrypt::hash_with_salt(password, cost, salt).expect("the cost was brought into range");
    PasswordHash(parts.to_string())
}

/// The stored hash when `password` is its own. Else as much time as the costliest hash takes has been spent: what is stored
/// at a lower cost is followed by a hash of each cost between, which together take exactly what is missing.
fn compare<'s>(password: &str, stored: Option<&'s PasswordHash>, ceiling: u32) -> Option<&'s PasswordHash> {
    // bcrypt stops at 72 bytes and repeats after a NUL: such a text must not equal a shorter password.
    let possible = password.len() <= PASSWORD_BYTES_MAX && !password.contains('\0');
    let stored = stored.filter(|_| possible).and_then(|hash| Some((hash, hash.cost()?)));
    let Some((hash, cost)) = stored else {
        spend(password, ceiling);
        return None;
    };
    if bcrypt::verify(password, hash.as_str()).unwrap_or(false) {
        return Some(hash);
    }
    (cost..ceiling).for_each(|between| spend(password, between));
    None
}

/// Spends the time of one hash.
fn spend(password: &str, cost: u32) {
    // The answer is no: nobody's hash is of no password.
    let _ = std::hint::black_box(bcrypt::verify(password, &nobodys_hash(cost)));
}

/// A well-formed hash of no password (all zero), to spend the same time on.
fn nobodys_hash(cost: u32) -> String {
    format!("$2b${cost:02}${}", ".".repeat(22 + 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(cost: u32) -> Passwords {
        Passwords::new(cost, 1, Arc::new(|room: &mut [u8]| room.fill(5)))
    }

    async fn right(pool: &Passwords, password: &str, stored: &PasswordHash) -> bool {
        matches!(pool.check(password, Some(stored), "").await, Ok(Checked::Right { .. }))
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let pool = pool(4);
        let stored = pool.hash("Correct-horse1", "").await.unwrap();
        assert!(stored.as_str().starts_with("$2b$04$"), "the hash describes itself");
        assert!(right(&pool, "Correct-horse1", &stored).await);
        for wrong in ["correct-horse1", "", "Correct-horse1\0", "Correct-horse1\0Correct-horse1"] {
            assert!(!right(&pool, wrong, &stored).await, "{wrong:?}");
        }
        assert_eq!(pool.check("Correct-horse1", None, "").await, Ok(Checked::Wrong));
        assert_eq!(format!("{stored:?}"), "PasswordHash(hidden)");
    }

    #[tokio::test]
    async fn seventy_two_bytes_are_told_apart_from_seventy_three() {
        let pool = pool(4);
        let longest = "x".repeat(72);
        let stored = pool.hash(&longest, "").await.unwrap();
        assert!(right(&pool, &longest, &stored).await);
        assert!(!right(&pool, &format!("{longest}y"), &stored).await);
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_renewed_at_the_next_check() {
        let stored = pool(5).hash("Correct-horse1", "").await.unwrap();
        let pool = pool(4);
        let Ok(Checked::Right { rehashed: Some(renewed) }) =
            pool.check("Correct-horse1", Some(&stored), "").await
        else {
            panic!("expected a renewed hash");
        };
        assert!(renewed.as_str().starts_with("$2b$04$"));
        let again = pool.check("Correct-horse1", Some(&renewed), "").await;
        assert_eq!(again, Ok(Checked::Right { rehashed: None }));
    }

    #[tokio::test]
    async fn a_hash_we_cannot_read_matches_nothing() {
        let broken = PasswordHash::from_stored("plain".into());
        assert_eq!(pool(4).check("plain", Some(&broken), "").await, Ok(Checked::Wrong));
    }

    #[tokio::test]
    async fn callers_beyond_the_places_are_refused_at_once() {
        let pool = pool(4);
        let _busy = pool.queue.turn("").await.expect("the one worker");
        let all = (0..WAITING_PER_WORKER + 1).map(|_| async {
            let waiting = pool.hash("Correct-horse1", "");
            tokio::time::timeout(std::time::Duration::from_millis(50), waiting).await
        });
        let answers = futures_util::future::join_all(all).await;
        assert_eq!(answers.iter().filter(|answer| matches!(answer, Ok(Err(Saturated)))).count(), 1);
    }

    /// A wrong guess takes as long whatever the stored cost is: counted in rounds, not on a clock.
    #[test]
    fn a_wrong_guess_costs_the_same_whatever_cost_is_stored() {
        let rounds = |cost: u32| 1_u64 << cost;
        for (stored, ceiling) in [(4, 12), (12, 12), (10, 12), (12, 14)] {
            let spent = rounds(stored) + (stored..ceiling).map(rounds).sum::<u64>();
            assert_eq!(spent, rounds(ceiling));
        }
        let stored = hash_now("Correct-horse1", 5, [5; 16]);
        assert_eq!(stored.cost(), Some(5));
        assert!(compare("Correct-horse1", Some(&stored), 7).is_some());
        for wrong in ["wrong", "Correct-horse1\0"] {
            assert!(compare(wrong, Some(&stored), 7).is_none());
        }
        for bad in ["plain", "$2b$99$", "$2b$05$short"] {
            assert_eq!(PasswordHash::from_stored(bad.into()).cost(), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn once_a_costlier_hash_is_known_nobody_is_compared_for_less() {
        let pool = pool(4);
        assert_eq!(pool.cost_seen.load(Ordering::Relaxed), 4);
        let costly = hash_now("Correct-horse1", 6, [5; 16]);
        assert_eq!(pool.check("wrong", Some(&costly), "").await, Ok(Checked::Wrong));
        assert_eq!(pool.cost_seen.load(Ordering::Relaxed), 6);
    }
}
