//! What pages need besides the stall itself.

use crate::app::App;
use axum::extract::FromRef;
use std::sync::Arc;
use web::Edge;

/// Cheap to clone; one per process.
#[derive(Clone)]
pub struct PagesState {
    /// The stall.
    pub app: Arc<App>,
    /// The edge.
    pub edge: Edge,
    /// How browsers reach us, without a slash at the end; empty where nobody says.
    pub public_url: Arc<str>,
}

impl FromRef<PagesState> for Edge {
    fn from_ref(state: &PagesState) -> Self {
        state.edge.clone()
    }
}

impl PagesState {
    /// Whether cookies go over https alone.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Where a sign-in returns to: below the address that is configured, or below the one that the browser used where that is
    /// this machine's own.
    #[must_use]
    pub fn callback(&self, host: Option<&str>) -> String {
        let own = host.filter(|host| is_loopback(host)).map(|host| format!("http://{host}"));
        let origin = own.filter(|_| !self.is_secure()).unwrap_or_else(|| self.public_url.to_string());
        format!("{}/tiris/oauth/callback", origin.trim_end_matches('/'))
    }
}

fn is_loopback(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host });
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_say_where_it_is() {
        assert!(is_loopback("127.0.0.1:8080") && is_loopback("localhost") && is_loopback("[::1]:80"));
        assert!(
            !is_loopback("evil.example")
                && !is_loopback("127.0.0.1.evil.example:80")
                && !is_loopback("localhost:80:evil")
        );
    }
}
