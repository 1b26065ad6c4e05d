//! The whole catalogue as one immutable value: what is sold where and when, by id and by slug, resolved for reserving.

use super::category::Category;
use super::event::Event;
use super::event_status::EventStatus;
use super::ids::{CategoryId, EventId, ShowId, ZoneId};
use super::offer::{Offer, OfferState};
use super::queue::{EventQueue, QueueRoom};
use super::show::Show;
use super::tenant::Tenant;
use super::zone::Zone;
use kernel::{TenantId, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;

/// The rows a snapshot is built from, each in the order in which it is listed. Deleted rows are not among them.
#[derive(Debug, Default)]
pub struct CatalogueRows {
    /// What the rows' epoch is.
    pub epoch: i64,
    /// Tenants by name.
    pub tenants: Vec<Tenant>,
    /// Categories by place and name.
    pub categories: Vec<Category>,
    /// Events by id.
    pub events: Vec<Event>,
    /// Shows by start.
    pub shows: Vec<Show>,
    /// Zones by place and id.
    pub zones: Vec<Zone>,
    /// Waiting rooms, in any order.
    pub rooms: Vec<QueueRoom>,
}

/// The catalogue at one epoch. Sharing it is cheap; it never changes.
#[derive(Debug, Default)]
pub struct Snapshot {
    epoch: i64,
    tenants: HashMap<TenantId, Arc<Tenant>>,
    tenants_in_order: Vec<Arc<Tenant>>,
    tenant_slugs: HashMap<String, TenantId>,
    tenant_domains: HashMap<String, TenantId>,
    categories: HashMap<TenantId, Vec<Arc<Category>>>,
    events: HashMap<EventId, Arc<Event>>,
    event_slugs: HashMap<(TenantId, String), EventId>,
    events_of: HashMap<TenantId, Vec<Arc<Event>>>,
    shows: HashMap<ShowId, Arc<Show>>,
    shows_of: HashMap<EventId, Vec<Arc<Show>>>,
    zones: HashMap<ZoneId, Arc<Zone>>,
    zones_of: HashMap<ShowId, Vec<Arc<Zone>>>,
    offers: HashMap<ZoneId, Offer>,
    queues: HashMap<EventId, Arc<EventQueue>>,
}

impl Snapshot {
    /// Builds the snapshot of `rows`. A row whose parent is missing (deleted) is left out.
    #[must_use]
    pub fn build(rows: CatalogueRows) -> Self {
        let mut snapshot = Self { epoch: rows.epoch, ..Self::default() };
        rows.tenants.into_iter().for_each(|tenant| snapshot.add_tenant(tenant));
        for category in rows.categories {
            snapshot.categories.entry(category.tenant).or_default().push(Arc::new(category));
        }
        rows.events.into_iter().for_each(|event| snapshot.add_event(event));
        rows.shows.into_iter().for_each(|show| snapshot.add_show(show));
        rows.zones.into_iter().for_each(|zone| snapshot.add_zone(zone));
        rows.rooms.into_iter().for_each(|room| snapshot.add_room(room));
        snapshot
    }

    fn add_tenant(&mut self, tenant: Tenant) {
        self.tenant_slugs.insert(tenant.fields.slug.clone(), tenant.id);
        if let Some(domain) = &tenant.fields.domain {
            self.tenant_domains.insert(domain.clone(), tenant.id);
        }
        let tenant = Arc::new(tenant);
        self.tenants_in_order.push(Arc::clone(&tenant));
        self.tenants.insert(tenant.id, tenant);
    }

    fn add_event(&mut self, event: Event) {
        if !self.tenants.contains_key(&event.tenant) {
            return;
        }
        let event = Arc::new(event);
        self.event_slugs.insert((event.tenant, event.fields.slug.clone()), event.id);
        self.events_of.entry(event.tenant).or_default().push(Arc::clone(&event));
        self.events.insert(event.id, event);
    }

    fn add_show(&mut self, show: Show) {
        if !self.events.contains_key(&show.event) {
            return;
        }
        let show = Arc::new(show);
        self.shows_of.entry(show.event).or_default().push(Arc::clone(&show));
        self.shows.insert(show.id, show);
    }

    fn add_zone(&mut self, zone: Zone) {
        let parents =
            (self.tenants.get(&zone.tenant), self.events.get(&zone.event), self.shows.get(&zone.show));
        let (Some(tenant), Some(event), Some(show)) = parents else { return };
        self.offers.insert(zone.id, resolve(tenant, event, show, &zone));
        let zone = Arc::new(zone);
        self.zones_of.entry(zone.show).or_default().push(Arc::clone(&zone));
        self.zones.insert(zone.id, zone);
    }

    fn add_room(&mut self, room: QueueRoom) {
        let event = room.event;
        let shows = self.shows(event).iter().flat_map(|show| self.zones(show.id));
        let offers =
            shows.filter_map(|zone| self.offer(zone.id)).filter(|offer| offer.state == OfferState::Open);
        let (opens_at, closes_at) = offers.fold((None, None), |(opens_at, closes_at), offer| {
            // One zone that is sold from the beginning opens the sale.
            let opens = Some(offer.opens_at.unwrap_or_default());
            let earlier = if opens_at.is_none() || opens < opens_at { opens } else { opens_at };
            (earlier, closes_at.max(Some(offer.closes_at)))
        });
        let opens_at = opens_at.filter(|at| *at > Timestamp::default());
        self.queues.insert(event, Arc::new(EventQueue { room, opens_at, closes_at }));
    }

    /// Its epoch: a new number for every change of the catalogue, in no order that means anything.
    #[must_use]
    pub const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Everything a reservation must know of `zone`, in one look-up.
    #[must_use]
    pub fn offer(&self, zone: ZoneId) -> Option<&Offer> {
        self.offers.get(&zone)
    }

    /// The waiting room of `event`, in whatever mode; one look at nothing where no event has one.
    #[must_use]
    pub fn queue(&self, event: EventId) -> Option<&Arc<EventQueue>> {
        if self.queues.is_empty() { None } else { self.queues.get(&event) }
    }

    /// Every waiting room, in no order.
    pub fn queues(&self) -> impl Iterator<Item = &Arc<EventQueue>> {
        self.queues.values()
    }

    /// A tenant, switched off ones too.
    #[must_use]
    pub fn tenant(&self, id: TenantId) -> Option<&Arc<Tenant>> {
        self.tenants.get(&id)
    }

    /// The tenant with this slug.
    #[must_use]
    pub fn tenant_by_slug(&self, slug: &str) -> Option<&Arc<Tenant>> {
        self.tenant_slugs.get(slug).and_then(|id| self.tenants.get(id))
    }

    /// The tenant with this domain, in lower case.
    #[must_use]
    pub fn tenant_by_domain(&self, domain: &str) -> Option<&Arc<Tenant>> {
        self.tenant_domains.get(domain).and_then(|id| self.tenants.get(id))
    }

    /// Every tenant, by name.
    #[must_use]
    pub fn tenants(&self) -> &[Arc<Tenant>] {
        &self.tenants_in_order
    }

    /// The categories of `tenant` in their order.
    #[must_use]
    pub fn categories(&self, tenant: TenantId) -> &[Arc<Category>] {
        self.categories.get(&tenant).map_or(&[], Vec::as_slice)
    }

    /// One category of `tenant`.
    #[must_use]
    pub fn category(&self, tenant: TenantId, id: CategoryId) -> Option<&Arc<Category>> {
        self.categories(tenant).iter().find(|category| category.id == id)
    }

    /// An event in any state.
    #[must_use]
    pub fn event(&self, id: EventId) -> Option<&Arc<Event>> {
        self.events.get(&id)
    }

    /// The event of `tenant` with this slug.
    #[must_use]
    pub fn event_by_slug(&self, tenant: TenantId, slug: &str) -> Option<&Arc<Event>> {
        self.event_slugs.get(&(tenant, slug.to_owned())).and_then(|id| self.events.get(id))
    }

    /// Every event of `tenant`, oldest first.
    #[must_use]
    pub fn events(&self, tenant: TenantId) -> &[Arc<Event>] {
        self.events_of.get(&tenant).map_or(&[], Vec::as_slice)
    }

    /// A show, cancelled ones too.
    #[must_use]
    pub fn show(&self, id: ShowId) -> Option<&Arc<Show>> {
        self.shows.get(&id)
    }

    /// The shows of `event`, by start.
    #[must_use]
    pub fn shows(&self, event: EventId) -> &[Arc<Show>] {
        self.shows_of.get(&event).map_or(&[], Vec::as_slice)
    }

    /// A zone, inactive ones too.
    #[must_use]
    pub fn zone(&self, id: ZoneId) -> Option<&Arc<Zone>> {
        self.zones.get(&id)
    }

    /// The zones of `show` in their order.
    #[must_use]
    pub fn zones(&self, show: ShowId) -> &[Arc<Zone>] {
        self.zones_of.get(&show).map_or(&[], Vec::as_slice)
    }

    /// Every zone there is, in no order.
    pub fn all_zones(&self) -> impl Iterator<Item = &Arc<Zone>> {
        self.zones.values()
    }

    /// The state of `event` at `now`: a published one is completed once the last of its shows is over.
    #[must_use]
    pub fn status(&self, event: &Event, now: Timestamp) -> EventStatus {
        status_at(event.status, self.shows(event.id).iter().map(AsRef::as_ref), now)
    }
}

/// The state at `now` of an event that is stored as `stored` and has `shows`.
pub fn status_at<'s>(
    stored: EventStatus,
    shows: impl IntoIterator<Item = &'s Show>,
    now: Timestamp,
) -> EventStatus {
    let takes_place = shows.into_iter().filter(|show| !show.is_cancelled);
    let over = takes_place.map(|show| show.fields.over_at()).max().is_some_and(|over_at| over_at <= now);
    if stored == EventStatus::Published && over { EventStatus::Completed } else { stored }
}

