//! One exchange: connect, ask, read the whole answer, close.

use crate::connect::{self, Stream};
use crate::{Answer, Method, OutboundFault, Request, Target};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, HOST, USER_AGENT};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio_rustls::TlsConnector;

/// For the whole exchange, unless a client says otherwise: a person is waiting for it.
pub const TIME_MAX: Duration = Duration::from_secs(10);
/// The largest body that is read: a thousand candles or trades have under half a megabyte.
pub const BODY_BYTES_MAX: usize = 4 << 20;

/// Asks servers of others. Cloning is cheap.
#[derive(Clone)]
pub struct HttpClient {
    tls: TlsConnector,
    time_max: Duration,
}

impl Default for HttpClient {
    fn default() -> Self {
        Self::new(TIME_MAX)
    }
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpClient(at most {:?})", self.time_max)
    }
}

impl HttpClient {
    /// A client that gives each exchange `time_max`.
    #[must_use]
    pub fn new(time_max: Duration) -> Self {
        Self { tls: connect::tls(), time_max }
    }

    /// One exchange. A redirect is an answer like any other. Errors: no whole answer in time.
    pub async fn send(&self, request: Request) -> Result<Answer, OutboundFault> {
        let exchange = self.exchange(request);
        tokio::time::timeout(self.time_max, exchange).await.unwrap_or(Err(OutboundFault::TooSlow))
    }

    async fn exchange(&self, request: Request) -> Result<Answer, OutboundFault> {
        let target = Target::parse(&request.url).ok_or(OutboundFault::BadAddress)?;
        let request = written(&target, request)?;
        let stream = connect::open(&self.tls, &target).await?;
        round_trip(stream, request).await
    }
}

async fn round_trip(
    stream: Box<dyn Stream>,
    request: hyper::Request<Full<Bytes>>,
) -> Result<Answer, OutboundFault> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let exchange = async { whole(sender.send_request(request).await?).await };
    // The connection does the work while the exchange waits; it ends with it.
    tokio::pin!(exchange);
    tokio::select! {
        done = &mut exchange => done,
        ended = connection => match ended {
            Ok(()) => exchange.await,
            Err(error) => Err(error.into()),
        },
    }
}

fn written(target: &Target, request: Request) -> Result<hyper::Request<Full<Bytes>>, OutboundFault> {
    let method = match request.method {
        Method::Get => hyper::Method::GET,
        Method::Post => hyper::Method::POST,
    };
    let mut builder = hyper::Request::builder()
        .method(method)
        .uri(target.path.as_str())
        .header(HOST, target.authority())
        .header(USER_AGENT, "fairground")
        .header(ACCEPT, "application/json");
    for (name, value) in &request.headers {
        builder = builder.header(*name, value.as_str());
    }
    builder.body(Full::new(Bytes::from(request.body))).map_err(|_| OutboundFault::BadRequest)
}

async fn whole(answer: hyper::Response<Incoming>) -> Result<Answer, OutboundFault> {
    let status = answer.status().as_u16();
    let text = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        value.to_str().ok().map(|value| (name.as_str().to_owned(), value.to_owned()))
    };
    let headers = answer.headers().iter().filter_map(text).collect();
    let body = Limited::new(answer.into_body(), BODY_BYTES_MAX).collect().await;
    let body = body.map_err(|_| OutboundFault::BadBody)?.to_bytes().to_vec();
    Ok(Answer { status, headers, body })
}
