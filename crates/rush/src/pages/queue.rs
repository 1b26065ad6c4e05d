//! `/rush/queue/{slug}`: the waiting room of an event, in every state a place can be in. Refreshing it changes nothing.

use super::page_error::PageError;
use super::posted::Posted;
use super::redirect::see_other;
use super::state::PagesState;
use super::view::{JoinForm, QueuePage, QueueStage, Spot, When, left_text};
use super::visitor::Visitor;
use crate::domain::event::Event;
use crate::domain::queue::EventQueue;
use crate::rates;
use crate::usecase::queue_join::{self, JoinOffer};
use crate::usecase::queue_keys::hex;
use crate::usecase::queue_place::{self, PlaceData, place_data};
use crate::usecase::queue_view::{OwnPlace, Standing};
use crate::usecase::{queue_leave, queue_view};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::StreamExt as _;
use kernel::{Actor, Refusal};
use std::sync::Arc;
use std::time::Duration;
use waiting_room::Estimate;
use web::live::{OwnEvent, own_event_stream};
use web::{PathText, Refused};

/// How long one stream lives; an open page comes back.
const STREAM_LIFE: Duration = Duration::from_secs(300);

/// An event of the site with its room.
struct Hall {
    event: Arc<Event>,
    queue: Arc<EventQueue>,
}

/// The event of this slug and its room. Refusal: there is none.
fn hall(visitor: &Visitor, slug: &str) -> Result<Hall, Refusal> {
    let none = || Refusal::not_found("waiting room");
    let event = visitor.catalogue.event_by_slug(visitor.tenant.id, slug).ok_or_else(none)?;
    let queue = visitor.catalogue.queue(event.id).ok_or_else(none)?;
    Ok(Hall { event: Arc::clone(event), queue: Arc::clone(queue) })
}

/// The path of an event's room.
#[must_use]
pub fn path(slug: &str) -> String {
    format!("/rush/queue/{slug}")
}

