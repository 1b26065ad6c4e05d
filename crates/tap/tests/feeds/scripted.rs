//! What venues do in the field, one story each: silence, gaps, repeats, nonsense, hang-ups, old age.

use crate::kit::{Do, Listening, ScriptedVenue, book, listen, short_timeouts, trade, until, watchful};
use std::time::{Duration, Instant};
use tap::domain::venue_update::MarketEvent;
use tap::feeds::Timeouts;

fn say(id: i64) -> Do {
    Do::Say(trade(id, "61837.63"))
}

#[tokio::test]
async fn silence_on_an_open_socket_ends_it() {
    let venue = ScriptedVenue::start(vec![vec![say(1)], vec![say(2)]]).await;
    let mut listening = listen(&venue.url, 1, watchful());
    assert_eq!(listening.trade_ids(2).await, [1, 2]);
    let status = listening.feeds.status().remove(0);
    assert_eq!((status.last_end, status.reconnects), (Some("idle"), 1));
    listening.stop().await;
}

#[tokio::test]
async fn pings_and_nonsense_do_not_count_as_life() {
    let nonsense = vec![Do::Say(String::from("{}")), Do::Say(String::from("???"))];
    let pings = [vec![say(1)], nonsense, vec![Do::PingFor(Duration::from_secs(10))]].concat();
    let venue = ScriptedVenue::start(vec![pings, vec![say(2)]]).await;
    let mut listening = listen(&venue.url, 1, watchful());
    let began = Instant::now();
    assert_eq!(listening.trade_ids(2).await, [1, 2]);
    assert!(began.elapsed() < Duration::from_secs(9), "the socket that only pings was kept");
    assert_eq!(listening.feeds.status()[0].last_end, Some("idle"));
    listening.stop().await;
}

#[tokio::test]
async fn repeats_are_dropped_and_late_trades_go_to_history() {
    let script = [1, 2, 2, 5, 4, 4, 3, 6].map(say).to_vec();
    let venue = ScriptedVenue::start(vec![script]).await;
    let mut listening = listen(&venue.url, 1, short_timeouts());
    assert_eq!(listening.trade_ids(4).await, [1, 2, 5, 6]);
    let late = [listening.next_past().await, listening.next_past().await];
    assert_eq!(late.map(|late| late.trades[0].trade_id), [4, 3]);
    assert_eq!((listening.drops("duplicate_trade"), listening.drops("late_trade")), (2, 2));
    listening.stop().await;
}

#[tokio::test]
async fn every_bad_frame_is_counted_by_its_reason_and_none_ends_the_feed() {
    let bad = [
        (trade(2, "-61837.63"), "price_negative"),
        (trade(2, "0"), "price_zero"),
        (trade(2, "6e4"), "price_exponent"),
        (trade(2, "NaN"), "price_not_a_number"),
        (trade(2, "61837.630000001"), "price_too_many_decimals"),
        (trade(2, "6183763000000"), "price_too_large"),
        (trade(2, "61837.63000000000000000000000000000000"), "price_too_long"),
        (trade(2, ""), "price_empty"),
        (trade(-2, "61837.63"), "bad_trade_id"),
        (trade(2, "61837.63").replace("BTCUSDT", "ETHUSDT"), "wrong_symbol"),
        (trade(2, "61837.63").replace("\"p\"", "\"x\""), "unexpected_shape"),
        (trade(2, "61837.63")[..60].to_owned(), "broken_json"),
        (book(1, "61838", "61837"), "bid_above_ask"),
    ];
    let mut script = vec![say(1), Do::SayBytes(vec![0, 159, 146, 150])];
    script.extend(bad.iter().map(|(frame, _)| Do::Say(frame.clone())));
    script.push(say(2));
    let venue = ScriptedVenue::start(vec![script]).await;
    let mut listening = listen(&venue.url, 1, short_timeouts());
    assert_eq!(listening.trade_ids(2).await, [1, 2]);
    for (frame, reason) in &bad {
        assert_eq!(listening.drops(reason), 1, "{reason}: {frame}");
    }
    assert_eq!(listening.drops("binary_frame"), 1);
    assert_eq!(venue.connections(), 1);
    listening.stop().await;
}

