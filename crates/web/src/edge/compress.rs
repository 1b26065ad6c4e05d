//! Pages and pictures leave as gzip for whoever takes it. Not the API's JSON: it is small, hot, and often behind a proxy that
//! packs it; not streams, which must not wait. What a form must know is masked anew in each page, so that the length of a
//! packed page tells nobody anything.

use axum::body::{Body, HttpBody as _};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use std::io::Write as _;

/// Bytes below which packing saves no packet.
const BYTES_MIN: u64 = 1_000;
/// Half a millisecond for a large page; higher levels cost twice that and save a few percent.
const LEVEL: Compression = Compression::new(5);

/// Whether a client takes gzip.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = lines.flat_map(|line| line.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused =
            weight.replace(' ', "").strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
        ["gzip", "x-gzip"].iter().any(|gzip| name.trim().eq_ignore_ascii_case(gzip)) && !refused
    })
}

/// The answer, packed where that helps.
pub(crate) fn pack(mut response: Response, gzip: bool) -> Response {
    if !is_packable(&response) {
        return response;
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    if !gzip || response.body().size_hint().exact().is_none_or(|bytes| bytes < BYTES_MIN) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // A page whose size is known lies in memory and is there at once.
    let whole = body.collect().now_or_never().and_then(Result::ok).unwrap_or_default().to_bytes();
    let Some(packed) = packed(&whole) else { return Response::from_parts(parts, Body::from(whole)) };
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(packed.len()));
    Response::from_parts(parts, Body::from(packed))
}

fn is_packable(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    ["text/html", "image/svg+xml"].contains(&essence) && !response.headers().contains_key(CONTENT_ENCODING)
}

fn packed(whole: &[u8]) -> Option<Bytes> {
    let mut packer = GzEncoder::new(Vec::with_capacity(whole.len() / 3), LEVEL);
    packer.write_all(whole).ok()?;
    packer.finish().ok().map(Bytes::from)
}
