//! The files of an embedded database are their owner's alone.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use store::Location;
use testkit::TempStore;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("the file is there").permissions().mode() & 0o777
}

#[test]
fn the_files_of_a_database_are_their_owners_alone() {
    testkit::block_on(async {
        let place = TempStore::sqlite(&[]).await;
        let Location::Sqlite(path) = &place.config().location else { panic!("an embedded database") };
        assert_eq!(mode(path), 0o600);
        for suffix in ["-wal", "-shm"] {
            let beside =
                path.with_file_name(format!("{}{suffix}", path.file_name().unwrap().to_string_lossy()));
            assert_eq!(mode(&beside), 0o600, "{suffix}");
        }
    });
}
