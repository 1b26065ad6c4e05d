//! Buying credit with Stars: invoices, who may pay one, and what a charge is worth. Pure.

use super::ids::PaymentId;
use kernel::{Timestamp, UserId};

/// Seconds for which an invoice can be paid.
pub const INVOICE_S: i64 = 3_600;
/// The most units of one invoice: within what Telegram takes at once, and far within an `i64`.
pub const AMOUNT_MAX: i64 = 100_000_000;
/// Stars that Telegram takes for one invoice at most.
pub const STARS_MAX: i64 = 100_000;

/// Where an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentStatus {
    /// It can be paid.
    Pending,
    /// It was.
    Paid,
    /// Telegram would not have it.
    Failed,
    /// Nobody paid it in time.
    Expired,
    /// What was paid went back.
    Refunded,
}

impl PaymentStatus {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
        }
    }

    /// The status of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Paid, Self::Failed, Self::Expired, Self::Refunded];
        all.into_iter().find(|status| status.as_str() == text)
    }
}

/// An invoice as it is stored; the rate was frozen when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its number.
    pub id: PaymentId,
    /// Who pays.
    pub user: UserId,
    /// Units that are bought.
    pub amount: i64,
    /// Stars that they cost.
    pub stars: i64,
    /// Units for one Star.
    pub rate: i64,
    /// Where it stands.
    pub status: PaymentStatus,
    /// What Telegram shows us again.
    pub payload: String,
    /// Where it is paid; none until Telegram gave a link.
    pub link: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
}

/// Why no invoice is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceRefusal {
    /// Less than one unit, or more than anybody buys at once.
    AmountIsOutOfRange,
    /// Not a whole number of Stars.
    AmountIsNotWholeStars {
        /// Units for one Star.
        rate: i64,
    },
    /// The key was used for another amount.
    KeyWasUsed,
}

/// What `amount` units cost in Stars.
pub fn stars_for(amount: i64, rate: i64) -> Result<i64, InvoiceRefusal> {
    if !(1..=AMOUNT_MAX).contains(&amount) {
        return Err(InvoiceRefusal::AmountIsOutOfRange);
    }
    if amount % rate != 0 {
        return Err(InvoiceRefusal::AmountIsNotWholeStars { rate });
    }
    let stars = amount / rate;
    if stars > STARS_MAX { Err(InvoiceRefusal::AmountIsOutOfRange) } else { Ok(stars) }
}

/// What Telegram says of somebody who is about to pay, or has paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// Telegram's number of who pays.
    pub tg_user_id: i64,
    /// In what.
    pub currency: String,
    /// How much.
    pub stars: i64,
    /// The invoice's payload.
    pub payload: String,
}

/// Why somebody may not pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckoutRefusal {
    /// No invoice of ours.
    InvoiceIsUnknown,
    /// Another's invoice.
    PayerIsNotTheOwner,
    /// Other than the invoice says.
    AmountDiffers,
    /// It is not pending.
    InvoiceIsNotOpen,
    /// Its time is over.
    InvoiceIsExpired,
    /// The owner was blocked.
    AccountIsBlocked,
    /// Buying is switched off.
    PaymentsAreOff,
}

impl CheckoutRefusal {
    /// What the payer reads.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::InvoiceIsUnknown => "We do not know this invoice. Open the app and start again.",
            Self::PayerIsNotTheOwner => "This invoice was made for somebody else.",
            Self::AmountDiffers => "The price has changed. Open the app and start again.",
            Self::InvoiceIsNotOpen => "This invoice was paid already.",
            Self::InvoiceIsExpired => "This invoice is older than an hour. Open the app and start again.",
            Self::AccountIsBlocked => "This account is blocked.",
            Self::PaymentsAreOff => "Buying credit is switched off at present. Nothing was charged.",
        }
    }
}

/// An invoice, its owner's number at Telegram, and whether they may use the stall.
pub type Owned<'a> = (&'a Payment, i64, bool);

