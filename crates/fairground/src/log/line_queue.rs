//! A bounded queue of log lines and the one thread that writes them. Whoever logs never waits and never fails: a line that
//! finds the queue full, or that cannot be written, is lost and counted.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

/// Lines that may wait: some seconds of a busy server.
const LINES_MAX: usize = 8_192;
/// Bytes that may wait: what a stuck log costs in memory.
const BYTES_MAX: usize = 8 * 1024 * 1024;
/// The counter of lines that nobody will read.
const LOST: &str = "log_lines_lost_total";

enum Message {
    Line(Vec<u8>),
    /// Answered when every line before it was written.
    Flush(SyncSender<()>),
}

/// The way to the queue; cloning shares it.
#[derive(Clone)]
pub(super) struct LineQueue {
    sender: SyncSender<Message>,
    bytes: Arc<AtomicUsize>,
}

/// Standard error with a lock of its own: whoever else prints there must not wait for a line of the log.
pub(super) fn standard_error() -> Result<File, String> {
    let owned = io::stderr().as_fd().try_clone_to_owned();
    owned.map(File::from).map_err(|error| format!("standard error cannot be used: {error}"))
}

impl LineQueue {
    /// Starts the thread that writes to `output`. Errors: the machine has no thread left.
    pub fn start(output: impl Write + Send + 'static) -> Result<Self, String> {
        let (sender, receiver) = sync_channel(LINES_MAX);
        let bytes = Arc::new(AtomicUsize::new(0));
        let waiting = Arc::clone(&bytes);
        std::thread::Builder::new()
            .name("log-writer".into())
            .spawn(move || write_all(&receiver, &waiting, output))
            .map_err(|error| format!("cannot start the log writer: {error}"))?;
        Ok(Self { sender, bytes })
    }

    fn push(&self, line: &[u8]) {
        let waiting = self.bytes.fetch_add(line.len(), Ordering::Relaxed);
        let fits = waiting < BYTES_MAX;
        if !fits || self.sender.try_send(Message::Line(line.to_vec())).is_err() {
            self.bytes.fetch_sub(line.len(), Ordering::Relaxed);
            count_lost();
        }
    }

    /// Waits until what was queued so far is written, `limit` at most.
    pub fn flush(&self, limit: Duration) {
        let (written, waits) = sync_channel(1);
        if self.sender.try_send(Message::Flush(written)).is_ok() {
            let _in_time = waits.recv_timeout(limit);
        }
    }
}

fn count_lost() {
    metrics::counter!(LOST).increment(1);
}

fn write_all(queue: &Receiver<Message>, waiting: &AtomicUsize, mut output: impl Write) {
    while let Ok(message) = queue.recv() {
        match message {
            Message::Line(line) => {
                if output.write_all(&line).is_err() {
                    count_lost();
                }
                waiting.fetch_sub(line.len(), Ordering::Relaxed);
            }
            // Whoever waited may have gone away.
            Message::Flush(written) => drop(written.try_send(())),
        }
    }
}

/// One event's writer: the formatter hands it each line whole.
pub(super) struct LineWriter<'q>(&'q LineQueue);

impl Write for LineWriter<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'q> MakeWriter<'q> for LineQueue {
    type Writer = LineWriter<'q>;

    fn make_writer(&'q self) -> LineWriter<'q> {
        LineWriter(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::mpsc::channel;
    use std::time::Instant;

    /// An output that takes nothing until it is let go.
    struct Blocked(std::sync::mpsc::Receiver<()>);

    impl Write for Blocked {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            let _released = self.0.recv();
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no test panics with it").extend_from_slice(line);
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_output_that_takes_nothing_holds_nobody_up() {
        let (_release, waits) = channel();
        let queue = LineQueue::start(Blocked(waits)).unwrap();
        let begun = Instant::now();
        for _ in 0..LINES_MAX * 2 {
            queue.make_writer().write_all(b"a line\n").unwrap();
        }
        queue.flush(Duration::from_millis(50));
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert!(queue.bytes.load(Ordering::Relaxed) <= (LINES_MAX + 1) * 7);
    }

    #[test]
    fn lines_come_whole_and_in_order() {
        let kept = Kept::default();
        let queue = LineQueue::start(kept.clone()).unwrap();
        (0..100).for_each(|n| queue.make_writer().write_all(format!("{n}\n").as_bytes()).unwrap());
        queue.flush(Duration::from_secs(10));
        let expected: String = (0..100).map(|n| format!("{n}\n")).collect();
        assert_eq!(String::from_utf8(kept.0.lock().unwrap().clone()).unwrap(), expected);
    }
}
