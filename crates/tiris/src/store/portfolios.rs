//! Portfolios in rows.

use crate::domain::ids::{PortfolioId, TradingId};
use crate::domain::portfolio::Portfolio;
use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

macro_rules! columns {
    () => {
        "id, user_id, name, description, info, created_at, updated_at"
    };
}

/// Inserts a portfolio without tradings. Errors: `Unique` where its user has one of this name.
pub fn insert(tx: &mut Tx<'_>, portfolio: &Portfolio) -> Result<(), StoreError> {
    let sql = concat!("INSERT INTO portfolios (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7)");
    let fields = params![
        portfolio.id.0,
        portfolio.user.0,
        &portfolio.name,
        &portfolio.description,
        &portfolio.info,
        portfolio.created_at,
        portfolio.updated_at,
    ];
    tx.execute(sql, fields)?;
    Ok(())
}

/// Writes what may change of it. Errors: `Unique` where the name is another's.
pub fn update(tx: &mut Tx<'_>, portfolio: &Portfolio) -> Result<(), StoreError> {
    let sql = "UPDATE portfolios SET name = $2, description = $3, info = $4, updated_at = $5 WHERE id = $1";
    let fields = params![
        portfolio.id.0,
        &portfolio.name,
        &portfolio.description,
        &portfolio.info,
        portfolio.updated_at,
    ];
    tx.execute(sql, fields)?;
    Ok(())
}

/// The portfolio of this number, when it is the user's.
pub fn find(tx: &mut Tx<'_>, user: UserId, id: PortfolioId) -> Result<Option<Portfolio>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM portfolios WHERE id = $1 AND user_id = $2");
    let found = tx.query_opt(sql, params![id.0, user.0], read)?;
    found.map(|portfolio| with_tradings(tx, portfolio)).transpose()
}

/// A user's portfolios, newest first.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Portfolio>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM portfolios WHERE user_id = $1 ORDER BY id DESC");
    let rows = tx.query(sql, params![user.0], read)?;
    rows.into_iter().map(|portfolio| with_tradings(tx, portfolio)).collect()
}

/// Deletes a portfolio; its tradings stay.
pub fn delete(tx: &mut Tx<'_>, id: PortfolioId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM portfolio_tradings WHERE portfolio_id = $1", params![id.0])?;
    tx.execute("DELETE FROM portfolios WHERE id = $1", params![id.0])?;
    Ok(())
}

/// Adds a trading; false when it is there already.
pub fn add(tx: &mut Tx<'_>, id: PortfolioId, trading: TradingId, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "INSERT INTO portfolio_tradings (portfolio_id, trading_id, added_at) VALUES ($1, $2, $3)
               ON CONFLICT (portfolio_id, trading_id) DO NOTHING";
    Ok(tx.execute(sql, params![id.0, trading.0, now])? == 1)
}

/// Takes a trading out; false when it is not there.
pub fn remove(tx: &mut Tx<'_>, id: PortfolioId, trading: TradingId) -> Result<bool, StoreError> {
    let sql = "DELETE FROM portfolio_tradings WHERE portfolio_id = $1 AND trading_id = $2";
    Ok(tx.execute(sql, params![id.0, trading.0])? == 1)
}

fn with_tradings(tx: &mut Tx<'_>, portfolio: Portfolio) -> Result<Portfolio, StoreError> {
    let sql = "SELECT p.trading_id FROM portfolio_tradings p JOIN tradings t ON t.id = p.trading_id AND t.deleted_at IS NULL
               WHERE p.portfolio_id = $1 ORDER BY p.added_at, p.trading_id";
    let tradings = tx.query(sql, params![portfolio.id.0], |row| Ok(TradingId(row.int(0)?)))?;
    Ok(Portfolio { tradings, ..portfolio })
}

fn read(row: &Row<'_>) -> Result<Portfolio, StoreError> {
    Ok(Portfolio {
        id: PortfolioId(row.int(0)?),
        user: UserId(row.int(1)?),
        name: row.text(2)?,
        description: row.text(3)?,
        info: row.text(4)?,
        created_at: Timestamp::from_micros(row.int(5)?),
        updated_at: Timestamp::from_micros(row.int(6)?),
        tradings: Vec::new(),
    })
}
