//! The writer's side of placing bets: load, decide, save for every request that is waiting. `domain::bet_table` decides.

use crate::domain::bet::{Bet, BetStatus};
use crate::domain::bet_event;
use crate::domain::bet_place::{PlaceRefusal, PlaceRequest};
use crate::domain::bet_table::{BetTable, Numbers, Placing};
use crate::domain::cell::CellId;
use crate::domain::column::OpenColumn;
use crate::domain::ids::BetId;
use crate::domain::limits::Limits;
use crate::domain::money::{HOUSE, cell_keys, locator_kind, reserve_of};
use crate::domain::quote_facts::QuoteFacts;
use crate::market_state::MarketState;
use crate::stop::{self, Point};
use crate::store::bets::{self, Owing};
use crate::store::{columns, quotes};
use kernel::{Event, IdSource, PublicIds, Timestamp};
use ledger::{Book, Declined};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::keyed::{Decided, Earlier, Key, KeyKind, KeyedHandler, KeyedVerb, Keys, Lifetime, Saved, hash63};
use store::locator::{Kind, Locators};
use store::sequence::Sequences;
use store::{StoreError, Tx};

/// Which keys bets are known by: a nonce is spent for ever; that a cell is taken matters for `cells_s` seconds.
#[must_use]
pub fn keys(cells_s: i64) -> Keys {
    Keys::new(&[
        KeyKind { number: locator_kind::NONCE, lifetime: Lifetime::Forever },
        KeyKind { number: locator_kind::CELL, lifetime: Lifetime::Seconds(cells_s) },
    ])
}

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
pub type PlaceHandler = KeyedHandler<PlaceVerb>;

/// What placing bets works with.
pub struct PlaceVerb {
    pub(crate) keys: Arc<Keys>,
    pub(crate) market_state: Arc<MarketState>,
    pub(crate) ids: Arc<IdSource>,
    pub(crate) public: PublicIds,
    pub(crate) limits: Limits,
}

/// Everything a batch of requests looks at, and what it makes.
pub struct Batch {
    book: Book,
    table: BetTable,
    sequences: Sequences,
    quotes: BTreeMap<i64, Arc<QuoteFacts>>,
    made: Vec<Made>,
}

/// A bet of the batch.
struct Made {
    bet: Arc<Bet>,
    cell: CellId,
    /// Under which the cell is found.
    cell_key: i64,
}

impl KeyedVerb for PlaceVerb {
    type Command = PlaceRequest;
    type Outcome = PlaceOutcome;
    type Made = Arc<Bet>;
    type Batch = Batch;

    const KIND: Kind = locator_kind::NONCE;

