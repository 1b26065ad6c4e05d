//! An event as the API writes it, and the query of a list as the catalogue reads it.

use crate::domain::catalogue_search::{DateBound, EventOrder, EventQuery};
use crate::domain::catalogue_view::EventView;
use crate::domain::event_status::EventStatus;
use crate::domain::sale_status::SaleStatus;
use crate::domain::show_time::rfc3339_in;
use crate::http::categories::{CategoryData, category_data};
use crate::http::shop::page_of;
use crate::http::state::RushState;
use kernel::{PageRequest, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An event. Prices are whole minor units of `currency`.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventData {
    id: String,
    organizer_id: String,
    category_id: Option<String>,
    category: Option<CategoryData>,
    name: String,
    slug: String,
    description: Option<String>,
    short_description: Option<String>,
    poster_url: Option<String>,
    banner_url: Option<String>,
    gallery: Vec<String>,
    #[serde(flatten)]
    venue: VenueData,
    /// The event's own figure, or else its tenant's.
    max_tickets_per_user: i64,
    booking_start_at: Option<String>,
    booking_end_at: Option<String>,
    /// draft, published, completed or cancelled.
    status: &'static str,
    is_featured: bool,
    is_public: bool,
    meta_title: Option<String>,
    meta_description: Option<String>,
    settings: EventSettingsData,
    #[serde(flatten)]
    sale: SaleData,
    published_at: Option<String>,
    created_at: String,
    updated_at: String,
}

/// Where an event happens.
#[derive(Debug, Serialize, ToSchema)]
pub struct VenueData {
    venue_name: Option<String>,
    venue_address: Option<String>,
    city: Option<String>,
    country: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    timezone: String,
}

/// The less usual rules of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventSettingsData {
    min_age: Option<i64>,
    booking_cutoff_secs: Option<i64>,
}

/// How the sale of an event stands, over all of its shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaleData {
    min_price: Option<i64>,
    max_price: Option<i64>,
    currency: Option<&'static str>,
    /// scheduled, on_sale, sold_out, ended, completed or cancelled.
    sale_status: &'static str,
    sale_opens_at: Option<String>,
    sale_closes_at: Option<String>,
    /// In the venue's zone.
    next_show_at: Option<String>,
    total_seats: i64,
    available_seats: i64,
}

/// `view` as it is written.
pub fn event_data(state: &RushState, view: &EventView) -> EventData {
    let (app, event) = (&state.app, &view.event);
    let fields = &event.fields;
    let cap = crate::domain::place::cap_of(&app.catalogue.current(), event.id);
    EventData {
        id: app.public.encode(event.id),
        organizer_id: app.public.encode(event.organizer),
        category_id: view.category.as_ref().map(|category| app.public.encode(category.id)),
        category: view.category.as_ref().map(|category| category_data(&app.public, category)),
        name: fields.name.clone(),
        slug: fields.slug.clone(),
        description: fields.description.clone(),
        short_description: fields.short_description.clone(),
        poster_url: fields.poster_url.clone(),
        banner_url: fields.banner_url.clone(),
        gallery: fields.gallery.clone(),
        venue: venue_data(view),
        max_tickets_per_user: cap.map_or(0, |(_, cap)| cap),
        booking_start_at: fields.sale.starts_at.map(Timestamp::rfc3339),
        booking_end_at: fields.sale.ends_at.map(Timestamp::rfc3339),
        status: view.status.as_str(),
        is_featured: fields.is_featured,
        is_public: fields.is_public,
        meta_title: fields.meta_title.clone(),
        meta_description: fields.meta_description.clone(),
        settings: EventSettingsData {
            min_age: fields.min_age,
            booking_cutoff_secs: fields.booking_cutoff_secs,
        },
        sale: sale_data(view, app.clock.now()),
        published_at: event.published_at.map(Timestamp::rfc3339),
        created_at: event.created_at.rfc3339(),
        updated_at: event.updated_at.rfc3339(),
    }
}

fn venue_data(view: &EventView) -> VenueData {
    let venue = view.event.fields.venue.clone();
    VenueData {
        venue_name: venue.name,
        venue_address: venue.address,
        city: venue.city,
        country: venue.country,
        latitude: venue.latitude,
        longitude: venue.longitude,
        timezone: venue.timezone,
    }
}

