//! Listening on loopback, and nowhere else: nobody outside this machine may take a mock for what it pretends to be.

use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Listens there. Errors, as a sentence: an address that is not on loopback, or one that cannot be listened on.
pub async fn loopback(address: SocketAddr) -> Result<TcpListener, String> {
    if !address.ip().is_loopback() {
        return Err(format!("a mock listens on loopback only, not on {address}"));
    }
    TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_others_reach_is_refused() {
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
            let refused = loopback(address.parse().unwrap()).await.unwrap_err();
            assert!(refused.contains("loopback only"), "{refused}");
        }
        assert!(loopback("127.0.0.1:0".parse().unwrap()).await.is_ok());
    }
}
