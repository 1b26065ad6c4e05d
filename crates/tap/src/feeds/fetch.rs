//! One GET over HTTP/1.1 on a fresh connection. History is asked for rarely; nothing is kept open for it.

use super::connect::{ConnectFault, Connector, Target};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, HOST, USER_AGENT};
use hyper_util::rt::TokioIo;
use std::time::Duration;

/// A thousand trades have under 300 kB in the most talkative format.
const BODY_BYTES_MAX: usize = 4 << 20;
/// For the whole exchange.
const TIME_MAX: Duration = Duration::from_secs(10);

/// Why there is no body.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchFault {
    #[error(transparent)]
    Connect(#[from] ConnectFault),
    #[error("the answer did not come in time")]
    TooSlow,
    #[error("the request cannot be written")]
    BadRequest,
    #[error(transparent)]
    Http(#[from] hyper::Error),
    #[error("the answer was {0}")]
    Status(u16),
    #[error("the body is too large, broken, or no text")]
    BadBody,
}

/// Fetches `url` as text. Errors: anything but a whole 200 within ten seconds.
pub(super) async fn text(connector: &Connector, url: &str) -> Result<String, FetchFault> {
    tokio::time::timeout(TIME_MAX, fetch(connector, url)).await.unwrap_or(Err(FetchFault::TooSlow))
}

async fn fetch(connector: &Connector, url: &str) -> Result<String, FetchFault> {
    let to = Target::parse(url).ok_or(ConnectFault::BadAddress)?;
    let bytes = TokioIo::new(connector.byte_stream(&to).await?);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(bytes).await?;
    let exchange = async {
        let answer = sender.send_request(request(&to)?).await?;
        match answer.status().as_u16() {
            200 => body(answer.into_body()).await,
            status => Err(FetchFault::Status(status)),
        }
    };
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

/// One venue refuses requests that do not say who asks.
fn request(to: &Target) -> Result<hyper::Request<Empty<Bytes>>, FetchFault> {
    hyper::Request::get(to.path.as_str())
        .header(HOST, to.authority())
        .header(USER_AGENT, "fairground")
        .header(ACCEPT, "application/json")
        .body(Empty::new())
        .map_err(|_| FetchFault::BadRequest)
}

async fn body(body: hyper::body::Incoming) -> Result<String, FetchFault> {
    let whole = Limited::new(body, BODY_BYTES_MAX).collect().await.map_err(|_| FetchFault::BadBody)?;
    String::from_utf8(whole.to_bytes().to_vec()).map_err(|_| FetchFault::BadBody)
}
