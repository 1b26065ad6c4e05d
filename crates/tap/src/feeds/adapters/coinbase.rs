//! Coinbase Exchange: matches, ticker, and a heartbeat each second. The heartbeat's `last_trade_id` has been 0 in the
//! field and is not read. The ticker repeats the last match; only its best bid and offer count.

use crate::domain::venue_update::MarketEvent;
use crate::feeds::adapter::{self, Adapter, HISTORY_PAGE, Hole, ParsedEvent, ParsedFrame, PastTrade};
use crate::feeds::decimal::price_e8;
use crate::feeds::fault::FrameFault;
use serde::Deserialize;

/// The adapter of one product.
#[derive(Debug)]
pub(super) struct Coinbase {
    product: String,
}

#[derive(Deserialize)]
struct Kind {
    r#type: String,
}

#[derive(Deserialize)]
struct Match {
    trade_id: i64,
    time: String,
    product_id: String,
    price: String,
}

#[derive(Deserialize)]
struct Ticker {
    sequence: Option<i64>,
    time: Option<String>,
    product_id: String,
    best_bid: String,
    best_ask: String,
}

#[derive(Deserialize)]
struct Heartbeat {
    time: String,
    product_id: String,
}

#[derive(Deserialize)]
struct HistoricalTrade {
    trade_id: i64,
    price: String,
    time: String,
}

impl Coinbase {
    pub(super) fn new(product: &str) -> Self {
        Self { product: product.to_ascii_uppercase() }
    }

    fn trade(&self, frame: &str, is_past: bool) -> Result<ParsedEvent, FrameFault> {
        let trade: Match = adapter::json(frame)?;
        adapter::same_symbol(&trade.product_id, &self.product)?;
        let event = MarketEvent::Trade {
            trade_id: adapter::trade_id(trade.trade_id)?,
            price: price_e8(&trade.price)?,
        };
        Ok(ParsedEvent { is_past, ..ParsedEvent::now(event, Some(adapter::event_rfc3339(&trade.time)?)) })
    }

    fn book(&self, frame: &str) -> Result<ParsedEvent, FrameFault> {
        let ticker: Ticker = adapter::json(frame)?;
        adapter::same_symbol(&ticker.product_id, &self.product)?;
        let event = adapter::book(&ticker.best_bid, &ticker.best_ask)?;
        let at = ticker.time.as_deref().map(adapter::event_rfc3339).transpose()?;
        Ok(ParsedEvent { book_number: ticker.sequence, ..ParsedEvent::now(event, at) })
    }

    fn heartbeat(&self, frame: &str) -> Result<ParsedEvent, FrameFault> {
        let heartbeat: Heartbeat = adapter::json(frame)?;
        adapter::same_symbol(&heartbeat.product_id, &self.product)?;
        Ok(ParsedEvent::now(MarketEvent::Heartbeat, Some(adapter::event_rfc3339(&heartbeat.time)?)))
    }
}

impl Adapter for Coinbase {
    fn socket_url(&self, configured: &str) -> String {
        configured.to_owned()
    }

    fn subscribe_frames(&self) -> Vec<String> {
        let (product, channels) = (&self.product, ["matches", "ticker", "heartbeat"]);
        let subscribe =
            serde_json::json!({"type": "subscribe", "product_ids": [product], "channels": channels});
        vec![subscribe.to_string()]
    }

    fn read(&self, frame: &str) -> Result<ParsedFrame, FrameFault> {
        let kind: Kind = adapter::json(frame)?;
        match kind.r#type.as_str() {
            "match" => self.trade(frame, false).map(ParsedFrame::one),
            "last_match" => self.trade(frame, true).map(ParsedFrame::one),
            "ticker" => self.book(frame).map(ParsedFrame::one),
            "heartbeat" => self.heartbeat(frame).map(ParsedFrame::one),
            "error" => Err(FrameFault::VenueRefused),
            _ => Ok(ParsedFrame::default()),
        }
    }

    /// `after` asks for older trades than that id; the answer runs from newer to older.
    fn history_path(&self, hole: &Hole) -> String {
        let after = hole.last_id.saturating_add(1);
        format!("/products/{}/trades?after={after}&limit={HISTORY_PAGE}", self.product)
    }

    fn read_history(&self, body: &str) -> Result<Vec<PastTrade>, FrameFault> {
        let trades: Vec<HistoricalTrade> = adapter::json(body)?;
        trades.iter().map(past_trade).collect()
    }
}

