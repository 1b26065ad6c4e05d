//! Every typed id that the platform's crates declare, read from their sources: no two share a tag.

use kernel::tags;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The Rust files below a folder, tests and examples included.
fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources can be listed") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() && !path.ends_with("target") {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Each `typed_id!(Name, tag, …)` of a text that is code, not a comment: the id's name and its tag as written.
fn declarations(text: &str) -> Vec<(String, String)> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n");
    let arguments = code.split("typed_id!(").skip(1).filter_map(|rest| rest.split_once(')'));
    let named = arguments.filter_map(|(arguments, _)| {
        let mut arguments = arguments.split(',').map(str::trim);
        Some((arguments.next()?.to_owned(), arguments.next()?.to_owned()))
    });
    named.collect()
}

/// The table's name behind `kernel::tags::ZONE`, `tags::ZONE`, `crate::tags::ZONE`.
fn name_in_table(tag: &str) -> Option<&str> {
    let (path, name) = tag.rsplit_once("::")?;
    (path.ends_with("tags") && tags::ALL.iter().any(|(known, ..)| *known == name)).then_some(name)
}

#[test]
fn every_typed_id_of_every_crate_has_a_tag_of_the_table_to_itself() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates lie beside each other");
    let mut files = Vec::new();
    rust_files(crates, &mut files);
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.ends_with("kernel/tests/tags.rs")) {
        let text = std::fs::read_to_string(file).expect("a source is text");
        for (id, tag) in declarations(&text) {
            let place = format!("{id} in {}", file.display());
            let name = name_in_table(&tag).unwrap_or_else(|| panic!("{place}: {tag} is not of kernel::tags"));
            // Tests and examples may use theirs again and again: those ids never meet.
            let before =
                (!name.starts_with("EXAMPLE")).then(|| owners.insert(name.to_owned(), place.clone()));
            assert_eq!(before.flatten(), None, "{place} has the tag {name} of another");
        }
    }
    let unused: Vec<_> = tags::ALL.iter().filter(|(name, ..)| !name.starts_with("EXAMPLE")).collect();
    let unused: Vec<_> = unused.iter().filter(|(name, ..)| !owners.contains_key(*name)).collect();
    assert!(unused.is_empty(), "tags that name nothing: {unused:?}");
}

#[test]
fn declarations_are_found_however_they_are_written() {
    let text = "/// `typed_id!(Doc, 0x01, \"doc\")`\ntyped_id!(ZoneId, tags::ZONE, \"zone\");\n    kernel::typed_id!(\n  A,\n  0x7,\n \"a\",\n);";
    let found = declarations(text);
    assert_eq!(found, [("ZoneId".to_owned(), "tags::ZONE".to_owned()), ("A".to_owned(), "0x7".to_owned())]);
    assert_eq!(name_in_table("kernel::tags::ZONE"), Some("ZONE"));
    assert_eq!(
        (name_in_table("0x12"), name_in_table("tags::NOTHING"), name_in_table("other::ZONE")),
        (None, None, None)
    );
}
