//! Tap's claims: what its tables say against what the ledger says, and outcomes decided once more from the evidence.

use super::CheckFault;
use super::accounts::{Account, Accounts};
use super::report::Claim;
use super::source::Source;
use std::collections::HashMap;

/// Codes of accounts, as written in tables.
const HOUSE: i64 = 2;
const STAKES: i64 = 4;
const RESERVE: i64 = 5;
/// Codes of transfers, as written in tables.
const BET: i64 = 3;
const PAYOUT: i64 = 8;
const REFUND: i64 = 9;
/// Kinds of locators, as written in tables.
const NONCE: i64 = 1;
const CELL: i64 = 2;
const PAID: i64 = 5;
/// What stands before the first block.
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Every claim about Tap's tables.
pub(super) fn claims(source: &mut Source, accounts: &Accounts) -> Result<Vec<Claim>, CheckFault> {
    let columns = read_columns(source)?;
    let mut claims = bets(source, &columns)?;
    claims.push(stakes(source)?);
    claims.push(payouts(source)?);
    claims.push(money_of_columns(accounts, &columns));
    claims.push(house(accounts));
    claims.push(locators(source)?);
    claims.push(ticks(source)?);
    claims.push(chain(source)?);
    claims.push(super::tap_evidence::claim(source)?);
    claims.push(sequences(source)?);
    // A database that was migrated before there were any is checked as well.
    if source.has_table("withdrawals")? {
        claims.extend(super::tap_payments::claims(source)?);
    }
    Ok(claims)
}

/// A column as its row says, and what its bets add up to.
#[derive(Debug, Default)]
struct Column {
    settled: bool,
    paying: bool,
    stakes: i64,
    reserved: i64,
    count: i64,
    segment: bool,
    /// Prices of its evidence, the carry-in first, and whether it is valid.
    evidence: Option<(Vec<i64>, bool)>,
    seen_stakes: i64,
    seen_count: i64,
    /// What is still to be paid to bets without an outcome.
    unpaid: i64,
}

fn read_columns(source: &mut Source) -> Result<HashMap<i64, Column>, CheckFault> {
    let mut columns = HashMap::new();
    source.each("SELECT id, state, stakes, reserved, bets, rule_version FROM columns", |row| {
        let state = row.text(1)?;
        let column = Column {
            settled: state == "settled",
            paying: state == "paying",
            stakes: row.int(2)?,
            reserved: row.int(3)?,
            count: row.int(4)?,
            segment: row.int(5)? > 4,
            ..Column::default()
        };
        columns.insert(row.int(0)?, column);
        Ok(())
    })?;
    source.each("SELECT id, verdict, body FROM evidence", |row| {
        let (valid, prices) = (row.text(1)? == "valid", prices(row.text(2)?)?);
        if let Some(column) = columns.get_mut(&row.int(0)?) {
            column.evidence = Some((prices, valid));
        }
        Ok(())
    })?;
    Ok(columns)
}

/// The carry-in and every price visited, in order.
fn prices(body: &str) -> Result<Vec<i64>, CheckFault> {
    let unreadable = || CheckFault::Unreadable("the evidence of a column".to_owned());
    let body: serde_json::Value = serde_json::from_str(body).map_err(|_| unreadable())?;
    let carry = body.get("carry_in_price").and_then(serde_json::Value::as_i64);
    let visited = body.get("prices").and_then(serde_json::Value::as_array).ok_or_else(unreadable)?;
    let price = |entry: &serde_json::Value| entry.get(0).and_then(serde_json::Value::as_i64);
    let visited = visited.iter().map(price).collect::<Option<Vec<_>>>().ok_or_else(unreadable)?;
    Ok(carry.into_iter().chain(visited).collect())
}

impl Column {
    /// What a bet on `low..=high` got, by the rules and nothing else.
    fn outcome(&self, low: i64, high: i64) -> Option<&'static str> {
        let (prices, valid) = self.evidence.as_ref()?;
        let inside = prices.iter().any(|price| (low..=high).contains(price));
        let across = |pair: &[i64]| pair[0].min(pair[1]) <= high && pair[0].max(pair[1]) >= low;
        let touched = inside || (self.segment && prices.windows(2).any(across));
        Some(match (touched, valid) {
            (true, _) => "won",
            (false, true) => "lost",
            (false, false) => "void",
        })
    }
}

