//! Ten failures to log in within fifteen minutes close an account to strangers for fifteen minutes, the next ten for half an
//! hour, and so on up to four hours: one budget an account, whatever site it is guessed on.
//!
//! A device that logged in to the account before has a budget of its own (see `device`), so that strangers cannot lock an owner
//! out. Failures from one address close it only to accounts at which a guess has failed already: a right password is not
//! refused because others at the address failed. An account is closed whether it exists or not, so that the answer tells nobody
//! which do. A failure is recorded *before* the password is looked at and taken back after success: guesses sent all at once are
//! counted too.

use kernel::Timestamp;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv6Addr};
use store::{StoreError, Tx, params};

/// Failures that close an account.
const FAILURES_MAX: usize = 10;
/// Failures that close an address: a hall of people mistype more often than one.
const ADDRESS_FAILURES_MAX: usize = 100;
/// The most a site may allow; each recorded time takes 17 bytes of a row.
const FAILURES_ALLOWED_MAX: usize = 1000;
/// Seconds within which they must lie.
const WINDOW_S: i64 = 15 * 60;
/// Seconds for which the scope is closed after the last of them, the first time; each further time twice as long.
const LOCK_S: i64 = 15 * 60;
/// The longest a scope is closed.
const LOCK_MAX_S: i64 = 4 * 3600;
/// Series of failures that are remembered; after so many the lock no longer grows.
const SERIES_MAX: usize = 5;
/// Seconds after its last failure for which a scope's earlier ones still count.
const FORGET_S: i64 = 24 * 3600;

/// How many failures close what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockoutRules {
    /// Of one account.
    pub per_account: usize,
    /// From one address, over all accounts.
    pub per_address: usize,
}

impl Default for LockoutRules {
    fn default() -> Self {
        Self { per_account: FAILURES_MAX, per_address: ADDRESS_FAILURES_MAX }
    }
}

/// What is closed: an account or an address. Kept as a hash, so that the table is no list of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    hash: String,
    failures_max: usize,
    is_device: bool,
}

impl LockoutRules {
    /// The same with `factor` times the failures from one address, as its other limits are raised; 0 allows the most.
    #[must_use]
    pub fn address_times(self, factor: u32) -> Self {
        let factor = if factor == 0 { FAILURES_ALLOWED_MAX } else { factor as usize };
        Self { per_address: self.per_address.saturating_mul(factor).min(FAILURES_ALLOWED_MAX), ..self }
    }

    /// Strangers at the accounts of `email_key`, of whatever site, whether there are any or not.
    #[must_use]
    pub fn account(&self, email_key: &str) -> Scope {
        Scope::of(&format!("account {email_key}"), self.per_account)
    }

    /// A device that logged in to the account of `email_key` before, by the nonce of its cookie.
    #[must_use]
    pub fn device(&self, email_key: &str, nonce: &str) -> Scope {
        let scope = Scope::of(&format!("device {nonce} {email_key}"), self.per_account);
        Scope { is_device: true, ..scope }
    }

    /// Everybody at one address; a household with IPv6 has 2^64 of them, which count as one.
    #[must_use]
    pub fn address(&self, ip: &str) -> Scope {
        let text = match ip.parse().map(|ip: IpAddr| ip.to_canonical()) {
            Ok(IpAddr::V6(ip)) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).to_string(),
            Ok(IpAddr::V4(ip)) => ip.to_string(),
            Err(_) => ip.to_owned(),
        };
        Scope::of(&format!("address {text}"), self.per_address)
    }
}

impl Scope {
    fn of(text: &str, failures_max: usize) -> Self {
        let hash = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { hash, failures_max: failures_max.clamp(1, FAILURES_ALLOWED_MAX), is_device: false }
    }

    /// Whether it is of a device that logged in before, which no stranger's failures close.
    #[must_use]
    pub fn is_device(&self) -> bool {
        self.is_device
    }
}

/// The latest failures of one scope, oldest first. Pure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Failures(Vec<Timestamp>);

impl Failures {
    /// Seconds for which `max` failures within the window still close the scope at `now`; `None` when it is open.
    fn closed_for(&self, now: Timestamp, max: usize) -> Option<u64> {
        let left = now.secs_until(self.closed_until(max)?);
        (left > 0).then(|| left.unsigned_abs())
    }

