//! Applies one event of a bot inside the transaction that notes its name: a log, and money where it says so. The ledger decides
//! what is there; what the bot believes of balances is only compared.

use super::log_batch::{Action, PostCommand};
use crate::app::App;
use crate::domain::bot_event::{BalanceChange, BotEvent, EventKind};
use crate::domain::ids::{ReconciliationId, TradingId};
use crate::domain::log_info::{self, Movement, Posting};
use crate::domain::log_post::{LogRefusal, LogRequest};
use crate::domain::log_type::{BusinessType, Source};
use crate::domain::money::transfer_code;
use crate::refusals;
use crate::store::{reconciliation, sub_accounts, users};
use kernel::Timestamp;
use ledger::{Book, Transfer};
use serde_json::{Value, json};
use store::keyed::hash63;
use store::{BatchHandler as _, StoreError, Tx};

/// What came of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// Applied; its effect on money, a JSON object.
    Done(String),
    /// Never to be applied.
    Rejected {
        /// The stable code.
        code: &'static str,
        /// A sentence.
        text: String,
    },
    /// Not now: what it needs may still come.
    NotNow(String),
}

fn rejected(code: &'static str, text: impl Into<String>) -> Applied {
    Applied::Rejected { code, text: text.into() }
}

/// Applies `event`. Errors: the store.
pub fn run(app: &App, tx: &mut Tx<'_>, event: &BotEvent, now: Timestamp) -> Result<Applied, StoreError> {
    if !users::lock_one(tx, event.user)? {
        return Ok(rejected("UNKNOWN_USER", "there is no such active user"));
    }
    match event.kind {
        EventKind::Heartbeat => Ok(Applied::Done("{}".to_owned())),
        EventKind::BalanceUpdated => update_balance(app, tx, event, now),
        EventKind::BalanceLocked | EventKind::BalanceUnlocked => lock(app, tx, event, now),
        EventKind::OrderFilled if event.trade().is_some() => post_fill(app, tx, event),
        _ => post(app, tx, log(event, None)),
    }
}

/// The log of an event; `kind` where it is another than the event's.
fn log(event: &BotEvent, kind: Option<&str>) -> (LogRequest, String) {
    let request = LogRequest {
        user: event.user,
        trading: event.trading.unwrap_or(TradingId(0)),
        kind: kind.or(event.kind.log_type()).unwrap_or("custom").to_owned(),
        source: Source::Bot,
        message: event.message(),
        sub_account: event.sub_account,
        transaction: None,
        event_time: event.timestamp.as_deref().and_then(|at| Timestamp::parse_rfc3339(at).ok()),
        info: Value::Object(event.fields.clone()).to_string(),
        posting: None,
        is_promise: false,
    };
    (request, event.event_id.clone())
}

/// Posts a log in this transaction, by the rules of every other log.
fn post(
    app: &App,
    tx: &mut Tx<'_>,
    (request, event_id): (LogRequest, String),
) -> Result<Applied, StoreError> {
    let key = event_id.as_bytes();
    let command = PostCommand {
        key_hash: hash63(&[b"event", key]),
        request_hash: hash63(&[b"event", key, request.info.as_bytes()]),
        action: Action::Post(Box::new(request)),
    };
    let outcome = app.post_within.handle(tx, &[&command])?.pop();
    let Some(outcome) = outcome else { return Err(StoreError::Closed) };
    match outcome.verdict {
        Ok(written) => {
            let legs = written.transactions.iter().map(|leg| {
                json!({"sub_account_id": app.public.encode(leg.sub_account), "direction": leg.direction.as_str(),
                       "amount": crate::domain::decimal::format(leg.amount)})
            });
            let legs: Vec<_> = legs.collect();
            Ok(Applied::Done(json!({"log": written.log.kind, "transactions": legs}).to_string()))
        }
        Err(LogRefusal::FillWasPosted(_)) => Ok(Applied::Done(json!({"posted_before": true}).to_string())),
        Err(LogRefusal::BalanceIsInsufficient { .. }) => {
            Ok(Applied::NotNow("INSUFFICIENT_BALANCE".to_owned()))
        }
        Err(refusal) => {
            let refusal = refusals::of_log(&refusal, &app.public);
            Ok(rejected(refusal.code, refusal.message.clone()))
        }
    }
}

