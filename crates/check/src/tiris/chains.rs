//! The chains of a sub-account: closing balances in the order of writing, and the sums in the order of events.

use crate::accounts::Accounts;
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::{Row, Source};

/// One sub-account while its transactions are walked.
struct Chain {
    account: i64,
    locked: i64,
    closing: i64,
    event_time: i64,
    event_balance: i64,
}

/// Three claims, in one pass over the transactions.
pub(super) fn claims(source: &mut Source, accounts: &Accounts) -> Result<[Claim; 3], CheckFault> {
    let mut closing = Claim::new("the closing balances of every sub-account follow from one another");
    let mut events =
        Claim::new("entries that happened before earlier ones are marked, and the others summed");
    let mut held = Claim::new("every sub-account holds what its last transaction says");
    let sql = "SELECT x.sub_account_id, s.locked_id, x.id, x.direction, x.amount, x.closing_balance, x.event_time, x.is_late,
                 x.event_balance
               FROM transactions x JOIN sub_accounts s ON s.id = x.sub_account_id ORDER BY x.sub_account_id, x.id";
    let mut chain: Option<Chain> = None;
    source.for_each(sql, |row| {
        let account = row.int(0)?;
        if chain.as_ref().is_none_or(|chain| chain.account != account) {
            end(&mut held, accounts, chain.take());
        }
        let (locked, fresh) = (row.int(1)?, i64::MIN);
        let chain =
            chain.get_or_insert(Chain { account, locked, closing: 0, event_time: fresh, event_balance: 0 });
        step(chain, row, &mut closing, &mut events)
    })?;
    end(&mut held, accounts, chain);
    Ok([closing, events, held])
}

fn step(chain: &mut Chain, row: &Row<'_>, closing: &mut Claim, events: &mut Claim) -> Result<(), CheckFault> {
    let (id, amount, event_time) = (row.int(2)?, row.int(4)?, row.int(6)?);
    let signed = if row.text(3)? == "credit" { amount } else { amount.wrapping_neg() };
    let (before, says) = (chain.closing, row.int(5)?);
    closing.check(before.wrapping_add(signed) == says && says >= 0, || {
        format!("transaction {id} moves {signed} from {before} to {says}")
    });
    let is_late = event_time < chain.event_time;
    if !is_late {
        chain.event_time = event_time;
        chain.event_balance = chain.event_balance.wrapping_add(signed);
    }
    let (said_late, said_sum) = (row.opt_truth(7)?.unwrap_or(false), row.int(8)?);
    events.check((is_late, chain.event_balance) == (said_late, said_sum), || {
        format!(
            "transaction {id} says late {said_late} and {said_sum}, it is {is_late} and {}",
            chain.event_balance
        )
    });
    // The rest of the chain is judged from what the row says, so that one fault is found once.
    chain.closing = says;
    chain.event_balance = said_sum;
    Ok(())
}

fn end(held: &mut Claim, accounts: &Accounts, chain: Option<Chain>) {
    let Some(chain) = chain else { return };
    let posted = |id| accounts.find(id).map_or(0, |index| accounts.get(index).sums.posted());
    let holds = posted(chain.account).wrapping_add(posted(chain.locked));
    held.check(holds == chain.closing, || {
        format!("sub-account {} holds {holds}, its last transaction says {}", chain.account, chain.closing)
    });
}
