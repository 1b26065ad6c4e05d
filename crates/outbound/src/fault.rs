//! Why there is no answer. None of the texts tells what was asked for.

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutboundFault {
    /// Not `http://` or `https://` with a host.
    #[error("the address has no scheme or host of ours")]
    BadAddress,
    /// A header or the path cannot be written into a request.
    #[error("the request cannot be written")]
    BadRequest,
    /// No connection.
    #[error("no connection: {0}")]
    Connect(#[from] std::io::Error),
    /// The connection broke, or what came is not HTTP.
    #[error("the exchange broke off: {0}")]
    Http(#[from] hyper::Error),
    /// No whole answer in time.
    #[error("the answer did not come in time")]
    TooSlow,
    /// A body beyond the limit, or a broken one.
    #[error("the body is too large or broken")]
    BadBody,
}