    fn name(&self) -> &'static str {
        "place"
    }

    fn key(request: &PlaceRequest) -> Key {
        Key { owner: request.user.0, hash: request.nonce_hash }
    }

    fn load(
        &self,
        tx: &mut Tx<'_>,
        keys: &Keys,
        requests: &[&PlaceRequest],
    ) -> Result<(Batch, Earlier<Arc<Bet>>), StoreError> {
        let (mut open, mut book, mut found) = (Vec::new(), Book::new(), Vec::new());
        let (owing, mut owed, mut earlier) = (owing(keys, requests), Vec::new(), Earlier::default());
        let mut flight = tx.flight();
        columns::query_unsettled(&mut flight, &mut open)?;
        // The players' accounts are locked here: whoever changes a player's numbers holds that lock.
        book.query_accounts(&mut flight, &accounts(requests))?;
        keys.query(&mut flight, &questions(requests), &mut found)?;
        bets::query_owed(&mut flight, &owing, &mut owed)?;
        let asked = requests.iter().map(|request| Self::key(request)).collect();
        earlier.query(&mut flight, keys, asked, bets::MAKING)?;
        flight.land()?;
        let columns = open.into_iter().map(|row| (row.id, OpenColumn::known(row))).collect();
        let house = book.account(HOUSE).map_or(0, |house| house.balances.posted());
        let table = BetTable::new(self.limits, self.market_state.may_commit(), columns, house);
        let mut batch = Batch {
            book,
            table,
            sequences: Sequences::new(locator_kind::SEQUENCE),
            quotes: BTreeMap::new(),
            made: Vec::with_capacity(requests.len()),
        };
        batch.table.make_room(requests.len());
        batch.sequences.make_room(requests.len());
        batch.enter(requests, &found);
        for (question, owed) in owing.into_iter().zip(owed) {
            batch.table.enter_owed(question.user, question.column, owed);
        }
        stop::reach(Point::PlaceLoaded);
        Ok((batch, earlier))
    }

    fn is_same(bet: &Arc<Bet>, request: &PlaceRequest) -> bool {
        bet.request_hash == request.request_hash && bet.signed.nonce == request.signed.nonce
    }

    fn repeat(&self, bet: &Arc<Bet>, request: &PlaceRequest) -> PlaceOutcome {
        let verdict = if bet.status == BetStatus::InsufficientFunds {
            Err(PlaceRefusal::InsufficientFunds { bet: bet.id, balance: bet.balance_after })
        } else {
            Ok(Placed { bet: Arc::clone(bet), cell: request.cell.id, replayed: true })
        };
        PlaceOutcome { verdict, load: None }
    }

    fn refuse_changed(&self, _: &PlaceRequest) -> PlaceOutcome {
        PlaceOutcome { verdict: Err(PlaceRefusal::NonceWasUsed), load: None }
    }

    fn decide(
        &self,
        batch: &mut Batch,
        request: &PlaceRequest,
        now: Timestamp,
    ) -> Result<Decided<Self>, StoreError> {
        let numbers = Numbers { bet: BetId(self.ids.next(now)), seq: batch.sequences.next(request.user.0) };
        match batch.table.place(batch.book.rules(), request, numbers, now) {
            Ok(Placing::Confirmed(bet)) => {
                let bet = batch.keep(request, bet);
                let load = Some((bet.column, batch.table.used_bp(bet.column)));
                let placed = Placed { bet: Arc::clone(&bet), cell: request.cell.id, replayed: false };
                Ok(Decided { outcome: PlaceOutcome { verdict: Ok(placed), load }, made: Some(bet) })
            }
            Ok(Placing::Unfunded(bet)) => {
                let bet = batch.keep(request, bet);
                Ok(Decided { outcome: self.repeat(&bet, request), made: Some(bet) })
            }
            Err(Declined::Refused(refusal)) => {
                Ok(Decided { outcome: PlaceOutcome { verdict: Err(refusal), load: None }, made: None })
            }
            Err(Declined::Fault(fault)) => Err(fault.into()),
        }
    }

    fn id(bet: &Arc<Bet>) -> i64 {
        bet.id.0
    }

    fn save(&self, tx: &mut Tx<'_>, mut batch: Batch, now: Timestamp) -> Result<Saved, StoreError> {
        for open in batch.table.changed() {
            batch.table.reserve(batch.book.rules(), open, self.ids.next(now), now)?;
        }
        batch.book.save(tx)?;
        let rows: Vec<&Bet> = batch.made.iter().map(|made| made.bet.as_ref()).collect();
        bets::insert(tx, &rows)?;
        for open in batch.table.changed() {
            columns::save_book(tx, &open.row)?;
        }
        quotes::keep(tx, batch.quotes.values())?;
        batch.sequences.save(tx)?;
        stop::reach(Point::PlaceSaved);
        let events = batch.made.iter().map(|made| self.event(made, now)).collect();
        Ok(Saved { entries: self.cells(&batch.made), events })
    }

    fn publish(&self, outcomes: &[PlaceOutcome]) {
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

impl PlaceVerb {
    fn event(&self, Made { bet, cell, .. }: &Made, now: Timestamp) -> Event {
        let event = if bet.status == BetStatus::Confirmed { bet_event::confirmed } else { bet_event::failed };
        event(self.ids.next(now), &self.public, bet, &cell.to_string())
    }

    /// The cells that are taken now; that a player has bets in the column at all is recorded beside them.
    fn cells(&self, made: &[Made]) -> Locators {
        let mut cells = Locators::default();
        for Made { bet, cell, cell_key } in made.iter().filter(|made| made.bet.status == BetStatus::Confirmed)
        {
            cells.add(bet.user.0, locator_kind::CELL, *cell_key, bet.id.0);
            self.keys.record(bet.user.0, locator_kind::CELL, cell_keys(cell.column()).1);
        }
        cells
    }
}

impl Batch {
    /// Enters what was found for each request: the bet on its cell, the player's number.
    fn enter(&mut self, requests: &[&PlaceRequest], found: &[Option<i64>]) {
        for (request, found) in requests.iter().zip(found.chunks_exact(QUESTIONS)) {
            if let Some(bet) = found[0] {
                self.table.enter_taken(request.user.0, request.cell_key(), BetId(bet));
            }
            self.sequences.enter(request.user.0, found[1]);
        }
    }

    fn keep(&mut self, request: &PlaceRequest, bet: Bet) -> Arc<Bet> {
        self.sequences.advance(request.user.0);
        self.quotes.entry(request.quote.seq).or_insert_with(|| Arc::clone(&request.quote));
        let bet = Arc::new(bet);
        let (cell, cell_key) = (request.cell.id, request.cell_key());
        self.made.push(Made { bet: Arc::clone(&bet), cell, cell_key });
        bet
    }
}

/// What is stored of a nonce.
#[must_use]
pub fn nonce_hash(nonce: &str) -> i64 {
    hash63(&[nonce.as_bytes()])
}

/// The house, the players, and both accounts of each column.
fn accounts(requests: &[&PlaceRequest]) -> Vec<i64> {
    let mut accounts = vec![HOUSE];
    for request in requests {
        let column = request.column();
        accounts.extend([request.user.0, column, reserve_of(column)]);
    }
    accounts
}

/// Look-ups of one request.
const QUESTIONS: usize = 2;

/// The bet on its cell, the player's number.
fn questions(requests: &[&PlaceRequest]) -> Locators {
    let mut questions = Locators::default();
    for request in requests {
        questions.ask(request.user.0, locator_kind::CELL, request.cell_key());
        questions.ask(request.user.0, locator_kind::SEQUENCE, 0);
    }
    questions
}

/// Of which players it is asked what their bets of before in a column are owed. Most players have none there, which is known.
fn owing(keys: &Keys, requests: &[&PlaceRequest]) -> Vec<Owing> {
    let question = |request: &&PlaceRequest| {
        let (user, range) = (request.user.0, cell_keys(request.cell.col));
        let is_known = !keys.surely_new(user, locator_kind::CELL, range.1);
        is_known.then(|| Owing { user, column: request.column(), keys: range })
    };
    requests.iter().filter_map(question).collect()
}
