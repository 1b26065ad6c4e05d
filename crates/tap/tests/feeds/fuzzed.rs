//! No text can make an adapter panic, and what it lets through is always believable.

use crate::kit::{book, trade};
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use std::sync::Arc;
use tap::domain::venue_update::{MarketEvent, PRICE_E8_MAX, Venue};
use tap::feeds::{Adapter, Hole, Intake, Protocol, Received};

const SEED: u64 = 20_261_126;
const MUTATIONS: usize = 30_000;

/// Hand-made frames and pages of every protocol.
fn hand_made(protocol: Protocol) -> Vec<String> {
    let frames: &[&str] = match protocol {
        Protocol::Binance => &[
            r#"{"e":"serverShutdown","E":1770123456789}"#,
            r#"[{"id":28457,"price":"61837.63","qty":"12","quoteQty":"48","time":1723161255342,"isBuyerMaker":true,"isBestMatch":true}]"#,
        ],
        Protocol::Coinbase => &[
            r#"{"type":"match","trade_id":10,"sequence":50,"time":"2024-11-07T08:19:27.028459Z","product_id":"BTC-USD","size":"5.23512","price":"61837.23","side":"sell"}"#,
            r#"{"type":"ticker","sequence":37475248783,"product_id":"BTC-USD","price":"61837.23","best_bid":"61837.04","best_ask":"61837.67","side":"buy","time":"2024-11-07T08:19:28.464459Z","trade_id":370843401}"#,
            r#"{"type":"heartbeat","sequence":90,"last_trade_id":0,"product_id":"BTC-USD","time":"2024-11-07T08:19:28.464459Z"}"#,
            r#"[{"time":"2024-11-07T08:19:27.028459Z","trade_id":74,"price":"61837.10","size":"0.01","side":"buy"}]"#,
        ],
        Protocol::Kraken => &[
            r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":61837.2,"qty":0.023,"ord_type":"limit","trade_id":4665846,"timestamp":"2024-09-25T07:49:37.708706Z"}]}"#,
            r#"{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":61837.1,"bid_qty":0.74,"ask":61837.2,"ask_qty":740.0,"last":61837.2,"timestamp":"2024-09-25T07:49:37.708706Z"}]}"#,
            r#"{"channel":"heartbeat"}"#,
            r#"{"error":[],"result":{"XXBTZUSD":[["30243.40000","0.34507674",1688669597.8277369,"b","m","",61044952]],"last":"1688671969993150842"}}"#,
        ],
    };
    let mut frames: Vec<String> = frames.iter().map(|frame| (*frame).to_owned()).collect();
    if protocol == Protocol::Binance {
        frames.extend([trade(7, "61837.63"), book(8, "61837.63", "61837.64")]);
        frames.extend(crate::recorded::some_frames(300));
    }
    frames
}

/// Pieces that parsers trip over.
const PIECES: &[&str] = &[
    "-",
    "e9",
    "E",
    "NaN",
    "null",
    "true",
    "\"",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "0",
    "00",
    "9999999999999999999999",
    "-1",
    ".",
    "1.5",
    "\u{0}",
    "é",
    "𝟗",
    "\n",
    "[[[[[[[[[[[[[[[[[[",
    "{\"a\":",
    "\"\"",
    "1e308",
    "0.000000000001",
    "9223372036854775807",
    "-9223372036854775808",
    "2024-02-30T25:61:61Z",
];

fn mutate(frame: &str, chance: &mut SmallRng) -> String {
    let mut text: Vec<char> = frame.chars().collect();
    for _ in 0..chance.random_range(1..4) {
        let at = chance.random_range(0..=text.len());
        let end = (at + chance.random_range(0..12)).min(text.len());
        match chance.random_range(0..6) {
            0 => text.truncate(at),
            1 => drop(text.drain(at..end)),
            2 => drop(text.splice(at..end, PIECES[chance.random_range(0..PIECES.len())].chars())),
            3 => text.insert(at, char::from(chance.random_range(0..128_u8))),
            4 => {
                let copy = text[at..end].to_vec();
                drop(text.splice(at..at, copy));
            }
            _ => {
                text.iter_mut().skip(at).filter(|letter| letter.is_ascii_digit()).take(1).for_each(|digit| {
                    *digit = char::from(b'0' + chance.random_range(0..10_u8));
                })
            }
        }
    }
    text.into_iter().collect()
}

fn is_believable(event: MarketEvent) -> bool {
    let good = |price: i64| 0 < price && price <= PRICE_E8_MAX;
    match event {
        MarketEvent::Trade { trade_id, price } => trade_id > 0 && good(price),
        MarketEvent::Book { bid, ask } => good(bid) && good(ask) && bid <= ask,
        MarketEvent::Heartbeat => true,
    }
}

fn throw_at(adapter: &Arc<dyn Adapter>, intake: &mut Intake, text: &str, at_ms: i64) -> bool {
    let ingested = intake.ingest(text, Received { mono_ms: at_ms, recv_ms: 1_723_161_255_000 + at_ms });
    for update in &ingested.updates {
        assert!(is_believable(update.event), "{update:?} from {text}");
    }
    assert!(ingested.holes.iter().all(|hole| hole.first_id <= hole.last_id), "{ingested:?} from {text}");
    for trade in adapter.read_history(text).into_iter().flatten() {
        let event = MarketEvent::Trade { trade_id: trade.trade_id, price: trade.price };
        assert!(is_believable(event), "{trade:?} from {text}");
    }
    ingested.is_alive
}

#[test]
fn no_mutated_frame_panics_or_says_the_unbelievable() {
    for protocol in Protocol::ALL {
        let symbol = tap::feeds::VenueSettings::of(protocol).symbol;
        let adapter = protocol.adapter(&symbol);
        let mut intake = Intake::new(Venue(0), adapter.clone());
        let mut chance = SmallRng::seed_from_u64(SEED);
        let frames = hand_made(protocol);
        let mut believed = 0;
        for round in 0..MUTATIONS {
            let frame = &frames[chance.random_range(0..frames.len())];
            let text = mutate(frame, &mut chance);
            let at_ms = i64::try_from(round).unwrap();
            believed += usize::from(throw_at(&adapter, &mut intake, &text, at_ms));
        }
        // Some mutations leave a frame valid; a test in which none does would prove nothing.
        assert!(believed > MUTATIONS / 100, "{protocol:?}: {believed} of {MUTATIONS}, seed {SEED}");
    }
}

#[test]
fn no_noise_panics() {
    let mut chance = SmallRng::seed_from_u64(SEED);
    for protocol in Protocol::ALL {
        let adapter = protocol.adapter("BTC-USD");
        let mut intake = Intake::new(Venue(0), adapter.clone());
        for _ in 0..5_000 {
            let length = chance.random_range(0..200);
            let bytes: Vec<u8> = (0..length).map(|_| chance.random()).collect();
            throw_at(&adapter, &mut intake, &String::from_utf8_lossy(&bytes), 0);
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        throw_at(&adapter, &mut intake, &deep, 0);
        throw_at(&adapter, &mut intake, &format!("{{\"stream\":\"x\",\"data\":{deep}}}"), 0);
    }
}

#[test]
fn no_hole_breaks_a_path() {
    for protocol in Protocol::ALL {
        let adapter = protocol.adapter("BTC-USD");
        for id in [1, i64::MAX - 1, i64::MAX] {
            for after_ms in [None, Some(0), Some(i64::MAX), Some(i64::MIN)] {
                let path = adapter.history_path(&Hole { first_id: 1, last_id: id, after_ms });
                assert!(path.starts_with('/'), "{path}");
            }
        }
    }
}
