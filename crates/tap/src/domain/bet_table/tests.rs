//! What the table must hold on any history: a refused bet leaves nothing behind, and money only moves.

use super::*;
use crate::domain::bet::Signed;
use crate::domain::bet_place::OfferedCell;
use crate::domain::cell::CellId;
use crate::domain::grid::Geometry;
use crate::domain::money::{house_account, player_account};
use crate::domain::quote_facts::QuoteFacts;
use kernel::UserId;
use ledger::rules::Account;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::sync::Arc;

const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);
const WIDTH_MS: i64 = 5_000;

fn request(user: i64, row: i64, amount: i64) -> PlaceRequest {
    let geometry = Geometry::new(1, WIDTH_MS, 1_000).expect("a geometry");
    let column = NOW.as_secs() * 1_000 / WIDTH_MS + 4;
    let cell = CellId::new(1, column, row * 1_000, row * 1_000 + 1_000).expect("a cell");
    PlaceRequest {
        user: UserId(user),
        cell: OfferedCell::on(&geometry, cell),
        amount,
        rate: 250,
        quote: Arc::new(QuoteFacts {
            seq: 1,
            at_ms: NOW.as_secs() * 1_000,
            tick_seq: 1,
            price: 6_000_000,
            sigma_ppb: 1,
            crossing: "tick",
            calibrator_version: 0,
            touch_grace_columns: 0,
        }),
        edge_bp: 300,
        p_ppb: 1,
        reach: 3,
        signed: Signed {
            rate_seen: 250,
            min_rate: None,
            quote_seen: 1,
            nonce: String::new(),
            signed_at_ms: 0,
            domain: String::new(),
            chain_id: 1,
            scheme: 1,
            key: Vec::new(),
            signature: Vec::new(),
        },
        nonce_hash: 0,
        request_hash: 0,
    }
}

fn with(account: Account, cents: i64) -> Account {
    let mut account = account;
    account.balances.credits_posted = cents;
    account
}

/// A house of a million dollars, and players 1.. with so many cents.
fn accounts(players: &[i64]) -> State {
    let mut state = State::default();
    state.open(with(house_account(), 100_000_000));
    for (user, cents) in (101..).zip(players) {
        state.open(with(player_account(UserId(user)), *cents));
    }
    state
}

fn table() -> BetTable {
    BetTable::new(Limits::default(), Ok(()), BTreeMap::new(), 100_000_000)
}

fn place(
    table: &mut BetTable,
    accounts: &mut State,
    request: &PlaceRequest,
    number: i64,
) -> Result<Placing, Declined<PlaceRefusal>> {
    table.place(accounts, request, Numbers { bet: BetId(number), seq: 1 }, NOW)
}

#[test]
fn a_bet_that_cannot_be_paid_for_leaves_no_account_and_no_column() {
    let (mut table, mut accounts) = (table(), accounts(&[99]));
    for user in [101, 102] {
        let asked = request(user, 6_000, 100);
        let placed = place(&mut table, &mut accounts, &asked, 9).expect("recorded");
        assert!(matches!(placed, Placing::Unfunded(bet) if bet.status == BetStatus::InsufficientFunds));
        assert!(accounts.account(asked.column()).is_none(), "the column's account was opened");
    }
    assert_eq!(table.changed().count(), 0);
    // The same cell can still be bet on with money.
    let paid = place(&mut table, &mut accounts, &request(101, 6_000, 50), 10);
    assert!(matches!(paid, Ok(Placing::Confirmed(_))));
}

#[test]
fn an_unexpected_refusal_of_the_ledger_is_a_fault_and_changes_nothing() {
    let (mut table, mut accounts) = (table(), accounts(&[1_000, 1_000]));
    place(&mut table, &mut accounts, &request(101, 6_000, 100), 9).expect("placed");
    // The number of a bet that was made.
    let again = place(&mut table, &mut accounts, &request(102, 6_001, 100), 9);
    let Err(Declined::Fault(fault)) = again else { panic!("{again:?}") };
    assert_eq!(fault, LedgerFault { transfer: 9, refusal: TransferRefusal::ExistsWithDifferentTerms });
    assert_eq!(table.changed().map(|open| open.row.bets).sum::<i64>(), 1);
}