/// Bets against their columns: sums, and every outcome decided once more.
fn bets(source: &mut Source, columns: &HashMap<i64, Column>) -> Result<Vec<Claim>, CheckFault> {
    let mut outcomes = Claim::new("every outcome follows from its column's evidence");
    let mut paid = Claim::new("every bet was paid what its outcome says, to the cent");
    let mut sums = Claim::new("every column's stakes and bets are those of its bets");
    let mut seen: HashMap<i64, Column> = HashMap::new();
    let sql =
        "SELECT id, column_id, low, high, amount, rate, payout, status, payout_amount FROM bets ORDER BY id";
    source.each(sql, |row| {
        let (id, column, status) = (row.int(0)?, row.int(1)?, row.text(7)?);
        let (amount, payout, got) = (row.int(4)?, row.int(6)?, row.opt_int(8)?);
        let due = match status {
            "won" => Some(payout),
            "void" => Some(amount),
            "lost" => Some(0),
            _ => None,
        };
        let priced = i128::from(amount) * i128::from(row.int(5)?) / 100 == i128::from(payout);
        paid.check(got == due && priced, || format!("bet {id} is {status} and got {got:?} of {due:?}"));
        if status == "insufficient_funds" {
            return Ok(());
        }
        let sum = seen.entry(column).or_default();
        sum.seen_stakes = sum.seen_stakes.wrapping_add(amount);
        sum.seen_count += 1;
        let told = columns.get(&column).and_then(|known| known.outcome(row.int(2).ok()?, row.int(3).ok()?));
        let fits = match (status, told) {
            ("confirmed", Some(told)) => {
                sum.unpaid += match told {
                    "won" => payout,
                    "void" => amount,
                    _ => 0,
                };
                true
            }
            ("confirmed", None) => true,
            (status, told) => told == Some(status),
        };
        outcomes.check(fits, || format!("bet {id} is {status}, its column says {told:?}"));
        Ok(())
    })?;
    for (id, column) in columns {
        let sum = seen.remove(id).unwrap_or_default();
        let same = (column.stakes, column.count) == (sum.seen_stakes, sum.seen_count);
        sums.check(same && !(column.settled && sum.unpaid != 0), || {
            format!(
                "column {id} says {} in {} bets, they say {} in {}",
                column.stakes, column.count, sum.seen_stakes, sum.seen_count
            )
        });
    }
    for (id, sum) in seen {
        sums.wrong(|| format!("{} bets are on column {id}, which is not there", sum.seen_count));
    }
    Ok(vec![outcomes, paid, sums])
}

/// Stakes: one transfer a bet, named like it, from its player to its column.
fn stakes(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every bet's stake was taken once, and no other stake was");
    let sql = format!(
        "SELECT b.id, b.user_id, b.column_id, b.amount, t.debit, t.credit, t.amount, b.status FROM bets b
         LEFT JOIN transfers t ON t.id = b.id AND t.code = {BET} ORDER BY b.id"
    );
    let mut taken = 0_u64;
    source.each(&sql, |row| {
        let id = row.int(0)?;
        let there = row.opt_int(4)?.is_some();
        let right =
            there && (row.int(1)?, row.int(2)?, row.int(3)?) == (row.int(4)?, row.int(5)?, row.int(6)?);
        let owes = row.text(7)? != "insufficient_funds";
        taken += u64::from(there);
        claim.check(if owes { right } else { !there }, || format!("bet {id} and its stake's transfer"));
        Ok(())
    })?;
    let all = source.count(&format!("SELECT COUNT(*) FROM transfers WHERE code = {BET}"))?;
    if all != taken {
        claim.wrong(|| format!("{all} stakes were taken, {taken} belong to bets"));
    }
    Ok(claim)
}

