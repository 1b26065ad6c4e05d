//! One trading: its curve beside the price alone, its sub-accounts, every transaction with its cause, gains with the lots they
//! consumed, and its statement.

use super::chart::{Chart, chart};
use super::figures::{amount, moment, money, percent, signed};
use super::overview::{last_day, values};
use super::state::PagesState;
use super::visitor::{Frame, Visitor};
use super::words::Words;
use crate::domain::decimal::{self, ONE};
use crate::domain::gains::{LotPart, Sale};
use crate::domain::ids::TradingId;
use crate::usecase::curve::{self, CurveView};
use crate::usecase::gains::{self, GainsView};
use crate::usecase::sub_account::{self, Held};
use crate::usecase::trading;
use crate::usecase::transaction_view::{self, Caused, TransactionFilter, TransactionList};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{PublicIds, Timestamp};
use std::collections::HashMap;
use web::Refused;
use web::shell::Shell;

/// Units of the picture.
const LARGE: (i64, i64) = (960, 260);
/// Transactions that the page shows.
const TRANSACTIONS_SHOWN: i64 = 60;
/// Sales that the page shows.
const SALES_SHOWN: usize = 40;
/// Points of the curve that its table shows.
const POINTS_SHOWN: usize = 24;

/// A figure with its name.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// How much.
    pub text: String,
    /// `up`, `down` or nothing.
    pub tone: &'static str,
}

/// A sub-account.
#[derive(Debug, Clone)]
pub struct Pot {
    /// Its name.
    pub name: String,
    /// Its asset.
    pub asset: String,
    /// May leave.
    pub free: String,
    /// Set aside.
    pub locked: String,
}

/// A transaction.
#[derive(Debug, Clone)]
pub struct Booking {
    /// When it happened.
    pub at: String,
    /// What its log was.
    pub cause: String,
    /// What its log says.
    pub why: String,
    /// In which asset.
    pub asset: String,
    /// How much, with its sign.
    pub amount: String,
    /// Whether it left.
    pub leaves: bool,
    /// What lay there after it.
    pub after: String,
    /// At which price.
    pub price: String,
}

/// A lot, or a part of one.
#[derive(Debug, Clone)]
pub struct Lot {
    /// When it came.
    pub came: String,
    /// How much of it.
    pub quantity: String,
    /// What one whole of it cost.
    pub per_unit: String,
    /// What it cost.
    pub cost: String,
}

/// A sale.
#[derive(Debug, Clone)]
pub struct Sold {
    /// For the page's memory of what is open.
    pub id: String,
    /// When.
    pub at: String,
    /// How much of what.
    pub quantity: String,
    /// What it brought.
    pub proceeds: String,
    /// What its lots had cost.
    pub cost: String,
    /// The difference.
    pub gain: String,
    /// Whether it lost.
    pub loses: bool,
    /// What it consumed, oldest first.
    pub lots: Vec<Lot>,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "trading.html")]
pub struct TradingPage {
    /// Around it.
    pub shell: Shell,
    /// Around it.
    pub frame: Frame,
    /// The words.
    pub w: &'static Words,
    /// The trading's name.
    pub name: String,
    /// real or simulated.
    pub kind: &'static str,
    /// Where it stands.
    pub status: &'static str,
    /// Where it trades.
    pub exchange: String,
    /// The figures.
    pub figures: Vec<Figure>,
    /// The curve.
    pub curve: Option<Chart>,
    /// Its bounds.
    pub bounds: (String, String),
    /// Its points as numbers: when, equity, price.
    pub points: Vec<(String, String, String)>,
    /// Whether prices are missing yet.
    pub warming: bool,
    /// Its sub-accounts.
    pub pots: Vec<Pot>,
    /// Its transactions, newest first.
    pub bookings: Vec<Booking>,
    /// How many there are.
    pub bookings_total: i64,
    /// Its sales, newest first.
    pub sales: Vec<Sold>,
    /// Where its statement is.
    pub statement: String,
}

/// Shows it.
pub async fn page(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    if let Err(to_sign_in) = visitor.require() {
        return Ok(*to_sign_in);
    }
    let (app, w, reader) = (&state.app, visitor.words, visitor.reader());
    let id = app.public.decode::<TradingId>(&id).map_err(|_| crate::refusals::trading_not_found())?;
    let view = trading::one(app, reader, id).await?;
    let pots = sub_account::list(app, reader, Some(id)).await?;
    let curve = curve::view(app, reader, id, &last_day(visitor.now)).await?;
    let gains = gains::view(app, reader, id).await?;
    let filter = TransactionFilter::default();
    let list = TransactionList::OfTrading(id);
    let booked = transaction_view::list(app, reader, list, filter, (TRANSACTIONS_SHOWN, 0)).await?;
    let quote = quote_of(&pots);
    let benchmark = benchmark(&curve);
    let drawn = chart(&values(&curve), &benchmark, LARGE);
    let bound = |units: Option<i64>| units.map_or_else(String::new, |units| money(units, &quote));
    let page = TradingPage {
        shell: visitor.shell(&view.trading.name, "/tiris/portfolio"),
        frame: visitor.frame(),
        w,
        name: view.trading.name.clone(),
        kind: if view.trading.kind.is_simulated() { w.paper } else { w.real },
        status: view.trading.status.as_str(),
        exchange: view.binding.map_or_else(String::new, |binding| binding.name),
        figures: figures(w, &curve, &gains, &quote),
        bounds: (bound(drawn.as_ref().map(|one| one.high)), bound(drawn.as_ref().map(|one| one.low))),
        curve: drawn,
        points: points(&curve, &quote),
        warming: curve.gaps > 0,
        pots: pots.iter().map(pot).collect(),
        bookings: booked.rows.iter().map(|row| booking(w, row, &assets(&pots))).collect(),
        bookings_total: booked.total,
        sales: gains
            .gains
            .sales
            .iter()
            .rev()
            .take(SALES_SHOWN)
            .map(|sale| sold(&app.public, sale, &quote))
            .collect(),
        statement: format!("/tiris/tradings/{}/statement.json", app.public.encode(id)),
    };
    Ok(visitor.answer(&page))
}