fn sale_data(view: &EventView, now: Timestamp) -> SaleData {
    let seats = view.seats();
    let next = view.next_show(now).map(|show| rfc3339_in(show.show.fields.starts_at, &show.timezone));
    SaleData {
        min_price: view.min_price(),
        max_price: view.max_price(),
        currency: view.currency().map(|currency| currency.code),
        sale_status: view.sale.as_str(),
        sale_opens_at: view.opens_at(now).map(Timestamp::rfc3339),
        sale_closes_at: view.closes_at().map(Timestamp::rfc3339),
        next_show_at: next,
        total_seats: seats.total,
        available_seats: seats.available,
    }
}

/// Which events, in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct EventListQuery {
    /// published or completed; or how the sale stands: on_sale, scheduled, sold_out, ended.
    status: Option<String>,
    /// How the sale stands: on_sale, scheduled, sold_out, ended, completed, cancelled; several with commas.
    sale_status: Option<String>,
    /// The id of a category.
    category_id: Option<String>,
    /// The city.
    city: Option<String>,
    /// Words, all of which must be found.
    #[serde(alias = "q")]
    search: Option<String>,
    /// The first day (`YYYY-MM-DD` at the venue) or moment (RFC 3339) of a show.
    #[serde(alias = "from")]
    date_from: Option<String>,
    /// The last day or moment of a show.
    #[serde(alias = "to")]
    date_to: Option<String>,
    /// The least price in minor units.
    #[serde(alias = "price_min")]
    min_price: Option<i64>,
    /// The highest price in minor units.
    #[serde(alias = "price_max")]
    max_price: Option<i64>,
    /// Featured ones alone.
    #[serde(alias = "is_featured")]
    featured: Option<bool>,
    /// date, price_asc, price_desc or name.
    sort: Option<String>,
    /// From 1.
    page: Option<u32>,
    /// Rows a page, at most 100.
    #[serde(alias = "page_size")]
    per_page: Option<u32>,
    /// Rows, in the offset style.
    limit: Option<u32>,
    /// Rows to skip, in the offset style.
    offset: Option<u64>,
}

/// The catalogue's words for a query. Errors: 400 `VALIDATION_ERROR` for a word that is none of ours.
pub fn read_query(state: &RushState, query: EventListQuery) -> Result<(EventQuery, PageRequest), Refusal> {
    let page = page_of(query.page, query.per_page, query.limit, query.offset);
    let bound = |field, text: Option<String>| {
        let read = text.map(|text| DateBound::read(text.trim())).transpose();
        read.map_err(|problem| Refusal::field(field, &problem))
    };
    let order = query.sort.as_deref().map(|text| {
        EventOrder::parse(text)
            .ok_or_else(|| Refusal::field("sort", "must be date, price_asc, price_desc or name"))
    });
    let category = query.category_id.map(|text| {
        state.app.public.decode(&text).map_err(|_| Refusal::field("category_id", "is no category"))
    });
    let (status, of_status) = read_status(query.status.as_deref())?;
    let sale = query.sale_status.as_deref().map(read_sale).transpose()?.or(of_status);
    let found = EventQuery {
        status,
        sale,
        category: category.transpose()?,
        city: query.city.filter(|city| !city.trim().is_empty()),
        search: query.search,
        from: bound("date_from", query.date_from)?,
        to: bound("date_to", query.date_to)?,
        min_price: query.min_price,
        max_price: query.max_price,
        featured: query.featured,
        order: order.transpose()?.unwrap_or_default(),
    };
    Ok((found, page))
}

type StatusFilter = (Option<EventStatus>, Option<Vec<SaleStatus>>);

fn read_status(text: Option<&str>) -> Result<StatusFilter, Refusal> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok((None, None)) };
    match EventStatus::parse(text) {
        Some(status) => Ok((Some(status), None)),
        None => Ok((None, Some(read_sale(text)?))),
    }
}

fn read_sale(text: &str) -> Result<Vec<SaleStatus>, Refusal> {
    let problem = "must be scheduled, on_sale, sold_out, ended, completed or cancelled";
    let words = text.split(',').map(|word| SaleStatus::parse(word.trim()));
    words.collect::<Option<_>>().ok_or_else(|| Refusal::field("status", problem))
}
