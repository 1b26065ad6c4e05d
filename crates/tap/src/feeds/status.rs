//! How a venue's feed is doing, for health pages.

use super::clocks::Clocks;
use super::intake::Ingested;
use super::settings::VenueSettings;
use crate::domain::venue_update::{Quote, Venue};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It never stood.
    NotOpened,
    /// It did not stand in time.
    NotOpenedInTime,
    /// The venue closed it.
    Closed,
    /// It broke.
    Broken,
    /// Nothing valid was said for too long.
    Idle,
    /// Only heartbeats were said for too long.
    Dataless,
    /// We wanted it.
    Requested,
}

impl End {
    /// The end's name in logs and health pages.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::NotOpened => "not_opened",
            Self::NotOpenedInTime => "not_opened_in_time",
            Self::Closed => "closed",
            Self::Broken => "broken",
            Self::Idle => "idle",
            Self::Dataless => "dataless",
            Self::Requested => "asked",
        }
    }
}

/// One venue's feed at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueStatus {
    /// Its slot.
    pub venue: Venue,
    /// Its name.
    pub name: String,
    /// What its prices are in.
    pub quote: Quote,
    /// Whether it is listened to at all.
    pub is_enabled: bool,
    /// Sockets that are open now.
    pub open_connections: usize,
    /// Since when the oldest of them is open, in Unix milliseconds.
    pub connected_since_ms: Option<i64>,
    /// Milliseconds since the last valid message of any kind.
    pub last_message_age_ms: Option<i64>,
    /// Milliseconds since the last trade or book.
    pub last_data_age_ms: Option<i64>,
    /// Text frames that came.
    pub frames: u64,
    /// Connections that were opened because an earlier one ended.
    pub reconnects: u64,
    /// Connections that were replaced before their time ran out.
    pub rotations: u64,
    /// What was dropped, by reason.
    pub drops: BTreeMap<&'static str, u64>,
    /// Why the last connection ended.
    pub last_end: Option<&'static str>,
}

/// The figures behind it.
#[derive(Debug, Default)]
struct Figures {
    /// Opening time by connection.
    open: BTreeMap<u64, i64>,
    last_message_mono_ms: Option<i64>,
    last_data_mono_ms: Option<i64>,
    frames: u64,
    reconnects: u64,
    rotations: u64,
    drops: BTreeMap<&'static str, u64>,
    last_end: Option<&'static str>,
}

/// One venue's gauge: written by its feed, read by anybody. It holds no way to send, so that keeping one keeps no channel
/// open.
#[derive(Debug)]
pub(super) struct Gauge {
    venue: Venue,
    name: String,
    quote: Quote,
    is_enabled: bool,
    pub(super) clocks: Clocks,
    figures: Mutex<Figures>,
}

/// How all venues are doing, to keep and to clone; it may outlive the feeds.
#[derive(Debug, Clone)]
pub struct Board(pub(super) Arc<[Arc<Gauge>]>);

impl Board {
    /// Every venue, in the order of the settings.
    #[must_use]
    pub fn status(&self) -> Vec<VenueStatus> {
        self.0.iter().map(|gauge| gauge.status()).collect()
    }
}

impl Gauge {
    pub(super) fn new(venue: Venue, settings: &VenueSettings, clocks: Clocks) -> Self {
        let (quote, is_enabled) = (settings.quote, settings.is_enabled);
        Self { venue, name: settings.name.clone(), quote, is_enabled, clocks, figures: Mutex::default() }
    }

    /// Records what came of a frame.
    pub(super) fn record(&self, ingested: &Ingested, mono_ms: i64) {
        ingested.drops.iter().for_each(|reason| self.drop_counted(reason));
        let mut figures = self.figures.lock();
        figures.frames += 1;
        if ingested.is_alive {
            figures.last_message_mono_ms = Some(mono_ms);
        }
        if ingested.has_data {
            figures.last_data_mono_ms = Some(mono_ms);
        }
    }

    /// Counts something lost.
    pub(super) fn drop_counted(&self, reason: &'static str) {
        *self.figures.lock().drops.entry(reason).or_default() += 1;
        let labels = [("venue", self.name.clone()), ("reason", reason.to_owned())];
        metrics::counter!("source_drops_total", &labels).increment(1);
    }

    /// Notes that a connection stands.
    pub(super) fn opened(&self, number: u64) {
        self.figures.lock().open.insert(number, self.clocks.wall_ms());
    }

    /// Notes that a connection is over.
    pub(super) fn ended(&self, number: u64, end: End) {
        let mut figures = self.figures.lock();
        figures.open.remove(&number);
        figures.last_end = Some(end.reason());
    }

    /// Counts a connection that follows one that ended.
    pub(super) fn reconnected(&self) {
        self.figures.lock().reconnects += 1;
        metrics::counter!("feed_reconnects_total", "venue" => self.name.clone()).increment(1);
    }

    /// Counts a connection that was replaced in time.
    pub(super) fn rotated(&self) {
        self.figures.lock().rotations += 1;
    }

    /// How it is doing now.
    pub(super) fn status(&self) -> VenueStatus {
        let now_ms = self.clocks.mono_ms();
        let figures = self.figures.lock();
        let age = |at: Option<i64>| at.map(|at| now_ms.saturating_sub(at));
        VenueStatus {
            venue: self.venue,
            name: self.name.clone(),
            quote: self.quote,
            is_enabled: self.is_enabled,
            open_connections: figures.open.len(),
            connected_since_ms: figures.open.values().min().copied(),
            last_message_age_ms: age(figures.last_message_mono_ms),
            last_data_age_ms: age(figures.last_data_mono_ms),
            frames: figures.frames,
            reconnects: figures.reconnects,
            rotations: figures.rotations,
            drops: figures.drops.clone(),
            last_end: figures.last_end,
        }
    }
}
