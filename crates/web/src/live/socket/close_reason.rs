//! How a socket ends, and what the other side is told then.

use crate::live::mailbox::Ended;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CloseReason {
    /// The client closed, or its connection is gone.
    Left,
    /// What came was no WebSocket frame, or one far too large.
    Broken,
    /// No frame for a minute.
    Silent,
    /// It read nothing for a minute.
    Stalled,
    /// It fell further behind than we keep.
    TooSlow,
    TooManyFrames,
    BadTickets,
    TooLarge,
    TooManyOfUser,
    /// The stall cannot answer.
    Unavailable,
    SignedOut,
    /// The process ends.
    GoingAway,
}

impl CloseReason {
    /// The closing code and reason; `None` where nobody listens any more.
    pub fn close(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Left | Self::Silent | Self::Stalled => None,
            Self::Broken => Some((1002, "not understood")),
            Self::TooSlow => Some((4008, "too slow: resume")),
            Self::TooManyFrames => Some((1008, "too many messages")),
            Self::BadTickets => Some((1008, "too many bad tickets")),
            Self::TooLarge => Some((1009, "message too large")),
            Self::TooManyOfUser => Some((4009, "too many connections")),
            Self::Unavailable => Some((1011, "not now")),
            Self::SignedOut => Some((4001, "signed out")),
            Self::GoingAway => Some((1001, "going away")),
        }
    }

    /// The label of `ws_dropped_total`; `None` for those who left by themselves.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Left => None,
            Self::Broken => Some("broken"),
            Self::Silent => Some("silent"),
            Self::Stalled => Some("stalled"),
            Self::TooSlow => Some("too_slow"),
            Self::TooManyFrames => Some("too_many_messages"),
            Self::BadTickets => Some("bad_tickets"),
            Self::TooLarge => Some("too_large"),
            Self::TooManyOfUser => Some("too_many_connections"),
            Self::Unavailable => Some("unavailable"),
            Self::SignedOut => Some("signed_out"),
            Self::GoingAway => Some("going_away"),
        }
    }
}

impl From<Ended> for CloseReason {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Overflowed => Self::TooSlow,
            Ended::SignedOut => Self::SignedOut,
        }
    }
}