/// In what the trading counts: its account of dollars, or the first.
fn quote_of(pots: &[Held]) -> String {
    let of = |held: &Held| held.account.symbol.as_str().to_owned();
    let dollars = pots.iter().find(|held| held.account.symbol.as_str().starts_with("USD"));
    dollars.or(pots.last()).map_or_else(|| "USDT".to_owned(), of)
}

/// What the money that was paid in would be worth by the price alone.
fn benchmark(curve: &CurveView) -> Vec<Option<i64>> {
    let funds = curve.curve.initial_funds;
    let at = |benchmark: i64| decimal::product(funds, ONE.saturating_add(benchmark));
    let first = values(curve).iter().position(Option::is_some).unwrap_or(0);
    let points = curve.curve.points.iter().enumerate();
    points.map(|(step, point)| point.benchmark.filter(|_| step >= first && funds > 0).and_then(at)).collect()
}

fn figures(w: &Words, curve: &CurveView, gains: &GainsView, quote: &str) -> Vec<Figure> {
    let equity = values(curve).into_iter().flatten().next_back().unwrap_or(0);
    let funds = curve.curve.initial_funds;
    let change = if equity == 0 { 0 } else { equity.saturating_sub(funds) };
    let plain = |name, text| Figure { name, text, tone: "" };
    let toned = |name, units: i64, text| Figure {
        name,
        text,
        tone: if units < 0 {
            "down"
        } else if units > 0 {
            "up"
        } else {
            ""
        },
    };
    let mut all = vec![
        plain(w.equity, money(equity, quote)),
        plain(w.invested, money(funds, quote)),
        toned(w.changed, change, format!("{} ({})", signed(change, quote), percent(change, funds))),
        toned(w.realised, gains.gains.realised, signed(gains.gains.realised, quote)),
        toned(w.unrealised, gains.unrealised, signed(gains.unrealised, quote)),
    ];
    all.extend(gains.fees.iter().map(|(asset, units)| plain(w.fees, money(*units, asset.as_str()))));
    all
}

fn points(curve: &CurveView, quote: &str) -> Vec<(String, String, String)> {
    let row = |point: &crate::domain::equity_curve::Point| {
        let price = point.candle.map_or_else(|| "–".to_owned(), |candle| amount(candle.close, quote));
        Some((moment(point.ts), money(point.equity?, quote), price))
    };
    curve.curve.points.iter().rev().filter_map(row).take(POINTS_SHOWN).collect()
}

fn pot(held: &Held) -> Pot {
    let asset = held.account.symbol.as_str();
    Pot {
        name: held.account.name.clone(),
        asset: asset.to_owned(),
        free: amount(held.holdings.free, asset),
        locked: amount(held.holdings.locked, asset),
    }
}

fn assets(pots: &[Held]) -> HashMap<i64, String> {
    pots.iter().map(|held| (held.account.id.0, held.account.symbol.as_str().to_owned())).collect()
}

fn booking(w: &Words, row: &Caused, assets: &HashMap<i64, String>) -> Booking {
    let one = &row.transaction;
    let asset = assets.get(&one.sub_account.0).cloned().unwrap_or_default();
    let (kind, why) = row.log.as_ref().map_or(("", ""), |log| (log.kind.as_str(), log.message.as_str()));
    let moved = one.direction.signed(one.amount);
    let is_trade =
        one.quote.is_some_and(|quote| quote.as_str() != asset) || one.price.is_some_and(|price| price != ONE);
    Booking {
        at: moment(one.event_time),
        cause: w.of_log(kind).to_owned(),
        why: why.to_owned(),
        amount: if moved > 0 { format!("+{}", amount(moved, &asset)) } else { amount(moved, &asset) },
        leaves: moved < 0,
        after: amount(one.closing_balance, &asset),
        price: one.price.filter(|_| is_trade).map_or_else(String::new, |price| amount(price, "USDT")),
        asset,
    }
}

fn sold(public: &PublicIds, sale: &Sale, quote: &str) -> Sold {
    let lot = |part: &LotPart| Lot {
        came: short(&public.encode(part.log)),
        quantity: amount(part.quantity, sale.asset.as_str()),
        per_unit: part.unit_cost.map_or_else(|| "–".to_owned(), |cost| amount(cost, quote)),
        cost: part.cost.map_or_else(|| "–".to_owned(), |cost| amount(cost, quote)),
    };
    Sold {
        id: format!("sale-{}", public.encode(sale.log)),
        at: moment(at(sale)),
        quantity: money(sale.quantity, sale.asset.as_str()),
        proceeds: money(sale.proceeds, quote),
        cost: money(sale.cost, quote),
        gain: sale.gain.map_or_else(|| "–".to_owned(), |gain| signed(gain, quote)),
        loses: sale.gain.is_some_and(|gain| gain < 0),
        lots: sale.lots.iter().map(lot).collect(),
    }
}

const fn at(sale: &Sale) -> Timestamp {
    sale.at
}

/// Enough of an id to find it again.
fn short(id: &str) -> String {
    id.chars().take(8).collect()
}
