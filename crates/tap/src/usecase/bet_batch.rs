//! The writer's side of placing bets: load, decide, save for every request that is waiting.
//!
//! Guards in their order: a nonce that was seen answers as before or is refused; time; the breaker; one bet a cell; the
//! house's limits; the balance. After that nothing can fail.

use super::bet_hand::{Changing, OpenColumn, cell_of, column_of, key_of, rules_of};
use crate::domain::bet::{Bet, BetStatus};
use crate::domain::bet_event;
use crate::domain::bet_place::{PlaceRefusal, PlaceRequest, QuoteFacts};
use crate::domain::cell::CellId;
use crate::domain::column_book::ColumnBook;
use crate::domain::grid::{PRESETS, may_commit};
use crate::domain::ids::BetId;
use crate::domain::limits::{Exposure, LimitRefusal, Limits, admit, largest_allowed, payout_of};
use crate::domain::money::{
    HOUSE, cell_key, cell_keys, locator_kind, reserve_account, reserve_of, stakes_account, transfer_code,
};
use crate::domain::quote::QUOTE_AGE_AT_COMMIT_MAX_MS;
use crate::market_state::MarketState;
use crate::stop::{self, Point};
use crate::store::bets::{self, Owing};
use crate::store::columns::{self, ColumnState};
use crate::store::quotes;
use kernel::{Clock, IdSource, PublicIds, Timestamp};
use ledger::{Book, Transfer, TransferRefusal};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::locator::Locators;
use store::{BatchHandler, KnownKeys, RecentKeys, StoreError, Tx, outbox};

/// What a request got: the bet, fresh or of an earlier request with the same nonce; or why not.
#[derive(Debug, Clone)]
pub struct PlaceOutcome {
    /// The answer.
    pub verdict: Result<Placed, PlaceRefusal>,
    /// How much of its limit the column has used up, basis points, where this request changed it.
    load: Option<(i64, i64)>,
}

/// A bet that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The bet as it was when it was made.
    pub bet: Arc<Bet>,
    /// The cell, for the answer.
    pub cell: CellId,
    /// Whether an earlier request made it.
    pub replayed: bool,
}

/// Decides batches of bets.
pub struct PlaceHandler {
    pub(crate) recent: Arc<RecentKeys>,
    pub(crate) spent: Arc<KnownKeys>,
    pub(crate) market_state: Arc<MarketState>,
    pub(crate) ids: Arc<IdSource>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) public: PublicIds,
    pub(crate) limits: Limits,
}

impl BatchHandler for PlaceHandler {
    type Command = PlaceRequest;
    type Outcome = PlaceOutcome;

    fn verb(&self) -> &'static str {
        "place"
    }

    fn handle(&self, tx: &mut Tx<'_>, requests: &[&PlaceRequest]) -> Result<Vec<PlaceOutcome>, StoreError> {
        let mut batch = Batch::load(tx, self, requests)?;
        stop::reach(Point::PlaceLoaded);
        // Only now: loading may have waited for another node's locks, and a bet is late by when it is decided.
        let now = self.clock.now();
        let outcomes = requests.iter().map(|request| batch.decide(request, now)).collect();
        self.recent.turn(now);
        batch.save(tx, now)?;
        Ok(outcomes)
    }

    fn committed(&self, outcomes: &[PlaceOutcome]) {
        let confirmed = outcomes.iter().filter(|outcome| outcome.verdict.is_ok()).count();
        metrics::counter!("bets_placed_total", "status" => "confirmed").increment(confirmed as u64);
        let refused = (outcomes.len() - confirmed) as u64;
        metrics::counter!("bets_placed_total", "status" => "refused").increment(refused);
        if outcomes.iter().any(|outcome| outcome.load.is_some()) {
            stop::reach(Point::PlaceCommitted);
        }
        let loads = outcomes.iter().filter_map(|outcome| outcome.load);
        loads.for_each(|(column, share)| self.market_state.set_load(column, share));
    }
}

