//! Accounts: what the transfers add up to, and what the table says.

use super::CheckFault;
use super::mix::{Places, mix};
use super::report::Claim;
use super::source::{Cells, Source};
use std::collections::BTreeMap;

/// The code of a buyer's account at an event, as written in tables.
pub(super) const BUYER: i64 = 3;

/// An account with what its transfers add up to. Small, because there may be millions.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: i64,
    /// Fingerprint of code, owner and scope.
    pub(super) who: u64,
    pub(super) asset: u16,
    pub(super) code: i16,
    /// Seats that bookings say lie here or come.
    pub(super) tickets: i32,
    pub(super) sums: Sums,
    /// Fingerprints of all balances after, minus those before: what begins at nothing and ends at the last balance.
    pub(super) chain: u64,
}

/// The four sums, replayed. Arithmetic wraps: nonsense in a table must not end the check, and is found by comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sums {
    pub(super) debits_pending: i64,
    pub(super) debits_posted: i64,
    pub(super) credits_pending: i64,
    pub(super) credits_posted: i64,
}

impl Sums {
    pub(super) fn posted(&self) -> i64 {
        self.credits_posted.wrapping_sub(self.debits_posted)
    }

    pub(super) fn pending(&self) -> i64 {
        self.credits_pending.wrapping_sub(self.debits_pending)
    }

    /// May still leave.
    pub(super) fn available(&self) -> i64 {
        self.posted().wrapping_sub(self.debits_pending)
    }

    /// Will be here if all that is reserved comes.
    pub(super) fn committed(&self) -> i64 {
        self.posted().wrapping_add(self.credits_pending)
    }
}

/// All accounts, found by id.
pub(super) struct Accounts {
    pub(super) all: Vec<Account>,
    places: Places,
    assets: Vec<String>,
}

impl Accounts {
    pub(super) fn find(&self, id: i64) -> Option<usize> {
        self.places.find(id, |at| self.all[at].id)
    }
}

/// Reads who is there; sums begin at nothing.
pub(super) fn read(source: &mut Source) -> Result<Accounts, CheckFault> {
    let (mut all, mut assets) = (Vec::new(), Vec::<String>::new());
    source.each("SELECT id, asset, code, owner, scope FROM accounts ORDER BY id", |row| {
        let (asset, code) = (row.text(1)?, row.int(2)?);
        let known = assets.iter().position(|known| known == asset).unwrap_or_else(|| {
            assets.push(asset.to_owned());
            assets.len() - 1
        });
        all.push(Account {
            id: row.int(0)?,
            who: mix(&[code, row.int(3)?, row.int(4)?]),
            asset: u16::try_from(known).unwrap_or(u16::MAX),
            code: i16::try_from(code).unwrap_or(-1),
            tickets: 0,
            sums: Sums::default(),
            chain: 0,
        });
        Ok(())
    })?;
    all.shrink_to_fit();
    let places = Places::new(all.len(), |at| all[at].id);
    Ok(Accounts { all, places, assets })
}

struct Claims {
    zero: Claim,
    equal: Claim,
    limits: Claim,
    chain: Claim,
    totals: BTreeMap<u16, i128>,
}

/// Compares what the transfers add up to with what the table says.
pub(super) fn compare(source: &mut Source, accounts: &Accounts) -> Result<Vec<Claim>, CheckFault> {
    let mut claims = Claims {
        zero: Claim::new("each asset sums to zero"),
        equal: Claim::new("every balance equals its transfers"),
        limits: Claim::new("no floor and no ceiling is crossed"),
        chain: Claim::new("the balances after every transfer follow from one another"),
        totals: BTreeMap::new(),
    };
    let sql = "SELECT floor, ceiling, debits_pending, debits_posted, credits_pending, credits_posted, id
               FROM accounts ORDER BY id";
    let mut at = 0;
    source.each(sql, |row| {
        let account = accounts.all.get(at).filter(|account| row.int(6).is_ok_and(|id| id == account.id));
        let account =
            account.ok_or_else(|| CheckFault::Broken("accounts changed under the snapshot".to_owned()))?;
        at += 1;
        claims.see(account, row)
    })?;
    for (asset, total) in &claims.totals {
        let name = accounts.assets.get(usize::from(*asset));
        claims.zero.check(*total == 0, || format!("{} sums to {total}", name.map_or("?", String::as_str)));
    }
    Ok(vec![claims.zero, claims.equal, claims.limits, claims.chain])
}

impl Claims {
    fn see(&mut self, account: &Account, row: &Cells<'_>) -> Result<(), CheckFault> {
        let (floor, ceiling) = (row.opt_int(0)?, row.opt_int(1)?);
        let stored = Sums {
            debits_pending: row.int(2)?,
            debits_posted: row.int(3)?,
            credits_pending: row.int(4)?,
            credits_posted: row.int(5)?,
        };
        let Account { id, sums, .. } = account;
        *self.totals.entry(account.asset).or_default() +=
            i128::from(stored.credits_posted) - i128::from(stored.debits_posted);
        self.equal.check(stored == *sums, || format!("account {id} says {stored:?}, its transfers {sums:?}"));
        let below = floor.is_some_and(|floor| stored.available() < floor);
        let above = ceiling.is_some_and(|ceiling| stored.committed() > ceiling);
        self.limits.check(!below && !above, || {
            format!("account {id} with floor {floor:?} and ceiling {ceiling:?} has {stored:?}")
        });
        let whole = mix(&[sums.posted(), sums.pending()]).wrapping_sub(mix(&[0, 0]));
        self.chain
            .check(account.chain == whole, || format!("a transfer of account {id} tells another balance"));
        Ok(())
    }
}
