//! Reads tradings: one, a user's, everybody's.

use super::log_view::Found;
use super::reader::Reader;
use crate::app::App;
use crate::domain::ids::TradingId;
use crate::domain::trading::{Trading, TradingType};
use crate::refusals;
pub use crate::store::bindings::BindingView;
use crate::store::{bindings, tradings};
use kernel::Refusal;
use std::collections::HashMap;
use store::{StoreError, Tx};

/// A trading with its binding.
#[derive(Debug, Clone)]
pub struct TradingView {
    /// The trading.
    pub trading: Trading,
    /// Where it trades.
    pub binding: Option<BindingView>,
}

/// One trading.
pub async fn one(app: &App, reader: Reader, id: TradingId) -> Result<TradingView, Refusal> {
    let work = move |tx: &mut Tx<'_>| {
        let found = tradings::find(tx, id)?.filter(|trading| reader.may_see(trading));
        let trading = found.ok_or_else(refusals::trading_not_found)?;
        let view = view(tx, trading)?;
        // A binding's name and mask are its owner's alone.
        let seen = reader.may_read(view.trading.user);
        Ok::<_, Refusal>(TradingView {
            binding: view.binding.filter(|one| seen || one.user.is_none()),
            ..view
        })
    };
    app.store.read(work).await
}

/// The reader's own tradings, newest first.
pub async fn own(app: &App, reader: Reader, kind: Option<TradingType>) -> Result<Vec<TradingView>, Refusal> {
    let user = reader.own()?;
    let work = move |tx: &mut Tx<'_>| {
        let rows = tradings::of_user(tx, user)?;
        let seen = bindings::seen_by(tx, user)?;
        let seen: HashMap<i64, BindingView> = seen.into_iter().map(|one| (one.id.0, one)).collect();
        let rows = rows.into_iter().filter(|row| kind.is_none_or(|kind| row.kind.matches(kind)));
        let view = |trading: Trading| TradingView { binding: seen.get(&trading.binding.0).cloned(), trading };
        Ok::<_, StoreError>(rows.map(view).collect())
    };
    Ok(app.store.read(work).await?)
}

/// A page of everybody's, for an admin.
pub async fn everybodys(
    app: &App,
    reader: Reader,
    (limit, offset): (i64, i64),
) -> Result<Found<TradingView>, Refusal> {
    reader.admin()?;
    let work = move |tx: &mut Tx<'_>| {
        let (rows, total) = tradings::page(tx, limit, offset)?;
        let rows: Result<Vec<_>, _> = rows.into_iter().map(|trading| view(tx, trading)).collect();
        Ok::<_, StoreError>(Found { rows: rows?, total })
    };
    Ok(app.store.read(work).await?)
}

/// A trading with its binding.
pub(super) fn view(tx: &mut Tx<'_>, trading: Trading) -> Result<TradingView, StoreError> {
    let binding = bindings::any(tx, trading.binding)?;
    Ok(TradingView { trading, binding })
}