impl PlaceHandler {
    /// Whether a locator surely is not there. Nonces are spent for ever, cells matter while their columns are offered, and a player's
    /// number is there from the first bet on.
    fn is_new(&self, owner: i64, kind: i64, key: i64) -> bool {
        match kind {
            locator_kind::NONCE => self.spent.surely_new(owner, kind, key),
            locator_kind::CELL => self.recent.surely_new(owner, kind, key),
            _ => false,
        }
    }
}

/// Everything a batch of requests looks at, and what it makes.
struct Batch<'h> {
    handler: &'h PlaceHandler,
    book: Book,
    columns: BTreeMap<i64, OpenColumn>,
    by_nonce: HashMap<(i64, i64), Arc<Bet>>,
    /// The live bet of (user, cell).
    taken: HashMap<(i64, i64), BetId>,
    /// What (user, column) is owed.
    owed: HashMap<(i64, i64), i64>,
    /// The last event's number of each user.
    sequences: HashMap<i64, Changing>,
    quotes: BTreeMap<i64, Arc<QuoteFacts>>,
    made: Vec<Made>,
    /// The house's money, what is reserved for columns counted in; no bet changes it.
    bankroll: i64,
    /// What all columns have reserved, the batch's bets so far counted in.
    reserved: i64,
}

/// A bet of the batch.
struct Made {
    bet: Arc<Bet>,
    cell: CellId,
    nonce_hash: i64,
}

impl<'h> Batch<'h> {
    fn load(
        tx: &mut Tx<'_>,
        handler: &'h PlaceHandler,
        requests: &[&PlaceRequest],
    ) -> Result<Self, StoreError> {
        let columns = columns::lock_unsettled(tx)?;
        let columns: BTreeMap<i64, OpenColumn> =
            columns.into_iter().map(|row| (row.id, OpenColumn::known(row))).collect();
        let mut accounts = vec![HOUSE];
        for request in requests {
            let column = column_of(request);
            accounts.extend([request.user.0, column, reserve_of(column)]);
        }
        // The players' accounts are locked first: whoever changes a player's numbers holds that lock.
        let book = Book::load(tx, &accounts)?;
        let found = ask(requests).find_unless(tx, |owner, kind, key| handler.is_new(owner, kind, key))?;
        let house = book.account(HOUSE).map_or(0, |house| house.balances.posted());
        let reserved: i64 = columns.values().map(|open| open.row.reserved).sum();
        let mut batch = Self {
            bankroll: house.saturating_add(reserved),
            reserved,
            handler,
            book,
            columns,
            by_nonce: HashMap::new(),
            taken: HashMap::with_capacity(requests.len()),
            owed: HashMap::with_capacity(requests.len()),
            sequences: HashMap::with_capacity(requests.len()),
            quotes: BTreeMap::new(),
            made: Vec::with_capacity(requests.len()),
        };
        let mut earlier = Vec::new();
        for (request, found) in requests.iter().zip(found.chunks_exact(3)) {
            earlier.extend(found[0].map(|bet| (bet, (request.user.0, request.nonce_hash))));
            if let Some(bet) = found[1] {
                batch.taken.insert((request.user.0, key_of(request)), BetId(bet));
            }
            batch.sequences.insert(request.user.0, Changing::known(found[2]));
        }
        batch.by_nonce = load_earlier(tx, &earlier)?;
        batch.owed = load_owed(tx, handler, requests)?;
        Ok(batch)
    }

    fn decide(&mut self, request: &PlaceRequest, now: Timestamp) -> PlaceOutcome {
        if let Some(earlier) = self.by_nonce.get(&(request.user.0, request.nonce_hash)) {
            return PlaceOutcome { verdict: self.again(earlier, request), load: None };
        }
        let verdict = match self.place(request, now) {
            Ok(bet) => Ok(Placed { bet, cell: cell_of(request), replayed: false }),
            Err(refusal) => Err(refusal),
        };
        let load = verdict.is_ok().then(|| self.load_of(column_of(request)));
        PlaceOutcome { verdict, load }
    }

    fn load_of(&self, column: i64) -> (i64, i64) {
        let reserved = self.columns.get(&column).map_or(0, |open| open.row.reserved);
        let max = self.handler.limits.column_max(self.bankroll).max(1);
        (column, reserved.saturating_mul(10_000) / max)
    }

