//! Keeping passwords: bcrypt on a small pool of its own, so that logging in never crowds out selling.
//! Which passwords are taken is `rules`'s.

use super::PASSWORD_BYTES_MAX;
use crate::Chance;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The cost in production: 2^12 rounds, about a quarter of a second of one core.
pub const PASSWORD_COST: u32 = 12;
/// The least that bcrypt can do; for tests.
pub const PASSWORD_COST_MIN: u32 = 4;
/// Callers that may wait for one worker: at four hashes a second the last one waits four seconds, less than the ten
/// after which a client gives up.
const WAITING_PER_WORKER: usize = 16;

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
    /// One permit for each caller inside, running or waiting.
    places: Arc<Semaphore>,
    /// One permit for each hash being computed.
    workers: Arc<Semaphore>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Passwords(cost {}, {} workers free)", self.cost, self.workers.available_permits())
    }
}

impl Passwords {
    /// A pool that computes at most `workers` hashes at once, at `cost` (4..=31; [`PASSWORD_COST`] in production).
    #[must_use]
    pub fn new(cost: u32, workers: usize, chance: Arc<dyn Chance>) -> Self {
        let workers = workers.max(1);
        Self {
            cost: cost.clamp(PASSWORD_COST_MIN, 31),
            chance,
            places: Arc::new(Semaphore::new(workers * (1 + WAITING_PER_WORKER))),
            workers: Arc::new(Semaphore::new(workers)),
        }
    }

    /// Hashes a password that the rules have taken.
    pub async fn hash(&self, password: &str) -> Result<PasswordHash, Saturated> {
        let (password, salt, cost) = (password.to_owned(), self.salt(), self.cost);
        self.run(move || hash_now(&password, cost, salt)).await
    }

    /// Compares. Takes as long for nobody (`None`) and for a password that cannot be right as for a wrong one.
    pub async fn check(&self, password: &str, stored: Option<&PasswordHash>) -> Result<Checked, Saturated> {
        let (password, stored) = (password.to_owned(), stored.cloned());
        let (salt, cost) = (self.salt(), self.cost);
        self.run(move || check_now(&password, stored.as_ref(), cost, salt)).await
    }

    fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.chance.fill(&mut salt);
        salt
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Saturated> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Saturated)?;
        let worker = Arc::clone(&self.workers).acquire_owned().await.map_err(|_| Saturated)?;
        // The permits go with the work: a caller that hangs up does not free a worker that is still busy.
        let permits: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, worker);
        let job = move || {
            let result = work();
            drop(permits);
            result
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| Saturated)
    }
}

fn hash_now(password: &str, cost: u32, salt: [u8; 16]) -> PasswordHash {
    let parts = bcrypt::hash_with_salt(password, cost, salt).expect("the cost was brought into range");
    PasswordHash(parts.to_string())
}

fn check_now(password: &str, stored: Option<&PasswordHash>, cost: u32, salt: [u8; 16]) -> Checked {
    // bcrypt stops at 72 bytes and repeats after a NUL: such a text must not equal a shorter password.
    let possible = password.len() <= PASSWORD_BYTES_MAX && !password.contains('\0');
    let nobody = nobodys_hash(cost);
    let against = stored.filter(|_| possible).map_or(nobody.as_str(), PasswordHash::as_str);
    let equal = bcrypt::verify(password, against).unwrap_or(false);
    match stored {
        Some(stored) if possible && equal => {
            let rehashed = (!stored.is_current(cost)).then(|| hash_now(password, cost, salt));
            Checked::Right { rehashed }
        }
        _ => Checked::Wrong,
    }
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
        matches!(pool.check(password, Some(stored)).await, Ok(Checked::Right { .. }))
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let pool = pool(4);
        let stored = pool.hash("Correct-horse1").await.unwrap();
        assert!(stored.as_str().starts_with("$2b$04$"), "the hash describes itself");
        assert!(right(&pool, "Correct-horse1", &stored).await);
        for wrong in ["correct-horse1", "", "Correct-horse1\0", "Correct-horse1\0Correct-horse1"] {
            assert!(!right(&pool, wrong, &stored).await, "{wrong:?}");
        }
        assert_eq!(pool.check("Correct-horse1", None).await, Ok(Checked::Wrong));
        assert_eq!(format!("{stored:?}"), "PasswordHash(hidden)");
    }

    #[tokio::test]
    async fn seventy_two_bytes_are_told_apart_from_seventy_three() {
        let pool = pool(4);
        let longest = "x".repeat(72);
        let stored = pool.hash(&longest).await.unwrap();
        assert!(right(&pool, &longest, &stored).await);
        assert!(!right(&pool, &format!("{longest}y"), &stored).await);
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_renewed_at_the_next_check() {
        let stored = pool(5).hash("Correct-horse1").await.unwrap();
        let pool = pool(4);
        let Ok(Checked::Right { rehashed: Some(renewed) }) =
            pool.check("Correct-horse1", Some(&stored)).await
        else {
            panic!("expected a renewed hash");
        };
        assert!(renewed.as_str().starts_with("$2b$04$"));
        let again = pool.check("Correct-horse1", Some(&renewed)).await;
        assert_eq!(again, Ok(Checked::Right { rehashed: None }));
    }

    #[tokio::test]
    async fn a_hash_we_cannot_read_matches_nothing() {
        let broken = PasswordHash::from_stored("plain".into());
        assert_eq!(pool(4).check("plain", Some(&broken)).await, Ok(Checked::Wrong));
    }

    #[tokio::test]
    async fn callers_beyond_the_places_are_refused_at_once() {
        let pool = pool(4);
        let places = u32::try_from(1 + WAITING_PER_WORKER).unwrap();
        let taken = Arc::clone(&pool.places).acquire_many_owned(places).await.unwrap();
        assert_eq!(pool.hash("Correct-horse1").await, Err(Saturated));
        drop(taken);
        assert!(pool.hash("Correct-horse1").await.is_ok());
    }
}
