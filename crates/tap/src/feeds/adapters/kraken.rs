//! Kraken, version 2: trades, best bid and offer, and a heartbeat when nothing else is said. Prices are JSON numbers;
//! they are read as the decimal text that came, never through a float.

use crate::domain::venue_update::MarketEvent;
use crate::feeds::adapter::{self, Adapter, HISTORY_PAGE, Hole, ParsedEvent, ParsedFrame, PastTrade};
use crate::feeds::decimal::{price_e8, seconds_to_ms};
use crate::feeds::fault::FrameFault;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The adapter of one symbol.
#[derive(Debug)]
pub(super) struct Kraken {
    symbol: String,
}

#[derive(Deserialize)]
struct Envelope<'f> {
    channel: Option<String>,
    r#type: Option<String>,
    #[serde(borrow)]
    data: Option<&'f RawValue>,
    success: Option<bool>,
}

#[derive(Deserialize)]
struct Trade<'f> {
    symbol: String,
    #[serde(borrow)]
    price: &'f RawValue,
    trade_id: i64,
    timestamp: String,
}

#[derive(Deserialize)]
struct Ticker<'f> {
    symbol: String,
    #[serde(borrow)]
    bid: &'f RawValue,
    #[serde(borrow)]
    ask: &'f RawValue,
    timestamp: Option<String>,
}

#[derive(Deserialize)]
struct History<'f> {
    #[serde(borrow)]
    result: BTreeMap<String, &'f RawValue>,
}

impl Kraken {
    pub(super) fn new(symbol: &str) -> Self {
        Self { symbol: symbol.to_ascii_uppercase() }
    }

    fn trade(&self, trade: &Trade<'_>, is_past: bool) -> Result<ParsedEvent, FrameFault> {
        adapter::same_symbol(&trade.symbol, &self.symbol)?;
        let (trade_id, price) = (adapter::trade_id(trade.trade_id)?, price_e8(trade.price.get())?);
        let at = adapter::event_rfc3339(&trade.timestamp)?;
        Ok(ParsedEvent { is_past, ..ParsedEvent::now(MarketEvent::Trade { trade_id, price }, Some(at)) })
    }

    fn book(&self, ticker: &Ticker<'_>) -> Result<ParsedEvent, FrameFault> {
        adapter::same_symbol(&ticker.symbol, &self.symbol)?;
        let event = adapter::book(ticker.bid.get(), ticker.ask.get())?;
        let at = ticker.timestamp.as_deref().map(adapter::event_rfc3339).transpose()?;
        Ok(ParsedEvent::now(event, at))
    }

    fn trades(&self, data: &str, is_past: bool) -> Result<Vec<ParsedEvent>, FrameFault> {
        let trades: Vec<Trade<'_>> = adapter::json(data)?;
        trades.iter().map(|trade| self.trade(trade, is_past)).collect()
    }

    fn books(&self, data: &str) -> Result<Vec<ParsedEvent>, FrameFault> {
        let tickers: Vec<Ticker<'_>> = adapter::json(data)?;
        tickers.iter().map(|ticker| self.book(ticker)).collect()
    }

    /// The history names the symbol without its slash, and Bitcoin as it once did.
    fn pair(&self) -> String {
        self.symbol.replace('/', "").replace("BTC", "XBT")
    }
}

impl Adapter for Kraken {
    fn socket_url(&self, configured: &str) -> String {
        configured.to_owned()
    }

    fn subscribe_frames(&self) -> Vec<String> {
        let symbol = &self.symbol;
        let trade = serde_json::json!({"channel": "trade", "symbol": [symbol], "snapshot": false});
        let ticker = serde_json::json!({"channel": "ticker", "symbol": [symbol], "event_trigger": "bbo"});
        let subscribe = |params| serde_json::json!({"method": "subscribe", "params": params}).to_string();
        vec![subscribe(trade), subscribe(ticker)]
    }

