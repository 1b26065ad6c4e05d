//! The writer's side of everything that writes logs and moves money: load, decide, save for every command that is waiting.
//! `domain::log_post` and `domain::log_reverse` decide.

use crate::domain::ids::{ExchangeBindingId, SubAccountId, TradingLogId};
use crate::domain::log_answer::stored_info;
use crate::domain::log_info::{FillName, Posting};
use crate::domain::log_post::{Loaded, LogRefusal, LogRequest, Numbers, Posted, named_accounts, post};
use crate::domain::log_reverse::{ReverseRequest, Reversible, reverse};
use crate::domain::money::locator_kind;
use crate::domain::reconcile::AssetState;
use crate::domain::trading_log::TradingLog;
use crate::domain::transaction::Transaction;
use crate::store::{sub_accounts, trading_logs, tradings, transactions, users, wallets};
use kernel::{AssetCode, IdSource, PublicIds, Timestamp, UserId};
use ledger::{Book, Declined};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::keyed::{Decided, Earlier, Key, KeyKind, KeyedHandler, KeyedVerb, Keys, Lifetime, Saved, hash63};
use store::locator::{Kind, Locators};
use store::sequence::Sequences;
use store::{StoreError, Tx};
use tokio::sync::broadcast;

/// Which keys logs are known by. Money moved: all stand for ever.
#[must_use]
pub fn keys() -> Keys {
    let kinds = [locator_kind::KEY, locator_kind::FILL, locator_kind::REVERSAL];
    Keys::new(&kinds.map(|number| KeyKind { number, lifetime: Lifetime::Forever }))
}

/// What is to be written.
#[derive(Debug, Clone)]
pub enum Action {
    /// A log.
    Post(Box<LogRequest>),
    /// The counter-log of a log.
    Reverse(ReverseRequest),
}

/// What somebody wants written, and under which key.
#[derive(Debug, Clone)]
pub struct PostCommand {
    /// What.
    pub action: Action,
    /// Hash of the Idempotency-Key; drawn by chance for who sent none.
    pub key_hash: i64,
    /// Hash of the request.
    pub request_hash: i64,
}

/// A log that is on disk, with its transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The log.
    pub log: TradingLog,
    /// In the order of its legs.
    pub transactions: Vec<Transaction>,
}

/// What a command came to.
#[derive(Debug, Clone)]
pub struct PostOutcome {
    /// The log, or why there is none.
    pub verdict: Result<Arc<Written>, LogRefusal>,
    /// Whether an earlier request wrote it.
    pub replayed: bool,
}

/// Decides batches of commands.
pub type PostHandler = KeyedHandler<PostVerb>;

/// What writing logs works with.
pub struct PostVerb {
    pub(crate) ids: Arc<IdSource>,
    pub(crate) public: PublicIds,
    pub(crate) written: broadcast::Sender<i64>,
}

/// Everything a batch looks at, and what it makes.
pub struct Batch {
    book: Book,
    loaded: Loaded,
    reversible: HashMap<i64, Reversible>,
    fills: HashMap<Key, TradingLogId>,
    log_numbers: Sequences,
    transaction_numbers: Sequences,
    made: Vec<Arc<Written>>,
    entries: Locators,
}

impl PostCommand {
    /// Whose.
    #[must_use]
    pub fn user(&self) -> UserId {
        match &self.action {
            Action::Post(request) => request.user,
            Action::Reverse(request) => request.user,
        }
    }

    /// Under what its fill is found, where it names one.
    fn fill(&self) -> Option<Key> {
        let Action::Post(request) = &self.action else { return None };
        let Some(Posting::Trade(trade)) = &request.posting else { return None };
        let FillName { order, fill } = trade.fill.as_ref()?;
        Some(Key { owner: request.trading.0, hash: hash63(&[order.as_bytes(), fill.as_bytes()]) })
    }

