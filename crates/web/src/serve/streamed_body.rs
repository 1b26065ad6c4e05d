//! The body of an answer that has no end of its own, such as a stream of events: while it lives, its connection is busy.

use super::activity::Activity;
use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

pub(super) struct StreamedBody {
    pub inner: Body,
    pub activity: Arc<Activity>,
}

impl HttpBody for StreamedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.inner).poll_frame(context)
    }
}

impl Drop for StreamedBody {
    fn drop(&mut self) {
        self.activity.set_streaming(false);
    }
}
