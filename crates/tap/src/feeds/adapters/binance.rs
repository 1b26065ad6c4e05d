//! Binance Spot: combined streams of trades and best bid and offer. The streams are named in the address; nothing is
//! sent. Pings of the protocol are answered below us, by the socket.

use crate::domain::venue_update::MarketEvent;
use crate::feeds::adapter::{self, Adapter, HISTORY_PAGE, Hole, ParsedEvent, ParsedFrame, PastTrade};
use crate::feeds::decimal::price_e8;
use crate::feeds::fault::FrameFault;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The adapter of one symbol.
#[derive(Debug)]
pub(super) struct Binance {
    symbol: String,
}

/// The wrapping of a combined stream; a plain stream has neither field.
#[derive(Deserialize)]
struct Envelope<'f> {
    stream: Option<String>,
    #[serde(borrow)]
    data: Option<&'f RawValue>,
}

/// What tells the messages apart. A book ticker has no `e`; only it has `u` beside no `e`.
#[derive(Deserialize)]
struct Kind<'f> {
    e: Option<String>,
    #[serde(borrow)]
    u: Option<&'f RawValue>,
}

#[derive(Deserialize)]
struct Trade {
    s: String,
    t: i64,
    p: String,
    #[serde(rename = "T")]
    traded_ms: i64,
}

#[derive(Deserialize)]
struct BookTicker {
    u: i64,
    s: String,
    b: String,
    a: String,
}

#[derive(Deserialize)]
struct HistoricalTrade {
    id: i64,
    price: String,
    time: i64,
}

impl Binance {
    pub(super) fn new(symbol: &str) -> Self {
        Self { symbol: symbol.to_ascii_uppercase() }
    }

    fn trade(&self, text: &str) -> Result<ParsedEvent, FrameFault> {
        let trade: Trade = adapter::json(text)?;
        adapter::same_symbol(&trade.s, &self.symbol)?;
        let event = MarketEvent::Trade { trade_id: adapter::trade_id(trade.t)?, price: price_e8(&trade.p)? };
        Ok(ParsedEvent::now(event, Some(adapter::event_ms(trade.traded_ms)?)))
    }

    /// The message carries no time: the receive time must do.
    fn book(&self, text: &str) -> Result<ParsedEvent, FrameFault> {
        let book: BookTicker = adapter::json(text)?;
        adapter::same_symbol(&book.s, &self.symbol)?;
        let event = adapter::book(&book.b, &book.a)?;
        Ok(ParsedEvent { book_number: Some(book.u), ..ParsedEvent::now(event, None) })
    }
}

impl Adapter for Binance {
    fn socket_url(&self, configured: &str) -> String {
        let symbol = self.symbol.to_ascii_lowercase();
        let base = configured.trim_end_matches('/');
        format!("{base}/stream?streams={symbol}@trade/{symbol}@bookTicker")
    }

    fn subscribe_frames(&self) -> Vec<String> {
        Vec::new()
    }

    fn read(&self, frame: &str) -> Result<ParsedFrame, FrameFault> {
        let envelope: Envelope<'_> = adapter::json(frame)?;
        let text = envelope.data.map_or(frame, RawValue::get);
        let kind: Kind<'_> = adapter::json(text)?;
        let is_ticker = envelope.stream.is_none_or(|name| name.ends_with("@bookTicker"));
        match kind.e.as_deref() {
            Some("trade") => self.trade(text).map(ParsedFrame::one),
            Some("serverShutdown") => Ok(ParsedFrame { events: Vec::new(), is_leaving: true }),
            None if kind.u.is_some() && is_ticker => self.book(text).map(ParsedFrame::one),
            _ => Ok(ParsedFrame::default()),
        }
    }

    fn history_path(&self, hole: &Hole) -> String {
        let limit = hole.len().min(HISTORY_PAGE);
        format!("/api/v3/historicalTrades?symbol={}&fromId={}&limit={limit}", self.symbol, hole.first_id)
    }

    fn read_history(&self, body: &str) -> Result<Vec<PastTrade>, FrameFault> {
        let trades: Vec<HistoricalTrade> = adapter::json(body)?;
        trades.into_iter().map(past_trade).collect()
    }
}

