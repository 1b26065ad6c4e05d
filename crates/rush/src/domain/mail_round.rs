//! A round of mails: one to everybody with tickets of a show or of an event.

use super::mail_kinds::{EVENT_CANCELLED, EVENT_REMINDER, SHOW_MOVED};
use mail::Kind;

/// Seconds before a show at which its buyers are reminded.
pub const REMIND_S: i64 = 24 * 3600;

/// What a round is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundKind {
    /// A show is near; its occasion is when it starts.
    Reminder,
    /// A show was moved; its occasion is the event that said so.
    ShowMoved,
    /// A show was cancelled.
    ShowCancelled,
    /// An event was cancelled.
    EventCancelled,
}

impl RoundKind {
    const ALL: [Self; 4] = [Self::Reminder, Self::ShowMoved, Self::ShowCancelled, Self::EventCancelled];

    /// As written in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::ShowMoved => "show_moved",
            Self::ShowCancelled => "show_cancelled",
            Self::EventCancelled => "event_cancelled",
        }
    }

    /// Reads what `as_str` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The mail that it brings.
    #[must_use]
    pub fn mail(self) -> &'static Kind {
        match self {
            Self::Reminder => &EVENT_REMINDER,
            Self::ShowMoved => &SHOW_MOVED,
            Self::ShowCancelled | Self::EventCancelled => &EVENT_CANCELLED,
        }
    }

    /// Whether its subject is an event; otherwise it is a show.
    #[must_use]
    pub const fn is_of_event(self) -> bool {
        matches!(self, Self::EventCancelled)
    }
}

/// A round and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// What it is about.
    pub kind: RoundKind,
    /// The number of the show or the event.
    pub subject: i64,
    /// Which of several such rounds.
    pub occasion: i64,
    /// The last booking that it has looked at.
    pub cursor: i64,
}

impl Round {
    /// Whether a booking of that show and event is meant.
    #[must_use]
    pub const fn is_for(&self, show: i64, event: i64) -> bool {
        self.subject == if self.kind.is_of_event() { event } else { show }
    }

    /// What a mail of it to the holder of `booking` is about.
    #[must_use]
    pub fn about(&self, booking: i64) -> String {
        format!("booking:{booking}:{}:{}", self.kind.as_str(), self.occasion)
    }
}

/// The round that an event of the catalogue brings: `key` is the event's number, `id` that of what happened. `None`: it names no show.
#[must_use]
pub fn of_event(what: &str, (id, key): (i64, i64), payload: &str) -> Option<Round> {
    let payload: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let (kind, subject) = match what {
        "event.cancelled" => (RoundKind::EventCancelled, key),
        "show.cancelled" => (RoundKind::ShowCancelled, payload["show"].as_i64()?),
        _ => (RoundKind::ShowMoved, payload["show"].as_i64()?),
    };
    // Numbers grow with time: nobody has booked what was not there.
    Some(Round { kind, subject, occasion: id, cursor: subject })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_for_the_bookings_of_its_show_or_event() {
        let moved = of_event("show.moved", (99, 5), r#"{"show":6}"#).expect("a round");
        assert!(moved.is_for(6, 5) && !moved.is_for(7, 5));
        let cancelled = of_event("event.cancelled", (99, 5), "{}").expect("a round");
        assert!(cancelled.is_for(6, 5) && !cancelled.is_for(5, 6));
        assert_eq!(of_event("show.moved", (99, 5), "{}"), None);
        assert_eq!(moved.about(3), "booking:3:show_moved:99");
        for kind in RoundKind::ALL {
            assert_eq!(RoundKind::parse(kind.as_str()), Some(kind));
        }
    }
}