    /// The same nonce: the same answer for the same text, a refusal for another.
    fn again(&self, earlier: &Arc<Bet>, request: &PlaceRequest) -> Result<Placed, PlaceRefusal> {
        if earlier.request_hash != request.request_hash || earlier.signed.nonce != request.signed.nonce {
            return Err(PlaceRefusal::NonceWasUsed);
        }
        if earlier.status == BetStatus::InsufficientFunds {
            return Err(PlaceRefusal::InsufficientFunds { bet: earlier.id, balance: earlier.balance_after });
        }
        Ok(Placed { bet: Arc::clone(earlier), cell: cell_of(request), replayed: true })
    }

    fn place(&mut self, request: &PlaceRequest, now: Timestamp) -> Result<Arc<Bet>, PlaceRefusal> {
        let now_ms = now.as_micros().div_euclid(1000);
        if !may_commit(request.cell.t0_ms, now_ms) {
            return Err(PlaceRefusal::TooLate);
        }
        self.handler.market_state.may_commit()?;
        if now_ms - request.quote.at_ms > QUOTE_AGE_AT_COMMIT_MAX_MS {
            return Err(PlaceRefusal::QuoteExpired { fresh_rate: None });
        }
        if let Some(bet) = self.taken.get(&(request.user.0, key_of(request))) {
            return Err(PlaceRefusal::CellIsTaken { bet: *bet });
        }
        let payout = payout_of(request.amount, request.rate);
        let reserved = self.admit(request, payout)?;
        let id = BetId(self.handler.ids.next(now));
        match self.take_stake(id, request, now) {
            Ok(balance) => Ok(self.note(request, id, (payout, reserved, balance), now)),
            Err(balance) => {
                self.note_failure(request, id, (payout, balance), now);
                Err(PlaceRefusal::InsufficientFunds { bet: id, balance })
            }
        }
    }

    /// What the column must have reserved with this bet. Errors: a limit, with the largest stake that would still fit.
    fn admit(&self, request: &PlaceRequest, payout: i64) -> Result<i64, PlaceRefusal> {
        let column = column_of(request);
        let empty = ColumnBook::default();
        let own = self.columns.get(&column).map_or((&empty, 0), |open| (&open.row.book, open.row.reserved));
        let exposure = Exposure {
            bankroll: self.bankroll,
            others: self.reserved - own.1,
            book: own.0,
            reserved: own.1,
            reach: request.reach,
            height: request.cell.high - request.cell.low,
            player: self.owed.get(&(request.user.0, column)).copied().unwrap_or(0),
        };
        let limits = &self.handler.limits;
        if let Some(open) = self.columns.get(&column) {
            if open.row.state != ColumnState::Open {
                return Err(PlaceRefusal::TooLate);
            }
            // A column is decided by the rules and rows of its first bet.
            if open.row.rule_version != rules_of(request).version()
                || open.row.epoch != request.cell.epoch
                || open.row.height != request.cell.high - request.cell.low
            {
                return Err(PlaceRefusal::CellIsNotOffered);
            }
        }
        admit(limits, &exposure, request.cell.low, payout).map_err(|limit| {
            let allowed = match limit {
                LimitRefusal::BankrollIsBelowItsFloor => None,
                _ => largest_allowed(limits, &exposure, request.cell.low, request.rate, &PRESETS),
            };
            PlaceRefusal::LimitReached { limit, allowed }
        })
    }

