//! An event as a card.

use crate::domain::catalogue_view::EventView;
use crate::domain::event::Event;
use crate::domain::sale_status::SaleStatus;
use crate::pages::view::{CardSale, EventCard, When};
use kernel::Timestamp;
use web::shell::poster_url;

/// The event at `now`.
#[must_use]
pub fn card(view: &EventView, now: Timestamp) -> EventCard {
    let fields = &view.event.fields;
    let zone = fields.venue.timezone.as_str();
    EventCard {
        href: format!("/rush/events/{}", fields.slug),
        title: fields.name.clone(),
        poster: poster_of(&view.event),
        when: view.next_show(now).map(|show| When::new(show.show.fields.starts_at, zone)),
        place: place(&view.event),
        price: from_price(view),
        sale: sale(view, now, zone),
    }
}

/// Its own picture when that lies on our origin (pages load nothing from elsewhere), one drawn from its slug otherwise.
#[must_use]
pub fn poster_of(event: &Event) -> String {
    let own = event.fields.poster_url.as_deref().filter(|url| url.starts_with('/') && !url.starts_with("//"));
    own.map_or_else(|| poster_url(&event.fields.slug), str::to_owned)
}

/// `Lumpini Hall, Bangkok`, as far as known.
pub(super) fn place(event: &Event) -> String {
    let venue = &event.fields.venue;
    let known: Vec<&str> = [&venue.name, &venue.city].into_iter().flatten().map(String::as_str).collect();
    known.join(", ")
}

/// `from ฿1,200.00`, or the one price there is.
pub(super) fn from_price(view: &EventView) -> Option<String> {
    let (currency, low) = (view.currency()?, view.min_price()?);
    let several = view.max_price() != Some(low);
    Some(if several { format!("from {}", currency.write(low)) } else { currency.write(low) })
}

fn sale(view: &EventView, now: Timestamp, zone: &str) -> CardSale {
    match view.sale {
        SaleStatus::OnSale => {
            let seats = view.seats();
            let low = seats.available.saturating_mul(10) <= seats.total;
            if low { CardSale::Low(seats.available) } else { CardSale::OnSale }
        }
        SaleStatus::Scheduled => {
            view.opens_at(now).map_or(CardSale::Unscheduled, |at| CardSale::Soon(When::new(at, zone)))
        }
        SaleStatus::SoldOut => CardSale::SoldOut,
        SaleStatus::Ended => CardSale::Ended,
        SaleStatus::Completed => CardSale::Past,
        SaleStatus::Cancelled => CardSale::Cancelled,
    }
}
