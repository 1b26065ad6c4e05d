//! The verifier uses nothing of what it verifies.

use std::path::Path;

const OURS: [&str; 10] =
    ["tap", "identity", "kernel", "ledger", "store", "rush", "web", "bus", "cluster", "testkit"];

#[test]
fn the_verifier_shares_no_code_with_the_server() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/verify");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for name in OURS {
            let uses = |line: &str| {
                let line = line.trim_start();
                !line.starts_with("//")
                    && (line.contains(&format!(" {name}::")) || line.contains(&format!("({name}::")))
            };
            assert!(!text.lines().any(uses), "{} uses {name}", path.display());
        }
        seen += 1;
    }
    assert!(seen > 10, "only {seen} files were read");
}
