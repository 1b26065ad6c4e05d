//! What every handler of the stall is given: the app, the edge for the extractors, the door for sockets.

use super::live::TapProtocol;
use crate::app::App;
use crate::engine::BreakerCommand;
use axum::extract::FromRef;
use std::sync::Arc;
use tokio::sync::mpsc;
use web::live::SocketEndpoint;

/// Cheap to clone; one per process.
#[derive(Clone)]
pub struct TapState {
    /// The stall.
    pub app: Arc<App>,
    /// The edge.
    pub edge: web::Edge,
    /// Where sockets come in.
    pub door: SocketEndpoint<TapProtocol>,
    /// Where operators' commands go; none where no engine runs.
    pub breaker_commands: Option<mpsc::Sender<BreakerCommand>>,
}

impl FromRef<TapState> for web::OperatorToken {
    fn from_ref(state: &TapState) -> Self {
        Self::new(state.app.settings.admin_token.as_str())
    }
}

impl FromRef<TapState> for web::Edge {
    fn from_ref(state: &TapState) -> Self {
        state.edge.clone()
    }
}