    /// The sub-accounts that a log names.
    fn accounts(&self) -> Vec<SubAccountId> {
        let Action::Post(request) = &self.action else { return Vec::new() };
        let named = request.posting.iter().flat_map(named_accounts).map(|(id, _)| id);
        named.chain(request.sub_account).collect()
    }
}

impl KeyedVerb for PostVerb {
    type Command = PostCommand;
    type Outcome = PostOutcome;
    type Made = Arc<Written>;
    type Batch = Batch;

    const KIND: Kind = locator_kind::KEY;

    fn name(&self) -> &'static str {
        "post"
    }

    fn key(command: &PostCommand) -> Key {
        Key { owner: command.user().0, hash: command.key_hash }
    }

    fn load(
        &self,
        tx: &mut Tx<'_>,
        keys: &Keys,
        commands: &[&PostCommand],
    ) -> Result<(Batch, Earlier<Arc<Written>>), StoreError> {
        let of_user: BTreeSet<i64> = commands.iter().map(|command| command.user().0).collect();
        let of_user: Vec<i64> = of_user.into_iter().collect();
        // From here on nothing else changes what belongs to these users.
        let active = users::lock(tx, &of_user)?;
        let reversible = load_reversible(tx, keys, commands)?;
        let mut loaded = load_rows(tx, commands, &reversible)?;
        loaded.wallets = load_wallets(tx, commands, &loaded)?;
        loaded.users = active.into_iter().collect();
        let book = load_money(tx, &mut loaded)?;
        let numbers = |tx: &mut Tx<'_>, kind| Sequences::load(tx, kind, of_user.iter().copied());
        let batch = Batch {
            book,
            loaded,
            reversible,
            fills: load_fills(tx, keys, commands)?,
            log_numbers: numbers(tx, locator_kind::LOG_SEQUENCE)?,
            transaction_numbers: numbers(tx, locator_kind::TRANSACTION_SEQUENCE)?,
            made: Vec::with_capacity(commands.len()),
            entries: Locators::default(),
        };
        let mut questions = Locators::default();
        let known: Vec<Key> = commands.iter().map(|command| Self::key(command)).collect();
        known.iter().for_each(|key| questions.ask(key.owner, locator_kind::KEY, key.hash));
        let found = keys.find(tx, &questions)?;
        let earlier = Earlier::load(tx, known.into_iter().zip(found), load_written, |made| made.log.id.0)?;
        Ok((batch, earlier))
    }

    fn is_same(made: &Arc<Written>, command: &PostCommand) -> bool {
        made.log.request_hash == command.request_hash
    }

    fn repeat(&self, made: &Arc<Written>, _: &PostCommand) -> PostOutcome {
        PostOutcome { verdict: Ok(Arc::clone(made)), replayed: true }
    }

    fn refuse_changed(&self, _: &PostCommand) -> PostOutcome {
        PostOutcome { verdict: Err(LogRefusal::KeyWasUsed), replayed: false }
    }

    fn decide(
        &self,
        batch: &mut Batch,
        command: &PostCommand,
        now: Timestamp,
    ) -> Result<Decided<Self>, StoreError> {
        let fill = command.fill();
        if let Some(log) = fill.and_then(|fill| batch.fills.get(&fill)) {
            return Ok(refused(LogRefusal::FillWasPosted(*log)));
        }
        match self.decide_action(batch, command, now) {
            Ok(posted) => Ok(self.keep(batch, command, fill, posted)),
            Err(Declined::Refused(refusal)) => Ok(refused(refusal)),
            Err(Declined::Fault(fault)) => Err(fault.into()),
        }
    }

    fn id(made: &Arc<Written>) -> i64 {
        made.log.id.0
    }

    fn save(&self, tx: &mut Tx<'_>, mut batch: Batch, _: Timestamp) -> Result<Saved, StoreError> {
        batch.book.save(tx)?;
        let logs: Vec<&TradingLog> = batch.made.iter().map(|made| &made.log).collect();
        trading_logs::insert(tx, &logs)?;
        let rows: Vec<&Transaction> = batch.made.iter().flat_map(|made| &made.transactions).collect();
        transactions::insert(tx, &rows)?;
        batch.log_numbers.save(tx)?;
        batch.transaction_numbers.save(tx)?;
        Ok(Saved { entries: batch.entries, events: Vec::new() })
    }

    fn publish(&self, outcomes: &[PostOutcome]) {
        let written = outcomes.iter().filter(|outcome| !outcome.replayed);
        for written in written.filter_map(|outcome| outcome.verdict.as_ref().ok()) {
            let log = &written.log;
            // Nobody listens: nobody is told.
            let _ = self.written.send(log.user.0);
            metrics::counter!("tiris_trading_logs_total", "source" => log.source.as_str()).increment(1);
            let moved = written.transactions.len() as u64;
            metrics::counter!("tiris_transactions_total").increment(moved);
        }
    }
}

