//! Equity curves over HTTP: parse, call, map.

use super::answer::{Data, Enveloped};
use super::caller::{AnyReader, Member};
use super::number::Number;
use super::ohlcv::{bad, exchange, range, timeframe};
use super::path::Id;
use super::state::TirisState;
use super::warming::{Warming, warming};
use crate::domain::candle::{Candle, Range, Timeframe};
use crate::domain::equity_curve::Point;
use crate::domain::ids::{PortfolioId, TradingId};
use crate::domain::sub_account::symbol;
use crate::domain::trading_log::TradingLog;
use crate::usecase::curve::{self, CurveQuery, CurveView};
use crate::usecase::portfolio;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::{PublicIds, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Query, Refused};

/// The routes of curves.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new().routes(routes!(of_trading)).routes(routes!(of_portfolio))
}

/// Steps of the recent form at most, and where nothing is said.
const RECENT_MAX: i64 = 10_000;
const RECENT: i64 = 100;

/// Which curve: the recent form says how many steps, the range form from when to when.
#[derive(Debug, Deserialize, IntoParams)]
pub struct CurveParams {
    /// `1m` to `1d`; `1h` where none is said.
    timeframe: Option<String>,
    /// The last so many steps.
    recent_timeframes: Option<String>,
    /// Milliseconds since 1970.
    start_time: Option<String>,
    /// Milliseconds since 1970.
    end_time: Option<String>,
    stock_symbol: Option<String>,
    quote_symbol: Option<String>,
    /// Whose prices.
    exchange: Option<String>,
}

impl CurveParams {
    fn read(&self, now: Timestamp) -> Result<CurveQuery, Refusal> {
        let timeframe = timeframe(self.timeframe.as_deref(), "1h")?;
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let range = match (said(&self.start_time), said(&self.end_time)) {
            (Some(start), Some(end)) => range(timeframe, &start, &end)?,
            (None, None) => recent(timeframe, self.recent_timeframes.as_deref(), now)?,
            _ => return Err(bad("start_time and end_time are given together.")),
        };
        let asset = |text: Option<String>| {
            let asset =
                text.map(|text| symbol(&text).ok_or_else(|| bad("A symbol has 1 to 20 letters or digits.")));
            asset.transpose()
        };
        Ok(CurveQuery {
            timeframe,
            range,
            stock: asset(said(&self.stock_symbol))?,
            quote: asset(said(&self.quote_symbol))?,
            exchange: said(&self.exchange).map(|name| exchange(&name)).transpose()?,
        })
    }
}

fn recent(timeframe: Timeframe, count: Option<&str>, now: Timestamp) -> Result<Range, Refusal> {
    let count = count.filter(|text| !text.is_empty()).map_or(Some(RECENT), |text| text.parse().ok());
    let count = count.filter(|count| (1..=RECENT_MAX).contains(count));
    let count = count.ok_or_else(|| bad("recent_timeframes must be from 1 to 10000."))?;
    Ok(Range::recent(timeframe, count, now))
}

/// A candle of a point.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointCandle {
    #[schema(value_type = f64)]
    open: Number,
    #[schema(value_type = f64)]
    high: Number,
    #[schema(value_type = f64)]
    low: Number,
    #[schema(value_type = f64)]
    close: Number,
    #[schema(value_type = f64)]
    volume: Number,
    r#final: bool,
}

/// What happened in a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventData {
    id: String,
    r#type: String,
    source: &'static str,
    message: String,
    timestamp: String,
    event_time: String,
}

/// What a trading was worth at the end of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointData {
    timestamp: String,
    #[schema(value_type = Option<f64>)]
    equity: Option<Number>,
    #[schema(value_type = f64)]
    quote_balance: Number,
    #[schema(value_type = f64)]
    stock_balance: Number,
    #[schema(value_type = Option<f64>)]
    stock_price: Option<Number>,
    #[schema(value_type = Option<f64>)]
    benchmark_return: Option<Number>,
    ohlcv: Option<PointCandle>,
    events: Vec<EventData>,
}

/// A trading's curve.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurveData {
    trading_id: String,
    timeframe: &'static str,
    start_time: String,
    end_time: String,
    #[schema(value_type = f64)]
    initial_funds: Number,
    #[schema(value_type = Option<f64>)]
    baseline_price: Option<Number>,
    data_points: Vec<PointData>,
}

fn point_candle(candle: &Candle) -> PointCandle {
    PointCandle {
        open: Number(candle.open),
        high: Number(candle.high),
        low: Number(candle.low),
        close: Number(candle.close),
        volume: Number(candle.volume),
        r#final: candle.is_final,
    }
}

fn event(public: &PublicIds, log: &TradingLog) -> EventData {
    EventData {
        id: public.encode(log.id),
        r#type: log.kind.clone(),
        source: log.source.as_str(),
        message: log.message.clone(),
        timestamp: log.timestamp.rfc3339(),
        event_time: log.happened_at().rfc3339(),
    }
}

