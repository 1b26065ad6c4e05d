//! The pure modules of the pages, run by Node where the machine has it: bets, cells, signing, proofs.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of this process that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("tap-pages-{}", std::process::id()));
        std::fs::create_dir_all(path.join("assets")).expect("the machine has a folder for temporary files");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("the folder is in the crate") {
        let path = entry.expect("readable").path();
        std::fs::copy(&path, to.join(path.file_name().expect("a file"))).expect("copied");
    }
}

#[test]
fn the_modules_of_the_pages_keep_their_facts() {
    if Command::new("node").arg("--version").output().is_err() {
        testkit::skip("no Node: install Debian's nodejs");
        return;
    }
    let (folder, root) = (Folder::new(), Path::new(env!("CARGO_MANIFEST_DIR")));
    copy_all(&root.join("assets"), &folder.0.join("assets"));
    copy_all(&root.join("tests/js"), &folder.0);
    // Browsers are told by the page that these are modules; Node is told by this.
    std::fs::write(folder.0.join("package.json"), "{\"type\":\"module\"}").expect("written");
    let ran = Command::new("node").arg("--test").current_dir(&folder.0).output().expect("node runs");
    let (said, failed) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{failed}");
    assert!(said.contains("fail 0") && !said.contains("tests 0"), "{said}");
}
