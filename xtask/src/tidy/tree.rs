//! The texts of the workspace in memory, so that rules are pure and tests can plant a tree.

use std::path::Path;

/// One text file, by its path from the root.
pub struct Text {
    pub path: String,
    pub text: String,
}

/// Every text file of the workspace, sorted by path.
pub struct Tree {
    pub files: Vec<Text>,
}

/// Folders that git ignores or keeps for itself.
const NOT_OURS: &[&str] = &[".git", "target", "data"];
/// Endings of the files rules read; pictures and fonts are left alone.
const ENDINGS: &[&str] =
    &["rs", "toml", "md", "sql", "html", "css", "js", "mjs", "json", "txt", "svg", "yml", "sh", "just"];
/// Text files without an ending.
const NAMES: &[&str] = &["run", "justfile", ".editorconfig", ".gitignore"];

impl Tree {
    /// Reads the workspace from disk.
    pub fn load(root: &Path) -> Self {
        let mut files = Vec::new();
        read_folder(root, root, &mut files);
        files.sort_by(|left, right| left.path.cmp(&right.path));
        Self { files }
    }

    /// A tree for a rule's own test.
    #[cfg(test)]
    pub fn planted(files: &[(&str, &str)]) -> Self {
        let text = |(path, text): &(&str, &str)| Text { path: (*path).to_owned(), text: (*text).to_owned() };
        Self { files: files.iter().map(text).collect() }
    }

    /// The Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &Text> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// One file's text, where it exists.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }
}

impl Text {
    /// The crate under `crates/` this file belongs to, `None` outside.
    pub fn crate_name(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// The room inside a crate's `src`: `domain` of `crates/rush/src/domain/zone.rs` and of `src/domain.rs`.
    pub fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("crates/")?.split_once("/src/")?.1;
        let first = inside.split('/').next()?;
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }

    /// Whether the file holds a module's unit tests, which stand apart because they are many.
    fn is_unit_tests(&self) -> bool {
        self.room().is_some() && (self.path.ends_with("/tests.rs") || self.path.contains("/tests/"))
    }

    /// Code lines with their 1-based numbers: comments left out, and what is only compiled for unit tests.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut left_out = LeftOut::default();
        if self.is_unit_tests() {
            // Whoever includes the file says `#[cfg(test)] mod tests;`.
            left_out.inside = Some(usize::MAX);
        }
        let lines = self.text.lines().enumerate().filter(move |(_, line)| !left_out.takes(line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(index, line)| (index + 1, line))
    }
}

/// The item below a `#[cfg(test)]`: rustfmt closes it at the indentation at which it began.
#[derive(Default)]
struct LeftOut {
    /// The indentation of the item that is being left out.
    inside: Option<usize>,
}

impl LeftOut {
    /// True when the line belongs to such an item, its attributes included.
    fn takes(&mut self, line: &str) -> bool {
        let text = line.trim();
        let Some(indent) = self.inside else {
            if text == "#[cfg(test)]" {
                self.inside = Some(line.len() - line.trim_start().len());
            }
            return self.inside.is_some();
        };
        let at_its_margin = !text.is_empty() && line.len() - line.trim_start().len() == indent;
        if at_its_margin && !text.starts_with("#[") && text.ends_with([';', '}']) {
            self.inside = None;
        }
        true
    }
}

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<Text>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !NOT_OURS.contains(&name.as_str()) {
            read_folder(root, &path, files);
        } else if is_text(&name)
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            let inside = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            files.push(Text { path: inside, text });
        }
    }
}

fn is_text(name: &str) -> bool {
    NAMES.contains(&name) || name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_a_folder_or_a_file_directly_in_src() {
        let room = |path: &str| Text { path: path.to_owned(), text: String::new() }.room().map(str::to_owned);
        assert_eq!(room("crates/rush/src/domain/zone.rs").as_deref(), Some("domain"));
        assert_eq!(room("crates/rush/src/domain.rs").as_deref(), Some("domain"));
        assert_eq!(room("crates/rush/tests/story.rs"), None);
    }

    #[test]
    fn comments_and_unit_tests_are_not_code() {
        let text = "// rand::\nlet x = 1;\n#[cfg(test)]\nmod tests {}".to_owned();
        let file = Text { path: String::new(), text };
        assert_eq!(file.code().collect::<Vec<_>>(), [(2, "let x = 1;")]);
    }

    #[test]
    fn a_file_of_unit_tests_is_not_code() {
        let text = |path: &str| Text { path: path.to_owned(), text: "use rand::Rng;\n}\n".to_owned() };
        assert_eq!(text("crates/a/src/domain/x/tests.rs").code().count(), 0);
        assert_eq!(text("crates/a/src/domain/x.rs").code().count(), 2);
    }

    #[test]
    fn code_goes_on_after_an_item_that_is_for_unit_tests_alone() {
        let text =
            "#[cfg(test)]\nmod samples;\nmod a;\n#[cfg(test)]\nfn f() {\n    g();\n}\nmod b;\n".to_owned();
        let file = Text { path: String::new(), text };
        assert_eq!(file.code().map(|(_, line)| line).collect::<Vec<_>>(), ["mod a;", "mod b;"]);
    }
}
