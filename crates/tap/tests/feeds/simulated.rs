//! The simulator, heard by the feeds: all three protocols, end to end, with each fault.

use crate::kit::{Listening, listen_and_record, listen_to, short_timeouts, until};
use kernel::SystemClock;
use mock::venues::{Fault, FaultControl, Protocol, Venues, VenuesSettings};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tap::domain::venue_update::{MarketEvent, Venue};
use tap::feeds::{FeedSettings, Timeouts, VenueSettings};

struct Simulation {
    venues: Venues,
    control: FaultControl,
    shutdown: web::Shutdown,
}

const VENUES: [Protocol; 3] = [Protocol::Binance, Protocol::Coinbase, Protocol::Kraken];

async fn simulation() -> (Simulation, Listening) {
    simulation_with(40.0).await
}

async fn simulation_with(trades_per_s: f64) -> (Simulation, Listening) {
    let mut settings = VenuesSettings { seed: 5, jumps_per_hour: 0.0, ..VenuesSettings::default() };
    settings.venues.iter_mut().for_each(|venue| venue.trades_per_s = trades_per_s);
    let (shutdown, closing) = web::shutdown();
    let venues = mock::venues::start(&settings, Arc::new(SystemClock), closing)
        .await
        .expect("loopback has a free port");
    let mut feeds = feed_settings(&venues);
    // Heartbeats come each second; a silent venue is found soon after.
    let (idle, dataless) = (Duration::from_millis(1_200), Duration::from_secs(60));
    feeds.timeouts = Timeouts { idle, dataless, ..short_timeouts() };
    let control = venues.control();
    (Simulation { venues, control, shutdown }, listen_to(feeds))
}

/// What the feeds call that protocol.
fn protocol_of(venue: Protocol) -> tap::feeds::Protocol {
    tap::feeds::Protocol::named(venue.name()).expect("the feeds speak every venue's protocol")
}

/// Feed settings that listen to the simulator, with the usual patience.
fn feed_settings(venues: &Venues) -> FeedSettings {
    let venue = |urls: mock::venues::VenueUrls| VenueSettings {
        socket_urls: vec![urls.socket],
        history_url: Some(urls.history),
        ..VenueSettings::of(protocol_of(urls.protocol))
    };
    FeedSettings { venues: venues.urls().into_iter().map(venue).collect(), timeouts: Timeouts::default() }
}

async fn stop(simulation: Simulation, listening: Listening) {
    listening.stop().await;
    simulation.shutdown.begin();
    simulation.venues.ended().await;
}

/// Waits until every venue said a trade and a book at a believable price.
async fn receive_all(listening: &mut Listening) {
    let mut missing: BTreeSet<(u8, bool)> = (0..3).flat_map(|slot| [(slot, true), (slot, false)]).collect();
    while !missing.is_empty() {
        let update = listening.next().await;
        let (price, is_trade) = match update.event {
            MarketEvent::Trade { price, .. } => (price, true),
            MarketEvent::Book { bid, .. } => (bid, false),
            MarketEvent::Heartbeat => continue,
        };
        assert!((5_900_000_000_000..6_100_000_000_000).contains(&price), "{update:?}");
        let age = update.recv_ms - update.event_ms.unwrap_or(update.recv_ms);
        assert!((0..5_000).contains(&age), "{update:?}");
        missing.remove(&(update.venue.0, is_trade));
    }
}

#[tokio::test]
async fn all_three_venues_are_heard() {
    let (simulation, mut listening) = simulation().await;
    receive_all(&mut listening).await;
    let status = listening.feeds.status();
    for (venue, status) in VENUES.iter().zip(&status) {
        assert_eq!((status.name.as_str(), status.open_connections), (venue.name(), 1));
        assert!(status.drops.is_empty(), "{status:?}");
    }
    stop(simulation, listening).await;
}

#[tokio::test]
async fn a_silent_venue_is_left_and_heard_again_when_it_speaks() {
    let (simulation, mut listening) = simulation().await;
    receive_all(&mut listening).await;
    for venue in VENUES {
        simulation.control.set(venue, Fault::Silence);
    }
    let ends = |listening: &Listening| {
        listening.feeds.status().iter().filter(|status| status.last_end == Some("idle")).count()
    };
    until("three idle ends", || ends(&listening) == 3).await;
    while listening.live.try_recv().is_ok() {}
    for venue in VENUES {
        simulation.control.set(venue, Fault::None);
    }
    receive_all(&mut listening).await;
    stop(simulation, listening).await;
}

