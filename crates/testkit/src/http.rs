//! A small blocking HTTP/1.1 client over one kept connection. It knows when an answer did not come whole, which
//! is what a crash test must know, and nothing of redirects, compression or chunks sent by clients.

use crate::answer::{Answer, Headers};
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer not there by then counts as unknown.
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection, opened when first needed and again after it broke.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    /// A client of the server at `address`.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// GET without a body.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, &[], b"")
    }

    /// Sends one request and reads its whole answer. An error means that nobody knows whether the server acted.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer> {
        let answer = self.exchange(method, path, headers, body);
        let closed = answer.as_ref().is_ok_and(|answer| answer.headers.get("connection") == Some("close"));
        if answer.is_err() || closed {
            self.stream = None;
        }
        answer
    }

    fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            request.push_str("content-type: application/json\r\n");
        }
        request.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        let stream = self.connected()?;
        stream.get_mut().write_all(&bytes)?;
        read_answer(stream)
    }

    fn connected(&mut self) -> Result<&mut BufReader<TcpStream>> {
        if self.stream.is_none() {
            let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            self.stream = Some(BufReader::new(stream));
        }
        Ok(self.stream.as_mut().expect("it was opened above"))
    }
}

fn read_answer(stream: &mut BufReader<TcpStream>) -> Result<Answer> {
    let first = read_line(stream)?;
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| Error::new(ErrorKind::InvalidData, first))?;
    let headers = read_headers(stream)?;
    let body = read_body(stream, &headers)?;
    Ok(Answer::new(status, headers, body))
}

fn read_body(stream: &mut BufReader<TcpStream>, headers: &Headers) -> Result<Vec<u8>> {
    if headers.get("transfer-encoding") == Some("chunked") {
        return read_chunks(stream);
    }
    let length = headers.get("content-length").and_then(|text| text.parse::<usize>().ok());
    let mut body = vec![0; length.unwrap_or_default()];
    stream.read_exact(&mut body)?;
    Ok(body)
}

fn read_headers(stream: &mut BufReader<TcpStream>) -> Result<Headers> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream)?;
        let Some((name, value)) = line.split_once(':') else { return Ok(Headers::new(headers)) };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn read_chunks(stream: &mut BufReader<TcpStream>) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(stream)?;
        let size = usize::from_str_radix(line.trim(), 16);
        let size = size.map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        let begin = body.len();
        body.resize(begin + size, 0);
        stream.read_exact(&mut body[begin..])?;
        read_line(stream)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

/// One line without its end; the end of the stream is an error, because every answer ends by its own length.
fn read_line(stream: &mut BufReader<TcpStream>) -> Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}
