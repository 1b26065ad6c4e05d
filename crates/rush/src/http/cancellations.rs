//! Cancellations over HTTP: what one would give back, and how far giving it back has come.

use crate::domain::ids::{EventId, ShowId};
use crate::domain::refund_list::RefundSum;
use crate::http::state::RushState;
use crate::usecase::cancellation_view::{self, CancellationView, DueSum};
use axum::extract::State;
use kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Caller, Data, Path, Refused};

/// The routes of cancellations.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new().routes(routes!(of_event)).routes(routes!(of_show))
}

/// Bookings in one currency that are still to be given back.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueData {
    currency: &'static str,
    bookings: i64,
    tickets: i64,
    /// Whole minor units.
    amount: i64,
}

/// Refunds of a cancellation in one state and currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeData {
    status: &'static str,
    currency: &'static str,
    refunds: i64,
    tickets: i64,
    /// Whole minor units.
    amount: i64,
}

/// A cancellation, or what one would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct CancellationData {
    /// none, running or done.
    status: &'static str,
    started_at: Option<String>,
    finished_at: Option<String>,
    /// What is still to be given back; before a cancellation the dry run: what it would give back.
    due: Vec<DueData>,
    /// The refunds it has made.
    refunds: Vec<MadeData>,
}

impl CancellationData {
    fn of(view: &CancellationView) -> Self {
        let run = view.run.as_ref();
        Self {
            status: run.map_or("none", |run| if run.is_done { "done" } else { "running" }),
            started_at: run.map(|run| run.started_at.rfc3339()),
            finished_at: run.and_then(|run| run.finished_at).map(Timestamp::rfc3339),
            due: view.due.iter().map(due).collect(),
            refunds: view.made.iter().map(made).collect(),
        }
    }
}

fn due(sum: &DueSum) -> DueData {
    DueData {
        currency: sum.currency.code,
        bookings: sum.bookings,
        tickets: sum.tickets,
        amount: sum.amount_minor,
    }
}

fn made(sum: &RefundSum) -> MadeData {
    MadeData {
        status: sum.status.as_str(),
        currency: sum.currency.code,
        refunds: sum.refunds,
        tickets: sum.tickets,
        amount: sum.amount_minor,
    }
}

/// What cancelling an event would give back (nothing is changed), or how far giving it back has come.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/cancellation", tag = "refunds", operation_id = "event_cancellation",
    params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<CancellationData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn of_event(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<EventId>,
) -> Result<Data<CancellationData>, Refused> {
    Ok(Data(CancellationData::of(&cancellation_view::of_event(&state.app, actor, id).await?)))
}

/// The same of one show.
#[utoipa::path(get, path = "/rush/api/v1/shows/{id}/cancellation", tag = "refunds", operation_id = "show_cancellation",
    params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<CancellationData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn of_show(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<ShowId>,
) -> Result<Data<CancellationData>, Refused> {
    Ok(Data(CancellationData::of(&cancellation_view::of_show(&state.app, actor, id).await?)))
}
