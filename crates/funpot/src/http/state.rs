//! What every handler of the stall is given: the app, the edge for the extractors, the endpoint of sockets.

use super::realtime::PotProtocol;
use crate::app::App;
use axum::extract::FromRef;
use std::sync::Arc;
use web::live::SocketEndpoint;

/// Cheap to clone; one per process.
#[derive(Clone)]
pub struct PotState {
    /// The stall.
    pub app: Arc<App>,
    /// The edge.
    pub edge: web::Edge,
    /// Where sockets come in.
    pub endpoint: SocketEndpoint<PotProtocol>,
}

impl FromRef<PotState> for web::Edge {
    fn from_ref(state: &PotState) -> Self {
        state.edge.clone()
    }
}
