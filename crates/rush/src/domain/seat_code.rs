//! What the QR code of one ticket holds, signed so that a door checks it without a network; and the short form that people type.

use super::ticket_code::{TicketSigner, signed_text};
use sha2::{Digest, Sha256};

/// What is signed begins with this, so that no other text of ours can be taken for a ticket.
const CONTEXT: &str = "fairground rush ticket 2\n";
/// Letters of the check in a typed code: 20 bits that only the signature gives.
const CHECK_CHARS: usize = 4;
/// Crockford's base 32, without I, L, O and U.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What the code of one ticket says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatCode {
    /// Public id of the booking.
    pub booking: String,
    /// Public id of the show.
    pub show: String,
    /// The booking's code, `BK-20261121-7F3K9Q`.
    pub code: String,
    /// Which ticket of the booking, from 1.
    pub seat: i64,
    /// How often it was passed on.
    pub generation: i64,
}

/// What somebody at a door types: the booking's code, the seat, and letters that only the signed code gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedCode {
    /// The booking's code.
    pub code: String,
    /// Which ticket of the booking.
    pub seat: i64,
    /// Four letters.
    pub check: String,
}

impl SeatCode {
    /// The text of the QR code: `BOOKING:SHOW:CODE:SEAT:GENERATION:SIGNATURE`.
    #[must_use]
    pub fn signed(&self, signer: &TicketSigner) -> String {
        signer.sign_text(CONTEXT, &self.text())
    }

    /// The same in short, for somebody to type: `BK-20261121-7F3K9Q-2-K4TZ`.
    #[must_use]
    pub fn typed(&self, signer: &TicketSigner) -> String {
        format!("{}-{}-{}", self.code, self.seat, check_letters(&self.signed(signer)))
    }

    fn text(&self) -> String {
        format!("{}:{}:{}:{}:{}", self.booking, self.show, self.code, self.seat, self.generation)
    }

    /// Reads a QR code's text. `None`: it is no ticket, or none of these keys signed it.
    #[must_use]
    pub fn read(text: &str, keys: &[[u8; 32]]) -> Option<Self> {
        let said = signed_text(CONTEXT, text, keys)?;
        let mut parts = said.split(':');
        let read = Self {
            booking: parts.next()?.to_owned(),
            show: parts.next()?.to_owned(),
            code: parts.next()?.to_owned(),
            seat: parts.next()?.parse().ok()?,
            generation: parts.next()?.parse().ok()?,
        };
        (read.text() == said).then_some(read)
    }
}

impl TypedCode {
    /// Reads what was typed, in small letters and with blanks as people do. `None`: it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let text = text.to_ascii_uppercase();
        let mut parts = text.rsplitn(3, '-');
        let (check, seat, code) = (parts.next()?, parts.next()?, parts.next()?);
        let seat = seat.parse().ok().filter(|seat| *seat > 0)?;
        let is_code = code.starts_with("BK-") && code.len() == 18 && code.is_ascii();
        (is_code && check.len() == CHECK_CHARS).then(|| Self {
            code: code.to_owned(),
            seat,
            check: check.to_owned(),
        })
    }

    /// Whether it is the short form of `seat`.
    #[must_use]
    pub fn is_of(&self, seat: &SeatCode, signer: &TicketSigner) -> bool {
        seat.code == self.code && seat.seat == self.seat && check_letters(&seat.signed(signer)) == self.check
    }
}

fn check_letters(signed: &str) -> String {
    let digest = Sha256::digest(signed);
    digest.iter().take(CHECK_CHARS).map(|byte| char::from(CROCKFORD[usize::from(byte & 31)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> SeatCode {
        SeatCode {
            booking: "b-1".into(),
            show: "s-1".into(),
            code: "BK-20261121-7F3K9Q".into(),
            seat: 2,
            generation: 1,
        }
    }

    #[test]
    fn a_code_is_believed_as_it_was_signed_and_not_otherwise() {
        let signer = TicketSigner::new([7; 32]);
        let keys = [signer.public_key()];
        let text = sample().signed(&signer);
        assert_eq!(SeatCode::read(&text, &keys), Some(sample()));
        for forged in
            [text.replace(":2:1:", ":3:1:"), text.replace(":2:1:", ":2:2:"), text.replace(":2:1:", ":02:1:")]
        {
            assert_eq!(SeatCode::read(&forged, &keys), None, "{forged}");
        }
        assert_eq!(SeatCode::read(&text, &[TicketSigner::new([8; 32]).public_key()]), None);
    }

    #[test]
    fn a_typed_code_is_of_one_generation() {
        let signer = TicketSigner::new([7; 32]);
        let typed = sample().typed(&signer);
        let read = TypedCode::read(&format!(" {} ", typed.to_lowercase())).expect("it is one");
        assert!(read.is_of(&sample(), &signer));
        assert!(!read.is_of(&SeatCode { generation: 2, ..sample() }, &signer));
        for none in ["", "BK-20261121-7F3K9Q", "BK-20261121-7F3K9Q-0-AAAA", "x-1-AAAA"] {
            assert_eq!(TypedCode::read(none), None, "{none}");
        }
    }
}