/// A fill that names its accounts and its fee is posted as the trade it is.
fn post_fill(app: &App, tx: &mut Tx<'_>, event: &BotEvent) -> Result<Applied, StoreError> {
    let Some((kind, info)) = event.trade() else { return post(app, tx, log(event, None)) };
    let business = BusinessType::parse(kind).unwrap_or(BusinessType::Long);
    let posting = match log_info::parse(business, &info, &app.public) {
        Ok(posting) => posting,
        Err(fault) => {
            return Ok(rejected("INVALID_FIELD", format!("metadata: {} cannot be used", fault.field)));
        }
    };
    let (request, id) = log(event, Some(kind));
    post(app, tx, (LogRequest { info, posting: Some(posting), sub_account: None, ..request }, id))
}

fn update_balance(
    app: &App,
    tx: &mut Tx<'_>,
    event: &BotEvent,
    now: Timestamp,
) -> Result<Applied, StoreError> {
    let change = match event.balance_change() {
        Ok(change) => change,
        Err(fault) => return Ok(rejected(fault.code, fault.text)),
    };
    let Some(account) = event.sub_account else {
        return Ok(rejected("MISSING_FIELD", "sub_account_id is missing"));
    };
    if let Some(refused) = compare(app, tx, event, change, now)? {
        return Ok(refused);
    }
    let kind = if change.comes { BusinessType::Deposit } else { BusinessType::Withdraw };
    let reason =
        event.fields.get("reason").and_then(Value::as_str).map(|text| text.chars().take(50).collect());
    let movement = Movement { kind, account, amount: change.amount, currency: Some(change.symbol), reason };
    let (request, id) = log(event, None);
    post(app, tx, (LogRequest { posting: Some(Posting::Movement(movement)), ..request }, id))
}

/// Compares what the bot believes with what is there. A difference changes nothing and opens an item.
fn compare(
    app: &App,
    tx: &mut Tx<'_>,
    event: &BotEvent,
    change: BalanceChange,
    now: Timestamp,
) -> Result<Option<Applied>, StoreError> {
    let (Some((before, after)), Some(account)) = (change.believed, event.sub_account) else {
        return Ok(None);
    };
    let held = sub_accounts::find(tx, account)?.filter(|held| held.account.user == event.user);
    let Some(held) = held else {
        return Ok(Some(rejected("SUBACCOUNT_NOT_FOUND", "there is no such sub-account")));
    };
    let moved = if change.comes { change.amount } else { -change.amount };
    let is = held.holdings.balance();
    if before == is && after == is.saturating_add(moved) {
        return Ok(None);
    }
    let item = reconciliation::NewItem {
        id: ReconciliationId(app.ids.next(now)),
        user: event.user,
        binding: None,
        sub_account: Some(account),
        asset: change.symbol,
        amount: before.saturating_sub(is),
        cause: "missed_event",
        proposal: json!({"type": if before > is { "deposit" } else { "withdraw" },
                         "amount": crate::domain::decimal::format(before.saturating_sub(is).saturating_abs())})
        .to_string(),
        info: json!({"event_id": event.event_id}).to_string(),
    };
    reconciliation::insert(tx, &item, now)?;
    let text = "what the bot believes is there is not what the ledger says; nothing was changed";
    Ok(Some(rejected("BALANCE_MISMATCH", text)))
}

/// Moves money between what is free and what is set aside, and logs it.
fn lock(app: &App, tx: &mut Tx<'_>, event: &BotEvent, now: Timestamp) -> Result<Applied, StoreError> {
    let change = match event.balance_change() {
        Ok(change) => change,
        Err(fault) => return Ok(rejected(fault.code, fault.text)),
    };
    let held = match event.sub_account {
        Some(account) => sub_accounts::find(tx, account)?.filter(|held| held.account.user == event.user),
        None => None,
    };
    let Some(held) = held else {
        return Ok(rejected("SUBACCOUNT_NOT_FOUND", "there is no such sub-account"));
    };
    if held.account.symbol != change.symbol {
        return Ok(rejected("SYMBOL_MISMATCH", "the sub-account holds another asset"));
    }
    let [free, locked, _] = held.account.accounts();
    let is_lock = event.kind == EventKind::BalanceLocked;
    let (from, to, code) =
        if is_lock { (free, locked, transfer_code::LOCK) } else { (locked, free, transfer_code::UNLOCK) };
    let available = if is_lock { held.holdings.free } else { held.holdings.locked };
    if available < change.amount {
        return Ok(Applied::NotNow("INSUFFICIENT_BALANCE".to_owned()));
    }
    let mut book = Book::load(tx, &held.account.accounts())?;
    held.account.open(book.rules());
    let transfer = Transfer::single(app.ids.next(now), from, to, change.amount, code);
    book.transfer(&transfer, now).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
    book.save(tx)?;
    post(app, tx, log(event, None))
}
