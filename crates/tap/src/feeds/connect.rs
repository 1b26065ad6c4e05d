//! Opening a connection to an address: TCP, TLS where the scheme asks for it, a WebSocket on top. Certificates are checked against
//! the public roots; the TLS provider is named here and not set for the whole process.

use super::dial::dial;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// The largest frame that is read. The largest of a venue that we ask for has some kilobytes; snapshots have some more.
const FRAME_BYTES_MAX: usize = 1 << 20;

/// A stream of bytes, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// An open WebSocket.
pub(super) type Socket = WebSocketStream<Box<dyn Stream>>;

/// A parsed address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) scheme: String,
    pub(super) host: String,
    pub(super) port: u16,
    /// Begins with a slash.
    pub(super) path: String,
}

/// Why there is no connection. Texts of the system, for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectFault {
    #[error("the address has no scheme or host of ours")]
    BadAddress,
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Socket(#[from] Box<tokio_tungstenite::tungstenite::Error>),
}

impl Target {
    /// `None` when the text is no address with one of our four schemes.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let uri: hyper::Uri = url.parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let usual_port = match scheme.as_str() {
            "ws" | "http" => 80,
            "wss" | "https" => 443,
            _ => return None,
        };
        let host = uri.host().filter(|host| !host.is_empty())?.to_owned();
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Some(Self { scheme, host, port: uri.port_u16().unwrap_or(usual_port), path })
    }

    fn is_tls(&self) -> bool {
        matches!(self.scheme.as_str(), "wss" | "https")
    }

    /// The `Host` header: with the port, where it is not the usual one.
    pub(super) fn authority(&self) -> String {
        let usual = if self.is_tls() { 443 } else { 80 };
        if self.port == usual { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

/// Opens connections; holds the TLS settings.
#[derive(Clone)]
pub(super) struct Connector {
    tls: TlsConnector,
}

impl Connector {
    pub(super) fn new() -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring speaks every version that is safe by default")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { tls: TlsConnector::from(Arc::new(config)) }
    }

    /// Opens the bytes below HTTP or a WebSocket.
    pub(super) async fn byte_stream(&self, to: &Target) -> Result<Box<dyn Stream>, ConnectFault> {
        let host = to.host.trim_start_matches('[').trim_end_matches(']');
        let plain = dial(host, to.port).await?;
        // Answers to pings are small and must not wait for more.
        plain.set_nodelay(true)?;
        if !to.is_tls() {
            return Ok(Box::new(plain));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| ConnectFault::BadAddress)?;
        Ok(Box::new(self.tls.connect(name, plain).await?))
    }

    /// Opens a WebSocket.
    pub(super) async fn websocket(&self, url: &str) -> Result<Socket, ConnectFault> {
        let to = Target::parse(url).ok_or(ConnectFault::BadAddress)?;
        let bytes = self.byte_stream(&to).await?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(FRAME_BYTES_MAX))
            .max_frame_size(Some(FRAME_BYTES_MAX));
        let opened = tokio_tungstenite::client_async_with_config(url, bytes, Some(limits)).await;
        opened.map(|(socket, _)| socket).map_err(|error| ConnectFault::Socket(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_usual_port_or_its_own() {
        let parse = |url| Target::parse(url).map(|to| (to.authority(), to.port, to.path));
        let is = |authority: &str, port, path: &str| Some((authority.to_owned(), port, path.to_owned()));
        assert_eq!(parse("wss://ws.kraken.com/v2"), is("ws.kraken.com", 443, "/v2"));
        assert_eq!(parse("ws://127.0.0.1:9/a?b=c"), is("127.0.0.1:9", 9, "/a?b=c"));
        assert_eq!(parse("https://api.example"), is("api.example", 443, "/"));
        assert_eq!(parse("wss://stream.example:9443"), is("stream.example:9443", 9443, "/"));
        for none in ["", "x", "ftp://a.example", "//a.example", "ws://", "ws:///x", "ws://a b"] {
            assert_eq!(parse(none), None, "{none}");
        }
    }
}
