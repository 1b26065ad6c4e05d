//! `GET /rush/events`: the list, as its query asks for it. What cannot be read in a query is left out and said.

use super::present::card;
use super::redirect::encoded;
use super::state::PagesState;
use super::view::{Choice, Filters, ListPage, Pager};
use super::visible_events::public_views;
use super::visitor::Visitor;
use crate::domain::catalogue_search::{DateBound, EventOrder, EventQuery, search};
use crate::domain::catalogue_view::EventView;
use crate::domain::ids::CategoryId;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Currency, PageMeta, PageRequest, parse_minor};
use std::collections::BTreeSet;

/// Cards of one page: three rows of three.
const PER_PAGE: u32 = 9;
/// Characters of the longest search that is read.
const SEARCH_CHARS_MAX: usize = 100;
/// The names a query may use, in the order in which links repeat them.
const NAMES: [&str; 8] = ["search", "category", "city", "from", "to", "price_min", "price_max", "sort"];
/// The orders and what they are called.
const SORTS: [(&str, &str); 4] = [
    ("date", "Soonest first"),
    ("price", "Lowest price first"),
    ("-price", "Highest price first"),
    ("name", "By name"),
];

/// Shows the list.
pub async fn show(State(state): State<PagesState>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let now = visitor.now;
    let query = ListQuery::read(query.as_deref().unwrap_or_default());
    let views = public_views(&state.app, &visitor.catalogue, visitor.tenant.id, now);
    let (criteria, problem) = query.criteria(&visitor, &views);
    let filters = query.filters(&visitor, &views);
    let page_of = |page| search(views.clone(), &criteria, PageRequest::from_page(page, Some(PER_PAGE)), now);
    let found = page_of(query.page);
    // Beyond the end is the end: an old link or a typing error finds what there is.
    let beyond = found.items.is_empty() && found.meta.total > 0;
    let last = u32::try_from(found.meta.total_pages).ok();
    let found = if beyond { page_of(last) } else { found };
    let mut shell = visitor.shell("Events").at("/rush/events");
    shell.description = Some("Every event on sale and to come, with seats left as they go.".into());
    let page = ListPage {
        shell,
        cards: found.items.iter().map(|view| card(view, now)).collect(),
        total: found.meta.total,
        pager: query.pager(found.meta),
        filters,
        problem,
    };
    visitor.answer(StatusCode::OK, &page)
}

/// The query as it was sent.
struct ListQuery {
    values: [String; NAMES.len()],
    page: Option<u32>,
}

impl ListQuery {
    fn read(encoded: &str) -> Self {
        let mut query = Self { values: Default::default(), page: None };
        for (name, value) in form_urlencoded::parse(encoded.as_bytes()) {
            let text = value.trim().replace('\0', "");
            if name == "page" {
                query.page = text.parse().ok();
            } else if let Some(at) = NAMES.iter().position(|known| *known == name) {
                query.values[at] = text.chars().take(SEARCH_CHARS_MAX).collect();
            }
        }
        query
    }

    fn text(&self, name: &str) -> &str {
        NAMES.iter().position(|known| *known == name).map_or("", |at| &self.values[at])
    }

    /// What is looked for, and a sentence about what was left out.
    fn criteria(&self, visitor: &Visitor, views: &[EventView]) -> (EventQuery, Option<String>) {
        let mut bad = Vec::new();
        let currency = views.iter().find_map(EventView::currency).unwrap_or(Currency::ALL[0]);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let query = EventQuery {
            category: self.category(visitor),
            city: some(self.text("city")),
            search: some(self.text("search")),
            from: self.date("from", &mut bad),
            to: self.date("to", &mut bad),
            min_price: self.price("price_min", currency, &mut bad),
            max_price: self.price("price_max", currency, &mut bad),
            order: EventOrder::parse(self.text("sort")).unwrap_or_default(),
            ..EventQuery::default()
        };
        let problem =
            (!bad.is_empty()).then(|| format!("We could not read {} and left it out.", bad.join(" and ")));
        (query, problem)
    }

