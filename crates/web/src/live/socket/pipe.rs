//! The two directions of one socket, with their time limits. It knows frames, not what they say.

use super::end::End;
use super::said::SAID_BYTES_MAX;
use axum::extract::ws::{CloseFrame, Message as Frame, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::SinkExt;
use metrics::Counter;
use std::time::Duration;
use tokio::time::timeout;

/// How long the other side has to take the close frame and answer it.
const CLOSE_MAX: Duration = Duration::from_secs(5);

pub(super) struct Pipe {
    socket: WebSocket,
    sent: Counter,
    /// How long one write may stand still before the reader counts as gone.
    write_max: Duration,
}

/// What was heard.
#[derive(Debug)]
pub(super) enum Heard {
    Text(Utf8Bytes),
    /// Bytes that nobody here speaks.
    Binary,
    /// A ping (answered below us) or a pong.
    Pulse,
}

impl Pipe {
    pub fn new(socket: WebSocket, sent: Counter, write_max: Duration) -> Self {
        Self { socket, sent, write_max }
    }

    /// The next frame. Dropping the future loses nothing.
    pub async fn hear(&mut self) -> Result<Heard, End> {
        match self.socket.recv().await {
            Some(Ok(Frame::Text(text))) if text.len() > SAID_BYTES_MAX => Err(End::TooLarge),
            Some(Ok(Frame::Binary(bytes))) if bytes.len() > SAID_BYTES_MAX => Err(End::TooLarge),
            Some(Ok(Frame::Text(text))) => Ok(Heard::Text(text)),
            Some(Ok(Frame::Binary(_))) => Ok(Heard::Binary),
            Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => Ok(Heard::Pulse),
            Some(Ok(Frame::Close(_))) | None => Err(End::Left),
            Some(Err(_)) => Err(End::Broken),
        }
    }

    /// Writes texts together. Dropping the future leaves the rest of a frame to the next write.
    pub async fn tell(&mut self, texts: Vec<Utf8Bytes>) -> Result<(), End> {
        self.sent.increment(texts.len() as u64);
        self.write(texts.into_iter().map(Frame::Text)).await
    }

    pub async fn ping(&mut self) -> Result<(), End> {
        self.write(std::iter::once(Frame::Ping(Bytes::new()))).await
    }

    async fn write(&mut self, frames: impl Iterator<Item = Frame>) -> Result<(), End> {
        let socket = &mut self.socket;
        let writing = async move {
            for frame in frames {
                socket.feed(frame).await?;
            }
            socket.flush().await
        };
        timeout(self.write_max, writing).await.map_err(|_| End::Stalled)?.map_err(|_: axum::Error| End::Left)
    }

    /// Says why and waits, for a moment, until the other side has heard it.
    pub async fn close(mut self, end: End) {
        let Some((code, reason)) = end.close() else {
            // A client that closed is owed the answer to it; who is gone costs nothing.
            let _gone = timeout(CLOSE_MAX, self.socket.close()).await;
            return;
        };
        let reason = Utf8Bytes::from_static(reason);
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
