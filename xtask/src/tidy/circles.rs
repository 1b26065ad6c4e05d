//! No circle of files: where A imports B and B imports A, neither can be read first. Two or three files of one room may
//! still be one thought; files of different rooms never are.
//!
//! Imports are read as text. What a module hands on (`pub use`) counts as an import of the file it comes from; a module's
//! use of its own children does not count, because every module holds its children.

use super::imports;
use super::ratchet::Finding;
use super::tree::{Text, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// A circle of more files is a knot also inside a room.
const FILES_MAX: usize = 3;
/// How often a name may be handed on; a longer chain is followed no further.
const HANDED_ON_MAX: usize = 8;

/// A file's number among those of its crate.
type Node = usize;

/// The source files of one crate, and what each of them imports.
struct Graph<'t> {
    files: Vec<&'t Text>,
    edges: Vec<BTreeSet<Node>>,
}

/// Finds circles that are not allowed; the key is the crate and its modules.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let mut crates: BTreeMap<&str, Vec<&Text>> = BTreeMap::new();
    for file in tree.rust().filter(|file| file.room().is_some() && !is_test(&file.path)) {
        crates.entry(file.crate_name().unwrap_or_default()).or_default().push(file);
    }
    let circles = crates.into_iter().flat_map(|(name, files)| {
        let graph = Graph::read(files);
        graph.circles().into_iter().map(|circle| finding(name, &graph, &circle)).collect::<Vec<_>>()
    });
    circles.collect()
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

fn finding(name: &str, graph: &Graph<'_>, circle: &BTreeSet<Node>) -> Finding {
    let modules: Vec<String> =
        circle.iter().map(|node| imports::module(graph.files[*node]).join("::")).collect();
    let key = format!("{name}: {}", modules.join(" "));
    let message = format!(
        "{key}: these {} files import each other in a circle: move what they share below them",
        circle.len()
    );
    Finding { key, message }
}

impl<'t> Graph<'t> {
    fn read(files: Vec<&'t Text>) -> Self {
        let modules: BTreeMap<Vec<String>, Node> =
            files.iter().enumerate().map(|(node, file)| (imports::module(file), node)).collect();
        let exports: Vec<Vec<imports::Export>> = files.iter().map(|file| imports::exports(file)).collect();
        let edges = files.iter().enumerate().map(|(node, file)| {
            let read = imports::imports(file)
                .into_iter()
                .filter_map(|import| target(&modules, &exports, import.path));
            read.filter(|to| *to != node).collect()
        });
        let edges = edges.collect();
        Self { files, edges }
    }

    /// The largest sets of files that all reach each other, where they are not allowed.
    fn circles(&self) -> Vec<BTreeSet<Node>> {
        let reached: Vec<BTreeSet<Node>> = (0..self.files.len()).map(|node| self.reached(node)).collect();
        let mut circles = BTreeSet::new();
        for (node, there) in reached.iter().enumerate() {
            let circle: BTreeSet<Node> =
                there.iter().copied().filter(|other| reached[*other].contains(&node)).collect();
            if circle.len() > 1 && !self.is_one_thought(&circle) {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// Every file that can be reached from this one over imports.
    fn reached(&self, from: Node) -> BTreeSet<Node> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(node) = open.pop() {
            open.extend(self.edges[node].iter().copied().filter(|to| reached.insert(*to)));
        }
        reached
    }

    fn is_one_thought(&self, circle: &BTreeSet<Node>) -> bool {
        let rooms: BTreeSet<Option<&str>> = circle.iter().map(|node| self.files[*node].room()).collect();
        rooms.len() == 1 && circle.len() <= FILES_MAX
    }
}

/// The file that a path leads to: its longest part that is a module, and on to where the name comes from.
fn target(
    modules: &BTreeMap<Vec<String>, Node>,
    exports: &[Vec<imports::Export>],
    mut path: Vec<String>,
) -> Option<Node> {
    for _ in 0..HANDED_ON_MAX {
        let length = (0..=path.len()).rev().find(|length| modules.contains_key(&path[..*length]))?;
        let node = modules[&path[..length]];
        let handed_on = path
            .get(length)
            .and_then(|name| exports[node].iter().find(|export| export.name == *name && export.path != path));
        let Some(export) = handed_on else { return Some(node) };
        path = [export.path.clone(), path[length + 1..].to_vec()].concat();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<(String, &str)> =
            files.iter().map(|(path, text)| (format!("crates/r/src/{path}"), *text)).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        find(&Tree::planted(&files)).into_iter().map(|finding| finding.key).collect()
    }

    #[test]
    fn two_files_of_different_rooms_in_a_circle_are_found() {
        let circle =
            [("app.rs", "use crate::usecase::pay::Pay;\n"), ("usecase/pay.rs", "use crate::app::App;\n")];
        assert_eq!(keys(&circle), ["r: app usecase::pay"]);
    }

    #[test]
    fn three_files_of_one_room_may_be_one_thought_and_four_are_a_knot() {
        let file = |next: &str| format!("use super::{next}::X;\n");
        let three = [("a/x.rs", file("y")), ("a/y.rs", file("z")), ("a/z.rs", file("x"))];
        let three: Vec<(&str, &str)> = three.iter().map(|(path, text)| (*path, text.as_str())).collect();
        assert_eq!(keys(&three), Vec::<String>::new());
        let four =
            [("a/w.rs", file("x")), ("a/x.rs", file("y")), ("a/y.rs", file("z")), ("a/z.rs", file("w"))];
        let four: Vec<(&str, &str)> = four.iter().map(|(path, text)| (*path, text.as_str())).collect();
        assert_eq!(keys(&four), ["r: a::w a::x a::y a::z"]);
    }

    #[test]
    fn a_name_that_is_handed_on_leads_to_the_file_it_comes_from() {
        let files = [
            ("a/mod.rs", "mod x;\npub use x::X;\nuse crate::b::B;\n"),
            ("a/x.rs", "pub struct X;\n"),
            ("b.rs", "use crate::a::X;\n"),
        ];
        assert_eq!(keys(&files), Vec::<String>::new());
        let through = [("a/mod.rs", "mod x;\npub use x::X;\n"), ("a/x.rs", "use crate::b::B;\n"), files[2]];
        assert_eq!(keys(&through), ["r: a::x b"]);
    }
}