/// Payouts: each decided bet that got money names the one transfer that brought it.
fn payouts(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every win and every refund was paid once, and nothing else was");
    let sql = format!(
        "SELECT b.id, b.user_id, b.column_id, b.payout_amount, b.status, t.debit, t.credit, t.amount, t.code FROM bets b
         LEFT JOIN transfers t ON t.id = b.payout_transfer AND t.code IN ({PAYOUT}, {REFUND})
         WHERE b.payout_transfer IS NOT NULL OR b.status IN ('won', 'void') ORDER BY b.id"
    );
    let mut paid = 0_u64;
    source.each(&sql, |row| {
        let id = row.int(0)?;
        let code = if row.text(4)? == "won" { PAYOUT } else { REFUND };
        let said = [Some(row.int(2)?), Some(row.int(1)?), row.opt_int(3)?, Some(code)];
        let did = [row.opt_int(5)?, row.opt_int(6)?, row.opt_int(7)?, row.opt_int(8)?];
        paid += 1;
        claim.check(said == did, || format!("bet {id} says {said:?}, its transfer {did:?}"));
        Ok(())
    })?;
    let all = source.count(&format!("SELECT COUNT(*) FROM transfers WHERE code IN ({PAYOUT}, {REFUND})"))?;
    let distinct =
        source.count("SELECT COUNT(DISTINCT payout_transfer) FROM bets WHERE payout_transfer IS NOT NULL")?;
    if (all, distinct) != (paid, paid) {
        claim.wrong(|| format!("{all} payments were made, {paid} bets name {distinct}"));
    }
    Ok(claim)
}

/// An open column holds its stakes and reserve, a settled one nothing.
fn money_of_columns(accounts: &Accounts, columns: &HashMap<i64, Column>) -> Claim {
    let mut claim =
        Claim::new("every column's accounts hold its stakes and its reserve, and nothing once it is settled");
    for account in &accounts.all {
        let (own, has) = (i64::from(account.code), account.sums.posted());
        let wanted = match own {
            STAKES => columns.get(&account.id).map(wanted_stakes),
            RESERVE => columns.get(&(account.id - 1)).map(|column| Some(column.reserved)),
            _ => continue,
        };
        // A bet without money opens an account and leaves it empty.
        let fits = match wanted {
            None => has == 0,
            Some(Some(wanted)) => has == wanted,
            Some(None) => has >= 0,
        };
        claim.check(fits, || format!("account {} holds {has}, its column says {wanted:?}", account.id));
    }
    claim
}

/// What the stakes' account must hold; `None` while it is being paid out.
fn wanted_stakes(column: &Column) -> Option<i64> {
    match (column.settled, column.paying) {
        (true, _) => Some(0),
        (false, true) => None,
        (false, false) => Some(column.stakes),
    }
}

fn house(accounts: &Accounts) -> Claim {
    let mut claim = Claim::new("the house can pay what it owes");
    let house = |account: &&Account| i64::from(account.code) == HOUSE;
    for account in accounts.all.iter().filter(house) {
        let has = account.sums.posted();
        claim.check(has >= 0, || format!("the house has {has}"));
    }
    claim
}

fn locators(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim =
        Claim::new("every nonce is spent once, every live bet is found by its cell, every payout by its bet");
    let live = "SELECT COUNT(*) FROM bets WHERE status <> 'insufficient_funds'";
    let paid = "SELECT COUNT(*) FROM bets WHERE payout_transfer IS NOT NULL";
    let of_bet = "b.id = l.id";
    let of_payout = "b.payout_transfer = l.id AND b.id = l.key";
    let all = "SELECT COUNT(*) FROM bets";
    for (kind, on, bets) in [(NONCE, of_bet, all), (CELL, of_bet, live), (PAID, of_payout, paid)] {
        let joined = format!(
            "SELECT COUNT(*) FROM locators l JOIN bets b ON {on} AND b.user_id = l.owner WHERE l.kind = {kind}"
        );
        let found = source.count(&joined)?;
        let all = source.count(&format!("SELECT COUNT(*) FROM locators WHERE kind = {kind}"))?;
        let wanted = source.count(bets)?;
        claim.counted(all);
        if (found, all) != (wanted, wanted) {
            claim.wrong(|| format!("{all} locators of kind {kind} find {found} bets of {wanted}"));
        }
    }
    Ok(claim)
}

