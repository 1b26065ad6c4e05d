//! The files of this stall's own that its pages load, beside the shell's. How they are versioned and sent is in `web::shell`.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use web::shell::{File, Files};

static FILES: [File; 1] =
    [File { name: "rush.svg", kind: "image/svg+xml", body: include_str!("../../assets/rush.svg") }];

static SERVED: Files = Files::new("/rush/assets", &FILES);

/// The versioned path of the stall's icon.
#[must_use]
pub fn icon() -> String {
    SERVED.url("rush.svg")
}

/// Serves the files.
pub async fn serve(Path((version, name)): Path<(String, String)>, request: HeaderMap) -> Response {
    SERVED.answer(&version, &name, &request)
}
