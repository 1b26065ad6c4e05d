//! What every handler of the stall is given: the app, and the edge for the extractors.

use crate::app::App;
use axum::extract::FromRef;
use std::sync::Arc;

/// Cheap to clone; one per process.
#[derive(Clone)]
pub struct RushState {
    /// The stall.
    pub app: Arc<App>,
    /// The edge.
    pub edge: web::Edge,
    /// Slug of the tenant of strangers whom neither host nor header place.
    pub default_tenant: Arc<str>,
    /// Ends open streams with the process.
    pub closing: web::Closing,
}

impl FromRef<RushState> for web::Edge {
    fn from_ref(state: &RushState) -> Self {
        state.edge.clone()
    }
}
