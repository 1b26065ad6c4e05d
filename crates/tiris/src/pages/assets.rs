//! The files of this stall's own that its pages load, beside the shell's. How they are versioned and sent is in `web::shell`.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use web::shell::{File, Files};

static FILES: [File; 3] = [
    File { name: "tiris.css", kind: "text/css; charset=utf-8", body: include_str!("../../assets/tiris.css") },
    File {
        name: "tiris.js",
        kind: "text/javascript; charset=utf-8",
        body: include_str!("../../assets/tiris.js"),
    },
    File { name: "tiris.svg", kind: "image/svg+xml", body: include_str!("../../assets/tiris.svg") },
];

static SERVED: Files = Files::new("/tiris/assets", &FILES);

/// The versioned path of a file.
#[must_use]
pub fn url(name: &str) -> String {
    SERVED.url(name)
}

/// The versioned path of the stall's icon.
#[must_use]
pub fn icon() -> String {
    url("tiris.svg")
}

/// Serves the files, under their full paths.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/tiris/assets/{version}/{name}", get(serve))
}

async fn serve(Path((version, name)): Path<(String, String)>, request: HeaderMap) -> Response {
    SERVED.answer(&version, &name, &request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_files_are_small_and_load_nothing_from_another_origin() {
        let size: usize = FILES.iter().map(|file| file.body.len()).sum();
        assert!(size < 12_000, "{size} bytes");
        for file in &FILES {
            let own = file.body.replace("http://www.w3.org/2000/svg", "");
            assert!(
                ["http:", "https:", "@import", "innerHTML"].iter().all(|bad| !own.contains(bad)),
                "{}",
                file.name
            );
        }
    }
}