/// What a zone offers, each figure from the narrowest level that names it.
fn resolve(tenant: &Tenant, event: &Event, show: &Show, zone: &Zone) -> Offer {
    let settings = &tenant.fields.settings;
    let window = zone.fields.sale.or(show.fields.sale).or(event.fields.sale);
    let cutoff_secs = event.fields.booking_cutoff_secs.unwrap_or(settings.booking_cutoff_secs);
    Offer {
        tenant: tenant.id,
        event: event.id,
        show: show.id,
        zone: zone.id,
        price_minor: zone.fields.price_minor,
        currency: zone.fields.currency,
        min_per_order: zone.fields.min_per_order,
        max_per_order: zone.fields.max_per_order,
        max_per_user: event.fields.max_tickets_per_user.unwrap_or(settings.max_tickets_per_user),
        hold_secs: settings.reservation_ttl_secs,
        state: state_of(tenant, event, show, zone),
        opens_at: window.starts_at,
        closes_at: window.closes_at(show.fields.starts_at, cutoff_secs),
    }
}

fn state_of(tenant: &Tenant, event: &Event, show: &Show, zone: &Zone) -> OfferState {
    if !tenant.fields.is_active || event.status != EventStatus::Published {
        OfferState::EventNotAvailable
    } else if show.is_cancelled {
        OfferState::ShowNotAvailable
    } else if !zone.fields.is_active {
        OfferState::ZoneInactive
    } else {
        OfferState::Open
    }
}
