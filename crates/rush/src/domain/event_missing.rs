//! What an event lacks before it is published: what stands in the way, and what its guests would miss.

use super::event::Event;
use super::show::Show;
use super::zone::Zone;
use kernel::Timestamp;

/// One thing that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It has no show that is still to come.
    ShowToCome,
    /// No show that is to come has a zone that is switched on.
    ActiveZone,
    /// Nothing says where it is.
    Venue,
    /// Nothing says what it is.
    Description,
    /// It has no picture of its own; one is drawn.
    Picture,
    /// No show says when the doors open.
    DoorsHour,
}

impl Missing {
    /// Whether it stands in the way of publishing.
    #[must_use]
    pub const fn is_needed(self) -> bool {
        matches!(self, Self::ShowToCome | Self::ActiveZone)
    }

    /// As an answer names it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ShowToCome => "show_to_come",
            Self::ActiveZone => "active_zone",
            Self::Venue => "venue",
            Self::Description => "description",
            Self::Picture => "picture",
            Self::DoorsHour => "doors_hour",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::ShowToCome => "Add a show that is still to come.",
            Self::ActiveZone => "Add a zone with seats and a price to a show that is still to come.",
            Self::Venue => "Say where it is: guests look for the way.",
            Self::Description => "Say what it is in a few sentences.",
            Self::Picture => "Give it a picture; until then we draw one.",
            Self::DoorsHour => "Say when the doors open.",
        }
    }
}

/// What `event` with these shows and zones lacks at `now`, what stands in the way first.
#[must_use]
pub fn missing(event: &Event, shows: &[&Show], zones: &[&Zone], now: Timestamp) -> Vec<Missing> {
    let coming: Vec<_> =
        shows.iter().filter(|show| !show.is_cancelled && show.fields.over_at() > now).collect();
    let is_sold = |zone: &&&Zone| zone.fields.is_active && coming.iter().any(|show| show.id == zone.show);
    let fields = &event.fields;
    let facts = [
        (Missing::ShowToCome, coming.is_empty()),
        (Missing::ActiveZone, !zones.iter().any(|zone| is_sold(&zone))),
        (Missing::Venue, fields.venue.name.is_none() && fields.venue.address.is_none()),
        (Missing::Description, fields.description.is_none() && fields.short_description.is_none()),
        (Missing::Picture, fields.poster_url.is_none()),
        (Missing::DoorsHour, coming.iter().all(|show| show.fields.doors_open_at.is_none())),
    ];
    facts.into_iter().filter(|(_, is_missing)| *is_missing).map(|(what, _)| what).collect()
}