    /// Moves the stake; the balance afterwards. Errors: the balance, which is too small.
    fn take_stake(&mut self, id: BetId, request: &PlaceRequest, now: Timestamp) -> Result<i64, i64> {
        let (user, column) = (request.user.0, column_of(request));
        let balance = |book: &Book| book.account(user).map_or(0, |account| account.balances.available());
        // A player without an account has never had money. A column's accounts are opened with its first bet, and an
        // empty one that stays behind from a bet without money harms nobody.
        self.book.open(stakes_account(column));
        let stake = Transfer::single(id.0, user, column, request.amount, transfer_code::BET);
        match self.book.transfer(&stake, now) {
            Ok(_) => Ok(balance(&self.book)),
            Err(
                TransferRefusal::DebitAccountNotFound | TransferRefusal::DebitAccountWouldFallBelowItsFloor,
            ) => Err(balance(&self.book)),
            Err(other) => {
                // Ids are fresh and amounts are presets: nothing else can be said; if it is, nothing is taken.
                tracing::error!(%other, "the ledger refused a stake in an unexpected way");
                Err(balance(&self.book))
            }
        }
    }

    /// Past the point of no return: the stake is taken.
    fn note(
        &mut self,
        request: &PlaceRequest,
        id: BetId,
        (payout, reserved, balance): (i64, i64, i64),
        now: Timestamp,
    ) -> Arc<Bet> {
        let column = column_of(request);
        let open = self.columns.entry(column).or_insert_with(|| OpenColumn::fresh(column, request, id));
        open.row.book.add(request.cell.low, request.amount, payout);
        open.row.bets += 1;
        open.row.last_bet = id.0;
        open.row.stakes += request.amount;
        self.reserved += reserved - open.row.reserved;
        open.row.reserved = reserved;
        open.changed = true;
        *self.owed.entry((request.user.0, column)).or_default() += payout;
        self.taken.insert((request.user.0, key_of(request)), id);
        self.quotes.entry(request.quote.seq).or_insert_with(|| Arc::clone(&request.quote));
        self.make(request, id, BetStatus::Confirmed, (payout, balance), now)
    }

    fn note_failure(
        &mut self,
        request: &PlaceRequest,
        id: BetId,
        (payout, balance): (i64, i64),
        now: Timestamp,
    ) {
        self.quotes.entry(request.quote.seq).or_insert_with(|| Arc::clone(&request.quote));
        self.make(request, id, BetStatus::InsufficientFunds, (payout, balance), now);
    }

    fn make(
        &mut self,
        request: &PlaceRequest,
        id: BetId,
        status: BetStatus,
        (payout, balance): (i64, i64),
        now: Timestamp,
    ) -> Arc<Bet> {
        let sequence = self.sequences.entry(request.user.0).or_default();
        sequence.add(1);
        let bet = Arc::new(Bet {
            id,
            user: request.user,
            column: column_of(request),
            low: request.cell.low,
            high: request.cell.high,
            amount: request.amount,
            rate: request.rate,
            payout,
            quote_seq: request.quote.seq,
            edge_bp: request.edge_bp,
            p_ppb: request.p_ppb,
            status,
            signed: request.signed.clone(),
            request_hash: request.request_hash,
            placed_at: now,
            seq: sequence.value,
            balance_after: balance,
            resolved_at: None,
            payout_amount: None,
            payout_transfer: None,
        });
        self.by_nonce.insert((request.user.0, request.nonce_hash), Arc::clone(&bet));
        let (cell, nonce_hash) = (cell_of(request), request.nonce_hash);
        self.made.push(Made { bet: Arc::clone(&bet), cell, nonce_hash });
        bet
    }

    fn save(mut self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
        if self.made.is_empty() {
            return Ok(());
        }
        self.reserve_what_columns_need(now)?;
        self.book.save(tx)?;
        let rows: Vec<&Bet> = self.made.iter().map(|made| made.bet.as_ref()).collect();
        bets::insert(tx, &rows)?;
        for open in self.columns.values().filter(|open| open.changed) {
            columns::save_book(tx, &open.row)?;
        }
        quotes::keep(tx, self.quotes.values())?;
        self.locate(tx)?;
        let (ids, public) = (&self.handler.ids, &self.handler.public);
        let events = self.made.iter().map(|Made { bet, cell, .. }| {
            let tell =
                if bet.status == BetStatus::Confirmed { bet_event::confirmed } else { bet_event::failed };
            tell(ids.next(now), public, bet, &cell.to_string())
        });
        outbox::append(tx, &events.collect::<Vec<_>>())?;
        stop::reach(Point::PlaceSaved);
        Ok(())
    }

