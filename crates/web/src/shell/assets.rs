//! The files browsers load: style sheet, modules, icons and generated posters, all from our own origin.
//!
//! To add a file, put it into `assets/` and name it in `FILES`; how they are versioned and sent is in `files`.

use super::files::{BRIEFLY, FOREVER, File, Files};
use super::poster::{SEED_LENGTH_MAX, poster};
use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Where `router` is mounted.
pub const ASSETS_ROOT: &str = "/assets";

/// Raise when a poster style changes, so that caches let go of the old pictures.
const POSTER_EDITION: &str = "1";

macro_rules! file {
    ($name:literal, $kind:literal) => {
        File { name: $name, kind: $kind, body: include_str!(concat!("../../assets/", $name)) }
    };
}

static FILES: [File; 11] = [
    file!("app.js", "text/javascript; charset=utf-8"),
    file!("checkout.js", "text/javascript; charset=utf-8"),
    file!("clock.js", "text/javascript; charset=utf-8"),
    file!("fairground.css", "text/css; charset=utf-8"),
    file!("fairground.svg", "image/svg+xml"),
    file!("forms.js", "text/javascript; charset=utf-8"),
    file!("handy.js", "text/javascript; charset=utf-8"),
    file!("live.js", "text/javascript; charset=utf-8"),
    file!("local.js", "text/javascript; charset=utf-8"),
    file!("queue.js", "text/javascript; charset=utf-8"),
    file!("stepper.js", "text/javascript; charset=utf-8"),
];

static SERVED: Files = Files::new(ASSETS_ROOT, &FILES);

/// The versioned path of an asset.
#[must_use]
pub fn asset_url(name: &str) -> String {
    SERVED.url(name)
}

/// The path of the generated poster of `seed` (an event's slug or id: letters, digits, dashes).
#[must_use]
pub fn poster_url(seed: &str) -> String {
    format!("{ASSETS_ROOT}/posters/{POSTER_EDITION}/{seed}.svg")
}

/// Serves the assets; mount it at `ASSETS_ROOT`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/posters/{edition}/{file}", get(serve_poster))
        .route("/{version}/{name}", get(serve_file))
}

async fn serve_file(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    SERVED.answer(&version, &name, &headers)
}

async fn serve_poster(Path((edition, file)): Path<(String, String)>) -> Response {
    let Some(seed) = file.strip_suffix(".svg").filter(|seed| drawable(seed)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let cache = if edition == POSTER_EDITION { FOREVER } else { BRIEFLY };
    ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, cache)], poster(seed)).into_response()
}

fn drawable(seed: &str) -> bool {
    (1..=SEED_LENGTH_MAX).contains(&seed.len())
        && seed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a page may load before its pictures (look.md rule 8).
    const BUDGET_BYTES: usize = 60_000;

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder is beside the code")
            .map(|entry| entry.expect("readable").file_name().into_string().expect("plain names"))
            .collect();
        found.sort();
        let named: Vec<&str> = FILES.iter().map(|file| file.name).collect();
        assert_eq!(found, named);
    }

    #[test]
    fn style_and_script_stay_within_the_budget() {
        let total: usize =
            FILES.iter().filter(|file| !file.name.ends_with(".svg")).map(|file| file.body.len()).sum();
        assert!(total < BUDGET_BYTES, "{total} bytes of style and script");
    }

    #[test]
    fn nothing_is_loaded_from_another_origin() {
        for file in &FILES {
            let own = file.body.replace("http://www.w3.org/2000/svg", "");
            assert!(
                !own.contains("http:") && !own.contains("https:") && !own.contains("@import"),
                "{}",
                file.name
            );
        }
    }

    #[test]
    fn posters_are_drawn_for_slugs_alone() {
        assert!(drawable("neon-tide-2026"));
        for bad in ["", "a/b", "<svg>", "ä", &"x".repeat(SEED_LENGTH_MAX + 1)] {
            assert!(!drawable(bad), "{bad}");
        }
    }
}