fn refused(refusal: LogRefusal) -> Decided<PostVerb> {
    Decided { outcome: PostOutcome { verdict: Err(refusal), replayed: false }, made: None }
}

impl PostVerb {
    fn decide_action(
        &self,
        batch: &mut Batch,
        command: &PostCommand,
        now: Timestamp,
    ) -> Result<Posted, Declined<LogRefusal>> {
        let user = command.user().0;
        let numbers = Numbers {
            next_id: &mut || self.ids.next(now),
            log_seq: batch.log_numbers.next(user),
            transaction_seq: batch.transaction_numbers.next(user),
        };
        let (loaded, rules) = (&mut batch.loaded, batch.book.rules());
        match &command.action {
            Action::Post(request) => post(loaded, rules, request, numbers, now),
            Action::Reverse(request) => {
                let found = batch.reversible.get(&request.log.0);
                reverse(loaded, rules, (request, found), numbers, now)
            }
        }
    }

    /// Keeps what was decided, with everything by which later commands know it.
    fn keep(
        &self,
        batch: &mut Batch,
        command: &PostCommand,
        fill: Option<Key>,
        mut posted: Posted,
    ) -> Decided<Self> {
        let user = command.user().0;
        posted.log.info = stored_info(&posted, &self.public);
        posted.log.request_hash = command.request_hash;
        let Posted { log, transactions, .. } = posted;
        batch.log_numbers.advance(user);
        for _ in &transactions {
            batch.transaction_numbers.advance(user);
        }
        if let Some(key) = fill {
            batch.fills.insert(key, log.id);
            batch.entries.add(key.owner, locator_kind::FILL, key.hash, log.id.0);
        }
        if let Some(reversed) = log.reverses {
            batch.entries.add(user, locator_kind::REVERSAL, reversed.0, log.id.0);
            if let Some(found) = batch.reversible.get_mut(&reversed.0) {
                found.reversed_by = Some(log.id);
            }
        }
        let made = Arc::new(Written { log, transactions });
        batch.made.push(Arc::clone(&made));
        Decided { outcome: PostOutcome { verdict: Ok(Arc::clone(&made)), replayed: false }, made: Some(made) }
    }
}

/// The logs that are to be reversed, with what they moved and what reversed them.
fn load_reversible(
    tx: &mut Tx<'_>,
    keys: &Keys,
    commands: &[&PostCommand],
) -> Result<HashMap<i64, Reversible>, StoreError> {
    let mut found = HashMap::new();
    for command in commands {
        let Action::Reverse(request) = &command.action else { continue };
        let Some(log) = trading_logs::find(tx, request.log)? else { continue };
        let transactions = transactions::of_log(tx, log.id, log.transactions)?;
        let mut question = Locators::default();
        question.ask(log.user.0, locator_kind::REVERSAL, log.id.0);
        let reversed_by = keys.find(tx, &question)?.into_iter().flatten().next().map(TradingLogId);
        found.insert(log.id.0, Reversible { log, transactions, reversed_by });
    }
    Ok(found)
}

