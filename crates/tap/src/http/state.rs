//! What every handler of the stall is given: the app, the edge for the extractors, the door for sockets.

use super::live::TapProtocol;
use crate::app::App;
use crate::engine::Order;
use axum::extract::FromRef;
use std::sync::Arc;
use tokio::sync::mpsc;
use web::live::SocketDoor;

/// Cheap to clone; one per process.
#[derive(Clone)]
pub struct TapState {
    /// The stall.
    pub app: Arc<App>,
    /// The edge.
    pub edge: web::Edge,
    /// Where sockets come in.
    pub door: SocketDoor<TapProtocol>,
    /// Where operators' wishes go; none where no engine runs.
    pub orders: Option<mpsc::Sender<Order>>,
}

impl FromRef<TapState> for web::Edge {
    fn from_ref(state: &TapState) -> Self {
        state.edge.clone()
    }
}
