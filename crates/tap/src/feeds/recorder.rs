//! Writes what venues send, so that it can be played again: a gzip file for each venue, lines as [`recording`] reads
//! them. A process that is killed leaves files that end in a cut, a few seconds before.
//!
//! [`recording`]: super::recording

use super::settings::FeedSettings;
use crate::domain::venue_update::Venue;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How much a kill may cost; each flush costs some bytes.
const FLUSH_EVERY: Duration = Duration::from_secs(5);

/// A text frame as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFrame {
    /// From whom.
    pub venue: Venue,
    /// When it was received: Unix nanoseconds that only move forward, whatever the wall clock does.
    pub recv_ns: i64,
    /// The frame.
    pub text: String,
}

/// Open files, one for each slot.
#[derive(Debug)]
pub struct Recorder {
    files: Vec<GzEncoder<BufWriter<File>>>,
    paths: Vec<PathBuf>,
    flushed: Instant,
}

impl Recorder {
    /// Begins `NAME_BEGAN_S.gz` in `folder` for every slot of the settings. Errors: a folder that cannot be made, a file
    /// that is there already or cannot be made.
    pub fn create(folder: &Path, settings: &FeedSettings, began_s: i64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let name = |venue: &str| folder.join(format!("{venue}_{began_s}.gz"));
        let paths: Vec<PathBuf> = settings.venues.iter().map(|venue| name(&venue.name)).collect();
        let open = |path: &PathBuf| {
            let file = BufWriter::new(File::create_new(path)?);
            Ok(GzEncoder::new(file, Compression::fast()))
        };
        let files = paths.iter().map(open).collect::<io::Result<_>>()?;
        Ok(Self { files, paths, flushed: Instant::now() })
    }

    /// The files, in the order of the slots.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Writes frames until every sender is gone, on a thread of its own. The task's error is the disk's.
    pub fn run(mut self, mut frames: mpsc::Receiver<RawFrame>) -> JoinHandle<io::Result<()>> {
        tokio::task::spawn_blocking(move || {
            while let Some(frame) = frames.blocking_recv() {
                self.write(&frame)?;
            }
            self.files.into_iter().try_for_each(|file| file.finish()?.flush())
        })
    }

    fn write(&mut self, frame: &RawFrame) -> io::Result<()> {
        // Between the tokens of JSON a line's end is a space; within a text it is escaped.
        let line = frame.text.replace(['\n', '\r'], " ");
        if let Some(file) = self.files.get_mut(usize::from(frame.venue.0)) {
            writeln!(file, "{} {line}", frame.recv_ns)?;
        }
        if self.flushed.elapsed() >= FLUSH_EVERY {
            self.flushed = Instant::now();
            self.files.iter_mut().try_for_each(GzEncoder::flush)?;
        }
        Ok(())
    }
}
