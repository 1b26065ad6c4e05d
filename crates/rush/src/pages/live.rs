//! Live seats of a show: the stream open event pages listen to, and the same as plain JSON where streams do not get through.

use super::event::{chosen_show, read};
use super::present::live_seats;
use super::state::PagesState;
use super::view::LiveSeats;
use super::visible_events::find;
use super::visitor::Visitor;
use crate::domain::ids::ShowId;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use kernel::Refusal;
use web::live::{LastEventId, Update, event_stream};
use web::{PathText, Refused};

/// The kind of our events.
pub(super) const KIND: &str = "seats";

/// The topic of a show.
#[must_use]
pub fn topic(show: ShowId) -> String {
    format!("rush:show:{}", show.0)
}

/// `GET /rush/events/{slug}/live?show=`: the seats now, then whenever they move.
pub async fn stream(
    State(state): State<PagesState>,
    visitor: Visitor,
    PathText(slug): PathText,
    RawQuery(query): RawQuery,
    LastEventId(from): LastEventId,
) -> Result<Response, Refused> {
    let query = query.unwrap_or_default();
    let (show, _) = now(&state, &visitor, &slug, &query)?;
    let subscription = state.parts.hub.subscribe(&topic(show), from).map_err(Refusal::from)?;
    // Read after subscribing, so that nothing falls between the two.
    let (_, seats) = now(&state, &visitor, &slug, &query)?;
    let body = serde_json::to_string(&seats).map_err(Refusal::internal)?;
    let opening =
        if subscription.needs_snapshot() { vec![Update::total(KIND, show.0, body)] } else { vec![] };
    Ok(event_stream(subscription, opening, state.parts.closing.clone()))
}

/// `GET /rush/events/{slug}/seats?show=`: the seats now.
pub async fn seats(
    State(state): State<PagesState>,
    visitor: Visitor,
    PathText(slug): PathText,
    RawQuery(query): RawQuery,
) -> Result<Json<LiveSeats>, Refused> {
    Ok(Json(now(&state, &visitor, &slug, &query.unwrap_or_default())?.1))
}

fn now(
    state: &PagesState,
    visitor: &Visitor,
    slug: &str,
    query: &str,
) -> Result<(ShowId, LiveSeats), Refusal> {
    let app = &state.app;
    let view = find(app, &visitor.catalogue, visitor.tenant.id, slug, visitor.now);
    let view = view.ok_or_else(|| Refusal::not_found("event"))?;
    let show = chosen_show(&view, read(&app.public, query).show, visitor.now);
    let show = show.ok_or_else(|| Refusal::not_found("show"))?;
    Ok((show.show.id, live_seats(&app.public, show)))
}