fn past_trade(trade: &HistoricalTrade) -> Result<PastTrade, FrameFault> {
    Ok(PastTrade {
        trade_id: adapter::trade_id(trade.trade_id)?,
        price: price_e8(&trade.price)?,
        event_ms: adapter::event_rfc3339(&trade.time)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::decimal::PriceFault;

    const MATCH: &str = r#"{"type":"match","trade_id":10,"sequence":50,"maker_order_id":"ac928c66-ca53-498f-9c13-a110027a60e8","taker_order_id":"132fb6ae-456b-4654-b4e0-d681ac05cea1","time":"2024-11-07T08:19:27.028459Z","product_id":"BTC-USD","size":"5.23512","price":"61837.23","side":"sell"}"#;
    const TICKER: &str = r#"{"type":"ticker","sequence":37475248783,"product_id":"BTC-USD","price":"61837.23","open_24h":"1310.79","volume_24h":"245532.79269678","low_24h":"1280.52","high_24h":"1313.8","volume_30d":"9788783.60117027","best_bid":"61837.04","best_bid_size":"0.46688654","best_ask":"61837.67","best_ask_size":"1.56637040","side":"buy","time":"2024-11-07T08:19:28.464459Z","trade_id":370843401,"last_size":"11.4396987"}"#;
    const HEARTBEAT: &str = r#"{"type":"heartbeat","sequence":90,"last_trade_id":0,"product_id":"BTC-USD","time":"2024-11-07T08:19:28.464459Z"}"#;

    fn read(frame: &str) -> Result<ParsedFrame, FrameFault> {
        Coinbase::new("BTC-USD").read(frame)
    }

    #[test]
    fn a_match_is_a_trade_and_the_last_match_is_a_past_one() {
        let event = MarketEvent::Trade { trade_id: 10, price: 6_183_723_000_000 };
        let parsed = ParsedEvent::now(event, Some(1_730_967_567_028));
        assert_eq!(read(MATCH), Ok(ParsedFrame::one(parsed)));
        let last = MATCH.replace("\"match\"", "\"last_match\"");
        assert_eq!(read(&last), Ok(ParsedFrame::one(ParsedEvent { is_past: true, ..parsed })));
    }

    #[test]
    fn a_ticker_is_a_book() {
        let event = MarketEvent::Book { bid: 6_183_704_000_000, ask: 6_183_767_000_000 };
        let parsed = ParsedEvent {
            book_number: Some(37_475_248_783),
            ..ParsedEvent::now(event, Some(1_730_967_568_464))
        };
        assert_eq!(read(TICKER), Ok(ParsedFrame::one(parsed)));
    }

    #[test]
    fn a_heartbeat_lives_without_its_last_trade_id() {
        let parsed = ParsedEvent::now(MarketEvent::Heartbeat, Some(1_730_967_568_464));
        assert_eq!(read(HEARTBEAT), Ok(ParsedFrame::one(parsed)));
        assert_eq!(read(&HEARTBEAT.replace("\"last_trade_id\":0,", "")), Ok(ParsedFrame::one(parsed)));
    }

    #[test]
    fn unknown_types_say_nothing() {
        for frame in [
            r#"{"type":"subscriptions","channels":[{"name":"heartbeat","product_ids":["BTC-USD"]}]}"#,
            r#"{"type":"rfq_match","product_id":"BTC-USD"}"#,
        ] {
            assert_eq!(read(frame), Ok(ParsedFrame::default()), "{frame}");
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        for (frame, fault) in [
            (MATCH.replace("61837.23", "-1"), FrameFault::BadPrice(PriceFault::Negative)),
            (MATCH.replace("61837.23", "1e5"), FrameFault::BadPrice(PriceFault::Exponent)),
            (MATCH.replace("\"61837.23\"", "61837.23"), FrameFault::UnexpectedShape),
            (MATCH.replace("BTC-USD", "BTC-EUR"), FrameFault::WrongSymbol),
            (MATCH.replace("2024-11-07T", "yesterday"), FrameFault::BadTime),
            (MATCH.replace("2024-11-07T", "1924-11-07T"), FrameFault::BadTime),
            (MATCH.replace(":10,", ":0,"), FrameFault::BadTradeId),
            (TICKER.replace("61837.67", "61837.03"), FrameFault::BidAboveAsk),
            (HEARTBEAT.replace("BTC-USD", "ETH-USD"), FrameFault::WrongSymbol),
            (String::from(r#"{"type":"error","message":"Failed to subscribe"}"#), FrameFault::VenueRefused),
            (String::from(r#"{"type":7}"#), FrameFault::UnexpectedShape),
            (String::from("{}"), FrameFault::UnexpectedShape),
            (String::from("garbage"), FrameFault::BrokenJson),
        ] {
            assert_eq!(read(&frame), Err(fault), "{frame}");
        }
    }

    #[test]
    fn history_is_asked_for_from_behind() {
        let coinbase = Coinbase::new("BTC-USD");
        let hole = Hole { first_id: 70, last_id: 74, after_ms: None };
        assert_eq!(coinbase.history_path(&hole), "/products/BTC-USD/trades?after=75&limit=1000");
        let body = r#"[{"time":"2024-11-07T08:19:27.028459Z","trade_id":74,"price":"61837.10","size":"0.01","side":"buy"}]"#;
        let trade = PastTrade { trade_id: 74, price: 6_183_710_000_000, event_ms: 1_730_967_567_028 };
        assert_eq!(coinbase.read_history(body), Ok(vec![trade]));
    }
}