#[tokio::test]
async fn a_venue_that_hangs_up_comes_back_and_its_hole_is_filled() {
    let (simulation, mut listening) = simulation().await;
    receive_all(&mut listening).await;
    for venue in VENUES {
        simulation.control.set(venue, Fault::Disconnect);
    }
    let reconnects = |listening: &Listening| {
        listening.feeds.status().iter().filter(|status| status.reconnects >= 3).count()
    };
    until("three reconnects each", || reconnects(&listening) == 3).await;
    for venue in VENUES {
        simulation.control.set(venue, Fault::None);
    }
    let mut missing: BTreeSet<Venue> = (0..3).map(Venue).collect();
    while !missing.is_empty() {
        let past = listening.next_past().await;
        if past.source == tap::feeds::Source::History {
            assert!(past.is_complete, "{past:?}");
            missing.remove(&past.venue);
        }
    }
    while listening.live.try_recv().is_ok() {}
    receive_all(&mut listening).await;
    stop(simulation, listening).await;
}

#[tokio::test]
async fn a_gap_is_filled_from_each_venues_history() {
    let (simulation, mut listening) = simulation().await;
    receive_all(&mut listening).await;
    for venue in VENUES {
        simulation.control.set(venue, Fault::Gap);
    }
    let mut missing: BTreeSet<Venue> = (0..3).map(Venue).collect();
    while !missing.is_empty() {
        let past = listening.next_past().await;
        if past.source != tap::feeds::Source::History {
            continue;
        }
        assert!(past.is_complete && past.trades.len() as i64 == past.hole.len(), "{past:?}");
        let ids: Vec<i64> = past.trades.iter().map(|trade| trade.trade_id).collect();
        let expected: Vec<i64> = (past.hole.first_id..=past.hole.last_id).collect();
        assert_eq!(ids, expected);
        assert!(ids.iter().all(|id| id % 5 < 2), "{ids:?}");
        for trade in &past.trades {
            assert!((5_900_000_000_000..6_100_000_000_000).contains(&trade.price), "{trade:?}");
        }
        missing.remove(&past.venue);
    }
    stop(simulation, listening).await;
}

#[tokio::test]
async fn a_hole_of_many_pages_is_filled_whole() {
    let (simulation, mut listening) = simulation_with(1_500.0).await;
    receive_all(&mut listening).await;
    for venue in VENUES {
        simulation.control.set(venue, Fault::Disconnect);
    }
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    for venue in VENUES {
        simulation.control.set(venue, Fault::None);
    }
    let mut missing: BTreeSet<Venue> = (0..3).map(Venue).collect();
    while !missing.is_empty() {
        while listening.live.try_recv().is_ok() {}
        let past = listening.next_past().await;
        if past.source == tap::feeds::Source::History && past.hole.len() > 1_000 {
            assert!(past.is_complete, "{} of {:?}", past.trades.len(), past.hole);
            missing.remove(&past.venue);
        }
    }
    stop(simulation, listening).await;
}

#[tokio::test]
async fn tenfold_prices_arrive_and_bad_frames_are_counted() {
    let (simulation, mut listening) = simulation().await;
    receive_all(&mut listening).await;
    simulation.control.set(Protocol::Binance, Fault::Tenfold);
    simulation.control.set(Protocol::Coinbase, Fault::Malformed);
    simulation.control.set(Protocol::Kraken, Fault::Negative);
    loop {
        match listening.next().await {
            update if update.venue != Venue(0) => {}
            update => match update.event {
                MarketEvent::Trade { price, .. } | MarketEvent::Book { bid: price, .. }
                    if price > 10_000_000_000_000 =>
                {
                    assert!((59_000_000_000_000..61_000_000_000_000).contains(&price));
                    break;
                }
                _ => {}
            },
        }
    }
    let drops = |listening: &Listening, slot: usize, reason| {
        listening.feeds.status()[slot].drops.get(reason).copied().unwrap_or_default()
    };
    until("cut frames", || drops(&listening, 1, "broken_json") > 3).await;
    until("negative prices", || drops(&listening, 2, "price_negative") > 3).await;
    assert_eq!(listening.feeds.status()[1].reconnects, 0);
    stop(simulation, listening).await;
}