#[tokio::test]
async fn ten_times_the_price_arrives_intact() {
    let script = vec![Do::Say(trade(1, "618376.30")), Do::Say(book(1, "618376.30", "618376.40"))];
    let venue = ScriptedVenue::start(vec![script]).await;
    let mut listening = listen(&venue.url, 1, short_timeouts());
    assert_eq!(listening.next().await.event, MarketEvent::Trade { trade_id: 1, price: 61_837_630_000_000 });
    let book = MarketEvent::Book { bid: 61_837_630_000_000, ask: 61_837_640_000_000 };
    assert_eq!(listening.next().await.event, book);
    listening.stop().await;
}

#[tokio::test]
async fn a_venue_that_hangs_up_at_once_is_not_stormed() {
    for hang_up in [Do::Close, Do::Cut] {
        let venue = ScriptedVenue::start(vec![vec![hang_up]]).await;
        let listening = listen(&venue.url, 1, short_timeouts());
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        // Shortest pause 20 ms: never more than 75. The pauses double up to 200 ms: about 20 are expected.
        let connections = venue.connections();
        assert!((3..=40).contains(&connections), "{connections} connections");
        listening.stop().await;
    }
}

#[tokio::test]
async fn a_venue_that_is_not_there_is_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    drop(listener);
    let listening = listen(&url, 1, short_timeouts());
    until("three attempts", || listening.feeds.status()[0].reconnects >= 3).await;
    let status = listening.feeds.status().remove(0);
    assert_eq!((status.open_connections, status.last_end), (0, Some("not_opened")));
    listening.stop().await;
}

#[tokio::test]
async fn a_venue_that_accepts_and_says_nothing_is_given_up_in_time() {
    // A socket that is accepted and never answers the handshake.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let timeouts = Timeouts { connect: Duration::from_millis(100), ..short_timeouts() };
    let listening = listen(&url, 1, timeouts);
    let end = || listening.feeds.status()[0].last_end;
    until("a connection that was not opened in time", || end() == Some("not_opened_in_time")).await;
    listening.stop().await;
}

#[tokio::test]
async fn the_second_address_is_taken_when_the_first_fails() {
    let nowhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = format!("ws://{}", nowhere.local_addr().unwrap());
    drop(nowhere);
    let venue = ScriptedVenue::start(vec![vec![say(1)]]).await;
    let mut settings = tap::feeds::FeedSettings { venues: Vec::new(), timeouts: short_timeouts() };
    settings.venues.push(tap::feeds::VenueSettings {
        socket_urls: vec![dead, venue.url.clone()],
        ..tap::feeds::VenueSettings::of(tap::feeds::Protocol::Binance)
    });
    let mut listening = crate::kit::listen_to(settings);
    assert_eq!(listening.next_trade().await.0, 1);
    listening.stop().await;
}

#[tokio::test]
async fn rotation_makes_before_it_breaks_and_loses_no_trade() {
    // A successor takes its time until it brings data: breaking first would lose what happens meanwhile.
    let scripts = vec![vec![Do::Trades(0)], vec![Do::Rest(Duration::from_millis(100)), Do::Trades(0)]];
    let venue = ScriptedVenue::start(scripts).await;
    let timeouts = Timeouts { rotate: Duration::from_millis(200), ..short_timeouts() };
    let mut listening = listen(&venue.url, 1, timeouts);
    listening.whole_row(400).await;
    let status = listening.feeds.status().remove(0);
    assert!(status.rotations >= 2 && status.reconnects == 0, "{status:?}");
    listening.stop().await;
}

