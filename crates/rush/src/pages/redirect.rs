//! The way from one page to the next: redirects, the cookies they set, and which paths may be returned to.

use super::flash::Message;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};

/// Bytes of the longest path to return to: an event's slug with a show, a zone and a quantity is under 300.
const RETURN_TO_BYTES_MAX: usize = 600;

/// `See Other`: the way from a post to the page after it.
#[must_use]
pub fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// The same with a message for the next page.
#[must_use]
pub fn see_other_with(path: &str, message: Message) -> Response {
    let mut response = see_other(path);
    set_cookie(&mut response, &message.cookie());
    response
}

/// Adds a cookie to an answer. A text that cannot be a header is left out; ours never are.
pub fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// `path` if it is one of ours, the first page otherwise: a link cannot send people elsewhere through our log-in.
#[must_use]
pub fn safe_return_to(path: &str) -> &str {
    let ours = path == "/rush" || path.starts_with("/rush/") || path.starts_with("/rush?");
    let plain = path.len() <= RETURN_TO_BYTES_MAX
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours && plain { path } else { "/rush" }
}

/// `text` as it may stand in a query.
#[must_use]
pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_are_gone_back_to() {
        for good in ["/rush", "/rush/events/neon-tide?show=1&zone=2", "/rush?x=1"] {
            assert_eq!(safe_return_to(good), good);
        }
        let long = format!("/rush/{}", "x".repeat(RETURN_TO_BYTES_MAX));
        for bad in [
            "",
            "https://evil.example",
            "//evil.example",
            "/rushy",
            "/tap",
            "/rush/\\evil",
            "/rush/\r\nX: 1",
            &long,
        ] {
            assert_eq!(safe_return_to(bad), "/rush", "{bad}");
        }
    }
}
