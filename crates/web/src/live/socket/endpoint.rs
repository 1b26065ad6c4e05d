//! The endpoint itself: lets sockets in, within limits, and knows what all of them share.

use super::client_message::MESSAGE_BYTES_MAX;
use super::connection;
use super::frame_io::FrameIo;
use super::socket_metrics::SocketMetrics;
use super::socket_slots::{NoSlot, SocketSlots};
use super::upgrade_request::UpgradeRequest;
use super::{SocketOpening, SocketProtocol, SocketSettings};
use crate::live::dialect::{Dialect, DialectRules};
use crate::live::{Hub, UserStreams};
use crate::{Closing, Refused};
use axum::response::Response;
use kernel::{Meaning, Refusal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes read ahead per socket: what clients say is short. It is the largest part of an idle socket that we choose.
const READ_BUFFER: usize = 1_024;
/// Bytes gathered before they are written; one flush writes them together.
const WRITE_BUFFER: usize = 4 * 1_024;
/// Above this the frame is not even read. Up to it a message that is too large can be answered and closed with a reason.
const FRAME_BYTES_MAX: usize = 4 * MESSAGE_BYTES_MAX;
/// Seconds after which a refused client may try again.
const RETRY_S: u64 = 5;

/// What an endpoint works with.
#[derive(Debug, Clone)]
pub struct SocketParts {
    /// Where public topics are published.
    pub hub: Hub,
    /// Where users' events are published.
    pub users: UserStreams,
    /// The end of the process; sockets are closed with 1001 when it begins.
    pub closing: Closing,
}

/// A stall's endpoint for sockets; cloning it is cheap.
pub struct SocketEndpoint<P>(Arc<Inner<P>>);

pub(super) struct Inner<P> {
    pub protocol: P,
    pub parts: SocketParts,
    pub settings: SocketSettings,
    pub dialect: &'static dyn Dialect,
    pub rules: DialectRules,
    pub slots: Arc<SocketSlots>,
    pub metrics: SocketMetrics,
    warned_of_origin: AtomicBool,
}

impl<P> Inner<P> {
    /// Says once which origin was refused, and what lets it in.
    fn warn_of_origin(&self, request: &UpgradeRequest) {
        if !self.warned_of_origin.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                origin = ?request.origin,
                "a page of this origin may not open sockets here; if it is yours, set public_url to its address, or add \
                 it to http.cors_origins. This is said once"
            );
        }
    }
}

impl<P> Clone for SocketEndpoint<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P> std::fmt::Debug for SocketEndpoint<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SocketEndpoint").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl<P: SocketProtocol> SocketEndpoint<P> {
    /// An endpoint without sockets. It speaks the dialect of the hub; the user streams must be made with the same one.
    #[must_use]
    pub fn new(protocol: P, parts: SocketParts, settings: SocketSettings) -> Self {
        let metrics = SocketMetrics::new();
        let slots = SocketSlots::new(settings.limits, metrics.clients.clone());
        let dialect = parts.hub.dialect();
        let (rules, warned_of_origin) = (dialect.rules(), AtomicBool::new(false));
        Self(Arc::new(Inner { protocol, parts, settings, dialect, rules, slots, metrics, warned_of_origin }))
    }

    /// Lets a socket in and serves it in a task of its own. Errors: 403 `ORIGIN_NOT_ALLOWED`, 429 `TOO_MANY_CONNECTIONS`,
    /// 503 `TOO_MANY_SOCKETS`, 503 `SHUTTING_DOWN`, all before the upgrade.
    pub fn accept(&self, request: UpgradeRequest) -> Result<Response, Refused> {
        self.accept_with(request, SocketOpening::default())
    }

    /// The same, with what the stall knows of the socket already.
    pub fn accept_with(&self, request: UpgradeRequest, opening: SocketOpening) -> Result<Response, Refused> {
        let endpoint = self.0.clone();
        if !request.origin.is_allowed(&endpoint.settings.origins) {
            SocketMetrics::refused("origin");
            endpoint.warn_of_origin(&request);
            return Err(origin_not_allowed().into());
        }
        if endpoint.parts.closing.has_begun() {
            return Err(not_now("SHUTTING_DOWN", "The server is going away; try again soon.").into());
        }
        let slot = endpoint.slots.take(request.address).map_err(refused)?;
        let upgrade = request
            .upgrade
            .protocols(endpoint.rules.subprotocol)
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITE_BUFFER)
            .max_frame_size(FRAME_BYTES_MAX)
            .max_message_size(FRAME_BYTES_MAX);
        let (connection_slot, place) = (request.slot, request.place);
        Ok(upgrade.on_upgrade(move |socket| async move {
            let _held = (slot, connection_slot, place);
            let frames =
                FrameIo::new(socket, endpoint.metrics.sent.clone(), endpoint.settings.heartbeat.silence_max);
            connection::run(endpoint, frames, opening).await;
        }))
    }

    /// Closes all sockets of a user's session, for instance when the user logged out of it.
    pub fn sign_out(&self, user: i64, session_id: i64) {
        self.0.slots.sign_out(user, session_id);
    }

    /// Sockets at this moment.
    #[must_use]
    pub fn sockets(&self) -> usize {
        self.0.slots.count()
    }
}

fn refused(reason: NoSlot) -> Refusal {
    match reason {
        NoSlot::Full => {
            SocketMetrics::refused("full");
            not_now("TOO_MANY_SOCKETS", "All live connections are taken; try again soon.")
        }
        NoSlot::TooManyOfAddress => {
            SocketMetrics::refused("address");
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
