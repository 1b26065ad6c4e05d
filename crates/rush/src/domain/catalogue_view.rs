//! What a visitor is told of an event, a show, a zone: the catalogue, the seats and the moment put together.

use super::catalogue::Snapshot;
use super::category::Category;
use super::event::Event;
use super::event_status::EventStatus;
use super::ids::ZoneId;
use super::offer::Offer;
use super::sale_status::SaleStatus;
use super::show::Show;
use super::zone::Zone;
use kernel::{Currency, Timestamp};
use std::sync::Arc;

/// Free and held seats of a zone, as somebody knows them; `None` where nobody does yet.
pub type SeatsOf<'s> = &'s dyn Fn(ZoneId) -> Option<(i64, i64)>;

/// Seats of one or more zones. `available + held + sold = total`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeatCount {
    /// All of them.
    pub total: i64,
    /// Free.
    pub available: i64,
    /// Reserved, not paid.
    pub held: i64,
    /// Paid.
    pub sold: i64,
}

impl SeatCount {
    /// Of a zone with `total` seats; figures that arrive out of step with a change of its size never make it negative.
    #[must_use]
    pub fn of(total: i64, known: Option<(i64, i64)>) -> Self {
        let (available, held) = known.unwrap_or((total, 0));
        let available = available.clamp(0, total);
        let held = held.clamp(0, total - available);
        Self { total, available, held, sold: total - available - held }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            available: self.available + other.available,
            held: self.held + other.held,
            sold: self.sold + other.sold,
        }
    }
}

/// A zone as told.
#[derive(Debug, Clone)]
pub struct ZoneView {
    /// The zone.
    pub zone: Arc<Zone>,
    /// As it is sold.
    pub offer: Offer,
    /// Its seats.
    pub seats: SeatCount,
    /// How its sale stands.
    pub sale: SaleStatus,
}

/// A show as told.
#[derive(Debug, Clone)]
pub struct ShowView {
    /// The show.
    pub show: Arc<Show>,
    /// The venue's zone.
    pub timezone: String,
    /// Its zones, inactive ones too.
    pub zones: Vec<ZoneView>,
    /// The seats of all its zones.
    pub seats: SeatCount,
    /// How its sale stands.
    pub sale: SaleStatus,
}

/// An event as told.
#[derive(Debug, Clone)]
pub struct EventView {
    /// The event.
    pub event: Arc<Event>,
    /// Its category, while it exists.
    pub category: Option<Arc<Category>>,
    /// Its state at this moment.
    pub status: EventStatus,
    /// How its sale stands.
    pub sale: SaleStatus,
    /// Its shows by start, cancelled ones too.
    pub shows: Vec<ShowView>,
}

impl EventView {
    /// Every zone that is switched on, of shows that take place.
    pub fn active_zones(&self) -> impl Iterator<Item = &ZoneView> {
        let shows = self.shows.iter().filter(|show| !show.show.is_cancelled);
        shows.flat_map(|show| &show.zones).filter(|zone| zone.zone.fields.is_active)
    }

    /// The lowest price in minor units; none: nothing has a price yet.
    #[must_use]
    pub fn min_price(&self) -> Option<i64> {
        self.active_zones().map(|zone| zone.zone.fields.price_minor).min()
    }

    /// The highest price in minor units.
    #[must_use]
    pub fn max_price(&self) -> Option<i64> {
        self.active_zones().map(|zone| zone.zone.fields.price_minor).max()
    }

