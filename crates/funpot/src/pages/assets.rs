//! The files the Mini App loads, all from our own origin: style and small modules.
//!
//! To add a file, put it into `assets/` and name it in `FILES`; how they are versioned and sent is in `web::shell`.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use web::shell::{File, Files};

/// Loaded when its view is opened, and not before.
const LATER: [&str; 9] = [
    "canonical.js",
    "receipt.js",
    "view-invite.js",
    "view-operators.js",
    "view-receipt.js",
    "view-settings.js",
    "view-streamers.js",
    "view-votes.js",
    "view-wallet.js",
];

/// Where the files are.
pub const ROOT: &str = "/funpot/assets";

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! file {
    ($name:literal, $kind:expr) => {
        File { name: $name, kind: $kind, body: include_str!(concat!("../../assets/", $name)) }
    };
}

static FILES: &[File] = &[
    file!("api.js", SCRIPT),
    file!("app.js", SCRIPT),
    file!("canonical.js", SCRIPT),
    file!("clock.js", SCRIPT),
    file!("dom.js", SCRIPT),
    file!("event-card.js", SCRIPT),
    file!("events.js", SCRIPT),
    file!("feed.js", SCRIPT),
    file!("format.js", SCRIPT),
    file!("funpot.css", "text/css; charset=utf-8"),
    file!("funpot.svg", "image/svg+xml"),
    file!("launch.js", SCRIPT),
    file!("outcome-row.js", SCRIPT),
    file!("outside.js", SCRIPT),
    file!("receipt.js", SCRIPT),
    file!("routes.js", SCRIPT),
    file!("session.js", SCRIPT),
    file!("store.js", SCRIPT),
    file!("telegram.js", SCRIPT),
    file!("theme.js", SCRIPT),
    file!("view-event.js", SCRIPT),
    file!("view-invite.js", SCRIPT),
    file!("view-live.js", SCRIPT),
    file!("view-operators.js", SCRIPT),
    file!("view-receipt.js", SCRIPT),
    file!("view-settings.js", SCRIPT),
    file!("view-streamers.js", SCRIPT),
    file!("view-votes.js", SCRIPT),
    file!("view-wallet.js", SCRIPT),
    file!("voting.js", SCRIPT),
    file!("words.js", SCRIPT),
];

static SERVED: Files = Files::new(ROOT, FILES);

/// The versioned path of a file.
#[must_use]
pub fn url(name: &str) -> String {
    SERVED.url(name)
}

/// The versioned path of the stall's icon.
#[must_use]
pub fn icon() -> String {
    url("funpot.svg")
}

/// Versioned paths of the modules that are needed at once.
#[must_use]
pub fn first_modules() -> Vec<String> {
    let first = FILES.iter().filter(|file| file.kind == SCRIPT && !LATER.contains(&file.name));
    first.map(|file| url(file.name)).collect()
}

/// Serves the files, under their full paths.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/funpot/assets/{version}/{name}", get(serve))
}

async fn serve(Path((version, name)): Path<(String, String)>, asked: HeaderMap) -> Response {
    SERVED.answer(&version, &name, &asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use web::shell::packed;

    /// What the first view may load before pictures, compressed (look.md rule 8), beside the shell's own files.
    const BUDGET_BYTES: usize = 45_000;

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
        let first = FILES.iter().filter(|file| !LATER.contains(&file.name));
        let code = first.filter(|file| file.name.ends_with(".js") || file.name.ends_with(".css"));
        let total: usize = code.map(|file| packed(file.body).len()).sum();
        assert!(total < BUDGET_BYTES, "{total} bytes of style and script");
    }

    #[test]
    fn our_files_load_nothing_from_another_origin_and_write_no_markup() {
        for file in FILES {
            let own = file.body.replace("http://www.w3.org/2000/svg", "");
            let bad =
                ["http:", "https:", "@import", "eval(", "innerHTML", "insertAdjacentHTML", "document.write"];
            assert!(bad.iter().all(|word| !own.contains(word)), "{}", file.name);
        }
    }

    #[test]
    fn modules_import_only_what_is_served() {
        for file in FILES.iter().filter(|file| file.kind == SCRIPT) {
            for named in file.body.split("\"./").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(FILES.iter().any(|other| other.name == named), "{} imports {named}", file.name);
            }
        }
    }
}
