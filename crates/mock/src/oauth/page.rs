//! The page on which a browser chooses who it is, and the way back.

use super::people::OFFERED;
use axum::response::{Html, IntoResponse as _, Redirect, Response};

/// Offers people; each link is the same request with their name.
pub(super) fn choose(title: &str, query: &str) -> Response {
    let here = format!("?{}", escaped(query));
    let link = |(handle, name): &(&str, &str)| {
        format!("<li><a href=\"{here}&amp;login_hint={handle}\">{name}</a></li>")
    };
    let links: String = OFFERED.iter().map(link).collect();
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><body style=\"font:18px system-ui;margin:3rem\">\
         <h1>{title}</h1><p>Simulated. Who are you?</p><ul>{links}</ul></body></html>"
    ))
    .into_response()
}

/// Sends the browser back with a code.
pub(super) fn back(redirect_uri: &str, code: &str, state: &str) -> Response {
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("code", code)
        .append_pair("state", state)
        .finish();
    Redirect::to(&format!("{redirect_uri}{joint}{query}")).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
