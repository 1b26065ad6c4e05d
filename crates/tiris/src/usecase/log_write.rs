//! Writes logs: hands commands to the batcher and waits. A log, a batch of them, a movement of money, a reversal.

use super::log_batch::{Action, PostCommand, PostOutcome, Written};
use super::wallet_refresh;
use crate::app::App;
use crate::domain::ids::{SubAccountId, TradingId, TradingLogId};
use crate::domain::log_info::{Movement, Posting};
use crate::domain::log_post::LogRequest;
use crate::domain::log_reverse::ReverseRequest;
use crate::domain::log_type::{BusinessType, Source};
use crate::domain::money::locator_kind::LOGS_REMOVED;
use crate::refusals;
use crate::store::{counts, sub_accounts, trading_logs, users};
use kernel::{Refusal, UserId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::Tx;
use store::keyed::hash63;

/// Under which key a request is known, and what it asks for.
#[derive(Debug, Clone, Copy)]
pub struct RequestKey<'k> {
    /// The Idempotency-Key, where one was sent.
    pub key: Option<&'k str>,
    /// The body, byte for byte.
    pub body: &'k [u8],
    /// The place in a batch, from 0.
    pub place: usize,
}

impl RequestKey<'_> {
    fn command(self, user: UserId, action: Action) -> PostCommand {
        let place = self.place.to_be_bytes();
        // Without a key nothing can be repeated: a number by chance stands for it.
        let chance: [u8; 16] = rand::random();
        let key = self.key.map_or(&chance[..], str::as_bytes);
        let kind: &[u8] = if self.key.is_some() { b"key" } else { b"chance" };
        PostCommand {
            action,
            key_hash: hash63(&[kind, key, &place]),
            request_hash: hash63(&[&user.0.to_be_bytes(), self.body, &place]),
        }
    }
}

/// A log that was written, and whether an earlier request wrote it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The log with its transactions.
    pub written: Arc<Written>,
    /// Whether it was written before.
    pub replayed: bool,
}

/// Writes one log.
pub async fn post(app: &App, request: LogRequest, key: RequestKey<'_>) -> Result<Answer, Refusal> {
    if request.promises() {
        wallet_refresh::run(app, request.user, request.trading).await?;
    }
    queue(app, request, key).await
}

async fn queue(app: &App, request: LogRequest, key: RequestKey<'_>) -> Result<Answer, Refusal> {
    let command = key.command(request.user, Action::Post(Box::new(request)));
    submit(app, command).await
}

/// Asks for the wallets that the logs promise money of, each once; what the use of keys was refused with, by trading.
async fn refresh_wallets(app: &App, requests: &[Result<LogRequest, Refusal>]) -> HashMap<TradingId, Refusal> {
    let promising = requests.iter().flatten().filter(|request| request.promises());
    let tradings: BTreeMap<i64, UserId> =
        promising.map(|request| (request.trading.0, request.user)).collect();
    let mut refused = HashMap::new();
    for (trading, user) in tradings {
        if let Err(refusal) = wallet_refresh::run(app, user, TradingId(trading)).await {
            refused.insert(TradingId(trading), refusal);
        }
    }
    refused
}

/// Writes many logs, each whole or not at all, in their order.
pub async fn post_all(
    app: &App,
    requests: Vec<Result<LogRequest, Refusal>>,
    key: RequestKey<'_>,
) -> Vec<Result<Answer, Refusal>> {
    let refused = &refresh_wallets(app, &requests).await;
    let posts = requests.into_iter().enumerate().map(|(place, request)| async move {
        let key = RequestKey { place, ..key };
        let request = request?;
        match refused.get(&request.trading).filter(|_| request.promises()) {
            Some(refusal) => Err(refusal.clone()),
            None => queue(app, request, key).await,
        }
    });
    // Each is queued when it is first polled, which happens in their order.
    futures_util::future::join_all(posts).await
}

/// Money that comes to or leaves one sub-account.
#[derive(Debug, Clone)]
pub struct MovementInput {
    /// Whose.
    pub user: UserId,
    /// Where.
    pub account: SubAccountId,
    /// Comes or leaves.
    pub kind: BusinessType,
    /// Units; more than 0.
    pub amount: i64,
    /// Why, in the writer's words; none: the type's.
    pub reason: Option<String>,
    /// For people.
    pub message: String,
    /// A JSON object.
    pub info: String,
    /// Whether a deposit promises money of the exchange's wallet.
    pub is_promise: bool,
}

/// Moves money in or out of a sub-account, as a log of its own.
pub async fn movement(app: &App, input: MovementInput, key: RequestKey<'_>) -> Result<Answer, Refusal> {
    let MovementInput { user, account, kind, amount, reason, message, info, is_promise: promises } = input;
    let trading = trading_of(app, user, account).await?;
    let request = LogRequest {
        user,
        trading,
        kind: kind.as_str().to_owned(),
        source: Source::Manual,
        message,
        sub_account: Some(account),
        transaction: None,
        event_time: None,
        info,
        posting: Some(Posting::Movement(Movement { kind, account, amount, currency: None, reason })),
        is_promise: promises,
    };
    post(app, request, key).await
}

async fn trading_of(app: &App, user: UserId, account: SubAccountId) -> Result<TradingId, Refusal> {
    let found = app.store.read(move |tx| sub_accounts::find(tx, account)).await?;
    let own = found.filter(|found| found.account.user == user);
    own.map(|own| own.account.trading).ok_or_else(refusals::sub_account_not_found)
}

/// Moves back what a log moved.
pub async fn reverse(app: &App, request: ReverseRequest, key: RequestKey<'_>) -> Result<Answer, Refusal> {
    let command = key.command(request.user, Action::Reverse(request));
    submit(app, command).await
}

async fn submit(app: &App, command: PostCommand) -> Result<Answer, Refusal> {
    let PostOutcome { verdict, replayed } = app.post.submit(command).await?;
    let written = verdict.map_err(|refusal| refusals::of_log(&refusal, &app.public))?;
    Ok(Answer { written, replayed })
}

/// Who deletes a log.
#[derive(Debug, Clone, Copy)]
pub struct Deleter {
    /// Who.
    pub user: UserId,
    /// Whether they may delete everybody's.
    pub is_admin: bool,
}

/// Deletes an informational log: any by an admin, its own manual ones by their owner. What moved money stays.
pub async fn delete(app: &App, by: Deleter, id: TradingLogId) -> Result<(), Refusal> {
    let work = move |tx: &mut Tx<'_>| {
        let found = trading_logs::find(tx, id)?.filter(|log| by.is_admin || log.user == by.user);
        let log = found.ok_or_else(refusals::log_not_found)?;
        if log.transactions > 0 {
            return Err(refusals::log_moves_money());
        }
        if log.source == Source::Bot && !by.is_admin {
            return Err(refusals::log_is_a_bots());
        }
        users::lock_one(tx, log.user)?;
        trading_logs::delete(tx, id)?;
        counts::add_removed(tx, log.user, LOGS_REMOVED, 1)?;
        Ok::<_, Refusal>(())
    };
    app.store.write(work).await
}
