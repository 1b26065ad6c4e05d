//! `GET /rush/sitemap.xml`: every page that search engines should know, by its whole address.

use super::state::PagesState;
use super::visible_events::public_views;
use super::visitor::Visitor;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::fmt::Write as _;

/// Pages that are always there.
const PAGES: [&str; 4] = ["/rush", "/rush/events", "/rush/faq", "/rush/about"];
/// Addresses of one sitemap (sitemaps.org: 50,000); beyond it the newest events are found through the list.
const ADDRESSES_MAX: usize = 50_000;

/// Writes it.
pub async fn show(State(state): State<PagesState>, visitor: Visitor) -> Response {
    let views = public_views(&state.app, &visitor.catalogue, visitor.tenant.id, visitor.now);
    let events = views.iter().map(|view| format!("/rush/events/{}", view.event.fields.slug));
    let paths = PAGES.iter().map(|path| (*path).to_owned()).chain(events).take(ADDRESSES_MAX);
    let xml = written(state.app.identity.public_url(), paths);
    ([(CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response()
}

fn written(site: &str, paths: impl Iterator<Item = String>) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for path in paths {
        // Slugs are letters, digits and dashes, the site's address was read as one. Writing to memory cannot fail.
        let _ = writeln!(xml, "<url><loc>{site}{path}</loc></url>");
    }
    xml.push_str("</urlset>\n");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sitemap_names_whole_addresses() {
        let xml =
            written("https://shop.example", ["/rush".to_owned(), "/rush/events/a-b".to_owned()].into_iter());
        assert!(
            xml.contains("<loc>https://shop.example/rush/events/a-b</loc>") && xml.ends_with("</urlset>\n")
        );
    }
}