    /// One transfer from the house for each column whose worst case rose in this batch.
    fn reserve_what_columns_need(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let ceiling = self.handler.limits.column_max(self.bankroll);
        for (column, open) in self.columns.iter().filter(|(_, open)| open.changed) {
            if open.is_new {
                self.book.open(reserve_account(*column, ceiling));
            } else {
                self.book.set_ceiling(reserve_of(*column), ceiling);
            }
            let raise = open.row.reserved - open.reserved_before;
            if raise > 0 {
                let (id, to) = (self.handler.ids.next(now), reserve_of(*column));
                let transfer = Transfer::single(id, HOUSE, to, raise, transfer_code::RESERVE);
                self.book.transfer(&transfer, now).map_err(|refusal| {
                    StoreError::Corrupt(format!("column {column} cannot reserve {raise}: {refusal}"))
                })?;
            }
        }
        Ok(())
    }

    fn locate(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (mut entries, mut numbers) = (Locators::default(), Locators::default());
        let recent = &self.handler.recent;
        for Made { bet, cell, nonce_hash } in &self.made {
            let user = bet.user.0;
            entries.add(user, locator_kind::NONCE, *nonce_hash, bet.id.0);
            recent.note(user, locator_kind::NONCE, *nonce_hash);
            self.handler.spent.note(user, locator_kind::NONCE, *nonce_hash);
            if bet.status == BetStatus::Confirmed {
                let width = self.columns.get(&bet.column).map_or(0, |open| open.row.width_ms);
                let key = cell_key(cell.column(), width, bet.low);
                entries.add(user, locator_kind::CELL, key, bet.id.0);
                recent.note(user, locator_kind::CELL, key);
                recent.note(user, locator_kind::CELL, cell_keys(cell.column()).1);
            }
        }
        for (user, sequence) in self.sequences.iter().filter(|(_, sequence)| sequence.changed) {
            numbers.add(*user, locator_kind::SEQUENCE, 0, sequence.value);
        }
        entries.insert(tx)?;
        numbers.put(tx)
    }
}

/// What is stored of a nonce: the first 63 bits of its SHA-256.
#[must_use]
pub fn nonce_hash(nonce: &str) -> i64 {
    crate::domain::hash63(&[nonce.as_bytes()])
}

/// Three look-ups a request: the bet of its nonce, the bet on its cell, the player's number.
fn ask(requests: &[&PlaceRequest]) -> Locators {
    let mut questions = Locators::default();
    for request in requests {
        let user = request.user.0;
        questions.ask(user, locator_kind::NONCE, request.nonce_hash);
        questions.ask(user, locator_kind::CELL, key_of(request));
        questions.ask(user, locator_kind::SEQUENCE, 0);
    }
    questions
}

/// What (user, column) is owed by bets of before. Most players have none there, which is known.
fn load_owed(
    tx: &mut Tx<'_>,
    handler: &PlaceHandler,
    requests: &[&PlaceRequest],
) -> Result<HashMap<(i64, i64), i64>, StoreError> {
    let question = |request: &&PlaceRequest| {
        let (user, keys) = (request.user.0, cell_keys(request.cell.col));
        let asks = !handler.is_new(user, locator_kind::CELL, keys.1);
        asks.then_some(Owing { user, column: column_of(request), keys })
    };
    let questions: Vec<_> = requests.iter().filter_map(question).collect();
    let owed = bets::owed(tx, &questions)?;
    Ok(questions.iter().map(|one| (one.user, one.column)).zip(owed).collect())
}

fn load_earlier(
    tx: &mut Tx<'_>,
    earlier: &[(i64, (i64, i64))],
) -> Result<HashMap<(i64, i64), Arc<Bet>>, StoreError> {
    let key_of: HashMap<_, _> = earlier.iter().copied().collect();
    let ids: Vec<_> = key_of.keys().copied().collect();
    let found = bets::by_ids(tx, &ids)?;
    Ok(found.into_iter().map(|bet| (key_of[&bet.id.0], Arc::new(bet))).collect())
}
