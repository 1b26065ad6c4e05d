//! A recorded morning of a real venue, played through the intake and through a real socket. The recordings are not
//! part of the project; a test that lacks them says so.

use std::path::PathBuf;
use tap::domain::venue_update::{MarketEvent, Venue, VenueUpdate};
use tap::feeds::Protocol;
use tap::feeds::recording::{self, RecordingFormat, Replay, Shift};

const FRAMES: &str = "binance_spot_btcusdt_raw_ws_20240808.gz";
const TRADES: &str = "binance_spot_btcusdt_trades_20240808_09.csv";
/// Names another folder with recordings.
const FOLDER_VARIABLE: &str = "FAIRGROUND_RECORDINGS";

/// The recording's path; `None` where it is not there.
fn path(name: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/btc");
    let path = std::env::var_os(FOLDER_VARIABLE).map_or_else(beside, PathBuf::from).join(name);
    path.is_file().then_some(path)
}

/// The same; a missing one is said loudly.
fn recorded(name: &str) -> Option<PathBuf> {
    let path = path(name);
    if path.is_none() {
        testkit::skip(&format!("no recording {name}; {FOLDER_VARIABLE} names a folder"));
    }
    path
}

fn frames() -> Option<impl Iterator<Item = String> + Send> {
    recorded(FRAMES).map(|path| recording::open(&path).expect("a recording that opens"))
}

/// The first recorded frames without their times; none where there is no recording.
pub fn some_frames(count: usize) -> Vec<String> {
    let lines = path(FRAMES).map(|path| recording::open(&path).expect("a recording that opens"));
    let frame = |line: String| line.split_once(' ').expect("a time before the frame").1.to_owned();
    lines.into_iter().flatten().take(count).map(frame).collect()
}

fn replay<L: Iterator<Item = String>>(lines: L, kind: RecordingFormat) -> Replay<L> {
    Replay::new(lines, kind, Venue(0), (Protocol::Binance.adapter("BTCUSDT"), "BTCUSDT"))
}

fn trades_of(updates: &[VenueUpdate]) -> Vec<(i64, i64)> {
    let trade = |update: &VenueUpdate| match update.event {
        MarketEvent::Trade { trade_id, price } => Some((trade_id, price)),
        _ => None,
    };
    updates.iter().filter_map(trade).collect()
}

#[test]
fn every_recorded_frame_is_read() {
    let Some(lines) = frames() else { return };
    let mut replay = replay(lines, RecordingFormat::Frames);
    let updates: Vec<VenueUpdate> = replay.by_ref().collect();
    let stats = replay.stats();
    assert!(stats.drops.is_empty() && stats.holes.is_empty() && stats.late.is_empty(), "{stats:?}");
    assert!(stats.lines > 40_000 && updates.len() > 30_000, "{} of {}", updates.len(), stats.lines);
    assert!(updates.windows(2).all(|two| two[0].mono_ms <= two[1].mono_ms));
    // The capture's clock ran behind the venue's: an age from the two would be negative.
    let offsets: Vec<i64> =
        updates.iter().filter_map(|update| Some(update.recv_ms - update.event_ms?)).collect();
    assert!(offsets.iter().all(|offset| (-1_400..-700).contains(offset)), "{:?}", offsets.iter().min());
}

#[test]
fn recorded_frames_and_recorded_trades_tell_the_same() {
    let (Some(lines), Some(path)) = (frames(), recorded(TRADES)) else { return };
    let from_frames: Vec<VenueUpdate> = replay(lines, RecordingFormat::Frames).collect();
    let mut rows = replay(recording::open(&path).unwrap(), RecordingFormat::Trades);
    let from_rows: Vec<VenueUpdate> = rows.by_ref().collect();
    assert_eq!(rows.stats().drops, std::collections::BTreeMap::new());
    assert_eq!(from_rows.len(), 19_904);
    let (frames, rows) = (trades_of(&from_frames), trades_of(&from_rows));
    assert!(frames.len() > 5_000, "{}", frames.len());
    assert_eq!(frames, rows[..frames.len()]);
}

#[test]
fn a_cut_recording_plays_up_to_the_cut() {
    let Some(path) = recorded(FRAMES) else { return };
    let whole = std::fs::read(path).unwrap();
    let folder = std::env::temp_dir().join(format!("fairground-cut-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let cut = folder.join("cut.gz");
    std::fs::write(&cut, &whole[..whole.len() / 3]).unwrap();
    let mut replay = replay(recording::open(&cut).unwrap(), RecordingFormat::Frames);
    assert!(replay.by_ref().count() > 5_000);
    assert!(replay.stats().drops.is_empty(), "{:?}", replay.stats());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_recording_plays_in_its_rhythm_at_any_speed() {
    let Some(lines) = frames() else { return };
    let updates: Vec<VenueUpdate> = replay(lines, RecordingFormat::Frames)
        .shifted(Shift { mono_ms: 500, wall_ms: 0 })
        .take_while(|update| update.mono_ms < 30_500)
        .collect();
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1 << 16);
    let (_shutdown, closing) = web::shutdown();
    let began = std::time::Instant::now();
    let sent = recording::play(updates.clone().into_iter(), 60.0, &sender, closing.clone()).await;
    let took = began.elapsed();
    assert!((450..2_000).contains(&took.as_millis()), "half a minute at sixty times the speed took {took:?}");
    assert_eq!(sent, updates.len() as u64);
    let mut heard = Vec::new();
    while let Ok(update) = receiver.try_recv() {
        heard.push(update);
    }
    assert_eq!(heard, updates);
    recording::play(updates.clone().into_iter(), 0.0, &sender, closing).await;
}

#[tokio::test]
async fn recorded_frames_arrive_whole_through_a_real_socket() {
    use crate::kit::{Do, ScriptedVenue, listen, short_timeouts};
    let Some(lines) = frames() else { return };
    let lines: Vec<String> = lines.take(4_000).collect();
    let expected: Vec<VenueUpdate> = replay(lines.clone().into_iter(), RecordingFormat::Frames).collect();
    let script = lines.iter().map(|line| Do::Say(line.split_once(' ').unwrap().1.to_owned())).collect();
    let venue = ScriptedVenue::start(vec![script]).await;
    let mut listening = listen(&venue.url, 1, short_timeouts());
    for update in expected {
        let heard = listening.next().await;
        assert_eq!((heard.event, heard.event_ms), (update.event, update.event_ms));
    }
    assert!(listening.feeds.status()[0].drops.is_empty());
    listening.stop().await;
}
