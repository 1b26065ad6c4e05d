//! How many streams and sockets one address holds open, over all stalls. One is counted from its first byte to its last.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The places of every address.
#[derive(Debug)]
pub(crate) struct StreamSlots {
    per_address: usize,
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// One place; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct StreamSlot {
    slots: Arc<StreamSlots>,
    address: IpAddr,
}

impl StreamSlots {
    /// `per_address` places each; 0 counts as no limit.
    pub fn new(per_address: usize) -> Arc<Self> {
        let per_address = if per_address == 0 { usize::MAX } else { per_address };
        Arc::new(Self { per_address, taken: Mutex::default() })
    }

    /// A place for `address`; none when it has as many as any may.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<StreamSlot> {
        let mut taken = self.taken.lock();
        let count = taken.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        Some(StreamSlot { slots: self.clone(), address })
    }
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock();
        let count = taken.get_mut(&self.address).expect("counted when it was taken");
        *count -= 1;
        if *count == 0 {
            taken.remove(&self.address);
        }
    }
}

/// Whether an answer is an endless stream of events.
pub(crate) fn is_event_stream(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// The answer, which keeps its place as long as its body lives.
pub(crate) fn hold(response: Response, slot: StreamSlot) -> Response {
    response.map(|inner| Body::new(HeldBody { inner, _slot: slot }))
}

struct HeldBody {
    inner: Body,
    _slot: StreamSlot,
}

impl HttpBody for HeldBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_stream_is_gone() {
        let slots = StreamSlots::new(2);
        let (here, there) = ([1, 2, 3, 4].into(), [4, 3, 2, 1].into());
        let first = slots.take(here).expect("the first");
        let _second = slots.take(here).expect("the second");
        assert!(slots.take(here).is_none() && slots.take(there).is_some());
        drop(first);
        assert!(slots.take(here).is_some());
        assert!(StreamSlots::new(0).take(here).is_some());
    }
}
