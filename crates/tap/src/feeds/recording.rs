//! Recorded frames and trades, played through the same intake as live ones. A recording is gzip of lines
//! `RECEIVE_NS FRAME`; its end may be cut. Times come from the recording, so a minute plays the same at every speed.

use super::adapter::{Adapter, Hole, PastTrade};
use super::intake::{Intake, Received};
use crate::domain::venue_update::{Venue, VenueUpdate};
use flate2::read::MultiGzDecoder;
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use web::Closing;

/// A line is a frame and its time; frames are not larger than this on the wire either.
const LINE_BYTES_MAX: u64 = 1 << 20;
/// The first line of a file of trades.
const TRADES_HEADER: &str = "recv_ns,event_ms,trade_ms,trade_id,price,qty,buyer_is_maker";

/// What the lines of a recording are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingFormat {
    /// `RECEIVE_NS FRAME`.
    Frames,
    /// Comma-separated trades of Binance: `recv_ns,event_ms,trade_ms,trade_id,price,qty,buyer_is_maker`.
    Trades,
}

/// Where the recording's times land.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shift {
    /// The monotonic time of the recording's first line.
    pub mono_ms: i64,
    /// Added to the wall times, ours and the venue's alike: 0 plays the day of the recording, more brings it to today.
    pub wall_ms: i64,
}

/// The updates of a recording, in order; an iterator over them. Reads no clock.
#[derive(Debug)]
pub struct Replay<L> {
    lines: L,
    kind: RecordingFormat,
    intake: Intake,
    symbol: String,
    shift: Shift,
    first_ns: Option<i64>,
    ready: VecDeque<VenueUpdate>,
    stats: ReplayStats,
}

/// What a replay met beside updates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplayStats {
    /// Lines that were read.
    pub lines: u64,
    /// What was dropped, by reason; `broken_line` for what is no line of a recording.
    pub drops: BTreeMap<&'static str, u64>,
    /// Ranges of trades that are not in the recording.
    pub holes: Vec<Hole>,
    /// Trades that came too late to be live.
    pub late: Vec<PastTrade>,
}

impl<L: Iterator<Item = String>> Replay<L> {
    /// Plays lines as one venue's; `symbol` is the market that the recording is about.
    pub fn new(
        lines: L,
        kind: RecordingFormat,
        venue: Venue,
        (adapter, symbol): (Arc<dyn Adapter>, &str),
    ) -> Self {
        let intake = Intake::new(venue, adapter);
        let (symbol, ready) = (symbol.to_owned(), VecDeque::new());
        Self {
            lines,
            kind,
            intake,
            symbol,
            shift: Shift::default(),
            first_ns: None,
            ready,
            stats: ReplayStats::default(),
        }
    }

    /// Lets the recording's times land elsewhere.
    #[must_use]
    pub fn shifted(self, shift: Shift) -> Self {
        Self { shift, ..self }
    }

    /// What it met so far.
    pub const fn stats(&self) -> &ReplayStats {
        &self.stats
    }

    fn play(&mut self, line: &str) {
        self.stats.lines += 1;
        let Some((recv_ns, frame)) = self.parse(line) else { return self.count_drop("broken_line") };
        let first_ns = *self.first_ns.get_or_insert(recv_ns);
        let since_ms = recv_ns.saturating_sub(first_ns).div_euclid(1_000_000);
        let mono_ms = self.shift.mono_ms.saturating_add(since_ms);
        let at = Received { mono_ms, recv_ms: recv_ns.div_euclid(1_000_000) };
        let ingested = self.intake.ingest(&frame, at);
        ingested.drops.iter().for_each(|reason| self.count_drop(reason));
        self.stats.holes.extend(ingested.holes);
        self.stats.late.extend(ingested.late);
        let wall_ms = self.shift.wall_ms;
        self.ready.extend(ingested.updates.into_iter().map(|update| later(update, wall_ms)));
    }

    fn parse(&self, line: &str) -> Option<(i64, String)> {
        match self.kind {
            RecordingFormat::Frames => {
                let (at, frame) = line.split_once(' ')?;
                Some((at.parse().ok()?, frame.to_owned()))
            }
            RecordingFormat::Trades => trade_frame(line, &self.symbol),
        }
    }

    fn count_drop(&mut self, reason: &'static str) {
        *self.stats.drops.entry(reason).or_default() += 1;
    }
}

const fn later(update: VenueUpdate, wall_ms: i64) -> VenueUpdate {
    let event_ms = match update.event_ms {
        Some(at) => Some(at.saturating_add(wall_ms)),
        None => None,
    };
    VenueUpdate { recv_ms: update.recv_ms.saturating_add(wall_ms), event_ms, ..update }
}

impl<L: Iterator<Item = String>> Iterator for Replay<L> {
    type Item = VenueUpdate;

    fn next(&mut self) -> Option<VenueUpdate> {
        while self.ready.is_empty() {
            let line = self.lines.next()?;
            if line != TRADES_HEADER {
                self.play(&line);
            }
        }
        self.ready.pop_front()
    }
}

