//! Accounts: what the transfers add up to, and what the table says.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::fingerprint::fingerprint;
use crate::id_index::IdIndex;
use crate::source::{Row, Source};
use crate::transfer::Ends;
use std::collections::BTreeMap;

/// An account with what its transfers add up to. Small, because there may be millions: what fits into four bytes is in its
/// [`Kind`].
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: i64,
    /// Fingerprint of code, owner and scope.
    pub(crate) identity: u64,
    pub(crate) sums: Sums,
    /// Fingerprints of all balances after, minus those before: what begins at nothing and ends at the last balance.
    pub(crate) chain: u64,
}

/// The rest of an account.
#[derive(Debug, Clone, Copy)]
struct Kind {
    /// Index among the assets.
    asset: u16,
    /// What the stall uses it for.
    code: i16,
}

/// The four sums, replayed. Arithmetic wraps: nonsense in a table must not end the check, and is found by comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sums {
    pub(crate) debits_pending: i64,
    pub(crate) debits_posted: i64,
    pub(crate) credits_pending: i64,
    pub(crate) credits_posted: i64,
}

impl Sums {
    pub(crate) fn posted(&self) -> i64 {
        self.credits_posted.wrapping_sub(self.debits_posted)
    }

    pub(crate) fn pending(&self) -> i64 {
        self.credits_pending.wrapping_sub(self.debits_pending)
    }

    /// May still leave.
    pub(crate) fn available(&self) -> i64 {
        self.posted().wrapping_sub(self.debits_pending)
    }

    /// Will be here if all that is reserved comes.
    pub(crate) fn committed(&self) -> i64 {
        self.posted().wrapping_add(self.credits_pending)
    }
}

/// The identity of an account of this code, owner and scope.
pub(crate) fn identity(code: i64, owner: i64, scope: i64) -> u64 {
    fingerprint(&[code, owner, scope])
}

/// All accounts, found by id.
pub(crate) struct Accounts {
    all: Vec<Account>,
    kinds: Vec<Kind>,
    index: IdIndex,
    assets: Vec<String>,
}

impl Accounts {
    /// The index of account `id`.
    pub(crate) fn find(&self, id: i64) -> Option<usize> {
        self.index.find(id, |at| self.all[at].id)
    }

    pub(crate) fn get(&self, index: usize) -> &Account {
        &self.all[index]
    }

    pub(crate) fn get_mut(&mut self, index: u32) -> &mut Account {
        &mut self.all[index as usize]
    }

    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    /// A number that accounts of one asset share.
    pub(crate) fn asset(&self, index: usize) -> u16 {
        self.kinds[index].asset
    }

    /// What that number stands for.
    pub(crate) fn asset_name(&self, index: usize) -> &str {
        self.assets.get(usize::from(self.asset(index))).map_or("", String::as_str)
    }

    /// The ids of debit and credit account.
    pub(crate) fn ids(&self, ends: Ends) -> (i64, i64) {
        (self.all[ends.debit as usize].id, self.all[ends.credit as usize].id)
    }

    /// All of them with their indexes and codes, in the order of ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Account, i64)> {
        let both = self.all.iter().zip(&self.kinds).enumerate();
        both.map(|(index, (account, kind))| (index, account, i64::from(kind.code)))
    }

    /// Those of a code with their indexes.
    pub(crate) fn of_code(&self, code: i64) -> impl Iterator<Item = (usize, &Account)> {
        self.iter().filter(move |(_, _, own)| *own == code).map(|(index, account, _)| (index, account))
    }
}

/// Reads which accounts there are; their sums begin at nothing.
pub(crate) fn read(source: &mut Source) -> Result<Accounts, CheckFault> {
    let (mut all, mut kinds, mut assets) = (Vec::new(), Vec::new(), Vec::<String>::new());
    source.for_each("SELECT id, asset, code, owner, scope FROM accounts ORDER BY id", |row| {
        let (asset, code) = (row.text(1)?, row.int(2)?);
        let known = assets.iter().position(|known| known == asset).unwrap_or_else(|| {
            assets.push(asset.to_owned());
            assets.len() - 1
        });
        all.push(Account {
            id: row.int(0)?,
            identity: identity(code, row.int(3)?, row.int(4)?),
            sums: Sums::default(),
            chain: 0,
        });
        kinds.push(Kind {
            asset: u16::try_from(known).unwrap_or(u16::MAX),
            code: i16::try_from(code).unwrap_or(-1),
        });
        Ok(())
    })?;
    all.shrink_to_fit();
    kinds.shrink_to_fit();
    let index = IdIndex::new(all.len(), |at| all[at].id);
    Ok(Accounts { all, kinds, index, assets })
}

struct Claims {
    zero: Claim,
    equal: Claim,
    limits: Claim,
    chain: Claim,
    totals: BTreeMap<u16, i128>,
}

/// Compares what the transfers add up to with what the table says.
pub(crate) fn compare(source: &mut Source, accounts: &Accounts) -> Result<Vec<Claim>, CheckFault> {
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
    source.for_each(sql, |row| {
        let account = accounts.all.get(at).filter(|account| row.int(6).is_ok_and(|id| id == account.id));
        let account =
            account.ok_or_else(|| CheckFault::Broken("accounts changed under the snapshot".to_owned()))?;
        at += 1;
        claims.compare(account, accounts.asset(at - 1), row)
    })?;
    for (asset, total) in &claims.totals {
        let name = accounts.assets.get(usize::from(*asset));
        claims.zero.check(*total == 0, || format!("{} sums to {total}", name.map_or("?", String::as_str)));
    }
    Ok(vec![claims.zero, claims.equal, claims.limits, claims.chain])
}

impl Claims {
    /// Compares one account with its row.
    fn compare(&mut self, account: &Account, asset: u16, row: &Row<'_>) -> Result<(), CheckFault> {
        let (floor, ceiling) = (row.opt_int(0)?, row.opt_int(1)?);
        let stored = Sums {
            debits_pending: row.int(2)?,
            debits_posted: row.int(3)?,
            credits_pending: row.int(4)?,
            credits_posted: row.int(5)?,
        };
        let Account { id, sums, .. } = account;
        *self.totals.entry(asset).or_default() +=
            i128::from(stored.credits_posted) - i128::from(stored.debits_posted);
        self.equal.check(stored == *sums, || format!("account {id} says {stored:?}, its transfers {sums:?}"));
        let is_below = floor.is_some_and(|floor| stored.available() < floor);
        let is_above = ceiling.is_some_and(|ceiling| stored.committed() > ceiling);
        self.limits.check(!is_below && !is_above, || {
            format!("account {id} with floor {floor:?} and ceiling {ceiling:?} has {stored:?}")
        });
        let whole = fingerprint(&[sums.posted(), sums.pending()]).wrapping_sub(fingerprint(&[0, 0]));
        self.chain.check(account.chain == whole, || {
            format!("a transfer of account {id} says another balance after it")
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_takes_60_bytes() {
        assert_eq!(size_of::<Account>() + size_of::<Kind>(), 60);
    }
}
