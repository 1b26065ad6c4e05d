//! Add a zone to a show, and issue its seats.

use super::zone_seats::ZoneSeats;
use super::{catalogue_write, event_lock, zone};
use crate::app::App;
use crate::domain::catalogue_refusal::CatalogueRefusal;
use crate::domain::catalogue_view::ZoneView;
use crate::domain::event::Event;
use crate::domain::field::FieldProblem;
use crate::domain::ids::{ShowId, ZoneId};
use crate::domain::zone::{Zone, ZoneInput, create};
use crate::store::zones;
use kernel::{Actor, Currency, Refusal, TenantId};
use store::Tx;
use store::keyed::Attempt;

/// The new zone, all of its seats free.
pub async fn run(app: &App, actor: Actor, show: ShowId, input: ZoneInput) -> Result<ZoneView, Refusal> {
    once(app, actor, None, (show, input)).await
}

/// The same, once for `attempt`.
pub async fn once(
    app: &App,
    actor: Actor,
    attempt: Option<Attempt>,
    (show, input): (ShowId, ZoneInput),
) -> Result<ZoneView, Refusal> {
    let currency = actor.tenant.map_or(Currency::ALL[0], |tenant| currency_of(app, tenant));
    let created = catalogue_write::create(app, attempt, move |tx, change| {
        let (event, show) = event_lock::show(tx, actor, show)?;
        event.status.must_be_open()?;
        if show.is_cancelled {
            return Err(CatalogueRefusal::ShowIsCancelled.into());
        }
        let zone = Zone {
            id: ZoneId(change.id()),
            tenant: event.tenant,
            event: event.id,
            show: show.id,
            fields: create(input.clone(), currency)?,
            created_at: change.now,
            updated_at: change.now,
        };
        check_currency(tx, &event, &zone)?;
        zones::insert(tx, &zone)?;
        let mut seats = ZoneSeats::load(tx, event.tenant, &[])?;
        seats.issue(change, &zone)?;
        seats.save(tx)?;
        Ok(zone.id.0)
    });
    zone::own(app, ZoneId(created.await?))
}

fn currency_of(app: &App, tenant: TenantId) -> Currency {
    let snapshot = app.catalogue.current();
    snapshot.tenant(tenant).map_or(Currency::ALL[0], |tenant| tenant.fields.settings.currency())
}

/// One event has one currency, so that its prices can be compared and its refunds added up.
pub(super) fn check_currency(tx: &mut Tx<'_>, event: &Event, zone: &Zone) -> Result<(), Refusal> {
    let others = zones::of_event(tx, event.id)?;
    let other =
        others.iter().find(|other| other.id != zone.id && other.fields.currency != zone.fields.currency);
    let Some(other) = other else { return Ok(()) };
    let problem = format!("must be {}, as in the other zones of this event", other.fields.currency.code);
    Err(CatalogueRefusal::FieldsAreInvalid(vec![FieldProblem { field: "currency", problem }]).into())
}