fn point(point: &Point, events: Vec<EventData>) -> PointData {
    PointData {
        timestamp: point.ts.rfc3339(),
        equity: point.equity.map(Number),
        quote_balance: Number(point.quote),
        stock_balance: Number(point.stock),
        stock_price: point.candle.map(|candle| Number(candle.close)),
        benchmark_return: point.benchmark.map(Number),
        ohlcv: point.candle.as_ref().map(point_candle),
        events,
    }
}

fn data(public: &PublicIds, view: &CurveView, query: &CurveQuery) -> CurveData {
    let mut events = view.events.iter().peekable();
    let mut points = Vec::with_capacity(view.curve.points.len());
    for one in &view.curve.points {
        let end = query.timeframe.next(one.ts);
        let mut of_step = Vec::new();
        while let Some(log) = events.next_if(|log| log.happened_at() < end) {
            of_step.push(event(public, log));
        }
        points.push(point(one, of_step));
    }
    CurveData {
        trading_id: public.encode(view.trading),
        timeframe: query.timeframe.name,
        start_time: query.range.start.rfc3339(),
        end_time: query.range.end.rfc3339(),
        initial_funds: Number(view.curve.initial_funds),
        baseline_price: view.curve.baseline.map(Number),
        data_points: points,
    }
}

/// What a trading was worth, step by step; guests may read that of a public simulated one. 202 while prices are being
/// fetched, with what is there. 400 `INVALID_QUERY_PARAMS`; 404 `TRADING_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/tradings/{id}/equity-curve", tag = "tradings",
    params(("id" = String, Path), CurveParams),
    responses((status = 200, body = Enveloped<CurveData>), (status = 202, body = Warming<CurveData>),
        web::openapi::Refusals))]
async fn of_trading(
    State(state): State<TirisState>,
    AnyReader(reader): AnyReader,
    Id(id): Id<TradingId>,
    Query(params): Query<CurveParams>,
) -> Result<Response, Refused> {
    let query = params.read(state.app.clock.now())?;
    let view = curve::view(&state.app, reader, id, &query).await?;
    let data = data(&state.app.public, &view, &query);
    if view.gaps > 0 { Ok(warming(data, view.gaps)) } else { Ok(Data(data).into_response()) }
}

/// What the tradings of a portfolio were worth together.
#[derive(Debug, Serialize, ToSchema)]
pub struct SumPoint {
    timestamp: String,
    /// None while the price of one of them is missing.
    #[schema(value_type = Option<f64>)]
    equity: Option<Number>,
}

/// A portfolio's curve.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortfolioCurveData {
    portfolio_id: String,
    timeframe: &'static str,
    start_time: String,
    end_time: String,
    #[schema(value_type = f64)]
    initial_funds: Number,
    data_points: Vec<SumPoint>,
    /// The curve of each trading.
    tradings: Vec<CurveData>,
}

/// What the tradings of a portfolio were worth, together and each. 202 as for one trading. 404.
#[utoipa::path(get, path = "/tiris/v1/portfolios/{id}/equity-curve", tag = "portfolios",
    params(("id" = String, Path), CurveParams),
    responses((status = 200, body = Enveloped<PortfolioCurveData>), (status = 202, body = Warming<PortfolioCurveData>),
        web::openapi::Refusals), security(("bearer" = [])))]
async fn of_portfolio(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<PortfolioId>,
    Query(params): Query<CurveParams>,
) -> Result<Response, Refused> {
    let query = params.read(state.app.clock.now())?;
    let portfolio = portfolio::one(&state.app, member.0.user, id).await?;
    let mut views = Vec::with_capacity(portfolio.tradings.len());
    for trading in portfolio.tradings {
        views.push(curve::view(&state.app, member.reader(), trading, &query).await?);
    }
    let gaps = views.iter().map(|view| view.gaps).sum();
    let sum = sum(&state.app.public, id, &views, &query);
    if gaps > 0 { Ok(warming(sum, gaps)) } else { Ok(Data(sum).into_response()) }
}

fn sum(public: &PublicIds, id: PortfolioId, views: &[CurveView], query: &CurveQuery) -> PortfolioCurveData {
    let starts = query.range.starts(query.timeframe).enumerate();
    let equity_at = |at: usize| {
        let mut all = views.iter().map(|view| view.curve.points.get(at).and_then(|point| point.equity));
        all.try_fold(0_i64, |sum, equity| sum.checked_add(equity?))
    };
    let funds = views.iter().fold(0_i64, |sum, view| sum.saturating_add(view.curve.initial_funds));
    let points =
        starts.map(|(at, ts)| SumPoint { timestamp: ts.rfc3339(), equity: equity_at(at).map(Number) });
    PortfolioCurveData {
        portfolio_id: public.encode(id),
        timeframe: query.timeframe.name,
        start_time: query.range.start.rfc3339(),
        end_time: query.range.end.rfc3339(),
        initial_funds: Number(funds),
        data_points: points.collect(),
        tradings: views.iter().map(|view| data(public, view, query)).collect(),
    }
}
