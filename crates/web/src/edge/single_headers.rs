//! Headers that are asked for once. A second line of one is refused: two readers of it would not agree which counts.

use crate::refused::edge_refusals::repeated_header;
use axum::http::{HeaderMap, HeaderName, header};
use kernel::Refusal;

const SINGLE: [HeaderName; 10] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::HOST,
    header::ORIGIN,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("x-idempotency-key"),
    HeaderName::from_static("x-tenant-slug"),
    HeaderName::from_static("x-signature"),
    HeaderName::from_static("x-queue-pass"),
];

/// Refuses a request in which one of them stands twice. Errors: 400 `REPEATED_HEADER`.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), Refusal> {
    // As many lines as names: nothing is repeated. That is nearly every request.
    if headers.len() == headers.keys_len() {
        return Ok(());
    }
    match SINGLE.iter().find(|name| headers.get_all(*name).iter().nth(1).is_some()) {
        Some(name) => Err(repeated_header(name.as_str())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("a value"));
        }
        headers
    }

    #[test]
    fn a_second_line_is_refused_where_one_is_asked_and_taken_where_lists_are() {
        for name in SINGLE {
            let mut twice = HeaderMap::new();
            twice.append(name.clone(), "a".parse().expect("a value"));
            assert!(check(&twice).is_ok());
            twice.append(name.clone(), "a".parse().expect("a value"));
            assert_eq!(check(&twice).expect_err(name.as_str()).code, "REPEATED_HEADER");
        }
        assert!(
            check(&headers(&[("accept", "a"), ("accept", "b"), ("cookie", "c"), ("cookie", "d")])).is_ok()
        );
    }
}