/// Writes a row of a file of trades as the frame that it once was.
fn trade_frame(row: &str, symbol: &str) -> Option<(i64, String)> {
    let fields: Vec<&str> = row.split(',').collect();
    let [recv_ns, event_ms, trade_ms, trade_id, price, qty, is_maker] = fields[..] else { return None };
    let frame = serde_json::json!({
        "e": "trade", "E": event_ms.parse::<i64>().ok()?, "T": trade_ms.parse::<i64>().ok()?, "s": symbol,
        "t": trade_id.parse::<i64>().ok()?, "p": price, "q": qty, "m": is_maker == "True",
    });
    Some((recv_ns.parse().ok()?, frame.to_string()))
}

/// Reads a recording's lines, unpacked where the name ends in `.gz`. The lines end where the file breaks off.
/// Errors: a file that cannot be opened.
pub fn open(path: &Path) -> io::Result<impl Iterator<Item = String> + Send + use<>> {
    let file = BufReader::new(File::open(path)?);
    let is_packed = path.extension().is_some_and(|end| end == "gz");
    let reader: Box<dyn BufRead + Send> =
        if is_packed { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) };
    Ok(whole_lines(reader))
}

/// Lines with their end; a line without is cut and not given out.
fn whole_lines(mut reader: Box<dyn BufRead + Send>) -> impl Iterator<Item = String> + Send {
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        // An error is a file that was cut within a packed block: what was read is what there is.
        let read = reader.as_mut().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        let is_whole = read.is_ok() && line.pop() == Some(b'\n');
        is_whole.then(|| String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned())
    })
}

/// Sends updates in the recording's rhythm, `speed` times as fast (0 or less: as fast as they are taken), until they end,
/// nobody listens, or `closing` begins. Returns how many were sent.
pub async fn play(
    updates: impl Iterator<Item = VenueUpdate> + Send,
    speed: f64,
    sender: &mpsc::Sender<VenueUpdate>,
    mut closing: Closing,
) -> u64 {
    let (began, mut first_ms, mut sent) = (Instant::now(), None, 0);
    for update in updates {
        let since_ms = update.mono_ms.saturating_sub(*first_ms.get_or_insert(update.mono_ms));
        let was_sent = tokio::select! {
            biased;
            () = closing.wait() => false,
            was_sent = send(update, began + scaled(since_ms, speed), speed > 0.0, sender) => was_sent,
        };
        if !was_sent {
            break;
        }
        sent += 1;
    }
    sent
}

/// Waits for the update's moment and for room. Returns false when nobody listens.
async fn send(update: VenueUpdate, at: Instant, is_timed: bool, sender: &mpsc::Sender<VenueUpdate>) -> bool {
    if is_timed {
        sleep_until(at).await;
    }
    sender.send(update).await.is_ok()
}

fn scaled(since_ms: i64, speed: f64) -> Duration {
    let since = Duration::from_millis(u64::try_from(since_ms).unwrap_or_default());
    if speed > 0.0 {
        Duration::try_from_secs_f64(since.as_secs_f64() / speed).unwrap_or_default()
    } else {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::Protocol;

    fn replay(lines: &[&str], kind: RecordingFormat) -> Replay<impl Iterator<Item = String> + use<>> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        Replay::new(lines.into_iter(), kind, Venue(3), (Protocol::Binance.adapter("BTCUSDT"), "BTCUSDT"))
    }

    const ROW: &str =
        "1723161254087896568,1723161255343,1723161255342,3735683259,61837.63000000,0.02000000,True";
    const LATER_ROW: &str =
        "1723161254347673567,1723161255619,1723161255617,3735683260,61837.63000000,0.048,True";
    const FRAME: &str = r#"1723161254087896568 {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}"#;

    #[test]
    fn a_row_of_trades_is_the_frame_that_it_was() {
        let from_row: Vec<VenueUpdate> = replay(&[TRADES_HEADER, ROW], RecordingFormat::Trades).collect();
        let from_frame: Vec<VenueUpdate> = replay(&[FRAME], RecordingFormat::Frames).collect();
        assert_eq!(from_row.len(), 1);
        assert_eq!(from_row, from_frame);
    }

    #[test]
    fn times_come_from_the_recording_and_may_be_shifted() {
        let shift = Shift { mono_ms: 1_000, wall_ms: 86_400_000 };
        let updates: Vec<VenueUpdate> =
            replay(&[ROW, LATER_ROW], RecordingFormat::Trades).shifted(shift).collect();
        let mono: Vec<i64> = updates.iter().map(|update| update.mono_ms).collect();
        assert_eq!(mono, [1_000, 1_259]);
        assert_eq!(updates[0].recv_ms, 1_723_161_254_087 + 86_400_000);
        assert_eq!(updates[0].event_ms, Some(1_723_161_255_342 + 86_400_000));
    }

    #[test]
    fn the_last_line_counts_only_with_its_end() {
        let lines = |text: &'static str| whole_lines(Box::new(text.as_bytes())).collect::<Vec<_>>();
        assert_eq!(lines("one\ntwo\r\nthr"), ["one", "two"]);
        assert_eq!(lines("one\n"), ["one"]);
        assert!(lines("").is_empty());
    }

    #[test]
    fn broken_lines_are_counted_and_passed_over() {
        let mut replay = replay(&["", "x", "12 {", &FRAME[..40], FRAME], RecordingFormat::Frames);
        assert_eq!(replay.by_ref().count(), 1);
        assert_eq!(replay.stats().drops, BTreeMap::from([("broken_line", 2), ("broken_json", 2)]));
    }
}
