//! Candles over HTTP: parse, call, map. What is missing is fetched meanwhile, and the answer says so.

use super::answer::{Data, Enveloped};
use super::caller::Member;
use super::number::Number;
use super::state::TirisState;
use super::warming::{Warming, warming};
use crate::domain::candle::{Candle, Range, Series, Timeframe};
use crate::usecase::candles;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::{Meaning, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Query, Refused};

/// The routes of candles.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Candles of one answer at most.
const STEPS_MAX: i64 = 100_000;
/// The shape of a candle, as its readers know it.
const SCHEMA: u8 = 1;

/// Which candles.
#[derive(Debug, Deserialize, IntoParams)]
pub struct OhlcvQuery {
    /// `binance`
    ex: Option<String>,
    /// `ETH/USDT`
    market: Option<String>,
    /// `1m` to `1d`; `1m` where none is said.
    tf: Option<String>,
    /// Milliseconds since 1970.
    start: Option<String>,
    /// Milliseconds since 1970.
    end: Option<String>,
    /// `warmup`: what is missing is fetched; `none`: it is left out.
    on_miss: Option<String>,
}

/// A candle.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandleData {
    ex: String,
    market: String,
    ts: String,
    #[schema(value_type = f64)]
    o: Number,
    #[schema(value_type = f64)]
    h: Number,
    #[schema(value_type = f64)]
    l: Number,
    #[schema(value_type = f64)]
    c: Number,
    #[schema(value_type = f64)]
    v: Number,
    r#final: bool,
    schema_ver: u8,
}

fn data(series: &Series, candle: &Candle) -> CandleData {
    CandleData {
        ex: series.exchange.clone(),
        market: series.market.clone(),
        ts: candle.ts.rfc3339(),
        o: Number(candle.open),
        h: Number(candle.high),
        l: Number(candle.low),
        c: Number(candle.close),
        v: Number(candle.volume),
        r#final: candle.is_final,
        schema_ver: SCHEMA,
    }
}

/// A refusal of a query.
pub(super) fn bad(text: &'static str) -> Refusal {
    Refusal::new(Meaning::Invalid, "INVALID_QUERY_PARAMS", text)
}

/// The timeframe of a query.
pub(super) fn timeframe(text: Option<&str>, default: &str) -> Result<Timeframe, Refusal> {
    let text = text.filter(|text| !text.is_empty()).unwrap_or(default);
    Timeframe::parse(text)
        .ok_or_else(|| bad("The timeframe is one of 1m, 3m, 5m, 15m, 30m, 1h, 2h, 4h, 8h, 1d."))
}

/// Two moments in milliseconds since 1970, as whole steps.
pub(super) fn range(timeframe: Timeframe, start: &str, end: &str) -> Result<Range, Refusal> {
    let moment = |text: &str| {
        let ms = text.parse::<i64>().ok().filter(|ms| (0..=253_402_300_799_000).contains(ms));
        ms.map(|ms| Timestamp::from_micros(ms * 1_000))
            .or_else(|| Timestamp::parse_rfc3339(text).ok())
            .ok_or_else(|| bad("Moments are milliseconds since 1970."))
    };
    let (start, end) = (moment(start)?, moment(end)?);
    let range = Range::of(timeframe, start, end);
    if end <= start || range.steps(timeframe) > STEPS_MAX {
        return Err(bad("The range must have 1 to 100000 steps."));
    }
    Ok(range)
}

/// The name of an exchange: lower-case letters, digits and `_`.
pub(super) fn exchange(text: &str) -> Result<String, Refusal> {
    let name = text.to_ascii_lowercase();
    let fits = (1..=32).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if fits { Ok(name) } else { Err(bad("The exchange's name has 1 to 32 letters or digits.")) }
}

/// `ETH/USDT`, whatever stands between the two.
fn market(text: &str) -> Result<String, Refusal> {
    let text = text.to_ascii_uppercase().replace(['-', '_'], "/");
    let parts: Vec<&str> = text.split('/').collect();
    let [base, quote] = parts[..] else { return Err(bad("A market is written as ETH/USDT.")) };
    let is_symbol = |part: &str| crate::domain::sub_account::symbol(part).is_some();
    if is_symbol(base) && is_symbol(quote) { Ok(text) } else { Err(bad("A market is written as ETH/USDT.")) }
}

/// Candles of a market. 202 while some are being fetched, with those that are there. 400 `INVALID_QUERY_PARAMS`.
#[utoipa::path(get, path = "/tiris/v1/ohlcv", tag = "ohlcv", params(OhlcvQuery),
    responses((status = 200, body = Enveloped<Vec<CandleData>>), (status = 202, body = Warming<Vec<CandleData>>),
        web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<TirisState>,
    _: Member,
    Query(query): Query<OhlcvQuery>,
) -> Result<Response, Refused> {
    let needed =
        |text: &Option<String>, what| text.clone().filter(|text| !text.is_empty()).ok_or_else(|| bad(what));
    let timeframe = timeframe(query.tf.as_deref(), "1m")?;
    let series = Series {
        exchange: exchange(query.ex.as_deref().unwrap_or("binance"))?,
        market: market(&needed(&query.market, "market is needed, as ETH/USDT.")?)?,
        timeframe,
    };
    let start = needed(&query.start, "start is needed, milliseconds since 1970.")?;
    let end = needed(&query.end, "end is needed, milliseconds since 1970.")?;
    let range = range(timeframe, &start, &end)?;
    let warm_up = query.on_miss.as_deref() != Some("none");
    let found = candles::read(&state.app, &series, range, warm_up).await?;
    let candles: Vec<_> = found.candles.iter().map(|candle| data(&series, candle)).collect();
    if warm_up && found.gaps > 0 {
        Ok(warming(candles, found.gaps))
    } else {
        Ok(Data(candles).into_response())
    }
}
