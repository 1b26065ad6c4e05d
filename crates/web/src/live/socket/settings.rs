//! What can be set about an endpoint.

use crate::edge::Limits;
use std::time::Duration;

/// The settings of an endpoint.
#[derive(Debug, Clone, Default)]
pub struct SocketSettings {
    /// Origins (`https://shop.example`) whose pages may open sockets, beside the page's own.
    pub origins: Vec<String>,
    /// How much anybody may have.
    pub limits: SocketLimits,
    /// How a dead connection is found.
    pub heartbeat: SocketHeartbeat,
}

/// How a dead connection is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketHeartbeat {
    /// How often a client is asked whether it is still there.
    pub ping_every: Duration,
    /// A client that said nothing for this long, not even a pong, is gone; so is one that read nothing.
    pub silence_max: Duration,
}

impl Default for SocketHeartbeat {
    /// What the specification says: two pings may get lost.
    fn default() -> Self {
        Self { ping_every: Duration::from_secs(20), silence_max: Duration::from_secs(60) }
    }
}

/// How much anybody may have of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketLimits {
    /// Sockets in all.
    pub sockets: usize,
    /// Sockets of one address (IPv6: of one /64).
    pub per_address: usize,
    /// Sockets of one user.
    pub per_user: usize,
    /// Channels of the hub that one socket watches, and channels named in one message.
    pub channels: usize,
    /// Frames a second from one client, twice as many at once.
    pub frames_per_s: u32,
}

impl Default for SocketLimits {
    /// What the specification gives one machine and one wallet; of one address as many as a hall of people opens, which the
    /// edge's own cap on streams bounds further.
    fn default() -> Self {
        Self {
            sockets: 5_000,
            per_address: crate::edge::STREAMS_PER_ADDRESS,
            per_user: 5,
            channels: 16,
            frames_per_s: 10,
        }
    }
}

impl SocketLimits {
    /// The same, as strict as the edge's limits are. The number of sockets is the machine's and stays, as does
    /// that of channels.
    #[must_use]
    pub fn under(self, limits: Limits) -> Self {
        let factor = match limits {
            Limits::Off => u32::MAX,
            Limits::Times(factor) => factor,
        };
        let times = |count: usize| count.saturating_mul(usize::try_from(factor).unwrap_or(usize::MAX));
        Self {
            sockets: self.sockets,
            per_address: times(self.per_address),
            per_user: times(self.per_user),
            channels: self.channels,
            frames_per_s: self.frames_per_s.saturating_mul(factor),
        }
    }
}