/// Whether somebody may pay now.
pub fn checkout(
    found: Option<Owned<'_>>,
    purchase: &Purchase,
    is_on: bool,
    now: Timestamp,
) -> Result<(), CheckoutRefusal> {
    let (payment, owner, is_active) = found.ok_or(CheckoutRefusal::InvoiceIsUnknown)?;
    if owner != purchase.tg_user_id {
        return Err(CheckoutRefusal::PayerIsNotTheOwner);
    }
    if !is_as_agreed(payment, purchase) {
        return Err(CheckoutRefusal::AmountDiffers);
    }
    match payment.status {
        PaymentStatus::Pending => {}
        PaymentStatus::Expired => return Err(CheckoutRefusal::InvoiceIsExpired),
        PaymentStatus::Paid | PaymentStatus::Failed | PaymentStatus::Refunded => {
            return Err(CheckoutRefusal::InvoiceIsNotOpen);
        }
    }
    if now >= payment.expires_at {
        return Err(CheckoutRefusal::InvoiceIsExpired);
    }
    if !is_active {
        return Err(CheckoutRefusal::AccountIsBlocked);
    }
    if is_on { Ok(()) } else { Err(CheckoutRefusal::PaymentsAreOff) }
}

/// Whether a purchase is in the invoice's currency and for its price.
#[must_use]
pub fn is_as_agreed(payment: &Payment, purchase: &Purchase) -> bool {
    purchase.currency == "XTR" && purchase.stars == payment.stars
}

/// A charge as it is stored. One that was never credited has no user and is worth nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Telegram's name for it.
    pub id: String,
    /// The invoice.
    pub payment: Option<PaymentId>,
    /// Whose wallet it credited.
    pub user: Option<UserId>,
    /// Telegram's number of who paid.
    pub tg_user_id: i64,
    /// How many Stars.
    pub stars: i64,
    /// Units that were credited; 0 for none.
    pub amount: i64,
    /// The credit's transfer.
    pub transfer: Option<i64>,
    /// When it was paid.
    pub paid_at: Timestamp,
    /// When it went back.
    pub refunded_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn payment() -> Payment {
        Payment {
            id: PaymentId(1),
            user: UserId(2),
            amount: 1_000,
            stars: 100,
            rate: 10,
            status: PaymentStatus::Pending,
            payload: "p".to_owned(),
            link: None,
            created_at: NOW,
            expires_at: NOW.plus_secs(INVOICE_S),
        }
    }

    fn purchase() -> Purchase {
        Purchase { tg_user_id: 42, currency: "XTR".to_owned(), stars: 100, payload: "p".to_owned() }
    }

    #[test]
    fn an_amount_must_be_whole_stars() {
        assert_eq!(stars_for(1_000, 10), Ok(100));
        assert_eq!(stars_for(1, 1), Ok(1));
        assert_eq!(stars_for(5, 10), Err(InvoiceRefusal::AmountIsNotWholeStars { rate: 10 }));
        for bad in [0, -1, AMOUNT_MAX + 1, i64::MAX] {
            assert_eq!(stars_for(bad, 1), Err(InvoiceRefusal::AmountIsOutOfRange), "{bad}");
        }
        assert_eq!(stars_for(STARS_MAX + 1, 1), Err(InvoiceRefusal::AmountIsOutOfRange));
    }

    #[test]
    fn each_reason_not_to_let_somebody_pay_has_its_name() {
        let judged = |payment: &Payment, purchase: &Purchase, is_active, is_on, now| {
            checkout(Some((payment, 42, is_active)), purchase, is_on, now)
        };
        assert_eq!(judged(&payment(), &purchase(), true, true, NOW), Ok(()));
        assert_eq!(checkout(None, &purchase(), true, NOW), Err(CheckoutRefusal::InvoiceIsUnknown));
        let other = Purchase { tg_user_id: 43, ..purchase() };
        assert_eq!(judged(&payment(), &other, true, true, NOW), Err(CheckoutRefusal::PayerIsNotTheOwner));
        for other in [Purchase { stars: 99, ..purchase() }, Purchase { currency: "USD".into(), ..purchase() }]
        {
            assert_eq!(judged(&payment(), &other, true, true, NOW), Err(CheckoutRefusal::AmountDiffers));
        }
        let paid = Payment { status: PaymentStatus::Paid, ..payment() };
        assert_eq!(judged(&paid, &purchase(), true, true, NOW), Err(CheckoutRefusal::InvoiceIsNotOpen));
        let late = NOW.plus_secs(INVOICE_S);
        assert_eq!(judged(&payment(), &purchase(), true, true, late), Err(CheckoutRefusal::InvoiceIsExpired));
        assert_eq!(judged(&payment(), &purchase(), false, true, NOW), Err(CheckoutRefusal::AccountIsBlocked));
        assert_eq!(judged(&payment(), &purchase(), true, false, NOW), Err(CheckoutRefusal::PaymentsAreOff));
    }
}