    /// A category nobody has is looked for all the same and finds nothing.
    fn category(&self, visitor: &Visitor) -> Option<CategoryId> {
        let slug = self.text("category");
        let known =
            visitor.catalogue.categories(visitor.tenant.id).iter().find(|known| known.fields.slug == slug);
        (!slug.is_empty()).then(|| known.map_or(CategoryId(0), |category| category.id))
    }

    fn date(&self, name: &str, bad: &mut Vec<String>) -> Option<DateBound> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        DateBound::read(text).map_err(|_| bad.push(format!("the date \"{text}\""))).ok()
    }

    fn price(&self, name: &str, currency: Currency, bad: &mut Vec<String>) -> Option<i64> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        let minor = parse_minor(text, currency.scale).ok();
        if minor.is_none() {
            bad.push(format!("the price \"{text}\""));
        }
        minor
    }

    fn filters(&self, visitor: &Visitor, views: &[EventView]) -> Filters {
        let folded = &NAMES[1..];
        let unfolded = folded.iter().any(|name| !self.text(name).is_empty());
        let filtered = unfolded && folded.iter().any(|name| *name != "sort" && !self.text(name).is_empty());
        Filters {
            search: self.text("search").to_owned(),
            from: self.text("from").to_owned(),
            to: self.text("to").to_owned(),
            price_min: self.text("price_min").to_owned(),
            price_max: self.text("price_max").to_owned(),
            categories: self.categories(visitor),
            cities: self.cities(views),
            sorts: SORTS.iter().map(|(value, label)| self.choice("sort", value, label)).collect(),
            active: filtered || !self.text("search").is_empty(),
            unfolded,
        }
    }

    fn categories(&self, visitor: &Visitor) -> Vec<Choice> {
        let active =
            visitor.catalogue.categories(visitor.tenant.id).iter().filter(|known| known.fields.is_active);
        let any = self.choice("category", "", "Any category");
        let known = active.map(|known| self.choice("category", &known.fields.slug, &known.fields.name));
        std::iter::once(any).chain(known).collect()
    }

    fn cities(&self, views: &[EventView]) -> Vec<Choice> {
        let cities: BTreeSet<&str> =
            views.iter().filter_map(|view| view.event.fields.venue.city.as_deref()).collect();
        let any = self.choice("city", "", "Any city");
        std::iter::once(any).chain(cities.into_iter().map(|city| self.choice("city", city, city))).collect()
    }

    fn choice(&self, name: &str, value: &str, label: &str) -> Choice {
        Choice { value: value.to_owned(), label: label.to_owned(), selected: self.text(name) == value }
    }

    fn pager(&self, meta: PageMeta) -> Pager {
        let link = |page: u64| {
            let filled = NAMES.iter().zip(&self.values).filter(|(_, value)| !value.is_empty());
            let mut query: String =
                filled.map(|(name, value)| format!("{name}={}&", encoded(value))).collect();
            query += &format!("page={page}");
            format!("/rush/events?{query}")
        };
        let previous = (meta.page > 1).then(|| link((meta.page - 1).min(meta.total_pages.max(1))));
        Pager {
            page: meta.page,
            pages: meta.total_pages,
            previous,
            next: meta.has_more.then(|| link(meta.page + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_with_its_oddities() {
        let query = ListQuery::read("search=jazz+%00night&page=2&from=soon&unknown=1&price_min=-4");
        assert_eq!((query.text("search"), query.page), ("jazz night", Some(2)));
        let mut bad = Vec::new();
        assert!(query.date("from", &mut bad).is_none());
        assert!(query.price("price_min", Currency::ALL[0], &mut bad).is_none());
        assert_eq!(bad, ["the date \"soon\"", "the price \"-4\""]);
        assert_eq!(ListQuery::read("page=-1").page, None);
    }

    #[test]
    fn links_to_other_pages_keep_what_was_asked() {
        let query = ListQuery::read("search=a%26b&sort=-price&page=2");
        let pager = query.pager(PageRequest::from_page(Some(2), Some(9)).meta(30));
        assert_eq!(pager.next.as_deref(), Some("/rush/events?search=a%26b&sort=-price&page=3"));
        assert_eq!(pager.previous.as_deref(), Some("/rush/events?search=a%26b&sort=-price&page=1"));
    }
}
