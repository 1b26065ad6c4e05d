//! Notes from which commit, when and with which compiler this program is built, for `/version`.

use std::process::Command;

/// Changes with every commit on a branch that is checked out.
const HEAD: &str = "../../.git/logs/HEAD";

fn main() {
    let commit = output_of("git", &["rev-parse", "--short=12", "HEAD"]);
    let toolchain = output_of(&std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()), &["--version"]);
    // The commit's own time: two builds of one commit say the same.
    let built_at = output_of("git", &["show", "-s", "--format=%cI", "HEAD"]);
    // `cargo run` hands these names to the program, too: none may look like a key of its configuration.
    println!("cargo:rustc-env=BUILT_FROM_COMMIT={commit}");
    println!("cargo:rustc-env=BUILT_AT={built_at}");
    println!("cargo:rustc-env=BUILT_WITH={toolchain}");
    // A file that is not there would count as changed with every build.
    if std::path::Path::new(HEAD).exists() {
        println!("cargo:rerun-if-changed={HEAD}");
    }
    println!("cargo:rerun-if-changed=build.rs");
}

/// What a program prints, or `unknown`: a source archive has no commit.
fn output_of(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success());
    let text = output.and_then(|output| String::from_utf8(output.stdout).ok());
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}
