//! The two directions of one socket, with their time limits. It knows frames, not what they say.

use super::client_message::MESSAGE_BYTES_MAX;
use super::close_reason::CloseReason;
use crate::live::dialect::Dialect;
use axum::extract::ws::{CloseFrame, Message as Frame, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::SinkExt;
use metrics::Counter;
use std::time::Duration;
use tokio::time::timeout;

/// How long the other side has to take the close frame and answer it.
const CLOSE_MAX: Duration = Duration::from_secs(5);

pub(super) struct FrameIo {
    socket: WebSocket,
    sent: Counter,
    /// How long one write may stand still before the reader counts as gone.
    write_max: Duration,
}

/// What was received.
#[derive(Debug)]
pub(super) enum Inbound {
    Text(Utf8Bytes),
    /// Bytes that nobody here speaks.
    Binary,
    /// A ping (answered below us) or a pong.
    Heartbeat,
}

impl FrameIo {
    pub fn new(socket: WebSocket, sent: Counter, write_max: Duration) -> Self {
        Self { socket, sent, write_max }
    }

    /// The next frame. Dropping the future loses nothing.
    pub async fn receive(&mut self) -> Result<Inbound, CloseReason> {
        match self.socket.recv().await {
            Some(Ok(Frame::Text(text))) if text.len() > MESSAGE_BYTES_MAX => Err(CloseReason::TooLarge),
            Some(Ok(Frame::Binary(bytes))) if bytes.len() > MESSAGE_BYTES_MAX => Err(CloseReason::TooLarge),
            Some(Ok(Frame::Text(text))) => Ok(Inbound::Text(text)),
            Some(Ok(Frame::Binary(_))) => Ok(Inbound::Binary),
            Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => Ok(Inbound::Heartbeat),
            Some(Ok(Frame::Close(_))) | None => Err(CloseReason::Left),
            Some(Err(_)) => Err(CloseReason::Broken),
        }
    }

    /// Writes texts together. Dropping the future leaves the rest of a frame to the next write.
    pub async fn send(&mut self, texts: Vec<Utf8Bytes>) -> Result<(), CloseReason> {
        self.sent.increment(texts.len() as u64);
        self.write(texts.into_iter().map(Frame::Text)).await
    }

    pub async fn ping(&mut self) -> Result<(), CloseReason> {
        self.write(std::iter::once(Frame::Ping(Bytes::new()))).await
    }

    async fn write(&mut self, frames: impl Iterator<Item = Frame>) -> Result<(), CloseReason> {
        let socket = &mut self.socket;
        let writing = async move {
            for frame in frames {
                socket.feed(frame).await?;
            }
            socket.flush().await
        };
        timeout(self.write_max, writing)
            .await
            .map_err(|_| CloseReason::Stalled)?
            .map_err(|_: axum::Error| CloseReason::Left)
    }

    /// Says why and waits, for a moment, until the other side has read it.
    pub async fn close(mut self, reason: CloseReason, dialect: &dyn Dialect) {
        if !reason.is_read() {
            // A client that closed is owed the answer to it; who is gone costs nothing.
            let _gone = timeout(CLOSE_MAX, self.socket.close()).await;
            return;
        }
        let (code, text) = dialect.close(reason);
        let reason = Utf8Bytes::from_static(text);
        let farewell = Frame::Close(Some(CloseFrame { code, reason }));
        let closing = async {
            self.socket.send(farewell).await?;
            while let Some(Ok(_)) = self.socket.recv().await {}
            Ok::<_, axum::Error>(())
        };
        // An error means that the other side is gone, which is what we want.
        let _gone = timeout(CLOSE_MAX, closing).await;
    }
}
