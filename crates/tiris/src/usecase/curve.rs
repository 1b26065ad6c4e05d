//! Equity curves: of one trading, and of the tradings of a portfolio together.

use super::candles::{self, Found};
use super::reader::Reader;
use crate::app::App;
use crate::domain::candle::{Range, Series, Timeframe};
use crate::domain::equity_curve::{Curve, Entry, Side, curve};
use crate::domain::ids::TradingId;
use crate::domain::log_type::BusinessType;
use crate::domain::trading_log::TradingLog;
use crate::refusals;
use crate::store::entries::{self, JournalEntry};
use crate::store::{bindings, sub_accounts, trading_logs, tradings};
use kernel::{AssetCode, Refusal};
use std::sync::Arc;
use store::Tx;

/// Logs that a curve shows at most.
const EVENTS_MAX: i64 = 5_000;

/// Which curve.
#[derive(Debug, Clone)]
pub struct CurveQuery {
    /// The length of a step.
    pub timeframe: Timeframe,
    /// From when to when.
    pub range: Range,
    /// Of which asset; none: the one that is traded.
    pub stock: Option<AssetCode>,
    /// In which quote; none: the one it is traded in.
    pub quote: Option<AssetCode>,
    /// Whose prices; none: those of the trading's binding.
    pub exchange: Option<String>,
}

/// A curve with what happened on it.
#[derive(Debug, Clone)]
pub struct CurveView {
    /// The trading.
    pub trading: TradingId,
    /// The curve.
    pub curve: Curve,
    /// Logs that happened in its range, oldest first.
    pub events: Vec<TradingLog>,
    /// Steps that have no candle yet.
    pub gaps: usize,
}

/// What a trading's curve is made of.
struct Parts {
    journal: Vec<JournalEntry>,
    events: Vec<TradingLog>,
    pair: Option<(AssetCode, AssetCode)>,
    exchange: String,
}

/// The curve of a trading that the reader may see. What candles are missing begin to be fetched.
pub async fn view(
    app: &Arc<App>,
    reader: Reader,
    id: TradingId,
    query: &CurveQuery,
) -> Result<CurveView, Refusal> {
    let range = query.range;
    let parts = app.store.read(move |tx| load(tx, reader, id, range)).await?;
    let stock = query.stock.or(parts.pair.map(|pair| pair.0));
    let quote = query.quote.or(parts.pair.map(|pair| pair.1));
    let found = match (stock, quote) {
        (Some(stock), Some(quote)) => {
            let exchange = query.exchange.clone().unwrap_or(parts.exchange);
            let market = format!("{stock}/{quote}");
            let series = Series { exchange, market, timeframe: query.timeframe };
            candles::read(app, &series, range, true).await?
        }
        _ => Found { candles: Vec::new(), gaps: 0 },
    };
    let entries: Vec<Entry> =
        parts.journal.iter().filter_map(|entry| entry_of(entry, stock, quote)).collect();
    let curve = curve(query.timeframe, range, &entries, &found.candles);
    Ok(CurveView { trading: id, curve, events: parts.events, gaps: found.gaps })
}

fn load(tx: &mut Tx<'_>, reader: Reader, id: TradingId, range: Range) -> Result<Parts, Refusal> {
    let found = tradings::find(tx, id)?.filter(|trading| reader.may_see(trading));
    let trading = found.ok_or_else(refusals::trading_not_found)?;
    let journal = entries::of_trading(tx, trading.user, id)?;
    let events = trading_logs::happened_in(tx, id, range, EVENTS_MAX)?;
    let exchange = bindings::any(tx, trading.binding)?.map_or_else(String::new, |binding| binding.exchange);
    let exchange = if exchange == "virtual" { "binance".to_owned() } else { exchange };
    let pair = match traded_pair(&journal) {
        Some(pair) => Some(pair),
        None => typed_pair(tx, id)?,
    };
    Ok(Parts { journal, events, pair, exchange })
}

/// The pair of the first trade.
fn traded_pair(journal: &[JournalEntry]) -> Option<(AssetCode, AssetCode)> {
    let stock = journal.iter().find(|entry| is_trade(entry) && Some(entry.symbol) != entry.quote)?;
    Some((stock.symbol, stock.quote?))
}

/// The pair that the portal's types of accounts name, before anything was traded.
fn typed_pair(tx: &mut Tx<'_>, id: TradingId) -> Result<Option<(AssetCode, AssetCode)>, Refusal> {
    let accounts = sub_accounts::of_trading(tx, id)?;
    let of_type = |word: &str| {
        let typed = accounts.iter().find(|held| {
            serde_json::from_str::<serde_json::Value>(&held.account.info)
                .is_ok_and(|info| info["account_type"] == word)
        });
        typed.map(|held| held.account.symbol)
    };
    Ok(of_type("stock").zip(of_type("balance")))
}

fn is_trade(entry: &JournalEntry) -> bool {
    let kind = BusinessType::parse(&entry.log_kind);
    matches!(kind, Some(BusinessType::Long | BusinessType::Short | BusinessType::StopLoss))
}

fn entry_of(entry: &JournalEntry, stock: Option<AssetCode>, quote: Option<AssetCode>) -> Option<Entry> {
    let side = match Some(entry.symbol) {
        symbol if symbol == stock => Side::Stock,
        symbol if symbol == quote => Side::Quote,
        _ => return None,
    };
    let signed = entry.direction.signed(entry.amount);
    Some(Entry { at: entry.event_time, side, signed, is_trade: is_trade(entry) })
}
