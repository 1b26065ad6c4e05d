//! What is asked of a payment gateway and what it may answer. How it is reached lives in `gateway/`.

use kernel::{Currency, Timestamp};

use super::payment_card::CardToken;

/// Why a charge was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeclineReason {
    /// The account behind the card is empty.
    InsufficientFunds,
    /// The bank says no and does not say why.
    CardDeclined,
    /// The card is too old.
    ExpiredCard,
    /// The bank or the gateway stumbled; the only reason that trying again by ourselves may cure.
    ProcessingError,
    /// The bank believes that somebody else holds the card.
    FraudDetected,
    /// The gateway never answered, and nothing was charged.
    GatewayTimeout,
}

impl DeclineReason {
    /// Every reason; the first five are those a gateway gives.
    pub const ALL: [Self; 6] = [
        Self::InsufficientFunds,
        Self::CardDeclined,
        Self::ExpiredCard,
        Self::ProcessingError,
        Self::FraudDetected,
        Self::GatewayTimeout,
    ];

    /// As written in tables, events and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InsufficientFunds => "insufficient_funds",
            Self::CardDeclined => "card_declined",
            Self::ExpiredCard => "expired_card",
            Self::ProcessingError => "processing_error",
            Self::FraudDetected => "fraud_detected",
            Self::GatewayTimeout => "gateway_timeout",
        }
    }

    /// Reads what `as_str` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// For the buyer.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::InsufficientFunds => "There is not enough money on this card.",
            Self::CardDeclined => "The bank declined this card.",
            Self::ExpiredCard => "This card has expired.",
            Self::ProcessingError => "The bank could not handle the payment just now.",
            Self::FraudDetected => {
                "The bank stopped this payment for safety. Use another card or call your bank."
            }
            Self::GatewayTimeout => {
                "We asked again and again and took the charge back, so that you can try once more."
            }
        }
    }

    /// Whether the same card may be charged again without asking its owner.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::ProcessingError)
    }
}

/// One charge, the same every time it is sent: a gateway does what a key asks for once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeRequest {
    /// `payment:attempt`; the gateway's idempotency key.
    pub key: String,
    /// Which charge of this payment, from 1.
    pub attempt: i64,
    /// The payment's public id, which webhooks name.
    pub reference: String,
    /// Minor units.
    pub amount_minor: i64,
    /// The currency.
    pub currency: Currency,
    /// The card, as a token; none for methods without one.
    pub card: Option<CardToken>,
}

/// What is known of a charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeAnswer {
    /// Money was taken; the gateway's name for it.
    Charged(String),
    /// No money was taken.
    Declined(DeclineReason),
    /// Nobody knows.
    NoAnswer,
}

/// What became of money that shall go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundAnswer {
    /// It goes back.
    Refunded,
    /// None was taken, and none will be under this key.
    NothingWasTaken,
    /// Nobody knows.
    NoAnswer,
}

/// Money of a charge that goes back, all of it or a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRefund {
    /// `refund:NUMBER`; the gateway's idempotency key.
    pub key: String,
    /// The payment's public id.
    pub reference: String,
    /// The gateway's name for the charge.
    pub charge: String,
    /// Minor units.
    pub amount_minor: i64,
    /// The currency of the charge.
    pub currency: Currency,
}

/// A webhook that a gateway inside this process wants delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The `X-Signature` header.
    pub signature: String,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// When it was signed.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_read_back_and_one_passes_by_itself() {
        for reason in DeclineReason::ALL {
            assert_eq!(DeclineReason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(DeclineReason::ALL.into_iter().filter(|reason| reason.is_passing()).count(), 1);
        assert_eq!(DeclineReason::parse("bad_mood"), None);
    }
}
