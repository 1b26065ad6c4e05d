//! Portfolios: made, changed, deleted, filled with tradings of the same user.

use crate::app::App;
use crate::domain::ids::{PortfolioId, TradingId};
use crate::domain::portfolio::{Portfolio, TRADINGS_MAX};
use crate::refusals;
use crate::store::{portfolios, tradings, users};
use kernel::{Refusal, UserId};
use store::{StoreError, Tx};

/// What is to be; what is not named stays as it is.
#[derive(Debug, Clone, Default)]
pub struct PortfolioInput {
    /// The name.
    pub name: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// A JSON object.
    pub info: Option<String>,
    /// Its first tradings, when it is made.
    pub tradings: Vec<TradingId>,
}

/// What adding came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Added {
    /// Those that are in it now and were not.
    pub added: Vec<TradingId>,
    /// Those that were in it, are nobody's or another's, or did not fit.
    pub skipped: Vec<TradingId>,
}

/// A user's portfolios, newest first.
pub async fn list(app: &App, user: UserId) -> Result<Vec<Portfolio>, Refusal> {
    Ok(app.store.read(move |tx| portfolios::of_user(tx, user)).await?)
}

/// One of a user's.
pub async fn one(app: &App, user: UserId, id: PortfolioId) -> Result<Portfolio, Refusal> {
    let found = app.store.read(move |tx| portfolios::find(tx, user, id)).await?;
    found.ok_or_else(refusals::portfolio_not_found)
}

/// Makes one. Errors: 409 `PORTFOLIO_NAME_EXISTS`.
pub async fn create(app: &App, user: UserId, input: PortfolioInput) -> Result<Portfolio, Refusal> {
    let now = app.clock.now();
    let id = PortfolioId(app.ids.next(now));
    let work = move |tx: &mut Tx<'_>| {
        if !users::lock_one(tx, user)? {
            return Err(refusals::user_is_not_active());
        }
        let portfolio = Portfolio {
            id,
            user,
            name: input.name.clone().unwrap_or_default(),
            description: input.description.clone().unwrap_or_default(),
            info: input.info.clone().unwrap_or_else(|| "{}".to_owned()),
            created_at: now,
            updated_at: now,
            tradings: Vec::new(),
        };
        portfolios::insert(tx, &portfolio).map_err(name_is_taken)?;
        fill(tx, portfolio, &input.tradings, now)?;
        locked(tx, user, id)
    };
    app.store.write(work).await
}

/// Changes one. Errors: 404, 409 `PORTFOLIO_NAME_EXISTS`.
pub async fn update(
    app: &App,
    user: UserId,
    id: PortfolioId,
    input: PortfolioInput,
) -> Result<Portfolio, Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        let mut portfolio = locked(tx, user, id)?;
        portfolio.name = input.name.clone().unwrap_or(portfolio.name);
        portfolio.description = input.description.clone().unwrap_or(portfolio.description);
        portfolio.info = input.info.clone().unwrap_or(portfolio.info);
        portfolio.updated_at = now;
        portfolios::update(tx, &portfolio).map_err(name_is_taken)?;
        Ok(portfolio)
    };
    app.store.write(work).await
}

/// Deletes one; its tradings stay.
pub async fn delete(app: &App, user: UserId, id: PortfolioId) -> Result<(), Refusal> {
    let work = move |tx: &mut Tx<'_>| {
        locked(tx, user, id)?;
        Ok::<_, Refusal>(portfolios::delete(tx, id)?)
    };
    app.store.write(work).await
}

/// Adds tradings of the same user.
pub async fn add(app: &App, user: UserId, id: PortfolioId, ids: Vec<TradingId>) -> Result<Added, Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        let portfolio = locked(tx, user, id)?;
        fill(tx, portfolio, &ids, now)
    };
    app.store.write(work).await
}

/// Takes a trading out. Errors: 404 when it is not in it.
pub async fn remove(app: &App, user: UserId, id: PortfolioId, trading: TradingId) -> Result<(), Refusal> {
    let work = move |tx: &mut Tx<'_>| {
        locked(tx, user, id)?;
        let is_removed = portfolios::remove(tx, id, trading)?;
        is_removed.then_some(()).ok_or_else(refusals::trading_not_found)
    };
    app.store.write(work).await
}

fn fill(
    tx: &mut Tx<'_>,
    portfolio: Portfolio,
    ids: &[TradingId],
    now: kernel::Timestamp,
) -> Result<Added, Refusal> {
    let mut sorted = Added::default();
    let mut room = TRADINGS_MAX.saturating_sub(portfolio.tradings.len());
    for id in ids {
        let found = tradings::find(tx, *id)?.filter(|trading| trading.user == portfolio.user);
        if room > 0 && found.is_some() && portfolios::add(tx, portfolio.id, *id, now)? {
            room -= 1;
            sorted.added.push(*id);
        } else {
            sorted.skipped.push(*id);
        }
    }
    Ok(sorted)
}

fn locked(tx: &mut Tx<'_>, user: UserId, id: PortfolioId) -> Result<Portfolio, Refusal> {
    if !users::lock_one(tx, user)? {
        return Err(refusals::user_is_not_active());
    }
    portfolios::find(tx, user, id)?.ok_or_else(refusals::portfolio_not_found)
}

fn name_is_taken(error: StoreError) -> Refusal {
    match error {
        StoreError::Unique(_) => refusals::portfolio_name_exists(),
        other => other.into(),
    }
}
