//! Where the workspace lies and which folder cargo builds into.

use std::path::{Path, PathBuf};

/// The workspace's root: the folder above this crate's own.
pub fn workspace() -> PathBuf {
    // Cargo sets the variable for `cargo run`; a copied binary falls back to the place it was built in.
    let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&own).parent().expect("the crate's folder lies inside the workspace").to_path_buf()
}

/// The folder cargo builds into: `CARGO_TARGET_DIR` where set, else `target`.
pub fn target() -> PathBuf {
    let chosen = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    workspace().join(chosen.unwrap_or_else(|| PathBuf::from("target")))
}

/// The program cargo that started us, so that one toolchain builds everything.
pub fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
