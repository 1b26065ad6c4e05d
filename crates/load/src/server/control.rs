//! The calls of a run that are no load. What is asked is each stall's; the metrics are everybody's.
//! Most exist on a server started with `--profile load` alone.

use super::metrics::Metrics;
use crate::wire::{Connection, ExchangeError, IdempotencyKey, Method, RequestBuffer};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;

/// A check of millions of bookings may take this long.
const TIMEOUT: Duration = Duration::from_secs(600);

/// Why a control call failed.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No answer.
    #[error("{path}: {failure}")]
    Unanswered { path: &'static str, failure: ExchangeError },
    /// The endpoints of the load profile are not there.
    #[error("{path} is unknown to the server; start it with `serve --profile load`")]
    NotLoadProfile { path: &'static str },
    /// The server refused.
    #[error("{path} was refused with {status}: {body}")]
    Refused { path: &'static str, status: u16, body: String },
    /// The answer has another shape.
    #[error("{path} answered something else than documented: {error}")]
    Shape { path: &'static str, error: serde_json::Error },
}

/// A connection for control calls.
#[derive(Debug)]
pub struct ControlClient {
    connection: Connection,
    host: String,
    buffer: RequestBuffer,
    key: IdempotencyKey,
}

impl ControlClient {
    /// A control connection whose writes carry keys that begin with `nonce`. Must be called on a runtime.
    #[must_use]
    pub fn new(address: SocketAddr, host: &str, nonce: u64) -> Self {
        Self::with_timeout(address, host, nonce, TIMEOUT)
    }

    /// As `new`, waiting longer or shorter for answers.
    #[must_use]
    pub fn with_timeout(address: SocketAddr, host: &str, nonce: u64, timeout: Duration) -> Self {
        let connection = Connection::new(address, timeout);
        Self {
            connection,
            host: String::from(host),
            buffer: RequestBuffer::default(),
            key: IdempotencyKey(nonce, 0),
        }
    }

    /// Reads the server's metrics; pages and commands are those of the store `store`.
    pub async fn metrics(&mut self, store: &str) -> Result<Metrics, ControlError> {
        let body = self.get("/metrics").await?;
        Ok(Metrics::parse(&String::from_utf8_lossy(&body), store))
    }

    /// The whole answer to a write.
    pub async fn post(&mut self, path: &'static str, body: &Value) -> Result<Vec<u8>, ControlError> {
        self.key.1 += 1;
        self.buffer.clear();
        self.buffer.path.extend_from_slice(path.as_bytes());
        self.buffer.body.extend_from_slice(body.to_string().as_bytes());
        let request = self.buffer.finish(&self.host, Method::PostKeyed(self.key));
        exchange(&mut self.connection, path, request).await
    }

    /// The whole answer to a read.
    pub async fn get(&mut self, path: &'static str) -> Result<Vec<u8>, ControlError> {
        self.get_as(path, "").await
    }

    /// The same as whom `token` names.
    pub async fn get_as(&mut self, path: &'static str, token: &str) -> Result<Vec<u8>, ControlError> {
        self.buffer.clear();
        self.buffer.path.extend_from_slice(path.as_bytes());
        self.buffer.token.extend_from_slice(token.as_bytes());
        let request = self.buffer.finish(&self.host, Method::Get);
        exchange(&mut self.connection, path, request).await
    }
}

async fn exchange(
    connection: &mut Connection,
    path: &'static str,
    request: &[u8],
) -> Result<Vec<u8>, ControlError> {
    let answer =
        connection.exchange(request).await.map_err(|failure| ControlError::Unanswered { path, failure })?;
    match answer.status {
        200..=299 => Ok(answer.body.to_vec()),
        404 => Err(ControlError::NotLoadProfile { path }),
        status => {
            let body = String::from_utf8_lossy(answer.body).into_owned();
            Err(ControlError::Refused { path, status, body })
        }
    }
}

/// An answer without an envelope. Errors: another shape.
pub fn plain_of<T: DeserializeOwned>(path: &'static str, body: &[u8]) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|error| ControlError::Shape { path, error })
}
