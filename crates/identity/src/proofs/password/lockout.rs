//! Ten failures to log in within fifteen minutes close an account, or an address, for fifteen minutes.
//!
//! An account is closed to guesses whether it exists or not, so that the answer tells nobody which do. A failure of an
//! account is recorded *before* the password is looked at and taken back after success: guesses sent all at once are
//! counted too.

use kernel::{TenantId, Timestamp, TypedId};
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv6Addr};
use store::{StoreError, Tx, params};

/// Failures that close a scope, unless a test site allows more.
const FAILURES_MAX: usize = 10;
/// The most a site may allow; each recorded time takes 17 bytes of a row.
const FAILURES_ALLOWED_MAX: usize = 1000;
/// Seconds within which they must lie.
const WINDOW_S: i64 = 15 * 60;
/// Seconds for which the scope is closed after the last of them.
const LOCK_S: i64 = 15 * 60;
/// Seconds after which a scope's failures tell nothing any more.
const FORGET_S: i64 = WINDOW_S + LOCK_S;

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
        Self { per_account: FAILURES_MAX, per_address: FAILURES_MAX }
    }
}

/// What is closed: an account or an address. Kept as a hash, so that the table is no list of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    hash: String,
    failures_max: usize,
}

impl LockoutRules {
    /// The same with `factor` times the failures from one address, as its other limits are raised; 0 allows the most.
    #[must_use]
    pub fn address_times(self, factor: u32) -> Self {
        let factor = if factor == 0 { FAILURES_ALLOWED_MAX } else { factor as usize };
        Self { per_address: self.per_address.saturating_mul(factor).min(FAILURES_ALLOWED_MAX), ..self }
    }

    /// The account of `email_key` on the site of `tenant`, whether it exists or not.
    #[must_use]
    pub fn account(&self, tenant: Option<TenantId>, email_key: &str) -> Scope {
        let text = format!("account {} {email_key}", tenant.map_or(0, TypedId::as_i64));
        Scope::of(&text, self.per_account)
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
        Self { hash, failures_max: failures_max.clamp(1, FAILURES_ALLOWED_MAX) }
    }
}

/// The latest failures of one scope, oldest first. Pure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Failures(Vec<Timestamp>);

impl Failures {
    /// Seconds for which `max` failures within the window still close the scope at `now`; `None` when it is open.
    fn closed_for(&self, now: Timestamp, max: usize) -> Option<u64> {
        let last = self.0.last()?;
        let first = self.0.get(self.0.len().checked_sub(max)?)?;
        let left = now.secs_until(last.plus_secs(LOCK_S));
        (*last <= first.plus_secs(WINDOW_S) && left > 0).then(|| left.unsigned_abs())
    }

    /// Adds a failure and forgets those beyond the latest `max`.
    fn record(&mut self, now: Timestamp, max: usize) {
        self.0.push(now);
        self.0.drain(..self.0.len().saturating_sub(max));
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
    fn failures_survive_being_written_down_and_one_can_be_taken_back() {
        let mut failures = after(&[1, 2, 3]);
        assert_eq!(Failures::parse(&failures.text()), failures);
        failures.retract(Timestamp::from_secs(2));
        assert_eq!(failures, after(&[1, 3]));
        assert_eq!(Failures::parse(""), Failures::default());
    }

    #[test]
    fn scopes_tell_tenants_accounts_and_households_apart() {
        let rules = LockoutRules::default();
        let all = [
            rules.account(None, "a@b.co"),
            rules.account(Some(TenantId(1)), "a@b.co"),
            rules.account(None, "b@b.co"),
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
