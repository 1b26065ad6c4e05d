//! Traders of a load run: users with a trading, an account of stock and one of currency with money in it. Only the load profile asks.

use super::log_write::{self, MovementInput, RequestKey};
use crate::app::App;
use crate::domain::ids::{ExchangeBindingId, SubAccountId, TradingId, TradingLogId};
use crate::domain::log_type::BusinessType;
use crate::domain::role;
use crate::domain::sub_account::SubAccount;
use crate::domain::trading::{Trading, TradingStatus, TradingType};
use crate::refusals;
use crate::store::users::User;
use crate::store::{bindings, sub_accounts, trading_logs, tradings, users};
use kernel::{Actor, AssetCode, Refusal, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};

/// Units of currency that each begins with, eight digits behind the point: more than any run spends.
const FUNDS: i64 = 1_000_000_000 * 100_000_000;

/// How many, and how they are numbered.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct LoadTraders {
    /// The number of the first, part of the users' names.
    pub first: u64,
    /// How many.
    pub count: u32,
}

/// A trader as made.
#[derive(Debug, Clone, Serialize)]
pub struct CreatedTrader {
    token: String,
    trading_id: String,
    stock_account_id: String,
    currency_account_id: String,
}

/// The rows of one trader.
#[derive(Debug, Clone)]
struct Rows {
    user: User,
    trading: Trading,
    accounts: [SubAccount; 2],
}

/// Makes them. Errors: the store; a number that was used before.
pub async fn run(app: &App, load: LoadTraders) -> Result<Vec<CreatedTrader>, Refusal> {
    let now = app.clock.now();
    let binding = app.store.read(bindings::first_public).await?.ok_or_else(refusals::binding_not_found)?;
    let rows: Vec<Rows> = (0..u64::from(load.count))
        .map(|at| rows_of(app, load.first.wrapping_add(at), binding, now))
        .collect();
    let inserted = rows.clone();
    app.store.write(move |tx| inserted.iter().try_for_each(|one| insert(tx, one))).await?;
    let funded = rows.iter().map(|one| fund(app, one));
    futures_util::future::try_join_all(funded).await?;
    Ok(rows.iter().map(|one| answer(app, one, now)).collect())
}

fn rows_of(app: &App, number: u64, binding: ExchangeBindingId, now: Timestamp) -> Rows {
    let next = || app.ids.next(now);
    let user = UserId(next());
    let trading = TradingId(next());
    let account = |name: &str, symbol: &str| SubAccount {
        id: SubAccountId(next()),
        user,
        trading,
        name: name.to_owned(),
        symbol: AssetCode::new(symbol).expect("codes of letters are asset codes"),
        locked_account: next(),
        outside_account: next(),
        info: "{}".to_owned(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
    };
    Rows {
        accounts: [account("stock", "ETH"), account("currency", "USDT")],
        trading: Trading {
            id: trading,
            user,
            binding,
            name: "load".to_owned(),
            kind: TradingType::Real,
            status: TradingStatus::Active,
            info: "{}".to_owned(),
            created_at: now,
            updated_at: now,
            deleted_at: None,
        },
        user: User::new(user, format!("load_{number}"), now),
    }
}

fn insert(tx: &mut Tx<'_>, rows: &Rows) -> Result<(), StoreError> {
    users::insert(tx, &rows.user)?;
    tradings::insert(tx, &rows.trading)?;
    rows.accounts.iter().try_for_each(|account| sub_accounts::insert(tx, account))
}

async fn fund(app: &App, rows: &Rows) -> Result<(), Refusal> {
    let input = MovementInput {
        user: rows.user.id,
        account: rows.accounts[1].id,
        kind: BusinessType::Deposit,
        amount: FUNDS,
        reason: None,
        message: "load".to_owned(),
        info: "{}".to_owned(),
        is_promise: false,
    };
    log_write::movement(app, input, RequestKey { key: None, body: &[], place: 0 }).await.map(drop)
}

fn answer(app: &App, rows: &Rows, now: Timestamp) -> CreatedTrader {
    let actor = Actor { user: rows.user.id, tenant: None, role: role::USER };
    let [stock, currency] = &rows.accounts;
    CreatedTrader {
        token: app.tokens.mint(actor, &rows.user.username, now),
        trading_id: app.public.encode(rows.trading.id),
        stock_account_id: app.public.encode(stock.id),
        currency_account_id: app.public.encode(currency.id),
    }
}

/// How many transactions each of these logs made; none where there is no such log.
pub async fn statuses(app: &App, logs: &[String]) -> Result<Vec<Option<i64>>, Refusal> {
    let ids: Vec<_> = logs.iter().map(|text| app.public.decode::<TradingLogId>(text).ok()).collect();
    let find = move |tx: &mut Tx<'_>| {
        let one = |id: &Option<TradingLogId>| id.map_or(Ok(None), |id| trading_logs::find(tx, id));
        ids.iter().map(one).collect::<Result<Vec<_>, StoreError>>()
    };
    let found = app.store.read(find).await?;
    Ok(found.into_iter().map(|log| log.map(|log| log.transactions)).collect())
}

/// How many logs there are.
pub async fn count(app: &App) -> Result<i64, Refusal> {
    Ok(app.store.read(|tx| tx.query_one("SELECT COUNT(*) FROM trading_logs", &[], |row| row.int(0))).await?)
}
