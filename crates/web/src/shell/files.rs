//! Files that are part of the program and that browsers load: versioned, kept for a year, sent packed.
//!
//! Every file of a set sits under one version, the digest of them all, so that modules may import each other by relative
//! path and an address never changes what it means. A stall has a set of its own beside the shell's.

use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::sync::OnceLock;

/// The address holds the content's digest, so a year is safe.
pub(super) const FOREVER: &str = "public, max-age=31536000, immutable";
/// An old version's address may still be in an open page; it gets today's file, briefly.
pub(super) const BRIEFLY: &str = "public, max-age=60";

/// One file.
#[derive(Debug)]
pub struct File {
    /// Its name, also the end of its address.
    pub name: &'static str,
    /// Its `Content-Type`.
    pub kind: &'static str,
    /// What is in it.
    pub body: &'static str,
}

/// A set of files below one root. Meant to be a `static`; versions and packed bytes are made once, when first needed.
#[derive(Debug)]
pub struct Files {
    root: &'static str,
    all: &'static [File],
    version: OnceLock<String>,
    packed: OnceLock<Vec<Bytes>>,
}

impl Files {
    /// The files `all`, served below `root` as `{root}/{version}/{name}`.
    #[must_use]
    pub const fn new(root: &'static str, all: &'static [File]) -> Self {
        Self { root, all, version: OnceLock::new(), packed: OnceLock::new() }
    }

    /// The versioned path of a file.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        format!("{}/{}/{name}", self.root, self.version())
    }

    /// The answer to a request for `{root}/{version}/{name}` with these headers: 404 for a name that is not ours, and
    /// today's file, briefly kept, under another version.
    #[must_use]
    pub fn answer(&self, version: &str, name: &str, request: &HeaderMap) -> Response {
        let Some(at) = self.all.iter().position(|file| file.name == name) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let cache = if version == self.version() { FOREVER } else { BRIEFLY };
        let headers = [(CONTENT_TYPE, self.all[at].kind), (CACHE_CONTROL, cache), (VARY, "accept-encoding")];
        if takes_gzip(request) {
            return (headers, [(CONTENT_ENCODING, "gzip")], self.packed()[at].clone()).into_response();
        }
        (headers, self.all[at].body).into_response()
    }

    fn version(&self) -> &str {
        self.version.get_or_init(|| {
            let mut digest = Sha256::new();
            for file in self.all {
                digest.update(file.name);
                digest.update(file.body);
            }
            digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
        })
    }

    /// The files as gzip, in their order.
    fn packed(&self) -> &[Bytes] {
        self.packed.get_or_init(|| self.all.iter().map(|file| packed(file.body)).collect())
    }
}

/// A text as gzip, as small as it gets.
#[must_use]
pub fn packed(text: &str) -> Bytes {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(text.as_bytes()).expect("memory takes every byte");
    packer.finish().expect("memory takes every byte").into()
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| matches!(coding.trim(), "gzip" | "x-gzip"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    static TWO: [File; 2] = [
        File { name: "a.js", kind: "text/javascript", body: "let a = 1;" },
        File { name: "b.css", kind: "text/css", body: "b {}" },
    ];
    static FILES: Files = Files::new("/files", &TWO);

    fn header(answer: &Response, name: &str) -> String {
        answer.headers().get(name).map_or_else(String::new, |value| value.to_str().expect("text").to_owned())
    }

    fn asking(coding: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(coding))])
    }

    #[test]
    fn a_file_is_kept_for_a_year_under_its_version_alone() {
        let url = FILES.url("a.js");
        let version = url.split('/').nth(2).expect("a version");
        let kept = |version: &str| header(&FILES.answer(version, "a.js", &HeaderMap::new()), "cache-control");
        assert_eq!((kept(version), kept("0")), (FOREVER.to_owned(), BRIEFLY.to_owned()));
        assert_eq!(FILES.answer(version, "c.js", &HeaderMap::new()).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn whoever_takes_gzip_gets_it_and_caches_know() {
        let coding = |headers: &'static str| {
            let answer = FILES.answer("0", "b.css", &asking(headers));
            (header(&answer, "content-encoding"), header(&answer, "vary"))
        };
        assert_eq!(coding("br, gzip"), ("gzip".to_owned(), "accept-encoding".to_owned()));
        assert_eq!(coding("br"), (String::new(), "accept-encoding".to_owned()));
    }
}
