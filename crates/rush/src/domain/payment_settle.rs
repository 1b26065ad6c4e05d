//! What an answer of the gateway does to a payment, and what becomes of the money: the seats that were held, the same
//! seats taken again, or the way back. Money is never kept without seats.

use super::booking::{Booking, BookingStatus};
use super::gateway_answer::DeclineReason;
use super::payment::{ASKS_MAX, ATTEMPTS_MAX, Payment, PaymentRefusal, RefundReason};
use super::payment_process::{go_to_processing, hold_lives};
use super::payment_status::PaymentStatus;
use kernel::Timestamp;

/// What money that just came is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyIsFor {
    /// The live hold: post it.
    TheHold,
    /// The hold is over: take the same seats again if they are still there, else give the money back.
    TheSameSeatsAgain,
    /// Nothing: it goes back.
    Nothing(RefundReason),
}

/// What money for `booking` buys at `now`. `on_sale`: whether the event, show and zone are still sold at all; a buyer
/// who gave the seats back does not get them again.
#[must_use]
pub fn money_is_for(booking: &Booking, on_sale: bool, now: Timestamp) -> MoneyIsFor {
    match booking.status {
        BookingStatus::Reserved if booking.expires_at > now => MoneyIsFor::TheHold,
        BookingStatus::Reserved | BookingStatus::Expired if on_sale => MoneyIsFor::TheSameSeatsAgain,
        BookingStatus::Reserved | BookingStatus::Expired => MoneyIsFor::Nothing(RefundReason::SeatsGone),
        BookingStatus::Cancelled => MoneyIsFor::Nothing(RefundReason::BookingCancelled),
        BookingStatus::Confirmed | BookingStatus::Refunded => MoneyIsFor::Nothing(RefundReason::AlreadyPaid),
    }
}

/// What the news of a charge is to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeNews {
    /// The payment has taken this money now; see what it is for.
    Taken,
    /// It had this very charge already.
    Known,
    /// It has another charge, or can take none: this money is one too much and goes back by itself.
    TooMuch,
}

/// Money was taken as `charge`. Walks listed steps alone, whatever the payment was before.
pub fn take(payment: &mut Payment, charge: &str, now: Timestamp) -> Result<ChargeNews, PaymentRefusal> {
    match payment.status {
        PaymentStatus::Succeeded | PaymentStatus::RefundPending | PaymentStatus::Refunded => {
            let known = payment.charge.as_deref() == Some(charge);
            return Ok(if known { ChargeNews::Known } else { ChargeNews::TooMuch });
        }
        PaymentStatus::Cancelled => return Ok(ChargeNews::TooMuch),
        PaymentStatus::Pending | PaymentStatus::Failed | PaymentStatus::Retrying => {
            go_to_processing(payment)?;
        }
        PaymentStatus::Processing | PaymentStatus::TimedOut => {}
    }
    payment.go(PaymentStatus::Succeeded)?;
    payment.charge = Some(charge.to_owned());
    payment.processed_at = Some(now);
    payment.error = None;
    Ok(ChargeNews::Taken)
}

/// Money that was taken goes back, all of it.
pub fn send_back(payment: &mut Payment, reason: RefundReason) -> Result<(), PaymentRefusal> {
    payment.go(PaymentStatus::RefundPending)?;
    payment.refund = Some(reason);
    Ok(())
}

/// Money is back.
pub fn sent_back(payment: &mut Payment, now: Timestamp) -> Result<(), PaymentRefusal> {
    payment.go(PaymentStatus::Refunded)?;
    payment.refunded_at = Some(now);
    Ok(())
}

/// What follows a decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterDecline {
    /// The hold stays; the buyer may try again until it is over.
    BuyerMayTryAgain,
    /// We try again by ourselves after a while.
    WeTryAgain,
    /// It was the last one: the seats go back.
    SeatsGoBack,
}

/// The charge under way was declined. `None`: no charge is under way, so this is old news.
pub fn decline(
    payment: &mut Payment,
    booking: &Booking,
    reason: DeclineReason,
    now: Timestamp,
) -> Result<Option<AfterDecline>, PaymentRefusal> {
    if !payment.status.awaits_an_answer() {
        return Ok(None);
    }
    payment.go(PaymentStatus::Failed)?;
    payment.error = Some(reason);
    payment.processed_at = Some(now);
    if payment.attempt >= ATTEMPTS_MAX {
        return Ok(Some(AfterDecline::SeatsGoBack));
    }
    if reason.is_passing() && hold_lives(booking, now) {
        payment.go(PaymentStatus::Retrying)?;
        return Ok(Some(AfterDecline::WeTryAgain));
    }
    Ok(Some(AfterDecline::BuyerMayTryAgain))
}

/// A retry that was waiting finds its hold over: nothing is charged, and it failed for the reason it had.
pub fn give_up_retry(payment: &mut Payment) -> Result<(), PaymentRefusal> {
    payment.go(PaymentStatus::Processing)?;
    payment.go(PaymentStatus::Failed)
}

/// Whether news of a charge of `attempt` is of one that was taken back: it pays for nothing. Without a number it may be.
#[must_use]
pub fn was_taken_back(payment: &Payment, attempt: Option<i64>) -> bool {
    payment.taken_back > 0 && attempt.is_none_or(|attempt| attempt <= payment.taken_back)
}

