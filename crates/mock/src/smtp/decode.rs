//! Reading a mail as its recipient would: headers and texts in the clear.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The texts of a mail, decoded, one after the other; attachments are left out.
#[must_use]
pub fn decoded(raw: &str) -> String {
    let (head, body) = split(raw);
    let kind = value(&head, "content-type").to_ascii_lowercase();
    if let Some(boundary) = boundary(&value(&head, "content-type")) {
        let mark = format!("--{boundary}");
        let parts = body.split(mark.as_str()).skip(1).take_while(|part| !part.starts_with("--"));
        return parts.map(|part| decoded(part.trim_start_matches(['\r', '\n']))).collect();
    }
    if !kind.is_empty() && !kind.starts_with("text/") {
        return String::new();
    }
    let bytes = match value(&head, "content-transfer-encoding").to_ascii_lowercase().as_str() {
        "base64" => {
            let packed: String = body.split_whitespace().collect();
            STANDARD.decode(packed).unwrap_or_default()
        }
        "quoted-printable" => quoted_printable(&body),
        _ => body.into_bytes(),
    };
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

/// The value of a header of a mail, decoded; empty when it has none.
#[must_use]
pub(super) fn header(raw: &str, name: &str) -> String {
    let value = value(&split(raw).0, &name.to_ascii_lowercase());
    let mut out = String::new();
    let mut after_word = false;
    for word in value.split(' ') {
        let plain = encoded_word(word);
        let goes_on = after_word && plain.is_some();
        if !out.is_empty() && !goes_on {
            out.push(' ');
        }
        after_word = plain.is_some();
        out.push_str(&plain.unwrap_or_else(|| word.to_owned()));
    }
    out
}

/// Headers, unfolded, and body.
fn split(raw: &str) -> (String, String) {
    let raw = raw.replace("\r\n", "\n");
    let (head, body) = raw.split_once("\n\n").unwrap_or((&raw, ""));
    (head.replace("\n ", " ").replace("\n\t", " "), body.to_owned())
}

fn value(head: &str, name: &str) -> String {
    let found = head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    });
    found.unwrap_or_default()
}

fn boundary(content_type: &str) -> Option<String> {
    let (_, rest) = content_type.split_once("boundary=")?;
    let rest = rest.trim_start_matches('"');
    rest.split(['"', ';']).next().map(str::to_owned)
}

/// `=?utf-8?b?4Liq?=` in the clear.
fn encoded_word(word: &str) -> Option<String> {
    let inner = word.strip_prefix("=?")?.strip_suffix("?=")?;
    let mut parts = inner.splitn(3, '?');
    let (_, how, text) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = match how {
        "b" | "B" => STANDARD.decode(text).ok()?,
        _ => quoted_printable(&text.replace('_', " ")),
    };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\n", "");
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (bytes[at], hex) {
            (b'=', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_texts_are_read_as_a_mail_program_reads_them() {
        let raw = "Subject: =?utf-8?b?4Liq4Lin4Lix4Liq4LiU4Li1?= =?utf-8?b?IQ==?=\r\nX: a\r\n b\r\n\
            Content-Type: multipart/mixed; boundary=\"B\"\r\n\r\n--B\r\nContent-Type: text/plain\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\na=3Db=\r\nc\r\n--B\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n\
            --B\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+\r\n--B--\r\n";
        assert_eq!(header(raw, "subject"), "สวัสดี!");
        assert_eq!(header(raw, "X"), "a b");
        assert_eq!(decoded(raw), "a=bc\n<b>");
    }
}
