//! An event's page: its facts, its shows, and the one thing that can be done now.

use super::card::{from_price, place, poster_of};
use crate::domain::catalogue_view::{EventView, ShowView};
use crate::domain::ids::{ShowId, ZoneId};
use crate::domain::sale_status::SaleStatus;
use crate::pages::view::{BuyForm, EventHead, ShowLink, Stage, When, ZoneRow};
use kernel::{PublicIds, Timestamp};

/// What a visitor chose so far, on this page or on the way through a log-in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection {
    /// The show.
    pub show: Option<ShowId>,
    /// The zone.
    pub zone: Option<ZoneId>,
    /// Seats.
    pub quantity: Option<i64>,
}

/// What is known of the visitor.
#[derive(Debug, Clone, Copy)]
pub struct Buyer {
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Tickets held and owned for this event.
    pub owned: i64,
    /// Tickets one buyer may have.
    pub cap: i64,
}

/// One show of an event as it is offered to one buyer.
pub struct Offering<'v> {
    /// The event.
    pub event: &'v EventView,
    /// The show on the page.
    pub show: Option<&'v ShowView>,
    /// Its zones as drawn.
    pub zones: &'v [ZoneRow],
    /// For whom.
    pub buyer: Buyer,
    /// What they chose.
    pub selection: Selection,
    /// The key of the attempt they may make.
    pub attempt: String,
    /// The present.
    pub now: Timestamp,
}

/// The facts of `view` with `show` on the page.
#[must_use]
pub fn event_head(view: &EventView, show: Option<&ShowView>) -> EventHead {
    let fields = &view.event.fields;
    let zone = fields.venue.timezone.as_str();
    let at = |moment: Timestamp| When::new(moment, zone);
    let address = [&fields.venue.address, &fields.venue.city].into_iter().flatten().cloned();
    EventHead {
        title: fields.name.clone(),
        summary: fields.short_description.clone().unwrap_or_default(),
        description: fields.description.clone().unwrap_or_default(),
        poster: poster_of(&view.event),
        when: show.map(|show| at(show.show.fields.starts_at)),
        doors: show.and_then(|show| show.show.fields.doors_open_at).map(at),
        venue: fields.venue.name.clone().unwrap_or_else(|| place(&view.event)),
        address: address.collect::<Vec<_>>().join(", "),
        category: view.category.as_ref().map(|category| category.fields.name.clone()),
        price: from_price(view),
    }
}

/// The shows of `view` to choose from.
#[must_use]
pub fn show_links(public: &PublicIds, view: &EventView, chosen: Option<ShowId>) -> Vec<ShowLink> {
    let link = |show: &ShowView| ShowLink {
        href: format!("/rush/events/{}?show={}", view.event.fields.slug, public.encode(show.show.id)),
        when: When::new(show.show.fields.starts_at, &show.timezone),
        note: show.show.fields.name.clone().unwrap_or_else(|| sale_text(show.sale).to_owned()),
        chosen: chosen == Some(show.show.id),
    };
    view.shows.iter().map(link).collect()
}

const fn sale_text(sale: SaleStatus) -> &'static str {
    match sale {
        SaleStatus::OnSale => "On sale",
        SaleStatus::Scheduled => "Not on sale yet",
        SaleStatus::SoldOut => "Sold out",
        SaleStatus::Ended => "Sale ended",
        SaleStatus::Completed => "Over",
        SaleStatus::Cancelled => "Cancelled",
    }
}

/// What can be done about `offering`.
#[must_use]
pub fn stage(public: &PublicIds, offering: &Offering<'_>) -> Stage {
    let Some(show) = offering.show else { return without_show(offering.event.sale) };
    let at = |moment: Timestamp| When::new(moment, &show.timezone);
    match show.sale {
        SaleStatus::OnSale if offering.buyer.owned >= offering.buyer.cap => {
            Stage::Full { owned: offering.buyer.owned, cap: offering.buyer.cap }
        }
        SaleStatus::OnSale => Stage::Open(buy_form(public, offering, show)),
        SaleStatus::Scheduled => {
            opens_at(show, offering.now).map_or(Stage::Unscheduled, |opens| Stage::Soon(at(opens)))
        }
        SaleStatus::SoldOut => Stage::SoldOut,
        SaleStatus::Ended => Stage::Ended(closes_at(show).map(at)),
        SaleStatus::Completed => Stage::Past,
        SaleStatus::Cancelled => Stage::Cancelled,
    }
}

fn without_show(sale: SaleStatus) -> Stage {
    if sale == SaleStatus::Cancelled { Stage::Cancelled } else { Stage::Unscheduled }
}

fn opens_at(show: &ShowView, now: Timestamp) -> Option<Timestamp> {
    let active = show.zones.iter().filter(|zone| zone.zone.fields.is_active && zone.offer.closes_at > now);
    active.filter_map(|zone| zone.offer.opens_at).min()
}

fn closes_at(show: &ShowView) -> Option<Timestamp> {
    show.zones.iter().filter(|zone| zone.zone.fields.is_active).map(|zone| zone.offer.closes_at).max()
}

fn buy_form(public: &PublicIds, offering: &Offering<'_>, show: &ShowView) -> BuyForm {
    let buyer = offering.buyer;
    let remaining = (buyer.cap - buyer.owned).max(1);
    let quantity = offering.selection.quantity.unwrap_or(1).clamp(1, remaining);
    let offer = show.zones.first().map(|zone| zone.offer);
    let currency = offer.map_or(kernel::Currency::ALL[0], |offer| offer.currency);
    let chosen = offering.zones.iter().find(|zone| zone.chosen).map_or(0, |zone| zone.price_minor);
    BuyForm {
        attempt: offering.attempt.clone(),
        event: public.encode(offering.event.event.id),
        show: public.encode(show.show.id),
        remaining,
        cap: buyer.cap,
        owned: buyer.owned,
        quantity,
        sign: currency.sign,
        scale: currency.scale,
        total: currency.write(chosen.saturating_mul(quantity)),
        closes: closes_at(show).map(|at| When::new(at, &show.timezone)),
        hold_minutes: offer.map_or(10, |offer| (offer.hold_secs + 59) / 60),
        signed_in: buyer.signed_in,
    }
}
