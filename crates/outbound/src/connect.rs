//! Opening the bytes below HTTP: TCP, and TLS where the scheme asks for it. Certificates are checked against the public
//! roots; the TLS provider is named here and not set for the whole process.

use crate::{OutboundFault, Target};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// A stream of bytes, encrypted or not.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// The TLS settings of every connection.
pub(crate) fn tls() -> TlsConnector {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring speaks every version that is safe by default")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Opens a connection to `target`.
pub(crate) async fn open(tls: &TlsConnector, target: &Target) -> Result<Box<dyn Stream>, OutboundFault> {
    let plain = TcpStream::connect((target.host.as_str(), target.port)).await?;
    plain.set_nodelay(true)?;
    if !target.is_tls {
        return Ok(Box::new(plain));
    }
    let name = ServerName::try_from(target.host.clone()).map_err(|_| OutboundFault::BadAddress)?;
    Ok(Box::new(tls.connect(name, plain).await?))
}
