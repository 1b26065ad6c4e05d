//! What a bot did during the last day: trades at the exchange's own prices, each a log like every other, dated when it happened.

use crate::app::App;
use crate::domain::candle::{Candle, Range, Series, Timeframe};
use crate::domain::decimal;
use crate::domain::ids::{SubAccountId, TradingId};
use crate::domain::log_info::{FeePlace, Movement, Posting, Trade};
use crate::domain::log_post::LogRequest;
use crate::domain::log_type::{BusinessType, Source};
use crate::usecase::log_write::{self, RequestKey};
use kernel::{AssetCode, Refusal, Timestamp, UserId};
use std::sync::Arc;

/// Steps of the history: a day and a little.
const STEPS: i64 = 94;
/// Prices whose average it looks at.
const WINDOW: usize = 6;
/// The most lots it holds.
const LOTS_MAX: u32 = 6;

/// Where a trading's money lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pots {
    /// The trading.
    pub trading: TradingId,
    /// Of the asset.
    pub stock: SubAccountId,
    /// Of the money.
    pub currency: SubAccountId,
    /// The asset.
    pub base: AssetCode,
    /// The money.
    pub quote: AssetCode,
}

/// Plants it: money that was paid in, then trades. Errors: those of a log; 503 where the exchange has no prices.
pub async fn plant(
    app: &Arc<App>,
    user: UserId,
    pots: &Pots,
    (market, funds, volume): (&str, i64, &str),
) -> Result<(), Refusal> {
    let timeframe = Timeframe { name: "15m", seconds: 900 };
    let now = app.clock.now();
    let range = Range::recent(timeframe, STEPS, now);
    let series = Series { exchange: "binance".to_owned(), market: market.to_owned(), timeframe };
    let candles = app.candles.fetch(&series, range).await.map_err(Refusal::unavailable)?;
    let volume = decimal::parse(volume).map_err(|_| Refusal::internal("a planned volume is a decimal"))?;
    let mut requests =
        vec![Ok(request(user, pots, range.start, (deposit(pots, funds), "deposit", "Funds for this bot")))];
    // The last step is not over yet: what is dated later than now has not happened.
    for (at, kind, price, why) in decisions(&candles).into_iter().filter(|(at, ..)| *at < now) {
        let posting = trade(pots, (kind, price, volume));
        requests.push(Ok(request(user, pots, at, (posting, kind.as_str(), &why))));
    }
    for answer in log_write::post_all(app, requests, RequestKey { key: None, body: b"", place: 0 }).await {
        answer?;
    }
    Ok(())
}

/// What a short average would have done.
fn decisions(candles: &[Candle]) -> Vec<(Timestamp, BusinessType, i64, String)> {
    let mut lots = 0_u32;
    let mut found = Vec::new();
    for window in candles.windows(WINDOW) {
        let Some(last) = window.last() else { continue };
        let average = window.iter().map(|candle| candle.close / WINDOW as i64).sum::<i64>();
        let below = last.close < average - average / 800;
        let above = last.close > average + average / 800;
        let kind = match (below && lots < LOTS_MAX, above && lots > 0) {
            (true, _) => BusinessType::Long,
            (false, true) => BusinessType::Short,
            (false, false) => continue,
        };
        lots = if kind == BusinessType::Long { lots + 1 } else { lots - 1 };
        let side = if kind == BusinessType::Long { "below" } else { "above" };
        let written = decimal::format(average);
        // To the cent: it is said for people.
        let why = format!("The price is {side} its average of {}", &written[..written.len() - 6]);
        found.push((last.ts.plus_secs(600), kind, last.close, why));
    }
    found
}

fn deposit(pots: &Pots, amount: i64) -> Posting {
    Posting::Movement(Movement {
        kind: BusinessType::Deposit,
        account: pots.currency,
        amount,
        currency: Some(pots.quote),
        reason: None,
    })
}

fn trade(pots: &Pots, (kind, price, volume): (BusinessType, i64, i64)) -> Posting {
    let fee = decimal::product(price, volume).map_or(0, |quote| quote / 1_000);
    Posting::Trade(Trade {
        kind,
        stock_account: pots.stock,
        currency_account: pots.currency,
        stock: pots.base,
        currency: pots.quote,
        price,
        volume,
        fee,
        fee_place: FeePlace::Quote,
        fill: None,
    })
}

fn request(
    user: UserId,
    pots: &Pots,
    at: Timestamp,
    (posting, kind, message): (Posting, &str, &str),
) -> LogRequest {
    LogRequest {
        user,
        trading: pots.trading,
        kind: kind.to_owned(),
        source: Source::Bot,
        message: message.to_owned(),
        sub_account: None,
        transaction: None,
        event_time: Some(at),
        info: "{}".to_owned(),
        posting: Some(posting),
        is_promise: false,
    }
}