#[tokio::test]
async fn trades_told_twice_are_heard_once() {
    let (simulation, mut listening) = simulation().await;
    receive_all(&mut listening).await;
    for venue in VENUES {
        simulation.control.set(venue, Fault::Twice);
    }
    let repeats = |listening: &Listening, slot: usize| {
        listening.feeds.status()[slot].drops.get("duplicate_trade").copied().unwrap_or_default()
    };
    until("repeats", || (0..3).all(|slot| repeats(&listening, slot) > 3)).await;
    let mut seen = BTreeSet::new();
    while let Ok(update) = listening.live.try_recv() {
        if let MarketEvent::Trade { trade_id, .. } = update.event {
            assert!(seen.insert((update.venue, trade_id)), "{update:?}");
        }
    }
    stop(simulation, listening).await;
}

#[tokio::test]
async fn faults_are_switched_over_http() {
    let (simulation, listening) = simulation().await;
    let address = simulation.venues.address();
    let ask = async |method: &str, path: &str| {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let answer = ask("POST", "/control?venue=kraken&fault=gap").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with(r#"{"binance":"none","coinbase":"none","kraken":"gap"}"#), "{answer}");
    assert!(simulation.control.faults().contains(&(Protocol::Kraken, Fault::Gap)));
    let answer = ask("GET", "/control?venue=kraken&fault=none").await;
    assert!(answer.ends_with(r#""kraken":"none"}"#), "{answer}");
    for path in
        ["/control?venue=nobody&fault=gap", "/control?venue=kraken&fault=fire", "/control?venue=kraken"]
    {
        let answer = ask("POST", path).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    stop(simulation, listening).await;
}

#[tokio::test]
async fn a_wrong_symbol_is_refused_by_the_venue_and_counted() {
    let (simulation, listening) = simulation().await;
    listening.stop().await;
    let mut feeds = feed_settings(&simulation.venues);
    feeds.timeouts = Timeouts { idle: Duration::from_millis(200), ..short_timeouts() };
    feeds.venues.remove(0);
    feeds.venues.iter_mut().for_each(|venue| venue.symbol = String::from("ETH/EUR"));
    let listening = listen_to(feeds);
    let refusals = |listening: &Listening, slot: usize| {
        listening.feeds.status()[slot].drops.get("venue_refused").copied().unwrap_or_default()
    };
    until("refusals", || (0..2).all(|slot| refusals(&listening, slot) > 0)).await;
    stop(simulation, listening).await;
}

#[tokio::test]
async fn what_was_recorded_replays_to_what_was_heard() {
    use tap::feeds::Recorder;
    use tap::feeds::recording::{RecordingFormat, Replay, open};
    let (simulation, listening) = simulation().await;
    listening.stop().await;
    let settings = feed_settings(&simulation.venues);
    let folder = std::env::temp_dir().join(format!("fairground-recorder-{}", std::process::id()));
    let recorder = Recorder::create(&folder, &settings, 1_723_161_255).unwrap();
    let paths = recorder.paths().to_vec();
    let (frames, frames_receiver) = tokio::sync::mpsc::channel(10_000);
    let recording = recorder.run(frames_receiver);
    let mut listening = listen_and_record(settings, Some(frames));
    receive_all(&mut listening).await;
    // Everything from here to the end is kept in the channel's room.
    let Listening { feeds, mut live, shutdown, .. } = listening;
    shutdown.begin();
    feeds.ended().await;
    recording.await.unwrap().unwrap();
    let mut last: Vec<Option<MarketEvent>> = vec![None; 3];
    while let Ok(update) = live.try_recv() {
        last[usize::from(update.venue.0)] = Some(update.event);
    }
    for (slot, path) in paths.iter().enumerate() {
        let symbol = VenueSettings::of(protocol_of(VENUES[slot])).symbol;
        let venue = Venue(u8::try_from(slot).unwrap());
        let adapter = protocol_of(VENUES[slot]).adapter(&symbol);
        let mut replay = Replay::new(open(path).unwrap(), RecordingFormat::Frames, venue, (adapter, &symbol));
        let updates: Vec<_> = replay.by_ref().collect();
        assert!(replay.stats().drops.is_empty(), "{:?}", replay.stats());
        assert!(updates.len() >= 2 && updates.is_sorted_by_key(|update| update.mono_ms));
        let event: Vec<MarketEvent> = updates.iter().map(|update| update.event).collect();
        assert!(last[slot].is_none_or(|last| event.last() == Some(&last)), "{last:?}");
    }
    assert!(
        Recorder::create(&folder, &feed_settings(&simulation.venues), 1_723_161_255).is_err(),
        "written over"
    );
    std::fs::remove_dir_all(&folder).unwrap();
    simulation.shutdown.begin();
    simulation.venues.ended().await;
}
