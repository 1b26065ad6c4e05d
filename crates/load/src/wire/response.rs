//! Reads one answer from the bytes received so far. Pure: the socket is elsewhere.

/// Longest head accepted; ours are below one kilobyte.
const HEAD_MAX: usize = 16 * 1024;
/// Longest body accepted; the largest of ours is the metrics page.
const BODY_MAX: usize = 64 * 1024 * 1024;

/// The bytes are no HTTP/1.1 answer that this client understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server's answer is not HTTP/1.1 as expected")]
pub struct BadResponse;

/// Where the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// That many bytes follow the head.
    Length(usize),
    /// Chunks follow the head.
    Chunked,
}

/// The head of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// How the body is framed.
    pub body: Body,
    /// Bytes of the head, its empty line included.
    pub length: usize,
    /// The server will close the connection after this answer.
    pub close: bool,
}

/// Reads the head, if it has arrived whole. Errors: bytes that cannot become one.
pub fn parse_head(bytes: &[u8]) -> Result<Option<Head>, BadResponse> {
    let Some(first) = line_at(bytes, 0)? else { return Ok(None) };
    let mut head = Head { status: parse_status(first.text)?, body: Body::Length(0), length: 0, close: false };
    let mut at = first.next;
    loop {
        let Some(line) = line_at(bytes, at)? else { return Ok(None) };
        at = line.next;
        if line.text.is_empty() {
            head.length = at;
            return Ok(Some(head));
        }
        read_header(line.text, &mut head)?;
    }
}

struct Line<'a> {
    text: &'a [u8],
    next: usize,
}

/// The line that begins at `at`, without its end; none while its end has not arrived.
fn line_at(bytes: &[u8], at: usize) -> Result<Option<Line<'_>>, BadResponse> {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.iter().position(|byte| *byte == b'\n') {
        Some(end) if at + end <= HEAD_MAX => {
            let text = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
            Ok(Some(Line { text, next: at + end + 1 }))
        }
        Some(_) => Err(BadResponse),
        None if bytes.len() > HEAD_MAX => Err(BadResponse),
        None => Ok(None),
    }
}

/// `HTTP/1.1 201 Created` -> 201.
fn parse_status(line: &[u8]) -> Result<u16, BadResponse> {
    let rest = line.strip_prefix(b"HTTP/1.1 ").ok_or(BadResponse)?;
    let digits = rest.get(..3).ok_or(BadResponse)?;
    if !digits.iter().all(u8::is_ascii_digit) || rest.get(3).is_some_and(|byte| *byte != b' ') {
        return Err(BadResponse);
    }
    Ok(digits.iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0')))
}

/// Only three headers matter here, and all begin with c or t.
fn read_header(line: &[u8], head: &mut Head) -> Result<(), BadResponse> {
    if !matches!(line.first(), Some(b'c' | b'C' | b't' | b'T')) {
        return Ok(());
    }
    let colon = line.iter().position(|byte| *byte == b':').ok_or(BadResponse)?;
    let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
    if name.eq_ignore_ascii_case(b"content-length") {
        head.body = Body::Length(parse_length(value)?);
    } else if name.eq_ignore_ascii_case(b"transfer-encoding") && value.eq_ignore_ascii_case(b"chunked") {
        head.body = Body::Chunked;
    } else if name.eq_ignore_ascii_case(b"connection") && value.eq_ignore_ascii_case(b"close") {
        head.close = true;
    }
    Ok(())
}

fn parse_length(value: &[u8]) -> Result<usize, BadResponse> {
    let text = std::str::from_utf8(value).map_err(|_| BadResponse)?;
    text.parse().ok().filter(|length| *length <= BODY_MAX).ok_or(BadResponse)
}

/// Appends the chunks to `out` and returns the bytes they took, if all have arrived. `out` is unspecified otherwise.
pub fn decode_chunks(bytes: &[u8], out: &mut Vec<u8>) -> Result<Option<usize>, BadResponse> {
    out.clear();
    let mut at = 0;
    loop {
        let Some(line) = chunk_line(bytes, at)? else { return Ok(None) };
        let size = chunk_size(line.text)?;
        at = line.next;
        if size == 0 {
            return skip_trailers(bytes, at);
        }
        let Some(chunk) = bytes.get(at..at + size) else { return Ok(None) };
        if out.len() + size > BODY_MAX {
            return Err(BadResponse);
        }
        out.extend_from_slice(chunk);
        at += size;
        match bytes.get(at..at + 2) {
            None => return Ok(None),
            Some(b"\r\n") => at += 2,
            Some(_) => return Err(BadResponse),
        }
    }
}

fn chunk_line(bytes: &[u8], at: usize) -> Result<Option<Line<'_>>, BadResponse> {
    match line_at(bytes.get(at..).unwrap_or_default(), 0)? {
        Some(line) => Ok(Some(Line { text: line.text, next: at + line.next })),
        None => Ok(None),
    }
}

fn chunk_size(line: &[u8]) -> Result<usize, BadResponse> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let text = std::str::from_utf8(digits).map_err(|_| BadResponse)?;
    usize::from_str_radix(text, 16).ok().filter(|size| *size <= BODY_MAX).ok_or(BadResponse)
}

fn skip_trailers(bytes: &[u8], begin: usize) -> Result<Option<usize>, BadResponse> {
    let mut at = begin;
    loop {
        let Some(line) = chunk_line(bytes, at)? else { return Ok(None) };
        at = line.next;
        if line.text.is_empty() {
            return Ok(Some(at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_only_when_it_is_whole() {
        let text =
            b"HTTP/1.1 201 Created\r\nX-Other: 1\r\ncOnTeNt-LeNgTh:  12 \r\nConnection: close\r\n\r\nbody";
        let whole = text.len() - 4;
        for cut in 0..whole {
            assert_eq!(parse_head(&text[..cut]), Ok(None), "{cut}");
        }
        let expected = Head { status: 201, body: Body::Length(12), length: whole, close: true };
        assert_eq!(parse_head(text), Ok(Some(expected)));
    }

    #[test]
    fn an_answer_without_a_body_has_length_zero() {
        let head = parse_head(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap().unwrap();
        assert_eq!((head.status, head.body, head.close), (204, Body::Length(0), false));
    }

    #[test]
    fn odd_answers_are_refused() {
        let odd: [&[u8]; 7] = [
            b"HTTP/1.0 200 OK\r\n\r\n",
            b"HTTP/1.1 2x0 OK\r\n\r\n",
            b"HTTP/1.1 2000 OK\r\n\r\n",
            b"HTTP/1.1 20\r\n\r\n",
            b"\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n",
        ];
        for odd in odd {
            assert_eq!(parse_head(odd), Err(BadResponse), "{:?}", String::from_utf8_lossy(odd));
        }
        assert_eq!(parse_head(&[b'a'; HEAD_MAX + 1]), Err(BadResponse));
    }

    #[test]
    fn chunks_are_joined_and_only_when_all_are_there() {
        let text = b"4\r\nWiki\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n";
        let mut out = Vec::new();
        for cut in 0..text.len() {
            assert_eq!(decode_chunks(&text[..cut], &mut out), Ok(None), "{cut}");
        }
        assert_eq!(decode_chunks(text, &mut out), Ok(Some(text.len())));
        assert_eq!(out, b"Wiki0123456789");
        assert_eq!(decode_chunks(b"zz\r\n", &mut out), Err(BadResponse));
        assert_eq!(decode_chunks(b"1\r\nab\r\n", &mut out), Err(BadResponse));
    }
}
