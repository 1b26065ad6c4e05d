//! Finding events: filters, words, order.
//!
//! A word is found anywhere in name, descriptions, venue and city, case and Latin accents aside; all words must be found.
//! It is the same on every database, because it looks at the catalogue in memory.

use super::catalogue_view::EventView;
use super::event_status::EventStatus;
use super::ids::CategoryId;
use super::sale_status::SaleStatus;
use super::show_time::{moved_to, start_of_day};
use super::slug::folded;
use kernel::{PageRequest, Paged, Timestamp};
use std::cmp::Ordering;

/// Words of the longest search that are looked at; a sentence has no more.
const WORDS_MAX: usize = 12;

/// In which order events are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EventOrder {
    /// The next show first; what is over comes last, the latest of it first.
    #[default]
    Date,
    /// The cheapest first.
    PriceUp,
    /// The dearest first.
    PriceDown,
    /// By the alphabet.
    Name,
}

impl EventOrder {
    /// Reads an order; `None` for a word that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "date" => Self::Date,
            "price" | "price_asc" => Self::PriceUp,
            "-price" | "price_desc" => Self::PriceDown,
            "name" => Self::Name,
            _ => return None,
        })
    }
}

/// One end of a range of dates: a day at each venue, or a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateBound {
    /// `YYYY-MM-DD`; the whole day counts.
    Day(String),
    /// A moment; it counts.
    Moment(Timestamp),
}

impl DateBound {
    /// Reads a date or RFC 3339. Errors: why not, as a sentence's end.
    pub fn read(text: &str) -> Result<Self, String> {
        super::show_time::date(text)
            .map(Self::Day)
            .or_else(|_| super::field::moment(text.to_owned()).map(Self::Moment))
    }

    fn first_moment(&self, timezone: &str) -> Option<Timestamp> {
        match self {
            Self::Day(day) => start_of_day(day, timezone).ok(),
            Self::Moment(at) => Some(*at),
        }
    }

    /// The first moment that no longer counts.
    fn first_after(&self, timezone: &str) -> Option<Timestamp> {
        match self {
            Self::Day(day) => moved_to(start_of_day(day, timezone).ok()?, 1, timezone).ok(),
            Self::Moment(at) => Some(Timestamp::from_micros(at.as_micros().saturating_add(1))),
        }
    }
}

/// What is looked for. What is `None` does not matter.
#[derive(Debug, Clone, Default)]
pub struct EventQuery {
    /// The event's state.
    pub status: Option<EventStatus>,
    /// How its sale stands; any of these.
    pub sale: Option<Vec<SaleStatus>>,
    /// Its category.
    pub category: Option<CategoryId>,
    /// Its city, case and accents aside.
    pub city: Option<String>,
    /// Words.
    pub search: Option<String>,
    /// The first day or moment of a show.
    pub from: Option<DateBound>,
    /// The last day or moment of a show.
    pub to: Option<DateBound>,
    /// The least price of a zone in minor units.
    pub min_price: Option<i64>,
    /// The highest price of a zone in minor units.
    pub max_price: Option<i64>,
    /// Featured ones alone.
    pub featured: Option<bool>,
    /// The order.
    pub order: EventOrder,
}

/// The events of `views` that `query` looks for, in its order, one page of them.
#[must_use]
pub fn search(
    views: Vec<EventView>,
    query: &EventQuery,
    page: PageRequest,
    now: Timestamp,
) -> Paged<EventView> {
    let words = words(query.search.as_deref().unwrap_or_default());
    let mut found: Vec<_> = views.into_iter().filter(|view| matches(view, query, &words)).collect();
    found.sort_by(|left, right| compare(left, right, query.order, now));
    let total = found.len() as u64;
    let skip = usize::try_from(page.offset).unwrap_or(usize::MAX);
    Paged { items: found.into_iter().skip(skip).take(page.limit as usize).collect(), meta: page.meta(total) }
}

fn words(text: &str) -> Vec<String> {
    folded(text).split_whitespace().take(WORDS_MAX).map(str::to_owned).collect()
}

fn matches(view: &EventView, query: &EventQuery, words: &[String]) -> bool {
    let fields = &view.event.fields;
    let is = |wanted: &Option<String>, have: &Option<String>| {
        wanted
            .as_ref()
            .is_none_or(|wanted| have.as_ref().is_some_and(|have| folded(have) == folded(wanted.trim())))
    };
    query.status.is_none_or(|status| view.status == status)
        && query.sale.as_ref().is_none_or(|sale| sale.contains(&view.sale))
        && query.category.is_none_or(|category| fields.category == Some(category))
        && query.featured.is_none_or(|featured| fields.is_featured == featured)
        && is(&query.city, &fields.venue.city)
        && has_price(view, query)
        && has_show(view, query)
        && has_words(view, words)
}

fn has_price(view: &EventView, query: &EventQuery) -> bool {
    let (low, high) = (query.min_price, query.max_price);
    let fits = |price: i64| low.is_none_or(|low| low <= price) && high.is_none_or(|high| price <= high);
    (low.is_none() && high.is_none()) || view.active_zones().any(|zone| fits(zone.zone.fields.price_minor))
}

fn has_show(view: &EventView, query: &EventQuery) -> bool {
    if query.from.is_none() && query.to.is_none() {
        return true;
    }
    let timezone = view.event.fields.venue.timezone.as_str();
    let from = query.from.as_ref().and_then(|from| from.first_moment(timezone));
    let until = query.to.as_ref().and_then(|to| to.first_after(timezone));
    let fits = |at: Timestamp| from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until);
    view.shows.iter().any(|show| !show.show.is_cancelled && fits(show.show.fields.starts_at))
}

fn has_words(view: &EventView, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let fields = &view.event.fields;
    let texts = [
        Some(&fields.name),
        fields.short_description.as_ref(),
        fields.description.as_ref(),
        fields.venue.name.as_ref(),
        fields.venue.city.as_ref(),
        view.category.as_ref().map(|category| &category.fields.name),
    ];
    let hay: Vec<String> = texts.into_iter().flatten().map(|text| folded(text)).collect();
    words.iter().all(|word| hay.iter().any(|text| text.contains(word.as_str())))
}

/// Ties are broken by id, so that pages never show an event twice.
fn compare(left: &EventView, right: &EventView, order: EventOrder, now: Timestamp) -> Ordering {
    let by_id = left.event.id.cmp(&right.event.id);
    let ordering = match order {
        EventOrder::Date => by_date(left, now).cmp(&by_date(right, now)),
        EventOrder::Name => folded(&left.event.fields.name).cmp(&folded(&right.event.fields.name)),
        // What has no price comes last in both orders.
        EventOrder::PriceUp => price(left, i64::MAX).cmp(&price(right, i64::MAX)),
        EventOrder::PriceDown => price(right, i64::MIN).cmp(&price(left, i64::MIN)),
    };
    ordering.then(by_id)
}

fn price(view: &EventView, otherwise: i64) -> i64 {
    view.min_price().unwrap_or(otherwise)
}

/// Upcoming ones by their next show, then past ones backwards, then those without a show.
fn by_date(view: &EventView, now: Timestamp) -> (u8, i64) {
    match view.next_show(now).map(|show| &show.show.fields) {
        Some(show) if show.over_at() > now => (0, show.starts_at.as_micros()),
        Some(show) => (1, -show.starts_at.as_micros()),
        None => (2, 0),
    }
}