/// Shows where the visitor stands; where there is no room now, the event's page.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    PathText(slug): PathText,
) -> Result<Response, PageError> {
    let hall = hall(&visitor, &slug)?;
    if !hall.queue.is_on(visitor.now) {
        return Ok(see_other(&format!("/rush/events/{slug}")));
    }
    let actor = visitor.require(&path(&slug))?;
    let page = page(&state, &visitor, &hall, actor).await?;
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// Takes a place, or finds the one there is.
pub async fn join(
    State(state): State<PagesState>,
    PathText(slug): PathText,
    posted: Posted,
) -> Result<Response, PageError> {
    let visitor = &posted.visitor;
    let actor = visitor.require(&path(&slug))?;
    state.edge.charge_door(&visitor.facts, rates::QUEUE_JOIN, &actor.user.0.to_string())?;
    let hall = hall(visitor, &slug)?;
    let offer = JoinOffer {
        // A browser without scripts sends none, and ours are taken.
        contribution: queue_place::read_contribution(posted.text("contribution")).ok(),
        work: Some(posted.text("work").to_owned()).filter(|work| !work.is_empty()),
        address: visitor.facts.client_ip.to_string(),
    };
    queue_join::run(&state.app, actor, hall.event.id, offer).await?;
    Ok(see_other(&path(&slug)))
}

/// Gives the place back.
pub async fn leave(
    State(state): State<PagesState>,
    PathText(slug): PathText,
    posted: Posted,
) -> Result<Response, PageError> {
    let actor = posted.visitor.require(&path(&slug))?;
    let hall = hall(&posted.visitor, &slug)?;
    queue_leave::run(&state.app, actor, hall.event.id, posted.text("token")).await?;
    Ok(see_other(&format!("/rush/events/{slug}")))
}

/// The place as JSON, where streams do not get through.
pub async fn state_of(
    State(state): State<PagesState>,
    visitor: Visitor,
    PathText(slug): PathText,
) -> Result<Json<PlaceData>, Refused> {
    let hall = hall(&visitor, &slug)?;
    let actor = visitor.actor().ok_or_else(|| Refusal::not_found("waiting room"))?;
    let own = queue_view::own(&state.app, actor, hall.event.id).await?;
    Ok(Json(place_data(&own, hall.queue.closes_at)))
}

/// The place as it moves.
pub async fn stream(
    State(state): State<PagesState>,
    visitor: Visitor,
    PathText(slug): PathText,
) -> Result<Response, Refused> {
    let hall = hall(&visitor, &slug)?;
    let actor = visitor.actor().ok_or_else(|| Refusal::not_found("waiting room"))?;
    let events = queue_place::events(&state.app, actor, hall.event.id);
    let events = events.map(|event| OwnEvent { id: event.revision, kind: event.kind, body: event.body });
    Ok(own_event_stream(events, state.parts.closing.clone(), STREAM_LIFE))
}

async fn page(
    state: &PagesState,
    visitor: &Visitor,
    hall: &Hall,
    actor: Actor,
) -> Result<QueuePage, Refusal> {
    let event = hall.event.id;
    let room = queue_view::room(&state.app, event, actor.tenant).await?;
    let own = match queue_view::own(&state.app, actor, event).await {
        Ok(own) => Some(own),
        Err(refusal) if refusal.code == "NOT_IN_QUEUE" => None,
        Err(refusal) => return Err(refusal),
    };
    let fields = &hall.event.fields;
    let opens = hall.queue.opens_at.filter(|opens_at| visitor.now < *opens_at);
    let opens = opens.map(|opens_at| When::new(opens_at, fields.venue.timezone.as_str()));
    let bits = hall.queue.room.settings.work_bits;
    let work = (bits > 0).then(|| (bits, queue_join::puzzle(&state.app, actor, event)));
    let form = JoinForm { waiting: room.waiting, opens, work };
    Ok(QueuePage {
        shell: visitor.shell(format!("Waiting room: {}", fields.name)),
        title: fields.name.clone(),
        event_href: format!("/rush/events/{}", fields.slug),
        href: path(&fields.slug),
        token: own.as_ref().map(|own| own.token.clone()),
        stage: stage(own.as_ref(), form, visitor.now),
        commitment: hex(&hall.queue.room.commitment()),
        proof_href: room
            .opened_at
            .map(|_| format!("/rush/api/v1/queue/shuffle/{}", state.app.public.encode(event))),
    })
}

fn stage(own: Option<&OwnPlace>, form: JoinForm, now: kernel::Timestamp) -> QueueStage {
    let Some(own) = own else { return QueueStage::Outside(form) };
    match &own.standing {
        Standing::Early => QueueStage::Early { opens: form.opens, waiting: own.waiting },
        Standing::Waiting { ahead, estimate, may_sell_out } => QueueStage::Waiting(Spot {
            ahead: *ahead,
            behind: own.waiting.saturating_sub(ahead + 1),
            wait: wait_text(*estimate),
            range: range_text(*estimate),
            may_sell_out: *may_sell_out,
        }),
        Standing::NotOpen => QueueStage::Outside(form),
        Standing::SoldOut => QueueStage::SoldOut,
        Standing::Ready { until, .. } => {
            let left = now.secs_until(*until);
            QueueStage::Ready { until_ms: until.as_micros() / 1_000, left: left_text(left) }
        }
        Standing::Used => QueueStage::Used,
        Standing::RanOut => QueueStage::RanOut(form),
    }
}

fn wait_text(estimate: Option<Estimate>) -> String {
    match estimate.map(|estimate| estimate.secs) {
        None => "a while: nobody was let on for a minute".to_owned(),
        Some(secs) if secs < 60 => "less than a minute".to_owned(),
        Some(secs) if secs < 120 => "about a minute".to_owned(),
        Some(secs) => format!("about {} minutes", secs / 60),
    }
}

fn range_text(estimate: Option<Estimate>) -> String {
    let minutes = |secs: i64| secs / 60;
    match estimate.map(|estimate| (minutes(estimate.low_secs), minutes(estimate.high_secs) + 1)) {
        None => "we cannot say".to_owned(),
        Some((0, 1)) => "within a minute".to_owned(),
        Some((0, high)) => format!("within {high} minutes"),
        Some((low, high)) => format!("between {low} and {high} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_minutes_and_with_its_range() {
        let of = |secs, low_secs, high_secs| Some(Estimate { secs, low_secs, high_secs });
        assert_eq!(
            (wait_text(of(20, 10, 30)).as_str(), range_text(of(20, 10, 30)).as_str()),
            ("less than a minute", "within a minute")
        );
        assert_eq!(
            (wait_text(of(300, 225, 375)).as_str(), range_text(of(300, 225, 375)).as_str()),
            ("about 5 minutes", "between 3 and 7 minutes")
        );
        assert_eq!(range_text(of(70, 52, 87)), "within 2 minutes");
        assert_eq!(range_text(None), "we cannot say");
    }
}
