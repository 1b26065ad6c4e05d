//! What pages need besides the stall itself. Built once by the binary.

use crate::app::App;
use axum::extract::FromRef;
use std::sync::Arc;
use web::live::Hub;
use web::{Closing, Edge};

/// Cheap to clone; one per process.
#[derive(Clone)]
pub struct PagesState {
    /// The stall.
    pub app: Arc<App>,
    /// The edge.
    pub edge: Edge,
    /// How pages behave here.
    pub parts: Arc<PageParts>,
}

/// How pages behave in this process.
#[derive(Debug)]
pub struct PageParts {
    /// Where open event pages listen.
    pub hub: Hub,
    /// Ends open streams with the process.
    pub closing: Closing,
    /// Slug of the tenant of visitors whom neither host nor session place.
    pub default_tenant: String,
    /// Whether the site is reached by https, so that cookies are sent there alone.
    pub secure: bool,
    /// Where the mail server of a demonstration shows what it took.
    pub mail_server: Option<String>,
    /// What only a demonstration shows.
    pub demo: Option<Demo>,
}

/// What only a demonstration shows: its mail, and accounts to log in with.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Slug of the shop whose log-in page names the accounts.
    pub shop: &'static str,
    /// Addresses and passwords.
    pub accounts: Vec<(String, String)>,
}

impl FromRef<PagesState> for Edge {
    fn from_ref(state: &PagesState) -> Self {
        state.edge.clone()
    }
}
