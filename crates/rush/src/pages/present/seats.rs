//! Zones and their seats.

use crate::domain::catalogue_view::{ShowView, ZoneView};
use crate::domain::ids::ZoneId;
use crate::domain::sale_status::SaleStatus;
use crate::pages::view::{LiveSeats, ZoneRow, ZoneSeats};
use kernel::PublicIds;

/// The active zones of a show to choose from; `chosen` is ticked, or else the cheapest that can be had.
#[must_use]
pub fn zone_rows(public: &PublicIds, show: &ShowView, chosen: Option<ZoneId>) -> Vec<ZoneRow> {
    let mut rows: Vec<_> = active(show).map(|zone| row(public, zone, chosen == Some(zone.zone.id))).collect();
    if !rows.iter().any(|row| row.chosen)
        && let Some(cheapest) =
            rows.iter_mut().filter(|row| row.choosable()).min_by_key(|row| row.price_minor)
    {
        cheapest.chosen = true;
    }
    rows
}

/// The same seats as figures alone.
#[must_use]
pub fn live_seats(public: &PublicIds, show: &ShowView) -> LiveSeats {
    LiveSeats { zones: active(show).map(|zone| seats(public, zone)).collect() }
}

fn active(show: &ShowView) -> impl Iterator<Item = &ZoneView> {
    show.zones.iter().filter(|zone| zone.zone.fields.is_active)
}

fn row(public: &PublicIds, zone: &ZoneView, chosen: bool) -> ZoneRow {
    let fields = &zone.zone.fields;
    let open = matches!(zone.sale, SaleStatus::OnSale | SaleStatus::SoldOut);
    let mut row = ZoneRow {
        seats: seats(public, zone),
        name: fields.name.clone(),
        colour: fields.color.clone(),
        description: fields.description.clone(),
        price_minor: fields.price_minor,
        price: fields.currency.write(fields.price_minor),
        min: fields.min_per_order,
        max: fields.max_per_order,
        open,
        chosen: false,
    };
    row.chosen = chosen && row.choosable();
    row
}

fn seats(public: &PublicIds, zone: &ZoneView) -> ZoneSeats {
    let count = zone.seats;
    ZoneSeats {
        id: public.encode(zone.zone.id),
        total: count.total,
        sold: count.sold,
        held: count.held,
        available: count.available,
    }
}
