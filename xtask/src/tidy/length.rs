//! Files stay under 500 lines and functions under 60 (stories in tests under 100). What is longer stands in
//! `xtask/ratchet.txt` with its exact size and a reason; its size may only fall, and a row goes when it is no longer
//! needed.

use super::tree::{Text, Tree};

/// A file a reader can hold in mind; nine in ten of ours have under 300.
const FILE_LINES_MAX: usize = 500;
/// A function that fits on one screen.
const FUNCTION_LINES_MAX: usize = 60;
/// A story in `tests/` is read from top to bottom and may take two.
const STORY_LINES_MAX: usize = 100;
/// The list of exceptions, one a line: `LINES PATH[::FUNCTION] REASON`.
const RATCHET: &str = "xtask/ratchet.txt";

/// Something too long: a file, or a function as `path::name`.
#[derive(Debug, PartialEq, Eq)]
struct Long {
    what: String,
    lines: usize,
    lines_max: usize,
}

/// One accepted exception.
struct Exception<'t> {
    lines: usize,
    what: &'t str,
}

/// Compares what is too long with the list of exceptions, in both directions.
pub fn check(tree: &Tree) -> Vec<String> {
    let long: Vec<Long> = tree.rust().flat_map(too_long).collect();
    let (exceptions, mut findings) = read_ratchet(tree.text(RATCHET).unwrap_or_default());
    findings.extend(long.iter().filter_map(|long| judge(long, &exceptions)));
    let needless = exceptions.iter().filter(|exception| long.iter().all(|long| long.what != exception.what));
    findings.extend(
        needless.map(|exception| format!("{RATCHET}: {} is short again: remove its row", exception.what)),
    );
    findings
}

fn judge(long: &Long, exceptions: &[Exception<'_>]) -> Option<String> {
    let Long { what, lines, lines_max } = long;
    match exceptions.iter().find(|exception| exception.what == what) {
        None => Some(format!("{what}: {lines} lines, at most {lines_max}: split it by verb or by noun")),
        Some(exception) if exception.lines < *lines => {
            Some(format!("{what}: grew from {} to {lines} lines: the ratchet only falls", exception.lines))
        }
        Some(exception) if exception.lines > *lines => {
            Some(format!("{RATCHET}: {what} shrank to {lines} lines: lower its figure"))
        }
        Some(_) => None,
    }
}

fn read_ratchet(text: &str) -> (Vec<Exception<'_>>, Vec<String>) {
    let mut exceptions = Vec::new();
    let mut faults = Vec::new();
    for row in text.lines().filter(|row| !row.trim().is_empty() && !row.starts_with('#')) {
        let mut parts = row.splitn(3, ' ');
        let lines = parts.next().and_then(|number| number.parse().ok());
        match (lines, parts.next(), parts.next()) {
            (Some(lines), Some(what), Some(_reason)) => exceptions.push(Exception { lines, what }),
            _ => faults.push(format!("{RATCHET}: `{row}`: write LINES PATH[::FUNCTION] REASON")),
        }
    }
    (exceptions, faults)
}

fn too_long(file: &Text) -> Vec<Long> {
    let lines: Vec<&str> = file.text.lines().collect();
    let code_lines = lines.iter().position(|line| line.trim() == "#[cfg(test)]").unwrap_or(lines.len());
    let whole = Long { what: file.path.clone(), lines: code_lines, lines_max: FILE_LINES_MAX };
    let mut long: Vec<Long> = functions(file, &lines[..code_lines]);
    long.push(whole);
    long.retain(|long| long.lines > long.lines_max);
    long
}

fn functions(file: &Text, lines: &[&str]) -> Vec<Long> {
    let lines_max = if file.path.contains("/tests/") { STORY_LINES_MAX } else { FUNCTION_LINES_MAX };
    let starts = lines.iter().enumerate().filter_map(|(at, line)| Some((at, function_name(line)?)));
    let measured = starts.map(|(at, name)| Long {
        what: format!("{}::{name}", file.path),
        lines: function_lines(&lines[at..]),
        lines_max,
    });
    measured.collect()
}

/// The name on a line that begins a function.
fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    let skip = ["pub(crate) ", "pub(super) ", "pub ", "const ", "async ", "unsafe "];
    while let Some(shorter) = skip.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter;
    }
    let name = rest.strip_prefix("fn ")?;
    Some(&name[..name.find(['(', '<'])?])
}

