//! A request's body that comes back to the server loop when its handler let go of it before its end, and what is then done
//! with the rest: a small one is read and forgotten, so that the connection's next request begins where it begins; else the
//! connection ends, and the client is told (RFC 9112, section 9.6).

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use parking_lot::Mutex;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Bytes of a rest that is read before the answer leaves: sixteen times what we read of most bodies.
const DRAIN_BYTES_MAX: u64 = 1 << 20;
/// How long that may take.
const DRAIN_MAX: Duration = Duration::from_secs(1);
/// How long a connection that ends still reads, so that its answer is not lost to a reset while the client is sending.
const LINGER_MAX: Duration = Duration::from_secs(2);
/// Bytes that are read meanwhile.
const LINGER_BYTES_MAX: u64 = 64 << 20;

/// Where an unread rest is found.
pub(super) type Rest = Arc<Mutex<Option<Incoming>>>;

/// The body as a handler reads it.
pub(super) struct ReturnedBody {
    inner: Option<Incoming>,
    rest: Rest,
}

impl ReturnedBody {
    pub fn new(inner: Incoming, rest: Rest) -> Self {
        Self { inner: Some(inner), rest }
    }
}

impl Body for ReturnedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(inner).poll_frame(context));
        if !matches!(frame, Some(Ok(_))) {
            self.inner = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for ReturnedBody {
    fn drop(&mut self) {
        *self.rest.lock() = self.inner.take().filter(|inner| !inner.is_end_stream());
    }
}

/// Reads what a handler left. False: there is more than is read, and the connection has to end after its answer.
pub(super) async fn drain(rest: &Rest) -> bool {
    let Some(mut body) = rest.lock().take() else { return true };
    let announced = body.size_hint().lower();
    if announced <= DRAIN_BYTES_MAX
        && tokio::time::timeout(DRAIN_MAX, read(&mut body, DRAIN_BYTES_MAX)).await.unwrap_or(false)
    {
        return true;
    }
    tokio::spawn(async move { tokio::time::timeout(LINGER_MAX, read(&mut body, LINGER_BYTES_MAX)).await });
    false
}

/// Reads to the end, at most `bytes_max`; whether it was reached.
async fn read(body: &mut Incoming, bytes_max: u64) -> bool {
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return false };
        bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        if bytes > bytes_max {
            return false;
        }
    }
    true
}