#[tokio::test]
async fn a_successor_that_fails_leaves_the_old_connection_alone() {
    let scripts = vec![vec![Do::Trades(0)], vec![Do::Close]];
    let venue = ScriptedVenue::start(scripts).await;
    let timeouts = Timeouts { rotate: Duration::from_millis(50), ..short_timeouts() };
    let mut listening = listen(&venue.url, 1, timeouts);
    listening.whole_row(100).await;
    assert!(venue.connections() > 2, "the successor was tried again");
    let status = listening.feeds.status().remove(0);
    assert_eq!((status.reconnects, status.rotations), (0, 0));
    listening.stop().await;
}

#[tokio::test]
async fn an_announced_shutdown_is_left_before_it_comes() {
    let leaving = Do::Say(String::from(r#"{"stream":"","data":{"e":"serverShutdown","E":1723161255343}}"#));
    let scripts = vec![vec![say(1), leaving], vec![say(2)]];
    let venue = ScriptedVenue::start(scripts).await;
    let mut listening = listen(&venue.url, 1, short_timeouts());
    assert_eq!(listening.trade_ids(2).await, [1, 2]);
    until("the rotation", || listening.feeds.status()[0].rotations == 1).await;
    assert_eq!(listening.feeds.status()[0].reconnects, 0);
    listening.stop().await;
}

#[tokio::test]
async fn two_parallel_connections_are_one_stream() {
    let venue = ScriptedVenue::start(vec![vec![Do::Trades(0)]]).await;
    let mut listening = listen(&venue.url, 2, short_timeouts());
    listening.whole_row(60).await;
    until("both connections", || listening.feeds.status()[0].open_connections == 2).await;
    until("repeats of the second", || listening.drops("duplicate_trade") > 5).await;
    listening.stop().await;
}

#[tokio::test]
async fn one_of_two_connections_may_die_without_a_missing_trade() {
    let cut = vec![Do::Say(trade(1, "61837.63")), Do::Rest(Duration::from_millis(100)), Do::Cut];
    let venue = ScriptedVenue::start(vec![cut, vec![Do::Trades(100)]]).await;
    let mut listening = listen(&venue.url, 2, short_timeouts());
    listening.whole_row(60).await;
    listening.stop().await;
}

#[tokio::test]
async fn a_full_listener_never_stops_the_socket() {
    let script: Vec<Do> = (1..=6_000).map(say).collect();
    let venue = ScriptedVenue::start(vec![script]).await;
    let listening = listen(&venue.url, 1, short_timeouts());
    until("all frames read", || listening.feeds.status()[0].frames == 6_000).await;
    assert_eq!(listening.drops("updates_full"), 6_000 - 4_096);
    listening.stop().await;
}

#[tokio::test]
async fn the_end_is_polite_and_quick() {
    let venue = ScriptedVenue::start(vec![vec![Do::Trades(0)]]).await;
    let mut listening: Listening = listen(&venue.url, 2, short_timeouts());
    listening.trade_ids(3).await;
    let began = Instant::now();
    listening.stop().await;
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn what_is_wanted_is_asked_for_as_soon_as_the_socket_is_open() {
    use tap::feeds::{FeedSettings, Protocol, VenueSettings};
    // Nothing is said before the question was heard.
    let event = r#"{"type":"match","trade_id":10,"time":"2024-11-07T08:19:27.028459Z","product_id":"BTC-USD","price":"61837.23"}"#;
    let script = vec![Do::Hear, Do::Say(event.to_owned())];
    let venue = ScriptedVenue::start(vec![script]).await;
    let slot =
        VenueSettings { socket_urls: vec![venue.url.clone()], ..VenueSettings::of(Protocol::Coinbase) };
    let mut listening =
        crate::kit::listen_to(FeedSettings { venues: vec![slot], timeouts: short_timeouts() });
    assert_eq!(listening.next_trade().await, (10, 6_183_723_000_000));
    listening.stop().await;
}

#[tokio::test]
async fn pings_are_answered_with_what_they_carried() {
    let script = vec![Do::Ping(b"1723161255343".to_vec()), say(1)];
    let venue = ScriptedVenue::start(vec![script]).await;
    let mut listening = listen(&venue.url, 1, short_timeouts());
    assert_eq!(listening.next_trade().await.0, 1);
    until("the answer", || venue.pongs.lock().contains(&b"1723161255343".to_vec())).await;
    listening.stop().await;
}

#[tokio::test]
async fn a_secret_address_is_spoken_to_in_tls() {
    use tokio::io::AsyncReadExt as _;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://localhost:{}", listener.local_addr().unwrap().port());
    let listening = listen(&url, 1, short_timeouts());
    let mut hello = [0; 6];
    listener.accept().await.unwrap().0.read_exact(&mut hello).await.unwrap();
    // A handshake record that begins with the client's hello.
    assert_eq!((hello[0], hello[1], hello[5]), (22, 3, 1));
    until("the refusal", || listening.feeds.status()[0].last_end == Some("not_opened")).await;
    listening.stop().await;
}

#[tokio::test]
async fn a_hole_without_a_history_is_reported_open() {
    let venue = ScriptedVenue::start(vec![[1, 2, 5, 6, 9].map(say).to_vec()]).await;
    let mut listening = listen(&venue.url, 1, short_timeouts());
    for first_id in [3, 7] {
        let past = listening.next_past().await;
        assert_eq!((past.hole.first_id, past.trades.len(), past.is_complete), (first_id, 0, false));
    }
    assert_eq!(listening.drops("hole_left_open"), 2);
    listening.stop().await;
}

#[tokio::test]
async fn heartbeats_without_data_are_not_believed_for_ever() {
    use tap::feeds::{FeedSettings, Protocol, VenueSettings};
    let beats = (0..200).flat_map(|_| {
        [Do::Say(String::from(r#"{"channel":"heartbeat"}"#)), Do::Rest(Duration::from_millis(20))]
    });
    let venue = ScriptedVenue::start(vec![beats.collect()]).await;
    let slot = VenueSettings { socket_urls: vec![venue.url.clone()], ..VenueSettings::of(Protocol::Kraken) };
    let timeouts = Timeouts { dataless: Duration::from_millis(400), ..short_timeouts() };
    let listening = crate::kit::listen_to(FeedSettings { venues: vec![slot], timeouts });
    until("the end of belief", || listening.feeds.status()[0].last_end == Some("dataless")).await;
    listening.stop().await;
}

#[tokio::test]
async fn what_is_on_its_way_on_the_old_connection_still_arrives() {
    let late = Do::Rest(Duration::from_millis(400));
    let venue = ScriptedVenue::start(vec![vec![say(1), late, say(2)], vec![say(3)]]).await;
    let (rotate, overlap) = (Duration::from_millis(100), Duration::from_secs(5));
    let mut listening = listen(&venue.url, 1, Timeouts { rotate, overlap, ..short_timeouts() });
    assert_eq!(listening.whole_row(3).await, [1, 2, 3]);
    assert_eq!(listening.drops("late_trade"), 1);
    listening.stop().await;
}

#[tokio::test]
async fn a_board_outlives_the_feeds_and_keeps_no_channel_open() {
    let venue = ScriptedVenue::start(vec![vec![say(1)]]).await;
    let mut listening = listen(&venue.url, 1, short_timeouts());
    listening.next_trade().await;
    let board = listening.feeds.board();
    let Listening { feeds, mut live, shutdown, .. } = listening;
    shutdown.begin();
    feeds.ended().await;
    assert!(live.recv().await.is_none());
    let status = board.status().remove(0);
    assert_eq!((status.open_connections, status.last_end, status.frames), (0, Some("asked"), 1));
}