/// Lines from the function's first to its closing brace, which rustfmt puts at the same indentation.
fn function_lines(from: &[&str]) -> usize {
    let indent = from[0].len() - from[0].trim_start().len();
    if from[0].ends_with(';') || from[0].ends_with('}') {
        return 1;
    }
    // The signature of a trait's method ends without a body.
    let ends = |line: &str| line.ends_with('{') || line.ends_with(';');
    if let Some(at) = from.iter().position(|line| ends(line))
        && from[at].ends_with(';')
    {
        return at + 1;
    }
    let closes = |line: &&str| {
        line.len() > indent && line[indent..].starts_with('}') && line[..indent].trim().is_empty()
    };
    from.iter().skip(1).position(closes).map_or(1, |after| after + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long_function(lines: usize) -> String {
        format!(
            "//! A planted file for the test.\npub fn grow() {{\n{}}}\n",
            "    step();\n".repeat(lines - 2)
        )
    }

    #[test]
    fn a_long_file_is_found() {
        let text = "let x = 1;\n".repeat(FILE_LINES_MAX + 1);
        assert_eq!(check(&Tree::planted(&[("crates/a/src/x.rs", &text)])).len(), 1);
    }

    #[test]
    fn a_long_function_is_found_and_a_short_one_is_not() {
        let found = check(&Tree::planted(&[("crates/a/src/x.rs", &long_function(61))]));
        assert_eq!(found, ["crates/a/src/x.rs::grow: 61 lines, at most 60: split it by verb or by noun"]);
        assert!(check(&Tree::planted(&[("crates/a/src/x.rs", &long_function(60))])).is_empty());
    }

    #[test]
    fn a_method_without_a_body_ends_with_its_signature() {
        let text = format!(
            "pub trait Grow {{\n    fn grow(\n        &self,\n    ) -> u8;\n{}}}\n",
            "    // more\n".repeat(70)
        );
        assert!(check(&Tree::planted(&[("crates/a/src/x.rs", &text)])).is_empty());
    }

    #[test]
    fn a_story_may_be_longer_than_a_function() {
        assert!(check(&Tree::planted(&[("crates/a/tests/x.rs", &long_function(100))])).is_empty());
        assert_eq!(check(&Tree::planted(&[("crates/a/tests/x.rs", &long_function(101))])).len(), 1);
    }

    #[test]
    fn an_exception_holds_at_its_exact_size_only() {
        let with = |row: &str| {
            check(&Tree::planted(&[("crates/a/src/x.rs", &long_function(61)), (RATCHET, row)])).len()
        };
        assert_eq!(with("61 crates/a/src/x.rs::grow one readable table"), 0);
        assert_eq!(with("60 crates/a/src/x.rs::grow it grew since"), 1);
        assert_eq!(with("70 crates/a/src/x.rs::grow it shrank since"), 1);
        assert_eq!(with("61 crates/a/src/x.rs::grow"), 2, "an exception needs a reason");
    }

    #[test]
    fn an_exception_for_something_short_must_go() {
        let tree =
            Tree::planted(&[("crates/a/src/x.rs", "fn f() {}\n"), (RATCHET, "61 crates/a/src/x.rs::f why")]);
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn lines_after_the_unit_tests_begin_do_not_count() {
        let text = format!("fn f() {{}}\n#[cfg(test)]\n{}", "let x = 1;\n".repeat(FILE_LINES_MAX));
        assert!(check(&Tree::planted(&[("crates/a/src/x.rs", &text)])).is_empty());
    }
}
