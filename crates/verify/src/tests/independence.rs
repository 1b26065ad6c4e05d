//! The verifier uses nothing of what it verifies: Cargo lets it see no other crate of ours.

use std::path::Path;

#[test]
fn the_verifier_depends_on_no_crate_of_ours() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let (_, dependencies) = manifest.split_once("\n[dependencies]\n").unwrap();
    let dependencies = dependencies.split("\n[").next().unwrap();
    let names: Vec<&str> =
        dependencies.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).collect();
    let mut ours = 0;
    for entry in std::fs::read_dir(folder.join("..")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!names.contains(&name.as_str()), "the verifier depends on {name}");
        ours += 1;
    }
    assert!(ours > 10 && names.len() > 5, "{ours} crates, {names:?}");
    assert!(!dependencies.contains("path"), "{dependencies}");
}
