//! How the sale of a zone, a show or an event stands at a moment: it follows from time and seats and is never stored.

use super::event_status::EventStatus;

/// How a sale stands. Declared in the order in which one of several zones or shows speaks for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SaleStatus {
    /// Seats can be reserved now.
    OnSale,
    /// The sale has not begun.
    Scheduled,
    /// No seat is free; one may come back.
    SoldOut,
    /// The sale is over, the show is not.
    Ended,
    /// The show is over.
    Completed,
    /// It will not happen.
    Cancelled,
}

impl SaleStatus {
    /// As written in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnSale => "on_sale",
            Self::Scheduled => "scheduled",
            Self::SoldOut => "sold_out",
            Self::Ended => "ended",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads a status; `None` for a word that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        use SaleStatus::{Cancelled, Completed, Ended, OnSale, Scheduled, SoldOut};
        [OnSale, Scheduled, SoldOut, Ended, Completed, Cancelled].into_iter().find(|s| s.as_str() == text)
    }

    /// The state of a show in the words of the state table, which has none between the end of a sale and the show's own.
    #[must_use]
    pub const fn as_show_status(self) -> &'static str {
        match self {
            Self::Ended => Self::Completed.as_str(),
            Self::OnSale | Self::Scheduled | Self::SoldOut | Self::Completed | Self::Cancelled => {
                self.as_str()
            }
        }
    }

    /// What an event says whose shows say `shows`. A draft sells nothing yet.
    #[must_use]
    pub fn of_event(status: EventStatus, shows: impl Iterator<Item = Self>) -> Self {
        let best = shows.min().unwrap_or(Self::Scheduled);
        match status {
            EventStatus::Cancelled => Self::Cancelled,
            EventStatus::Completed => Self::Completed,
            EventStatus::Draft if best == Self::OnSale => Self::Scheduled,
            EventStatus::Draft | EventStatus::Published => best,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SaleStatus::{Cancelled, Completed, Ended, OnSale, Scheduled, SoldOut};

    #[test]
    fn one_show_on_sale_speaks_for_all() {
        let of = |shows: &[SaleStatus]| SaleStatus::of_event(EventStatus::Published, shows.iter().copied());
        assert_eq!(of(&[Cancelled, SoldOut, OnSale, Completed]), OnSale);
        assert_eq!(of(&[SoldOut, Scheduled]), Scheduled);
        assert_eq!(of(&[Ended, SoldOut]), SoldOut);
        assert_eq!(of(&[Completed, Ended]), Ended);
        assert_eq!(of(&[Cancelled, Cancelled]), Cancelled);
        assert_eq!(of(&[]), Scheduled);
    }

    #[test]
    fn a_draft_is_never_on_sale_and_a_cancelled_event_stays_cancelled() {
        assert_eq!(SaleStatus::of_event(EventStatus::Draft, [OnSale].into_iter()), Scheduled);
        assert_eq!(SaleStatus::of_event(EventStatus::Cancelled, [OnSale].into_iter()), Cancelled);
        assert_eq!(SaleStatus::of_event(EventStatus::Completed, [OnSale].into_iter()), Completed);
    }

    #[test]
    fn every_word_is_read_back() {
        for status in [OnSale, Scheduled, SoldOut, Ended, Completed, Cancelled] {
            assert_eq!(SaleStatus::parse(status.as_str()), Some(status));
        }
    }
}