#[test]
fn guards_refuse_in_their_order() {
    let mut accounts = accounts(&[1_000]);
    let refused = |table: &mut BetTable, accounts: &mut State, request: &PlaceRequest| match place(
        table, accounts, request, 20,
    ) {
        Err(Declined::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let mut halted = BetTable::new(Limits::default(), Err(PlaceRefusal::VolatilityHalt), BTreeMap::new(), 0);
    let mut wrong = request(101, 6_000, 100);
    wrong.cell.t0_ms = NOW.as_secs() * 1_000;
    Arc::make_mut(&mut wrong.quote).at_ms -= QUOTE_AGE_AT_COMMIT_MAX_MS + 1;
    assert_eq!(refused(&mut halted, &mut accounts, &wrong), PlaceRefusal::TooLate);
    wrong.cell.t0_ms += 20_000;
    assert_eq!(refused(&mut halted, &mut accounts, &wrong), PlaceRefusal::VolatilityHalt);
    let old = PlaceRefusal::QuoteExpired { fresh_rate: None };
    assert_eq!(refused(&mut table(), &mut accounts, &wrong), old);
    let mut open = table();
    place(&mut open, &mut accounts, &request(101, 6_000, 100), 9).expect("placed");
    let taken = refused(&mut open, &mut accounts, &request(101, 6_000, 5_000));
    assert_eq!(taken, PlaceRefusal::CellIsTaken { bet: BetId(9) });
    let mut poor = BetTable::new(Limits::default(), Ok(()), BTreeMap::new(), 0);
    let limited = refused(&mut poor, &mut accounts, &request(101, 6_000, 5_000));
    assert!(matches!(limited, PlaceRefusal::LimitReached { .. }), "before the balance: {limited:?}");
}

#[test]
fn on_any_history_money_only_moves_and_refusals_leave_nothing_behind() {
    let seed = rand::random::<u64>();
    println!("seed {seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let limits = Limits { player_column_max: 20_000, cell_max: 30_000, column_bp: 10, ..Limits::default() };
    let mut table = BetTable::new(limits, Ok(()), BTreeMap::new(), 100_000_000);
    let mut accounts = accounts(&[5_000; 8]);
    let column = request(101, 6_000, 1).column();
    let (mut staked, mut kinds) = (0, [0; 3]);
    for number in 1_000..3_000 {
        let user = chance.random_range(101..=110);
        let asked = request(user, chance.random_range(5_990..6_010), [100, 500, 2_500][number as usize % 3]);
        let before = (format!("{table:?}"), accounts.account(user).cloned());
        let result = place(&mut table, &mut accounts, &asked, number);
        let after = (format!("{table:?}"), accounts.account(user).cloned());
        match result {
            Ok(Placing::Confirmed(bet)) => {
                staked += bet.amount;
                kinds[0] += 1;
                assert_eq!(after.1.expect("a player").balances.available(), bet.balance_after);
                assert!(table.used_bp(column) <= 10_000);
            }
            Ok(Placing::Unfunded(_)) => {
                kinds[1] += 1;
                assert_eq!(before, after);
            }
            Err(Declined::Refused(_)) => {
                kinds[2] += 1;
                assert_eq!(before, after);
            }
            Err(Declined::Fault(fault)) => panic!("{fault}"),
        }
        let held = accounts.account(column).map_or(0, |account| account.balances.posted());
        assert_eq!(held, staked, "a column holds its stakes");
    }
    assert!(kinds.iter().all(|count| *count > 20), "all ways were gone: {kinds:?}");
    let open: Vec<_> = table.changed().collect();
    assert_eq!(open.len(), 1);
    table.reserve(&mut accounts, open[0], 9_000, NOW).expect("admitted bets can be reserved for");
    let kept = accounts.account(reserve_of(column)).map_or(0, |account| account.balances.posted());
    assert_eq!(kept, open[0].row.reserved);
}