/// Tradings, sub-accounts and transactions that the commands name.
fn load_rows(
    tx: &mut Tx<'_>,
    commands: &[&PostCommand],
    reversible: &HashMap<i64, Reversible>,
) -> Result<Loaded, StoreError> {
    let (mut of_trading, mut accounts) = (BTreeSet::new(), BTreeSet::new());
    let mut loaded = Loaded::default();
    for command in commands {
        accounts.extend(command.accounts().into_iter().map(|id| id.0));
        let Action::Post(request) = &command.action else { continue };
        of_trading.insert(request.trading.0);
        if let Some(named) = request.transaction {
            let found = transactions::find(tx, named)?;
            loaded.transactions.extend(found.map(|one| (one.id.0, one.user)));
        }
    }
    for found in reversible.values() {
        of_trading.insert(found.log.trading.0);
        accounts.extend(found.transactions.iter().map(|one| one.sub_account.0));
    }
    let of_trading: Vec<i64> = of_trading.into_iter().collect();
    let accounts: Vec<i64> = accounts.into_iter().collect();
    loaded.tradings = tradings::facts(tx, &of_trading)?.into_iter().collect();
    let rows = sub_accounts::by_ids(tx, &accounts)?;
    loaded.sub_accounts = rows.into_iter().map(|row| (row.id.0, row)).collect();
    Ok(loaded)
}

/// What is known of the wallets that deposits of real tradings promise money of.
fn load_wallets(
    tx: &mut Tx<'_>,
    commands: &[&PostCommand],
    loaded: &Loaded,
) -> Result<HashMap<i64, BTreeMap<AssetCode, AssetState>>, StoreError> {
    let promised = commands.iter().filter_map(|command| match &command.action {
        Action::Post(request) if request.promises() => {
            let trading = loaded.tradings.get(&request.trading.0)?;
            (!trading.kind.is_simulated()).then_some(trading.binding)
        }
        Action::Post(_) | Action::Reverse(_) => None,
    });
    let mut found = HashMap::new();
    for binding in promised.collect::<BTreeSet<i64>>() {
        let binding = ExchangeBindingId(binding);
        if wallets::is_known(tx, binding)? {
            found.insert(binding.0, wallets::states(tx, binding)?);
        }
    }
    Ok(found)
}

/// The ledger's accounts of all sub-accounts in hand, and where their chains end.
fn load_money(tx: &mut Tx<'_>, loaded: &mut Loaded) -> Result<Book, StoreError> {
    let ids: Vec<i64> = loaded.sub_accounts.keys().copied().collect();
    loaded.chain_ends = transactions::chain_ends(tx, &ids)?.into_iter().collect();
    let accounts: Vec<i64> = loaded.sub_accounts.values().flat_map(|row| row.accounts()).collect();
    Book::load(tx, &accounts)
}

/// Which of the fills that the commands name were posted before.
fn load_fills(
    tx: &mut Tx<'_>,
    keys: &Keys,
    commands: &[&PostCommand],
) -> Result<HashMap<Key, TradingLogId>, StoreError> {
    let named: Vec<Key> = commands.iter().filter_map(|command| command.fill()).collect();
    let mut questions = Locators::default();
    named.iter().for_each(|key| questions.ask(key.owner, locator_kind::FILL, key.hash));
    let found = keys.find(tx, &questions)?;
    Ok(named.into_iter().zip(found).filter_map(|(key, log)| Some((key, TradingLogId(log?)))).collect())
}

fn load_written(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Arc<Written>>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for log in trading_logs::by_ids(tx, ids)? {
        let transactions = transactions::of_log(tx, log.id, log.transactions)?;
        found.push(Arc::new(Written { log, transactions }));
    }
    Ok(found)
}
