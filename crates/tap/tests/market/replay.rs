//! A recorded quarter of an hour through the same code: every trade counts, every tick is kept, settlement is the same
//! twice. Says so loudly where the recording is absent.

use super::naive;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use tap::domain::chain::{Block, ChainBuilder, verify_block};
use tap::domain::evidence::{EvidenceBuilder, Rules, Window};
use tap::domain::lattice::Lattice;
use tap::domain::market::{DropReason, Market, SourceSettings};
use tap::domain::outcome::{Band, decide};
use tap::domain::tick::Tick;
use tap::domain::venue_update::{MarketEvent, Quote, Venue, VenueUpdate};

const FILE: &str = "binance_spot_btcusdt_trades_20240808_09.csv";

/// One row of the recording.
struct Row {
    update: VenueUpdate,
    price_text: String,
    second: i64,
}

fn recording() -> Option<Vec<Row>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/btc");
    let further = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/btc");
    let named = std::env::var_os("FAIRGROUND_RECORDINGS").map(PathBuf::from);
    let folders = named.map_or(vec![beside, further], |named| vec![named]);
    let text = folders.iter().find_map(|folder| std::fs::read_to_string(folder.join(FILE)).ok());
    if text.is_none() {
        testkit::skip(&format!("the recording {FILE} is absent; FAIRGROUND_RECORDINGS names its folder"));
    }
    Some(text?.lines().skip(1).map(row).collect())
}

fn whole_number(text: &str) -> i64 {
    text.parse().expect("the recording has whole numbers here")
}

fn row(line: &str) -> Row {
    let parts: Vec<&str> = line.split(',').collect();
    let number = |at: usize| whole_number(parts[at]);
    let (whole, eighths) = parts[4].split_once('.').expect("prices have a point");
    let price = whole_number(whole) * 100_000_000 + whole_number(eighths);
    let recv_ms = number(0) / 1_000_000;
    let event = MarketEvent::Trade { trade_id: number(3), price };
    let update = VenueUpdate {
        venue: Venue(0),
        event,
        mono_ms: recv_ms - 1_000_000,
        recv_ms,
        event_ms: Some(number(1)),
    };
    Row { update, price_text: parts[4].to_owned(), second: number(2) / 1_000 }
}

/// The market that replays: one venue, taken at its word.
fn market() -> Market {
    let only = SourceSettings { name: "recorded".to_owned(), quote: Quote::Usd };
    Market::with_quorum(vec![only], 1)
}

fn ticks(rows: &[Row], market: &mut Market) -> Vec<Tick> {
    let (mut lattice, mut ticks) = (Lattice::new(), Vec::new());
    let mut at = rows[0].update.recv_ms / 100 * 100 + 100;
    for row in rows {
        while row.update.recv_ms >= at {
            ticks.extend(lattice.advance(&market.index_at(at - 1_000_000, at)));
            at += 100;
        }
        assert_eq!(market.feed(&row.update), None);
    }
    ticks
}

/// [DEF] The source's history is keyed by price: equal prices overwrite each other.
#[test]
fn every_recorded_trade_counts_and_every_tick_is_kept() {
    let Some(rows) = recording() else { return };
    let mut market = market();
    let ticks = ticks(&rows, &mut market);
    assert_eq!(rows.len(), 19_904);
    for reason in DropReason::ALL {
        assert_eq!(market.dropped(Venue(0), reason), 0, "{reason:?}");
    }
    // What the source would have kept of it.
    let by_price: BTreeMap<&str, i64> =
        rows.iter().map(|row| (row.price_text.as_str(), row.second)).collect();
    let seconds = |of: BTreeSet<i64>| of.len();
    assert_eq!(by_price.len(), 4_105);
    assert!(seconds(by_price.values().copied().collect()) < 330);
    // What we keep: a tick for every point of every second.
    assert!(ticks.windows(2).all(|pair| pair[1].seq == pair[0].seq + 1));
    assert!(ticks.windows(2).all(|pair| pair[1].ts_ms == pair[0].ts_ms + 100), "no gap in this recording");
    let span = rows[rows.len() - 1].update.recv_ms - rows[0].update.recv_ms;
    assert_eq!(ticks.len() as i64, span / 100 + 1 - i64::from(span % 100 == 0));
    let prices: BTreeSet<i64> = ticks.iter().map(|tick| tick.price).collect();
    assert!(ticks.len() > prices.len(), "the same price is kept as often as it was there");
}

#[test]
fn recorded_clocks_that_differ_raise_an_alarm_and_no_age() {
    let Some(rows) = recording() else { return };
    let mut market = market();
    for row in &rows[..100] {
        market.feed(&row.update);
    }
    let now = rows[99].update.mono_ms;
    let reading = market.index_at(now, 0);
    let source = reading.sources[0];
    assert!(source.clock_alarm && source.clock_offset_ms.is_some_and(|offset| offset < -1_200));
    assert_eq!(reading.newest_input_age_ms, Some(0));
}

#[test]
fn recorded_columns_are_settled_the_same_twice_and_their_blocks_hold() {
    let Some(rows) = recording() else { return };
    let ticks = ticks(&rows, &mut market());
    let columns = ticks[0].ts_ms / 5_000 + 1..ticks[ticks.len() - 1].ts_ms / 5_000;
    let (mut kept, mut won) = (0, 0);
    for column in columns.clone() {
        let window = Window { epoch: 1, column, width_ms: 5_000, rules: Rules::default() };
        let evidence = EvidenceBuilder::from_ticks(window, &ticks).evidence;
        kept += evidence.n_ticks;
        let second = naive::Column { t0: evidence.t0_ms, t1: evidence.t1_ms, segment: false, in_full: true };
        let near = evidence.min.unwrap() / 1_000;
        for low in (near - 5..near + 10).map(|row| row * 1_000) {
            let outcome = decide(Band { low, high: low + 1_000 }, &evidence, &window.rules);
            assert_eq!(outcome.as_str(), naive::outcome(second, around(&ticks, window), low, low + 1_000));
            won += i64::from(outcome.as_str() == "won");
        }
    }
    assert_eq!(kept, 50 * (columns.end - columns.start), "evidence counts every tick");
    assert!(won > 100);
    hold(&ticks);
}

/// The ticks that matter to a column, for the slow implementation.
fn around(ticks: &[Tick], window: Window) -> &[Tick] {
    let from = ticks.partition_point(|tick| tick.ts_ms < window.t0_ms() - 10_000);
    let to = ticks.partition_point(|tick| tick.ts_ms < window.t1_ms());
    &ticks[from..to]
}

fn hold(ticks: &[Tick]) {
    let mut chain = ChainBuilder::new(None);
    let blocks: Vec<Block> =
        ticks.iter().filter_map(|tick| chain.push(tick).expect("ticks come in order")).collect();
    assert!(blocks.len() >= 10);
    for block in &blocks {
        let theirs = ticks.iter().filter(|tick| (block.first_seq..=block.last_seq).contains(&tick.seq));
        let theirs: Vec<Tick> = theirs.copied().collect();
        assert_eq!(verify_block(block.minute, &block.prev_hash, &theirs, &block.hash), Ok(()));
    }
}
