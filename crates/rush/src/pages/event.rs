//! `GET /rush/events/{slug}`: one event with live seats, and the one thing that can be done now.

use super::attempt;
use super::present::{
    Buyer, Offering, Selection, description, event_head, held, preview, show_links, stage, zone_rows,
};
use super::queue;
use super::state::PagesState;
use super::view::{EventPage, Notice, Stage};
use super::visible_events::find;
use super::visitor::Visitor;
use crate::domain::catalogue_view::{EventView, ShowView};
use crate::domain::ids::{ShowId, ZoneId};
use crate::domain::sale_status::SaleStatus;
use crate::usecase::queue_crowd::{self, Seen};
use crate::usecase::queue_view::Standing;
use crate::usecase::{booking_view, queue_view};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{PublicIds, Refusal};
use web::{PathText, Refused};

/// Shows the event.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    PathText(slug): PathText,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let selection = read(&state.app.public, query.as_deref().unwrap_or_default());
    count_visitor(&state, &visitor, &slug).await?;
    let page = page(&state, &visitor, &slug, selection, None).await?;
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// The page of `slug` with what was asked for chosen, and with what an attempt came to. Refusal: there is no such event.
pub async fn page(
    state: &PagesState,
    visitor: &Visitor,
    slug: &str,
    selection: Selection,
    notice: Option<Notice>,
) -> Result<EventPage, Refusal> {
    let view = find(&state.app, &visitor.catalogue, visitor.tenant.id, slug, visitor.now);
    let view = view.ok_or_else(|| Refusal::not_found("event"))?;
    page_of(state, visitor, view, selection, notice).await
}

/// The page of an event that this visitor may see.
pub(super) async fn page_of(
    state: &PagesState,
    visitor: &Visitor,
    view: EventView,
    selection: Selection,
    notice: Option<Notice>,
) -> Result<EventPage, Refusal> {
    let (app, now) = (&state.app, visitor.now);
    let show = chosen_show(&view, selection.show, now);
    let zones = show.map(|show| zone_rows(&app.public, show, selection.zone)).unwrap_or_default();
    let buyer = buyer(state, visitor, &view).await?;
    let attempt = attempt::draw(state);
    let offering = Offering { event: &view, show, zones: &zones, buyer, selection, attempt, now };
    let stage = behind_queue(state, visitor, &view, stage(&app.public, &offering)).await?;
    let mut shell = visitor.shell(view.event.fields.name.clone()).at("/rush/events");
    shell.description = Some(description(&view));
    let holding = visitor.holds.iter().find(|booking| booking.event == view.event.id);
    Ok(EventPage {
        shell,
        event: event_head(&view, show),
        shows: show_links(&app.public, &view, show.map(|show| show.show.id)),
        stage,
        live: show.and_then(|show| live(&app.public, &view, show)),
        held: holding.map(|booking| held(&app.public, &visitor.catalogue, booking)),
        preview: preview(app.identity.public_url(), &view, show),
        zones,
        notice,
    })
}

/// Where there is a waiting room now, nobody chooses seats but with a pass.
async fn behind_queue(
    state: &PagesState,
    visitor: &Visitor,
    view: &EventView,
    stage: Stage,
) -> Result<Stage, Refusal> {
    let id = view.event.id;
    let is_on = visitor.catalogue.queue(id).is_some_and(|queue| queue.is_on(visitor.now));
    if !is_on || !matches!(stage, Stage::Open(_) | Stage::Soon(_)) {
        return Ok(stage);
    }
    let href = queue::path(&view.event.fields.slug);
    let Some(actor) = visitor.actor() else { return Ok(Stage::Queue { href, waits: false }) };
    match queue_view::own(&state.app, actor, id).await {
        Ok(own) if matches!(own.standing, Standing::Ready { .. }) => Ok(stage),
        Ok(own) => {
            let waits = !matches!(own.standing, Standing::Used | Standing::RanOut);
            Ok(Stage::Queue { href, waits })
        }
        Err(refusal) if refusal.code == "NOT_IN_QUEUE" => Ok(Stage::Queue { href, waits: false }),
        Err(refusal) => Err(refusal),
    }
}

/// An automatic waiting room begins when too many people look at once.
async fn count_visitor(state: &PagesState, visitor: &Visitor, slug: &str) -> Result<(), Refusal> {
    let Some(event) = visitor.catalogue.event_by_slug(visitor.tenant.id, slug) else { return Ok(()) };
    let address = visitor.facts.client_ip;
    let seen = visitor.actor().map_or(Seen::Address(address), |actor| Seen::User(actor.user));
    queue_crowd::count(&state.app, event.id, seen).await
}

/// The show that was asked for, the next one otherwise.
pub fn chosen_show(view: &EventView, selection: Option<ShowId>, now: kernel::Timestamp) -> Option<&ShowView> {
    let selection = selection.and_then(|id| view.shows.iter().find(|show| show.show.id == id));
    selection.or_else(|| view.next_show(now))
}

async fn buyer(state: &PagesState, visitor: &Visitor, view: &EventView) -> Result<Buyer, Refusal> {
    let cap = view.active_zones().map(|zone| zone.offer.max_per_user).next().unwrap_or(1);
    let Some(actor) = visitor.actor() else { return Ok(Buyer { signed_in: false, owned: 0, cap }) };
    let summary = booking_view::summary(&state.app, actor, view.event.id).await?;
    Ok(Buyer { signed_in: true, owned: summary.booked, cap: summary.max })
}

/// Where seats can be watched while they can still move.
fn live(public: &PublicIds, view: &EventView, show: &ShowView) -> Option<(String, String)> {
    let moving = matches!(show.sale, SaleStatus::OnSale | SaleStatus::SoldOut);
    let (slug, id) = (&view.event.fields.slug, public.encode(show.show.id));
    moving.then(|| {
        (format!("/rush/events/{slug}/live?show={id}"), format!("/rush/events/{slug}/seats?show={id}"))
    })
}

/// What a query or form says was chosen; ids that are none of ours say nothing.
pub fn read(public: &PublicIds, query: &str) -> Selection {
    let mut selection = Selection::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "show" => selection.show = public.decode::<ShowId>(&value).ok(),
            "zone" => selection.zone = public.decode::<ZoneId>(&value).ok(),
            "quantity" => selection.quantity = value.parse().ok(),
            _ => {}
        }
    }
    selection
}
