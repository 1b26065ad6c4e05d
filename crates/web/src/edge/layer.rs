//! The tower layer of the edge: calls `begin`, the handler, `finish`, and turns a panic into an answer.

use super::Edge;
use super::request_span::panicked;
use crate::Refused;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Wraps a router's routes in [`EdgeService`].
#[derive(Debug, Clone)]
pub(crate) struct EdgeLayer(Edge);

/// One route behind the edge.
#[derive(Debug, Clone)]
pub(crate) struct EdgeService<S> {
    edge: Edge,
    inner: S,
}

impl EdgeLayer {
    pub fn new(edge: Edge) -> Self {
        Self(edge)
    }
}

impl<S> Layer<S> for EdgeLayer {
    type Service = EdgeService<S>;

    fn layer(&self, inner: S) -> EdgeService<S> {
        EdgeService { edge: self.0.clone(), inner }
    }
}

impl<S> Service<Request> for EdgeService<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let edge = self.edge.clone();
        let begun = catch_unwind(AssertUnwindSafe(|| edge.begin(&mut request)));
        let (span, admitted) = match begun {
            Ok(begun) => begun,
            Err(panic) => return Box::pin(std::future::ready(Ok(panicked(&*panic)))),
        };
        if let Err(refusal) = admitted {
            let response = edge.finish(&span, Refused(refusal).into_response());
            return Box::pin(std::future::ready(Ok(response)));
        }
        // A handler's state is shared with other requests only through locks that do not poison.
        let handled = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        Box::pin(async move {
            let response = match handled.await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(panic) => panicked(&*panic),
            };
            Ok(edge.finish(&span, response))
        })
    }
}
