//! What the QR code of a whole booking holds: which booking, its code, how many it admits, and a signature that a door checks without a
//! network. The code of each single ticket is `seat_code`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

/// What is signed begins with this, so that no other text of ours can be taken for a ticket.
const CONTEXT: &str = "fairground rush ticket 1\n";

/// What a ticket says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketCode {
    /// Public id of the booking.
    pub booking: String,
    /// `BK-20261121-7F3K9Q`.
    pub code: String,
    /// How many it admits.
    pub admits: i64,
}

/// Signs tickets.
pub struct TicketSigner(SigningKey);

impl TicketSigner {
    /// A signer whose key grows from `seed`.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// The key that doors check with.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The text of the QR code: `BOOKING:CODE:ADMITS:SIGNATURE`.
    #[must_use]
    pub fn sign(&self, ticket: &TicketCode) -> String {
        self.sign_text(CONTEXT, &ticket.text())
    }

    /// `said`, a colon, and the signature over the two texts in base64url.
    pub(super) fn sign_text(&self, context: &str, said: &str) -> String {
        format!("{said}:{}", URL_SAFE_NO_PAD.encode(self.sign_bytes(format!("{context}{said}").as_bytes())))
    }

    /// The signature over `bytes`, which begin with a context of their own.
    #[must_use]
    pub fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }
}

/// What stands before the last colon of `text`, where one of `keys` signed it after `context`.
pub(super) fn signed_text<'t>(context: &str, text: &'t str, keys: &[[u8; 32]]) -> Option<&'t str> {
    let (said, signature) = text.rsplit_once(':')?;
    let bytes = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let signature = Signature::from_slice(&bytes).ok()?;
    let signed = format!("{context}{said}");
    let is_signed = |key: &[u8; 32]| {
        VerifyingKey::from_bytes(key)
            .is_ok_and(|key| key.verify_strict(signed.as_bytes(), &signature).is_ok())
    };
    keys.iter().any(is_signed).then_some(said)
}

impl TicketCode {
    fn text(&self) -> String {
        format!("{}:{}:{}", self.booking, self.code, self.admits)
    }

    /// Reads a QR code's text. `None`: it is no ticket, or none of these keys signed it.
    #[must_use]
    pub fn read(text: &str, keys: &[[u8; 32]]) -> Option<Self> {
        let said = signed_text(CONTEXT, text, keys)?;
        let mut parts = said.split(':');
        let ticket = Self {
            booking: parts.next()?.to_owned(),
            code: parts.next()?.to_owned(),
            admits: parts.next()?.parse().ok()?,
        };
        (ticket.text() == said).then_some(ticket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_believed_as_it_was_signed_and_not_otherwise() {
        let signer = TicketSigner::new([7; 32]);
        let keys = [TicketSigner::new([8; 32]).public_key(), signer.public_key()];
        let ticket = TicketCode { booking: "b-1".into(), code: "BK-20261121-7F3K9Q".into(), admits: 2 };
        let text = signer.sign(&ticket);
        assert_eq!(TicketCode::read(&text, &keys), Some(ticket));
        for forged in
            [text.replace(":2:", ":3:"), text.replace("7F3K9Q", "7F3K9R"), text[..text.len() - 1].to_owned()]
        {
            assert_eq!(TicketCode::read(&forged, &keys), None, "{forged}");
        }
        assert_eq!(TicketCode::read(&text, &keys[..1]), None);
        assert_eq!(TicketCode::read("b-1:BK-20261121-7F3K9Q", &keys), None);
    }
}
