//! The page of what the house holds. The sums run over every account, so that they are taken now and then and shown to all.

use super::PagesState;
use super::view::{FUNPOT, SolvencyPage};
use crate::usecase::solvency_view::{self, Solvency};
use axum::extract::State;
use axum::response::Response;
use kernel::{Refusal, Timestamp};
use std::sync::Arc;
use tokio::sync::Mutex;
use web::shell::Shell;
use web::{Refused, RequestFacts};

/// Seconds for which sums are shown.
const FRESH_S: i64 = 15;

/// The newest sums. Those who come while they are taken wait for them.
pub type Sums = Arc<Mutex<Option<Arc<Solvency>>>>;

pub async fn page(State(state): State<PagesState>, facts: RequestFacts) -> Result<Response, Refused> {
    let sums = current(&state, facts.at).await?;
    let mut shell = Shell::new(&FUNPOT, "What the house holds", facts.at).at("/funpot/solvency");
    facts.request_id.as_str().clone_into(&mut shell.request_id);
    let answer = super::answer(&SolvencyPage { shell, sums: (*sums).clone() });
    Ok(super::frame::allow(&state.telegram_client_url, answer))
}

async fn current(state: &PagesState, now: Timestamp) -> Result<Arc<Solvency>, Refusal> {
    let mut kept = state.sums.lock().await;
    if let Some(sums) = kept.as_ref().filter(|sums| now < sums.at.plus_secs(FRESH_S)) {
        return Ok(Arc::clone(sums));
    }
    let taken = Arc::new(solvency_view::run(&state.app).await?);
    *kept = Some(Arc::clone(&taken));
    Ok(taken)
}
