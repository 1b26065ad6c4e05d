//! How a venue's feed is doing, for health pages.

use crate::domain::venue_update::{Quote, Venue};
use std::collections::BTreeMap;

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
pub(super) struct Figures {
    /// Opening time by connection.
    pub(super) open: BTreeMap<u64, i64>,
    pub(super) last_message_mono_ms: Option<i64>,
    pub(super) last_data_mono_ms: Option<i64>,
    pub(super) frames: u64,
    pub(super) reconnects: u64,
    pub(super) rotations: u64,
    pub(super) drops: BTreeMap<&'static str, u64>,
    pub(super) last_end: Option<&'static str>,
}
