//! Who may show the Mini App in a frame: the web clients of Telegram, ourselves, and a simulated Telegram where there is one.

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use axum::response::Response;

/// Web clients of Telegram.
const TELEGRAM: &str = "https://web.telegram.org https://*.telegram.org";

/// The policy of the Mini App's document. `client` is the origin of a simulated Telegram or empty; it is also what we may show
/// in a frame ourselves.
fn policy(client: &str) -> String {
    let frames = if client.is_empty() { "'none'" } else { client };
    format!(
        "default-src 'self'; img-src 'self' data: https:; media-src 'self' https:; object-src 'none'; base-uri 'self'; \
         form-action 'self'; frame-src {frames}; frame-ancestors 'self' {TELEGRAM} {client}"
    )
}

/// Lets Telegram show this answer in a frame. Browsers that read the policy do not read the older header.
pub fn allow(client: &str, mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    if let Ok(value) = HeaderValue::from_str(policy(client).trim_end()) {
        headers.insert(CONTENT_SECURITY_POLICY, value);
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telegram_may_frame_the_mini_app_and_no_other_origin_may_run_a_script_in_it() {
        let plain = policy("");
        assert!(plain.contains("frame-ancestors 'self' https://web.telegram.org"), "{plain}");
        assert!(plain.contains("frame-src 'none'") && !plain.contains("script-src"), "{plain}");
        assert!(plain.starts_with("default-src 'self';") && !plain.contains("unsafe"), "{plain}");
        let simulated = policy("http://127.0.0.1:9110");
        assert!(simulated.contains("frame-src http://127.0.0.1:9110;"), "{simulated}");
    }
}
