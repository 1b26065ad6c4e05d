//! Asks a running server.

use super::{Answer, LINE_BYTES_MAX, Request, SocketPath};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// Hashing a password takes its time, and behind others' more.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// Asks the server that runs on the folder `data`; none: there is none. Errors: it did not answer.
pub fn send(data: &Path, request: &Request) -> Result<Option<Answer>, String> {
    let Ok(socket) = SocketPath::in_folder(data) else { return Ok(None) };
    let Ok(stream) = UnixStream::connect(&socket.path) else { return Ok(None) };
    exchange(stream, request).map(Some).map_err(|error| format!("the running server did not answer: {error}"))
}

fn exchange(mut stream: UnixStream, request: &Request) -> std::io::Result<Answer> {
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = String::new();
    BufReader::new(stream.take(LINE_BYTES_MAX)).read_line(&mut answer)?;
    Ok(serde_json::from_str(&answer)?)
}