    fn read(&self, frame: &str) -> Result<ParsedFrame, FrameFault> {
        let envelope: Envelope<'_> = adapter::json(frame)?;
        if envelope.success == Some(false) {
            return Err(FrameFault::VenueRefused);
        }
        let data = envelope.data.map(RawValue::get).ok_or(FrameFault::UnexpectedShape);
        let parsed = match envelope.channel.as_deref() {
            Some("trade") => self.trades(data?, envelope.r#type.as_deref() == Some("snapshot"))?,
            Some("ticker") => self.books(data?)?,
            Some("heartbeat") => vec![ParsedEvent::now(MarketEvent::Heartbeat, None)],
            _ => Vec::new(),
        };
        Ok(ParsedFrame { events: parsed, is_leaving: false })
    }

    /// The history is asked for by time, in nanoseconds: from just before the trade in front of the hole.
    fn history_path(&self, hole: &Hole) -> String {
        let since = hole.after_ms.unwrap_or_default().saturating_sub(1).max(0);
        format!("/0/public/Trades?pair={}&since={since}000000&count={HISTORY_PAGE}", self.pair())
    }

    fn read_history(&self, body: &str) -> Result<Vec<PastTrade>, FrameFault> {
        let history: History<'_> = adapter::json(body)?;
        let list = history.result.iter().find(|(name, _)| *name != "last").ok_or(FrameFault::VenueRefused)?;
        let rows: Vec<Vec<&RawValue>> = adapter::json(list.1.get())?;
        rows.iter().map(|row| past_trade(row)).collect()
    }
}

/// A row is price, quantity, time in seconds, side, order type, remark, trade id.
fn past_trade(row: &[&RawValue]) -> Result<PastTrade, FrameFault> {
    let [price, _, time, .., id] = row else { return Err(FrameFault::UnexpectedShape) };
    let price: String = adapter::json(price.get())?;
    let at = seconds_to_ms(time.get()).ok_or(FrameFault::BadTime)?;
    Ok(PastTrade {
        trade_id: adapter::trade_id(adapter::json(id.get())?)?,
        price: price_e8(&price)?,
        event_ms: adapter::event_ms(at)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::decimal::PriceFault;

    const TRADES: &str = r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":61837.2,"qty":0.023,"ord_type":"limit","trade_id":4665846,"timestamp":"2024-09-25T07:49:37.708706Z"},{"symbol":"BTC/USD","side":"sell","price":61837.1,"qty":1.5,"ord_type":"limit","trade_id":4665847,"timestamp":"2024-09-25T07:49:37.708706Z"}]}"#;
    const TICKER: &str = r#"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":61837.1,"bid_qty":0.74,"ask":61837.2,"ask_qty":740.0,"last":61837.2,"volume":997038.98,"vwap":61000.3,"low":60000.1,"high":62000.0,"change":-0.17,"change_pct":-0.17}]}"#;

    fn read(frame: &str) -> Result<ParsedFrame, FrameFault> {
        Kraken::new("BTC/USD").read(frame)
    }

    #[test]
    fn one_frame_may_hold_several_trades() {
        let trade = |trade_id, price| {
            ParsedEvent::now(MarketEvent::Trade { trade_id, price }, Some(1_727_250_577_708))
        };
        let parsed = vec![trade(4_665_846, 6_183_720_000_000), trade(4_665_847, 6_183_710_000_000)];
        assert_eq!(read(TRADES), Ok(ParsedFrame { events: parsed, is_leaving: false }));
        let snapshot = read(&TRADES.replace("update", "snapshot")).unwrap();
        assert!(snapshot.events.iter().all(|parsed| parsed.is_past));
    }

    #[test]
    fn a_price_is_the_text_that_came() {
        // As a double this is 61837.100000000006 and would be refused for its decimals.
        let frame = TRADES.replace("61837.2", "61837.10000001");
        let event = MarketEvent::Trade { trade_id: 4_665_846, price: 6_183_710_000_001 };
        assert_eq!(read(&frame).unwrap().events[0].event, event);
    }

    #[test]
    fn a_ticker_is_a_book_with_or_without_a_time() {
        let event = MarketEvent::Book { bid: 6_183_710_000_000, ask: 6_183_720_000_000 };
        assert_eq!(read(TICKER), Ok(ParsedFrame::one(ParsedEvent::now(event, None))));
        let timed = TICKER.replace("\"last\"", "\"timestamp\":\"2024-09-25T07:49:37.708706Z\",\"last\"");
        assert_eq!(read(&timed), Ok(ParsedFrame::one(ParsedEvent::now(event, Some(1_727_250_577_708)))));
    }

    #[test]
    fn heartbeats_live_and_the_rest_says_nothing() {
        let heartbeat = ParsedFrame::one(ParsedEvent::now(MarketEvent::Heartbeat, None));
        assert_eq!(read(r#"{"channel":"heartbeat"}"#), Ok(heartbeat));
        for frame in [
            r#"{"channel":"status","type":"update","data":[{"system":"online","api_version":"v2"}]}"#,
            r#"{"method":"subscribe","result":{"channel":"trade"},"success":true,"time_in":"x"}"#,
            r#"{"method":"pong"}"#,
        ] {
            assert_eq!(read(frame), Ok(ParsedFrame::default()), "{frame}");
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        let price = |price: &str| TRADES.replace("61837.2", price);
        for (frame, fault) in [
            (price("-61837.2"), FrameFault::BadPrice(PriceFault::Negative)),
            (price("0.0"), FrameFault::BadPrice(PriceFault::Zero)),
            (price("6.18e4"), FrameFault::BadPrice(PriceFault::Exponent)),
            (price("null"), FrameFault::BadPrice(PriceFault::NotANumber)),
            (price("\"61837.2\""), FrameFault::BadPrice(PriceFault::NotANumber)),
            (price("99999999999"), FrameFault::BadPrice(PriceFault::TooLarge)),
            (price("NaN"), FrameFault::BrokenJson),
            (TRADES.replace("BTC/USD", "ETH/USD"), FrameFault::WrongSymbol),
            (TRADES.replace("4665847", "-5"), FrameFault::BadTradeId),
            (TRADES.replace("2024-09-25", "2024-13-25"), FrameFault::BadTime),
            (TICKER.replace("61837.2", "61837.0"), FrameFault::BidAboveAsk),
            (String::from(r#"{"channel":"trade","type":"update"}"#), FrameFault::UnexpectedShape),
            (
                String::from(
                    r#"{"error":"Currency pair not supported","method":"subscribe","success":false}"#,
                ),
                FrameFault::VenueRefused,
            ),
        ] {
            assert_eq!(read(&frame), Err(fault), "{frame}");
        }
    }

    #[test]
    fn history_is_asked_for_by_time() {
        let kraken = Kraken::new("BTC/USD");
        let hole = Hole { first_id: 5, last_id: 9, after_ms: Some(1_688_669_597_827) };
        let path = "/0/public/Trades?pair=XBTUSD&since=1688669597826000000&count=1000";
        assert_eq!(kraken.history_path(&hole), path);
        let body = r#"{"error":[],"result":{"XXBTZUSD":[["30243.40000","0.34507674",1688669597.8277369,"b","m","",61044952]],"last":"1688671969993150842"}}"#;
        let trade = PastTrade { trade_id: 61_044_952, price: 3_024_340_000_000, event_ms: 1_688_669_597_827 };
        assert_eq!(kraken.read_history(body), Ok(vec![trade]));
        assert!(kraken.read_history(r#"{"error":["EGeneral:Too many requests"]}"#).is_err());
    }
}
