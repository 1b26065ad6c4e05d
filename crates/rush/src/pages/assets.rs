//! The files of this stall's own that its pages load, beside the shell's. How they are versioned and sent is in `web::shell`.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use web::shell::{File, Files};

const SCRIPT: &str = "text/javascript; charset=utf-8";

static FILES: [File; 4] = [
    File { name: "door.css", kind: "text/css; charset=utf-8", body: include_str!("../../assets/door.css") },
    File { name: "door.js", kind: SCRIPT, body: include_str!("../../assets/door.js") },
    File { name: "sales.js", kind: SCRIPT, body: include_str!("../../assets/sales.js") },
    File { name: "rush.svg", kind: "image/svg+xml", body: include_str!("../../assets/rush.svg") },
];

static SERVED: Files = Files::new("/rush/assets", &FILES);

/// The versioned path of the stall's icon.
#[must_use]
pub fn icon() -> String {
    SERVED.url("rush.svg")
}

/// The versioned path of a file of ours.
#[must_use]
pub fn url(name: &str) -> String {
    SERVED.url(name)
}

/// Serves the files.
pub async fn serve(Path((version, name)): Path<(String, String)>, request: HeaderMap) -> Response {
    SERVED.answer(&version, &name, &request)
}
