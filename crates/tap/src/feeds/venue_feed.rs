//! What all connections to one venue share: its settings, the order of its ids, its figures, and the channels out.

use super::adapter::{Adapter, Hole, PastTrade};
use super::backfilled::{Backfilled, Source};
use super::connect::Connector;
use super::intake::{Ingested, Intake};
use super::recorder::RawFrame;
use super::settings::{Timeouts, VenueSettings};
use super::status::Gauge;
use crate::domain::venue_update::{Venue, VenueUpdate};
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Where what was received goes. All are bounded; a full one loses what is said, counted, and never stops a socket.
#[derive(Debug, Clone)]
pub struct Channels {
    /// Live updates.
    pub updates: mpsc::Sender<VenueUpdate>,
    /// Trades for history.
    pub past: mpsc::Sender<Backfilled>,
    /// Every text frame as it came, where somebody records.
    pub frames: Option<mpsc::Sender<RawFrame>>,
}

/// What a connection must know of a frame it handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) is_alive: bool,
    pub(super) has_data: bool,
    pub(super) is_leaving: bool,
}

/// One venue.
pub(super) struct VenueFeed {
    pub(super) venue: Venue,
    pub(super) settings: VenueSettings,
    pub(super) timeouts: Timeouts,
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) connector: Connector,
    pub(super) channels: Channels,
    /// To the backfill.
    pub(super) holes: mpsc::Sender<Hole>,
    pub(super) intake: Mutex<Intake>,
    pub(super) gauge: Arc<Gauge>,
}

impl VenueFeed {
    /// Takes a text frame: reads, orders, sends and counts.
    pub(super) fn on_frame(&self, frame: &str) -> Outcome {
        let at = self.gauge.clocks.now();
        self.record(frame, at.mono_ms);
        // Sending under the lock keeps the order of parallel connections; it never waits.
        let mut intake = self.intake.lock();
        let ingested = intake.ingest(frame, at);
        self.send(&ingested);
        drop(intake);
        self.gauge.record(&ingested, at.mono_ms);
        Outcome { is_alive: ingested.is_alive, has_data: ingested.has_data, is_leaving: ingested.is_leaving }
    }

    fn record(&self, frame: &str, mono_ms: i64) {
        if let Some(frames) = &self.channels.frames {
            let recv_ns = self.gauge.clocks.steady_ns(mono_ms);
            let raw = RawFrame { venue: self.venue, recv_ns, text: frame.to_owned() };
            self.count_if_full(frames.try_send(raw).err(), "frames_full");
        }
    }

    fn send(&self, ingested: &Ingested) {
        for update in &ingested.updates {
            self.count_if_full(self.channels.updates.try_send(*update).err(), "updates_full");
        }
        for hole in &ingested.holes {
            tracing::info!(venue = %self.settings.name, first_id = hole.first_id, last_id = hole.last_id,
                "trades are missing");
            self.count_if_full(self.holes.try_send(*hole).err(), "holes_full");
        }
        for trade in &ingested.late {
            let late = self.late(*trade);
            self.count_if_full(self.channels.past.try_send(late).err(), "past_full");
        }
    }

    fn late(&self, trade: PastTrade) -> Backfilled {
        let (id, after_ms) = (trade.trade_id, None);
        let hole = Hole { first_id: id, last_id: id, after_ms };
        Backfilled {
            venue: self.venue,
            hole,
            trades: vec![trade],
            is_complete: true,
            source: Source::LateFrame,
        }
    }

    fn count_if_full<T>(&self, error: Option<TrySendError<T>>, reason: &'static str) {
        // A closed channel means that the process ends; the tasks are told on their own way.
        if matches!(error, Some(TrySendError::Full(_))) {
            self.gauge.drop_counted(reason);
        }
    }
}