/// The charge that nobody told of is taken back while the hold lives: the buyer may try again until it is over, and
/// whatever is heard of that charge later changes nothing.
pub fn give_up_charge(
    payment: &mut Payment,
    booking: &Booking,
    now: Timestamp,
) -> Result<Option<AfterDecline>, PaymentRefusal> {
    payment.taken_back = payment.attempt;
    decline(payment, booking, DeclineReason::GatewayTimeout, now)
}

/// What follows silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterSilence {
    /// Ask the gateway what became of the charge.
    QueryAgain,
    /// Asked often enough: take the charge back.
    TakeBack,
}

/// The gateway did not answer. `None`: no charge is under way.
pub fn silence(payment: &mut Payment) -> Result<Option<AfterSilence>, PaymentRefusal> {
    match payment.status {
        PaymentStatus::Processing => {
            payment.go(PaymentStatus::TimedOut)?;
            Ok(Some(AfterSilence::QueryAgain))
        }
        PaymentStatus::TimedOut => {
            payment.asks = (payment.asks + 1).min(ASKS_MAX);
            Ok(Some(if payment.asks < ASKS_MAX { AfterSilence::QueryAgain } else { AfterSilence::TakeBack }))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::payment::PaymentMethod;

    const NOW: Timestamp = Timestamp::from_secs(1_893_456_000);

    fn booking(status: BookingStatus, seconds_left: i64) -> Booking {
        Booking { status, ..Booking::sample(NOW, seconds_left) }
    }

    fn payment(status: PaymentStatus) -> Payment {
        let mut payment =
            Payment::pending(&booking(BookingStatus::Reserved, 1), PaymentMethod::CreditCard, NOW);
        payment.status = status;
        payment.charge = status.took_money().then(|| "ch_1".to_owned());
        payment
    }

    #[test]
    fn money_buys_the_hold_the_same_seats_or_nothing() {
        use MoneyIsFor::{Nothing, TheHold, TheSameSeatsAgain};
        let cases = [
            (BookingStatus::Reserved, 1, true, TheHold),
            (BookingStatus::Reserved, 1, false, TheHold),
            (BookingStatus::Reserved, 0, true, TheSameSeatsAgain),
            (BookingStatus::Reserved, 0, false, Nothing(RefundReason::SeatsGone)),
            (BookingStatus::Expired, 0, true, TheSameSeatsAgain),
            (BookingStatus::Expired, 0, false, Nothing(RefundReason::SeatsGone)),
            (BookingStatus::Cancelled, 1, true, Nothing(RefundReason::BookingCancelled)),
            (BookingStatus::Confirmed, 1, true, Nothing(RefundReason::AlreadyPaid)),
            (BookingStatus::Refunded, 1, true, Nothing(RefundReason::AlreadyPaid)),
        ];
        for (status, seconds_left, on_sale, expected) in cases {
            let decided = money_is_for(&booking(status, seconds_left), on_sale, NOW);
            assert_eq!(decided, expected, "{status:?} {seconds_left} {on_sale}");
        }
    }

    #[test]
    fn money_is_taken_once_whatever_the_payment_was() {
        for status in PaymentStatus::ALL {
            let mut payment = payment(status);
            let news = take(&mut payment, "ch_1", NOW).expect("the walk is listed");
            match status {
                PaymentStatus::Cancelled => assert_eq!(news, ChargeNews::TooMuch),
                _ if status.took_money() => assert_eq!((news, payment.status), (ChargeNews::Known, status)),
                _ => assert_eq!((news, payment.status), (ChargeNews::Taken, PaymentStatus::Succeeded)),
            }
            let second = take(&mut payment, "ch_2", NOW).expect("no step is taken");
            assert_eq!(second, ChargeNews::TooMuch, "{status:?}");
        }
    }

    #[test]
    fn a_charge_that_was_taken_back_leaves_another_try_and_pays_for_nothing_later() {
        let mut payment = payment(PaymentStatus::TimedOut);
        payment.attempt = 1;
        let hold = booking(BookingStatus::Reserved, 500);
        assert_eq!(give_up_charge(&mut payment, &hold, NOW), Ok(Some(AfterDecline::BuyerMayTryAgain)));
        assert_eq!((payment.status, payment.attempts_left()), (PaymentStatus::Failed, 2));
        assert!(was_taken_back(&payment, Some(1)) && was_taken_back(&payment, None));
        assert!(!was_taken_back(&payment, Some(2)));
        payment.attempt = ATTEMPTS_MAX;
        payment.status = PaymentStatus::TimedOut;
        assert_eq!(give_up_charge(&mut payment, &hold, NOW), Ok(Some(AfterDecline::SeatsGoBack)));
    }

    #[test]
    fn old_news_changes_nothing() {
        for status in PaymentStatus::ALL.into_iter().filter(|status| !status.awaits_an_answer()) {
            let (mut payment, hold) = (payment(status), booking(BookingStatus::Reserved, 1));
            let before = payment.clone();
            assert_eq!(decline(&mut payment, &hold, DeclineReason::CardDeclined, NOW), Ok(None));
            assert_eq!(silence(&mut payment), Ok(None));
            assert_eq!(payment, before, "{status:?}");
        }
    }
}
