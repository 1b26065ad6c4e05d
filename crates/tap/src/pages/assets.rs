//! The files Tap's pages load, all from our own origin: style, small modules, and one vendored library.
//!
//! To add a file, put it into `assets/` and name it in `FILES`; how they are versioned and sent is in `web::shell`.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use web::shell::{File, Files};

/// Loaded when somebody signs in with a key of the page, or looks at a proof, and not before.
const LATER: [&str; 7] = [
    "secp256k1.js",
    "proof.js",
    "proof-chain.js",
    "proof-column.js",
    "proof-page.js",
    "proof-picture.js",
    "pricing.js",
];

/// Where the files are.
pub const ROOT: &str = "/tap/assets";

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! file {
    ($name:literal, $kind:expr) => {
        File { name: $name, kind: $kind, body: include_str!(concat!("../../assets/", $name)) }
    };
}

static FILES: &[File] = &[
    file!("api.js", SCRIPT),
    file!("banner.js", SCRIPT),
    file!("bet-text.js", SCRIPT),
    file!("bets.js", SCRIPT),
    file!("bytes.js", SCRIPT),
    file!("cells.js", SCRIPT),
    file!("dom.js", SCRIPT),
    file!("figures.js", SCRIPT),
    file!("format.js", SCRIPT),
    file!("grid-input.js", SCRIPT),
    file!("grid-layer.js", SCRIPT),
    file!("grid-marks.js", SCRIPT),
    file!("grid-view.js", SCRIPT),
    file!("heads.js", SCRIPT),
    file!("keccak.js", SCRIPT),
    file!("market.js", SCRIPT),
    file!("person.js", SCRIPT),
    file!("placing.js", SCRIPT),
    file!("pricing.js", SCRIPT),
    file!("proof-chain.js", SCRIPT),
    file!("proof-column.js", SCRIPT),
    file!("proof-page.js", SCRIPT),
    file!("proof-picture.js", SCRIPT),
    file!("proof.js", SCRIPT),
    file!("secp256k1.LICENSE.txt", "text/plain; charset=utf-8"),
    file!("secp256k1.js", SCRIPT),
    file!("secp256k1.json", "application/json"),
    file!("session-key.js", SCRIPT),
    file!("session.js", SCRIPT),
    file!("siwe.js", SCRIPT),
    file!("slips.js", SCRIPT),
    file!("stream.js", SCRIPT),
    file!("tap.css", "text/css; charset=utf-8"),
    file!("tap.js", SCRIPT),
    file!("tap.svg", "image/svg+xml"),
    file!("wallet.js", SCRIPT),
    file!("withdraw.js", SCRIPT),
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
    url("tap.svg")
}

/// Versioned paths of the modules that the grid needs at once.
#[must_use]
pub fn first_modules() -> Vec<String> {
    let first = FILES.iter().filter(|file| file.kind == SCRIPT && !LATER.contains(&file.name));
    first.map(|file| url(file.name)).collect()
}

/// Serves the files, under their full paths.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/tap/assets/{version}/{name}", get(serve))
}

async fn serve(Path((version, name)): Path<(String, String)>, asked: HeaderMap) -> Response {
    SERVED.answer(&version, &name, &asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};
    use web::shell::packed;

    /// What the grid's page may load before pictures, compressed (look.md rule 8), beside the shell's own files.
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
    fn style_and_script_of_the_grid_stay_within_the_budget() {
        let first = FILES.iter().filter(|file| !LATER.contains(&file.name));
        let code = first.filter(|file| file.name.ends_with(".js") || file.name.ends_with(".css"));
        let total: usize = code.map(|file| packed(file.body).len()).sum();
        assert!(total < BUDGET_BYTES, "{total} bytes of style and script");
    }

    #[test]
    fn our_own_files_load_nothing_from_another_origin() {
        for file in FILES.iter().filter(|file| !file.name.starts_with("secp256k1")) {
            let own = file.body.replace("http://www.w3.org/2000/svg", "");
            let bad = ["http:", "https:", "@import", "eval(", "innerHTML"];
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

    #[test]
    fn the_vendored_library_is_the_published_one() {
        let body = |name: &str| FILES.iter().find(|file| file.name == name).expect("served").body;
        let manifest: serde_json::Value = serde_json::from_str(body("secp256k1.json")).expect("JSON");
        let digest: String =
            Sha256::digest(body("secp256k1.js")).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(manifest["sha256"], digest);
        assert!(body("secp256k1.LICENSE.txt").starts_with("The MIT License"));
    }
}
