//! Forms requests by hand into buffers that are kept from one request to the next.

use std::io::Write as _;

/// An idempotency key: 128 bits, written as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyKey(pub u64, pub u64);

impl std::fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{:016x}", self.0, self.1)
    }
}

/// How a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A write under an idempotency key.
    PostKeyed(IdempotencyKey),
    /// A write without one.
    Post,
    /// A read.
    Get,
}

/// A request being formed: fill `path`, `token` and `body`, then `finish`.
#[derive(Debug, Default)]
pub struct RequestBuffer {
    /// The path, with its query.
    pub path: Vec<u8>,
    /// The access token; empty for none.
    pub token: Vec<u8>,
    /// The JSON body; empty for none.
    pub body: Vec<u8>,
    bytes: Vec<u8>,
}

impl RequestBuffer {
    /// Empties all parts and keeps their memory.
    pub fn clear(&mut self) {
        self.path.clear();
        self.token.clear();
        self.body.clear();
    }

    /// The bytes to send to `host`.
    pub fn finish(&mut self, host: &str, method: Method) -> &[u8] {
        self.head(if method == Method::Get { "GET" } else { "POST" }, host);
        if let Method::PostKeyed(key) = method {
            self.bytes.extend_from_slice(b"idempotency-key: ");
            append_hex(key.0, &mut self.bytes);
            append_hex(key.1, &mut self.bytes);
            self.bytes.extend_from_slice(b"\r\n");
        }
        self.tail()
    }

    fn head(&mut self, method: &str, host: &str) {
        self.bytes.clear();
        let parts: [&[u8]; 6] =
            [method.as_bytes(), b" ", &self.path, b" HTTP/1.1\r\nhost: ", host.as_bytes(), b"\r\n"];
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        if !self.token.is_empty() {
            self.bytes.extend_from_slice(b"authorization: Bearer ");
            self.bytes.extend_from_slice(&self.token);
            self.bytes.extend_from_slice(b"\r\n");
        }
    }

    fn tail(&mut self) -> &[u8] {
        if self.body.is_empty() {
            self.bytes.extend_from_slice(b"\r\n");
        } else {
            self.bytes.extend_from_slice(b"content-type: application/json\r\ncontent-length: ");
            append_number(self.body.len() as u64, &mut self.bytes);
            self.bytes.extend_from_slice(b"\r\n\r\n");
            self.bytes.extend_from_slice(&self.body);
        }
        &self.bytes
    }
}

/// Appends `number` in decimal.
pub fn append_number(number: u64, out: &mut Vec<u8>) {
    write!(out, "{number}").expect("writing to memory cannot fail");
}

fn append_hex(number: u64, out: &mut Vec<u8>) {
    for shift in (0..16).rev() {
        let digit = (number >> (shift * 4)) & 15;
        out.push(b"0123456789abcdef"[digit as usize]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_carries_token_key_and_length() {
        let mut buffer = RequestBuffer::default();
        buffer.path.extend_from_slice(b"/x");
        buffer.token.extend_from_slice(b"t.t.t");
        buffer.body.extend_from_slice(b"{\"a\":1}");
        let text =
            String::from_utf8(buffer.finish("h:1", Method::PostKeyed(IdempotencyKey(1, 0xab))).to_vec())
                .unwrap();
        assert_eq!(
            text,
            "POST /x HTTP/1.1\r\nhost: h:1\r\nauthorization: Bearer t.t.t\r\n\
             idempotency-key: 000000000000000100000000000000ab\r\n\
             content-type: application/json\r\ncontent-length: 7\r\n\r\n{\"a\":1}"
        );
        assert_eq!(IdempotencyKey(1, 0xab).to_string(), "000000000000000100000000000000ab");
    }

    #[test]
    fn a_read_has_neither_key_nor_body() {
        let mut buffer = RequestBuffer::default();
        buffer.path.extend_from_slice(b"/metrics");
        assert_eq!(buffer.finish("h", Method::Get), b"GET /metrics HTTP/1.1\r\nhost: h\r\n\r\n");
    }
}
