//! Create an event, as a draft, with a slug that is free in its tenant.

use super::catalogue_write;
use super::event;
use super::event_lock;
use crate::app::App;
use crate::domain::catalogue_refusal::CatalogueRefusal;
use crate::domain::catalogue_view::EventView;
use crate::domain::event::{Event, EventFields, EventInput, apply, may_create};
use crate::domain::event_status::EventStatus;
use crate::domain::field::{FieldProblem, Patch};
use crate::domain::ids::{CategoryId, EventId};
use crate::domain::slug::{numbered, of_name};
use crate::store::{categories, events};
use kernel::{Actor, Refusal, TenantId};
use store::keyed::Attempt;
use store::{StoreError, Tx};

/// Slugs that are tried before the event's own number makes one; a tour of fifty nights has one event, not fifty.
const SLUG_TRIES_MAX: u32 = 50;

/// The new draft of the caller's tenant, organized by the caller.
pub async fn run(app: &App, actor: Actor, input: EventInput) -> Result<EventView, Refusal> {
    once(app, actor, None, input).await
}

/// The same, once for `attempt`.
pub async fn once(
    app: &App,
    actor: Actor,
    attempt: Option<Attempt>,
    input: EventInput,
) -> Result<EventView, Refusal> {
    let tenant = may_create(actor)?;
    let snapshot = app.catalogue.current();
    let timezone = snapshot.tenant(tenant).map_or("UTC", |tenant| &tenant.fields.settings.timezone);
    let category = category_of(app, &input)?;
    let fields = apply(EventFields::blank(timezone), input, category)?;
    let created = catalogue_write::create(app, attempt, move |tx, change| {
        let mut event = Event {
            id: EventId(change.id()),
            tenant,
            organizer: actor.user,
            status: EventStatus::Draft,
            published_at: None,
            fields: fields.clone(),
            created_at: change.now,
            updated_at: change.now,
        };
        event_lock::must_exist(tx, tenant)?;
        check_category(tx, &event)?;
        choose_slug(tx, &mut event)?;
        events::insert(tx, &event).map_err(taken)?;
        change.enqueue_of_event("event.created", &event);
        Ok(event.id.0)
    });
    event::own(app, EventId(created.await?))
}

/// The category as our number. Errors: the text is no id of ours.
pub(super) fn category_of(app: &App, input: &EventInput) -> Result<Patch<CategoryId>, Refusal> {
    Ok(match &input.category_id {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(text) => Patch::Value(app.public.decode(text).map_err(|_| no_category())?),
    })
}

/// Refuses a category of another tenant as one that does not exist.
pub(super) fn check_category(tx: &mut Tx<'_>, event: &Event) -> Result<(), Refusal> {
    match event.fields.category {
        Some(category) if !categories::exists(tx, event.tenant, category)? => Err(no_category()),
        _ => Ok(()),
    }
}

fn no_category() -> Refusal {
    let problem = FieldProblem { field: "category_id", problem: "is no category of yours".into() };
    CatalogueRefusal::FieldsAreInvalid(vec![problem]).into()
}

/// Checks the slug that was sent, or makes one from the name.
pub(super) fn choose_slug(tx: &mut Tx<'_>, event: &mut Event) -> Result<(), Refusal> {
    let (tenant, id) = (event.tenant, event.id);
    if !event.fields.slug.is_empty() {
        let taken = events::slug_is_taken(tx, tenant, id, &event.fields.slug)?;
        return if taken { Err(CatalogueRefusal::SlugIsTaken.into()) } else { Ok(()) };
    }
    event.fields.slug = free_slug(tx, tenant, id, &of_name(&event.fields.name, "event"))?;
    Ok(())
}

fn free_slug(tx: &mut Tx<'_>, tenant: TenantId, id: EventId, base: &str) -> Result<String, StoreError> {
    for attempt in 1..=SLUG_TRIES_MAX {
        let slug = numbered(base, attempt);
        if !events::slug_is_taken(tx, tenant, id, &slug)? {
            return Ok(slug);
        }
    }
    Ok(format!("event-{}", id.0))
}

/// Somebody else took the slug at the same moment.
pub(super) fn taken(error: StoreError) -> Refusal {
    if error.is_unique_violation() { CatalogueRefusal::SlugIsTaken.into() } else { error.into() }
}
