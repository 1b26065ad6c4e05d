//! What every handler of the stall is given: the app, and the edge for the extractors.

use crate::app::App;
use crate::usecase::event_intake::EventInput;
use axum::extract::FromRef;
use std::sync::Arc;

/// Cheap to clone; one per process.
#[derive(Clone)]
pub struct TirisState {
    /// The stall.
    pub app: Arc<App>,
    /// The way in for events of bots.
    pub events: Arc<EventInput>,
    /// The edge.
    pub edge: web::Edge,
}

impl FromRef<TirisState> for web::Edge {
    fn from_ref(state: &TirisState) -> Self {
        state.edge.clone()
    }
}
