//! How a socket ends. What the other side is told then is the dialect's business.

/// Why a socket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The client closed, or its connection is gone.
    Left,
    /// What came was no WebSocket frame, or one far too large.
    Broken,
    /// No frame for longer than the heartbeat allows.
    Silent,
    /// It read nothing for that long.
    Stalled,
    /// It fell further behind than we keep.
    TooSlow,
    /// It sent more than it may.
    TooManyFrames,
    /// It sent more bad tickets than the dialect allows.
    BadTickets,
    /// It did not sign in within the dialect's time.
    SignInLate,
    /// A message of its was too large.
    TooLarge,
    /// Its user has as many sockets as anybody may.
    TooManyOfUser,
    /// The stall cannot answer.
    Unavailable,
    /// Its session is over.
    SignedOut,
    /// The process ends.
    GoingAway,
}

impl CloseReason {
    /// Whether the other side is still there to read why.
    pub(super) fn is_read(self) -> bool {
        !matches!(self, Self::Left | Self::Silent | Self::Stalled)
    }

    /// The label of `ws_dropped_total`; `None` for those who left by themselves.
    pub(super) fn label(self) -> Option<&'static str> {
        match self {
            Self::Left => None,
            Self::Broken => Some("broken"),
            Self::Silent => Some("silent"),
            Self::Stalled => Some("stalled"),
            Self::TooSlow => Some("too_slow"),
            Self::TooManyFrames => Some("too_many_messages"),
            Self::BadTickets => Some("bad_tickets"),
            Self::SignInLate => Some("sign_in_late"),
            Self::TooLarge => Some("too_large"),
            Self::TooManyOfUser => Some("too_many_connections"),
            Self::Unavailable => Some("unavailable"),
            Self::SignedOut => Some("signed_out"),
            Self::GoingAway => Some("going_away"),
        }
    }
}