    /// When the lock of the last whole series ends. A series is `max` failures within the window, counted from the first after
    /// the series before it.
    fn closed_until(&self, max: usize) -> Option<Timestamp> {
        let (mut series, mut locks, mut until) = (Vec::new(), 0_u32, None);
        for failure in &self.0 {
            series.retain(|earlier: &Timestamp| *failure <= earlier.plus_secs(WINDOW_S));
            series.push(*failure);
            if series.len() >= max {
                let lock_s = LOCK_S.saturating_mul(1 << locks.min(8)).min(LOCK_MAX_S);
                until = Some(failure.plus_secs(lock_s));
                locks += 1;
                series.clear();
            }
        }
        until
    }

    /// Whether a failure lies within the window before `now`.
    fn has_recent(&self, now: Timestamp) -> bool {
        self.0.last().is_some_and(|last| now <= last.plus_secs(WINDOW_S))
    }

    /// Adds a failure and forgets those that are too old or too many.
    fn record(&mut self, now: Timestamp, max: usize) {
        if self.0.last().is_some_and(|last| now > last.plus_secs(FORGET_S)) {
            self.0.clear();
        }
        self.0.push(now);
        // A whole series is forgotten at a time, so that the others keep their beginnings; an address has no series.
        let keep = if max > FAILURES_MAX { max } else { max * SERIES_MAX };
        while self.0.len() > keep {
            self.0.drain(..max.min(self.0.len()));
        }
    }

    fn retract(&mut self, at: Timestamp) {
        if let Some(found) = self.0.iter().rposition(|failure| *failure == at) {
            self.0.remove(found);
        }
    }

    fn parse(text: &str) -> Self {
        Self(text.split(' ').filter_map(|word| word.parse().ok()).map(Timestamp::from_micros).collect())
    }

    fn text(&self) -> String {
        self.0.iter().map(|at| at.as_micros().to_string()).collect::<Vec<_>>().join(" ")
    }
}

/// Seconds until `scope` opens; `None` when it is open.
pub fn closed_for(tx: &mut Tx<'_>, now: Timestamp, scope: &Scope) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT times FROM login_failures WHERE scope = $1";
    let times = tx.query_opt(sql, params![scope.hash.as_str()], |row| row.text(0))?;
    Ok(times.and_then(|times| Failures::parse(&times).closed_for(now, scope.failures_max)))
}

/// Whether a guess at `scope` failed within the last quarter of an hour.
pub fn failed_recently(tx: &mut Tx<'_>, now: Timestamp, scope: &Scope) -> Result<bool, StoreError> {
    let sql = "SELECT times FROM login_failures WHERE scope = $1";
    let times = tx.query_opt(sql, params![scope.hash.as_str()], |row| row.text(0))?;
    Ok(times.is_some_and(|times| Failures::parse(&times).has_recent(now)))
}

/// Records a failure of `scope`, unless it is closed: then the seconds until it opens, and nothing is recorded.
pub fn record(tx: &mut Tx<'_>, now: Timestamp, scope: &Scope) -> Result<Option<u64>, StoreError> {
    let mut failures = load_locked(tx, now, scope)?;
    if let Some(seconds) = failures.closed_for(now, scope.failures_max) {
        return Ok(Some(seconds));
    }
    failures.record(now, scope.failures_max);
    save(tx, scope, &failures)?;
    Ok(None)
}

/// Forgets the failures of `scope`: somebody proved to be its owner.
pub fn clear(tx: &mut Tx<'_>, scope: &Scope) -> Result<(), StoreError> {
    tx.execute("DELETE FROM login_failures WHERE scope = $1", params![scope.hash.as_str()])?;
    Ok(())
}

/// Takes back the failure recorded at `at`: it was none.
pub fn retract(tx: &mut Tx<'_>, at: Timestamp, scope: &Scope) -> Result<(), StoreError> {
    let mut failures = load_locked(tx, at, scope)?;
    failures.retract(at);
    save(tx, scope, &failures)
}

