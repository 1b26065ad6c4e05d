//! The first hour of an operator: every command of docs/operating.md as it stands, on SQLite and on PostgreSQL with TLS.

use crate::postgres_server::PostgresServer;
use crate::process::BINARY;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The commands of the page, with its lines for PostgreSQL where they are wanted.
fn commands(on_postgres: bool) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let blocks = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    let text: String = blocks.collect();
    if on_postgres { text.replace("# PostgreSQL: ", "") } else { text }
}

fn run_page(database: Option<&str>) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let programs = Path::new(BINARY).parent().expect("a program lies in a folder").to_owned();
    let path = [programs, PathBuf::from(std::env::var_os("PATH").unwrap_or_default())];
    let path = path.map(|part| part.display().to_string()).join(":");
    // A port that is free here; the page says the usual one.
    let listen = testkit::server::free_address().to_string();
    let commands = commands(database.is_some()).replace("127.0.0.1:8080", &listen);
    let script = format!(
        "set -euo pipefail\ntrap 'kill $(cat server.pid 2>/dev/null) 2>/dev/null || true' ERR\n{commands}"
    );
    let mut shell = testkit::server::command("bash");
    let output = shell
        .args(["-xc", &script])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("DATABASE_URL", database.unwrap_or_default())
        .output()
        .expect("bash starts");
    let log = std::fs::read_to_string(folder.path().join("server.log")).unwrap_or_default();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}\n{}\n{log}", String::from_utf8_lossy(&output.stdout));
}

fn has_curl() -> bool {
    Command::new("curl").arg("--version").output().is_ok()
}

#[test]
fn the_first_hour_ends_with_an_event_on_sale_on_sqlite() {
    if !has_curl() {
        return testkit::skip("curl is not installed");
    }
    run_page(None);
}

#[test]
#[ignore = "needs Debian's PostgreSQL; run with --include-ignored"]
fn the_first_hour_ends_with_an_event_on_sale_on_postgresql_with_tls() {
    let server = PostgresServer::start().expect("PostgreSQL is installed");
    let root = server.file("root.crt");
    run_page(Some(&server.encrypted_url(&format!("sslmode=verify-full&sslrootcert={root}"))));
}
