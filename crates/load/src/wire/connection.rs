//! One keep-alive connection with one request in flight, made again when it breaks.

use super::response::{BadResponse, Body, Head, decode_chunks, parse_head};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// First size of the input buffer: a reserve's answer with its headers is below one kilobyte.
const INPUT_BYTES: usize = 4096;

/// A connection unused for longer is made anew: servers close idle ones, and that is no defect.
const IDLE_MAX: Duration = Duration::from_secs(20);

/// Why a request got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// No connection could be made.
    #[error("the server cannot be reached")]
    Connect,
    /// The connection ended or broke before the answer was whole.
    #[error("the connection broke before the answer")]
    Reset,
    /// The answer did not come in time.
    #[error("the answer did not come in time")]
    Timeout,
    /// The answer could not be understood.
    #[error(transparent)]
    Bad(#[from] BadResponse),
}

impl ExchangeError {
    /// The word of the report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Reset => "connection_reset",
            Self::Timeout => "timeout",
            Self::Bad(_) => "bad_response",
        }
    }
}

/// What the server answered.
#[derive(Debug, Clone, Copy)]
pub struct Response<'a> {
    /// The status code.
    pub status: u16,
    /// The body, whole.
    pub body: &'a [u8],
}

impl Response<'_> {
    /// A hash of the body, to tell it from another one without keeping either.
    #[must_use]
    pub fn body_hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.body.hash(&mut hasher);
        hasher.finish()
    }
}

/// A connection to one address.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    timeout: Duration,
    stream: Option<TcpStream>,
    input: Vec<u8>,
    joined: Vec<u8>,
    deadline: Pin<Box<Sleep>>,
    used: Instant,
}

impl Connection {
    /// A connection that is there already.
    #[must_use]
    pub fn over(stream: TcpStream, address: SocketAddr, timeout: Duration) -> Self {
        Self { stream: Some(stream), ..Self::new(address, timeout) }
    }

    /// A connection that is made at the first request and waits at most `timeout` for each answer.
    /// Must be called on a runtime.
    #[must_use]
    pub fn new(address: SocketAddr, timeout: Duration) -> Self {
        let deadline = Box::pin(tokio::time::sleep(timeout));
        let input = Vec::with_capacity(INPUT_BYTES);
        Self { address, timeout, stream: None, input, joined: Vec::new(), deadline, used: Instant::now() }
    }

    /// Sends a whole request and waits for the whole answer. Errors: after any the connection is made anew.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Response<'_>, ExchangeError> {
        // Kept and pushed on instead of made anew: extending a timer costs next to nothing.
        let now = Instant::now();
        self.deadline.as_mut().reset(now + self.timeout);
        let mut stream = match self.stream.take() {
            Some(stream) if now - self.used < IDLE_MAX => stream,
            _ => connect(self.address).await?,
        };
        self.used = now;
        self.input.clear();
        let head = tokio::select! {
            biased;
            head = converse(&mut stream, request, &mut self.input, &mut self.joined) => head?,
            () = self.deadline.as_mut() => return Err(ExchangeError::Timeout),
        };
        if !head.close {
            self.stream = Some(stream);
        }
        let body = match head.body {
            Body::Length(_) => &self.input[head.length..],
            Body::Chunked => &self.joined[..],
        };
        Ok(Response { status: head.status, body })
    }
}

async fn connect(address: SocketAddr) -> Result<TcpStream, ExchangeError> {
    let stream = TcpStream::connect(address).await.map_err(|_| ExchangeError::Connect)?;
    // Without it a small request may wait for the acknowledgement of the one before.
    stream.set_nodelay(true).map_err(|_| ExchangeError::Connect)?;
    Ok(stream)
}

async fn converse(
    stream: &mut TcpStream,
    request: &[u8],
    input: &mut Vec<u8>,
    joined: &mut Vec<u8>,
) -> Result<Head, ExchangeError> {
    stream.write_all(request).await.map_err(|_| ExchangeError::Reset)?;
    loop {
        let count = stream.read_buf(input).await.map_err(|_| ExchangeError::Reset)?;
        if count == 0 {
            return Err(ExchangeError::Reset);
        }
        let Some(head) = parse_head(input)? else { continue };
        if is_whole(&head, input, joined)? {
            return Ok(head);
        }
    }
}

/// Whether the body has arrived. Errors: more arrived than was announced, since nothing else was asked.
fn is_whole(head: &Head, input: &[u8], joined: &mut Vec<u8>) -> Result<bool, BadResponse> {
    let body = &input[head.length..];
    let taken = match head.body {
        Body::Length(length) if body.len() < length => None,
        Body::Length(length) => Some(length),
        Body::Chunked => decode_chunks(body, joined)?,
    };
    match taken {
        Some(taken) if taken < body.len() => Err(BadResponse),
        taken => Ok(taken.is_some()),
    }
}