fn past_trade(trade: HistoricalTrade) -> Result<PastTrade, FrameFault> {
    Ok(PastTrade {
        trade_id: adapter::trade_id(trade.id)?,
        price: price_e8(&trade.price)?,
        event_ms: adapter::event_ms(trade.time)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::decimal::PriceFault;

    const TRADE: &str = r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}"#;
    const BOOK: &str = r#"{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}"#;

    fn read(frame: &str) -> Result<ParsedFrame, FrameFault> {
        Binance::new("BTCUSDT").read(frame)
    }

    #[test]
    fn a_trade_keeps_its_id_price_and_time() {
        let event = MarketEvent::Trade { trade_id: 3_735_683_259, price: 6_183_763_000_000 };
        assert_eq!(read(TRADE), Ok(ParsedFrame::one(ParsedEvent::now(event, Some(1_723_161_255_342)))));
    }

    #[test]
    fn a_book_ticker_has_a_number_and_no_time() {
        let event = MarketEvent::Book { bid: 6_183_763_000_000, ask: 6_183_764_000_000 };
        let parsed = ParsedEvent { book_number: Some(50_093_239_212), ..ParsedEvent::now(event, None) };
        assert_eq!(read(BOOK), Ok(ParsedFrame::one(parsed)));
        let bare = BOOK.split_once("\"data\":").unwrap().1.strip_suffix('}').unwrap();
        assert_eq!(read(bare), Ok(ParsedFrame::one(parsed)));
    }

    #[test]
    fn a_shutdown_is_announced() {
        let frame = r#"{"e":"serverShutdown","E":1770123456789}"#;
        assert!(read(frame).unwrap().is_leaving);
        assert!(read(&format!(r#"{{"stream":"x","data":{frame}}}"#)).unwrap().is_leaving);
    }

    #[test]
    fn other_messages_say_nothing() {
        for frame in [
            r#"{"result":null,"id":1}"#,
            r#"{"lastUpdateId":50093239218,"bids":[["61837.63","3"]],"asks":[]}"#,
            r#"{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":[["1","0"]],"a":[]}}"#,
            "{}",
        ] {
            assert_eq!(read(frame), Ok(ParsedFrame::default()), "{frame}");
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        let price = |price: &str| TRADE.replace("61837.63000000", price);
        for (frame, fault) in [
            (price("-61837.63"), FrameFault::BadPrice(PriceFault::Negative)),
            (price("0.00"), FrameFault::BadPrice(PriceFault::Zero)),
            (price("NaN"), FrameFault::BadPrice(PriceFault::NotANumber)),
            (price("6183763000000"), FrameFault::BadPrice(PriceFault::TooLarge)),
            (price("61837.630000001"), FrameFault::BadPrice(PriceFault::TooManyDecimals)),
            (TRADE.replace("BTCUSDT", "ETHUSDT"), FrameFault::WrongSymbol),
            (TRADE.replace("3735683259", "-1"), FrameFault::BadTradeId),
            (TRADE.replace("3735683259", "9223372036854775807"), FrameFault::BadTradeId),
            (TRADE.replace("3735683259", "1.5"), FrameFault::UnexpectedShape),
            (TRADE.replace("1723161255342", "1723161255342000"), FrameFault::BadTime),
            (TRADE.replace("\"p\"", "\"P\""), FrameFault::UnexpectedShape),
            (TRADE[..TRADE.len() / 2].to_owned(), FrameFault::BrokenJson),
            (BOOK.replace("61837.64000000", "61837.62000000"), FrameFault::BidAboveAsk),
            (BOOK.replace("BTCUSDT", "ETHUSDT"), FrameFault::WrongSymbol),
            (String::from("[]"), FrameFault::UnexpectedShape),
            (String::new(), FrameFault::BrokenJson),
        ] {
            assert_eq!(read(&frame), Err(fault), "{frame}");
        }
    }

    #[test]
    fn tenfold_is_a_price_like_any_other() {
        let event = MarketEvent::Trade { trade_id: 3_735_683_259, price: 61_837_630_000_000 };
        let frame = TRADE.replace("61837.63000000", "618376.30000000");
        assert_eq!(read(&frame).unwrap().events[0].event, event);
    }

    #[test]
    fn history_is_asked_for_by_id() {
        let hole = Hole { first_id: 28_457, last_id: 28_460, after_ms: None };
        let binance = Binance::new("btcusdt");
        assert_eq!(
            binance.history_path(&hole),
            "/api/v3/historicalTrades?symbol=BTCUSDT&fromId=28457&limit=4"
        );
        let body = r#"[{"id":28457,"price":"61837.63","qty":"12","quoteQty":"48","time":1723161255342,"isBuyerMaker":true,"isBestMatch":true}]"#;
        let trade = PastTrade { trade_id: 28_457, price: 6_183_763_000_000, event_ms: 1_723_161_255_342 };
        assert_eq!(binance.read_history(body), Ok(vec![trade]));
        assert!(binance.read_history(r#"{"code":-1121,"msg":"Invalid symbol."}"#).is_err());
    }
}
