//! The venues: what they send, read and checked; the sockets that stay open; trades fetched later.
//!
//! # From a socket to the index
//! [`start`] keeps one or more connections to every venue of the [`FeedSettings`] (`reconnect`, `connection`). Each text frame
//! goes through the venue's [`Intake`]: its [`Adapter`] reads it or names a [`FrameFault`], the order of ids is kept
//! (`sequence`), both of our clocks are noted. Out come `VenueUpdate`s through [`Channels::updates`], live and in order, and
//! [`Backfilled`] trades through [`Channels::past`], for history only. A [`recording`] goes through the same intake; a
//! [`Recorder`] behind [`Channels::frames`] makes one.
//!
//! ```text
//! let clocks = feeds::Clocks::new(wall);                    // the market judges ages by clocks.mono_ms()
//! let (updates, live) = tokio::sync::mpsc::channel(4_096);
//! let (past, history) = tokio::sync::mpsc::channel(256);
//! let feeds = feeds::start(&settings, clocks.clone(), feeds::Channels { updates, past, frames: None }, closing)?;
//! let board = feeds.board();                                // for health pages: board.status()
//! feeds.ended().await;                                      // after closing began
//! ```
//!
//! # How to add a venue
//! One that speaks a known protocol is a slot in the settings. A new protocol is a file in `adapters/`.
//!
//! Nothing here judges a price: a venue that prints ten times the price is passed on, and the market drops it.

pub mod adapter;
mod adapters;
mod backfill;
mod backfilled;
mod backoff;
mod clocks;
mod connect;
mod connection;
pub mod decimal;
mod dial;
mod fault;
mod fetch;
mod filling;
pub mod history;
mod intake;
mod reconnect;
mod recorder;
pub mod recording;
mod sequence;
mod settings;
mod status;
mod venue_feed;

pub use adapter::{Adapter, Hole, PastTrade};
pub use adapters::Protocol;
pub use backfilled::{Backfilled, Source};
pub use backoff::Backoff;
pub use clocks::Clocks;
pub use fault::FrameFault;
pub use intake::{Ingested, Intake, Received};
pub use recorder::{RawFrame, Recorder};
pub use settings::{FeedSettings, SettingsFault, Timeouts, VenueSettings};
pub use status::{Board, VenueStatus};
pub use venue_feed::Channels;

use crate::domain::venue_update::Venue;
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use venue_feed::VenueFeed;
use web::Closing;

/// The running feeds.
pub struct Feeds {
    venues: Vec<Arc<VenueFeed>>,
    tasks: JoinSet<()>,
}

/// Starts to listen to every enabled venue until `closing` begins. Errors: settings that cannot be meant.
pub fn start(
    settings: &FeedSettings,
    clocks: Clocks,
    channels: Channels,
    closing: Closing,
) -> Result<Feeds, SettingsFault> {
    settings.check()?;
    let connector = connect::Connector::new();
    let mut feeds = Feeds { venues: Vec::new(), tasks: JoinSet::new() };
    for (slot, venue) in (0_u8..).zip(&settings.venues) {
        let adapter = venue.protocol.adapter(&venue.symbol);
        let (holes, waiting) = mpsc::channel(backfill::HOLES_WAITING_MAX);
        let feed = Arc::new(VenueFeed {
            venue: Venue(slot),
            settings: venue.clone(),
            timeouts: settings.timeouts,
            intake: Mutex::new(Intake::new(Venue(slot), adapter.clone())),
            adapter,
            connector: connector.clone(),
            channels: channels.clone(),
            holes,
            gauge: Arc::new(status::Gauge::new(Venue(slot), venue, clocks.clone())),
        });
        feeds.listen(feed, waiting, &closing);
    }
    Ok(feeds)
}

impl Feeds {
    fn listen(&mut self, feed: Arc<VenueFeed>, holes: mpsc::Receiver<Hole>, closing: &Closing) {
        self.venues.push(feed.clone());
        if !feed.settings.is_enabled {
            return;
        }
        self.tasks.spawn(backfill::run(feed.clone(), holes, closing.clone()));
        for index in 0..feed.settings.connections {
            self.tasks.spawn(reconnect::run(feed.clone(), index, closing.clone()));
        }
    }

    /// How every venue is doing, in the order of the settings.
    #[must_use]
    pub fn status(&self) -> Vec<VenueStatus> {
        self.board().status()
    }

    /// The same, to keep beside the feeds.
    #[must_use]
    pub fn board(&self) -> Board {
        Board(self.venues.iter().map(|venue| venue.gauge.clone()).collect())
    }

    /// Returns once every socket is closed; that begins when `closing` does.
    pub async fn ended(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a feed's task panicked");
            }
        }
    }
}