fn ticks(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("ticks are numbered without a gap and go forward in time");
    let mut last: Option<(i64, i64)> = None;
    source.each("SELECT seq, ts_ms FROM ticks ORDER BY seq", |row| {
        let tick = (row.int(0)?, row.int(1)?);
        let follows = last.is_none_or(|last| tick.0 == last.0 + 1 && tick.1 > last.1) && tick.1 % 100 == 0;
        claim.check(follows, || format!("tick {tick:?} after {last:?}"));
        last = Some(tick);
        Ok(())
    })?;
    Ok(claim)
}

/// Every block whose ticks are all there is hashed once more, and names the one before it.
fn chain(source: &mut Source) -> Result<Claim, CheckFault> {
    use sha2::{Digest, Sha256};
    let mut claim =
        Claim::new("every sealed minute has the hash of its ticks and names the minute before it");
    let mut blocks = Vec::new();
    source.each(
        "SELECT minute, first_seq, last_seq, prev_hash, hash FROM blocks ORDER BY minute",
        |row| {
            blocks.push((
                row.int(0)?,
                row.int(1)?,
                row.int(2)?,
                row.text(3)?.to_owned(),
                row.text(4)?.to_owned(),
            ));
            Ok(())
        },
    )?;
    let mut open: HashMap<i64, (Sha256, i64)> = HashMap::new();
    // A minute is sealed with the first tick of a later one.
    let mut unsealed = None;
    source.each("SELECT seq, ts_ms, price, n_sources, flags FROM ticks ORDER BY seq", |row| {
        let minute = row.int(1)?.div_euclid(60_000);
        if let Some(before) = unsealed.filter(|before| *before != minute) {
            claim.wrong(|| format!("minute {before} is over and has no block"));
            unsealed = None;
        }
        let Ok(at) = blocks.binary_search_by_key(&minute, |block| block.0) else {
            unsealed = Some(minute);
            return Ok(());
        };
        let (hasher, seen) = open.entry(minute).or_insert_with(|| {
            let mut hasher = Sha256::new();
            hasher.update(unhex(&blocks[at].3));
            hasher.update(minute.to_be_bytes());
            (hasher, 0)
        });
        for number in [row.int(0)?, row.int(1)?, row.int(2)?] {
            hasher.update(number.to_be_bytes());
        }
        hasher.update([row.int(3)? as u8, row.int(4)? as u8]);
        *seen += 1;
        Ok(())
    })?;
    let mut before: Option<&String> = None;
    for (minute, first, last, prev, hash) in &blocks {
        let whole = open.remove(minute).filter(|(_, seen)| *seen == last - first + 1);
        let same = whole.is_none_or(|(hasher, _)| hex(&hasher.finalize()) == *hash);
        let follows = before.map_or(NO_HASH, String::as_str) == prev;
        claim.check(same && follows, || format!("minute {minute}"));
        before = Some(hash);
    }
    Ok(claim)
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).filter_map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What players were told: one, two, three … for each.
fn sequences(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("what each player was told is numbered without a gap");
    let mut last: HashMap<i64, i64> = HashMap::new();
    source.each("SELECT key, payload FROM outbox WHERE topic = 'tap-bets' ORDER BY seq", |row| {
        let (user, payload) = (row.int(0)?, row.text(1)?);
        let number = payload.strip_prefix("{\"seq\":").and_then(|rest| rest.split(',').next()?.parse().ok());
        let seq = number.unwrap_or(i64::MIN);
        let before = last.insert(user, seq);
        claim.check(before.map_or(seq >= 1, |before| seq == before + 1), || {
            format!("user {user} was told {seq} after {before:?}")
        });
        Ok(())
    })?;
    Ok(claim)
}
