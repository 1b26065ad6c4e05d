//! The journal of a run that was cut short, as a file: its first line names the command, each further line is one entry.
//! `--audit` reads it and looks everything up.

use super::args::CommonArgs;
use super::error::LoadError;
use super::results::JournalAudit;
use super::server::ControlError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

fn text<E: Serialize>(command: &str, entries: &[E]) -> String {
    let mut text = format!("{{\"journal\":\"{command}\"}}\n");
    for entry in entries {
        // Entries are plain numbers and texts, which always have a JSON form, and writing into a `String` cannot fail.
        let _ = writeln!(text, "{}", serde_json::to_string(entry).unwrap_or_default());
    }
    text
}

/// Writes a journal where the arguments say, or into the working directory; where it is. Errors: it cannot be written.
pub fn keep<E: Serialize>(common: &CommonArgs, command: &str, entries: &[E]) -> Result<PathBuf, LoadError> {
    let path = common.journal.clone().unwrap_or_else(|| default_path(command));
    std::fs::write(&path, text(command, entries))
        .map_err(|error| LoadError::Json { path: path.clone(), error })?;
    Ok(path)
}

fn default_path(command: &str) -> PathBuf {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    PathBuf::from(format!("fairground-{}-{now}.jsonl", command.replace(' ', "-")))
}

/// Looks up the entries of a journal and prints what came of it; true when all are as acknowledged. Blocks. Errors: the file
/// is no journal of `command`; the server does not answer.
pub fn audit<E: DeserializeOwned, F: Future<Output = Result<JournalAudit, ControlError>>>(
    path: &Path,
    command: &'static str,
    verify: impl FnOnce(Vec<E>) -> F,
) -> Result<bool, LoadError> {
    let entries = read(path, command)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let found = runtime.block_on(async { verify(entries).await })?;
    std::io::stdout().lock().write_all(summary(&found).as_bytes())?;
    Ok(found.lost == 0)
}

fn summary(found: &JournalAudit) -> String {
    let JournalAudit { acknowledged, verified, lost, examples } = found;
    let head = format!("{acknowledged} acknowledged, {verified} looked up, {lost} not as acknowledged\n");
    examples.iter().fold(head, |text, example| text + "  " + example + "\n")
}

fn read<E: DeserializeOwned>(path: &Path, command: &'static str) -> Result<Vec<E>, LoadError> {
    let fault = |fault: String| LoadError::Journal { path: path.to_path_buf(), command, fault };
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    let mut lines = text.lines();
    let head = lines.next().and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    if head.is_none_or(|head| head["journal"] != command) {
        return Err(fault(String::from("its first line does not say so")));
    }
    lines.map(|line| serde_json::from_str(line).map_err(|error| fault(error.to_string()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_by_the_command_that_kept_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept.jsonl");
        std::fs::write(&path, text("load rush", &[(1, "a"), (2, "b")])).unwrap();
        let read_as = |command| read::<(u8, String)>(&path, command);
        assert_eq!(read_as("load rush").unwrap(), [(1, "a".to_owned()), (2, "b".to_owned())]);
        assert!(matches!(read_as("load tap"), Err(LoadError::Journal { .. })));
        std::fs::write(&path, "no journal").unwrap();
        assert!(read_as("load rush").is_err());
    }
}
