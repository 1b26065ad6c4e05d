//! An event as others show it: link previews and search engines.

use super::card::{place, poster_of};
use crate::domain::catalogue_view::{EventView, ShowView};
use crate::domain::event_status::EventStatus;
use crate::domain::sale_status::SaleStatus;
use crate::pages::view::Preview;
use kernel::Currency;
use serde_json::{Value, json};

/// Characters of a description beyond which search engines cut.
const DESCRIPTION_CHARS_MAX: usize = 160;

/// One or two sentences about the event: its own, or where and what it is.
#[must_use]
pub fn description(view: &EventView) -> String {
    let fields = &view.event.fields;
    let own = [&fields.meta_description, &fields.short_description, &fields.description];
    let own = own.into_iter().flatten().map(|text| text.trim()).find(|text| !text.is_empty());
    let text =
        own.map_or_else(|| format!("{}, {}. Tickets.", fields.name, place(&view.event)), str::to_owned);
    shortened(&text)
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= DESCRIPTION_CHARS_MAX {
        return line;
    }
    line.chars().take(DESCRIPTION_CHARS_MAX - 1).chain(std::iter::once('…')).collect()
}

/// The preview of `view` with `show` on the page; `site` is the public URL without a slash at its end.
#[must_use]
pub fn preview(site: &str, view: &EventView, show: Option<&ShowView>) -> Preview {
    let url = format!("{site}/rush/events/{}", view.event.fields.slug);
    let image = format!("{site}{}", poster_of(&view.event));
    let event = schema(view, show, &url, &image);
    // Inside a script element nothing may look like the end of one.
    let json = event.to_string().replace('<', "\\u003c");
    Preview { url, image, json }
}

fn schema(view: &EventView, show: Option<&ShowView>, url: &str, image: &str) -> Value {
    let (fields, venue) = (&view.event.fields, &view.event.fields.venue);
    let cancelled = view.status == EventStatus::Cancelled;
    let mut event = json!({
        "@context": "https://schema.org", "@type": "Event", "name": fields.name, "url": url, "image": [image],
        "description": description(view),
        "eventStatus": if cancelled { "https://schema.org/EventCancelled" } else { "https://schema.org/EventScheduled" },
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": { "@type": "Place", "name": venue.name.clone().unwrap_or_else(|| place(&view.event)),
            "address": { "@type": "PostalAddress", "streetAddress": venue.address, "addressLocality": venue.city,
                "addressCountry": venue.country } },
    });
    if let Some(show) = show {
        event["startDate"] = json!(show.show.fields.starts_at.rfc3339());
        event["endDate"] = json!(show.show.fields.over_at().rfc3339());
        event["offers"] = Value::Array(show.zones.iter().filter(|zone| zone.zone.fields.is_active).map(|zone| {
            let fields = &zone.zone.fields;
            json!({ "@type": "Offer", "name": fields.name, "url": url, "priceCurrency": fields.currency.code,
                "price": plain(fields.currency, fields.price_minor), "availability": availability(zone.sale) })
        }).collect());
    }
    event
}

/// `1200.00`: no sign, no thousands.
fn plain(currency: Currency, minor: i64) -> String {
    kernel::format_minor(minor, currency.scale)
}

const fn availability(sale: SaleStatus) -> &'static str {
    match sale {
        SaleStatus::OnSale => "https://schema.org/InStock",
        SaleStatus::Scheduled => "https://schema.org/PreSale",
        SaleStatus::SoldOut => "https://schema.org/SoldOut",
        SaleStatus::Ended | SaleStatus::Completed | SaleStatus::Cancelled => "https://schema.org/OutOfStock",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_one_line_that_no_engine_cuts() {
        assert_eq!(shortened("Two\n lines  of it"), "Two lines of it");
        let long = shortened(&"ตั๋ว ".repeat(60));
        assert!(long.chars().count() == DESCRIPTION_CHARS_MAX && long.ends_with('…'));
    }

    #[test]
    fn a_price_is_a_plain_number() {
        let currency = |code| Currency::find(code).expect("known");
        assert_eq!(plain(currency("THB"), 120_000), "1200.00");
        assert_eq!(plain(currency("JPY"), 500), "500");
    }
}