/// Deletes what tells nothing any more, at most `limit`; how many.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM login_failures WHERE scope IN
           (SELECT scope FROM login_failures WHERE updated_at < $1 ORDER BY updated_at LIMIT $2)",
        params![now.plus_secs(-FORGET_S), limit],
    )
}

/// Reads the row, made if absent; on PostgreSQL the upsert keeps everybody else out until the transaction ends.
fn load_locked(tx: &mut Tx<'_>, now: Timestamp, scope: &Scope) -> Result<Failures, StoreError> {
    let times = tx.query_one(
        "INSERT INTO login_failures (scope, times, updated_at) VALUES ($1, '', $2)
         ON CONFLICT (scope) DO UPDATE SET updated_at = excluded.updated_at RETURNING times",
        params![scope.hash.as_str(), now],
        |row| row.text(0),
    )?;
    Ok(Failures::parse(&times))
}

fn save(tx: &mut Tx<'_>, scope: &Scope, failures: &Failures) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE login_failures SET times = $2 WHERE scope = $1",
        params![scope.hash.as_str(), failures.text()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: &[i64]) -> Failures {
        let mut failures = Failures::default();
        seconds.iter().for_each(|second| failures.record(Timestamp::from_secs(*second), 10));
        failures
    }

    #[test]
    fn ten_failures_in_a_quarter_of_an_hour_close_for_a_quarter_of_an_hour() {
        let nine = after(&[0, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(nine.closed_for(Timestamp::from_secs(8), 10), None);
        let ten = after(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 900]);
        assert_eq!(ten.closed_for(Timestamp::from_secs(900), 10), Some(900));
        assert_eq!(ten.closed_for(Timestamp::from_secs(1799), 10), Some(1));
        assert_eq!(ten.closed_for(Timestamp::from_secs(1800), 10), None);
    }

    #[test]
    fn ten_failures_spread_wider_close_nothing() {
        assert_eq!(after(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 901]).closed_for(Timestamp::from_secs(901), 10), None);
    }

    #[test]
    fn after_a_lock_one_more_failure_does_not_close_again() {
        let mut failures = after(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let opened = Timestamp::from_secs(910);
        failures.record(opened, 10);
        assert_eq!(failures.closed_for(opened, 10), None);
    }

    #[test]
    fn each_further_series_closes_twice_as_long_up_to_four_hours() {
        let (mut failures, mut now) = (Failures::default(), Timestamp::from_secs(0));
        let mut locks = Vec::new();
        for _ in 0..7 {
            for _ in 0..10 {
                assert_eq!(failures.closed_for(now, 10), None);
                failures.record(now, 10);
            }
            let seconds = failures.closed_for(now, 10).expect("closed");
            locks.push(seconds / 60);
            now = now.plus_secs(i64::try_from(seconds).expect("small"));
        }
        assert_eq!(locks, [15, 30, 60, 120, 240, 240, 240]);
        let day_later = now.plus_secs(FORGET_S + 1);
        (0..10).for_each(|_| failures.record(day_later, 10));
        assert_eq!(failures.closed_for(day_later, 10), Some(900));
    }

    #[test]
    fn failures_survive_being_written_down_and_one_can_be_taken_back() {
        let mut failures = after(&[1, 2, 3]);
        assert_eq!(Failures::parse(&failures.text()), failures);
        failures.retract(Timestamp::from_secs(2));
        assert_eq!(failures, after(&[1, 3]));
        assert_eq!(Failures::parse(""), Failures::default());
    }

    #[test]
    fn scopes_tell_accounts_devices_and_households_apart() {
        let rules = LockoutRules::default();
        let all = [
            rules.account("a@b.co"),
            rules.account("b@b.co"),
            rules.device("a@b.co", "n1"),
            rules.device("a@b.co", "n2"),
            rules.device("b@b.co", "n1"),
            rules.address("a@b.co"),
            rules.address("1.2.3.4"),
            rules.address("2001:db8::1"),
        ];
        for (at, scope) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(scope) && !scope.hash.contains('@'));
        }
        assert_eq!(rules.address("2001:db8::1"), rules.address("2001:db8::2:3"));
        assert_eq!(rules.address("::ffff:1.2.3.4"), rules.address("1.2.3.4"));
    }
}