    /// The currency of its prices; an event has one.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.active_zones().next().map(|zone| zone.zone.fields.currency)
    }

    /// The next show that is not over at `now`, or else the last one there was.
    #[must_use]
    pub fn next_show(&self, now: Timestamp) -> Option<&ShowView> {
        let takes_place = || self.shows.iter().filter(|show| !show.show.is_cancelled);
        takes_place().find(|show| show.show.fields.over_at() > now).or_else(|| takes_place().next_back())
    }

    /// When the first zone that is still to be sold at `now` opens or opened; none: no such zone names a start.
    #[must_use]
    pub fn opens_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.active_zones()
            .filter(|zone| zone.offer.closes_at > now)
            .filter_map(|zone| zone.offer.opens_at)
            .min()
    }

    /// When the last zone closes.
    #[must_use]
    pub fn closes_at(&self) -> Option<Timestamp> {
        self.active_zones().map(|zone| zone.offer.closes_at).max()
    }

    /// The seats of all active zones.
    #[must_use]
    pub fn seats(&self) -> SeatCount {
        self.active_zones().map(|zone| zone.seats).fold(SeatCount::default(), SeatCount::plus)
    }
}

/// Tells of `event` at `now`.
#[must_use]
pub fn event_view(snapshot: &Snapshot, seats: SeatsOf<'_>, event: &Arc<Event>, now: Timestamp) -> EventView {
    let status = snapshot.status(event, now);
    let shows: Vec<_> =
        snapshot.shows(event.id).iter().map(|show| show_view(snapshot, seats, event, show, now)).collect();
    let category = event.fields.category.and_then(|id| snapshot.category(event.tenant, id)).cloned();
    let sale = SaleStatus::of_event(status, shows.iter().map(|show| show.sale));
    EventView { event: Arc::clone(event), category, status, sale, shows }
}

/// Tells of `show`, a performance of `event`, at `now`.
#[must_use]
pub fn show_view(
    snapshot: &Snapshot,
    seats: SeatsOf<'_>,
    event: &Event,
    show: &Arc<Show>,
    now: Timestamp,
) -> ShowView {
    let zones: Vec<_> =
        snapshot.zones(show.id).iter().filter_map(|zone| zone_view(snapshot, seats, zone, now)).collect();
    let active = zones.iter().filter(|zone| zone.zone.fields.is_active);
    let by_zones = active.map(|zone| zone.sale).min().unwrap_or(SaleStatus::Scheduled);
    ShowView {
        sale: before_seats(event, show, now).unwrap_or(by_zones),
        seats: zones.iter().map(|zone| zone.seats).fold(SeatCount::default(), SeatCount::plus),
        timezone: event.fields.venue.timezone.clone(),
        show: Arc::clone(show),
        zones,
    }
}

/// Tells of `zone` at `now`; `None` only while its show or event is being deleted.
#[must_use]
pub fn zone_view(
    snapshot: &Snapshot,
    seats: SeatsOf<'_>,
    zone: &Arc<Zone>,
    now: Timestamp,
) -> Option<ZoneView> {
    let offer = *snapshot.offer(zone.id)?;
    let (event, show) = (snapshot.event(zone.event)?, snapshot.show(zone.show)?);
    let seats = SeatCount::of(zone.fields.total_seats, seats(zone.id));
    let by_time = || {
        if offer.opens_at.is_some_and(|opens_at| now < opens_at) {
            SaleStatus::Scheduled
        } else if now >= offer.closes_at {
            SaleStatus::Ended
        } else if seats.available == 0 {
            SaleStatus::SoldOut
        } else {
            SaleStatus::OnSale
        }
    };
    let sale = before_seats(event, show, now).unwrap_or_else(by_time);
    let sale = if event.status == EventStatus::Draft && sale == SaleStatus::OnSale {
        SaleStatus::Scheduled
    } else {
        sale
    };
    Some(ZoneView { zone: Arc::clone(zone), offer, seats, sale })
}

/// What settles the matter before anybody counts seats.
fn before_seats(event: &Event, show: &Show, now: Timestamp) -> Option<SaleStatus> {
    if event.status == EventStatus::Cancelled || show.is_cancelled {
        return Some(SaleStatus::Cancelled);
    }
    let over = event.status == EventStatus::Completed || show.fields.over_at() <= now;
    over.then_some(SaleStatus::Completed)
}
