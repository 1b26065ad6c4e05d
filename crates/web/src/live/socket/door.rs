//! The door itself: lets sockets in, within limits, and knows what all of them share.

use super::knock::Knock;
use super::meters::Meters;
use super::pipe::Pipe;
use super::places::{NoPlace, Places};
use super::said::SAID_BYTES_MAX;
use super::session;
use super::{SocketProtocol, SocketSettings};
use crate::live::{Hub, UserStreams};
use crate::{Closing, Refused};
use axum::response::Response;
use kernel::{Meaning, Refusal};
use std::sync::Arc;

/// Bytes read ahead per socket: what clients say is short. It is the largest part of an idle socket that we choose.
const READ_BUFFER: usize = 1_024;
/// Bytes gathered before they are written; one flush writes them together.
const WRITE_BUFFER: usize = 4 * 1_024;
/// Above this the frame is not even read. Up to it a message that is too large can be answered and closed with a reason.
const FRAME_BYTES_MAX: usize = 4 * SAID_BYTES_MAX;
/// Seconds after which a refused client may try again.
const RETRY_S: u64 = 5;

/// What a door works with.
#[derive(Debug, Clone)]
pub struct SocketParts {
    /// Where public topics are published.
    pub hub: Hub,
    /// Where users' events are published.
    pub users: UserStreams,
    /// The end of the process; sockets are closed with 1001 when it begins.
    pub closing: Closing,
}

/// A stall's door for sockets; cloning it is cheap.
pub struct SocketDoor<P>(Arc<Inner<P>>);

pub(super) struct Inner<P> {
    pub protocol: P,
    pub parts: SocketParts,
    pub settings: SocketSettings,
    pub places: Arc<Places>,
    pub meters: Meters,
}

impl<P> Clone for SocketDoor<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P> std::fmt::Debug for SocketDoor<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SocketDoor").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl<P: SocketProtocol> SocketDoor<P> {
    /// A door without sockets.
    #[must_use]
    pub fn new(protocol: P, parts: SocketParts, settings: SocketSettings) -> Self {
        let meters = Meters::new();
        let places = Places::new(settings.limits, meters.clients.clone());
        Self(Arc::new(Inner { protocol, parts, settings, places, meters }))
    }

    /// Lets a socket in and serves it in a task of its own. Errors: 403 `ORIGIN_NOT_ALLOWED`, 429 `TOO_MANY_CONNECTIONS`,
    /// 503 `TOO_MANY_SOCKETS`, 503 `SHUTTING_DOWN`, all before the upgrade.
    pub fn enter(&self, knock: Knock) -> Result<Response, Refused> {
        let door = self.0.clone();
        if !knock.origin.is_allowed(&door.settings.origins) {
            Meters::refused("origin");
            return Err(origin_not_allowed().into());
        }
        if door.parts.closing.has_begun() {
            return Err(not_now("SHUTTING_DOWN", "The server is going away; try again soon.").into());
        }
        let place = door.places.take(knock.address).map_err(refused)?;
        let upgrade = knock
            .upgrade
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITE_BUFFER)
            .max_frame_size(FRAME_BYTES_MAX)
            .max_message_size(FRAME_BYTES_MAX);
        let slot = knock.slot;
        Ok(upgrade.on_upgrade(move |socket| async move {
            let _held = (place, slot);
            let pipe = Pipe::new(socket, door.meters.sent.clone(), door.settings.pulse.silence_max);
            session::run(door, pipe).await;
        }))
    }

    /// Closes all sockets of a user's session, for instance when the user logged out of it.
    pub fn sign_out(&self, user: i64, session: i64) {
        self.0.places.sign_out(user, session);
    }

    /// Sockets at this moment.
    #[must_use]
    pub fn sockets(&self) -> usize {
        self.0.places.count()
    }
}

fn refused(why: NoPlace) -> Refusal {
    match why {
        NoPlace::Full => {
            Meters::refused("full");
            not_now("TOO_MANY_SOCKETS", "All live connections are taken; try again soon.")
        }
        NoPlace::TooManyOfAddress => {
            Meters::refused("address");
            let text = "Too many live connections from this address.";
            Refusal::new(Meaning::TooMany, "TOO_MANY_CONNECTIONS", text).retry_after(RETRY_S)
        }
    }
}

fn not_now(code: &'static str, text: &'static str) -> Refusal {
    Refusal::new(Meaning::Unavailable, code, text).retry_after(RETRY_S)
}

fn origin_not_allowed() -> Refusal {
    let text = "Pages of this origin may not open live connections here.";
    Refusal::new(Meaning::Forbidden, "ORIGIN_NOT_ALLOWED", text)
}
