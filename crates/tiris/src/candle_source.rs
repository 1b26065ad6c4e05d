//! Where candles come from: an exchange's public API in the shapes of Binance. What it says is read exactly, and nothing else of
//! it is trusted.

use crate::domain::candle::{Candle, Range, Series};
use crate::domain::decimal;
use kernel::Timestamp;
use outbound::{HttpClient, Request};
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Candles of one answer at most, as the exchange allows.
const ANSWER_MAX: i64 = 1_000;
/// What one answer may take.
const TIME_MAX: Duration = Duration::from_secs(10);

/// Why there are no candles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CandleFault {
    /// No whole answer in time.
    #[error("the exchange did not answer: {0}")]
    Unreachable(String),
    /// A status that is no success.
    #[error("the exchange answered with status {0}")]
    Refused(u16),
    /// Not in the documented shape.
    #[error("the exchange's answer cannot be read")]
    Unreadable,
}

/// The exchange's API, and what is being fetched from it.
#[derive(Debug)]
pub struct CandleSource {
    client: HttpClient,
    url: String,
    fetching: Mutex<Fetching>,
}

/// What was asked of the exchange lately. Lost with the process: then it is asked again.
#[derive(Debug, Default)]
struct Fetching {
    running: HashSet<Series>,
    /// Ranges that were answered whole, with when: what has no candle there has none at the exchange.
    answered: HashMap<Series, Vec<(Range, Timestamp)>>,
}

/// Answered ranges of one series that are remembered.
const ANSWERED_MAX: usize = 64;
/// Seconds for which an answered range is not asked for again.
const ANSWERED_S: i64 = 60;

impl CandleSource {
    /// The API at `url`, without a slash at its end.
    #[must_use]
    pub fn new(url: String) -> Self {
        Self { client: HttpClient::new(TIME_MAX), url, fetching: Mutex::default() }
    }

    /// Whether this caller is to fetch the series; false: somebody does already.
    pub fn begin(&self, series: &Series) -> bool {
        self.fetching.lock().running.insert(series.clone())
    }

    /// The series is fetched no more; `answered` was answered whole at `now`.
    pub fn end(&self, series: &Series, answered: Option<Range>, now: Timestamp) {
        let mut fetching = self.fetching.lock();
        fetching.running.remove(series);
        if let Some(range) = answered {
            let ranges = fetching.answered.entry(series.clone()).or_default();
            ranges.retain(|(_, at)| at.plus_secs(ANSWERED_S) > now);
            if ranges.len() < ANSWERED_MAX {
                ranges.push((range, now));
            }
        }
    }

    /// The ranges of a series that need not be asked for again at `now`.
    #[must_use]
    pub fn answered(&self, series: &Series, now: Timestamp) -> Vec<Range> {
        let fetching = self.fetching.lock();
        let ranges = fetching.answered.get(series).map_or(&[][..], Vec::as_slice);
        ranges.iter().filter(|(_, at)| at.plus_secs(ANSWERED_S) > now).map(|(range, _)| *range).collect()
    }

    /// The first candles of a range, at most as many as one answer has.
    pub async fn fetch(&self, series: &Series, range: Range) -> Result<Vec<Candle>, CandleFault> {
        let symbol: String = series.market.chars().filter(char::is_ascii_alphanumeric).collect();
        let ms = |at: Timestamp| at.as_secs() * 1_000;
        let url = format!(
            "{}/api/v3/klines?symbol={symbol}&interval={}&startTime={}&endTime={}&limit={ANSWER_MAX}",
            self.url,
            series.timeframe.name,
            ms(range.start),
            ms(range.end) - 1
        );
        let answer = self.client.send(Request::get(url)).await;
        let answer = answer.map_err(|fault| CandleFault::Unreachable(fault.to_string()))?;
        if !answer.is_success() {
            return Err(CandleFault::Refused(answer.status));
        }
        parse(&answer.body)
    }
}

/// Reads `[[openTime, "open", "high", "low", "close", "volume", …], …]`; none of them is final yet.
fn parse(body: &[u8]) -> Result<Vec<Candle>, CandleFault> {
    let rows: Vec<Vec<Value>> = serde_json::from_slice(body).map_err(|_| CandleFault::Unreadable)?;
    rows.iter().map(|row| read(row).ok_or(CandleFault::Unreadable)).collect()
}

fn read(row: &[Value]) -> Option<Candle> {
    // An exchange writes more decimals than we keep for what is worth next to nothing; a price is cut, never rounded up.
    let units = |at: usize| {
        let text = row.get(at)?.as_str()?;
        let cut = text.find('.').map_or(text, |point| &text[..text.len().min(point + 9)]);
        decimal::parse(cut).ok()
    };
    Some(Candle {
        ts: Timestamp::from_secs(row.first()?.as_i64()?.div_euclid(1_000)),
        open: units(1)?,
        high: units(2)?,
        low: units(3)?,
        close: units(4)?,
        volume: units(5)?,
        is_final: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candle_is_read_as_the_exchange_writes_it() {
        let body = br#"[[1893456000000,"3000.10000000","3001.5","2999","3000.25","12.123456789",1893459599999,"0",1,"0","0","0"]]"#;
        let read = parse(body).expect("a candle");
        assert_eq!(read[0].ts, Timestamp::from_secs(1_893_456_000));
        assert_eq!(
            (read[0].open, read[0].close, read[0].volume),
            (300_010_000_000, 300_025_000_000, 1_212_345_678)
        );
        for odd in [br#"{"code":-1121}"#.as_slice(), br#"[[1,"x"]]"#, br#"[[]]"#, b"<html>"] {
            assert_eq!(parse(odd), Err(CandleFault::Unreadable));
        }
    }
}
